import { ConditionDescription, IngressDescription, keyOf, RuleDescription } from './ingress-description';
import type { PlainListener } from './ingress-value-types';
import { isUnknown } from '../util/tokens';

/** A rule of a listener, with the Ingress that it comes from. */
export interface ListenerRule {
  readonly member: IngressDescription;
  readonly rule: RuleDescription;
}

/** A rule that the controller leaves out of a listener, and why. */
export interface OmittedRule extends ListenerRule {
  readonly reason: 'redirectLoop' | 'redirected';
  /** The rule that gets its requests. */
  readonly by?: RuleDescription;
}

/** A listener with its rules in order of priority. */
export interface ListenerDescription {
  readonly protocol: string;
  readonly port: number;
  readonly members: readonly IngressDescription[];
  readonly rules: readonly ListenerRule[];
  readonly omitted: readonly OmittedRule[];
  /** Members whose default rule it gets: one, or the controller fails. */
  readonly defaults: readonly ListenerRule[];
  /** Whether all of its requests are redirected to HTTPS. */
  readonly redirects: boolean;
  readonly certificates: readonly string[];
  readonly attributes: { readonly [key: string]: string };
}

/** The load balancer of a group, or of an Ingress without one, as the controller builds it. */
export interface LoadBalancerDescription {
  /** Name of the group. */
  readonly group?: string;
  /** In the order of the group. */
  readonly members: readonly IngressDescription[];
  readonly listeners: readonly ListenerDescription[];
  /** Port to which HTTP is redirected. */
  readonly redirectPort?: number;
  /** Whether the listeners of all members could be read. */
  readonly isKnown: boolean;
}

/** Sorts Ingresses into load balancers, by group. Those whose group only the deployment knows have none. */
export function groupsOf(ingresses: readonly IngressDescription[]): IngressDescription[][] {
  const groups = new Map<string, IngressDescription[]>();
  for (const [index, ingress] of ingresses.entries()) {
    const group = ingress.options.get('groupName')?.value;
    if (isUnknown(group)) continue;
    const key = group === undefined ? ` ${index}` : group;
    groups.set(key, [...groups.get(key) ?? [], ingress]);
  }
  return [...groups.values()];
}

/** Describes the load balancer of Ingresses that share one. */
export function describeLoadBalancer(ingresses: readonly IngressDescription[]): LoadBalancerDescription {
  const members = sortMembers(ingresses);
  const redirectPort = members.map(({ options }) => options.get('sslRedirectPort')?.value).find((port) => port !== undefined);
  const ports = [...new Set(members.flatMap(({ listeners = [] }) => listeners.map(({ port }) => port)))].sort((a, b) => a - b);
  return {
    group: members[0].options.get('groupName')?.value,
    members,
    listeners: ports.map((port) => describeListener(port, members, redirectPort)),
    redirectPort,
    isKnown: members.every(({ listeners }) => listeners?.every(({ protocol, port }) => !isUnknown(protocol) && !isUnknown(port))),
  };
}

/** As `sortGroupMembers` of `pkg/ingress/group_loader.go`. */
function sortMembers(ingresses: readonly IngressDescription[]): IngressDescription[] {
  const orderOf = ({ options }: IngressDescription) => {
    const order = options.get('groupOrder')?.value;
    return typeof order === 'number' && !isUnknown(order) ? order : 0;
  };
  return [...ingresses].sort((one, other) => orderOf(one) - orderOf(other) || (keyOf(one) < keyOf(other) ? -1 : 1));
}

function describeListener(port: number, all: readonly IngressDescription[], redirectPort: number | undefined): ListenerDescription {
  const onPort = ({ listeners = [] }: IngressDescription): PlainListener | undefined => listeners.find((listener) => listener.port === port);
  const members = all.filter((member) => onPort(member));
  const { protocol } = onPort(members[0])!;
  const redirects = redirectPort !== undefined && protocol === 'HTTP';
  const ordered = redirects ? [] : members.flatMap((member) => rulesInOrder(member).map((rule) => ({ member, rule })));
  const defaults = redirects ? [] : members.flatMap((member) => member.defaultRule ? [{ member, rule: member.defaultRule }] : []);
  const certificates = protocol === 'HTTPS' ? members.flatMap(({ options }) => {
    const value = options.get('certificates')?.value;
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
  }) : [];
  return {
    protocol,
    port,
    members,
    ...optimize(port, protocol, ordered),
    defaults,
    redirects,
    certificates: [...new Set<string>(certificates)],
    attributes: Object.assign({}, ...members.map((member) => onPort(member)!.attributes), classAttributesOf(members[0], protocol, port)),
  };
}

