import { LoadBalancerFinding } from './group-findings';
import { ConditionDescription, IngressDescription, RuleDescription } from './ingress-description';
import { ListenerDescription, ListenerRule, LoadBalancerDescription, redirectsToItself, rulesInOrder, sharedOption } from './load-balancer-description';
import { matchText } from './rule-texts';
import type { Fault } from '../options/value-types';
import { isUnknown } from '../util/tokens';
import { cidrFault } from '../util/validation';

/** Values of conditions that Elastic Load Balancing evaluates for a rule; AWS does not raise it. */
const MAX_VALUES = 5;

/** Quotas of a load balancer, which AWS raises on request. */
const QUOTAS = { rules: 100, certificates: 25, securityGroups: 5 };

/** Finds what is wrong with the rules of a load balancer. */
export function findRuleFaults(loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  return [
    ...loadBalancer.members.flatMap((member) => allRules(member)
      .flatMap((rule) => [...findConditionFaults(member, rule), ...findRedirectFaults(member, rule, loadBalancer)])),
    ...loadBalancer.isKnown ? loadBalancer.members.flatMap((member) => [
      ...findDeadRules(member, loadBalancer),
      ...findProtocolFaults(member, loadBalancer),
      ...findOpenRules(member, loadBalancer),
    ]) : [],
    ...findQuotas(loadBalancer),
  ];
}

/** Listeners on which a member has rules that are evaluated. */
function servedBy({ listeners }: LoadBalancerDescription, member: IngressDescription): ListenerDescription[] {
  return listeners.filter(({ members, redirects }) => members.includes(member) && !redirects);
}

function allRules({ rules, defaultRule }: IngressDescription): RuleDescription[] {
  return [...rules.flat(), ...defaultRule ? [defaultRule] : []];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
function findConditionFaults(member: IngressDescription, rule: RuleDescription): LoadBalancerFinding[] {
  const { conditions, conditionsAt } = rule;
  const findings: LoadBalancerFinding[] = [];
  const add = (text: string, value: unknown, remedy: string, at = conditionsAt) =>
    findings.push({ at, rule: text, value, remedy, warning: 'ingressConditions', members: [member] });
  const count = conditions.reduce((sum, { values }) => sum + values.length, 0);
  if (count > MAX_VALUES) {
    add(`must have at most ${MAX_VALUES} values in all conditions of a rule: 1 for its host, 2 for a path prefix other than /, and 1 for each other value`, count,
      'use several rules');
  }
  for (const field of ['http-request-method', 'source-ip']) {
    const repeated = conditions.filter((condition) => condition.field === field);
    if (repeated.length > 1) {
      add(`must have at most one ${field} condition`, repeated.flatMap(({ values }) => values), 'list all values in one condition');
    }
  }
  for (const condition of conditions) {
    const fault = conditionFault(condition);
    const isOfRule = condition.values.every((value) => value === rule.host || value === rule.path || value.startsWith(rule.path ?? '\n'));
    if (fault) add(fault.rule, fault.value, fault.remedy, isOfRule ? rule.at : conditionsAt);
  }
  return findings;
}

function conditionFault({ field, header, values, isRegex }: ConditionDescription): Fault | undefined {
  const literals = values.filter((value) => !isUnknown(value));
  const [pattern, longest, what] = isRegex ? [/^/, 128, ''] : LIMITS[field];
  if (header !== undefined && !isUnknown(header) && !/^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,40}$/.test(header)) {
    return { rule: 'must have names of HTTP headers, of at most 40 characters', value: header, remedy: 'correct it' };
  }
  const wrong = literals.find((value) => value === '' || value.length > longest || !pattern.test(value));
  if (wrong !== undefined) {
    return { rule: `must have ${what || 'values'} of 1 to ${longest} characters in ${field} conditions`, value: wrong, remedy: 'correct it, or leave it out' };
  }
  // Bits outside the prefix are ignored.
  const address = field === 'source-ip' ? literals.find((value) => /CIDR|address|length/.test(cidrFault(value) ?? '')) : undefined;
  return address === undefined ? undefined
    : { rule: 'must have CIDR blocks in source-ip conditions', value: address, remedy: 'write it like "10.0.0.0/8" or "2001:db8::/32"' };
}

