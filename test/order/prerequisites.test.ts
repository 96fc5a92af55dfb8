import { App, CfnResource, Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EksAlbIngressSupport } from '../../src';
import { importCluster, MODULES, newApp, newCluster, newStack, newVpc, soundGraph } from '../fixtures';
import { nodeOf } from '../support/deployment-graph';

/** What a stack has beside a VPC, as constructs and as plain resources. */
function newParts(stack: Stack, vpcId: string, subnetId: string): CfnResource[] {
  const routeTable = new ec2.CfnRouteTable(stack, 'RouteTable', { vpcId });
  const subnet = new ec2.CfnSubnet(stack, 'Subnet', { vpcId, cidrBlock: '10.0.250.0/24' });
  const attachment = new ec2.CfnTransitGatewayAttachment(stack, 'Attachment', { vpcId, transitGatewayId: 'tgw-1', subnetIds: [subnetId] });
  return [
    routeTable, subnet, attachment,
    new ec2.CfnVPCEndpoint(stack, 'Endpoint', { vpcId, serviceName: 'com.amazonaws.eu-west-1.s3' }),
    new ec2.CfnRoute(stack, 'Route', { routeTableId: routeTable.ref, destinationCidrBlock: '0.0.0.0/0', transitGatewayId: 'tgw-1' }),
    new ec2.CfnSubnetRouteTableAssociation(stack, 'Association', { routeTableId: routeTable.ref, subnetId: subnet.ref }),
    new ec2.CfnNatGateway(stack, 'Nat', { subnetId, connectivityType: 'private' }),
    new ec2.CfnVPCGatewayAttachment(stack, 'Gateway', { vpcId, internetGatewayId: 'igw-1' }),
    new ec2.CfnTransitGatewayRoute(stack, 'TransitRoute', {
      transitGatewayRouteTableId: 'tgw-rtb-1', destinationCidrBlock: '0.0.0.0/0', transitGatewayAttachmentId: attachment.ref,
    }),
  ];
}

test('what stands beside an owned VPC is there before the controller, and goes after it', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const parts = newParts(stack, vpc.vpcId, vpc.privateSubnets[0].subnetId);
  const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Sts', { vpc, service: ec2.InterfaceVpcEndpointAwsService.STS });
  const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
  endpoint.connections.allowFrom(group, ec2.Port.tcp(8443));

  const graph = soundGraph(stack.node.root as App);
  const nodes = [...[...parts, endpoint].map(nodeOf), graph.theOne('AWS::EC2::SecurityGroupIngress', ({ FromPort }) => FromPort === 8443)];
  expect(nodes.filter((node) => !graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

test('what is of an imported VPC too, and in a stack of its own', () => {
  const app = newApp();
  const network = newStack('Network', {}, app);
  const vpcId = 'vpc-0123456789abcdef0';
  const parts = newParts(network, vpcId, 'subnet-0123456789abcdef0');
  const stack = newStack('Stack', {}, app);
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId, availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc });

  const graph = soundGraph(app);
  expect(parts.map(nodeOf).filter((node) => !graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

test('what is of another VPC is not waited for', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
  const other = new ec2.Vpc(stack, 'Other', { maxAzs: 1, natGateways: 0 });
  const parts = newParts(stack, other.vpcId, other.publicSubnets[0].subnetId);

  const graph = soundGraph(stack.node.root as App);
  expect(parts.map(nodeOf).filter((node) => graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

test('a part of the network that depends on the support is left out', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
  const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Sts', { vpc, service: ec2.InterfaceVpcEndpointAwsService.STS });
  endpoint.node.addDependency(support);

  const graph = soundGraph(stack.node.root as App);
  expect(graph.comesAfter(nodeOf(endpoint), nodeOf(support.controller!))).toBe(true);
  expect(graph.find('AWS::EC2::Route').filter((node) => !graph.comesAfter(nodeOf(support.controller!), node))).toEqual([]);
});

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
