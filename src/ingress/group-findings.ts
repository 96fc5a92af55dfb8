import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { annotationOptions } from './annotations';
import { IngressDescription } from './ingress-description';
import { LoadBalancerDescription } from './load-balancer-description';
import { actionText } from './rule-texts';
import type { Finding } from '../options/option';
import { readReferences } from '../util/references';
import { isUnknown } from '../util/tokens';

/** A mistake in a load balancer, and the Ingresses that make it together. */
export interface LoadBalancerFinding extends Finding {
  readonly members: readonly IngressDescription[];
  /** Whether it is a warning for fields too. */
  readonly isWarning?: boolean;
}

/** A value that all Ingresses of a group must share. */
interface SharedValue {
  /** What it is about: equal for all Ingresses that set it. */
  readonly about: string;
  readonly at: string;
  readonly value: unknown;
}

const ROWS = annotationOptions([]);
const ATTRIBUTES: readonly string[] = ['loadBalancerAttributes', 'accessLogs', 'connectionLogs'];
const LIMITS = ['inboundCidrs', 'prefixListIds'] as const;

/** What the controller takes from the class of the first member only: `buildIngressGroupLoadBalancerAttributes` and its like. */
const FIRST_CLASS_ONLY: readonly string[] = ['loadBalancerAttributes', 'minimumCapacityUnits', 'ipv4IpamPoolId'];

/** Finds where two members of a group contradict each other: the controller then builds nothing for any of the group. */
export function findContradictions(group: string, member: IngressDescription, other: IngressDescription): LoadBalancerFinding[] {
  const findings: LoadBalancerFinding[] = [];
  const add = (at: string, rule: string, value: unknown, remedy: string) =>
    findings.push({ at, rule, value, remedy, warning: 'ingressGroupContradiction', members: [member, other] });
  const name = nameOf(other, member);
  const compare = (port?: number) => {
    const place = `with which it shares ${port === undefined ? '' : `port ${port} of `}the load balancer of group ${group}`;
    const before = new Map(sharedValues(other, port).map((shared) => [shared.about, shared]));
    for (const { about, at, value } of sharedValues(member, port)) {
      const [own, others] = [readValue(member.scope, value), readValue(other.scope, before.get(about)?.value)];
      if (own.kind !== undefined && own.kind === others.kind && own.text !== others.text) {
        add(at, `must be that of ${name} (${others.text}), ${place}`, JSON.parse(own.text), 'make them alike, or leave one of the groups');
      }
    }
    // `buildListenerDefaultActions` of `pkg/ingress/model_build_listener.go`
    if (port !== undefined && member.defaultRule && other.defaultRule) {
      add(member.defaultRule.at, `must be left out where ${name} has one, ${place}`, actionText(member.defaultRule, member.namespace),
        'keep one of them, or leave one of the groups');
    }
  };
  compare();
  const isShared = (port: number) => !isUnknown(port) && other.listeners?.some((listener) => listener.port === port);
  member.listeners?.filter(({ port }) => isShared(port)).forEach(({ port }) => compare(port));
  findings.push(...findUnreachable(group, member, other), ...findOpenLimits(group, member, other));
  return findings;
}

/** Ports of all members redirect to that of one of them, where a member without it has no rules. */
function findUnreachable(group: string, member: IngressDescription, other: IngressDescription): LoadBalancerFinding[] {
  const common = { warning: 'ingressGroupContradiction', members: [member, other] };
  const name = nameOf(other, member);
  const [redirect, before] = [redirectPortOf(member), redirectPortOf(other)];
  return [
    ...isCutOff(member, before) ? [{
      ...common,
      at: listenersAt(member),
      rule: `must have HTTPS on port ${before}, to which ${name} redirects all HTTP of group ${group}`,
      value: listenersText(member),
      remedy: `add certificates or that listener, set redirectHttp of ${name} to false, or leave one of the groups`,
    }] : [],
    ...isCutOff(other, redirect) ? [{
      ...common,
      at: member.at,
      rule: `must not redirect all HTTP of group ${group} to port ${redirect}, on which ${name} has no HTTPS`,
      value: listenersText(other),
      remedy: 'add certificates or that listener there, set redirectHttp to false, or leave one of the groups',
    }] : [],
  ];
}

/** The controller adds rules for CIDR blocks and prefix lists to the security group that it creates, and creates none if a member has others. */
function findOpenLimits(group: string, member: IngressDescription, other: IngressDescription): LoadBalancerFinding[] {
  const limitOf = ({ options }: IngressDescription) => LIMITS.find((field) => options.has(field));
  const hasGroups = ({ own }: IngressDescription) => own.has('securityGroups');
  const common = { warning: 'ingressGroupContradiction', members: [member, other] };
  const name = nameOf(other, member);
  const [limit, before] = [limitOf(member), limitOf(other)];
  return [
    ...limit && hasGroups(other) ? [{
      ...common,
      at: placeOf(member, limit),
      rule: `must be left out where ${name} has securityGroups, which say who may reach the load balancer of group ${group}`,
      value: member.options.get(limit)!.value,
      remedy: 'add rules to the security groups, or leave one of the groups',
    }] : [],
    ...before && hasGroups(member) ? [{
      ...common,
      at: placeOf(member, 'securityGroups'),
      rule: `must be left out where ${name} has ${before}, which would have no effect with them in group ${group}`,
      value: other.options.get(before)!.value,
      remedy: 'add rules to the security groups in place of that, or leave one of the groups',
    }] : [],
  ];
}

