import type { Fault, ValueType } from '../options/value-types';
import { firstFault, json } from '../options/value-types';
import { isUnknown } from '../util/tokens';

/**
 * The form of JSON that the controller unmarshals: Go ignores unknown keys and the case of known ones, takes `null` for an absent value,
 * and fails for a value of another type.
 */
type Form = 'text' | 'integer' | 'boolean' | 'port' | 'map' | readonly [Form] | { readonly [key: string]: Form };

const REWRITES = { rewrites: [{ regex: 'text', replace: 'text' }] } as const;
const VALUES = { values: ['text'] } as const;
const VALUES_OR_REGEX = { values: ['text'], regexValues: ['text'] } as const;

/** As `Action` of `pkg/ingress/config_types.go`. */
const ACTION_FORM = {
  type: 'text',
  targetGroupARN: 'text',
  targetGroupName: 'text',
  fixedResponseConfig: { contentType: 'text', messageBody: 'text', statusCode: 'text' },
  redirectConfig: { host: 'text', path: 'text', port: 'text', protocol: 'text', query: 'text', statusCode: 'text' },
  forwardConfig: {
    targetGroups: [{ targetGroupARN: 'text', targetGroupName: 'text', serviceName: 'text', servicePort: 'port', weight: 'integer' }],
    targetGroupStickinessConfig: { enabled: 'boolean', durationSeconds: 'integer' },
  },
} as const;

/** As `RuleCondition` of `pkg/ingress/config_types.go`. */
const CONDITION_FORM = {
  field: 'text',
  hostHeaderConfig: VALUES_OR_REGEX,
  httpHeaderConfig: { httpHeaderName: 'text', ...VALUES_OR_REGEX },
  httpRequestMethodConfig: VALUES,
  pathPatternConfig: VALUES_OR_REGEX,
  queryStringConfig: { values: [{ key: 'text', value: 'text' }] },
  sourceIPConfig: VALUES,
} as const;

/** As `Transform` of `pkg/ingress/config_types.go`. */
const TRANSFORM_FORM = { type: 'text', hostHeaderRewriteConfig: REWRITES, urlRewriteConfig: REWRITES } as const;

/** A target of a forward action, as parsed. */
export interface ParsedTarget {
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly serviceName?: string;
  readonly servicePort?: number | string;
  readonly weight?: number;
}

/** An action, as parsed. */
export interface ParsedAction {
  readonly type: string;
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly fixedResponseConfig?: { readonly contentType?: string; readonly messageBody?: string; readonly statusCode: string };
  readonly redirectConfig?: { readonly [part in 'host' | 'path' | 'port' | 'protocol' | 'query']?: string } & { readonly statusCode: string };
  readonly forwardConfig?: {
    readonly targetGroups: readonly ParsedTarget[];
    readonly targetGroupStickinessConfig?: { readonly enabled?: boolean; readonly durationSeconds?: number };
  };
}

/** A condition, as parsed. The configuration of its field is the one that counts. */
export interface ParsedCondition {
  readonly field: string;
  readonly [config: string]: any;
}

/** A transform, as parsed. */
export interface ParsedTransform {
  readonly type: string;
  readonly hostHeaderRewriteConfig?: ParsedRewrites;
  readonly urlRewriteConfig?: ParsedRewrites;
}

interface ParsedRewrites {
  readonly rewrites: readonly { readonly regex: string; readonly replace: string }[];
}

/** The configuration of each field of a condition. */
export const CONDITION_CONFIGS: { readonly [field: string]: string } = {
  'host-header': 'hostHeaderConfig',
  'path-pattern': 'pathPatternConfig',
  'http-header': 'httpHeaderConfig',
  'http-request-method': 'httpRequestMethodConfig',
  'query-string': 'queryStringConfig',
  'source-ip': 'sourceIPConfig',
};

/** `actions.<name>`: what a backend with the port `use-annotation` does. */
export const ACTION = formed<ParsedAction>('an action', ACTION_FORM, actionFault);

/** `conditions.<name>`: what requests must have in addition to host and path. */
export const CONDITIONS = formed<readonly ParsedCondition[]>('a list of conditions', [CONDITION_FORM], (conditions) => firstFault(conditions, conditionFault));

/** `transforms.<name>`: how the host and the path of a request are rewritten. */
export const TRANSFORMS = formed<readonly ParsedTransform[]>('a list of transforms', [TRANSFORM_FORM], (transforms) => firstFault(transforms, transformFault));

