import { suggestion } from './annotation-suggestion';
import { annotationOf, neededRelease, NOT_IN_AUTO_MODE, PREFIX, valueFault } from './annotations';
import { fieldNameOf } from './field-names';
import { IngressEnvironment } from './ingress-environment';
import type { IngressOptions } from './ingress-options';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';
import { NAMED_WEB_ACL_SINCE } from '../ingress-class/ingress-class-params';
import { rejectUnwatched } from '../release/watched-namespace';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Settings of a class that go over a field of its Ingresses, by the field. */
export const OVER_FIELDS: readonly (keyof IngressOptions & keyof IngressClassOptions)[] = [
  'groupName', 'scheme', 'ipAddressType', 'loadBalancerName', 'subnets', 'inboundCidrs', 'prefixListIds', 'webAcl', 'minimumCapacityUnits', 'ipv4IpamPoolId',
  'certificates', 'sslPolicy', 'targetType',
];

/** Maps of which a class sets single keys. */
const OVER_KEYS = ['tags', 'loadBalancerAttributes'] as const;

/** Rejects what the class decides: the controller would take no notice of it. */
export function rejectAgainstClass(prop: string, options: IngressOptions, className: string, settings: IngressClassOptions): void {
  for (const field of OVER_FIELDS) {
    const setting = field === 'subnets' && settings.subnetTags ? 'subnetTags' : field;
    if (options[field] !== undefined && settings[setting] !== undefined) {
      throw invalidProp(`${prop}.${field}`, `must be left out where the class ${className} sets ${setting}`, said(options[field]), 'set it in one place, or use another class');
    }
  }
  for (const field of OVER_KEYS) {
    const key = Object.keys(options[field] ?? {}).find((name) => name in (settings[field] ?? {}));
    if (key !== undefined) {
      throw invalidProp(`${prop}.${field}`, `must leave out what the class ${className} sets`, key, 'set it in one place, or use another class');
    }
  }
}

/** Rejects a place in a group where there is none, of which the controller takes no notice. A class of somebody else may have one. */
export function rejectOrderAlone(prop: string, { groupName, groupOrder }: IngressOptions, settings: IngressClassOptions): void {
  if (groupOrder !== undefined && groupName === undefined && settings.groupName === undefined && settings.create !== false) {
    throw invalidProp(`${prop}.groupOrder`, 'must come with a group, among whose rules it is a place', groupOrder, 'set groupName, here or of the class, or leave it out');
  }
}

/** Rejects what the controller of this cluster does not do, by its options. */
export function rejectAgainstController(prop: string, options: IngressOptions, environment: IngressEnvironment): void {
  const { features, version, featureGates, values } = environment;
  const reject = (field: keyof IngressOptions, rule: string, remedy: string) => {
    throw invalidProp(`${prop}.${field}`, rule, said(options[field]), remedy);
  };
  if (features.targetGroupBindingOnly) {
    throw new Error(`${prop} must be left out with targetGroupBindingOnly: the controller has no permission to make load balancers; leave one of them out`);
  }
  rejectUnwatched(`${prop}.namespace`, options.namespace ?? 'default', environment);
  if (options.webAcl && features.enableWafv2 === false) {
    reject('webAcl', 'must be left out where the controller does not use WAFv2', 'set enableWafv2 to true, if its API can be reached');
  }
  if (options.shieldAdvancedProtection !== undefined && features.enableShield === false) {
    reject('shieldAdvancedProtection', 'must be left out where the controller does not use AWS Shield', 'set enableShield to true, if its API can be reached');
  }
  if (options.auth?._type === 'cognito' && environment.enableCognito === false) {
    reject('auth', 'must not be Cognito where the controller may not read user pool clients', 'set enableCognito to true');
  }
  if (options.targetType === 'ip' && featureGates?.EnableIPTargetType === false) {
    reject('targetType', 'must not be ip where the feature gate EnableIPTargetType is off', 'leave the gate out');
  }
  if (options.securityGroups && options.manageNodeRules !== false && values?.enableBackendSecurityGroup === false) {
    reject('securityGroups', 'must come with manageNodeRules false where values.enableBackendSecurityGroup is false', 'set one of them');
  }
  if (version && !version._isAtLeast('v2.5.0') && options.groupOrder !== undefined && !isUnknown(options.groupOrder) && options.groupOrder < 1) {
    reject('groupOrder', 'must be from 1 to 1000 before controller v2.5.0', 'use a newer ControllerVersion');
  }
  if (version && options.webAcl?._name !== undefined && !version._isAtLeast(NAMED_WEB_ACL_SINCE)) {
    throw invalidProp(`${prop}.webAcl by IngressWebAcl.fromName()`, `must be used with controller ${NAMED_WEB_ACL_SINCE} or later`, version.releaseTag,
      'use a newer ControllerVersion, or IngressWebAcl.fromArn()');
  }
  if (!version && options.auth?._type === 'oidc') {
    throw invalidProp(`${prop}.auth`, 'must not be OIDC in EKS Auto Mode, which does not support it', 'IngressAuth.oidc()', 'use IngressAuth.cognito(), or installController');
  }
}

/**
 * Rejects annotations that the release, or EKS Auto Mode, does not know, by the field that they come from.
 *
 * @param fieldOf the field by key without prefix
 */
export function rejectAgainstRelease(
  prop: string, annotations: { [key: string]: string }, fieldOf: (key: string) => string, { version }: IngressEnvironment,
): void {
  for (const [key, value] of Object.entries(annotations)) {
    if (!version) {
      if (!NOT_IN_AUTO_MODE.includes(key)) continue;
      throw invalidProp(`${prop}.${fieldOf(key)}`, 'must be left out in EKS Auto Mode, which does not support it', value,
        key === 'group.name' ? 'set groupName of the class' : 'leave it out');
    }
    const since = neededRelease(key, value);
    if (!version._isAtLeast(since)) {
      throw invalidProp(`${prop}.${fieldOf(key)}`, `must be used with controller ${since} or later`, version.releaseTag, 'use a newer ControllerVersion');
    }
  }
}

/** Rejects further annotations that a field stands for, or that mean nothing. */
export function checkAnnotations(prop: string, further: { [key: string]: string }, ownKeys: string[], { version }: IngressEnvironment): void {
  for (const [whole, value] of Object.entries(further)) {
    const name = `${prop}.annotations`;
    if (whole === 'kubernetes.io/ingress.class') {
      throw invalidProp(name, 'must leave out the class, which goes over spec.ingressClassName', whole, 'use addIngress() of the class');
    }
    if (!whole.startsWith(PREFIX)) continue;
    const key = whole.slice(PREFIX.length);
    const field = fieldNameOf(key);
    if (field !== undefined || ownKeys.includes(key)) {
      throw invalidProp(name, 'must leave out what a field stands for', whole, `set ${field ?? 'the field'}`);
    }
    if (!annotationOf(key)) {
      if (version?._isNewerThanKnown) continue;
      throw invalidProp(name, 'must have keys that the controller knows', whole, suggestion(key));
    }
    if (version && !version._isAtLeast(neededRelease(key))) {
      throw invalidProp(name, `must leave out ${whole} before controller ${neededRelease(key)}`, version.releaseTag, 'use a newer ControllerVersion');
    }
    const fault = isUnknown(value) ? undefined : valueFault(key, value);
    if (fault) {
      throw invalidProp(`${name} ${whole}`, fault, value, 'correct it');
    }
  }
}

/** A value in words: constructs have no JSON. */
function said(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Array.isArray(value) ? `${value.length} of them` : value.constructor.name : value;
}
