import { Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerIdentity, PodIdentityAgent } from '../../src';
import { MODULES, newApp, newCluster, newStack, OwnedCluster } from '../fixtures';
import { bind } from '../support/identity-fixtures';

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    cluster = newCluster(stack, module, { nodes: false });
  });

  test('installs the agent once for all of the app', () => {
    const { prerequisites } = bind(ControllerIdentity.podIdentity(), cluster);

    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EKS::Addon', 1);
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'eks-pod-identity-agent', ClusterName: stack.resolve(cluster.clusterName), AddonVersion: Match.absent(),
    });
    expect(prerequisites).toContain(cluster.eksPodIdentityAgent);
  });

  test('installs the agent in one version', () => {
    const { prerequisites } = bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.pinned('v1.3.4-eksbuild.1') }), cluster);

    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EKS::Addon', 1);
    template.hasResourceProperties('AWS::EKS::Addon', {
      AddonName: 'eks-pod-identity-agent',
      ClusterName: stack.resolve(cluster.clusterName),
      AddonVersion: 'v1.3.4-eksbuild.1',
      // Other workloads may stand on it when this support goes.
      PreserveOnDelete: true,
    });
    expect(prerequisites).toContainEqual(expect.any(eks.CfnAddon));
  });

  test('installs no agent where there is one', () => {
    const { prerequisites } = bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.alreadyInstalled() }), cluster);

    Template.fromStack(stack).resourceCountIs('AWS::EKS::Addon', 0);
    expect(prerequisites).toHaveLength(2);
  });

  test.each(['before', 'after'])('fails for a pinned agent when the app shares another, made %s it', (order) => {
    const share = () => void cluster.eksPodIdentityAgent;
    if (order === 'before') share();
    bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.pinned('v1.3.4-eksbuild.1') }), cluster);
    if (order === 'after') share();

    expect(() => Template.fromStack(stack)).toThrow(
      '[Stack/AlbIngress] agent must not install the add-on eks-pod-identity-agent, which the cluster gets already, '
      + 'got "Stack/Cluster/EksPodIdentityAgentAddon/Resource"; use PodIdentityAgent.managed() to share it');
  });

  test('fails for a managed agent when the app has an add-on of that name', () => {
    bind(ControllerIdentity.podIdentity(), cluster);
    new eks.CfnAddon(stack, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: cluster.clusterName });

    expect(() => Template.fromStack(stack)).toThrow(
      '[Stack/AlbIngress] agent must not install the add-on eks-pod-identity-agent, which the cluster gets already, '
      + 'got "Stack/Agent"; remove that one, or use PodIdentityAgent.alreadyInstalled()');
  });

  test('leaves other add-ons, and the agents of other clusters, alone', () => {
    bind(ControllerIdentity.podIdentity(), cluster);
    new eks.CfnAddon(stack, 'Dns', { addonName: 'coredns', clusterName: cluster.clusterName });
    new eks.CfnAddon(stack, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: 'another' });

    Template.fromStack(stack).resourceCountIs('AWS::EKS::Addon', 3);
  });
});

test('fails for an imported cluster whose agent the app installs in another stack too', () => {
  const app = newApp();
  const [stack, other] = [newStack('Stack', {}, app), newStack('Other', {}, app)];
  bind(ControllerIdentity.podIdentity(), eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' }));
  new eks.CfnAddon(other, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: 'shop' });

  expect(() => app.synth()).toThrow('got "Other/Agent"; remove that one, or use PodIdentityAgent.alreadyInstalled()');
});

test.each(['1.3.4', 'v1.3.4', 'latest', 'arn:aws:eks:eu-west-1:1:addon/x'])('fails for an agent of version %s', (version) => {
  expect(() => PodIdentityAgent.pinned(version)).toThrow(new Error(
    `addonVersion must be the version of an EKS add-on, got "${version}"; try "v1.3.4-eksbuild.1"`));
});

test('takes a version of the agent that is known on deployment only', () => {
  const stack = newStack();
  const agent = PodIdentityAgent.pinned(Fn.importValue('version'));
  bind(ControllerIdentity.podIdentity({ agent }), eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' }));
  Template.fromStack(stack).hasResourceProperties('AWS::EKS::Addon', { AddonVersion: { 'Fn::ImportValue': 'version' } });
});
