import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EksAlbIngressSupport } from '../../src';
import { importCluster, newApp, newCluster, newStack, newVpc, soundGraph } from '../fixtures';
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
