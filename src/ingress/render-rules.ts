import { IngressAction } from './ingress-action';
import { checkExpression } from './ingress-rewrite';
import { IngressPathType, IngressRule } from './ingress-rule';
import type { Description, Setting } from '../options/option';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateDnsLabel, validateInteger } from '../util/validation';

/** The rules of an Ingress: its spec, and annotations for what a spec cannot hold. */
export interface RenderedRules {
  readonly spec: { readonly [field: string]: unknown };
  readonly options: Description;
  /** What to call a path of a rule of the spec in messages. */
  readonly nameOf: (rule: number, path: number) => string;
  /** Hosts that the rules name. */
  readonly hosts: string[];
  /** Services that get requests. */
  readonly services: string[];
}

/** Renders the rules of an Ingress, and the one for all that they leave. */
export function renderRules(prop: string, rules: IngressRule[] = [], defaultRule?: IngressRule): RenderedRules {
  if (rules.length === 0 && !defaultRule) {
    throw invalidProp(`${prop}.rules`, 'must have a rule, where there is no defaultRule', rules, 'say which Service gets the requests');
  }
  const backends = new Backends(rules);
  backends.useExpressions(prop, rules);
  const byHost = new Map<string | undefined, unknown[]>();
  const names = new Map<string | undefined, string[]>();
  rules.forEach((rule, index) => {
    const name = `${prop}.rules[${index}]`;
    checkPath(name, rule);
    checkRewrite(name, rule);
    checkHost(name, rule.host);
    checkConditions(name, rule);
    const paths = byHost.get(rule.host) ?? [];
    byHost.set(rule.host, paths);
    names.set(rule.host, [...names.get(rule.host) ?? [], name]);
    paths.push({ ...pathOf(rule), backend: backends.of(name, rule) });
  });
  const defaultBackend = defaultRule && backends.of(`${prop}.defaultRule`, checkDefault(prop, defaultRule));
  return {
    spec: {
      ...defaultBackend && { defaultBackend },
      ...byHost.size > 0 && { rules: [...byHost].map(([host, paths]) => ({ ...host !== undefined && { host }, http: { paths } })) },
    },
    options: backends.options,
    nameOf: (rule, path) => [...names.values()][rule][path],
    hosts: [...byHost.keys()].filter((host) => host !== undefined),
    services: [...new Set(backends.services)],
  };
}

/** Backends of rules; those that are no Service go by a name of their own, to which annotations refer. */
class Backends {
  public readonly options = new Map<string, Setting>();
  public readonly services: string[] = [];
  private readonly taken: Set<string | undefined>;

  constructor(rules: IngressRule[]) {
    this.taken = new Set(rules.map(({ service }) => service));
  }

  public of(name: string, rule: IngressRule) {
    const { service, port, portName, conditions, rewrite } = rule;
    const action = checkBackend(name, rule);
    const conditioned = conditions !== undefined && conditions.length > 0;
    if (!action && !conditioned && !rewrite) {
      this.services.push(service!);
      return { service: { name: service, port: portName !== undefined ? { name: portName } : { number: port } } };
    }
    // Conditions and transforms of a Service would be those of all rules with that Service.
    const alias = this.newName();
    const { _json, _services } = action ?? IngressAction._toService(service!, portName ?? port!);
    this.services.push(..._services);
    this.options.set(`actions.${alias}`, { value: _json, at: name });
    if (conditioned) {
      this.options.set(`conditions.${alias}`, { value: conditions.map((condition) => renderCondition(condition.renderRawCondition())), at: `${name}.conditions` });
    }
    if (rewrite) {
      this.options.set(`transforms.${alias}`, { value: rewrite._transforms(), at: `${name}.rewrite` });
    }
    return { service: { name: alias, port: { name: 'use-annotation' } } };
  }

  /** One annotation decides for the Ingress whether the controller reads paths of type ImplementationSpecific as regular expressions. */
  public useExpressions(prop: string, rules: IngressRule[]): void {
    const index = rules.findIndex(({ pathType }) => pathType === IngressPathType.REGEX);
    const other = rules.findIndex(({ pathType }) => pathType === IngressPathType.IMPLEMENTATION_SPECIFIC);
    if (index === -1) return;
    if (other !== -1) {
      throw invalidProp(`${prop}.rules[${other}].pathType`, `must not be IMPLEMENTATION_SPECIFIC where rules[${index}] has REGEX`, rules[other].path,
        'write it as a regular expression with REGEX too, or put it in another Ingress of the group');
    }
    this.options.set('use-regex-path-match', { value: true, at: `${prop}.rules[${index}].pathType` });
  }

  private newName(): string {
    let index = [...this.options.keys()].filter((key) => key.startsWith('actions.')).length + 1;
    while (this.taken.has(`action-${index}`)) {
      index++;
    }
    this.taken.add(`action-${index}`);
    return `action-${index}`;
  }
}

/** The CDK and the controller have the same conditions, but for the spelling of one. */
function renderCondition({ sourceIpConfig, ...condition }: any) {
  return { ...condition, ...sourceIpConfig && { sourceIPConfig: sourceIpConfig } };
}

