import { CustomResource, Duration } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CRD_UPGRADE_PROGRAM } from './crd-upgrade-program';
import { propertiesOf } from '../cluster/cdk-internals';
import { kubectlHandlerOf, resourceOf } from '../cluster/cluster-resources';
import { TargetCluster } from '../cluster/target-cluster';

export interface CrdUpgradeProps {
  readonly target: TargetCluster;
  /** A manifest on the cluster: what applied it is what applies the definitions. */
  readonly manifest: Construct;
  /** Where the chart is, in the words of `HelmChart`. */
  readonly chart: string;
  readonly repository?: string;
  readonly version: string;
}

/**
 * Brings the CustomResourceDefinitions of a chart from afar up to date, with `helm show crds` and a server-side `kubectl apply`.
 *
 * It runs as a twin of the cluster's kubectl handler: the same layers, network and role. So it reaches what Helm reaches, and
 * needs no permission that the cluster has not given already.
 */
export class CrdUpgrade extends Construct {
  constructor(scope: Construct, id: string, { target, manifest, chart, repository, version }: CrdUpgradeProps) {
    super(scope, id);
    const kubectlHandler = kubectlHandlerOf(manifest);
    if (!kubectlHandler) {
      throw new Error(`upgradeCrds must be left out with cluster ${target.cluster.node.path}, whose kubectl handler is not defined in this app; `
        + 'use ControllerSource.fromAsset(), which needs no handler of its own');
    }
    const handler = new CfnFunction(this, 'Handler', {
      description: 'Upgrades the CustomResourceDefinitions of the AWS Load Balancer Controller',
      code: { zipFile: CRD_UPGRADE_PROGRAM },
      handler: 'index.handler',
      runtime: kubectlHandler.runtime,
      layers: kubectlHandler.layers,
      role: kubectlHandler.role,
      environment: kubectlHandler.environment,
      vpcConfig: kubectlHandler.vpcConfig,
      memorySize: kubectlHandler.memorySize,
      timeout: 600,
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: handler.attrArn,
      resourceType: 'Custom::EksAlbIngressCrdUpgrade',
      // CloudFormation waits an hour for a function that is killed before it answers.
      serviceTimeout: Duration.minutes(11),
      properties: {
        ClusterName: target.name,
        RoleArn: propertiesOf(resourceOf(manifest)).RoleArn,
        Chart: chart,
        Repository: repository,
        Version: version,
      },
    });
    // When a manifest has been applied, the role has all its rights, in AWS and in the cluster.
    handler.node.addDependency(manifest);
    resource.node.addDependency(manifest);
  }
}
