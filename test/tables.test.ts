import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { ControllerVersion } from '../src';
import { CHART_VALUE_TABLE, chartHas } from '../src/controller/chart-values';
import { OWNED_VALUES } from '../src/controller/controller-option-table';
import { EKS_REGISTRY_ACCOUNTS } from '../src/controller/eks-registries';
import {
  CERTIFICATE_MANAGEMENT_POLICY, CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_POLICY, GLOBAL_ACCELERATOR_SINCE,
  PARTITIONS_WITH_GLOBAL_ACCELERATOR, ROLES_TO_ASSUME_POLICY, SESSION_TAGS_POLICY, TAGGING_API_POLICY, TARGET_GROUP_BINDING_POLICY,
  WEB_ACL_NAMES_POLICY,
} from '../src/iam/policy-opt-ins';
import { LOAD_BALANCER_POLICY, POLICY_PARTITIONS } from '../src/iam/policy-table';
import { compareReleases } from '../src/release/controller-version';
import { FEATURE_GATES, GATES_WITH_PROP } from '../src/release/feature-gates';

/* What is restated from upstream stands in several tables: here they are held against each other, and elsewhere against upstream. */

const RELEASES = ControllerVersion._known().map(({ releaseTag }) => releaseTag);
const CHARTS = ControllerVersion._known().map(({ chartVersion }) => chartVersion);
const PARTITIONS = Object.keys(POLICY_PARTITIONS);

/** A table with a row for each of its chart releases, as the pairs of key and chart. */
function pairsOf(table: { [chart: string]: string }): [key: string, chart: string][] {
  return Object.entries(table).flatMap(([chart, keys]) => keys.trim().split(/\s+/).map((key): [string, string] => [key, chart]));
}

