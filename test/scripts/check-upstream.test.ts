import { stringify } from 'yaml';
import { missingConstants } from '../../scripts/check-upstream';
import { ControllerVersion } from '../../src';

function index(...releases: [version: string, appVersion: string][]): string {
  return stringify({ apiVersion: 'v1', entries: { 'aws-load-balancer-controller': releases.map(([version, appVersion]) => ({ version, appVersion })) } });
}

const KNOWN = ControllerVersion._known().map(({ chartVersion, releaseTag }): [string, string] => [chartVersion, releaseTag]);

test('has nothing to say where every release is known', () => {
  expect(missingConstants(index(...KNOWN))).toEqual([]);
});

/** The minor release after the newest that is known. */
const [MAJOR, MINOR] = ControllerVersion._latest.chartVersion.split('.').map(Number);
const NEXT = `${MAJOR}.${MINOR + 1}`;
const CONSTANT = `V${MAJOR}_${MINOR + 1}_0`;

test('gives the lines to add for a new release', () => {
  expect(missingConstants(index([`${NEXT}.0`, `v${NEXT}.0`], ...KNOWN))).toEqual([
    `  /** AWS Load Balancer Controller v${NEXT}.0, chart ${NEXT}.0. */\n`
    + `  public static readonly ${CONSTANT} = ControllerVersion.published('v${NEXT}.0', '${NEXT}.0');`,
  ]);
});

test('takes the last chart of a release', () => {
  expect(missingConstants(index([`${NEXT}.1`, `v${NEXT}.0`], [`${NEXT}.0`, `v${NEXT}.0`], ...KNOWN)).join())
    .toContain(`ControllerVersion.published('v${NEXT}.0', '${NEXT}.1')`);
});

test('tells of a further chart of a release that is known', () => {
  const { releaseTag } = ControllerVersion._latest;
  expect(missingConstants(index([`${NEXT}.9`, releaseTag], ...KNOWN)).join()).toContain(`ControllerVersion.published('${releaseTag}', '${NEXT}.9')`);
});

test('leaves out what is older than this library supports, and pre-releases', () => {
  expect(missingConstants(index(['1.3.3', 'v2.3.1'], [`${NEXT}.0`, `v${NEXT}.0-rc.1`], ...KNOWN))).toEqual([]);
});