/** Finds settings of classes that do not apply because another class comes first in the group. */
export function findIgnoredClasses({ group, members: [first, ...others], listeners }: LoadBalancerDescription): LoadBalancerFinding[] {
  const seen = new Set([first.ingressClass?.name]);
  return others.flatMap((member) => {
    const { ingressClass } = member;
    if (!ingressClass || seen.has(ingressClass.name)) return [];
    seen.add(ingressClass.name);
    const ofListeners: unknown = ingressClass.description.get('listeners')?.value;
    const isIgnored = ({ port }: { port: number }) => listeners.some((listener) => listener.port === port && listener.members[0] !== member);
    const hasAttributes = Array.isArray(ofListeners) && ofListeners.some(isIgnored);
    return [...FIRST_CLASS_ONLY.filter((name) => ingressClass.description.has(name)), ...hasAttributes ? ['listeners'] : []].map((name): LoadBalancerFinding => ({
      at: member.at,
      rule: `must not be of class ${ingressClass.name}, which sets ${name}, in group ${group}: only the class of ${first.at}, which comes first, applies it`,
      value: ingressClass.description.get(name)!.value,
      remedy: `set ${name} of the class ${first.ingressClass?.name ?? 'of the first one'}, or use one class for the group`,
      warning: 'ingressClassIgnored',
      members: [member, first],
    }));
  });
}

function sharedValues(ingress: IngressDescription, port: number | undefined): SharedValue[] {
  const { own, options, ingressClass, listeners = [] } = ingress;
  const listener = listeners.find((one) => one.port === port);
  const values = [...options].flatMap(([name, setting]): SharedValue[] => {
    const shared = ROWS[name]?.shared;
    const ofClass = ingressClass?.description.get(name);
    const { value, at } = FIRST_CLASS_ONLY.includes(name) ? own.get(name) ?? { ...setting, value: undefined } : setting;
    const scope = port === undefined ? 'loadBalancer' : 'port';
    if (value === undefined || name === 'subnets' || shared !== scope || (name === 'sslPolicy' && listener?.protocol !== 'HTTPS')) {
      return [];
    }
    const place = ofClass?.at === at ? `${name} of the class ${ingressClass!.name} of ${ingress.at}` : at;
    const about = ATTRIBUTES.includes(name) ? 'attribute' : name.startsWith('webAcl.') ? 'webAcl' : name;
    return isMap(value)
      ? Object.entries(value).map(([key, inner]) => ({ about: `${about} ${key}`, at: `${own.get(name)?.at ?? place} ${key}`, value: inner }))
      : [{ about, at: place, value: sorted(value) }];
  });
  if (port === undefined) {
    const subnets = subnetsOf(ingress);
    return [...values, ...subnets ? [{ about: 'subnets', at: own.get('subnets')?.at ?? `subnets of the class of ${ingress.at}`, value: subnets }] : []];
  }
  const at = listenersAt(ingress);
  return [
    ...values,
    { about: 'protocol', at: `${at} protocol`, value: listener!.protocol },
    ...Object.entries(listener!.attributes ?? {}).map(([key, value]) => ({ about: `listener attribute ${key}`, at: `${at} attribute ${key}`, value })),
  ];
}

/** Subnets of classes are compared with each other, and cannot be mixed with those of an Ingress. */
function subnetsOf({ own, ingressClass }: IngressDescription): unknown {
  const [subnets, tags] = ['subnets', 'subnetTags'].map((name) => ingressClass?.description.get(name)?.value);
  return subnets ? ['those of its class', ...[subnets].flat()]
    : tags ? ['those of its class', ...Object.entries<string[]>(tags).map(([key, values]) => `${key}=${values.join('|')}`).sort()]
      : sorted(own.get('subnets')?.value);
}

/** Ingresses of several stacks may have one id. */
function nameOf({ at, scope }: IngressDescription, than: IngressDescription): string {
  return at === than.at && scope ? scope.node.path : at;
}

function listenersAt(ingress: IngressDescription): string {
  return placeOf(ingress, 'listeners');
}

function placeOf({ at, own, isTyped }: IngressDescription, name: string): string {
  return own.get(name)?.at ?? (isTyped ? `${at}.${name}` : at);
}

function listenersText({ listeners = [] }: IngressDescription): string[] {
  return listeners.map(({ protocol, port }) => `${protocol} on port ${port}`);
}

function redirectPortOf({ options }: IngressDescription): number | undefined {
  return options.get('sslRedirectPort')?.value;
}

function isCutOff({ listeners = [] }: IngressDescription, redirectPort: number | undefined): boolean {
  return redirectPort !== undefined && ![redirectPort, ...listeners.map(({ port }) => port)].some(isUnknown)
    && listeners.some(({ protocol }) => protocol === 'HTTP')
    && !listeners.some(({ protocol, port }) => protocol === 'HTTPS' && port === redirectPort);
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}

/** A value that can be compared with those of its kind: of no kind are those that are known at deployment only. */
interface ReadValue {
  readonly text: string;
  readonly kind?: 'literal' | 'resource';
}

/** Resources of the app differ by their paths; whether one has a literal name is not visible. */
function readValue(scope: IConstruct | undefined, given: unknown): ReadValue {
  if (given === undefined || !scope) {
    return { text: JSON.stringify(given), kind: given === undefined || [given].flat().some(isUnknown) ? undefined : 'literal' };
  }
  const { value, targets } = readReferences(scope, given, ({ target, displayName }) => `${target.node.path} ${displayName}`);
  const isKnown = targets.every((target) => CfnResource.isCfnResource(target)) && [value].flat().every((item) => typeof item !== 'object' && !isUnknown(item));
  return { text: JSON.stringify(value), kind: !isKnown ? undefined : targets.length > 0 ? 'resource' : 'literal' };
}
