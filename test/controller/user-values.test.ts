import { checkUserValues } from '../../src/controller/user-values';
import { context } from '../support/chart-fixtures';
import { ControllerVersion } from '../support/subject';

const check = (values: { [key: string]: unknown }, over = {}) => checkUserValues(values, context(over));

test('lets pass what is a key of the chart, however deep, and what is no value at all', () => {
  expect(check({ image: { pullPolicy: 'Always' }, serviceAnnotations: { a: { b: 'c' } }, logLevel: null, clusterName: undefined })).toEqual([]);
});

test.each([
  ['clusterName', 'cluster'], ['region', 'env of the stack'], ['vpcId', 'vpc'], ['serviceAccount', 'serviceAccountName'], ['replicaCount', 'replicas'],
  ['ingressClass', 'ingressClass.ingressClassName'], ['createIngressClassResource', 'ingressClass.create'],
  ['enableWaf', 'enableWafv2, since AWS has retired WAF Classic'], ['enableWafv2', 'enableWafv2'], ['enableShield', 'enableShield'],
])('fails for %s, which is owned', (key, prop) => {
  expect(() => check({ [key]: 'x' })).toThrow(new Error(`values.${key} must be left out, since this library owns it, got "x"; set it with ${prop}`));
});

test.each(['repository', 'tag'])('fails for image.%s, which is owned', (key) => {
  expect(() => check({ image: { [key]: 'x' } })).toThrow(new Error(`values.image.${key} must be left out, since this library owns it, got "x"; set it with image`));
});

test.each(['x', null, ['x']])('fails for image: %j, which would take owned keys away', (image) => {
  expect(() => check({ image })).toThrow(new Error(
    `values.image must be a map, since this library owns keys in it, got ${JSON.stringify(image)}; set single keys of it`));
});

test.each([true, null, 'x'])('fails for autoscaling: %j, in which templates look for keys', (autoscaling) => {
  expect(() => check({ autoscaling })).toThrow(new Error(
    `values.autoscaling must be a map, since the chart reads keys in it, got ${JSON.stringify(autoscaling)}; set single keys of it`));
});

test('fails for keys that the chart does not read', () => {
  expect(() => check({ replicaCounts: 3 })).toThrow(new Error(
    `values.replicaCounts must be a key that chart ${ControllerVersion._default.chartVersion} reads (no chart has replicaCounts), got 3; `
    + 'correct it, or leave it out; for a chart of your own use ControllerSource.fromAsset()'));
  expect(() => check({ vpcTags: {} }, { version: ControllerVersion.V2_4_0 })).toThrow(/^values\.vpcTags must be a key that chart 1\.4\.0 reads \(vpcTags came with chart 1\.12\.0\), got \{\}/);
  expect(() => check({ webhookNamespaceSelector: {} })).toThrow(/\(webhookNamespaceSelector is in charts 1\.4\.3 up to 1\.4\.6 only\)/);
});

test.each([
  ['a local chart', { localChart: true }],
  ['a chart newer than the table', { version: ControllerVersion.of('v9.0.0', '9.0.0') }],
])('only warns of keys unknown of %s', (_, over) => {
  expect(check({ image: { extra: 1, pullPolicy: 'Always' } }, over)).toEqual([{
    name: 'unknownValue.image.extra',
    message: expect.stringMatching(
      /^values\.image\.extra is not known of chart \d.*, which may ignore it\. Acknowledge this if yours reads it\.$/),
  }]);
});

test.each([
  [{ GatewayListenerSet: true }, 'values.controllerConfig.featureGates must have gates of controller v3.1.0 only (GatewayListenerSet is of v3.2.2 and later), '
    + 'got "GatewayListenerSet"; use another ControllerVersion, or leave it out'],
  [{ EnableCertificateManagement: true }, 'values.controllerConfig.featureGates.EnableCertificateManagement must be left out, since this library owns it, got true; '
    + 'set it with enableAcmCertificateManagement'],
])('fails for the feature gates %j of another release, or with a prop of their own', (featureGates, message) => {
  expect(() => check({ controllerConfig: { featureGates } }, { version: ControllerVersion.V3_1_0 })).toThrow(new Error(message));
});
