import type { IConstruct } from 'constructs';
import { annotationOptions, PREFIX } from './annotations';
import type { PlainListener } from './ingress-value-types';
import { ACTION, CONDITION_CONFIGS, CONDITIONS, ParsedAction, ParsedCondition, ParsedTarget, ParsedTransform } from './json-annotations';
import type { KubernetesObject } from '../cluster/manifest-objects';
import { check, ClassDescription, Description, effective, Finding, read, Reader, Setting } from '../options/option';
import { isUnknown } from '../util/tokens';

/** Port of a backend whose action is an annotation. */
const USE_ANNOTATION = 'use-annotation';

/** Where the controller sends requests: to a Service, or to a target group by ARN or name. */
export interface TargetDescription {
  readonly service?: string;
  readonly port?: number | string;
  readonly targetGroup?: string;
  readonly weight?: number;
}

/** What happens with the requests of a rule. `unknown` is what cannot be read. */
export interface ActionDescription extends Omit<ParsedAction, 'type' | 'forwardConfig' | 'targetGroupARN' | 'targetGroupName'> {
  readonly type: 'forward' | 'redirect' | 'fixed-response' | 'unknown';
  readonly targets: readonly TargetDescription[];
  readonly stickinessSeconds?: number;
}

/** A condition as Elastic Load Balancing gets it; values of query strings are `key=value`, or a value alone. */
export interface ConditionDescription {
  readonly field: string;
  readonly header?: string;
  readonly values: readonly string[];
  readonly isRegex: boolean;
}

/** A rule of an Ingress. */
export interface RuleDescription {
  /** What to call the rule, and its action and conditions, in messages. */
  readonly at: string;
  readonly actionAt: string;
  readonly conditionsAt: string;
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  /** Name of the backend: of a Service, or of an action. */
  readonly backend?: string;
  readonly conditions: readonly ConditionDescription[];
  readonly action: ActionDescription;
  readonly transforms: readonly ParsedTransform[];
  /** Whether everything of it could be read. */
  readonly isKnown: boolean;
}

/** An Ingress as the controller reads it, with the options of its class applied. */
export interface IngressDescription {
  /** What to call it in messages: `addIngress(Shop)`, or `Ingress shop/web`. */
  readonly at: string;
  readonly isTyped: boolean;
  /** The construct that defines it. */
  readonly scope?: IConstruct;
  readonly namespace: string;
  readonly name: string;
  readonly ingressClass?: ClassDescription;
  /** Options of its own, and those that apply. */
  readonly own: Description;
  readonly options: Description;
  /** Nothing where they cannot be read. */
  readonly listeners?: readonly PlainListener[];
  /** By the rules of its spec. */
  readonly rules: readonly (readonly RuleDescription[])[];
  readonly defaultRule?: RuleDescription;
  readonly annotations: { readonly [key: string]: unknown };
  /** What is wrong with its annotations. */
  readonly findings: readonly Finding[];
}

/** Where an Ingress is read from. */
export interface IngressSource {
  readonly at: string;
  readonly scope?: IConstruct;
  readonly object: KubernetesObject;
  readonly ingressClass?: ClassDescription;
  /** Options by fields; without them they are read from the annotations. */
  readonly fields?: Description;
  /** What to call a path of a rule in messages, if it is not a path of a manifest. */
  readonly ruleAt?: (rule: number, path: number) => string;
  readonly defaultRuleAt?: string;
}

