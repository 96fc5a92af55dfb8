import { CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { RULES, Shop } from './support';
import { EksAlbIngressSupport, IngressOptions, LoadBalancerScheme } from '../../src';
import { importCluster, newStack, warningsOf } from '../fixtures';

const { INTERNAL, INTERNET_FACING } = LoadBalancerScheme;
const attributes = (vpcId: string) => ({
  vpcId, availabilityZones: ['a', 'b'], publicSubnetIds: [`subnet-${vpcId}-1`, `subnet-${vpcId}-2`], privateSubnetIds: [`subnet-${vpcId}-3`, `subnet-${vpcId}-4`],
});
const imported = (stack: Stack, vpcId: string) => ec2.Vpc.fromVpcAttributes(stack, `Imported-${vpcId}`, attributes(vpcId));

/** A support for a cluster in a VPC that was imported. */
function importedShop() {
  const stack = newStack();
  const vpc = imported(stack, 'vpc-01');
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
    const other = imported(stack, 'vpc-02');
    expect(() => support.addIngress('A', { ...RULES, subnets: other.publicSubnets })).toThrow(
      message('addIngress(A).subnets', 'Stack/Imported-vpc-02/PublicSubnet1', 'Stack/Imported-vpc-01'));
    expect(() => support.addIngress('B', { ...RULES, securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc: other })] })).toThrow(
      message('addIngress(B).securityGroups', 'Stack/Group', 'Stack/Imported-vpc-01'));
  });

  test('but not where that is not known, or they are of this one', () => {
    const shop = new Shop();
    const { stack, vpc } = shop;
    const unknown = imported(stack, 'vpc-02');
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
