import { Token } from 'aws-cdk-lib';
import { renderChartValues } from '../../src/controller/render-values';
import { checkUserValues } from '../../src/controller/user-values';
import { context } from '../support/chart-fixtures';
import { ControllerOptions, ControllerVersion } from '../support/subject';

const check = (values: { [key: string]: unknown }, over = {}) => checkUserValues(values, context(over));

test('lets pass what is a key of the chart, however deep, and what is no value at all', () => {
  expect(check({ image: { pullPolicy: 'Always' }, serviceAnnotations: { a: { b: 'c' } }, logLevel: null, clusterName: undefined })).toEqual([]);
});

test.each([
  ['clusterName', 'cluster'], ['region', 'env of the stack'], ['vpcId', 'vpc'], ['serviceAccount', 'serviceAccountName'], ['replicaCount', 'replicas'],
  ['ingressClass', 'ingressClass.ingressClassName'], ['createIngressClassResource', 'ingressClass.create'],
  ['enableWaf', 'enableWafv2 (AWS has retired WAF Classic)'], ['enableWafv2', 'enableWafv2'], ['enableShield', 'enableShield'],
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
      /^values\.image\.extra is not known in chart \d.*, which may ignore it\. Acknowledge this if yours reads it\.$/),
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

describe('values that end the controller when it starts', () => {
  const END = '; with it the controller ends when it starts';
  const render = (options: ControllerOptions) => renderChartValues(options, context());

  test.each<[ControllerOptions, string]>([
    [{ values: { externalManagedTags: ['elbv2.k8s.aws/cluster'] } },
      "values.externalManagedTags must not have the controller's own tracking tags, got \"elbv2.k8s.aws/cluster\"; choose another key"],
    [{ values: { defaultTags: { 'ingress.k8s.aws/stack': 'x' } } },
      "values.defaultTags must not have the controller's own tracking tags, got \"ingress.k8s.aws/stack\"; choose another key"],
    [{ defaultTags: { team: 'a' }, values: { externalManagedTags: ['cost', 'team'] } },
      'values.externalManagedTags must not have a key of defaultTags, got "team"; leave it out of one of them'],
    [{ values: { defaultTargetType: 'pod' } }, 'values.defaultTargetType must be instance or ip, got "pod"; correct it'],
    [{ values: { defaultLoadBalancerScheme: 'public' } }, 'values.defaultLoadBalancerScheme must be internal or internet-facing, got "public"; correct it'],
    [{ values: { backendSecurityGroup: 'backend' } }, 'values.backendSecurityGroup must be the id of a security group, got "backend"; write it like "sg-0123456789abcdef0"'],
    [{ values: { enableBackendSecurityGroup: false, enableManageBackendSecurityGroupRules: true } },
      'values.enableManageBackendSecurityGroupRules must be used with enableBackendSecurityGroup, got true; leave one of them out'],
    [{ values: { syncPeriod: '1 hour' } }, 'values.syncPeriod must be a duration of Go, got "1 hour"; write it like "90m" or "1h30m"'],
    [{ values: { lbStabilizationMonitorInterval: 60 } }, 'values.lbStabilizationMonitorInterval must be a duration of Go, got 60; write it like "90m" or "1h30m"'],
  ])('fails for %j', (options, message) => {
    expect(() => render(options)).toThrow(new Error(message + END));
  });

  test('lets pass what the controller takes, what the chart leaves out, and what is a token', () => {
    expect(() => render({
      defaultTags: { team: 'a' },
      values: {
        externalManagedTags: ['cost'],
        defaultTargetType: 'ip',
        defaultLoadBalancerScheme: '',
        backendSecurityGroup: Token.asString({ Ref: 'Group' }),
        enableBackendSecurityGroup: false,
        syncPeriod: '1h30m',
        lbStabilizationMonitorInterval: Token.asString({ Ref: 'Interval' }),
      },
    })).not.toThrow();
  });
});
