import { Tokenization } from 'aws-cdk-lib';
import type { IngressClassOptions, IngressLabelSelector } from './ingress-class-options';
import { GROUP_NAME, IPAM_POOL, LOAD_BALANCER_NAME, PREFIX_LIST, validateCidrs, validateDistinct, validateShape } from './setting-shapes';
import type { ControllerVersion } from '../release/controller-version';
import { validateTags } from '../release/resource-tags';
import { invalidProp } from '../util/messages';
import { validateInteger } from '../util/validation';

/**
 * The controller release whose IngressClassParams definition first had each setting.
 *
 * The API server drops fields it does not know without a word, so a setting that comes too early would do nothing.
 * Read from `crds/crds.yaml` of the charts; what is not listed was there in v2.4.0.
 */
export const SETTING_SINCE: { readonly [setting in keyof IngressClassOptions]?: string } = {
  subnets: 'v2.5.0',
  subnetTags: 'v2.5.0',
  inboundCidrs: 'v2.5.0',
  sslPolicy: 'v2.5.0',
  certificates: 'v2.8.0',
  listeners: 'v2.9.0',
  minimumCapacityUnits: 'v2.11.0',
  ipv4IpamPoolId: 'v2.12.0',
  prefixListIds: 'v2.13.0',
  targetType: 'v2.13.0',
  loadBalancerName: 'v2.14.0',
  sslRedirectPort: 'v2.14.0',
  webAcl: 'v2.14.0',
};

/** The release that finds a web ACL by its name, in a class and in an Ingress: v2.14.0 takes the name, and fails to look it up. */
export const NAMED_WEB_ACL_SINCE = 'v2.14.1';

/**
 * Renders the spec of an IngressClassParams object, in upstream's spelling.
 *
 * @param prop what to call the options in messages
 */
export function renderIngressClassParams(prop: string, params: IngressClassOptions, version: ControllerVersion): { [key: string]: unknown } {
  validateReleases(prop, params, version);
  validate(prop, params);
  const spec = {
    group: params.groupName && { name: params.groupName },
    scheme: params.scheme,
    ipAddressType: params.ipAddressType,
    subnets: params.subnets ? { ids: params.subnets.map((subnet) => subnet.subnetId) } : params.subnetTags && { tags: params.subnetTags },
    inboundCIDRs: params.inboundCidrs,
    // v2.13 had the field with a capital; later releases accept both spellings, but not in one object.
    [version._isAtLeast('v2.14.0') ? 'prefixListsIDs' : 'PrefixListsIDs']: params.prefixListIds,
    certificateArn: params.certificates?.map((certificate) => certificate.certificateArn),
    sslPolicy: params.sslPolicy,
    sslRedirectPort: params.sslRedirectPort === undefined ? undefined : Tokenization.stringifyNumber(params.sslRedirectPort),
    targetType: params.targetType,
    tags: keyValueList(params.tags),
    loadBalancerAttributes: keyValueList(params.loadBalancerAttributes),
    listeners: params.listeners?.map((listener) => withoutUndefined({
      protocol: listener.protocol,
      port: listener.port,
      listenerAttributes: keyValueList(listener.attributes),
    })),
    loadBalancerName: params.loadBalancerName,
    wafv2AclArn: params.webAcl?._arn,
    wafv2AclName: params.webAcl?._name,
    minimumLoadBalancerCapacity: params.minimumCapacityUnits === undefined ? undefined : { capacityUnits: params.minimumCapacityUnits },
    ipamConfiguration: params.ipv4IpamPoolId === undefined ? undefined : { ipv4IPAMPoolId: params.ipv4IpamPoolId },
    namespaceSelector: params.namespaceSelector && renderLabelSelector(`${prop}.namespaceSelector`, params.namespaceSelector),
  };
  return withoutUndefined(spec);
}