/** Only the class of the first member counts: `buildIngressGroupListenerAttributes` of `pkg/ingress/model_build_listener.go`. */
function classAttributesOf({ ingressClass }: IngressDescription, protocol: string, port: number): object | undefined {
  const listeners: unknown = ingressClass?.description.get('listeners')?.value;
  const isIt = (listener: PlainListener) => listener.protocol === protocol && listener.port === port;
  return Array.isArray(listeners) ? listeners.find(isIt)?.attributes : undefined;
}

/** As `sortIngressPaths` of `pkg/ingress/model_build_listener_rules.go`, for each rule with a host by itself. */
export function rulesInOrder({ rules }: IngressDescription): RuleDescription[] {
  return rules.flatMap((paths) => {
    const of = (type: string) => paths.filter(({ pathType = 'ImplementationSpecific' }) => pathType === type);
    const others = paths.filter(({ pathType }) => pathType !== 'Exact' && pathType !== 'Prefix');
    return [...of('Exact'), ...of('Prefix').sort((one, other) => (other.path ?? '').length - (one.path ?? '').length), ...others];
  });
}

/** As `Optimize` of `pkg/ingress/rule_optimizer.go`: leaves out redirects to themselves, and rules after a redirect that gets their requests. */
function optimize(port: number, protocol: string, ordered: readonly ListenerRule[]): Pick<ListenerDescription, 'rules' | 'omitted'> {
  const rules: ListenerRule[] = [];
  const omitted: OmittedRule[] = [];
  for (const one of ordered) {
    const by = rules.find(({ rule }) => rule.action.type === 'redirect' && isSuperset(rule.conditions, one.rule.conditions))?.rule;
    if (redirectsToItself(one.rule, protocol, port)) {
      omitted.push({ ...one, reason: 'redirectLoop' });
    } else if (by) {
      omitted.push({ ...one, reason: 'redirected', by });
    } else {
      rules.push(one);
    }
  }
  return { rules, omitted };
}

/** As `isInfiniteRedirectRule`. */
export function redirectsToItself({ action, conditions }: RuleDescription, protocol: string, port: number): boolean {
  const { redirectConfig } = action;
  if (action.type !== 'redirect' || !redirectConfig || conditions.some(({ field, isRegex }) => field === 'path-pattern' && isRegex)) {
    return false;
  }
  const values = (name: string) => conditions.filter(({ field, isRegex }) => field === name && !isRegex).flatMap((condition) => condition.values);
  const stays = (value: string | undefined, ...same: string[]) => value === undefined || same.includes(value);
  return stays(redirectConfig.host, '#{host}', ...values('host-header'))
    && stays(redirectConfig.path, '/#{path}', ...values('path-pattern'))
    && stays(redirectConfig.port, '#{port}', String(port))
    && stays(redirectConfig.protocol, '#{protocol}', protocol)
    && stays(redirectConfig.query, '#{query}');
}

/** As `isSupersetConditions`, which compares values to the letter. */
function isSuperset(conditions: readonly ConditionDescription[], others: readonly ConditionDescription[]): boolean {
  if (conditions.some(({ field }) => field !== 'host-header' && field !== 'path-pattern')) {
    return false;
  }
  return ['host-header', 'path-pattern'].every((field) => {
    const isCompared = (condition: ConditionDescription) => condition.field === field && (field === 'path-pattern' || !condition.isRegex);
    const [own, other] = [conditions, others].map((all) => all.filter(isCompared).flatMap(({ values }) => values));
    return own.length === 0 || (field === 'path-pattern' && own.includes('/*')) || (other.length > 0 && other.every((value) => own.includes(value)));
  });
}

/** An option of the load balancer: that of the first member that has it. */
export function sharedOption({ members }: LoadBalancerDescription, name: string): { readonly value: any } | undefined {
  const from = members.find(({ options }) => options.has(name));
  return from && { value: from.options.get(name)!.value };
}
