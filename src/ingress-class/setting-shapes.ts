import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { cidrFault } from '../util/validation';

/** What a literal value must look like, and how to say so. */
export interface Shape {
  readonly pattern: RegExp;
  readonly rule: string;
}

export const GROUP_NAME: Shape = {
  pattern: /^(?=.{1,63}$)([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/,
  rule: "must be at most 63 of a-z, 0-9, '-' and '.', starting and ending alphanumeric",
};

export const LOAD_BALANCER_NAME: Shape = {
  pattern: /^(?=.{1,32}$)(?!internal-)[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/,
  rule: "must be at most 32 of A-Z, a-z, 0-9 and '-', not starting or ending with '-' nor starting with 'internal-'",
};

export const IPAM_POOL: Shape = { pattern: /^ipam-pool-[0-9a-f]+$/, rule: 'must be the id of an IPAM pool, like ipam-pool-0123456789abcdef0' };

export const PREFIX_LIST: Shape = { pattern: /^pl-[0-9a-f]+$/, rule: 'must be ids of prefix lists, like pl-0123456789abcdef0' };

/** Rejects a literal of another shape. */
export function validateShape(prop: string, value: string | undefined, { pattern, rule }: Shape): void {
  if (value === undefined || isUnknown(value) || pattern.test(value)) return;
  throw invalidProp(prop, rule, value, 'correct it, or leave it out');
}

/** Rejects literals that are no CIDR blocks. */
export function validateCidrs(prop: string, cidrs: string[] | undefined): void {
  for (const cidr of cidrs ?? []) {
    const fault = isUnknown(cidr) ? undefined : cidrFault(cidr);
    if (fault) throw invalidProp(prop, fault, cidr, 'write it like "10.0.0.0/8" or "2001:db8::/32"');
  }
}

/** Rejects literals that stand twice in a list. */
export function validateDistinct(prop: string, what: string, values: (string | number)[]): void {
  const repeated = values.find((value, index) => !isUnknown(value) && values.indexOf(value) !== index);
  if (repeated !== undefined) throw invalidProp(prop, `must not repeat ${what}`, repeated, 'name it once');
}
