import { CfnParameter, Fn, Lazy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { propertiesOf } from '../../src/cluster/cdk-internals';
import { isInOtherVpc, isOtherVpc } from '../../src/cluster/vpc-resources';
import { newApp, newStack } from '../fixtures';

const importVpc = (stack: Stack, vpcId: string, id = 'Imported') =>
  ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a'], publicSubnetIds: ['subnet-a'] });
const parameter = (stack: Stack) => new CfnParameter(stack, 'Id').valueAsString;

describe('an id of a VPC', () => {
  let stack: Stack;
  let owned: ec2.Vpc;

  beforeEach(() => {
    stack = newStack();
    owned = new ec2.Vpc(stack, 'Owned');
  });

  test.each<[string, () => string, () => ec2.IVpc]>([
    ['of another VPC of the app', () => new ec2.Vpc(stack, 'Other').vpcId, () => owned],
    ['that is literal, as the other one is', () => 'vpc-2', () => importVpc(stack, 'vpc-1')],
    ['that is said late', () => Lazy.string({ produce: () => 'vpc-2' }), () => importVpc(stack, 'vpc-1')],
    ['of another VPC, by its attribute', () => (new ec2.Vpc(stack, 'Other').node.defaultChild as ec2.CfnVPC).attrVpcId, () => owned],
    ['beside a VPC that is imported by its reference', () => new ec2.Vpc(stack, 'Other').vpcId, () => importVpc(stack, owned.vpcId)],
  ])('%s is another one', (_, idOf, vpcOf) => {
    expect(isOtherVpc(stack, idOf(), vpcOf())).toBe(true);
  });

  test.each<[string, () => string | undefined, () => ec2.IVpc]>([
    ['of the VPC', () => owned.vpcId, () => owned],
    ['of the VPC, by its attribute', () => (owned.node.defaultChild as ec2.CfnVPC).attrVpcId, () => owned],
    ['of the VPC, said late', () => Lazy.string({ produce: () => owned.vpcId }), () => owned],
    ['that is literal, as the same one is', () => 'vpc-1', () => importVpc(stack, 'vpc-1')],
    ['that nothing is known of', () => undefined, () => owned],
    ['that is a parameter', () => parameter(stack), () => owned],
    ['that is a parameter, beside a literal one', () => parameter(stack), () => importVpc(stack, 'vpc-1')],
    ['that is imported, beside a literal one', () => Fn.importValue('Vpc'), () => importVpc(stack, 'vpc-1')],
    ['that is literal, beside a parameter', () => 'vpc-2', () => importVpc(stack, parameter(stack))],
    ['that is literal, beside one that only the deployment knows', () => 'vpc-2', () => owned],
    ['that only the deployment knows, beside a literal one', () => owned.vpcId, () => importVpc(stack, 'vpc-1')],
    ['that is put together of one', () => Fn.select(0, Fn.split('/', `${new ec2.Vpc(stack, 'Other').vpcId}/x`)), () => owned],
  ])('%s may be the same', (_, idOf, vpcOf) => {
    expect(isOtherVpc(stack, idOf(), vpcOf())).toBe(false);
  });

  test('of a lookup that is still to be made may be the same', () => {
    const known = newStack('Known', { env: { account: '111122223333', region: 'eu-west-1' } });
    expect(isOtherVpc(known, 'vpc-1', ec2.Vpc.fromLookup(known, 'Vpc', { vpcId: 'vpc-1' }))).toBe(false);
    expect(isOtherVpc(known, 'vpc-12345', importVpc(known, 'vpc-1'))).toBe(false);
  });

  test('is read from resources, as their constructs have it', () => {
    const group = new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc: owned, targetType: elbv2.TargetType.IP });
    const { vpcId } = propertiesOf(group.node.defaultChild as elbv2.CfnTargetGroup);
    expect(isOtherVpc(stack, vpcId, owned)).toBe(false);
    expect(isOtherVpc(stack, vpcId, new ec2.Vpc(stack, 'Other'))).toBe(true);
  });
});

describe('a subnet', () => {
  let stack: Stack;
  let vpc: ec2.Vpc;

  beforeEach(() => {
    stack = newStack();
    vpc = new ec2.Vpc(stack, 'Vpc');
  });

  test.each<[string, () => ec2.ISubnet]>([
    ['of another VPC', () => new ec2.Vpc(stack, 'Other').publicSubnets[0]],
    ['of another VPC, imported by its reference', () =>
      ec2.Subnet.fromSubnetId(stack, 'Again', new ec2.Vpc(stack, 'Other').publicSubnets[0].subnetId)],
    ['beside another VPC', () =>
      new ec2.Subnet(stack, 'Subnet', { vpcId: new ec2.Vpc(stack, 'Other').vpcId, availabilityZone: 'a', cidrBlock: '10.0.9.0/24' })],
    ['of a VPC that is imported by its reference', () => importVpc(stack, new ec2.Vpc(stack, 'Other').vpcId).publicSubnets[0]],
  ])('%s is in another one', (_, subnetOf) => {
    expect(isInOtherVpc(subnetOf(), vpc)).toBe(true);
  });

  test('of a VPC that is imported with another id is in another one', () => {
    const subnets = importVpc(stack, 'vpc-2', 'Two').publicSubnets;
    expect(subnets.map((subnet) => isInOtherVpc(subnet, importVpc(stack, 'vpc-1', 'One')))).toEqual([true]);
  });

  test.each<[string, () => ec2.ISubnet]>([
    ['of the VPC', () => vpc.privateSubnets[0]],
    ['beside the VPC', () => new ec2.Subnet(stack, 'Subnet', { vpcId: vpc.vpcId, availabilityZone: 'a', cidrBlock: '10.0.9.0/24' })],
    ['of the VPC, imported by its reference', () => ec2.Subnet.fromSubnetId(stack, 'Again', vpc.publicSubnets[0].subnetId)],
    ['that is imported', () => ec2.Subnet.fromSubnetId(stack, 'Theirs', 'subnet-1')],
    ['of a VPC whose id is a parameter', () => importVpc(stack, parameter(stack)).publicSubnets[0]],
    ['of a VPC that is imported by its literal id', () => importVpc(stack, 'vpc-2').publicSubnets[0]],
  ])('%s may be in it', (_, subnetOf) => {
    expect(isInOtherVpc(subnetOf(), vpc)).toBe(false);
  });

  test('of another stack is compared all the same', () => {
    const app = newApp();
    const [network, other] = ['Network', 'Other'].map((id) => newStack(id, {}, app));
    const own = new ec2.Vpc(network, 'Vpc');
    expect(isInOtherVpc(own.publicSubnets[0], own)).toBe(false);
    expect(isInOtherVpc(new ec2.Vpc(other, 'Vpc').publicSubnets[0], own)).toBe(true);
  });
});
