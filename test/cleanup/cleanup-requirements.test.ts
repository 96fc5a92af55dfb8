import { App, CfnResource, NestedStack, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { propertiesOf } from '../../src/cluster/cdk-internals';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { importCluster, MODULES, newCluster, newLayer, newStack, newVpc, OwnedCluster } from '../fixtures';

let stack: Stack;
let vpc: ec2.Vpc;

beforeEach(() => {
  stack = newStack();
  vpc = newVpc(stack);
});

function support(cluster: AnyCluster, scope: Construct = stack, props: Partial<EksAlbIngressSupportProps> = {}): void {
  new EksAlbIngressSupport(scope, 'AlbIngress', { cluster, vpc, autoDeleteLoadBalancers: true, ...props });
}

function expectError(reason: string, { path = 'Stack/AlbIngress', cluster = 'Stack/Cluster' } = {}): void {
  expect(() => (stack.node.root as App).synth()).toThrow(`[${path}] autoDeleteLoadBalancers must be left out: cluster ${cluster} ${reason}, `
    + 'so that load balancers may still be in use when this stack is deleted');
}

describe.each(MODULES)('with a cluster of %s', (module) => {
  test('fails in a nested stack, which may go by itself', () => {
    support(newCluster(stack, module, { vpc }), new NestedStack(stack, 'Nested'));
    expectError('belongs to the stack Stack', { path: 'Stack/Nested/AlbIngress' });
  });

  test('fails for a cluster of another stack', () => {
    support(newCluster(stack, module, { vpc }), new Stack(stack.node.root, 'Support'));
    expectError('belongs to the stack Stack', { path: 'Support/AlbIngress' });
  });

  test('fails for an imported cluster', () => {
    support(importCluster(stack, module));
    expectError('is imported', { cluster: 'Stack/Imported' });
  });

  test.each<[string, (cluster: OwnedCluster) => void]>([
    ['applyRemovalPolicy', (cluster) => resourceOf(cluster).applyRemovalPolicy(RemovalPolicy.RETAIN)],
    ['applyRemovalPolicy, except on create', (cluster) => resourceOf(cluster).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)],
    ['RemovalPolicies of the cluster', (cluster) => RemovalPolicies.of(cluster).retain()],
    ['RemovalPolicies of the stack', (cluster) => RemovalPolicies.of(cluster.stack).retain()],
  ])('fails for a cluster that is retained afterwards, by %s', (_, retain) => {
    const cluster = newCluster(stack, module, { vpc });
    support(cluster);
    retain(cluster);
    expectError('is retained by its removal policy');
  });

  test('fails for a cluster that EKS rejects to delete, protected before or after', () => {
    const cluster = newCluster(stack, module, { vpc });
    support(cluster);
    if (module === 'aws-eks') {
      resourceOf(cluster).addPropertyOverride('Config.deletionProtection', true);
    } else {
      (resourceOf(cluster) as eks_v2.CfnCluster).deletionProtection = true;
    }
    expectError('has deletionProtection');
  });

  test('a cluster that is not protected, or no longer, is fine', () => {
    const cluster = newCluster(stack, module, { vpc });
    support(cluster);
    resourceOf(cluster).addPropertyOverride(module === 'aws-eks' ? 'Config.deletionProtection' : 'DeletionProtection', false);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('fails where a controller that stays would undo the clean-up', () => {
    const cluster = newCluster(stack, module, { vpc });
    expect(() => support(cluster, stack, { removalPolicy: RemovalPolicy.RETAIN })).toThrow(new Error(
      'removalPolicy must not keep the controller where autoDeleteLoadBalancers is set: it would create the load balancers again, '
      + 'got "retain"; leave one of them out'));
  });

  test('a cluster in a nested stack and a controller that is to go are fine', () => {
    support(newCluster(new NestedStack(stack, 'Nested'), module, { vpc }), stack, { removalPolicy: RemovalPolicy.DESTROY });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

test('fails for a cluster of aws-eks-v2 that is to be retained by its own prop', () => {
  support(new eks_v2.Cluster(stack, 'Cluster', {
    vpc,
    version: eks_v2.KubernetesVersion.of('1.35'),
    defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
    kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') },
    removalPolicy: RemovalPolicy.RETAIN,
  }));
  expectError('is retained by its removal policy');
});

test('fails for a cluster of aws-eks that is protected by its own prop', () => {
  const cluster = new eks.Cluster(stack, 'Cluster', {
    vpc, version: eks.KubernetesVersion.of('1.35'), defaultCapacity: 2, kubectlLayer: newLayer(stack, 'Kubectl'), deletionProtection: true,
  });
  if (!JSON.stringify(stack.resolve(propertiesOf(resourceOf(cluster)))).includes('deletionProtection')) {
    // The lowest CDK does not have the prop: there is only the override, as above.
    resourceOf(cluster).addPropertyOverride('Config.deletionProtection', true);
  }
  support(cluster);
  expectError('has deletionProtection');
});

function resourceOf(cluster: OwnedCluster): CfnResource {
  return cluster.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child)
    && ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'].includes(child.cfnResourceType))!;
}
