import { CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { checkIds, isIsolated, inBoth, isListToken, isOwned, isInOneZone } from '../../src/network/subnets';

const stack = new Stack();
const PUBLIC = { name: 'Public', subnetType: ec2.SubnetType.PUBLIC };
const PRIVATE = { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
const ISOLATED = { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
const newVpc = (id: string, ...subnetConfiguration: ec2.SubnetConfiguration[]) => new ec2.Vpc(stack, id, { subnetConfiguration, maxAzs: 2 });
const vpc = newVpc('Vpc', PUBLIC, PRIVATE, ISOLATED);
const subnetIn = (availabilityZone: string | undefined, subnetId: string) =>
  ec2.Subnet.fromSubnetAttributes(stack, `Imported${stack.node.children.length}`, { subnetId, availabilityZone });
const zone = new CfnParameter(stack, 'Zone').valueAsString;

test('a VPC has no way out where all of its subnets, of which there are some, are isolated', () => {
  const imported = ec2.Vpc.fromVpcAttributes(stack, 'Untold', { vpcId: 'vpc-1', availabilityZones: ['a'] });
  expect([vpc, newVpc('NoPrivate', PUBLIC, ISOLATED), newVpc('OnlyIsolated', ISOLATED), imported].map(isIsolated)).toEqual([false, false, true, false]);
});

test('a subnet of this app is told from an imported one', () => {
  expect([vpc.publicSubnets[0], subnetIn('a', 's')].map(isOwned)).toEqual([true, false]);
});

test('a list of which only the deployment knows the length is told from ids', () => {
  const [list] = Fn.split(',', Fn.importValue('Subnets'));
  expect([list, Fn.importValue('Subnet'), 'subnet-1'].map(isListToken)).toEqual([true, false, false]);
});

test('subnets in both lists are known by construct or id, tokens by what they say', () => {
  const [one, again, other] = ['s-1', 's-1', 's-2'].map((id) => subnetIn('a', id));
  const [token, sameToken, otherToken] = [zone, zone, new CfnParameter(stack, 'Other').valueAsString].map((id) => subnetIn('a', id));
  const [owned] = vpc.publicSubnets;
  expect(inBoth([one, other, token, owned], [again, sameToken, otherToken, owned])).toEqual([one, token, owned]);
});

test.each<[string, () => ec2.ISubnet[], boolean]>([
  ['none', () => [], false],
  ['one', () => [subnetIn('a', 's')], true],
  ['two in one zone', () => [subnetIn('a', 's'), subnetIn('a', 't')], true],
  ['two in two zones', () => [subnetIn('a', 's'), subnetIn('b', 't')], false],
  ['two in one zone that is a token', () => [subnetIn(zone, 's'), subnetIn(zone, 't')], true],
  ['owned ones in two zones of any region', () => vpc.publicSubnets, false],
  ['one that does not say where it is', () => [subnetIn('a', 's'), subnetIn(undefined, 't')], false],
  ['a list of unknown length', () => [subnetIn('a', Fn.split(',', Fn.importValue('Subnets'))[0])], false],
])('certainly in one zone: %s', (_, subnets, expected) => {
  expect(isInOneZone(subnets())).toBe(expected);
});

test('a subnet without an id of one is rejected; what the deployment or a lookup tells is not known', () => {
  const ids = ['subnet-0a1b2c3d', 'subnet-0123456789abcdef0', 'subnet-private-1', zone, Fn.split(',', Fn.importValue('Subnets'))[0], 's-12345', 'p-67890'];
  checkIds('internalSubnets', ids.map((id) => subnetIn('a', id)));
  for (const id of ['subnet-', '0123456789abcdef0', 'subnet-0123 ', 'subnet', 'Subnet-0a', 'arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a', '']) {
    expect(() => checkIds('internalSubnets', [subnetIn('a', id)])).toThrow(new Error(
      `internalSubnets must have ids like subnet-0123456789abcdef0, got ${JSON.stringify(id)}; correct it where it is imported`));
  }
});
