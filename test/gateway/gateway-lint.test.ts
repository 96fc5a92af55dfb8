import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, GatewayApi } from '../../src';
import { KubernetesObject } from '../../src/cluster/manifest-objects';
import { lintGateways } from '../../src/gateway/gateway-lint';
import { GatewaySupport } from '../../src/gateway/gateway-releases';
import { MODULES, newAutoModeCluster, newCluster, newStack, newVpc } from '../fixtures';

const API = 'gateway.networking.k8s.io/v1';
const gatewayClass = (controllerName = 'gateway.k8s.aws/alb', name = 'alb'): KubernetesObject => ({ apiVersion: API, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } });
const gateway = (spec: object = {}, name = 'shop'): KubernetesObject => ({ apiVersion: API, kind: 'Gateway', metadata: { name, namespace: 'shop' }, spec: { gatewayClassName: 'alb', ...spec } });
const tlsRoute = (parent = 'shop'): KubernetesObject => ({ apiVersion: API, kind: 'TLSRoute', metadata: { name: 'tls', namespace: 'shop' }, spec: { parentRefs: [{ name: parent }] } });
const definition = (name: string, bundle?: string): KubernetesObject => ({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name, annotations: bundle ? { 'gateway.networking.k8s.io/bundle-version': bundle } : {} },
});
const SERVED: GatewaySupport = { version: ControllerVersion.V3_4_3, upgradesDefinitions: false, mayHaveDefinitions: true };
const lint = (objects: KubernetesObject[], support: Partial<GatewaySupport> = {}) => lintGateways(objects, { ...SERVED, ...support }).map(({ name, message }) => `${name}: ${message}`);

describe('a class that nothing serves', () => {
  test.each<[string, string, Partial<GatewaySupport>, string]>([
    ['before its gate', 'gateway.k8s.aws/alb', { version: ControllerVersion.V2_12_0 },
      'controller v2.12.0 does not serve gateway.k8s.aws/alb; use controller v3.2.0 or later'],
    ['whose gate is off by default', 'gateway.k8s.aws/nlb', { version: ControllerVersion.V3_1_0 },
      'the feature gate NLBGatewayAPI of controller v3.1.0 is off, so that it does not serve gateway.k8s.aws/nlb; set NLBGatewayAPI in featureGates, or use controller v3.2.0 or later, which has it on'],
    ['whose gate is switched off', 'gateway.k8s.aws/alb', { featureGates: { ALBGatewayAPI: false } },
      'the feature gate ALBGatewayAPI of controller v3.4.3 is off, so that it does not serve gateway.k8s.aws/alb; set ALBGatewayAPI in featureGates, or use controller v3.2.0 or later, which has it on'],
    ['of the controller in EKS Auto Mode', 'gateway.k8s.aws/alb', { version: undefined },
      'EKS Auto Mode does not serve gateway.k8s.aws/alb; use eks.amazonaws.com/gateway-alb'],
  ])('is reported %s', (_, controllerName, support, why) => {
    expect(lint([gatewayClass(controllerName)], support)).toEqual([`gatewayNotServed: GatewayClass alb has no effect: ${why}`]);
  });

  test.each<[string, string, Partial<GatewaySupport>]>([
    ['of another product', 'istio.io/gateway-controller', { version: ControllerVersion.V2_12_0 }],
    ['with its gate on', 'gateway.k8s.aws/alb', { version: ControllerVersion.V2_13_0, featureGates: { ALBGatewayAPI: true } }],
    ['with its gate on in values, which override the prop', 'gateway.k8s.aws/alb', { featureGates: { ALBGatewayAPI: false }, values: { controllerConfig: { featureGates: { ALBGatewayAPI: true } } } }],
    ['of the release that has it on', 'gateway.k8s.aws/nlb', { version: ControllerVersion.V3_2_0 }],
    ['of EKS Auto Mode', 'eks.amazonaws.com/gateway-alb', { version: undefined }],
  ])('is not one %s', (_, controllerName, support) => {
    expect(lint([gatewayClass(controllerName)], support)).toEqual([]);
  });

  test('is one where the controller has permissions for target groups only', () => {
    expect(lint([gatewayClass()], { targetGroupBindingOnly: true })).toHaveLength(1);
  });
});

test('certificateRefs are reported for Gateways of these classes, and for no others', () => {
  const spec = { listeners: [{ name: 'http' }, { name: 'https', tls: { certificateRefs: [{ name: 'tls' }] } }] };
  expect(lint([gatewayClass(), gateway(spec)])).toEqual([expect.stringMatching(/^gatewayCertificateRefs: Gateway shop\/shop has certificateRefs in its listener https, /)]);
  expect(lint([gatewayClass('istio.io/gateway-controller'), gateway(spec)])).toEqual([]);
});

