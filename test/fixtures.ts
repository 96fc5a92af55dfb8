import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Both of the CDK's EKS modules, for `describe.each` and `test.each`. */
export const MODULES = ['aws-eks', 'aws-eks-v2'] as const;
export type Module = typeof MODULES[number];

/** An owned cluster of either module; where a test needs one module's own props, it makes its cluster itself. */
export type OwnedCluster = eks.Cluster | eks_v2.Cluster;

/** An app with the one feature flag that is recommended for all and set for none: the OIDC provider without a Lambda. */
export function newApp(): App {
  return new App({ context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true } });
}

export function newStack(id = 'Stack', props: StackProps = {}, app: App = newApp()): Stack {
  return new Stack(app, id, props);
}

export function newVpc(scope: Construct, props: ec2.VpcProps = {}): ec2.Vpc {
  return new ec2.Vpc(scope, 'Vpc', { maxAzs: 2, natGateways: 1, ...props });
}

export interface ClusterFixtureProps {
  readonly id?: string;
  readonly vpc?: ec2.IVpc;
  readonly clusterName?: string;
  readonly version?: string;
  /** Whether the cluster has a managed node group, as most have. */
  readonly nodes?: boolean;
}

/** A layer that takes no asset: each synthesis would otherwise copy tens of megabytes. */
export function newLayer(scope: Construct, id: string): lambda.ILayerVersion {
  return lambda.LayerVersion.fromLayerVersionArn(scope, id, `arn:aws:lambda:us-east-1:111122223333:layer:${id}:1`);
}

export function newCluster(scope: Construct, module: Module, props: ClusterFixtureProps = {}): OwnedCluster {
  const { id = 'Cluster', vpc = newVpc(scope), clusterName, version = '1.35', nodes = true } = props;
  const layers = { kubectlLayer: newLayer(scope, `${id}Kubectl`), awscliLayer: newLayer(scope, `${id}AwsCli`) };
  const cluster = module === 'aws-eks'
    ? new eks.Cluster(scope, id, { vpc, clusterName, version: eks.KubernetesVersion.of(version), ...layers, defaultCapacity: 0 })
    : new eks_v2.Cluster(scope, id, {
      vpc,
      clusterName,
      version: eks_v2.KubernetesVersion.of(version),
      kubectlProviderOptions: layers,
      defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
      defaultCapacity: 0,
    });
  if (nodes) {
    cluster.addNodegroupCapacity('Nodes', { minSize: 2 });
  }
  return cluster;
}

/** The Helm values of the one release of the controller in a template; tokens read as their JSON. */
export function helmValues(stack: Stack): Record<string, any> {
  const releases = Object.values(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart', {
    Properties: { Release: 'aws-load-balancer-controller' },
  }));
  return JSON.parse(joined(releases[0].Properties.Values));
}

/** The Kubernetes objects of all manifests in a template; tokens read as their JSON. */
export function kubernetesObjects(stack: Stack): any[] {
  return Object.values(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-KubernetesResource'))
    .flatMap(({ Properties }) => JSON.parse(joined(Properties.Manifest)));
}

/** The text of an `Fn::Join`, with what is not literal in it as JSON within the string. */
export function joined(value: any): string {
  return typeof value === 'string' ? value : value['Fn::Join'][1]
    .map((part: unknown) => typeof part === 'string' ? part : JSON.stringify(JSON.stringify(part)).slice(1, -1)).join('');
}
