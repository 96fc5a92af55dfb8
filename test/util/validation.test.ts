import { Lazy, Token } from 'aws-cdk-lib';
import { validateTags } from '../../src/release/resource-tags';
import { cidrFault, validateDnsLabel, validateDnsSubdomain, validateInteger } from '../../src/util/validation';

const accepts = (check: () => void) => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['a', true, true],
  ['kube-system', true, true],
  ['0', true, true],
  ['a'.repeat(63), true, true],
  ['a'.repeat(64), false, true],
  ['a'.repeat(253), false, true],
  ['a'.repeat(254), false, false],
  ['a.b-c.d', false, true],
  ['', false, false],
  ['A', false, false],
  ['a_b', false, false],
  ['-a', false, false],
  ['a-', false, false],
  ['a..b', false, false],
  ['a.-b', false, false],
  ['.a', false, false],
  ['a\n', false, false],
  [Token.asString({ Ref: 'Name' }), true, true],
])('%j is a DNS label: %p, and a DNS subdomain: %p', (value, isLabel, isSubdomain) => {
  expect([accepts(() => validateDnsLabel('prop', value)), accepts(() => validateDnsSubdomain('prop', value))]).toEqual([isLabel, isSubdomain]);
});

test('fails by the name of the prop', () => {
  expect(() => validateDnsLabel('namespace', 'a.b')).toThrow(new Error(
    "namespace must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters), got \"a.b\"; rename it"));
  expect(() => validateDnsSubdomain('ingressClassName', 'A')).toThrow(new Error(
    "ingressClassName must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters), got \"A\"; rename it"));
});

test.each<[number, number, number, string | undefined]>([
  [1, 1, 65535, undefined],
  [65535, 1, 65535, undefined],
  [0, 1, 65535, 'port must be a whole number from 1 to 65535, got 0; choose'],
  [65536, 1, 65535, 'port must be a whole number from 1 to 65535, got 65536; choose'],
  [1.5, 1, Infinity, 'port must be a whole number of at least 1, got 1.5; choose'],
  [NaN, 1, Infinity, 'port must be a whole number of at least 1, got "NaN"; choose'],
  [Lazy.number({ produce: () => 0 }), 1, 2, undefined],
])('the number %p from %p to %p', (value, min, max, message) => {
  const check = () => validateInteger('port', value, min, max, 'choose');
  message === undefined ? check() : expect(check).toThrow(new Error(message));
});

test.each<[{ [key: string]: string }, string | undefined]>([
  [{ ['k'.repeat(128)]: 'v'.repeat(256), awsome: '' }, undefined],
  [{ [Token.asString({ Ref: 'Key' })]: Token.asString({ Ref: 'Value' }) }, undefined],
  [{ ['k'.repeat(129)]: '' }, `tags must have keys of 1 to 128 characters that do not start with 'aws:', got "${'k'.repeat(129)}"; choose another key`],
  [{ '': '' }, 'tags must have keys of 1 to 128 characters that do not start with \'aws:\', got ""; choose another key'],
  [{ 'AWS:x': '' }, 'tags must have keys of 1 to 128 characters that do not start with \'aws:\', got "AWS:x"; choose another key'],
  [{ k: 'v'.repeat(257) }, `tags must have values of at most 256 characters, as that of k, got "${'v'.repeat(257)}"; shorten it`],
  [{ team: undefined as any }, 'tags.team must be text, got undefined; pass a string'],
  [{ 'gateway.k8s.aws.alb/stack': '' }, 'tags must not have the controller\'s own tracking tags, got "gateway.k8s.aws.alb/stack"; choose another key'],
])('the tags %#', (tags, message) => {
  const check = () => validateTags('tags', tags);
  message === undefined ? check() : expect(check).toThrow(new Error(message));
});

test.each([
  '0.0.0.0/0', '10.0.0.0/8', '192.168.1.1/32', '172.16.0.0/12', '::/0', '2001:db8::/32', '2001:db8::1/128', 'fe80::/10', '::ffff:10.0.0.0/104',
  '1:2:3:4:5:6:7:8/128',
])('%s is right', (cidr) => {
  expect(cidrFault(cidr)).toBeUndefined();
});

test.each([
  ['10.0.0.0', 'must be a CIDR block, an address and a prefix length'],
  ['10.0.0.0/', 'must be a CIDR block, an address and a prefix length'],
  ['10.0.0.0/8/8', 'must be a CIDR block, an address and a prefix length'],
  ['10.0.0.256/32', 'must have an IPv4 or IPv6 address before the slash'],
  ['example.com/8', 'must have an IPv4 or IPv6 address before the slash'],
  ['fe80::1%eth0/128', 'must have an IPv4 or IPv6 address before the slash'],
  ['10.0.0.0/33', 'must have a prefix length of at most 32'],
  ['::/129', 'must have a prefix length of at most 128'],
  ['10.0.0.1/8', 'must have no bits set outside its prefix'],
  ['10.0.0.1/31', 'must have no bits set outside its prefix'],
  ['2001:db8::1/32', 'must have no bits set outside its prefix'],
  ['::ffff:10.0.0.1/104', 'must have no bits set outside its prefix'],
])('%s: %s', (cidr, fault) => {
  expect(cidrFault(cidr)).toBe(fault);
});
