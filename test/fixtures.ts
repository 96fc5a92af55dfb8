import { App, Stack, StackProps, Stage, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DeploymentGraph } from './support/deployment-graph';
import { AnyCluster, TargetCluster } from '../src/cluster/target-cluster';

/** Both of the CDK's EKS modules, for `describe.each` and `test.each`. */
export const MODULES = ['aws-eks', 'aws-eks-v2'] as const;
export type Module = typeof MODULES[number];

/** An owned cluster of either module; where a test needs one module's own props, it makes its cluster itself. */
export type OwnedCluster = eks.Cluster | eks_v2.Cluster;

/**
 * An app with the one feature flag that is recommended for all and set for none: the OIDC provider without a Lambda.
 *
 * The list of all constructs, which nobody reads here, would be an eighth of the time.
 */
export function newApp(): App {
  return new App({ context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true }, treeMetadata: false });
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
  /** Private and public ones by default. */
  readonly vpcSubnets?: ec2.SubnetSelection[];
  /** Whether the cluster has a managed node group, as most have. */
  readonly nodes?: boolean;
}

/** A layer that takes no asset: each synthesis would otherwise copy tens of megabytes. */
export function newLayer(scope: Construct, id: string): lambda.ILayerVersion {
  return lambda.LayerVersion.fromLayerVersionArn(scope, id, `arn:aws:lambda:us-east-1:111122223333:layer:${id}:1`);
}

export function newCluster(scope: Construct, module: Module, props: ClusterFixtureProps = {}): OwnedCluster {
  const { id = 'Cluster', vpc = newVpc(scope), vpcSubnets, clusterName, version = '1.35', nodes = true } = props;
  const layers = { kubectlLayer: newLayer(scope, `${id}Kubectl`), awscliLayer: newLayer(scope, `${id}AwsCli`) };
  const cluster = module === 'aws-eks'
    ? new eks.Cluster(scope, id, { vpc, vpcSubnets, clusterName, version: eks.KubernetesVersion.of(version), ...layers, defaultCapacity: 0 })
    : new eks_v2.Cluster(scope, id, {
      vpc,
      vpcSubnets,
      clusterName,
      version: eks_v2.KubernetesVersion.of(version),
      kubectlProviderOptions: layers,
      defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
      defaultCapacity: 0,
    });
  if (nodes) {
    cluster.addNodegroupCapacity('Nodes', { minSize: 2, ...vpcSubnets && { subnets: vpcSubnets[0] } });
  }
  return cluster;
}

/** A cluster in EKS Auto Mode, as the ones of `aws-eks-v2` are by default. */
export function newAutoModeCluster(scope: Construct, props: Partial<eks_v2.ClusterProps> = {}): eks_v2.Cluster {
  return new eks_v2.Cluster(scope, 'Cluster', {
    version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer: newLayer(scope, 'Kubectl') }, ...props,
  });
}

/** A cluster that another app made, in the region of the stack where that has one, with all that the controller needs to know of it. */
export function importCluster(scope: Construct, module: Module, attributes: Partial<eks.ClusterAttributes> = {}, id = 'Imported'): AnyCluster {
  const region = Token.isUnresolved(Stack.of(scope).region) ? 'eu-west-1' : Stack.of(scope).region;
  const openIdConnectProvider = iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(scope, `${id}Oidc`,
    `arn:aws:iam::111122223333:oidc-provider/oidc.eks.${region}.amazonaws.com/id/ABC`);
  const handlerRole = iam.Role.fromRoleArn(scope, `${id}Handler`, 'arn:aws:iam::111122223333:role/handler');
  return module === 'aws-eks'
    ? eks.Cluster.fromClusterAttributes(scope, id, {
      clusterName: 'blue',
      openIdConnectProvider,
      kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(scope, `${id}Kubectl`, {
        functionArn: `arn:aws:lambda:${region}:111122223333:function:kubectl`, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl', handlerRole,
      }),
      ...attributes,
    })
    : eks_v2.Cluster.fromClusterAttributes(scope, id, {
      clusterName: 'blue',
      openIdConnectProvider,
      kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(scope, `${id}Kubectl`, {
        serviceToken: `arn:aws:lambda:${region}:111122223333:function:kubectl`, role: handlerRole,
      }),
      ...attributes as Partial<eks_v2.ClusterAttributes>,
    });
}

export const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'game' },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'game', port: { number: 80 } } } },
};

/** A manifest on a cluster that may be in another stack, or imported. */
export function newManifest(scope: Construct, cluster: AnyCluster, object: Record<string, any> = INGRESS, id = 'Ingress'): Construct {
  return new TargetCluster(cluster).newManifest(scope, id, { manifest: [object] });
}

/** The graph of an app, of which all stacks are asserted to be free of errors and warnings about order. */
export function soundGraph(app: Stage): DeploymentGraph {
  const graph = DeploymentGraph.of(app);
  graph.createOrder();
  for (const stack of app.node.findAll().filter((child): child is Stack => Stack.isStack(child) && !child.nested)) {
    expect(messagesOf(stack, 'error')).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  }
  return graph;
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

export interface StackMessage {
  /** Path of the construct that it is about, after a slash. */
  readonly id: string;
  readonly text: string;
}

/**
 * What is said of constructs in a stack.
 *
 * The CDK's own `Annotations.fromStack` synthesizes the whole app anew with every look: only for single ones.
 */
export function messagesOf(stack: Stack, level: 'warning' | 'error' = 'warning'): StackMessage[] {
  return Stage.of(stack)!.synth().getStackArtifact(stack.artifactId).messages.filter((message) => String(message.level) === level)
    .map(({ id, entry }) => ({ id, text: String(entry.data) }));
}

/** The warnings of this library. */
export function warningsOf(stack: Stack): StackMessage[] {
  return messagesOf(stack).filter(({ text }) => text.includes('cdk-eks-alb-ingress-support'));
}

/** The text of an `Fn::Join`, with what is not literal in it as JSON within the string. */
export function joined(value: any): string {
  return typeof value === 'string' ? value : value['Fn::Join'][1]
    .map((part: unknown) => typeof part === 'string' ? part : JSON.stringify(JSON.stringify(part)).slice(1, -1)).join('');
}
