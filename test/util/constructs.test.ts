import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { hasMembers, isSameConstruct, unwrapConstruct } from '../../src/util/constructs';
import { proxyOf } from '../support/proxies';

const stack = new Stack();
const vpc = new ec2.Vpc(stack, 'Vpc');
const other = new ec2.Vpc(stack, 'Other');

test('a proxy leads to its construct; everything else stays as it is', () => {
  expect(unwrapConstruct(proxyOf(vpc))).toBe(vpc);
  expect(unwrapConstruct(vpc)).toBe(vpc);
  expect(unwrapConstruct(stack)).toBe(stack);
  expect(['text', undefined, null, 7].map(unwrapConstruct)).toEqual(['text', undefined, null, 7]);
  const fake = { node: {} };
  expect(unwrapConstruct(fake)).toBe(fake);
});

test('a construct that was removed from the tree stays as it is', () => {
  const removed = new ec2.Vpc(stack, 'Removed');
  stack.node.tryRemoveChild('Removed');
  expect(unwrapConstruct(removed)).toBe(removed);
  new ec2.Vpc(stack, 'Removed');
  expect(unwrapConstruct(removed)).toBe(removed);
});

test('constructs are compared through proxies', () => {
  expect(isSameConstruct(vpc, proxyOf(vpc))).toBe(true);
  expect(isSameConstruct(proxyOf(vpc), proxyOf(vpc))).toBe(true);
  expect(isSameConstruct(proxyOf(vpc), other)).toBe(false);
  expect(isSameConstruct(undefined, undefined)).toBe(true);
  expect(isSameConstruct(vpc, undefined)).toBe(false);
  expect(isSameConstruct(undefined, vpc)).toBe(false);
});

test('members are found through proxies, and where reading them fails', () => {
  const throwing = { get vpcId(): string { throw new Error('not known'); } };
  expect(hasMembers(proxyOf(vpc), 'node', 'vpcId')).toBe(true);
  expect(hasMembers(throwing, 'vpcId')).toBe(true);
  expect(hasMembers(vpc, 'clusterName')).toBe(false);
  expect([undefined, null, 'vpc'].some((value) => hasMembers(value, 'node'))).toBe(false);
});