/** `mutual-authentication`: client certificates by port. */
export const MUTUAL_AUTHENTICATION = formed<readonly { readonly port: number; readonly mode: string; readonly [key: string]: unknown }[]>(
  'a list of listeners with their mode',
  [{ port: 'integer', mode: 'text', trustStore: 'text', ignoreClientCertificateExpiry: 'boolean', advertiseTrustStoreCaNames: 'text' }],
  (entries) => entries.length === 0 ? fault('must not be an empty list', entries, 'leave it out') : firstFault(entries, mutualFault),
);

/** `jwt-validation`: what is required of tokens. */
export const JWT_VALIDATION = formed<any>(
  'a configuration of JWT validation',
  { jwksEndpoint: 'text', issuer: 'text', additionalClaims: [{ format: 'text', name: 'text', values: ['text'] }] },
  ({ jwksEndpoint, issuer, additionalClaims = [] }) => missing({ jwksEndpoint, issuer })
    ?? firstFault<any>(additionalClaims, ({ format, name, values }) => missing({ format, name, values })
      ?? among('format', format, ['single-string', 'string-array', 'space-separated-values'])),
);

/** `auth-idp-cognito`: the user pool. */
export const COGNITO = formed<any>(
  'a user pool',
  { userPoolARN: 'text', userPoolClientID: 'text', userPoolDomain: 'text', authenticationRequestExtraParams: 'map' },
  ({ userPoolARN, userPoolClientID, userPoolDomain }) => missing({ userPoolARN, userPoolClientID, userPoolDomain }),
);

/** `auth-idp-oidc`: the identity provider. */
export const OIDC = formed<any>(
  'an identity provider',
  {
    issuer: 'text', authorizationEndpoint: 'text', tokenEndpoint: 'text', userInfoEndpoint: 'text', secretName: 'text', authenticationRequestExtraParams: 'map',
  },
  ({ issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, secretName }) =>
    missing({ issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, secretName }),
);

/** As `Action.validate` of `pkg/ingress/config_types.go`; limits of actions are those of Elastic Load Balancing. */
function actionFault({ type, targetGroupARN, targetGroupName, fixedResponseConfig, redirectConfig, forwardConfig }: ParsedAction): Fault | undefined {
  switch (type) {
    case 'fixed-response':
      return fixedResponseConfig
        ? missing({ statusCode: fixedResponseConfig.statusCode }) ?? statusFault(fixedResponseConfig.statusCode)
        : missing({ fixedResponseConfig });
    case 'redirect':
      return redirectConfig
        ? missing({ statusCode: redirectConfig.statusCode }) ?? among('statusCode', redirectConfig.statusCode, ['HTTP_301', 'HTTP_302'])
        : missing({ redirectConfig });
    case 'forward': {
      const isShort = targetGroupARN !== undefined || targetGroupName !== undefined;
      if (isShort && forwardConfig) {
        return fault('must have either forwardConfig or a target group, not both', ['forwardConfig', 'targetGroupARN'], 'keep one of them');
      }
      return isShort ? undefined : forwardConfig ? targetsFault(forwardConfig.targetGroups ?? []) : missing({ forwardConfig });
    }
    default:
      return among('type', type, ['fixed-response', 'forward', 'redirect']);
  }
}

function statusFault(code: string): Fault | undefined {
  return isUnknown(code) || /^[245]\d\d$/.test(code) ? undefined : fault('must have a statusCode of 200 to 299 or 400 to 599', code, 'use a redirect for others');
}

function targetsFault(targets: readonly ParsedTarget[]): Fault | undefined {
  if (targets.length < 1 || targets.length > 5) {
    return fault('must have one to five targetGroups', targets.length, 'a load balancer divides requests among no more');
  }
  return firstFault(targets, ({ targetGroupARN, targetGroupName, serviceName, servicePort, weight }) => {
    const isGroup = targetGroupARN !== undefined || targetGroupName !== undefined;
    if (isGroup === (serviceName !== undefined)) {
      return fault('must have targetGroups with either a serviceName or a target group', serviceName, 'keep one of them');
    }
    return (isGroup ? undefined : missing({ servicePort }))
      ?? (targets.length > 1 ? missing({ weight }) : undefined)
      ?? (weight === undefined || isUnknown(weight) || (weight >= 0 && weight <= 999) ? undefined
        : fault('must have weights from 0 to 999', weight, 'weigh the targets against each other'));
  });
}

/** As `RuleCondition.Validate`. The controller drops a condition with another field without an error, and the rule then serves everyone. */
function conditionFault(condition: ParsedCondition): Fault | undefined {
  const { field } = condition;
  const config = isUnknown(field) ? undefined : CONDITION_CONFIGS[field];
  if (isUnknown(field)) return undefined;
  if (!config) {
    return fault('must have conditions with a known field, since the controller drops others, which opens the rule to all requests', field,
      `use one of ${Object.keys(CONDITION_CONFIGS).join(', ')}`);
  }
  const given = condition[config];
  if (!given) return missing({ [config]: given });
  const { values = [], regexValues = [] } = given;
  if (values.length === 0 && regexValues.length === 0) {
    return fault(`must have values in ${config}`, values, 'list what requests may have, or leave the condition out');
  }
  return values.length > 0 && regexValues.length > 0 ? fault(`must have either values or regexValues in ${config}`, regexValues, 'keep one of them') : undefined;
}