function checkBackend(name: string, { service, port, portName, action }: IngressRule): IngressAction | undefined {
  if ((service === undefined) === (action === undefined)) {
    throw invalidProp(name, 'must have either a service or an action', { service, action: action && 'an action' }, 'say what happens with the requests');
  }
  if (action) {
    if (port !== undefined || portName !== undefined) {
      throw invalidProp(name, 'must have no port where it has an action', port ?? portName, 'leave it out');
    }
    return action;
  }
  validateDnsLabel(`${name}.service`, service!);
  if ((port === undefined) === (portName === undefined)) {
    throw invalidProp(name, 'must have either a port or a portName with its service', { port, portName }, 'add the port of the Service');
  }
  if (port !== undefined) {
    validateInteger(`${name}.port`, port, 1, 65535, 'use the port of the Service');
  } else if (portName === 'use-annotation' || (!isUnknown(portName) && !/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(portName!))) {
    throw invalidProp(`${name}.portName`, "must be the name of a port (a-z, 0-9 and '-', at most 15 characters, one of them a letter)", portName, 'use the name in the Service');
  }
  return undefined;
}

function checkHost(name: string, host: string | undefined): void {
  if (host === undefined || isUnknown(host)) return;
  if (/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host) && host.length <= 253) return;
  throw invalidProp(`${name}.host`, 'must be a DNS name in lower case, which may start with *.', host, 'write it like "shop.example.com"');
}

/** The controller removes the first slash of an expression, which Kubernetes requires: `path[1:]` in `pkg/ingress/model_build_listener_rules.go`. */
function pathOf({ path = '/', pathType = IngressPathType.PREFIX }: IngressRule) {
  return pathType === IngressPathType.REGEX
    ? { path: `/${wholePath(path)}`, pathType: IngressPathType.IMPLEMENTATION_SPECIFIC }
    : { path, pathType };
}

/** Anchors an expression at both ends. */
function wholePath(expression: string): string {
  const ends = [expression.startsWith('^'), /(^|[^\\])(\\\\)*\$$/.test(expression)];
  if (ends.every((anchored) => anchored)) return expression;
  return expression.includes('|') ? `^(?:${expression})$` : `${ends[0] ? '' : '^'}${expression}${ends[1] ? '' : '$'}`;
}

/** Elastic Load Balancing transforms requests of rules that forward only. */
function checkRewrite(name: string, { action, rewrite }: IngressRule): void {
  if (rewrite && action && action._json.type !== 'forward') {
    throw invalidProp(`${name}.rewrite`, 'must be left out where the action does not forward', action._json.type, 'change the request in the action, or forward it');
  }
}

/** Kubernetes rejects paths of the first kind, the controller those of the second. */
function checkPath(name: string, { path, pathType = IngressPathType.PREFIX }: IngressRule): void {
  if (pathType === IngressPathType.REGEX) {
    if (path === undefined || (!isUnknown(path) && !/^\^?\//.test(path))) {
      throw invalidProp(`${name}.path`, 'must be a regular expression that starts with / where pathType is REGEX', path, 'write it like "/old/(.*)"');
    }
    checkExpression(`${name}.path`, wholePath(path), 128);
    return;
  }
  if (path === undefined || isUnknown(path)) return;
  if (!path.startsWith('/')) {
    throw invalidProp(`${name}.path`, 'must start with /', path, `try ${JSON.stringify(`/${path}`)}`);
  }
  if (pathType !== IngressPathType.IMPLEMENTATION_SPECIFIC) {
    if (/[*?]/.test(path)) {
      throw invalidProp(`${name}.path`, `must have no wildcards with path type ${pathType}`, path, 'use IngressPathType.IMPLEMENTATION_SPECIFIC for them');
    }
    if (/\/\/|\/\.{1,2}(\/|$)|%2f/i.test(path)) {
      throw invalidProp(`${name}.path`, `must not have //, /./, /../ or %2f with path type ${pathType}`, path, 'correct it');
    }
  }
}

/** The controller adds hosts and paths of conditions to those of the rule, any of which a request may then have: they would widen it. */
function checkConditions(name: string, { host, conditions = [] }: IngressRule): void {
  const fields = conditions.map((condition) => condition.renderRawCondition()?.field);
  if (fields.includes('path-pattern')) {
    throw invalidProp(`${name}.conditions`, 'must have no paths, which would replace path and not narrow it', 'path-pattern',
      'use path, in a rule for each, with IngressPathType.IMPLEMENTATION_SPECIFIC for wildcards');
  }
  if (fields.includes('host-header') && host !== undefined) {
    throw invalidProp(`${name}.conditions`, 'must have no hosts with host, which they would replace', 'host-header', 'keep one of them');
  }
}

function checkDefault(prop: string, rule: IngressRule): IngressRule {
  for (const field of ['host', 'path', 'pathType', 'conditions', 'rewrite'] as const) {
    if (rule[field] !== undefined) {
      throw invalidProp(`${prop}.defaultRule`, `must have no ${field}: it is for what no rule fits`, rule[field], 'leave it out, or put it among the rules');
    }
  }
  return rule;
}
