import { Duration } from 'aws-cdk-lib';
import { listText, mapText, numberText } from './annotation-values';
import type { IngressAuth } from './ingress-auth';
import { INGRESS_OPTIONS } from './ingress-option-table';
import type { IngressHealthCheck, IngressOptions } from './ingress-options';
import { GROUP_NAME, IPAM_POOL, LOAD_BALANCER_NAME, PREFIX_LIST, Shape, validateCidrs, validateDistinct, validateShape } from '../ingress-class/setting-shapes';
import { check as findMistakes, describe, rejectFindings, toAnnotations } from '../options/option';
import { ControllerVersion } from '../release/controller-version';
import { validateTags } from '../release/resource-tags';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateInteger } from '../util/validation';

/** A field, with the annotations that it stands for, by key without prefix. */
interface Field<F extends keyof IngressOptions> {
  readonly keys: readonly string[];
  readonly render: (prop: string, value: NonNullable<IngressOptions[F]>) => { [key: string]: string };
}

/** A field of one annotation, by what checks its value and makes text of it. */
const one = <T>(key: string, textOf: (prop: string, value: T) => string) =>
  ({ keys: [key], render: (prop: string, value: T) => ({ [key]: textOf(prop, value) }) });
const text = (key: string) => one<string>(key, (_, value) => value);
const flag = (key: string) => one<boolean>(key, (_, value) => String(value));
const map = (key: string) => one<{ [key: string]: string }>(key, mapText);
const shaped = (key: string, shape: Shape) => one<string>(key, (prop, value) => {
  validateShape(prop, value, shape);
  return value;
});
const choice = (key: string, choices: readonly string[]) => one<string>(key, (prop, value) => {
  if (!choices.includes(value)) {
    throw invalidProp(prop, `must be ${choices.join(' or ')}`, value, 'use one of them');
  }
  return value;
});

/**
 * The fields that stand for annotations of their own, whatever else there is. Those of listeners and rules depend on each other, and are
 * rendered together.
 */
export const FIELDS: { readonly [F in keyof IngressOptions]?: Field<F> } = {
  groupName: shaped('group.name', GROUP_NAME),
  groupOrder: one('group.order', (prop, value) => {
    validateInteger(prop, value, -1000, 1000, 'leave it out for 0');
    return numberText(value);
  }),
  scheme: choice('scheme', ['internal', 'internet-facing']),
  ipAddressType: choice('ip-address-type', ['ipv4', 'dualstack', 'dualstack-without-public-ipv4']),
  loadBalancerName: shaped('load-balancer-name', LOAD_BALANCER_NAME),
  subnets: one('subnets', (prop, value) => listText(prop, distinct(prop, value.map(({ subnetId }) => subnetId)))),
  securityGroups: one('security-groups', (prop, value) => listText(prop, distinct(prop, value.map(({ securityGroupId }) => securityGroupId)))),
  inboundCidrs: one('inbound-cidrs', (prop, value) => {
    validateCidrs(prop, value);
    return listText(prop, value);
  }),
  prefixListIds: one('security-group-prefix-lists', (prop, value) => {
    value.forEach((id) => validateShape(prop, id, PREFIX_LIST));
    return listText(prop, value);
  }),
  webAcl: {
    keys: ['wafv2-acl-arn', 'wafv2-acl-name'],
    render: (_, { _arn, _name }) => ({ [_name === undefined ? 'wafv2-acl-arn' : 'wafv2-acl-name']: _name ?? _arn! }),
  },
  shieldAdvancedProtection: flag('shield-advanced-protection'),
  tags: one('tags', (prop, value) => {
    validateTags(prop, value);
    return mapText(prop, value);
  }),
  minimumCapacityUnits: one('minimum-load-balancer-capacity', (prop, value) => {
    validateInteger(prop, value, 1, 2 ** 31 - 1, 'leave it out to reserve nothing');
    return `CapacityUnits=${numberText(value)}`;
  }),
  ipv4IpamPoolId: shaped('ipam-ipv4-pool-id', IPAM_POOL),
  certificates: one('certificate-arn', (prop, value) => listText(prop, value.map(({ certificateArn }) => certificateArn))),
  sslPolicy: text('ssl-policy'),
  targetType: choice('target-type', ['instance', 'ip']),
  backendProtocol: choice('backend-protocol', ['HTTP', 'HTTPS']),
  backendProtocolVersion: choice('backend-protocol-version', ['HTTP1', 'HTTP2', 'GRPC']),
  targetGroupAttributes: map('target-group-attributes'),
  targetNodeLabels: map('target-node-labels'),
  healthCheck: {
    keys: [
      'healthcheck-port', 'healthcheck-protocol', 'healthcheck-path', 'healthcheck-interval-seconds', 'healthcheck-timeout-seconds',
      'healthy-threshold-count', 'unhealthy-threshold-count', 'success-codes',
    ],
    render: renderHealthCheck,
  },
};

