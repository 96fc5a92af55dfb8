import { invalidProp } from '../util/messages';
import { checkType } from '../util/struct-check';
import { isUnknown } from '../util/tokens';

/** Keys with which the controller finds its own resources again. With one of them in its default tags it does not start. */
export const TRACKING_TAGS = new Set([
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

/**
 * Describes what is wrong with default tags, which the controller reads from one flag.
 *
 * The chart joins tags with commas and prints them into a YAML string without quotes; the controller splits them as CSV.
 */
export function defaultTagsFault(tags: { readonly [key: string]: string }): { rule: string; value: string; remedy: string } | undefined {
  const fault = tagsFault(tags);
  if (fault) return fault;
  const unfit = Object.entries(tags).flat().find((one) => !isUnknown(one) && /[,"\n\r\t]|: |:$| #|^\s|\s$/.test(one));
  if (unfit !== undefined) {
    return {
      rule: "must not have a comma, a double quote, a line break, ': ' or ' #' in keys or values, nor start or end with a space, nor end with ':'",
      value: unfit,
      remedy: 'reword it; the chart passes all tags in one flag',
    };
  }
  const key = Object.keys(tags).find((one) => !isUnknown(one) && one.includes('='));
  return key === undefined ? undefined : { rule: "must not have '=' in keys", value: key, remedy: 'reword it' };
}
