import { refusal } from './messages';
import { isUnknown } from './unknown';

/** Name of chart, Helm release and, by default, ServiceAccount: the one that upstream's documentation uses. */
export const CONTROLLER = 'aws-load-balancer-controller';

/** Refuses a literal that is no DNS label, which the names of namespaces must be. */
export function validateDnsLabel(prop: string, value: string): void {
  if (isUnknown(value) || (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value) && value.length <= 63)) return;
  throw refusal(prop, "must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters)", value,
    'rename it');
}

/** Refuses a literal that is no DNS subdomain, which the names of most Kubernetes objects must be. */
export function validateDnsSubdomain(prop: string, value: string): void {
  if (isUnknown(value)) return;
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value) && value.length <= 253) return;
  throw refusal(prop, "must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters)", value,
    'rename it');
}

/** Refuses a literal outside `min`..`max`, or one with a fraction. */
export function validateInteger(prop: string, value: number, min: number, max: number, remedy: string): void {
  if (isUnknown(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
  const limits = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw refusal(prop, `must be a whole number ${limits}`, value, remedy);
}

/** Keys with which the controller finds its own resources again; it does not start with one of them in its default tags. */
const TRACKING_TAGS = new Set([
  'elbv2.k8s.aws/cluster', 'elbv2.k8s.aws/resource',
  'ingress.k8s.aws/stack', 'ingress.k8s.aws/resource',
  'service.k8s.aws/stack', 'service.k8s.aws/resource',
  'gateway.k8s.aws.nlb/stack', 'gateway.k8s.aws.nlb/resource',
  'gateway.k8s.aws.alb/stack', 'gateway.k8s.aws.alb/resource',
]);

/** Refuses tags that AWS, or the controller, would refuse later. */
export function validateTags(prop: string, tags: { [key: string]: string }): void {
  for (const [key, value] of Object.entries(tags)) {
    if (TRACKING_TAGS.has(key)) {
      throw refusal(prop, "must not have the controller's own tracking tags", key, 'choose another key');
    }
    if (!isUnknown(key) && (key.length < 1 || key.length > 128 || key.toLowerCase().startsWith('aws:'))) {
      throw refusal(prop, "must have keys of 1 to 128 characters that do not start with 'aws:'", key, 'choose another key');
    }
    if (!isUnknown(value) && value.length > 256) {
      throw refusal(prop, `must have values of at most 256 characters, as that of ${key}`, value, 'shorten it');
    }
  }
}
