import type { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IngressAuth } from './ingress-auth';
import { HEALTH_CHECK_PORT, LABEL_SELECTOR, LABELS, LISTENERS, SUBNET_TAGS, TAGS } from './ingress-value-types';
import type { IngressWebAcl } from './ingress-web-acl';
import { ACTION, COGNITO, CONDITIONS, JWT_VALIDATION, MUTUAL_AUTHENTICATION, OIDC, TRANSFORMS } from './json-annotations';
import { logAttributes } from './load-balancer-logs';
import type { Option } from '../options/option';
import { asText, cidr, flag, integer, listOf, mapOf, oneOf, pair, repeatableListOf, seconds, text } from '../options/value-types';
import { sortKeys } from '../util/maps';

const toSeconds = (duration: Duration) => duration.toSeconds({ integral: false });
const PROTOCOL = oneOf({ HTTP: true, HTTPS: true });
const SCHEME = oneOf({ 'internal': true, 'internet-facing': true });
const TARGET_TYPE = oneOf({ instance: true, ip: true });
const WEB_ACL_NAME = { ...text('the name of a web ACL'), since: () => ({ release: 'v2.14.1', what: 'a name', orElse: ', or IngressWebAcl.fromArn()' }) };

/**
 * The options of an Ingress and of its class, each described once.
 *
 * Derived from this table: validation, annotations, the spec of IngressClassParams, parsing of manifests, precedence of the class, conflicts
 * in a group, support in EKS Auto Mode, and `docs/ingress-options.md`. A rule about two options is a function elsewhere.
 *
 * Read from `pkg/annotations/constants.go`, `pkg/ingress` and `apis/elbv2/v1beta1/ingressclassparams_types.go` of each release of the
 * controller; what is older than v2.4.0 has no release here. The API server drops a field of IngressClassParams that its definition does not
 * have, without an error. Auto Mode: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
export const INGRESS_OPTIONS = {
  'groupName': {
    value: text("at most 63 of a-z, 0-9, '-' and '.', starting and ending alphanumeric", /^(?=.{1,63}$)([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/),
    annotation: 'group.name',
    spec: 'group.name',
    autoMode: 'spec',
  },
  'groupOrder': { value: integer(-1000, 1000, 'leave it out for 0'), annotation: 'group.order' },
  'scheme': { value: SCHEME, annotation: 'scheme', spec: 'scheme', gateway: 'scheme', shared: 'loadBalancer' },
  'ipAddressType': {
    value: oneOf({ 'ipv4': true, 'dualstack': true, 'dualstack-without-public-ipv4': 'v2.8.0' }),
    annotation: 'ip-address-type',
    spec: 'ipAddressType',
    gateway: 'ipAddressType',
    shared: 'loadBalancer',
  },
  'subnets': {
    value: listOf(text(), 'subnets'),
    plain: (subnets: ec2.ISubnet[]) => subnets.map(({ subnetId }) => subnetId),
    annotation: 'subnets',
    spec: { at: 'subnets.ids', since: 'v2.5.0' },
    gateway: { at: 'loadBalancerSubnets', write: (ids: string[]) => ids.map((identifier) => ({ identifier })) },
    shared: 'loadBalancer',
  },
  'subnetTags': { value: SUBNET_TAGS, spec: { at: 'subnets.tags', since: 'v2.5.0', autoMode: 'subnets.matchTags' } },
  'securityGroups': {
    value: listOf(text(), 'security groups'),
    plain: (groups: ec2.ISecurityGroup[]) => groups.map(({ securityGroupId }) => securityGroupId),
    annotation: 'security-groups',
    gateway: 'securityGroups',
    shared: 'loadBalancer',
  },
  'manageNodeRules': { value: flag(), annotation: 'manage-backend-security-group-rules', shared: 'loadBalancer' },
  'inboundCidrs': {
    value: repeatableListOf(cidr()),
    annotation: 'inbound-cidrs',
    spec: { at: 'inboundCIDRs', since: 'v2.5.0' },
    gateway: 'sourceRanges',
    shared: 'port',
    autoMode: 'annotation',
  },
  'prefixListIds': {
    value: repeatableListOf(text('ids of prefix lists, like pl-0123456789abcdef0', /^pl-[0-9a-f]+$/)),
    annotation: { at: 'security-group-prefix-lists', since: 'v2.8.0' },
    // Later releases accept both spellings, but not in one object.
    spec: { at: 'prefixListsIDs', since: 'v2.13.0', before: { release: 'v2.14.0', at: 'PrefixListsIDs' } },
    shared: 'port',
    autoMode: 'annotation',
  },
  'certificates': {
    value: repeatableListOf(text(), 'certificates'),
    plain: (certificates: acm.ICertificate[]) => certificates.map(({ certificateArn }) => certificateArn),
    annotation: 'certificate-arn',
    spec: { at: 'certificateArn', since: 'v2.8.0', autoMode: 'certificateARNs' },
  },
  'sslPolicy': { value: text('a security policy'), annotation: 'ssl-policy', spec: { at: 'sslPolicy', since: 'v2.5.0' }, shared: 'port', autoMode: 'annotation' },
  'sslRedirectPort': {
    value: asText(integer(1, 65535, 'use the port of an HTTPS listener')),
    field: 'redirectHttp',
    // The port that an Ingress redirects to is that of its HTTPS listener: see listeners.ts.
    plain: (given: number | boolean) => typeof given === 'boolean' ? undefined : given,
    annotation: 'ssl-redirect',
    spec: { at: 'sslRedirectPort', since: 'v2.14.0' },
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  'targetType': { value: TARGET_TYPE, annotation: 'target-type', spec: { at: 'targetType', since: 'v2.13.0' }, autoMode: 'annotation' },
  'tags': { value: TAGS, annotation: 'tags', spec: 'tags', gateway: { at: 'tags', write: sortKeys }, shared: 'loadBalancer' },
  'loadBalancerAttributes': {
    value: mapOf(), annotation: 'load-balancer-attributes', spec: 'loadBalancerAttributes', gateway: 'loadBalancerAttributes', shared: 'loadBalancer',
  },
  'accessLogs': { value: mapOf(), plain: logAttributes('access_logs'), annotation: 'load-balancer-attributes', shared: 'loadBalancer' },
  'connectionLogs': { value: mapOf(), plain: logAttributes('connection_logs'), annotation: 'load-balancer-attributes', shared: 'loadBalancer' },
  'listeners': { value: LISTENERS, annotation: 'listen-ports', spec: { at: 'listeners', since: 'v2.9.0' }, autoMode: 'annotation' },
  'loadBalancerName': {
    value: text("at most 32 of A-Z, a-z, 0-9 and '-', not starting or ending with '-' nor starting with 'internal-'",
      /^(?=.{1,32}$)(?!internal-)[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/),
    annotation: 'load-balancer-name',
    spec: { at: 'loadBalancerName', since: 'v2.14.0' },
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  'webAcl.arn': {
    value: text('the ARN of a web ACL, or none'),
    field: 'webAcl',
    plain: ({ _arn }: IngressWebAcl) => _arn,
    annotation: 'wafv2-acl-arn',
    spec: { at: 'wafv2AclArn', since: 'v2.14.0' },
    gateway: 'wafV2.webACL',
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  // v2.14.0 reads the name, and fails to look it up.
  'webAcl.name': {
    value: WEB_ACL_NAME,
    field: 'webAcl',
    plain: ({ _name }: IngressWebAcl) => _name,
    annotation: { at: 'wafv2-acl-name', since: 'v2.14.0' },
    spec: { at: 'wafv2AclName', since: 'v2.14.0' },
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  'shieldAdvancedProtection': {
    value: flag(), annotation: 'shield-advanced-protection', gateway: 'shieldConfiguration.enabled', shared: 'loadBalancer', autoMode: 'none',
  },
  'minimumCapacityUnits': {
    value: pair('CapacityUnits', integer(1, 2 ** 31 - 1, 'leave it out to reserve nothing')),
    annotation: { at: 'minimum-load-balancer-capacity', since: 'v2.11.0' },
    spec: { at: 'minimumLoadBalancerCapacity.capacityUnits', since: 'v2.11.0' },
    gateway: 'minimumLoadBalancerCapacity.capacityUnits',
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  'ipv4IpamPoolId': {
    value: text('the id of an IPAM pool, like ipam-pool-0123456789abcdef0', /^ipam-pool-[0-9a-f]+$/),
    annotation: { at: 'ipam-ipv4-pool-id', since: 'v2.12.0' },
    spec: { at: 'ipamConfiguration.ipv4IPAMPoolId', since: 'v2.12.0' },
    shared: 'loadBalancer',
    autoMode: 'annotation',
  },
  'namespaceSelector': { value: LABEL_SELECTOR, spec: 'namespaceSelector' },
  'backendProtocol': { value: PROTOCOL, annotation: 'backend-protocol' },
  'backendProtocolVersion': { value: oneOf({ HTTP1: true, HTTP2: true, GRPC: true }), annotation: 'backend-protocol-version' },
  'targetGroupAttributes': { value: mapOf(), annotation: 'target-group-attributes' },
  'targetNodeLabels': { value: LABELS, annotation: 'target-node-labels' },
  'healthCheck.path': { value: text('a path that starts with /, of at most 1024 characters', /^\/[\x21-\x7e]{0,1023}$/), annotation: 'healthcheck-path' },
  'healthCheck.port': { value: HEALTH_CHECK_PORT, annotation: 'healthcheck-port' },
  'healthCheck.protocol': { value: PROTOCOL, annotation: 'healthcheck-protocol' },
  'healthCheck.interval': { value: seconds(5, 300), plain: toSeconds, annotation: 'healthcheck-interval-seconds' },
  'healthCheck.timeout': { value: seconds(2, 120), plain: toSeconds, annotation: 'healthcheck-timeout-seconds' },
  'healthCheck.healthyThresholdCount': { value: integer(2, 10, 'leave it out for 2'), annotation: 'healthy-threshold-count' },
  'healthCheck.unhealthyThresholdCount': { value: integer(2, 10, 'leave it out for 2'), annotation: 'unhealthy-threshold-count' },
  'healthCheck.successCodes': {
    value: text('codes and ranges of codes, separated by commas', /^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/), annotation: 'success-codes',
  },
  'auth.type': { value: oneOf({ none: true, cognito: true, oidc: true }), field: 'auth', plain: ({ _plain }: IngressAuth) => _plain.type, annotation: 'auth-type' },
  'auth.cognito': { value: COGNITO, field: 'auth', plain: ({ _plain }: IngressAuth) => _plain.cognito, annotation: 'auth-idp-cognito' },
  'auth.oidc': { value: OIDC, field: 'auth', plain: ({ _plain }: IngressAuth) => _plain.oidc, annotation: 'auth-idp-oidc' },
  'auth.onUnauthenticatedRequest': {
    value: oneOf({ authenticate: true, allow: true, deny: true }),
    field: 'auth',
    plain: ({ _plain }: IngressAuth) => _plain.onUnauthenticatedRequest,
    annotation: 'auth-on-unauthenticated-request',
  },
  'auth.scope': { value: text(), field: 'auth', plain: ({ _plain }: IngressAuth) => _plain.scope, annotation: 'auth-scope' },
  'auth.sessionCookieName': {
    value: text('the name of a cookie', /./, 'leave it out for the default'),
    field: 'auth',
    plain: ({ _plain }: IngressAuth) => _plain.sessionCookieName,
    annotation: 'auth-session-cookie',
  },
  'auth.sessionTimeout': { value: seconds(1, 604800), field: 'auth', plain: ({ _plain }: IngressAuth) => _plain.sessionTimeout, annotation: 'auth-session-timeout' },
} as const satisfies { readonly [name: string]: Option };

/** Annotations that no field sets, by key. */
export const OTHER_ANNOTATIONS = {
  'customer-owned-ipv4-pool': { value: text(), annotation: 'customer-owned-ipv4-pool', shared: 'loadBalancer' },
  'waf-acl-id': { value: text(), annotation: 'waf-acl-id', shared: 'loadBalancer', autoMode: 'none' },
  'web-acl-id': { value: text(), annotation: 'web-acl-id', shared: 'loadBalancer', autoMode: 'none' },
  'mutual-authentication': { value: MUTUAL_AUTHENTICATION, annotation: { at: 'mutual-authentication', since: 'v2.7.0' } },
  'multi-cluster-target-group': { value: flag(), annotation: { at: 'multi-cluster-target-group', since: 'v2.10.0' } },
  'enable-frontend-nlb': { value: flag(), annotation: { at: 'enable-frontend-nlb', since: 'v2.13.0' }, shared: 'loadBalancer' },
  'frontend-nlb-scheme': { value: SCHEME, annotation: { at: 'frontend-nlb-scheme', since: 'v2.13.0' }, shared: 'loadBalancer' },
  'frontend-nlb-subnets': { value: listOf(text(), 'subnets'), annotation: { at: 'frontend-nlb-subnets', since: 'v2.13.0' }, shared: 'loadBalancer' },
  'frontend-nlb-security-groups': {
    value: listOf(text(), 'security groups'), annotation: { at: 'frontend-nlb-security-groups', since: 'v2.13.0' }, shared: 'loadBalancer',
  },
  'frontend-nlb-listener-port-mapping': { value: mapOf(), annotation: { at: 'frontend-nlb-listener-port-mapping', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-port': { value: text(), annotation: { at: 'frontend-nlb-healthcheck-port', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-protocol': { value: text(), annotation: { at: 'frontend-nlb-healthcheck-protocol', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-path': { value: text(), annotation: { at: 'frontend-nlb-healthcheck-path', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-interval-seconds': { value: seconds(5, 300), annotation: { at: 'frontend-nlb-healthcheck-interval-seconds', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-timeout-seconds': { value: seconds(2, 120), annotation: { at: 'frontend-nlb-healthcheck-timeout-seconds', since: 'v2.13.0' } },
  'frontend-nlb-healthcheck-healthy-threshold-count': {
    value: integer(2, 10), annotation: { at: 'frontend-nlb-healthcheck-healthy-threshold-count', since: 'v2.13.0' },
  },
  'frontend-nlb-healthcheck-unhealthy-threshold-count': {
    value: integer(2, 10), annotation: { at: 'frontend-nlb-healthcheck-unhealthy-threshold-count', since: 'v2.13.0' },
  },
  'frontend-nlb-healthcheck-success-codes': { value: text(), annotation: { at: 'frontend-nlb-healthcheck-success-codes', since: 'v2.13.0' } },
  'frontend-nlb-eip-allocations': { value: listOf(text(), 'Elastic IP addresses'), annotation: { at: 'frontend-nlb-eip-allocations', since: 'v2.14.0' } },
  'frontend-nlb-tags': { value: TAGS, annotation: { at: 'frontend-nlb-tags', since: 'v2.14.0' } },
  'use-regex-path-match': { value: flag(), field: 'rules', annotation: { at: 'use-regex-path-match', since: 'v2.14.1' } },
  'jwt-validation': { value: JWT_VALIDATION, annotation: { at: 'jwt-validation', since: 'v2.15.0' } },
  'frontend-nlb-attributes': { value: mapOf(), annotation: { at: 'frontend-nlb-attributes', since: 'v3.2.0' } },
  'create-acm-cert': { value: flag(), annotation: { at: 'create-acm-cert', since: 'v3.3.0' } },
  'acm-pca-arn': { value: text(), annotation: { at: 'acm-pca-arn', since: 'v3.3.0' } },
  'dry-run-plan': { value: text(), annotation: { at: 'dry-run-plan', since: 'v3.4.0' } },
} as const satisfies { readonly [key: string]: Option };

/** Annotations whose key continues after the dot: with the name of a backend, or with a listener. */
export const ANNOTATION_FAMILIES = {
  'actions': { value: ACTION, field: 'rules', annotation: 'actions' },
  'conditions': { value: CONDITIONS, field: 'rules', annotation: 'conditions' },
  'listener-attributes': { value: mapOf(), field: 'listeners', annotation: { at: 'listener-attributes', since: 'v2.9.0' } },
  'transforms': { value: TRANSFORMS, field: 'rules', annotation: { at: 'transforms', since: 'v2.14.1' } },
  'target-control-port': { value: integer(1, 65535), annotation: { at: 'target-control-port', since: 'v2.16.0' } },
} as const satisfies { readonly [key: string]: Option };
