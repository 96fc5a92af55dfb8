import { isInstance } from './class-marker';
import { hasMembers } from './constructs';
import { invalidProp } from './messages';
import { nearest } from './nearest';
import { CDK_STRUCTS, CLASSES, ENUMS, STRUCTS } from './structs.generated';
import { isToken } from './tokens';

/**
 * Plain type checks of public structs.
 *
 * Few languages keep the types of props: JavaScript keeps none, and jsii accepts what looks similar. Values from the command line, from
 * context or from the environment are text, whatever they look like. Ranges and shapes are checked by the option tables.
 */

/** Types of the CDK: the members by which an instance is recognised, and what to pass. */
const CDK_TYPES: { readonly [type: string]: { readonly members: readonly string[]; readonly remedy: string } } = {
  Construct: { members: ['node'], remedy: 'pass a construct, such as the stack of the load balancer' },
  Duration: { members: ['toMilliseconds', 'isUnresolved'], remedy: 'try Duration.minutes(10)' },
  IBucket: { members: ['bucketName', 'addToResourcePolicy'], remedy: 'name the Bucket itself in it, as in { bucket: … }' },
  ICertificate: { members: ['certificateArn'], remedy: 'pass the Certificate itself, or what Certificate.fromCertificateArn() gives' },
  IHostedZone: { members: ['hostedZoneId', 'hostedZoneArn'], remedy: 'pass the HostedZone itself, or what HostedZone.fromHostedZoneAttributes() gives' },
  IManagedPolicy: { members: ['managedPolicyArn'], remedy: 'use ManagedPolicy.fromManagedPolicyArn() and the like' },
  IOpenIdConnectProvider: {
    members: ['openIdConnectProviderArn', 'openIdConnectProviderIssuer'],
    remedy: 'pass the provider itself, or what OpenIdConnectProvider.fromOpenIdConnectProviderArn() gives',
  },
  IRepository: { members: ['repositoryUri'], remedy: 'pass the Repository itself, or what Repository.fromRepositoryName() gives' },
  IRole: { members: ['roleArn', 'node'], remedy: 'pass the Role itself, or what Role.fromRoleArn() gives' },
  ISecurityGroup: { members: ['securityGroupId', 'connections'], remedy: 'pass the SecurityGroup itself, or what SecurityGroup.fromSecurityGroupId() gives' },
  ISubnet: { members: ['subnetId', 'node'], remedy: 'pass a Subnet, or what Subnet.fromSubnetId() gives' },
  ITargetGroup: {
    members: ['targetGroupArn', 'node'],
    remedy: 'pass the target group itself, or what ApplicationTargetGroup.fromTargetGroupAttributes() gives',
  },
  IUserPool: { members: ['userPoolArn'], remedy: 'pass the UserPool itself, or what UserPool.fromUserPoolId() gives' },
  IUserPoolClient: { members: ['userPoolClientId'], remedy: 'pass what addClient() of the UserPool gives' },
  IUserPoolDomain: { members: ['domainName'], remedy: 'pass what addDomain() of the UserPool gives' },
  ListenerCondition: { members: ['renderRawCondition'], remedy: 'use elbv2.ListenerCondition.httpHeader() and the like' },
  PolicyStatement: { members: ['toStatementJson'], remedy: 'use new iam.PolicyStatement()' },
  Size: { members: ['toBytes', 'isUnresolved'], remedy: 'try Size.mebibytes(256)' },
  SubnetFilter: { members: ['selectSubnets'], remedy: 'use SubnetFilter.byIds() and the like' },
};

/** Types that other modules check, which know more of them. */
const CHECKED_ELSEWHERE = ['ICluster', 'IVpc'];

/** Enums of the CDK that grow with AWS: a value may be newer than the CDK and this library. */
const GROWING_ENUMS: { readonly [type: string]: { readonly pattern: RegExp; readonly remedy: string } } = {
  ApplicationProtocol: { pattern: /^HTTPS?$/, remedy: 'use ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS' },
  ApplicationProtocolVersion: { pattern: /^(GRPC|HTTP\d)$/, remedy: 'use a constant of elbv2.ApplicationProtocolVersion' },
  IpAddressType: { pattern: /^(ipv4$|dualstack)/, remedy: 'use a constant of elbv2.IpAddressType' },
  Protocol: { pattern: /^[A-Z_]+$/, remedy: 'use a constant of elbv2.Protocol, such as Protocol.HTTP' },
  SslPolicy: { pattern: /^ELBSecurityPolicy-/, remedy: 'use a constant of elbv2.SslPolicy, such as SslPolicy.RECOMMENDED_TLS' },
  TargetGroupIpAddressType: { pattern: /^ipv[46]$/, remedy: 'use a constant of elbv2.TargetGroupIpAddressType' },
  UnauthenticatedAction: { pattern: /^(authenticate|allow|deny)$/, remedy: 'use a constant of elbv2.UnauthenticatedAction' },
};

