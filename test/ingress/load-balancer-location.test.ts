import { App, CfnParameter, Environment, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { RULES, Shop } from './support';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, Ingress, IngressClassOptions, IngressOptions, IngressWebAcl, LoadBalancerScheme } from '../../src';
import { importCluster, newCluster, newStack, warningsOf } from '../fixtures';

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

type Options = Pick<IngressClassOptions, 'certificates' | 'webAcl'>;

const REGION_PLACES: [string, string, (shop: Shop, options: Options) => unknown][] = [
  ['an Ingress', 'addIngress(Shop)', ({ support }, options) => support.addIngress('Shop', { ...RULES, ...options })],
  ['a class', 'addIngressClass(Other)', ({ support }, options) => support.addIngressClass('Other', options)],
  ['the class of the support', 'ingressClass', (_, ingressClass) => new Shop({ ingressClass }, newStack('Own', { env }))],
];

const certificate = (region: string) => acm.Certificate.fromCertificateArn(newStack(), 'Certificate', `arn:aws:acm:${region}:111122223333:certificate/a`);
const webAcl = (region: string) => IngressWebAcl.fromArn(`arn:aws:wafv2:${region}:111122223333:regional/webacl/a/b`);

describe.each(REGION_PLACES)('%s', (_, prop, use) => {
  test.each<[string, Options, string]>([
    ['certificates', { certificates: [certificate('eu-west-1'), certificate('us-east-1')] }, 'request one in that region'],
    ['certificates', { certificates: [new acm.Certificate(newStack('Edge', { env: { ...env, region: 'us-east-1' } }), 'C', { domainName: 'a.com' })] },
      'request one in that region'],
    ['webAcl', { webAcl: webAcl('us-east-1') }, 'use one of that region'],
  ])('fails for %s of another region', (field, options, remedy) => {
    expect(() => use(new Shop({}, newStack('Stack', { env })), options)).toThrow(new Error(
      `${prop}.${field} must be of the region of the load balancer, eu-west-1, got "us-east-1"; ${remedy}`));
  });

  test('takes those of its own region, and tokens', () => {
    const shop = () => new Shop({}, newStack('Stack', { env }));
    const acl = new CfnWebACL(newStack('Acl', { env }), 'Acl', { scope: 'REGIONAL', defaultAction: {}, visibilityConfig: {} as any });
    expect(() => [
      use(shop(), { certificates: [certificate('eu-west-1')], webAcl: webAcl('eu-west-1') }),
      use(shop(), { webAcl: IngressWebAcl.fromArn(acl.attrArn) }),
      use(shop(), { webAcl: IngressWebAcl.none() }),
    ]).not.toThrow();
  });
});

test('a stack without region takes all', () => {
  expect(() => new Shop().support.addIngress('Shop', { ...RULES, certificates: [certificate('us-east-1')], webAcl: webAcl('us-east-1') })).not.toThrow();
});

describe('an Ingress in another stack', () => {
  const make = (other: Environment, own: Environment = env) => {
    const shop = new Shop({}, newStack('Stack', { env: own }));
    return () => new Ingress(new Stack(shop.stack.node.root as App, 'Other', { env: other }), 'Shop', { ingressClass: shop.support.ingressClass, ...RULES });
  };

  test.each<[string, Environment, string, string]>([
    ['region', { ...env, region: 'us-east-1' }, 'eu-west-1', 'us-east-1'],
    ['account', { ...env, account: '222233334444' }, '111122223333', '222233334444'],
  ])('fails in another %s', (part, other, expected, got) => {
    expect(make(other)).toThrow(new Error(`addIngress(Shop) must be in a stack of the ${part} of the cluster, ${expected}, got "${got}"; define it in a stack of that ${part}`));
  });

  test('is taken in the same, or in one that is not known', () => {
    expect(() => [make(env)(), make({})(), make(env, {})()]).not.toThrow();
  });
});

const { INTERNAL, INTERNET_FACING } = LoadBalancerScheme;
const attributes = (vpcId: string) => ({
  vpcId, availabilityZones: ['a', 'b'], publicSubnetIds: [`subnet-${vpcId}-1`, `subnet-${vpcId}-2`], privateSubnetIds: [`subnet-${vpcId}-3`, `subnet-${vpcId}-4`],
});
const importedVpc = (stack: Stack, vpcId: string) => ec2.Vpc.fromVpcAttributes(stack, `Imported-${vpcId}`, attributes(vpcId));

