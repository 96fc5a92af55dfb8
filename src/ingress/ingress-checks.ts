import { annotationOf, annotationOptions, fieldNameOf, findUnknown, PREFIX } from './annotations';
import { IngressSupport } from './ingress-environment';
import { check, ClassDescription, Description, Finding, read, Reader, rejectFindings, Setting } from '../options/option';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Settings of the controller that decide whether it applies an option. */
export type ControllerSettings = Pick<IngressSupport, 'features' | 'featureGates' | 'values' | 'enableCognito'>;

/** Rules about two options, or about an option and one of the class. */
export function checkCombinations(own: Description, ofClass: ClassDescription, mayBeInGroup: boolean): Finding[] {
  const { name: className, description: settings } = ofClass;
  const findings: Finding[] = [];
  const add = (setting: Setting | undefined, rule: string, remedy: string, value: unknown = setting?.value, warning = 'ingressAnnotationConflict') => {
    if (setting) findings.push({ at: setting.at, rule, value, remedy, warning });
  };
  const [groupOrder, securityGroups] = [own.get('groupOrder'), own.get('securityGroups')];
  if (!own.has('groupName') && !settings.has('groupName') && !mayBeInGroup) {
    add(groupOrder, 'must be used with a group, since it orders the rules of a group', 'set groupName, here or of the class, or leave it out');
  }
  if (settings.has('subnetTags')) {
    add(own.get('subnets'), `must be left out where the class ${className} sets subnetTags`, 'set it in one place, or use another class', undefined, 'ingressSettingOverridden');
  }
  // A name takes precedence over ARNs, whether it is set by the class or not.
  if (settings.has('webAcl.name')) {
    add(own.get('webAcl.arn'), `must be left out where the class ${className} sets webAcl`, 'set it in one place, or use another class', undefined, 'ingressSettingOverridden');
  }
  for (const field of ['inboundCidrs', 'prefixListIds']) {
    if (securityGroups) {
      add(own.get(field), 'must be left out where securityGroups decide who can reach the listeners', 'add rules to the security groups');
    }
    if (settings.has(field)) {
      add(securityGroups, `must be left out where the class sets ${field}, which has no effect with them`, 'use another class, and add rules to the security groups',
        settings.get(field)!.value);
    }
  }
  if (!securityGroups) {
    add(own.get('manageNodeRules'), 'must be used with securityGroups: the controller always adds rules for its own', 'leave it out');
  }
  findings.push(...checkTimeout(own), ...checkLogs(own, settings), ...checkInboundCidrs(own, settings, mayBeInGroup));
  return findings;
}

function checkTimeout(own: Description): Finding[] {
  const [interval, timeout] = [own.get('healthCheck.interval'), own.get('healthCheck.timeout')];
  const [every, wait] = [interval?.value ?? 15, timeout?.value ?? 5];
  return (!interval && !timeout) || [every, wait].some(isUnknown) || wait < every ? [] : [{
    at: (timeout ?? interval)!.at,
    rule: timeout ? `must be shorter than the interval of ${every} seconds` : `must be longer than the timeout of ${wait} seconds`,
    value: `${timeout ? wait : every} seconds`,
    remedy: 'shorten the timeout, or raise the interval',
    warning: 'ingressAnnotationConflict',
  }];
}

/** The address type of the load balancer: nothing if another Ingress of the group may set it, or if it is a token. */
function addressTypeOf(own: Description, settings: Description, mayBeInGroup: boolean): string | undefined {
  const explicit = settings.get('ipAddressType') ?? own.get('ipAddressType');
  const isAlone = !mayBeInGroup && !own.has('groupName') && !settings.has('groupName');
  return explicit ? isUnknown(explicit.value) ? undefined : explicit.value : isAlone ? 'ipv4' : undefined;
}

/** The security group of an IPv4 load balancer gets no rules for IPv6 CIDR blocks: `pkg/ingress/model_build_managed_sg.go`. */
function checkInboundCidrs(own: Description, settings: Description, mayBeInGroup: boolean): Finding[] {
  const cidrs = settings.get('inboundCidrs') ?? own.get('inboundCidrs');
  if (!cidrs || isUnknown(cidrs.value) || addressTypeOf(own, settings, mayBeInGroup) !== 'ipv4') return [];
  const ipv6 = (cidrs.value as string[]).filter((cidr) => !isUnknown(cidr) && cidr.includes(':'));
  const isReachable = ipv6.length < cidrs.value.length || own.has('prefixListIds') || settings.has('prefixListIds');
  return ipv6.length === 0 ? [] : [{
    at: cidrs.at,
    rule: `must not have IPv6 CIDR blocks on an IPv4 load balancer, which ${isReachable ? 'ignores them' : 'no client could reach'}`,
    value: ipv6,
    remedy: 'set ipAddressType to IpAddressType.DUAL_STACK, or leave them out',
    warning: 'ingressInboundCidrsIgnored',
    isRisk: isReachable,
  }];
}

