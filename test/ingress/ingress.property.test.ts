import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { Shop } from './support';
import {
  ControllerVersion, IngressAction, IngressHealthCheck, IngressListener, IngressOptions, IngressPathType, IngressRewrite, IngressRule,
  IngressTargetType, IngressWebAcl, LoadBalancerScheme,
} from '../../src';
import { annotationOptions } from '../../src/ingress/annotations';
import { checkCombinations } from '../../src/ingress/ingress-checks';
import { describeIngress, IngressDescription, RuleDescription } from '../../src/ingress/ingress-description';
import { IngressGroups } from '../../src/ingress/ingress-groups';
import { INGRESS_OPTIONS } from '../../src/ingress/ingress-option-table';
import { renderListeners } from '../../src/ingress/render-listeners';
import { renderRules } from '../../src/ingress/render-rules';
import { check, describe as describeOptions, rejectFindings, toAnnotations } from '../../src/options/option';
import { acceptIngress, parseList, parseMap } from '../support/controller-parser';

/** Mostly what is taken, now and then anything at all. */
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const word = fc.oneof({ weight: 20, arbitrary: name }, { weight: 1, arbitrary: fc.string({ maxLength: 12 }) });
const map = fc.dictionary(word, word, { maxKeys: 3 });
const some = <T>(values: T[]) => fc.constantFrom(...values);
const whole = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 70000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -2000, max: 0 }) },
  { weight: 1, arbitrary: fc.double() },
);
const small = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 2, max: 10 }) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 400 }) });
const seconds = fc.nat(310).map((n) => Duration.seconds(n));
const part = <T extends object>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(all, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const few = <T extends object>(all: { [K in keyof T]: fc.Arbitrary<T[K]> }, most: number) =>
  fc.subarray(Object.keys(all) as (keyof T & string)[], { maxLength: most })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, all[key]])))) as fc.Arbitrary<Partial<T>>;

/** May throw, as users' calls do: then there is nothing to look at. */
const made = <T>(make: () => T): T | undefined => { try { return make(); } catch { return undefined; } };
const action = fc.oneof(
  fc.integer({ min: 200, max: 599 }).map((code) => made(() => IngressAction.fixedResponse(code, { messageBody: 'a "quoted" word' }))),
  part<elbv2.RedirectOptions>({ host: word, path: word, permanent: fc.boolean() }).map((options) => made(() => IngressAction.redirect(options))),
  fc.array(fc.record({ service: name, port: fc.integer({ min: 1, max: 70000 }), weight: fc.nat(1100) }), { maxLength: 3 })
    .map((targets) => made(() => IngressAction.weightedForward(targets))),
);
const rule: fc.Arbitrary<IngressRule> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ service: name, port: fc.integer({ min: 1, max: 65535 }) }) },
  { weight: 3, arbitrary: action.map((one) => ({ action: one })) },
  { weight: 1, arbitrary: part<IngressRule>({ service: word, port: whole, portName: word, action: action as fc.Arbitrary<IngressAction> }) },
).chain((backend) => part<IngressRule>({
  host: fc.oneof(name.map((label) => `${label}.example.com`), name.map((label) => `*.${label}`), word),
  path: fc.oneof(word.map((text) => `/${text}`), word, fc.constant('/*')),
  pathType: some(Object.values(IngressPathType)),
  conditions: fc.constant([elbv2.ListenerCondition.httpHeader('X-A', ['1'])]),
  rewrite: some([IngressRewrite.stripPrefix('/a'), IngressRewrite.path('^/(.*)$', '/b/$1').host('b.example.com'), IngressRewrite.hostHeader('b')]),
}).map((match) => ({ ...match, ...backend })));

const healthCheck = part<IngressHealthCheck>({
  path: fc.oneof(word.map((text) => `/${text}`), word),
  port: fc.oneof(fc.integer({ min: 1, max: 70000 }).map(String), word),
  protocol: some([elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS, elbv2.Protocol.TCP]),
  interval: seconds,
  timeout: seconds,
  healthyThresholdCount: small,
  unhealthyThresholdCount: small,
  successCodes: some(['200', '200,302', '200-299', 'ok']),
});
const listeners = fc.array(
  fc.record({ protocol: some(['HTTP', 'HTTPS', 'TLS'] as elbv2.ApplicationProtocol[]), port: some([80, 443, 8443, 0]), attributes: map }, { requiredKeys: ['protocol', 'port'] }),
  { maxLength: 3 },
) as fc.Arbitrary<IngressListener[]>;

const options = fc.tuple(fc.array(rule, { minLength: 0, maxLength: 3 }), few<Omit<IngressOptions, 'zone' | 'auth' | 'rules'>>({
  groupName: word,
  groupOrder: whole,
  scheme: some(Object.values(LoadBalancerScheme)),
  ipAddressType: some(Object.values(elbv2.IpAddressType)),
  loadBalancerName: word,
  subnets: fc.array(name.map((subnetId) => ({ subnetId }) as ec2.ISubnet), { maxLength: 2 }),
  securityGroups: fc.array(name.map((securityGroupId) => ({ securityGroupId }) as ec2.ISecurityGroup), { maxLength: 2 }),
  inboundCidrs: fc.array(fc.oneof(fc.ipV4().map((ip) => `${ip}/32`), fc.ipV6().map((ip) => `${ip}/64`), word), { maxLength: 2 }),
  prefixListIds: fc.array(fc.oneof(fc.constant('pl-0a'), word), { maxLength: 2 }),
  webAcl: some([IngressWebAcl.none(), IngressWebAcl.fromName('shop')]),
  shieldAdvancedProtection: fc.boolean(),
  tags: map,
  minimumCapacityUnits: whole,
  ipv4IpamPoolId: fc.oneof(fc.constant('ipam-pool-0'), word),
  listeners,
  certificates: fc.array(name.map((id) => ({ certificateArn: `arn:aws:acm:eu-west-1:111122223333:certificate/${id}` }) as acm.ICertificate), { maxLength: 2 }),
  discoverCertificates: fc.boolean(),
  sslPolicy: some(Object.values(elbv2.SslPolicy)),
  redirectHttp: fc.boolean(),
  targetType: some(Object.values(IngressTargetType)),
  backendProtocol: some(Object.values(elbv2.ApplicationProtocol)),
  backendProtocolVersion: some(Object.values(elbv2.ApplicationProtocolVersion)),
  healthCheck,
  targetGroupAttributes: map,
  targetNodeLabels: map,
} as any, 5)).map(([rules, fields]) => ({ ...fields, rules }) as IngressOptions);

