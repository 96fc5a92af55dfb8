import { readFileSync } from 'fs';
import * as path from 'path';
import { parseAllDocuments } from 'yaml';
import { autoModeController, loadBalancerController } from '../../src/release/serving-controller';
import { BindingObject, FIELD_SINCE, renderBinding } from '../../src/target-group-binding/binding-object';
import { CHART_DIR } from '../support/helm';
import { ControllerVersion, IngressLabelOperator } from '../support/subject';

const LEAST: BindingObject = { name: 'shop-1', namespace: 'shop', service: 'shop', port: 80, targetGroupArn: 'arn' };
const ALL: BindingObject = {
  ...LEAST,
  targetType: 'instance',
  ipAddressType: 'ipv4',
  vpcId: 'vpc-0123456789abcdef0',
  nodeSelector: { matchLabels: { pool: 'web' }, matchExpressions: [{ key: 'arch', operator: IngressLabelOperator.NOT_IN, values: ['arm64'] }] },
  multiCluster: true,
};
const OPTIONS = { vpcID: { vpcId: 'vpc-0123456789abcdef0' }, multiClusterTargetGroup: { multiCluster: true } } as const;

test('what is not said is left to the controller', () => {
  expect(renderBinding('binding', LEAST, loadBalancerController(ControllerVersion.V3_5_0))).toEqual({
    apiVersion: 'elbv2.k8s.aws/v1beta1',
    kind: 'TargetGroupBinding',
    metadata: { name: 'shop-1', namespace: 'shop' },
    spec: { targetGroupARN: 'arn', serviceRef: { name: 'shop', port: 80 } },
  });
});

test('all fields', () => {
  expect(renderBinding('binding', ALL, loadBalancerController(ControllerVersion.V3_5_0)).spec).toEqual({
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
test.each(Object.entries(FIELD_SINCE))('fails for %s before its release', (field, { prop, since }) => {
  const first = releases.findIndex(({ releaseTag }) => releaseTag === since);
  const binding = { ...LEAST, ...OPTIONS[field as keyof typeof OPTIONS] };
  expect(() => renderBinding('binding', binding, loadBalancerController(releases[first - 1]))).toThrow(new Error(
    `binding.${prop} must be used with controller ${since} or later, got "${releases[first - 1].releaseTag}"; use a newer ControllerVersion, or leave it out`));
  expect(renderBinding('binding', binding, loadBalancerController(releases[first])).spec).toHaveProperty(field);
});

test('not several clusters is the same as nothing said, in any release', () => {
  expect(renderBinding('binding', { ...LEAST, multiCluster: false }, loadBalancerController(ControllerVersion.V2_4_0)).spec).toEqual({ targetGroupARN: 'arn', serviceRef: { name: 'shop', port: 80 } });
});

const describeWithCharts = CHART_DIR === undefined ? describe.skip : describe;
describeWithCharts(`the definition of each release${CHART_DIR === undefined ? ' (skipped: LBC_UPSTREAM_DIR names no directory with charts)' : ''}`, () => {
  test.each(releases.map((version) => [version.releaseTag, version] as const))('%s has what it is given, and nothing it needs is missing', (_, version) => {
    const definitions = parseAllDocuments(readFileSync(path.join(CHART_DIR!, version.chartVersion, 'crds/crds.yaml'), 'utf8')).map((document) => document.toJS());
    const definition = definitions.find((one) => one?.spec.names.kind === 'TargetGroupBinding').spec.versions.find(({ name }: any) => name === 'v1beta1');
    const known = Object.values(FIELD_SINCE).every(({ since }) => version._isAtLeast(since));
    const since = Object.fromEntries(Object.entries(FIELD_SINCE).filter(([, field]) => !version._isAtLeast(field.since))
      .flatMap(([field]) => Object.keys(OPTIONS[field as keyof typeof OPTIONS])).map((option) => [option, undefined]));

    const { spec } = renderBinding('binding', { ...ALL, ...since }, loadBalancerController(version));
    expect(faultsIn(spec, definition.schema.openAPIV3Schema.properties.spec)).toEqual([]);
    // The fields that are held back are those that the definition has not.
    const fields = Object.keys(definition.schema.openAPIV3Schema.properties.spec.properties);
    expect(Object.keys(FIELD_SINCE).every((field) => fields.includes(field))).toBe(known);
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
