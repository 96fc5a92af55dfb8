import { isIPv4, isIPv6 } from 'net';
import { invalidProp } from './messages';
import { isUnknown } from './tokens';

/** Rejects a literal that is no DNS label, which the names of namespaces must be. */
export function validateDnsLabel(prop: string, value: string): void {
  if (isUnknown(value) || (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) && value.length <= 63)) return;
  throw invalidProp(prop, "must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters)", value,
    'rename it');
}

/** Rejects a literal that is no DNS subdomain, which the names of most Kubernetes objects must be. */
export function validateDnsSubdomain(prop: string, value: string): void {
  if (isUnknown(value)) return;
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value) && value.length <= 253) return;
  throw invalidProp(prop, "must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters)", value,
    'rename it');
}

/** Rejects a literal outside `min`..`max`, or one with a fraction. */
export function validateInteger(prop: string, value: number, min: number, max: number, remedy: string): void {
  if (isUnknown(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
  const limits = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw invalidProp(prop, `must be a whole number ${limits}`, value, remedy);
}

/** Rejects a literal that cannot be the id of a resource in EC2, such as `subnet-0123456789abcdef0`. Tests use other ids. */
export function validateId(prop: string, type: string, id: string): void {
  if (isUnknown(id) || new RegExp(`^${type}-[\\w-]+$`).test(id)) return;
  throw invalidProp(prop, `must have ids like ${type}-0123456789abcdef0`, id, 'correct it where it is imported');
}

/** Rejects a literal that Helm would reject as the name of a release. */
export function validateReleaseName(prop: string, value: string): void {
  if (isUnknown(value) || value.length <= 53) return validateDnsSubdomain(prop, value);
  throw invalidProp(prop, 'must have at most 53 characters, as Helm requires', value, 'shorten it');
}

/** The name of a Kubernetes object by the id of its construct: `internal-shop` of `InternalShop`. */
export function kubernetesNameOf(id: string): string {
  return id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2').toLowerCase();
}

/**
 * Why a text is not a CIDR block; undefined where it is one.
 *
 * As strict as the controller's own admission check, which does not apply to IngressClassParams of the chart: no bit may be set outside the
 * prefix.
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