/** Renders the fields of the table, each for itself. */
export function renderFields(prop: string, options: IngressOptions): { [key: string]: string } {
  return Object.assign({}, ...Object.entries(FIELDS).map(([field, { render }]) => {
    const value = options[field as keyof IngressOptions];
    return value === undefined ? {} : (render as (name: string, given: unknown) => object)(`${prop}.${field}`, value);
  }));
}

const HEALTH_CHECK_PATH: Shape = { pattern: /^\/[\x21-\x7e]{0,1023}$/, rule: 'must start with / and have at most 1024 characters' };
const HEALTH_CHECK_PORT: Shape = { pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, rule: 'must be a number or the name of a port' };
const SUCCESS_CODES: Shape = {
  pattern: /^\d{1,3}(-\d{1,3})?(,\d{1,3}(-\d{1,3})?)*$/, rule: 'must be codes and ranges of codes, with commas between them',
};

function renderHealthCheck(prop: string, check: IngressHealthCheck): { [key: string]: string } {
  const { path, port, protocol, interval, timeout, healthyThresholdCount, unhealthyThresholdCount, successCodes } = check;
  const rendered: { [key: string]: string } = {};
  if (path !== undefined) {
    Object.assign(rendered, shaped('healthcheck-path', HEALTH_CHECK_PATH).render(`${prop}.path`, path));
  }
  if (port !== undefined) {
    Object.assign(rendered, shaped('healthcheck-port', HEALTH_CHECK_PORT).render(`${prop}.port`, port));
    if (/^\d+$/.test(port)) validateInteger(`${prop}.port`, Number(port), 1, 65535, 'use the port that answers');
  }
  if (protocol !== undefined) {
    Object.assign(rendered, choice('healthcheck-protocol', ['HTTP', 'HTTPS']).render(`${prop}.protocol`, protocol));
  }
  const seconds = (field: string, key: string, value: Duration | undefined, min: number, max: number) => {
    if (value === undefined) return undefined;
    const number = value.toSeconds({ integral: false });
    validateInteger(`${prop}.${field}, in seconds,`, number, min, max, 'leave it out for the default');
    rendered[key] = numberText(number);
    return number;
  };
  const every = seconds('interval', 'healthcheck-interval-seconds', interval, 5, 300) ?? 15;
  const wait = seconds('timeout', 'healthcheck-timeout-seconds', timeout, 2, 120) ?? 5;
  if (!isUnknown(every) && !isUnknown(wait) && wait >= every) {
    throw invalidProp(`${prop}.timeout`, `must be shorter than the interval of ${every} seconds`, `${wait} seconds`, 'shorten it, or raise the interval');
  }
  for (const [field, key, count] of [
    ['healthyThresholdCount', 'healthy-threshold-count', healthyThresholdCount],
    ['unhealthyThresholdCount', 'unhealthy-threshold-count', unhealthyThresholdCount],
  ] as const) {
    if (count === undefined) continue;
    validateInteger(`${prop}.${field}`, count, 2, 10, 'leave it out for 2');
    rendered[key] = numberText(count);
  }
  if (successCodes !== undefined) {
    Object.assign(rendered, shaped('success-codes', SUCCESS_CODES).render(`${prop}.successCodes`, successCodes));
  }
  if (Object.keys(rendered).length === 0) {
    throw invalidProp(prop, 'must say how to check', {}, 'leave it out for the default');
  }
  return rendered;
}

/** Renders who may pass. */
export function renderAuth(prop: string, auth: IngressAuth | undefined): { [key: string]: string } {
  const options = auth ? describe(INGRESS_OPTIONS, 'annotation', prop, { auth }) : new Map();
  rejectFindings(findMistakes(INGRESS_OPTIONS, 'annotation', options, { version: ControllerVersion._latest, autoMode: false }));
  return toAnnotations(INGRESS_OPTIONS, options);
}

function distinct(prop: string, values: string[]): string[] {
  validateDistinct(prop, 'values', values);
  return values;
}