/** Reads an Ingress. */
export function describeIngress(source: IngressSource, reader: Reader): IngressDescription {
  const { at, scope, object, ingressClass, fields } = source;
  const annotations = mapOf(object.metadata?.annotations);
  const keys = Object.keys(annotations).filter((key) => key.startsWith(PREFIX) && !isUnknown(key)).map((key) => key.slice(PREFIX.length));
  const table = annotationOptions(keys);
  const { description, findings } = fields ? { description: fields, findings: [] } : read(table, at, PREFIX, annotations, reader);
  const options = ingressClass ? effective(table, description, ingressClass.description) : description;
  const backends: BackendReader = { ...source, options: description, isGiven: (key) => keys.includes(key) };
  const { rules, defaultBackend } = mapOf(object.spec);
  return {
    at,
    isTyped: fields !== undefined,
    scope,
    namespace: namespaceOf(object),
    name: nameOf(object),
    ingressClass,
    own: description,
    options,
    listeners: keys.includes('listen-ports') && !description.has('listeners') ? undefined : listenersOf(description, options),
    rules: listOf(rules).map((rule, index) => describeRule(rule, index, backends)),
    defaultRule: defaultBackend === undefined || defaultBackend === null ? undefined
      : describeBackend(defaultBackend, source.defaultRuleAt ?? `${at} spec.defaultBackend`, backends, {}),
    annotations,
    findings: fields ? [] : [...findings, ...check(table, 'annotation', description, reader)],
  };
}

/** `default/web`, as the controller names it. */
export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

export function namespaceOf({ metadata }: KubernetesObject): string {
  return String(metadata?.namespace ?? 'default');
}

export function nameOf({ metadata }: KubernetesObject): string {
  return String(metadata?.name);
}

/** As `computeIngressListenPorts` of `pkg/ingress/model_build_listener.go`. Listeners of a class are attributes of those that its Ingresses have. */
function listenersOf(own: Description, options: Description): readonly PlainListener[] | undefined {
  const given: unknown = own.get('listeners')?.value ?? [options.has('certificates') ? { protocol: 'HTTPS', port: 443 } : { protocol: 'HTTP', port: 80 }];
  return Array.isArray(given) ? given.map(({ protocol, port }: PlainListener) => {
    const attributes: unknown = own.get(`listener-attributes.${protocol}-${port}`)?.value;
    return { protocol, port, ...typeof attributes === 'object' && { attributes: attributes as PlainListener['attributes'] } };
  }) : undefined;
}

/** What backends are read from. */
interface BackendReader extends Pick<IngressSource, 'at' | 'ruleAt'> {
  readonly options: Description;
  /** Whether an annotation is given, by key without prefix. */
  readonly isGiven: (key: string) => boolean;
}

function describeRule(rule: unknown, index: number, backends: BackendReader): RuleDescription[] {
  const { host, http } = mapOf(rule);
  return listOf(mapOf(http).paths).map((given, position) => {
    const { path, pathType, backend } = mapOf(given);
    const at = backends.ruleAt?.(index, position) ?? `${backends.at} spec.rules[${index}].http.paths[${position}]`;
    return describeBackend(backend, at, backends, {
      host: textOf(host), path: textOf(path), pathType: textOf(pathType), useRegex: backends.options.get('use-regex-path-match')?.value === true,
    });
  });
}

interface Match {
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly useRegex?: boolean;
}

function describeBackend(backend: unknown, at: string, { at: object, ruleAt, options, isGiven }: BackendReader, match: Match): RuleDescription {
  const { name, port } = mapOf(mapOf(backend).service) as { name?: unknown; port?: any };
  const service = textOf(name);
  const setting = (family: string): Setting | undefined => options.get(`${family}.${service}`);
  const isBroken = (family: string) => isUnknown(setting(family)?.value) || (isGiven(`${family}.${service}`) && !setting(family));
  const isAction = port?.name === USE_ANNOTATION;
  const action = isAction ? actionOf(setting('actions')?.value) : service === undefined ? UNKNOWN_ACTION : toService(service, port?.name ?? port?.number);
  const { conditions, isKnown } = describeConditions(match, setting('conditions')?.value);
  const placeOf = (family: string, field: string) => ruleAt ? `${at}.${field}` : `${object} ${PREFIX}${family}.${service}`;
  return {
    at,
    actionAt: isAction ? placeOf('actions', 'action') : at,
    conditionsAt: placeOf('conditions', 'conditions'),
    host: match.host,
    path: match.path,
    pathType: match.pathType,
    backend: service,
    conditions,
    action,
    transforms: Array.isArray(setting('transforms')?.value) ? setting('transforms')!.value : [],
    isKnown: isKnown && action.type !== 'unknown' && !['actions', 'conditions', 'transforms'].some(isBroken),
  };
}

const UNKNOWN_ACTION: ActionDescription = { type: 'unknown', targets: [] };

