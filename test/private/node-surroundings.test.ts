import { App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EksAlbIngressSupport } from '../../src';
import { nodeOf } from '../deployment-graph';
import { MODULES, newCluster, newStack, newVpc, soundGraph } from '../fixtures';

test.each(MODULES)('policies beside the role of managed nodes, %s', (module) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc, nodes: false });
  const nodes = cluster.addNodegroupCapacity('Nodes');
  (nodes.role as iam.Role).addToPolicy(new iam.PolicyStatement({ actions: ['ec2:AssignIpv6Addresses'], resources: ['*'] }));
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

  const graph = soundGraph(stack.node.root as App);
  const policy = graph.theOne('AWS::IAM::Policy', ({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes('AssignIpv6Addresses'));
  expect(graph.comesAfter(nodeOf(support.chart!), policy)).toBe(true);
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
  expect(surroundings.filter((node) => !graph.comesAfter(nodeOf(support.chart!), node))).toEqual([]);
});
