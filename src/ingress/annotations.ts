import type { ControllerVersion } from '../release/controller-version';

/** Before each key that the controller reads from an Ingress. */
export const PREFIX = 'alb.ingress.kubernetes.io/';

/** What the controller makes of a value: how it parses it, or the values that it takes. */
export type AnnotationShape = 'text' | 'boolean' | 'integer' | 'list' | 'map' | 'json' | readonly string[];

interface Annotation {
  readonly since: string;
  readonly shape: AnnotationShape;
}

const HTTP = ['HTTP', 'HTTPS'];
const SCHEMES = ['internal', 'internet-facing'];

/**
 * The annotations that the controller reads from an Ingress, with the first release that does.
 *
 * A key it does not know means nothing to the controller, and nobody says so; what it cannot parse keeps the load balancer from being
 * made or changed. Read from `pkg/annotations/constants.go` and from where `pkg/ingress` parses them; what is older stands at v2.4.0.
 */
export const ANNOTATIONS: { readonly [key: string]: Annotation } = {
  'load-balancer-name': { since: 'v2.4.0', shape: 'text' },
  'group.name': { since: 'v2.4.0', shape: 'text' },
  'group.order': { since: 'v2.4.0', shape: 'integer' },
  'tags': { since: 'v2.4.0', shape: 'map' },
  'ip-address-type': { since: 'v2.4.0', shape: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'] },
  'scheme': { since: 'v2.4.0', shape: SCHEMES },
  'subnets': { since: 'v2.4.0', shape: 'list' },
  'customer-owned-ipv4-pool': { since: 'v2.4.0', shape: 'text' },
  'load-balancer-attributes': { since: 'v2.4.0', shape: 'map' },
  'wafv2-acl-arn': { since: 'v2.4.0', shape: 'text' },
  'waf-acl-id': { since: 'v2.4.0', shape: 'text' },
  'web-acl-id': { since: 'v2.4.0', shape: 'text' },
  'shield-advanced-protection': { since: 'v2.4.0', shape: 'boolean' },
  'security-groups': { since: 'v2.4.0', shape: 'list' },
  'manage-backend-security-group-rules': { since: 'v2.4.0', shape: 'boolean' },
  'listen-ports': { since: 'v2.4.0', shape: 'json' },
  'ssl-redirect': { since: 'v2.4.0', shape: 'integer' },
  'inbound-cidrs': { since: 'v2.4.0', shape: 'list' },
  'certificate-arn': { since: 'v2.4.0', shape: 'list' },
  'ssl-policy': { since: 'v2.4.0', shape: 'text' },
  'target-type': { since: 'v2.4.0', shape: ['instance', 'ip'] },
  'backend-protocol': { since: 'v2.4.0', shape: HTTP },
  'backend-protocol-version': { since: 'v2.4.0', shape: ['HTTP1', 'HTTP2', 'GRPC'] },
  'target-group-attributes': { since: 'v2.4.0', shape: 'map' },
  'healthcheck-port': { since: 'v2.4.0', shape: 'text' },
  'healthcheck-protocol': { since: 'v2.4.0', shape: HTTP },
  'healthcheck-path': { since: 'v2.4.0', shape: 'text' },
  'healthcheck-interval-seconds': { since: 'v2.4.0', shape: 'integer' },
  'healthcheck-timeout-seconds': { since: 'v2.4.0', shape: 'integer' },
  'healthy-threshold-count': { since: 'v2.4.0', shape: 'integer' },
  'unhealthy-threshold-count': { since: 'v2.4.0', shape: 'integer' },
  'success-codes': { since: 'v2.4.0', shape: 'text' },
  'auth-type': { since: 'v2.4.0', shape: ['none', 'cognito', 'oidc'] },
  'auth-idp-cognito': { since: 'v2.4.0', shape: 'json' },
  'auth-idp-oidc': { since: 'v2.4.0', shape: 'json' },
  'auth-on-unauthenticated-request': { since: 'v2.4.0', shape: ['authenticate', 'allow', 'deny'] },
  'auth-scope': { since: 'v2.4.0', shape: 'text' },
  'auth-session-cookie': { since: 'v2.4.0', shape: 'text' },
  'auth-session-timeout': { since: 'v2.4.0', shape: 'integer' },
  'target-node-labels': { since: 'v2.4.0', shape: 'map' },
  'mutual-authentication': { since: 'v2.7.0', shape: 'json' },
  'security-group-prefix-lists': { since: 'v2.8.0', shape: 'list' },
  'multi-cluster-target-group': { since: 'v2.10.0', shape: 'boolean' },
  'minimum-load-balancer-capacity': { since: 'v2.11.0', shape: 'map' },
  'ipam-ipv4-pool-id': { since: 'v2.12.0', shape: 'text' },
  'enable-frontend-nlb': { since: 'v2.13.0', shape: 'boolean' },
  'frontend-nlb-scheme': { since: 'v2.13.0', shape: SCHEMES },
  'frontend-nlb-subnets': { since: 'v2.13.0', shape: 'list' },
  'frontend-nlb-security-groups': { since: 'v2.13.0', shape: 'list' },
  'frontend-nlb-listener-port-mapping': { since: 'v2.13.0', shape: 'map' },
  'frontend-nlb-healthcheck-port': { since: 'v2.13.0', shape: 'text' },
  'frontend-nlb-healthcheck-protocol': { since: 'v2.13.0', shape: 'text' },
  'frontend-nlb-healthcheck-path': { since: 'v2.13.0', shape: 'text' },
  'frontend-nlb-healthcheck-interval-seconds': { since: 'v2.13.0', shape: 'integer' },
  'frontend-nlb-healthcheck-timeout-seconds': { since: 'v2.13.0', shape: 'integer' },
  'frontend-nlb-healthcheck-healthy-threshold-count': { since: 'v2.13.0', shape: 'integer' },
  'frontend-nlb-healthcheck-unhealthy-threshold-count': { since: 'v2.13.0', shape: 'integer' },
  'frontend-nlb-healthcheck-success-codes': { since: 'v2.13.0', shape: 'text' },
  'wafv2-acl-name': { since: 'v2.14.0', shape: 'text' },
  'frontend-nlb-eip-allocations': { since: 'v2.14.0', shape: 'list' },
  'frontend-nlb-tags': { since: 'v2.14.0', shape: 'map' },
  'use-regex-path-match': { since: 'v2.14.1', shape: 'boolean' },
  'jwt-validation': { since: 'v2.15.0', shape: 'json' },
  'frontend-nlb-attributes': { since: 'v3.2.0', shape: 'map' },
  'create-acm-cert': { since: 'v3.3.0', shape: 'boolean' },
  'acm-pca-arn': { since: 'v3.3.0', shape: 'text' },
  'dry-run-plan': { since: 'v3.4.0', shape: 'text' },
};

/** Annotations whose key goes on after the dot: with the name of a backend, or with a listener. */
export const ANNOTATION_FAMILIES: { readonly [key: string]: Annotation } = {
  'actions': { since: 'v2.4.0', shape: 'json' },
  'conditions': { since: 'v2.4.0', shape: 'json' },
  'listener-attributes': { since: 'v2.9.0', shape: 'map' },
  'transforms': { since: 'v2.14.1', shape: 'json' },
  'target-control-port': { since: 'v2.16.0', shape: 'integer' },
};

/** Values that came later than the key. */
export const VALUES_SINCE: { readonly [key: string]: { readonly [value: string]: string } } = {
  'ip-address-type': { 'dualstack-without-public-ipv4': 'v2.8.0' },
};

/**
 * Keys that EKS Auto Mode does not take.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#_ingress_annotations
 */
export const NOT_IN_AUTO_MODE: readonly string[] = ['group.name', 'waf-acl-id', 'web-acl-id', 'shield-advanced-protection'];

/** The row of a key without its prefix; nothing of one that no release knows. */
export function annotationOf(key: string): Annotation | undefined {
  const family = key.split('.', 1)[0];
  return Object.hasOwn(ANNOTATIONS, key) ? ANNOTATIONS[key]
    : key.length > family.length + 1 && Object.hasOwn(ANNOTATION_FAMILIES, family) ? ANNOTATION_FAMILIES[family]
      : undefined;
}

/** Says what the controller has against a literal value of a known key; nothing where it takes it. */
export function valueFault(key: string, value: string): string | undefined {
  const { shape } = annotationOf(key)!;
  switch (shape) {
    case 'text':
    case 'list':
      return undefined;
    case 'boolean':
      // What strconv.ParseBool takes.
      return /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value) ? undefined : 'must be true or false';
    case 'integer':
      return /^[+-]?\d+$/.test(value) ? undefined : 'must be a whole number';
    case 'map':
      return value === '' || value.split(/(?<!\\),/).every((pair) => /^\s*[^=\s][^=]*=/.test(pair)) ? undefined : 'must be pairs like key=value, with commas between them';
    case 'json':
      return isJson(value) ? undefined : 'must be JSON';
    default:
      return shape.includes(value) ? undefined : `must be ${shape.length > 1 ? 'one of ' : ''}${shape.join(', ')}`;
  }
}

/** The release that a key, or a value of it, needs. */
export function neededRelease(key: string, value?: string): string {
  const { since } = annotationOf(key)!;
  return (value !== undefined ? VALUES_SINCE[key]?.[value] : undefined) ?? since;
}

/** Whether a release knows a key; one that is newer than this table may know more. */
export function knowsAnnotation(version: ControllerVersion, key: string): boolean {
  const row = annotationOf(key);
  return row ? version._isAtLeast(row.since) : version._isNewerThanKnown;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