/** Enums whose value only stands in the template. All others decide what the template contains, and a token cannot decide. */
const TOKEN_ENUMS = ['ControllerLogLevel', 'IngressTargetType', 'KubernetesClusterTag', 'LoadBalancerScheme'];

/**
 * Checks the types of the fields of a struct.
 *
 * @param prop what to call the struct in messages; empty for the props of a construct, whose fields have no prefix
 * @throws for a value of the wrong type, a required field without a value, and, in structs within this one, for a field that does not exist
 */
export function checkStruct(struct: string, prop: string, value: unknown): void {
  requireMap(prop || 'props', value);
  checkFields(struct, prop, value as { readonly [field: string]: unknown });
}

/** Checks a value that is not a field of a struct, such as the parameter of a factory. */
export function checkType(type: string, prop: string, value: unknown): void {
  const [, item] = /^(.*)\[\]$/.exec(type) ?? [];
  const [, mapped] = /^\{(.*)\}$/.exec(type) ?? [];
  if (item !== undefined) {
    checkList(item, prop, value);
  } else if (mapped !== undefined) {
    requireMap(prop, value);
    Object.entries(value as object).forEach(([key, one]) => checkType(mapped, `${prop}.${key}`, one));
  } else if (STRUCTS[type]) {
    checkNested(type, prop, value);
  } else if (!CHECKED_ELSEWHERE.includes(type)) {
    checkSingle(type, prop, value);
  }
}

/** All fields of a struct with their types, those of the structs that it extends first. */
function fieldsOf(struct: string): { readonly [field: string]: string } {
  const { '...': bases, ...own } = STRUCTS[struct];
  return bases === undefined ? own : Object.assign({}, ...bases.split(' ').map(fieldsOf), own);
}

function checkFields(struct: string, prop: string, value: { readonly [field: string]: unknown }): void {
  for (const [field, type] of Object.entries(fieldsOf(struct))) {
    const name = prop === '' ? field : `${prop}.${field}`;
    const required = type.startsWith('!');
    if (value[field] === undefined && required) {
      throw invalidProp(name, 'must be set', undefined, `add it to the ${struct}`);
    }
    if (value[field] !== undefined) {
      checkType(required ? type.slice(1) : type, name, value[field]);
    }
  }
}

/**
 * Structs within others must not have unknown fields.
 *
 * jsii converts the names of a struct's fields, but not the keys of a Python dictionary within a list: `path_type` would be ignored.
 */
function checkNested(struct: string, prop: string, value: unknown): void {
  if (Array.isArray(value)) {
    throw invalidProp(prop, `must be ${withArticle(struct)}`, value,
      struct === 'SubnetSelection' ? 'name the list in one: { subnets: … }' : 'pass a single one');
  }
  checkStruct(struct, prop, value);
  const fields = Object.keys(fieldsOf(struct));
  const unknown = CDK_STRUCTS.includes(struct) ? undefined : Object.keys(value as object).find((key) => !fields.includes(key));
  if (unknown !== undefined) {
    const meant = nearest(unknown, fields);
    throw invalidProp(`${prop}.${unknown}`, `must be a field of ${struct}`, (value as { readonly [key: string]: unknown })[unknown],
      meant ? `use ${meant}; in Python write ${struct}(…) and not a dictionary` : `its fields are ${fields.join(', ')}`);
  }
}

function checkList(item: string, prop: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw wrongType(prop, 'must be a list', value, 'put it in a list, also when it is the only one');
  }
  // By index: `forEach` skips the holes of a list.
  Array.from(value as unknown[]).forEach((one, index) => checkType(item, `${prop}[${index}]`, one));
}