function transformFault({ type, hostHeaderRewriteConfig, urlRewriteConfig }: ParsedTransform): Fault | undefined {
  const of = (config: ParsedRewrites | undefined, name: string) =>
    config && config.rewrites?.length > 0 ? undefined : fault(`must have rewrites in ${name}`, config, 'add a regex and its replacement');
  switch (type) {
    case 'host-header-rewrite': return of(hostHeaderRewriteConfig, 'hostHeaderRewriteConfig');
    case 'url-rewrite': return of(urlRewriteConfig, 'urlRewriteConfig');
    default: return among('type', type, ['host-header-rewrite', 'url-rewrite']);
  }
}

/** As `validateMutualAuthenticationConfig` of `pkg/ingress/model_build_listener.go`. */
function mutualFault(entry: { readonly [key: string]: any }): Fault | undefined {
  const { port, mode, trustStore, ignoreClientCertificateExpiry, advertiseTrustStoreCaNames } = entry;
  if (isUnknown(mode)) return undefined;
  if (!isUnknown(port) && !(port >= 1 && port <= 65535)) return fault('must have ports from 1 to 65535', port, 'use the port of an HTTPS listener');
  const wrongMode = among('mode', mode, ['off', 'passthrough', 'verify']);
  if (wrongMode || mode === 'verify') {
    return wrongMode ?? missing({ trustStore })
      ?? (advertiseTrustStoreCaNames === undefined ? undefined
        : among('advertiseTrustStoreCaNames', advertiseTrustStoreCaNames, ['on', 'off']));
  }
  const extra = Object.entries({ trustStore, ignoreClientCertificateExpiry, advertiseTrustStoreCaNames }).find(([, value]) => value !== undefined);
  return extra && fault(`must leave out ${extra[0]} with mode ${mode}`, extra[1], 'use mode verify, or leave it out');
}

function formed<P>(what: string, form: Form, faultOf: (value: P) => Fault | undefined): ValueType<P> {
  return { ...json<P>(what, faultOf, (data) => decode(form, data) as P), what };
}

/** Decodes JSON as Go does; throws where it fails, which `json` takes for text that cannot be parsed. */
function decode(form: Form, data: unknown): unknown {
  if (data === null || data === undefined) return undefined;
  switch (form) {
    case 'text': return expectType(data, typeof data === 'string' || isUnknown(data));
    case 'boolean': return expectType(data, typeof data === 'boolean' || isUnknown(data));
    case 'integer': return expectType(data, Number.isInteger(data) && Math.abs(data as number) < 2 ** 31 || isUnknown(data));
    case 'port': return expectType(data, typeof data === 'string' || Number.isInteger(data) || isUnknown(data));
    case 'map': return expectType(data, isObject(data) && Object.values(data).every((value) => typeof value === 'string' || isUnknown(value)));
    default: break;
  }
  if (isList(form)) {
    return (expectType(data, Array.isArray(data)) as unknown[]).map((item) => decode(form[0], item) ?? (typeof form[0] === 'object' ? {} : ''));
  }
  const byLowerCase = new Map(Object.keys(form).map((key) => [key.toLowerCase(), key]));
  return Object.fromEntries(Object.entries(expectType(data, isObject(data)) as object).flatMap(([key, value]) => {
    const known = byLowerCase.get(key.toLowerCase());
    const decoded = known === undefined ? undefined : decode((form as { readonly [key: string]: Form })[known], value);
    return decoded === undefined ? [] : [[known!, decoded]];
  }));
}

function expectType(data: unknown, isExpected: boolean): unknown {
  if (!isExpected) throw new Error('cannot be unmarshalled');
  return data;
}

function isList(form: Form): form is readonly [Form] {
  return Array.isArray(form);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(values: { readonly [name: string]: unknown }): Fault | undefined {
  const [name] = Object.entries(values).find(([, value]) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) ?? [];
  return name === undefined ? undefined : fault(`must have ${name}`, values[name], `add ${name}`);
}

function among(name: string, value: unknown, known: readonly string[]): Fault | undefined {
  return isUnknown(value) || known.includes(value as string) ? undefined : fault(`must have the ${name} ${known.join(', ')}`, value, 'use one of them');
}

function fault(rule: string, value: unknown, remedy: string): Fault {
  return { rule, value, remedy };
}
