import { App, Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EksAlbIngressSupport } from '../../src';
import { MODULES, newCluster, newStack, newVpc, soundGraph } from '../fixtures';
import { nodeOf } from '../support/deployment-graph';

test.each(MODULES)('policies beside the role of managed nodes, %s', (module) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc, nodes: false });
  const nodes = cluster.addNodegroupCapacity('Nodes');
  (nodes.role as iam.Role).addToPolicy(new iam.PolicyStatement({ actions: ['ec2:AssignIpv6Addresses'], resources: ['*'] }));
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

  const graph = soundGraph(stack.node.root as App);
  const policy = graph.theOne('AWS::IAM::Policy', ({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes('AssignIpv6Addresses'));
  expect(graph.comesAfter(nodeOf(support.controller!), policy)).toBe(true);
});

test.each(MODULES)('policies and rules beside self-managed nodes and those of Fargate, %s', (module) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc, nodes: false });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const policyFor = (role: iam.IRole, action: string) =>
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: [action], resources: ['*'] }));
  const group = cluster.addAutoScalingGroupCapacity('Nodes', { instanceType: new ec2.InstanceType('m7i.large'), allowAllOutbound: false });
  policyFor(group.role, 'ec2:AssignIpv6Addresses');
  group.connections.allowTo(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcp(443));
  const profile = cluster.addFargateProfile('Profile', { selectors: [{ namespace: 'batch' }] });
  policyFor(profile.podExecutionRole, 'logs:PutLogEvents');

  const graph = soundGraph(stack.node.root as App);
  const surroundings = [
    ...['AssignIpv6Addresses', 'PutLogEvents'].map((action) =>
      graph.theOne('AWS::IAM::Policy', ({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes(action))),
    ...graph.find('AWS::EC2::SecurityGroupIngress'),
    ...graph.find('AWS::EC2::SecurityGroupEgress'),
  ];
  expect(surroundings.length).toBeGreaterThan(4);
  expect(surroundings.filter((node) => !graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

test.each(MODULES)('rules beside the groups of managed nodes with a launch template, and the cluster\'s own, %s', (module) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc, nodes: false });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const workers = new ec2.SecurityGroup(stack, 'Workers', { vpc, allowAllOutbound: false });
  const template = new ec2.CfnLaunchTemplate(stack, 'Template', {
    launchTemplateData: { networkInterfaces: [{ deviceIndex: 0, groups: [workers.securityGroupId] }] },
  });
  cluster.addNodegroupCapacity('Nodes', { launchTemplateSpec: { id: template.ref, version: template.attrLatestVersionNumber } });
  workers.connections.allowTo(cluster, ec2.Port.tcp(443));

  const graph = soundGraph(stack.node.root as App);
  const rules = [...graph.find('AWS::EC2::SecurityGroupIngress'), ...graph.find('AWS::EC2::SecurityGroupEgress')];
  expect(rules.length).toBeGreaterThan(1);
  expect(rules.filter((node) => !graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

test.each<[string, (stack: Stack) => ec2.ILaunchTemplate]>([
  ['imported', (stack) => ec2.LaunchTemplate.fromLaunchTemplateAttributes(stack, 'Template', { launchTemplateId: 'lt-1', versionNumber: '1' })],
  ['without a security group', (stack) => new ec2.LaunchTemplate(stack, 'Template', {
    instanceType: new ec2.InstanceType('m7i.large'), machineImage: ec2.MachineImage.latestAmazonLinux2023(),
  })],
])('self-managed nodes of a launch template that is %s', (_name, launchTemplate) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const group = new autoscaling.AutoScalingGroup(stack, 'Nodes', { vpc, launchTemplate: launchTemplate(stack) });
  Tags.of(group).add(`kubernetes.io/cluster/${cluster.clusterName}`, 'owned', { applyToLaunchedInstances: true });

  const graph = soundGraph(stack.node.root as App);
  expect(graph.comesAfter(nodeOf(support.controller!), graph.theOne('AWS::AutoScaling::AutoScalingGroup'))).toBe(true);
});
