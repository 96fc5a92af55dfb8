import { cidrFault } from '../../src/util/cidr';

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