const FIELDS = [
  'groupName', 'groupOrder', 'scheme', 'ipAddressType', 'loadBalancerName', 'subnets', 'securityGroups', 'inboundCidrs', 'prefixListIds', 'tags',
  'minimumCapacityUnits', 'ipv4IpamPoolId', 'listeners', 'certificates', 'discoverCertificates', 'sslPolicy', 'redirectHttp', 'targetType', 'backendProtocol',
  'backendProtocolVersion', 'healthCheck', 'targetGroupAttributes', 'targetNodeLabels', 'rules',
];
const ERROR = new RegExp(`^addIngress\\(Shop\\)\\.(${FIELDS.join('|')})([. [].*)? must .*, got .*; `, 's');

const READER = { version: ControllerVersion._latest, autoMode: false };

/** What an Ingress renders to, without a cluster around it: thousands of them would take their time. */
function render(given: IngressOptions) {
  const prop = 'addIngress(Shop)';
  const { spec, options: ofRules, hosts, nameOf } = renderRules(prop, given.rules);
  const own = new Map([
    ...describeOptions(INGRESS_OPTIONS, 'annotation', prop, { ...given.securityGroups && { manageNodeRules: true }, ...given }),
    ...renderListeners(prop, given, {}, hosts).options,
    ...ofRules,
  ]);
  const table = annotationOptions([...own.keys()]);
  rejectFindings([
    ...checkCombinations(own, { name: 'alb', description: new Map() }, false),
    ...check(table, 'annotation', own, READER),
  ]);
  const all = toAnnotations(table, own);
  const object = {
    metadata: { name: 'shop', annotations: Object.fromEntries(Object.entries(all).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value])) }, spec,
  };
  const description = describeIngress({ at: prop, object, fields: own, ruleAt: nameOf }, READER);
  new IngressGroups().join(description);
  return { object, description };
}

/** A description without what only names its parts in messages. */
function comparable({ options: all, rules, defaultRule, ...others }: IngressDescription) {
  const withoutPlaces = ({ at: _at, actionAt: _action, conditionsAt: _conditions, ...kept }: RuleDescription) => kept;
  return JSON.parse(JSON.stringify({
    options: Object.fromEntries([...all].filter(([key]) => key !== 'listeners').map(([key, { value }]) => [key, value])),
    rules: rules.map((paths) => paths.map(withoutPlaces)),
    listeners: others.listeners,
    defaultRule: defaultRule && withoutPlaces(defaultRule),
  }));
}

test('what fields describe is what the manifest describes, read back', () => {
  let compared = 0;
  fc.assert(fc.property(options, (given) => {
    const rendered = made(() => render(given));
    if (!rendered) return;
    compared++;
    const readBack = describeIngress({ at: 'Ingress default/shop', object: JSON.parse(JSON.stringify(rendered.object)) }, READER);
    expect(readBack.findings).toEqual([]);
    expect(comparable(readBack)).toEqual(comparable(rendered.description));
  }), { numRuns: 3000 });
  expect(compared).toBeGreaterThan(100);
});

test('any fields either are rejected by the name of one of them, or give an Ingress that the controller takes', () => {
  let rendered = 0;
  fc.assert(fc.property(options, (given) => {
    let ingress;
    try {
      ingress = render(given).object;
    } catch (error) {
      expect((error as Error).message).toMatch(ERROR);
      return;
    }
    rendered++;
    acceptIngress(ingress);
    const of = (key: string) => ingress.metadata.annotations[`alb.ingress.kubernetes.io/${key}`];
    if (given.tags) expect(parseMap(of('tags'))).toEqual(given.tags);
    if (given.targetNodeLabels) expect(parseMap(of('target-node-labels'))).toEqual(given.targetNodeLabels);
    if (given.inboundCidrs) expect(parseList(of('inbound-cidrs'))).toEqual(given.inboundCidrs);
    if (given.certificates) expect(parseList(of('certificate-arn'))).toEqual(given.certificates.map(({ certificateArn }) => certificateArn));
  }), { numRuns: 3000 });
  expect(rendered).toBeGreaterThan(100);
});

test('what is rendered reaches the template', () => {
  const arbitrary = options.filter((given) => made(() => render(given)) !== undefined);
  let compared = 0;
  fc.assert(fc.property(arbitrary, ({ certificates: _, subnets: _s, securityGroups: _g, ...given }) => {
    // Without its certificates an Ingress may be one that is rejected.
    const expected = made(() => render(given));
    if (!expected) return;
    compared++;
    const shop = new Shop();
    shop.support.addIngress('Shop', given);
    expect(shop.ingress.metadata.annotations).toEqual(expected.object.metadata.annotations);
    expect(shop.ingress.spec).toEqual({ ingressClassName: 'alb', ...expected.object.spec });
  }), { numRuns: 8 });
  expect(compared).toBeGreaterThan(3);
});
