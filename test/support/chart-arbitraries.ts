import { Duration, Size } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { subnet } from './chart-fixtures';
import {
  ControllerLogLevel, ControllerOptions, ControllerSpreadRule, ControllerTaintEffect, ControllerVersion, IngressClassOptions,
  IngressLabelOperator, IngressTargetType, IngressWebAcl, LoadBalancerScheme, WebhookCertificate,
} from './subject';
import { FEATURE_GATES } from '../../src/release/feature-gates';

/** Mostly names that Kubernetes takes, now and then anything at all. */
const word = fc.oneof(
  { weight: 30, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const map = (value: fc.Arbitrary<any>) => fc.dictionary(word, value, { maxKeys: 3 });
const some = <T>(values: T[]) => fc.constantFrom(...values);
const whole = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 0 }) },
  { weight: 1, arbitrary: fc.double() },
);
/** A few of the props at a time: with all of them, one is nearly always wrong. */
function few<T extends object>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }, most: number): fc.Arbitrary<Partial<T>> {
  return fc.subarray(Object.keys(all) as (keyof T & string)[], { maxLength: most })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, all[key]])))) as fc.Arbitrary<Partial<T>>;
}

const seconds = fc.nat(100).map((n) => Duration.millis(n * 500));
const json = fc.jsonValue({ maxDepth: 2 });

const cidr = fc.oneof(fc.ipV4().map((ip) => `${ip}/32`), fc.ipV6().map((ip) => `${ip}/128`), fc.ipV6().map((ip) => `${ip}/64`), word);

const ingressClass: fc.Arbitrary<IngressClassOptions> = few<Required<IngressClassOptions>>({
  ingressClassName: word,
  create: fc.boolean(),
  isDefault: fc.boolean(),
  certificates: fc.array(word.map((certificateArn) => ({ certificateArn }) as acm.ICertificate), { maxLength: 2 }),
  groupName: word,
  scheme: some(Object.values(LoadBalancerScheme)),
  ipAddressType: some(Object.values(elbv2.IpAddressType)),
  subnets: fc.array(word.map(subnet), { maxLength: 2 }),
  subnetTags: map(fc.array(word, { minLength: 1, maxLength: 2 })),
  inboundCidrs: fc.array(cidr, { maxLength: 2 }),
  prefixListIds: fc.array(fc.oneof(fc.constant('pl-1'), word), { maxLength: 2 }),
  sslPolicy: some(Object.values(elbv2.SslPolicy)),
  sslRedirectPort: whole,
  targetType: some(Object.values(IngressTargetType)),
  tags: map(word),
  loadBalancerAttributes: map(word),
  listeners: fc.array(fc.record({ protocol: some(Object.values(elbv2.ApplicationProtocol)), port: whole }), { maxLength: 2 }),
  loadBalancerName: word,
  webAcl: some([IngressWebAcl.none(), IngressWebAcl.fromName('acl')]),
  minimumCapacityUnits: whole,
  ipv4IpamPoolId: word,
  namespaceSelector: fc.record({
    matchLabels: map(word),
    matchExpressions: fc.array(fc.record({
      key: word,
      operator: some(Object.values(IngressLabelOperator)),
      values: fc.array(word, { maxLength: 2 }),
    }), { maxLength: 2 }),
  }, { requiredKeys: [] }),
}, 3);

const valueKeys = [
  'image', 'replicaCount', 'autoscaling', 'keepTLSSecret', 'nodeSelector', 'webhookConfig', 'controllerConfig', 'serviceMonitor', 'vpcTags',
  'podDisruptionBudget',
];
const gate = fc.oneof({ weight: 9, arbitrary: some(Object.keys(FEATURE_GATES)) }, { weight: 1, arbitrary: word });

type Drawn = Omit<Required<ControllerOptions>, 'source' | 'releaseName' | 'image' | 'installTimeout' | 'atomic' | 'removalPolicy'>;

/** Random options, all props optional. */
export const options: fc.Arbitrary<ControllerOptions> = few<Drawn>({
  replicas: whole,
  maxUnavailableReplicas: whole,
  resources: fc.record(
    { cpuRequest: some(['100m', '1', '0']), memoryLimit: fc.nat(5000).map((n) => Size.bytes(n * 512)) },
    { requiredKeys: [] },
  ),
  nodeSelector: map(word),
  tolerations: fc.array(fc.record(
    { key: word, value: word, effect: some(Object.values(ControllerTaintEffect)), tolerationTime: seconds }, { requiredKeys: [] },
  ), { maxLength: 2 }),
  topologySpreadConstraints: fc.array(fc.record(
    { topologyKey: word, maxSkew: whole, whenUnsatisfiable: some(Object.values(ControllerSpreadRule)), minDomains: whole },
    { requiredKeys: ['topologyKey'] },
  ), { maxLength: 2 }),
  logLevel: some(Object.values(ControllerLogLevel)),
  defaultTags: map(word),
  defaultTargetType: some(Object.values(IngressTargetType)),
  defaultSslPolicy: some(Object.values(elbv2.SslPolicy)),
  defaultScheme: some(Object.values(LoadBalancerScheme)),
  featureGates: fc.dictionary(gate, fc.boolean(), { maxKeys: 2 }),
  watchNamespace: word,
  webhookCertificate: some(Object.values(WebhookCertificate)),
  enableServiceMutatorWebhook: fc.boolean(),
  ingressClass,
  values: fc.dictionary(fc.oneof(some(valueKeys), word), json, { maxKeys: 2 }),
}, 6);

/** Random releases, partitions and features. */
export const surroundings = fc.record({
  version: some(ControllerVersion._known()),
  partition: some(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc']),
  isolated: fc.boolean(),
  features: few(Object.fromEntries(
    ['enableWafv2', 'enableShield', 'enableGlobalAccelerator', 'enableAcmCertificateManagement', 'targetGroupBindingOnly'].map((name) => [name, fc.boolean()]),
  ), 1),
});