function toService(service: string, port: unknown): ActionDescription {
  return { type: 'forward', targets: [{ service, port: typeof port === 'string' || typeof port === 'number' ? port : undefined }] };
}

/** As `buildActionViaAnnotation` of `pkg/ingress/enhanced_backend_builder.go`: a port of digits is a number. */
function actionOf(parsed: ParsedAction | undefined): ActionDescription {
  if (parsed === undefined || isUnknown(parsed) || ACTION.fault(parsed)) {
    return UNKNOWN_ACTION;
  }
  const { type, forwardConfig, targetGroupARN, targetGroupName, ...configs } = parsed;
  const targets: readonly ParsedTarget[] = forwardConfig?.targetGroups ?? (type === 'forward' ? [{ targetGroupARN, targetGroupName }] : []);
  const { enabled, durationSeconds } = forwardConfig?.targetGroupStickinessConfig ?? {};
  return {
    ...configs,
    type: isUnknown(type) ? 'unknown' : type as ActionDescription['type'],
    targets: targets.map((target) => ({
      service: target.serviceName,
      port: /^\d+$/.test(String(target.servicePort)) ? Number(target.servicePort) : target.servicePort,
      targetGroup: target.targetGroupARN ?? target.targetGroupName,
      weight: target.weight,
    })),
    ...enabled && { stickinessSeconds: durationSeconds },
  };
}

/**
 * As `buildRuleConditions` of `pkg/ingress/model_build_listener_rules.go`: hosts and paths of conditions are added to those of the rule, and
 * any of them may match.
 */
function describeConditions({ host, path, pathType, useRegex }: Match, given: unknown): { conditions: ConditionDescription[]; isKnown: boolean } {
  const parsed: readonly ParsedCondition[] = Array.isArray(given) ? given : [];
  const isKnown = !parsed.some(({ field }) => isUnknown(field)) && CONDITIONS.fault(parsed) === undefined;
  const usesRegex = useRegex === true && path !== undefined && (pathType ?? 'ImplementationSpecific') === 'ImplementationSpecific';
  const paths = path ? [{ field: 'path-pattern', values: usesRegex ? [path.slice(1)] : patternsOf(path, pathType), isRegex: usesRegex }] : [];
  const all: ConditionDescription[] = [
    ...host ? [{ field: 'host-header', values: [host], isRegex: false }] : [],
    ...paths,
    ...(isKnown ? parsed : []).map(describeCondition),
  ];
  const merged = ['host-header', 'path-pattern'].flatMap((field) => [false, true].flatMap((isRegex): ConditionDescription[] => {
    const values = all.filter((condition) => condition.field === field && condition.isRegex === isRegex).flatMap((condition) => condition.values);
    return values.length > 0 ? [{ field, values, isRegex }] : [];
  }));
  const others = all.filter(({ field }) => field !== 'host-header' && field !== 'path-pattern');
  const conditions = [...others, ...merged];
  return { conditions: conditions.length > 0 ? conditions : [{ field: 'path-pattern', values: ['/*'], isRegex: false }], isKnown };
}

function describeCondition(condition: ParsedCondition): ConditionDescription {
  const { values = [], regexValues = [], httpHeaderName } = condition[CONDITION_CONFIGS[condition.field]];
  const isRegex = regexValues.length > 0;
  return {
    field: condition.field,
    ...httpHeaderName !== undefined && { header: httpHeaderName },
    values: (isRegex ? regexValues : values).map((value: any) => typeof value === 'string' ? value : value.key === undefined ? value.value : `${value.key}=${value.value}`),
    isRegex,
  };
}

/** As `buildPathPatterns…` of `pkg/ingress/model_build_listener_rules.go`. */
function patternsOf(path: string, pathType = 'ImplementationSpecific'): string[] {
  if (pathType !== 'Prefix' || isUnknown(path)) {
    return [path];
  }
  return path === '/' ? ['/*'] : [path.replace(/\/$/, ''), `${path.replace(/\/$/, '')}/*`];
}

/** Manifests may have any shape: what is no map is an empty one. */
function mapOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { readonly [key: string]: unknown } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