function checkSingle(type: string, prop: string, value: unknown): void {
  switch (type) {
    case 'boolean':
      return checkBoolean(prop, value);
    case 'string':
      return checkText(prop, value);
    case 'number':
      return checkNumber(prop, value);
    case 'json':
      requireMap(prop, value);
      return checkJson(prop, value, []);
  }
  if (ENUMS[type]) {
    return checkEnum(type, prop, value);
  }
  if (GROWING_ENUMS[type]) {
    const { pattern, remedy } = GROWING_ENUMS[type];
    return demand(isToken(value) || (typeof value === 'string' && pattern.test(value)), prop, `must be a value of ${type}`, value, remedy);
  }
  if (CLASSES[type]) {
    return demand(isInstance(value, type), prop, `must be ${withArticle(type)}`, value, factoriesOf(type));
  }
  const { members, remedy } = CDK_TYPES[type];
  demand(hasMembers(value, ...members), prop, `must be ${withArticle(type)}`, value, remedy);
}

/** A boolean decides what the template contains. A token is rejected, since it would count as true. */
export function checkBoolean(prop: string, value: unknown): void {
  demand(typeof value === 'boolean', prop, 'must be true or false', value, isToken(value)
    ? 'decide it at synthesis, for example from context, not from a parameter'
    : typeof value === 'string' ? 'compare text, as in value === "true"' : 'use the boolean');
}

export function checkText(prop: string, value: unknown): void {
  demand(typeof value === 'string' || isToken(value), prop, 'must be text', value,
    typeof value === 'number' || typeof value === 'boolean' ? `write it as "${value}"` : 'pass a string');
}

export function checkNumber(prop: string, value: unknown): void {
  demand(typeof value === 'number' || isToken(value), prop, 'must be a number', value,
    typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? `write it as ${Number(value)}, without quotes` : 'pass a number');
}

function checkEnum(type: string, prop: string, value: unknown): void {
  const members = Object.entries(ENUMS[type]);
  if (members.some(([, known]) => known === value) || (TOKEN_ENUMS.includes(type) && isToken(value))) return;
  const bare = (word: unknown) => String(word).toLowerCase().replace(/[^a-z0-9]/g, '');
  const meant = typeof value === 'string' ? members.find((member) => member.some((word) => bare(word) === bare(value))) : undefined;
  const names = meant ? [meant[0]] : members.map(([name]) => name);
  throw wrongType(prop, `must be a value of ${type}`, value, `use ${names.map((name) => `${type}.${name}`).join(' or ')}`);
}

/** Maps that select by all of their labels: without one they select more. */
const SELECTORS = /\.(nodeSelector|matchLabels)\./;

/** Checks data that JSON can represent. */
function checkJson(prop: string, value: unknown, within: readonly unknown[]): void {
  if (value === undefined && SELECTORS.test(prop)) {
    throw invalidProp(prop, 'must have a value, since it selects', value, 'set it, or leave the key out');
  }
  if (value === undefined || value === null || ['string', 'boolean'].includes(typeof value) || isToken(value)) {
    return;
  }
  if (within.includes(value)) {
    throw invalidProp(prop, 'must not contain itself', value, 'write out what is meant');
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkJson(`${prop}[${index}]`, item, [...within, value]));
  } else if (isData(value)) {
    Object.entries(value).forEach(([key, item]) => checkJson(`${prop}.${key}`, item, [...within, value]));
  } else if (!Number.isFinite(value)) {
    throw invalidProp(prop, 'must be text, a number, true or false, a list or a map', value, 'write it as Kubernetes and the chart do');
  }
}

/** An object without a class, as other languages pass maps. */
function isData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const className: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return className === undefined || className === 'Object';
}

function requireMap(prop: string, value: unknown): void {
  // The tag, since instances of a user's own classes are maps too, and those of JavaScript (Map, Date) have no keys to read.
  demand(!isToken(value) && Object.prototype.toString.call(value) === '[object Object]', prop, 'must be a map of names and values', value,
    'write it as a map that is known at synthesis');
}

function factoriesOf(type: string): string {
  const calls = CLASSES[type].map((factory, index) => index === 0 ? `${type}.${factory}()` : `${factory}()`);
  return type === 'ControllerVersion'
    ? 'use a constant of it, such as ControllerVersion.V3_5_0, or ControllerVersion.of()'
    : `use ${calls.join(', ').replace(/, ([^,]*)$/, ' or $1')}`;
}

function withArticle(type: string): string {
  return `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`;
}

function demand(holds: boolean, prop: string, rule: string, value: unknown, remedy: string): void {
  if (!holds) throw wrongType(prop, rule, value, remedy);
}

function wrongType(prop: string, rule: string, value: unknown, remedy: string): Error {
  return invalidProp(prop, rule, value, value === null ? 'leave it out instead' : remedy);
}