describe('releases that the tables name have been published', () => {
  test('those of the controller, wherever they stand in the sources', () => {
    const sources = readdirSync(path.join(__dirname, '..', 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    // v1.x are releases of the Gateway API: the oldest controller is v2.4.0.
    const named = sources.flatMap((file) => [...readFileSync(path.join(__dirname, '..', 'src', file), 'utf8').matchAll(/'(v[2-9]\.\d+\.\d+)'/g)]
      .map(([, release]) => release));
    expect(named.length).toBeGreaterThan(RELEASES.length);
    expect(named.filter((release) => !RELEASES.includes(release))).toEqual([]);
  });

  test('those of the chart', () => {
    const { KEYS_BY_FIRST_CHART, READ_WITHOUT_DEFAULT, GAPS } = CHART_VALUE_TABLE;
    const gaps = Object.values(GAPS).flatMap(({ from, to }) => [from, ...to ? [to] : []]);
    const named = [...Object.keys(KEYS_BY_FIRST_CHART), ...Object.keys(READ_WITHOUT_DEFAULT), ...gaps];
    expect(named.filter((chart) => !CHARTS.includes(chart))).toEqual([]);
  });
});

test.each([
  ['src/release/controller-version.ts', ({ releaseTag }: ControllerVersion, name: string) => `installs ${releaseTag} (\`${name}\`)`],
  ['src/context/eks-alb-ingress-support-props.ts', (_: ControllerVersion, name: string) => `@default ControllerVersion.${name}`],
])('%s tells the default release', (file, told) => {
  const release = ControllerVersion._default;
  const source = readFileSync(path.join(__dirname, '..', file), 'utf8');
  expect(source).toContain(told(release, release.releaseTag.toUpperCase().replace(/\./g, '_')));
});

describe('value keys of the chart', () => {
  const { KEYS_BY_FIRST_CHART, READ_WITHOUT_DEFAULT, GAPS } = CHART_VALUE_TABLE;
  const keys = [...pairsOf(KEYS_BY_FIRST_CHART), ...pairsOf(READ_WITHOUT_DEFAULT)];
  const since = new Map(keys);

  test('stand in the table once', () => {
    expect(keys.length).toBe(since.size);
  });

  test('come no earlier than the key above them', () => {
    const orphans = keys.filter(([key, chart]) => {
      const parent = key.split('.').slice(0, -1).join('.');
      return parent !== '' && (!since.has(parent) || compareReleases(since.get(parent)!, chart) > 0);
    });
    expect(orphans).toEqual([]);
  });

  test.each(Object.entries(GAPS))('%s goes after it has come, and comes back after it has gone', (key, { from, to = '99.0.0' }) => {
    expect(compareReleases(since.get(key)!, from)).toBeLessThan(0);
    expect(compareReleases(from, to)).toBeLessThan(0);
  });

  test('that this library owns are keys of every chart', () => {
    const gates = Object.keys(GATES_WITH_PROP).map((gate) => `controllerConfig.featureGates.${gate}`);
    const paths = OWNED_VALUES.map(({ path: key }) => key);
    const owned = paths.filter((key) => !gates.includes(key));
    expect(owned.filter((key) => !ControllerVersion._known().every((version) => chartHas(version, key)))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(gates));
  });
});

describe('feature gates', () => {
  test.each(Object.entries(FEATURE_GATES))('%s goes after it has come', (_gate, { since, until = 'v99.0.0' }) => {
    expect(compareReleases(since, until)).toBeLessThan(0);
  });

  test('with a prop come with the permissions of the prop', () => {
    const since = { enableGlobalAccelerator: GLOBAL_ACCELERATOR_SINCE, enableAcmCertificateManagement: CERTIFICATE_MANAGEMENT_SINCE };
    expect(Object.fromEntries(Object.entries(GATES_WITH_PROP).map(([gate, prop]) => [prop, FEATURE_GATES[gate].since]))).toEqual(since);
  });
});

describe('the IAM policy', () => {
  const tables = {
    LOAD_BALANCER_POLICY,
    WEB_ACL_NAMES_POLICY,
    TAGGING_API_POLICY,
    GLOBAL_ACCELERATOR_POLICY,
    CERTIFICATE_MANAGEMENT_POLICY,
    TARGET_GROUP_BINDING_POLICY,
    ROLES_TO_ASSUME_POLICY,
    SESSION_TAGS_POLICY,
  };
  const rows = Object.entries(tables).flatMap(([table, groups]) => groups.map((group): [string, typeof group] => [`${table}: ${group.actions[0]}`, group]));

  test.each(rows)('%s is of partitions that are known, and leaves a partition out or has it later, not both', (_, { notIn = [], sinceIn = {} }) => {
    expect([...notIn, ...Object.keys(sinceIn)].filter((partition) => !PARTITIONS.includes(partition))).toEqual([]);
    expect(notIn.filter((partition) => partition in sinceIn)).toEqual([]);
  });

  test.each(Object.entries(tables))('%s grants nothing twice in one scope', (_, groups) => {
    for (const scope of ['scoped', 'upstream']) {
      const grants = groups.filter(({ only = scope }) => only === scope).flatMap(({ actions, resources, requestTag, resourceTag, equals }) =>
        actions.map((action) => JSON.stringify([action, resources, requestTag, resourceTag, equals])));
      expect(grants.filter((grant, index) => grants.indexOf(grant) !== index)).toEqual([]);
    }
  });

  test('partitions with a service are known', () => {
    expect(PARTITIONS_WITH_GLOBAL_ACCELERATOR.filter((partition) => !PARTITIONS.includes(partition))).toEqual([]);
  });

  test('rows for a feature gate come with it', () => {
    expect(TAGGING_API_POLICY.map(({ since }) => since)).toEqual([FEATURE_GATES.EnableRGTAPI.since]);
  });
});

describe('registries of Amazon EKS', () => {
  test.each(PARTITIONS)('%s has one', (partition) => {
    const partitions = Object.keys(EKS_REGISTRY_ACCOUNTS).map((region) => RegionInfo.get(region).partition);
    expect(partitions).toContain(partition);
  });

  test('are in regions that the CDK knows', () => {
    const known = RegionInfo.regions.map(({ name }) => name);
    expect(Object.keys(EKS_REGISTRY_ACCOUNTS).filter((region) => !known.includes(region))).toEqual([]);
  });
});
