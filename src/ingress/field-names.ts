import { ANNOTATIONS } from './annotations';
import type { IngressOptions } from './ingress-options';
import { FIELDS } from './render-fields';

/** Fields by the keys of the annotations that they stand for. Some are rendered together with others, and not in the table. */
const FIELD_NAMES: ReadonlyMap<string, string> = new Map<string, keyof IngressOptions>([
  ...Object.entries(FIELDS).flatMap(([field, { keys }]) => keys.map((key): [string, keyof IngressOptions] => [key, field as keyof IngressOptions])),
  ...Object.keys(ANNOTATIONS).filter((key) => key.startsWith('auth-')).map((key): [string, keyof IngressOptions] => [key, 'auth']),
  ['load-balancer-attributes', 'loadBalancerAttributes'],
  ['manage-backend-security-group-rules', 'manageNodeRules'],
  ['listen-ports', 'listeners'],
  ['ssl-redirect', 'redirectHttp'],
]);

/** The field that stands for a key. */
export function fieldNameOf(key: string): string | undefined {
  return FIELD_NAMES.get(key)
    ?? (key.startsWith('listener-attributes.') ? 'listeners'
      : /^(actions|conditions)\./.test(key) ? 'rules' : undefined);
}
