import { Lazy } from 'aws-cdk-lib';
import { FEATURE_GATES, GateSettings, hasGate, mayBeOn, validateFeatureGates } from '../../src/release/feature-gates';
import { ControllerFacts } from '../support/controller-facts';
import { ControllerVersion } from '../support/subject';
import { describeWithUpstream } from '../support/upstream';

const { V2_4_0, V2_4_4, V2_14_1, V2_16_0, V2_17_0, V3_1_0, V3_5_0 } = ControllerVersion;

test.each(([
  ['AGAController', ControllerVersion.V2_14_0, false],
  ['AGAController', V2_14_1, true],
  ['AGAController', V2_16_0, true],
  ['AGAController', V2_17_0, false],
  ['GlobalAcceleratorController', V2_16_0, false],
  ['GlobalAcceleratorController', V3_5_0, true],
  ['WeightedTargetGroups', V2_4_0, true],
  ['Unheard', V3_5_0, false],
  ['constructor', V3_5_0, false],
] as [string, ControllerVersion, boolean][]).map(([gate, version, expected]) => [gate, version.releaseTag, expected, version] as const))('%s in %s: %p', (gate, _, expected, version) => {
  expect(hasGate(version, gate)).toBe(expected);
});

test('takes every gate that the release has, on or off', () => {
  const gates = Object.keys(FEATURE_GATES).filter((gate) => hasGate(V3_5_0, gate) && !/^(GlobalAccelerator|EnableCertificate)/.test(gate));
  expect(gates.length).toBeGreaterThan(15);
  expect(() => validateFeatureGates('featureGates', Object.fromEntries(gates.map((gate, index) => [gate, index % 2 === 0])), V3_5_0)).not.toThrow();
});

test('takes what it has never heard of for a release that it has never heard of', () => {
  expect(() => validateFeatureGates('featureGates', { Brandnew: true }, ControllerVersion.of('v9.0.0', '9.0.0'))).not.toThrow();
});

test.each<[{ [gate: string]: unknown }, ControllerVersion, string]>([
  [{ GatewayListenerSet: true }, V3_1_0, 'featureGates must have gates of controller v3.1.0 only (GatewayListenerSet is of v3.2.2 and later), got "GatewayListenerSet"; '
    + 'use another ControllerVersion, or leave it out'],
  [{ AGAController: true }, V3_5_0, 'featureGates must have gates of controller v3.5.0 only (AGAController is of v2.14.1 up to v2.17.0), got "AGAController"; '
    + 'use another ControllerVersion, or leave it out'],
  [{ toString: true }, V2_4_4, 'featureGates must have gates of controller v2.4.4 only, got "toString"; its gates are '
    + 'EnableIPTargetType, EnableServiceController, EndpointsFailOpen, ListenerRulesTagging, ServiceTypeLoadBalancerOnly, SubnetsClusterTagCheck, WeightedTargetGroups'],
  [{ GlobalAcceleratorController: true }, V3_5_0, 'featureGates must leave out GlobalAcceleratorController, which goes together with permissions, got true; '
    + 'set the prop enableGlobalAccelerator instead'],
  [{ EnableCertificateManagement: false }, V3_5_0, 'featureGates must leave out EnableCertificateManagement, which goes together with permissions, got false; '
    + 'set the prop enableAcmCertificateManagement instead'],
])('fails for %j', (gates, version, message) => {
  expect(() => validateFeatureGates('featureGates', gates, version)).toThrow(new Error(message));
});

test.each<[GateSettings, boolean]>([
  [{}, false],
  [{ featureGates: { EnableRGTAPI: true } }, true],
  [{ featureGates: { EnableRGTAPI: false, ALBSingleSubnet: true } }, false],
  [{ featureGates: { EnableRGTAPI: Lazy.any({ produce: () => false }) as any } }, true],
  [{ values: { controllerConfig: { featureGates: { EnableRGTAPI: true } } } }, true],
  [{ values: { controllerConfig: { featureGates: { EnableRGTAPI: 'true' } } } }, true],
  [{ values: { controllerConfig: { featureGates: { EnableRGTAPI: false } } } }, false],
  [{ values: { controllerConfig: { featureGates: {} }, replicas: 2 } }, false],
  [{ values: { controllerConfig: Lazy.any({ produce: () => ({}) }) } }, true],
  [{ values: { controllerConfig: { featureGates: Lazy.any({ produce: () => ({}) }) } } }, true],
  [{ featureGates: { EnableRGTAPI: false }, values: { controllerConfig: { featureGates: { EnableRGTAPI: true } } } }, true],
])('%j may switch a gate on: %s', (settings, expected) => {
  expect(mayBeOn('EnableRGTAPI', settings)).toBe(expected);
});

describeWithUpstream('controller-facts.json', 'the feature gates of the table are those of the controller', (file) => {
  let facts: ControllerFacts;
  beforeAll(() => { facts = new ControllerFacts(file); });

  test.each(ControllerVersion._known().map((version) => [version.releaseTag, version] as const))('%s', (releaseTag, version) => {
    expect(facts.featureGatesOf(releaseTag).sort()).toEqual(Object.keys(FEATURE_GATES).filter((gate) => hasGate(version, gate)).sort());
  });
});
