import { readFileSync } from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { Options, Place } from '../../src/options/option';
import { autoModeController, loadBalancerController } from '../../src/release/serving-controller';
import { BINDING_OPTIONS, BindingObject, renderBinding } from '../../src/target-group-binding/binding-object';
import { CHART_DIR } from '../support/helm';
import { ControllerVersion, IngressLabelOperator } from '../support/subject';

const LEAST: BindingObject = { name: 'shop-1', namespace: 'shop', service: 'shop', port: 80, targetGroup: { targetGroupArn: 'arn' } };
const ALL: BindingObject = {
  ...LEAST,
  targetType: 'instance',
  ipAddressType: 'ipv4',
  vpc: { vpcId: 'vpc-0123456789abcdef0' },
  nodeSelector: { matchLabels: { pool: 'web' }, matchExpressions: [{ key: 'arch', operator: IngressLabelOperator.NOT_IN, values: ['arm64'] }] },
  multiCluster: true,
};
const LATEST = loadBalancerController(ControllerVersion._latest);

/** Options that came after v2.4.0: their fields, with the release. */
const LATER = Object.entries<Options[string]>(BINDING_OPTIONS).flatMap(([option, { spec }]) => typeof spec === 'object' && spec.since ? [[option, spec] as const] : []) as
  [keyof typeof BINDING_OPTIONS, Required<Place>][];

test('what is not said is left to the controller', () => {
  expect(renderBinding('binding', LEAST, LATEST)).toEqual({
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { name: 'shop-1', namespace: 'shop' },
    spec: { targetGroupARN: 'arn', serviceRef: { name: 'shop', port: 80 } },
  });
});

test('all fields', () => {
  expect(renderBinding('binding', ALL, LATEST).spec).toEqual({
    targetGroupARN: 'arn',
    targetType: 'instance',
    ipAddressType: 'ipv4',
    vpcID: 'vpc-0123456789abcdef0',
    serviceRef: { name: 'shop', port: 80 },
    nodeSelector: { matchLabels: { pool: 'web' }, matchExpressions: [{ key: 'arch', operator: 'NotIn', values: ['arm64'] }] },
    multiClusterTargetGroup: true,
  });
});

test('EKS Auto Mode has another API group, and no releases', () => {
  expect(renderBinding('binding', ALL, autoModeController())).toMatchObject({ apiVersion: 'eks.amazonaws.com/v1', kind: 'TargetGroupBinding' });
});

const releases = ControllerVersion._known();
test.each(LATER)('fails for %s before its release', (option, { at, since }) => {
  const first = releases.findIndex(({ releaseTag }) => releaseTag === since);
  const binding = { ...LEAST, [option]: ALL[option] };
  expect(() => renderBinding('binding', binding, loadBalancerController(releases[first - 1]))).toThrow(
    `binding.${option} must be used with controller ${since} or later, got "${releases[first - 1].releaseTag}"; use a newer ControllerVersion`);
  expect(renderBinding('binding', binding, loadBalancerController(releases[first])).spec).toHaveProperty(at);
});

test('not several clusters is the same as nothing said, in any release', () => {
  expect(renderBinding('binding', { ...LEAST, multiCluster: false }, loadBalancerController(ControllerVersion.V2_4_0)).spec).toEqual({ targetGroupARN: 'arn', serviceRef: { name: 'shop', port: 80 } });
});

const describeWithCharts = CHART_DIR === undefined ? describe.skip : describe;
describeWithCharts(`the definition of each release${CHART_DIR === undefined ? ' (skipped: LBC_UPSTREAM_DIR names no directory with charts)' : ''}`, () => {
  test.each(releases.map((version) => [version.releaseTag, version] as const))('%s has what it is given, and nothing it needs is missing', (_, version) => {
    const definitions = parseAllDocuments(readFileSync(path.join(CHART_DIR!, version.chartVersion, 'crds/crds.yaml'), 'utf8')).map((document) => document.toJS());
    const definition = definitions.find((one) => one?.spec.names.kind === 'TargetGroupBinding').spec.versions.find(({ name }: any) => name === 'v1beta1');
    const later = LATER.filter(([, { since }]) => !version._isAtLeast(since));

    const { spec } = renderBinding('binding', { ...ALL, ...Object.fromEntries(later.map(([option]) => [option, undefined])) }, loadBalancerController(version));
    expect(faultsIn(spec, definition.schema.openAPIV3Schema.properties.spec)).toEqual([]);
    // The table does not have a field too late.
    const fields = Object.keys(definition.schema.openAPIV3Schema.properties.spec.properties);
    expect(later.filter(([, { at }]) => fields.includes(at))).toEqual([]);
  });
});

/** What the API server would drop or reject, by the part of JSON schema that definitions of the controller use here. */
function faultsIn(value: any, schema: any, at = 'spec'): string[] {
  if (schema['x-kubernetes-int-or-string']) {
    return ['number', 'string'].includes(typeof value) ? [] : [`${at} is neither a number nor a text`];
  }
  switch (schema.type) {
    case 'object':
      return [
        ...(schema.required ?? []).filter((key: string) => !(key in value)).map((key: string) => `${at}.${key} is missing`),
        ...Object.entries(value).flatMap(([key, inner]) => {
          const part = schema.properties?.[key] ?? schema.additionalProperties;
          return part ? faultsIn(inner, part, `${at}.${key}`) : [`${at}.${key} is unknown`];
        }),
      ];
    case 'array':
      return Array.isArray(value) ? value.flatMap((inner, index) => faultsIn(inner, schema.items, `${at}[${index}]`)) : [`${at} is no list`];
    default:
      return typeof value === schema.type && (!schema.enum || schema.enum.includes(value)) ? [] : [`${at} is no ${schema.type}`];
  }
}