const LIMITS: { readonly [field: string]: readonly [RegExp, number, string] } = {
  'host-header': [/^[A-Za-z0-9.*?-]+$/, 128, 'host names'],
  'path-pattern': [/^[^\s]+$/, 128, 'paths'],
  'http-header': [/^[^\r\n]+$/, 128, 'values'],
  'http-request-method': [/^[A-Z_-]+$/, 40, 'names of methods, in upper case,'],
  'query-string': [/^[^\r\n]+$/, 257, 'values'],
  'source-ip': [/^\S+$/, 64, 'CIDR blocks'],
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
function findRedirectFaults(member: IngressDescription, rule: RuleDescription, loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  const { action: { type, redirectConfig }, actionAt: at } = rule;
  if (type !== 'redirect' || !redirectConfig) return [];
  const { statusCode: _, ...parts } = redirectConfig;
  const finding = (text: string, value: unknown, remedy: string) => [{ at, rule: text, value, remedy, warning: 'ingressRedirect', members: [member] }];
  const { host = '#{host}', path = '/#{path}', port = '#{port}', protocol = '#{protocol}' } = parts;
  if (!isUnknown(port) && port !== '#{port}' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    return finding('must redirect to a port from 1 to 65535', port, 'correct it, or leave it out');
  }
  if (!isUnknown(protocol) && !['HTTP', 'HTTPS', '#{protocol}'].includes(protocol)) {
    return finding('must redirect to the protocol HTTP or HTTPS', protocol, 'use one of them');
  }
  if (host === '#{host}' && path === '/#{path}' && port === '#{port}' && protocol === '#{protocol}') {
    return finding('must change the host, path, port or protocol of a request, since the redirect would loop otherwise', parts, 'say where to redirect to');
  }
  const served = servedBy(loadBalancer, member);
  const onSecure = served.some(({ protocol: own, rules, defaults }) => own === 'HTTPS' && [...rules, ...defaults].some((one) => one.rule === rule));
  if (protocol === 'HTTP' && onSecure) {
    return finding('must not redirect HTTPS to HTTP, which Elastic Load Balancing rejects', parts, 'redirect to HTTPS');
  }
  const loops = ({ protocol: own, port: ownPort }: ListenerDescription) => redirectsToItself(rule, own, ownPort);
  const isDefault = rule === member.defaultRule;
  return loadBalancer.isKnown && served.length > 0 && (isDefault ? served.some(loops) : served.every(loops))
    ? finding(`must not redirect to itself${isDefault ? '' : ', for which the controller leaves the rule out'}`, parts, 'redirect to another host, path, port or protocol')
    : [];
}

/** Finds rules that never get a request, because rules before them get all of theirs on every listener. */
function findDeadRules(member: IngressDescription, loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  const served = servedBy(loadBalancer, member);
  return served.length === 0 ? [] : rulesInOrder(member).flatMap((rule) => {
    const earlier = served.map(({ rules, omitted }) => {
      const left = omitted.find((one) => one.rule === rule);
      if (left) return left.reason === 'redirected' ? ownerOf(left.by!, rules) : undefined;
      const index = rules.findIndex((one) => one.rule === rule);
      return rules.slice(0, index).find((before) => before.rule.isKnown && rule.isKnown && coversAll(before.rule.conditions, rule.conditions));
    });
    // On some listener it does get requests, or it redirects there to itself, which is the other mistake.
    const [first] = earlier;
    return first && earlier.every((cover) => cover !== undefined) ? [deadRule(member, rule, first)] : [];
  });
}

function ownerOf(rule: RuleDescription, rules: readonly ListenerRule[]): ListenerRule | undefined {
  return rules.find((one) => one.rule === rule);
}

function deadRule(member: IngressDescription, rule: RuleDescription, { member: owner, rule: cover }: ListenerRule): LoadBalancerFinding {
  const isSame = JSON.stringify(rule.conditions) === JSON.stringify(cover.conditions);
  const isWildcard = rule.pathType !== 'Exact' && rule.pathType !== 'Prefix' && cover.pathType === 'Prefix';
  return {
    at: rule.at,
    rule: `must not be for requests that ${owner === member || owner.at !== member.at ? cover.at : cover.at.replace(owner.at, owner.scope?.node.path ?? owner.at)} `
      + 'gets first in the order of the controller: it never gets one',
    value: matchText(rule),
    remedy: isSame ? 'take one out, or divide them by IngressAction.weightedForward()'
      : isWildcard && owner === member ? 'make the other one of type ImplementationSpecific too, as /* after this one'
        : owner === member ? 'put it before the other one, or give the other one a narrower host, path or condition'
          : 'use groupOrder to put its Ingress first, or give the other one a narrower host, path or condition',
    warning: 'ingressPathUnreachable',
    members: owner === member ? [member] : [member, owner],
  };
}

/** Whether all requests that match some conditions match others too. */
export function coversAll(conditions: readonly ConditionDescription[], others: readonly ConditionDescription[]): boolean {
  return conditions.every((condition) => isAny(condition) || others.some((other) => covers(condition, other)));
}

function isAny({ field, values, isRegex }: ConditionDescription): boolean {
  return !isRegex && ((field === 'path-pattern' && values.includes('/*')) || values.includes('*')) && field !== 'source-ip';
}

function covers(condition: ConditionDescription, other: ConditionDescription): boolean {
  if (condition.field !== other.field || condition.header?.toLowerCase() !== other.header?.toLowerCase()) return false;
  const isLiteral = condition.isRegex || other.isRegex || condition.field === 'source-ip';
  return other.values.every((value) => !isUnknown(value) && condition.values.some((pattern) => !isUnknown(pattern)
    && (pattern === value || (!isLiteral && matches(pattern, value, condition.field === 'host-header')))));
}

/** Whether a pattern matches everything that another one matches: `*` stands for any text, `?` for one character. */
function matches(pattern: string, other: string, ignoreCase: boolean): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '[^*]');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(other);
}

