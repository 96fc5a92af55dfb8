/**
 * `Map.of` of Java has another order in each run: a template that depends on it would upgrade the Helm release at every deployment.
 */
import { Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { MODULES, newAutoModeCluster, newCluster, newStack, newVpc } from './fixtures';
import {
  ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps, IngressAction, IngressAuth, IngressClassOptions, IngressOptions,
  IngressTargetType, TargetGroupBindingOptions,
} from '../src';
import { manifestFile } from './support/manifest-fixtures';

type Map = { readonly [key: string]: unknown };
/** Puts the keys of a map into some order. */
type Shuffle = <T extends Map>(map: T) => T;

const ORDERS = fc.infiniteStream(fc.nat(1_000_000)).map((numbers): Shuffle => (map) => {
  const keyed = Object.entries(map).map((entry) => ({ entry, at: numbers.next().value as number }));
  return Object.fromEntries(keyed.sort((a, b) => a.at - b.at).map(({ entry }) => entry)) as typeof map;
});

const unordered: Shuffle = (map) => map;

const serviceAccountProps = (shuffle: Shuffle): Partial<EksAlbIngressSupportProps> => ({
  serviceAccountLabels: shuffle({ team: 'shop', cost: 'x', app: 'web' }),
  serviceAccountAnnotations: shuffle({ 'example.com/b': '1', 'example.com/a': '2', 'example.com/c': '3' }),
});

const controllerProps = (shuffle: Shuffle): Partial<EksAlbIngressSupportProps> => ({
  nodeSelector: shuffle({ pool: 'system', disk: 'ssd', zone: 'a' }),
  defaultTags: shuffle({ team: 'shop', cost: '7', app: 'web' }),
  featureGates: shuffle({ SubnetsClusterTagCheck: true, EnableRGTAPI: false, WeightedTargetGroups: true }),
});

const valuesProps = (shuffle: Shuffle): Partial<EksAlbIngressSupportProps> => ({
  values: shuffle({
    syncPeriod: '1h', affinity: shuffle({ podAffinity: shuffle({ b: 1, a: [shuffle({ y: 1, x: 2, z: 3 })] }), nodeAffinity: {} }), env: shuffle({ B: 'b', A: 'a', C: 'c' }),
  }),
});

const classOptions = (shuffle: Shuffle): IngressClassOptions => ({
  tags: shuffle({ team: 'shop', cost: '7', app: 'web' }),
  loadBalancerAttributes: shuffle({ 'idle_timeout.timeout_seconds': '30', 'routing.http2.enabled': 'true', 'deletion_protection.enabled': 'false' }),
  namespaceSelector: { matchLabels: shuffle({ team: 'shop', app: 'web', cost: 'x' }) },
});

const ingressOptions = (shuffle: Shuffle): IngressOptions => ({
  labels: shuffle({ team: 'shop', app: 'web', cost: 'x' }),
  annotations: shuffle({ 'example.com/b': '1', 'example.com/a': '2', 'example.com/c': '3' }),
  targetGroupAttributes: shuffle({ 'deregistration_delay.timeout_seconds': '30', 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' }),
  rules: [
    { path: '/a', service: 'shop', port: 80 },
    { path: '/b', action: IngressAction.fixedResponse(404), conditions: [elbv2.ListenerCondition.queryStrings([{ key: 'b', value: 'c' }])] },
  ],
});

const authOptions = (stack: Stack, shuffle: Shuffle): IngressOptions => ({
  rules: [{ service: 'shop', port: 80 }],
  certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', `arn:aws:acm:${stack.region}:111122223333:certificate/1`)],
  auth: IngressAuth.oidc({
    issuer: 'https://id.example.com',
    authorizationEndpoint: 'https://id.example.com/a',
    tokenEndpoint: 'https://id.example.com/t',
    userInfoEndpoint: 'https://id.example.com/u',
    secretName: 'oidc',
    authenticationRequestExtraParams: shuffle({ prompt: 'login', display: 'page', acr: 'x' }),
  }),
});

const bindingOptions = (shuffle: Shuffle): TargetGroupBindingOptions => ({
  service: 'shop', namespace: 'shop', port: 80, targetType: IngressTargetType.INSTANCE, nodeSelector: { matchLabels: shuffle({ pool: 'web', disk: 'ssd', zone: 'a' }) },
});

/** Apps with everything that takes a map, by what installs the controller. */
const APPS: { readonly [name: string]: (stack: Stack, shuffle: Shuffle) => void } = {
  ...Object.fromEntries(MODULES.map((module) => [`the chart, ${module}`, (stack: Stack, shuffle: Shuffle) => {
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: newCluster(stack, module, { vpc }),
      vpc,
      ingressClass: classOptions(shuffle),
      ...controllerProps(shuffle),
      ...serviceAccountProps(shuffle),
      ...valuesProps(shuffle),
    });
    support.addIngress('Shop', ingressOptions(shuffle));
    support.addIngressClass('Login', {}).addIngress('Login', authOptions(stack, shuffle));
    support.addTargetGroupBinding('Binding', bindingOptions(shuffle));
  }])),
  'a manifest file': (stack, shuffle) => {
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: newCluster(stack, 'aws-eks-v2', { vpc }),
      vpc,
      source: ControllerSource.fromManifestFile(manifestFile()),
      ...controllerProps(shuffle),
      ...serviceAccountProps(shuffle),
    });
  },
  'a chart that something else installs': (stack, shuffle) => {
    const vpc = newVpc(stack);
    const { chartValues } = new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, installController: false, ...controllerProps(shuffle), ...valuesProps(shuffle),
    });
    stack.exportValue(Lazy.string({ produce: () => stack.toJsonString(chartValues) }), { name: 'Values' });
  },
  'Auto Mode': (stack, shuffle) => {
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newAutoModeCluster(stack, { vpc }), vpc, ingressClass: classOptions(shuffle) });
    support.addIngress('Shop', ingressOptions(shuffle));
  },
};

function templateOf(app: (stack: Stack, shuffle: Shuffle) => void, shuffle: Shuffle): string {
  const stack = newStack('Stack');
  app(stack, shuffle);
  return JSON.stringify(Template.fromStack(stack).toJSON(), undefined, 1);
}

test.each(Object.keys(APPS))('the order of no map reaches the template: %s', (name) => {
  const expected = templateOf(APPS[name], unordered);
  fc.assert(fc.property(ORDERS, (shuffle) => expect(templateOf(APPS[name], shuffle)).toBe(expected)), { numRuns: 4 });
});