/** A support for a cluster in a VPC that was imported. */
function importedShop() {
  const stack = newStack();
  const vpc = importedVpc(stack, 'vpc-01');
  return { stack, vpc, support: new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2', { vpc }), vpc }) };
}

describe('subnets and security groups of another VPC fail', () => {
  const message = (prop: string, got: string, vpc = 'Stack/Vpc') => new Error(`${prop} must be of the VPC of the cluster, ${vpc}, got "${got}"; use those of that VPC`);

  test('of two VPCs of the app', () => {
    const { support, stack } = new Shop();
    const other = new ec2.Vpc(stack, 'Other', { maxAzs: 2 });
    const securityGroups = [new ec2.SecurityGroup(stack, 'Group', { vpc: other })];
    expect(() => support.addIngress('A', { ...RULES, subnets: other.publicSubnets })).toThrow(message('addIngress(A).subnets', 'Stack/Other/PublicSubnet1'));
    expect(() => support.addIngress('B', { ...RULES, securityGroups })).toThrow(message('addIngress(B).securityGroups', 'Stack/Group'));
    expect(() => support.addIngressClass('C', { subnets: other.publicSubnets })).toThrow(message('addIngressClass(C).subnets', 'Stack/Other/PublicSubnet1'));
  });

  test('of two VPCs that are imported', () => {
    const { support, stack } = importedShop();
    const other = importedVpc(stack, 'vpc-02');
    expect(() => support.addIngress('A', { ...RULES, subnets: other.publicSubnets })).toThrow(
      message('addIngress(A).subnets', 'Stack/Imported-vpc-02/PublicSubnet1', 'Stack/Imported-vpc-01'));
    expect(() => support.addIngress('B', { ...RULES, securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc: other })] })).toThrow(
      message('addIngress(B).securityGroups', 'Stack/Group', 'Stack/Imported-vpc-01'));
  });

  test('but not where that is not known, or they are of this one', () => {
    const shop = new Shop();
    const { stack, vpc } = shop;
    const unknown = importedVpc(stack, 'vpc-02');
    const byParameter = ec2.Vpc.fromVpcAttributes(stack, 'ByParameter', { ...attributes(new CfnParameter(stack, 'VpcId').valueAsString), publicSubnetIds: ['subnet-1', 'subnet-2'] });
    const securityGroups = [new ec2.SecurityGroup(stack, 'Group', { vpc }), ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-01')];
    const add = (id: string, options: IngressOptions, { support } = shop as Pick<Shop, 'support'>) => support.addIngress(id, { ...RULES, ...options });
    expect(() => [
      add('A', { subnets: vpc.publicSubnets, securityGroups }), add('B', { subnets: unknown.publicSubnets }), add('C', { subnets: byParameter.publicSubnets }),
      add('D', { subnets: ['subnet-1', 'subnet-2'].map((id) => ec2.Subnet.fromSubnetId(stack, id, id)) }),
    ].map(({ ingressName }) => ingressName)).not.toThrow();
    const { support, ...home } = importedShop();
    const again = ec2.Vpc.fromVpcAttributes(home.stack, 'Again', attributes('vpc-01'));
    expect(() => add('A', { subnets: again.publicSubnets }, { support })).not.toThrow();
  });
});

describe('private subnets of an internet-facing load balancer', () => {
  const saidOf = ({ stack }: { stack: Stack }) => warningsOf(stack).map(({ text }) => text.replace(/ \[ack: .*\.(\w+)\]$/, ' [$1]'));
  const message = (prop: string, vpc = 'Stack/Vpc') => `${prop} is internet-facing, and ${vpc}/PrivateSubnet1, ${vpc}/PrivateSubnet2 of its subnets are private or isolated: `
    + 'clients would not reach it from there; use public subnets, or leave subnets out [internetFacingInPrivateSubnets]';

  test('are a warning, by an Ingress, a class, or both', () => {
    const shop = new Shop({ defaultScheme: INTERNET_FACING });
    const { support, vpc: { privateSubnets } } = shop;
    support.addIngress('A', { ...RULES, scheme: INTERNET_FACING, subnets: privateSubnets });
    support.addIngress('B', { ...RULES, subnets: privateSubnets });
    support.addIngressClass('C', { scheme: INTERNET_FACING }).addIngress('D', { ...RULES, subnets: privateSubnets });
    support.addIngressClass('E', { subnets: privateSubnets }).addIngress('F', RULES);
    expect(saidOf(shop).sort()).toEqual(['addIngress(A)', 'addIngress(B)', 'addIngress(D)', 'addIngressClass(E)'].map((prop) => message(prop)));
  });

  test('are known by their ids', () => {
    const shop = importedShop();
    const subnets = shop.vpc.privateSubnets.map(({ subnetId }) => ec2.Subnet.fromSubnetId(shop.stack, subnetId, subnetId));
    shop.support.addIngress('A', { ...RULES, scheme: INTERNET_FACING, subnets });
    expect(saidOf(shop)).toEqual([message('addIngress(A)').replace(/Stack\/Vpc\/PrivateSubnet(.)/g, (_, index) => `Stack/subnet-vpc-01-${Number(index) + 2}`)]);
  });

  test('are right for internal ones, as public ones are', () => {
    const shop = new Shop();
    const { support, vpc } = shop;
    support.addIngress('A', { ...RULES, subnets: vpc.privateSubnets });
    support.addIngress('B', { ...RULES, scheme: INTERNAL, subnets: vpc.privateSubnets });
    support.addIngress('C', { ...RULES, scheme: INTERNET_FACING, subnets: vpc.publicSubnets });
    expect(saidOf(shop)).toEqual([]);
  });
});