/** Elastic Load Balancing attaches target groups of HTTP/2 and gRPC to HTTPS listeners only. */
function findProtocolFaults(member: IngressDescription, loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  const setting = member.options.get('backendProtocolVersion');
  const plain = servedBy(loadBalancer, member).find(({ protocol, rules, defaults }) => protocol === 'HTTP'
    && [...rules, ...defaults].some((one) => one.member === member && one.rule.action.targets.some(({ service }) => service !== undefined)));
  return setting && plain && ['HTTP2', 'GRPC'].includes(setting.value) ? [{
    at: setting.at,
    rule: `must be used with HTTPS listeners only, and port ${plain.port} has HTTP with rules`,
    value: setting.value,
    remedy: 'add certificates and leave redirectHttp on, or leave it out',
    warning: 'ingressProtocolVersion',
    members: [member],
  }] : [];
}

/** The controller authenticates on HTTPS listeners only: `buildActions` of `pkg/ingress/model_build_actions.go`. */
function findOpenRules(member: IngressDescription, loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  const setting = ['auth.type', 'jwt-validation'].map((name) => member.options.get(name)).find((one) => one !== undefined && one.value !== 'none');
  const open = servedBy(loadBalancer, member).find(({ protocol, rules, defaults }) => protocol === 'HTTP'
    && [...rules, ...defaults].some((one) => one.member === member && one.rule.action.type === 'forward'));
  return setting && !isUnknown(setting.value) && open ? [{
    at: setting.at,
    rule: `must not be used where HTTP on port ${open.port} serves the same rules, which are open there without authentication`,
    value: setting.value,
    remedy: 'redirect HTTP to HTTPS, or listen on HTTPS only',
    warning: 'ingressAuthOpen',
    members: [member],
  }] : [];
}

function findQuotas(loadBalancer: LoadBalancerDescription): LoadBalancerFinding[] {
  const { listeners, members } = loadBalancer;
  const groups: unknown = sharedOption(loadBalancer, 'securityGroups')?.value;
  const counts: { readonly [quota in keyof typeof QUOTAS]: number } = {
    rules: listeners.reduce((sum, { rules }) => sum + rules.length, 0),
    // The default certificate of each listener does not count.
    certificates: listeners.reduce((sum, { certificates }) => sum + Math.max(0, certificates.length - 1), 0),
    securityGroups: Array.isArray(groups) ? groups.length : 0,
  };
  return Object.entries(QUOTAS).filter(([quota, limit]) => counts[quota as keyof typeof QUOTAS] > limit).map(([quota, limit]) => ({
    at: members[0].at,
    rule: `must have a load balancer of at most ${limit} ${quota}, unless AWS has raised that quota`,
    value: counts[quota as keyof typeof QUOTAS],
    remedy: 'divide them among several groups, or request a higher quota',
    warning: 'ingressQuota',
    members: [members[0]],
    isWarning: true,
  }));
}