/** Services of an IPv6 cluster have IPv6 targets, which an IPv4 load balancer cannot have: `pkg/ingress/model_build_target_group.go`. */
export function checkIpFamily(
  object: string, own: Description, ofClass: ClassDescription, ipFamily: string | undefined, mayBeInGroup: boolean,
): Finding[] {
  return ipFamily === 'ipv6' && addressTypeOf(own, ofClass.description, mayBeInGroup) === 'ipv4' ? [{
    at: (own.get('ipAddressType') ?? ofClass.description.get('ipAddressType'))?.at ?? object,
    rule: 'must have the IP address type dualstack on an IPv6 cluster, whose targets an IPv4 load balancer cannot have',
    value: 'ipv4',
    remedy: `set ${PREFIX}ip-address-type to dualstack`,
    warning: 'ingressNeedsDualStack',
    isRisk: true,
  }] : [];
}

/** Logs are attributes of the load balancer, too. */
function checkLogs(own: Description, settings: Description): Finding[] {
  return ['accessLogs', 'connectionLogs'].flatMap((field) => {
    const logs = own.get(field);
    const keyIn = (attributes: Setting | undefined) => Object.keys(logs?.value ?? {}).find((key) => Object.hasOwn(attributes?.value ?? {}, key));
    const attributes = own.get('loadBalancerAttributes');
    const [ofOwn, ofClass] = [keyIn(attributes), keyIn(settings.get('loadBalancerAttributes'))];
    const finding = (at: string, rule: string, value: string) => [{ at, rule, value, remedy: 'set it in one place', warning: 'ingressAnnotationConflict' }];
    return ofOwn !== undefined ? finding(attributes!.at, `must leave out what ${field} sets`, ofOwn)
      : ofClass !== undefined ? finding(logs!.at, 'must be left out where the class sets its attributes', ofClass) : [];
  });
}

/** Finds options that the controller of this cluster does not apply, because of how it is set up. */
export function checkSupported(own: Description, settings: ControllerSettings, { version, autoMode }: Reader): Finding[] {
  const { features, featureGates, values, enableCognito } = settings;
  const findings: Finding[] = [];
  const warning = autoMode ? 'ingressAnnotationNotInAutoMode' : 'ingressAnnotationNotSupported';
  const add = (name: string, rule: string, remedy: string, applies: (value: any) => boolean = () => true) => {
    const setting = own.get(name);
    if (setting && applies(setting.value)) findings.push({ ...setting, rule, remedy, warning });
  };
  if (features.enableWafv2 === false) {
    for (const name of ['webAcl.arn', 'webAcl.name']) {
      add(name, 'must be left out where the controller does not use WAFv2', 'set enableWafv2 to true, if its API can be reached');
    }
  }
  if (features.enableShield === false) {
    add('shieldAdvancedProtection', 'must be left out where the controller does not use AWS Shield', 'set enableShield to true, if its API can be reached');
  }
  if (enableCognito === false) {
    add('auth.cognito', 'must not be Cognito where the controller may not read user pool clients', 'set enableCognito to true');
  }
  if (featureGates?.EnableIPTargetType === false) {
    add('targetType', 'must not be ip where the feature gate EnableIPTargetType is off', 'leave the gate out', (value) => value === 'ip');
  }
  if (values?.enableBackendSecurityGroup === false) {
    add('manageNodeRules', 'must be false where values.enableBackendSecurityGroup is false', 'set one of them', (value) => value === true);
  }
  if (!autoMode && !version._isAtLeast('v2.5.0')) {
    add('groupOrder', 'must be from 1 to 1000 before controller v2.5.0', 'use a newer ControllerVersion', (value) => !isUnknown(value) && value < 1);
  }
  return findings;
}

/** Reads further annotations, and rejects those that a field sets, or that are wrong. */
export function checkAnnotations(prop: string, further: { readonly [key: string]: string }, ownKeys: readonly string[], reader: Reader): Description {
  const name = `${prop}.annotations`;
  for (const whole of Object.keys(further)) {
    if (whole === 'kubernetes.io/ingress.class') {
      throw invalidProp(name, 'must leave out the class, which overrides spec.ingressClassName', whole, 'use addIngress() of the class');
    }
    const key = whole.slice(PREFIX.length);
    if (!whole.startsWith(PREFIX) || !annotationOf(key)) continue;
    const field = fieldNameOf(key);
    if (field !== undefined || ownKeys.includes(key)) {
      throw invalidProp(name, 'must leave out what a field sets', whole, `set ${field ?? 'the field'}`);
    }
  }
  const [unknown] = findUnknown(name, further, reader);
  if (unknown) {
    throw invalidProp(name, 'must have keys that the controller reads', unknown.at.slice(name.length + 1), unknown.remedy);
  }
  const options = annotationOptions(Object.keys(further).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)));
  const { description, findings } = read(options, name, PREFIX, further, reader);
  rejectFindings([...findings, ...check(options, 'annotation', description, reader)]);
  return description;
}
