import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { chartHas, valuePaths } from '../../src/controller/chart-values';
import { renderChartValues } from '../../src/controller/render-values';
import { options, surroundings } from '../support/chart-arbitraries';
import { context } from '../support/chart-fixtures';
import type { ControllerOptions } from '../support/subject';

const PROPS = [
  'replicas', 'maxUnavailableReplicas', 'resources', 'nodeSelector', 'tolerations', 'topologySpreadConstraints', 'logLevel', 'defaultTags',
  'defaultTargetType', 'defaultSslPolicy', 'defaultScheme', 'featureGates', 'watchNamespace', 'webhookCertificate',
  'enableServiceMutatorWebhook', 'ingressClass', 'values', 'enableGlobalAccelerator', 'enableAcmCertificateManagement',
];
const ERROR = new RegExp(`^(${PROPS.join('|')})([. [].*)? must .*, got .*; `, 's');

test('any options either are rejected by the name of a prop, or give values that the chart reads', () => {
  let rendered = 0;
  fc.assert(fc.property(options, surroundings, (given, around) => {
    let values: { [key: string]: unknown };
    try {
      ({ values } = renderChartValues(given, context(around)));
    } catch (error) {
      expect((error as Error).message).toMatch(ERROR);
      return;
    }
    rendered++;
    for (const path of valuePaths(values)) expect([path.join('.'), chartHas(around.version, path.join('.'))]).toEqual([path.join('.'), true]);
    expect(values).toMatchObject({
      clusterName: 'demo',
      region: 'eu-west-1',
      vpcId: 'vpc-12345678',
      serviceAccount: { create: false, name: 'lbc' },
      image: { repository: 'registry.example.com/lbc', tag: around.version.releaseTag },
    });
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
  }), { numRuns: 1500 });
  expect(rendered).toBeGreaterThan(100);
});

test('each option alone: an error names that very option', () => {
  const rejected = new Set<string>();
  const rendered = new Set<string>();
  fc.assert(fc.property(options, surroundings, fc.constantFrom(...PROPS), (all, around, prop) => {
    const given = { [prop]: all[prop as keyof ControllerOptions] };
    let message: string | undefined;
    try {
      renderChartValues(given, context({ ...around, features: {} }));
    } catch (error) {
      ({ message } = error as Error);
    }
    (message === undefined ? rendered : rejected).add(prop);
    expect(message ?? prop).toMatch(new RegExp(`^${prop}\\b`));
  }), { numRuns: 1500 });
  expect([...rendered].sort()).toEqual([...PROPS].sort());
  expect(rejected.size).toBeGreaterThan(PROPS.length / 2);
});

test('what is rendered becomes a template', () => {
  let rendered = 0;
  fc.assert(fc.property(options, surroundings, (given, around) => {
    let values;
    try {
      ({ values } = renderChartValues({ ...given, values: undefined }, context(around)));
    } catch (error) {
      expect((error as Error).message).toMatch(ERROR);
      return;
    }
    rendered++;
    const stack = new Stack(new App(), 'Stack');
    new CfnResource(stack, 'Helm', { type: 'Custom::AWSCDK-EKS-HelmChart', properties: { ServiceToken: 'arn', Values: stack.toJsonString(values) } });
    const text = Template.fromStack(stack).toJSON().Resources.Helm.Properties.Values;
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(values)));
  }), { numRuns: 100 });
  expect(rendered).toBeGreaterThan(5);
});