function validateReleases(prop: string, params: IngressClassOptions, version: ControllerVersion) {
  for (const [setting, since] of Object.entries(SETTING_SINCE)) {
    if (params[setting as keyof IngressClassOptions] !== undefined) requireRelease(`${prop}.${setting}`, since, version);
  }
  if (params.webAcl?._name !== undefined) requireRelease(`${prop}.webAcl by IngressWebAcl.fromName()`, NAMED_WEB_ACL_SINCE, version);
  if (params.ipAddressType === 'dualstack-without-public-ipv4') requireRelease(`${prop}.ipAddressType DUAL_STACK_WITHOUT_PUBLIC_IPV4`, 'v2.8.0', version);
}

function requireRelease(setting: string, since: string, version: ControllerVersion) {
  if (version._isAtLeast(since)) return;
  throw invalidProp(setting, `must be used with controller ${since} or later`, version.releaseTag,
    'use a newer ControllerVersion, or leave it to the annotations of each Ingress');
}

function validate(prop: string, params: IngressClassOptions) {
  validateShape(`${prop}.groupName`, params.groupName, GROUP_NAME);
  validateShape(`${prop}.loadBalancerName`, params.loadBalancerName, LOAD_BALANCER_NAME);
  validateShape(`${prop}.ipv4IpamPoolId`, params.ipv4IpamPoolId, IPAM_POOL);
  params.prefixListIds?.forEach((id) => validateShape(`${prop}.prefixListIds`, id, PREFIX_LIST));
  if (params.subnets && params.subnetTags) {
    throw invalidProp(`${prop}.subnets`, 'must be left out where subnetTags is set', ['subnets', 'subnetTags'], 'keep one of them');
  }
  for (const list of ['subnets', 'inboundCidrs', 'prefixListIds', 'certificates', 'listeners'] as const) {
    if (params[list]?.length === 0) throw invalidProp(`${prop}.${list}`, 'must not be an empty list', [], 'leave it out');
  }
  if (params.subnetTags && Object.keys(params.subnetTags).length === 0) {
    throw invalidProp(`${prop}.subnetTags`, 'must have at least one key', {}, 'leave it out for discovery by role tags');
  }
  Object.entries(params.subnetTags ?? {}).forEach(([key, values]) => validateDistinct(`${prop}.subnetTags`, `values, as those of ${key}`, values));
  validateDistinct(`${prop}.subnets`, 'subnets', params.subnets?.map((subnet) => subnet.subnetId) ?? []);
  validateDistinct(`${prop}.listeners`, 'ports', params.listeners?.map((listener) => listener.port) ?? []);
  validateCidrs(`${prop}.inboundCidrs`, params.inboundCidrs);
  params.listeners?.forEach((listener) => validateInteger(`${prop}.listeners port`, listener.port, 1, 65535, 'use the port of a listener'));
  if (params.sslRedirectPort !== undefined) validateInteger(`${prop}.sslRedirectPort`, params.sslRedirectPort, 1, 65535, 'use the port of an HTTPS listener');
  if (params.minimumCapacityUnits !== undefined) {
    validateInteger(`${prop}.minimumCapacityUnits`, params.minimumCapacityUnits, 1, Infinity, 'leave it out to reserve nothing');
  }
  validateTags(`${prop}.tags`, params.tags ?? {});
}

/** Renders a label selector, in Kubernetes' spelling. */
export function renderLabelSelector(prop: string, selector: IngressLabelSelector) {
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (wantsValues !== (values.length > 0)) {
      throw invalidProp(prop, `must ${wantsValues ? 'have' : 'not have'} values with operator ${operator}, as for ${key}`, values,
        wantsValues ? 'list the values, or use EXISTS' : 'leave them out, or use IN');
    }
  }
  return withoutUndefined({
    matchLabels: selector.matchLabels,
    matchExpressions: selector.matchExpressions?.map(({ key, operator, values }) => withoutUndefined({
      key,
      operator,
      values: values && values.length > 0 ? values : undefined,
    })),
  });
}

/** Sorted, since the maps of some languages have no order, and a template must not change from synth to synth. */
function keyValueList(map: { [key: string]: string } | undefined) {
  return map && Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }));
}

function withoutUndefined(map: { [key: string]: unknown }) {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}
