import { readFileSync } from 'fs';
import * as path from 'path';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { propertiesOf } from '../cluster/cdk-internals';
import { kubectlHandlerOf, resourceOf } from '../cluster/cluster-resources';
import { TargetCluster } from '../cluster/target-cluster';
import type { GatewayApi } from '../gateway/gateway-api';
import { bundleOf } from '../util/assets';
import { invalidProp } from '../util/messages';
import { YamlObject } from '../util/yaml';

/**
 * Characters of one manifest as it stands in a template.
 *
 * CloudFormation calls the handler with at most 262,144 bytes, and on an update sends the old properties along with the new.
 */
const LONGEST_MANIFEST = 120_000;

export interface ControllerCrdsProps {
  readonly target: TargetCluster;
  /** The CustomResourceDefinitions, as their file has them. */
  readonly definitions: YamlObject[];
}

/**
 * The CustomResourceDefinitions of a controller release.
 *
 * Helm installs those of a chart once, and never again touches them; here they are brought up to date whenever they change. They
 * stay when the stack goes, and when a release no longer has them: with a definition go all its objects, and with a
 * TargetGroupBinding the targets of a live load balancer.
 *
 * One manifest a definition, called by its name: what one release adds does not move the others.
 */
export class ControllerCrds extends Construct {
  constructor(scope: Construct, id: string, { target, definitions }: ControllerCrdsProps) {
    super(scope, id);
    for (const definition of definitions) {
      requireManifestSize([definition]);
      target.newManifest(this, definition.metadata.name, {
        manifest: [withoutState(definition)],
        // Others may have installed it before, Helm among them.
        overwrite: true,
        prune: false,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    }
  }
}

export function isCrd({ apiVersion, kind }: YamlObject): boolean {
  return kind === 'CustomResourceDefinition' && apiVersion.startsWith('apiextensions.k8s.io/');
}

/** Rejects what CloudFormation could not hand to the CDK's handler. */
export function requireManifestSize(objects: YamlObject[]): void {
  const size = JSON.stringify(JSON.stringify(objects)).length;
  if (size > LONGEST_MANIFEST) {
    throw invalidProp('source', `must have no more than ${LONGEST_MANIFEST} characters in ${objects.map(({ metadata }) => metadata.name).join(', ')}`, size,
      'take the file as it was published');
  }
}

/** Older files carry empty fields of state, which the API server owns. */
export function withoutState({ status, metadata: { creationTimestamp, ...metadata }, ...object }: YamlObject): YamlObject {
  return { ...object, metadata } as YamlObject;
}

/** The program of the function below, for the Python of the CDK's own handler. It is short enough for the template. */
const PROGRAM = path.join(bundleOf('controller/program/crd_upgrade'), 'index.py');

export interface CrdUpgradeProps {
  readonly target: TargetCluster;
  /** A manifest on the cluster: what applied it is what applies the definitions. */
  readonly manifest: Construct;
  /** The prop that asks for it. */
  readonly prop: string;
}

/** Where a chart is, in the words of `HelmChart`. */
export interface ChartOfDefinitions {
  readonly chart: string;
  readonly repository?: string;
  readonly version: string;
}

/**
 * Brings CustomResourceDefinitions up to date that come from afar: those of a chart, by `helm show crds`, and those of the Gateway API. It
 * applies them server-side.
 *
 * It runs as a counterpart of the cluster's kubectl handler: the same layers, network and role. So it reaches what Helm reaches, and
 * needs no permission that the cluster has not given already.
 */
export class CrdUpgrade extends Construct {
  private readonly handler: CfnFunction;

  constructor(scope: Construct, id: string, private readonly props: CrdUpgradeProps) {
    super(scope, id);
    const { target, manifest, prop } = props;
    const kubectlHandler = kubectlHandlerOf(manifest);
    if (!kubectlHandler) {
      throw new Error(`${prop} must be left out with cluster ${target.cluster.node.path}, whose kubectl handler is not defined in this app; `
        + (prop === 'upgradeCrds' ? 'use ControllerSource.fromAsset(), which needs no handler of its own' : 'install the definitions by hand, and use GatewayApi.external()'));
    }
    this.handler = new CfnFunction(this, 'Handler', {
      description: 'Upgrades the CustomResourceDefinitions of the AWS Load Balancer Controller',
      code: { zipFile: readFileSync(PROGRAM, 'utf8') },
      handler: 'index.handler',
      runtime: kubectlHandler.runtime,
      layers: kubectlHandler.layers,
      role: kubectlHandler.role,
      environment: kubectlHandler.environment,
      vpcConfig: kubectlHandler.vpcConfig,
      memorySize: kubectlHandler.memorySize,
      timeout: 600,
    });
    // When a manifest has been applied, the role has all its rights, in AWS and in the cluster.
    this.handler.node.addDependency(manifest);
  }

  /** Applies those of a chart. */
  public ofChart({ chart, repository, version }: ChartOfDefinitions): void {
    this.apply('Resource', { Chart: chart, Repository: repository, Version: version });
  }

  /** Applies those of the Gateway API. */
  public ofGatewayApi({ version, url, content }: ReturnType<GatewayApi['_sourceFor']>): void {
    this.apply('GatewayApi', { Url: url, Content: content, Version: version });
  }

  private apply(id: string, source: { readonly [property: string]: string | undefined }): void {
    const { target, manifest } = this.props;
    const resource = new CustomResource(this, id, {
      serviceToken: this.handler.attrArn,
      resourceType: 'Custom::EksAlbIngressCrdUpgrade',
      // CloudFormation waits an hour for a function that is killed before it answers.
      serviceTimeout: Duration.minutes(11),
      properties: { ClusterName: target.name, RoleArn: propertiesOf(resourceOf(manifest)).RoleArn, ...source },
    });
    resource.node.addDependency(manifest);
  }
}
