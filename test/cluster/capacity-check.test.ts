import { App, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import { Construct } from 'constructs';
import { ControllerIdentity, EksAlbIngressSupport } from '../../src';
import { CapacityCheck } from '../../src/cluster/capacity-check';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { MODULES, newAutoModeCluster, newCluster, newStack, newVpc, OwnedCluster, soundGraph } from '../fixtures';

const error = (rest: string, remedy = 'a Fargate profile that selects its pods') =>
  `[Stack/AlbIngress] cluster Stack/Cluster has nothing that the controller could run on${rest}; add a node group, or ${remedy}`;

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc, nodes: false });
  });

  const synth = () => (stack.node.root as App).synth();
  const pathOf = (profile: Construct) => profile.node.findAll().find((child) =>
    CfnResource.isCfnResource(child) && child.cfnResourceType.endsWith('FargateProfile'))!.node.path;

  test('fails without any', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    expect(synth).toThrow(error(''));
  });

  test('fails with none but Fargate profiles for other pods', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const batch = cluster.addFargateProfile('Batch', { selectors: [{ namespace: 'batch' }] });
    const nginx = cluster.addFargateProfile('Nginx', { selectors: [{ namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'nginx' } }] });
    const misfit = 'selects other pods than the controller\'s: namespace kube-system, '
      + 'labels app.kubernetes.io/name=aws-load-balancer-controller, app.kubernetes.io/instance=aws-load-balancer-controller';
    expect(synth).toThrow(error(` (${[batch, nginx].map((profile) => `${pathOf(profile)} ${misfit}`).join('; ')})`));
  });

  test('fails with Pod Identity and nothing but Fargate', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.podIdentity() });
    const profile = cluster.addFargateProfile('System', { selectors: [{ namespace: 'kube-system' }] });
    expect(synth).toThrow(error(` (${pathOf(profile)} is Fargate, where EKS Pod Identity does not work)`));
  });

  test('a Fargate profile that selects the controller by a label is enough', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addFargateProfile('System', {
      selectors: [{ namespace: 'batch' }, { namespace: 'kube-*', labels: { 'app.kubernetes.io/name': 'aws-load-*' } }],
    });
    soundGraph(stack.node.root as App);
  });

  test('fails where all nodes wait for the controller', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addNodegroupCapacity('Nodes').node.addDependency(support);
    expect(synth).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot wait for its nodes, Stack/Cluster/NodegroupNodes/Resource: '
      + 'they depend on it or on its stack; define this construct in the stack of the nodes, or in a later one');
  });
});

test('fails in EKS Auto Mode that has no node pools', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newAutoModeCluster(stack, { vpc, compute: { nodePools: [] } });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClass: { ingressClassName: 'lbc' } });
  expect(() => (stack.node.root as App).synth()).toThrow(error('', 'a node pool'));
});

describe('a Fargate profile', () => {
  const stack = newStack();
  const target = new TargetCluster(newCluster(stack, 'aws-eks-v2', { nodes: false }));

  /** Whether pods of the controller would run on a profile, in the words of CloudFormation and of the CDK's custom resource. */
  function fits(id: string, namespace: string, labels: Record<string, string> = {}): boolean[] {
    const list = Object.entries(labels).map(([key, value]) => ({ key, value }));
    return [
      { type: 'AWS::EKS::FargateProfile', properties: { selectors: [{ namespace, labels: list }] } },
      { type: 'Custom::AWSCDK-EKS-FargateProfile', properties: { Config: { selectors: [{ namespace, labels }] } } },
    ].map((props, index) => {
      const support = new Construct(stack, `${id}${index}`);
      const check = new CapacityCheck(support, target, { namespace: 'kube-system', labels: { app: 'aws-load-balancer-controller' }, runOnFargate: true });
      check.add(new CfnResource(support, 'Profile', props), true);
      return support.node.validate().length === 0;
    });
  }

  test.each<[string, string, eks.Selector['labels'], boolean]>([
    ['the namespace', 'kube-system', {}, true],
    ['a wildcard', 'kube-*', {}, true],
    ['one character', 'kube-syste?', {}, true],
    ['a token', Fn.importValue('Namespace'), {}, true],
    ['part of the namespace', 'kube', {}, false],
    ['a dot, which is no wildcard', 'kube.system', {}, false],
    ['a label of the controller', 'kube-system', { app: 'aws-*' }, true],
    ['a label that the controller lacks', 'kube-system', { team: 'a' }, false],
    ['another value', 'kube-system', { app: 'nginx' }, false],
    ['one label of the controller and another', 'kube-system', { app: '*', team: 'a' }, false],
  ])('that selects by %s', (name, namespace, labels, expected) => {
    expect(fits(name, namespace, labels)).toEqual([expected, expected]);
  });
});
