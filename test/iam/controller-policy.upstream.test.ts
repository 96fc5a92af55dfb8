import { ControllerPolicyScope } from '../../src/iam/controller-policy';
import { POLICY_PARTITIONS } from '../../src/iam/policy-table';
import { ControllerVersion } from '../../src/release/controller-version';
import { grantsOf, readJson, renderedPolicy } from '../support/policy-grants';
import { describeWithUpstream, upstreamPath } from '../support/upstream';

const FOLDER = upstreamPath('iam-policies');

/** Release -> kind of document -> file. */
const index: { [release: string]: { [kind: string]: string } } = FOLDER ? readJson(FOLDER, 'index.json') : {};

const upstreamGrants = (release: string, kind: string) => grantsOf(readJson(FOLDER!, index[release][kind]));

const releaseNamed = (name: string) => ControllerVersion._known().find((known) => known.releaseTag === name)!;

const pairs = Object.entries(index).flatMap(([release, kinds]) => Object.keys(kinds).map((kind) => [release, kind]));
const partitionPairs = pairs.filter(([, kind]) => kind in POLICY_PARTITIONS);
const optIns = { 'acm-certificates': 'enableAcmCertificateManagement', 'global-accelerator': 'enableGlobalAccelerator' } as const;

// jest requires at least one row a table, also in one that it skips.
const rows = (table: string[][]) => table.length > 0 ? table : [['none', 'none']];

describeWithUpstream('iam-policies', 'the policy of every release and partition grants what upstream\'s document does', () => {
  test('the documents are those of all our releases', () => {
    expect(Object.keys(index)).toEqual(ControllerVersion._known().map((known) => known.releaseTag));
  });

  test('every kind of document is compared', () => {
    expect([...new Set(pairs.map(([, kind]) => kind))].sort()).toEqual([...Object.keys(POLICY_PARTITIONS), ...Object.keys(optIns)].sort());
  });

  test.each(Object.entries(POLICY_PARTITIONS))('the first policy of %s is of %s', (partition, first) => {
    expect(Object.keys(index).find((release) => partition in index[release])).toEqual(first);
  });

  test.each(rows(partitionPairs))('%s in %s', (release, partition) => {
    const ours = renderedPolicy({ version: releaseNamed(release), partition, policyScope: ControllerPolicyScope.UPSTREAM });

    expect(grantsOf(ours)).toEqual(upstreamGrants(release, partition));
  });

  test.each(rows(pairs.filter(([, kind]) => kind in optIns)))('%s with %s', (release, kind) => {
    const input = { version: releaseNamed(release), partition: 'aws', policyScope: ControllerPolicyScope.UPSTREAM };
    const option = optIns[kind as keyof typeof optIns];

    const without = grantsOf(renderedPolicy(input));
    const withIt = grantsOf(renderedPolicy({ ...input, [option]: true }));

    expect(withIt.filter((grant) => !without.includes(grant))).toEqual(upstreamGrants(release, kind));
  });
});
