import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RULES, Shop } from './support';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { newCluster, newStack } from '../fixtures';

const env = { account: '111122223333', region: 'eu-west-1' };

/** Where subnets can be given: in each place they come to the same controller. */
const PLACES: [string, string, (shop: Shop, subnets: ec2.ISubnet[]) => unknown][] = [
  ['an Ingress', 'addIngress(Shop)', ({ support }, subnets) => support.addIngress('Shop', { ...RULES, subnets })],
  ['a class', 'addIngressClass(Other)', ({ support }, subnets) => support.addIngressClass('Other', { subnets })],
];

const shopIn = (props: Partial<EksAlbIngressSupportProps> = {}, stack: Stack = newStack('Stack', { env })) => new Shop(props, stack);
const subnet = ({ stack, vpc }: Shop, id: string, availabilityZone: string) =>
  new ec2.Subnet(stack, id, { vpcId: vpc.vpcId, availabilityZone, cidrBlock: '10.0.250.0/24' });
const imported = ({ stack }: Shop, id: string, availabilityZone?: string) =>
  ec2.Subnet.fromSubnetAttributes(stack, id, { subnetId: `subnet-${id}`, availabilityZone });

describe.each(PLACES)('subnets of %s', (_, prop, use) => {
  test('fail where two are of one zone', () => {
    const shop = shopIn();
    expect(() => use(shop, [subnet(shop, 'A', 'eu-west-1a'), subnet(shop, 'B', 'eu-west-1b'), imported(shop, 'C', 'eu-west-1a')])).toThrow(new Error(
      `${prop}.subnets must be at most one an Availability Zone, got ["Stack/A","Stack/C"]; keep one of them`));
  });

  test('fail where two are of one zone of a stack without region', () => {
    const shop = new Shop();
    expect(() => use(shop, [shop.vpc.publicSubnets[0], shop.vpc.privateSubnets[0]])).toThrow(
      `${prop}.subnets must be at most one an Availability Zone, got ["Stack/Vpc/PublicSubnet1","Stack/Vpc/PrivateSubnet1"]`);
  });

  test('fail where there is one, of an Availability Zone', () => {
    const shop = shopIn();
    expect(() => use(shop, [subnet(shop, 'A', 'eu-west-1a')])).toThrow(new Error(
      `${prop}.subnets must be of two Availability Zones at least, got ["eu-west-1a"]; add one of another zone`));
  });

  test.each<[string, (shop: Shop) => ec2.ISubnet[], Partial<EksAlbIngressSupportProps>]>([
    ['two zones', (shop) => [subnet(shop, 'A', 'eu-west-1a'), subnet(shop, 'B', 'eu-west-1b')], {}],
    ['one Local Zone', (shop) => [subnet(shop, 'A', 'us-west-2-lax-1a')], {}],
    ['one Wavelength Zone', (shop) => [subnet(shop, 'A', 'us-east-1-wl1-bos-wlz-1')], {}],
    ['one Outpost', (shop) => {
      const outpost = subnet(shop, 'A', 'eu-west-1a');
      (outpost.node.defaultChild as ec2.CfnSubnet).outpostArn = 'arn:aws:outposts:eu-west-1:111122223333:outpost/op-0';
      return [outpost];
    }, {}],
    ['perhaps one Outpost', (shop) => [imported(shop, 'A', 'eu-west-1a')], {}],
    ['an unknown zone', (shop) => [imported(shop, 'A')], {}],
    ['unknown zones', (shop) => [imported(shop, 'A'), imported(shop, 'B')], {}],
    ['one zone, where a gate lets them', (shop) => [subnet(shop, 'A', 'eu-west-1a')], { featureGates: { ALBSingleSubnet: true } }],
  ])('may be of %s', (__, subnets, props) => {
    const shop = shopIn(props);
    expect(() => use(shop, subnets(shop))).not.toThrow();
  });

  test('may be of a VPC that is still to be looked up', () => {
    const shop = shopIn();
    const vpc = ec2.Vpc.fromLookup(shop.stack, 'Other', { isDefault: true });
    expect(() => use(shop, [vpc.publicSubnets[0], vpc.privateSubnets[0]])).not.toThrow();
  });
});

test('the class that comes with the controller fails for them too', () => {
  const stack = newStack();
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 1 });
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const subnets = [vpc.publicSubnets[0], vpc.privateSubnets[0]];
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { subnets } })).toThrow(/^ingressClass\.subnets must be at most one/);
});
