import { isIPv4, isIPv6 } from 'net';

/**
 * Says what is wrong with a CIDR block, or nothing where it is right.
 *
 * As strict as the controller's own admission check, which a chart's IngressClassParams never meets: no bit may be
 * set outside the prefix.
 */
export function cidrFault(cidr: string): string | undefined {
  const [, address, prefixText] = cidr.match(/^([^/]+)\/(\d{1,3})$/) ?? [];
  if (address === undefined) return 'must be a CIDR block, an address and a prefix length';
  const width = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined;
  if (width === undefined) return 'must have an IPv4 or IPv6 address before the slash';
  const prefix = Number(prefixText);
  if (prefix > width) return `must have a prefix length of at most ${width}`;
  const outside = (width === 32 ? ipv4Bits(address) : ipv6Bits(address)) % BigInt(2) ** BigInt(width - prefix);
  return outside === BigInt(0) ? undefined : 'must have no bits set outside its prefix';
}

function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((bits, part) => bits * BigInt(256) + BigInt(part), BigInt(0));
}

function ipv6Bits(address: string): bigint {
  // The last 32 bits may be written as an IPv4 address.
  const v4 = address.match(/\d+\.\d+\.\d+\.\d+$/)?.[0];
  const hexOnly = v4 === undefined ? address : `${address.slice(0, -v4.length)}${(ipv4Bits(v4) / BigInt(65536)).toString(16)}:${(ipv4Bits(v4) % BigInt(65536)).toString(16)}`;
  const [head, tail] = hexOnly.split('::').map((side) => side.split(':').filter((group) => group !== ''));
  const groups = tail === undefined ? head : [...head, ...new Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((bits, group) => bits * BigInt(65536) + BigInt(`0x${group}`), BigInt(0));
}
