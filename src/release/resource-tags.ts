import { invalidProp } from '../util/messages';
import { checkType } from '../util/struct-check';
import { isUnknown } from '../util/tokens';

/** Keys with which the controller finds its own resources again; it does not start with one of them in its default tags. */
const TRACKING_TAGS = new Set([
  'elbv2.k8s.aws/cluster', 'elbv2.k8s.aws/resource',
  'ingress.k8s.aws/stack', 'ingress.k8s.aws/resource',
  'service.k8s.aws/stack', 'service.k8s.aws/resource',
  'gateway.k8s.aws.nlb/stack', 'gateway.k8s.aws.nlb/resource',
  'gateway.k8s.aws.alb/stack', 'gateway.k8s.aws.alb/resource',
]);

/** Describes what AWS, or the controller, would reject in tags. */
export function tagsFault(tags: { readonly [key: string]: string }): { rule: string; value: string; remedy: string } | undefined {
  for (const [key, value] of Object.entries(tags)) {
    if (TRACKING_TAGS.has(key)) {
      return { rule: "must not have the controller's own tracking tags", value: key, remedy: 'choose another key' };
    }
    if (!isUnknown(key) && (key.length < 1 || key.length > 128 || key.toLowerCase().startsWith('aws:'))) {
      return { rule: "must have keys of 1 to 128 characters that do not start with 'aws:'", value: key, remedy: 'choose another key' };
    }
    if (!isUnknown(value) && value.length > 256) {
      return { rule: `must have values of at most 256 characters, as that of ${key}`, value, remedy: 'shorten it' };
    }
  }
  return undefined;
}

/** Rejects tags that AWS, or the controller, would reject later. */
export function validateTags(prop: string, tags: { [key: string]: string }): void {
  checkType('{string}', prop, tags);
  const fault = tagsFault(tags);
  if (fault) throw invalidProp(prop, fault.rule, fault.value, fault.remedy);
}
