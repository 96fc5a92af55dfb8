import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport, IngressTargetType, TargetGroupBindingOptions } from '../../src';
import { importCluster, Module, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, warningsOf } from '../fixtures';
import { SHOP } from '../support/binding-fixtures';

const INSTANCES = { ...SHOP, targetType: IngressTargetType.INSTANCE, targetPort: 31080 };

let stack: Stack;
let vpc: ec2.Vpc;

beforeEach(() => {
  stack = newStack();
  vpc = newVpc(stack);
});

/** A cluster with two profiles of Fargate and nothing else. */
function fargate(module: Module): eks.Cluster | eks_v2.Cluster {
  const cluster = newCluster(stack, module, { vpc, nodes: false });
  for (const namespace of ['kube-system', 'shop']) cluster.addFargateProfile(namespace, { selectors: [{ namespace }] });
  return cluster;
}

/** What is warned of about targets on Fargate. */
function warned(cluster: eks.ICluster | eks_v2.ICluster, options: TargetGroupBindingOptions = INSTANCES): string[] {
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { ingressClassName: 'own' } });
  support.addTargetGroupBinding('Shop', options);
  (stack.node.root as App).synth();
  return warningsOf(stack).map(({ text }) => text).filter((text) => text.includes('instanceTargetsOnFargate'));
}

describe.each(MODULES)('on Fargate alone, %s', (module) => {
  test('instances are warned of, once', () => {
    expect(warned(fargate(module))).toEqual([
      'addTargetGroupBinding(Shop) registers instances, and cluster Stack/Cluster has none that the app shows, since all of it is Fargate: '
      + 'no target would ever be there; use targets of type IP [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.instanceTargetsOnFargate]',
    ]);
  });

  test('pods are not', () => {
    expect(warned(fargate(module), SHOP)).toEqual([]);
  });

  test.each<[string, (cluster: eks.Cluster | eks_v2.Cluster) => unknown]>([
    ['a node group', (cluster) => cluster.addNodegroupCapacity('Nodes')],
    ['a node pool', (cluster) => newManifest(stack, cluster, { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'web' } })],
    ['Karpenter', (cluster) => cluster.addHelmChart('Autoscaler', { chart: 'karpenter', repository: 'oci://public.ecr.aws/karpenter/karpenter' })],
    ['what the app does not show', () => new CfnResource(stack, 'Elsewhere', { type: 'AWS::CloudFormation::StackSet' })],
  ])('nothing is said beside %s', (_, add) => {
    const cluster = fargate(module);
    add(cluster);
    expect(warned(cluster)).toEqual([]);
  });

  test('nothing is said of a cluster that others may give nodes', () => {
    stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    vpc = newVpc(stack);
    expect(warned(importCluster(stack, module, { vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' }))).toEqual([]);
  });
});

test('nothing is said in EKS Auto Mode', () => {
  const cluster = newAutoModeCluster(stack, { vpc });
  cluster.addFargateProfile('Profile', { selectors: [{ namespace: 'shop' }] });
  expect(warned(cluster)).toEqual([]);
});