test.each([
  ['gateway.k8s.aws/alb', SERVED, 1],
  ['gateway.k8s.aws/nlb', SERVED, 0],
  ['eks.amazonaws.com/gateway-nlb', { version: undefined, upgradesDefinitions: false }, 1],
])('a TLSRoute to a Gateway of %s', (controllerName, support, count) => {
  const said = lint([gatewayClass(controllerName), gateway(), tlsRoute()], support);
  expect(said).toEqual(new Array(count).fill(expect.stringMatching(/^gatewayNotServed: TLSRoute shop\/tls has no effect: .* does not serve TLSRoutes; /)));
  expect(lint([gatewayClass(controllerName), gateway(), tlsRoute('other')], support)).toEqual([]);
});

test.each<[string, string | undefined, number]>([
  ['older', 'v1.4.1', 1], ['the same, with a patch', 'v1.5.1', 0], ['newer', 'v1.6.0', 0], ['without a mark', undefined, 0],
])('definitions of the app that are %s', (_, bundle, count) => {
  const said = lint([gatewayClass(), definition('gateways.gateway.networking.k8s.io', bundle)]);
  expect(said).toEqual(new Array(count).fill(expect.stringMatching(
    /^gatewayDefinitionsTooOld: CustomResourceDefinition gateways\.gateway\.networking\.k8s\.io is from Gateway API v1\.4\.1, older than v1\.5\.0, which controller v3\.4\.3 /)));
});

describe('an upgrade to v3.5.0, with definitions that Helm does not upgrade', () => {
  const version = ControllerVersion.V3_5_0;
  const standard = definition('gateways.gateway.networking.k8s.io', 'v1.6.0');
  test('is reported where the app defines those of the Gateway API alone', () => {
    expect(lint([gatewayClass(), standard], { version, mayHaveDefinitions: false })).toEqual([expect.stringMatching(/^gatewayDefinitionsNotUpgraded: controller v3\.5\.0 serves Gateways only if the cluster has gateway\.k8s\.aws\/v1, /)]);
  });

  test.each<[string, KubernetesObject[], Partial<GatewaySupport>]>([
    ['they are upgraded', [gatewayClass(), standard], { version, upgradesDefinitions: true }],
    ['the app defines them', [gatewayClass(), standard, definition('loadbalancerconfigurations.gateway.k8s.aws')], { version }],
    ['something else installs them', [gatewayClass()], { version, mayHaveDefinitions: true }],
    ['the release is older', [gatewayClass(), standard], { version: ControllerVersion.V3_4_3 }],
    ['there is no class of the controller', [gatewayClass('istio.io/gateway-controller')], { version }],
    ['EKS Auto Mode serves the class', [gatewayClass('eks.amazonaws.com/gateway-alb')], { version: undefined }],
  ])('is not reported where %s', (_, objects, support) => {
    expect(lint(objects, { mayHaveDefinitions: false, ...support })).toEqual([]);
  });
});

test('definitions of the Gateway API that nothing in the app installs are reported, on one class', () => {
  expect(lint([gatewayClass(), gatewayClass('gateway.k8s.aws/nlb', 'nlb')], { mayHaveDefinitions: false })).toEqual([
    'gatewayDefinitionsMissing: GatewayClass alb needs the definitions of the Gateway API before controller v3.4.3 starts, which nothing in this app installs; '
    + 'set gatewayApi to GatewayApi.managed(), or to GatewayApi.external() if something else installs them',
  ]);
});

describe.each(MODULES)('in an app, with a cluster of %s', (module) => {
  const warningsOf = (props: Partial<EksAlbIngressSupportProps>, name: string) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
    cluster.addManifest('Class', gatewayClass() as Record<string, any>);
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(name)).map(({ id }) => id);
  };

  test('the warning is on the manifest', () => {
    expect(warningsOf({ controllerVersion: ControllerVersion.V3_1_0 }, 'has no effect')).toEqual([expect.stringMatching(/Class/)]);
    expect(warningsOf({ controllerVersion: ControllerVersion.V3_1_0, featureGates: { ALBGatewayAPI: true } }, 'has no effect')).toEqual([]);
  });

  test('who installs the definitions is asked, and told by gatewayApi', () => {
    expect(warningsOf({}, 'definitions of the Gateway API')).toHaveLength(1);
    expect(warningsOf({ gatewayApi: GatewayApi.managed() }, 'definitions')).toEqual([]);
    expect(warningsOf({ gatewayApi: GatewayApi.external() }, 'definitions')).toEqual([]);
  });
});

test('in an app, with EKS Auto Mode', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newAutoModeCluster(stack, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  cluster.addManifest('Class', gatewayClass() as Record<string, any>);
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('EKS Auto Mode does not serve gateway.k8s.aws/alb'));
});
