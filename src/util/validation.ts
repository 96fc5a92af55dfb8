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

/** Rejects a literal that cannot be the id of a resource in EC2, such as `subnet-0123456789abcdef0`. Apps under test make up some. */
export function validateId(prop: string, type: string, id: string): void {
  if (isUnknown(id) || new RegExp(`^${type}-[\\w-]+$`).test(id)) return;
  throw invalidProp(prop, `must have ids like ${type}-0123456789abcdef0`, id, 'correct it where it is imported');
}

/** Rejects a literal that Helm would reject as the name of a release. */
export function validateReleaseName(prop: string, value: string): void {
  if (isUnknown(value) || value.length <= 53) return validateDnsSubdomain(prop, value);
  throw invalidProp(prop, 'must have at most 53 characters, as Helm demands', value, 'shorten it');
}

/** The name of a Kubernetes object by the id of its construct: `internal-shop` of `InternalShop`. */
export function kubernetesNameOf(id: string): string {
  return id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2').toLowerCase();
}
