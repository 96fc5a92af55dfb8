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

test('gives the line to add for a new release', () => {
  expect(missingConstants(index(['3.6.0', 'v3.6.0'], ...KNOWN)))
    .toEqual(["  public static readonly V3_6_0 = ControllerVersion.published('v3.6.0', '3.6.0');"]);
});

test('takes the last chart of a release', () => {
  expect(missingConstants(index(['3.6.1', 'v3.6.0'], ['3.6.0', 'v3.6.0'], ...KNOWN)))
    .toEqual(["  public static readonly V3_6_0 = ControllerVersion.published('v3.6.0', '3.6.1');"]);
});

test('leaves out what is older than this library supports, and pre-releases', () => {
  expect(missingConstants(index(['1.3.3', 'v2.3.1'], ['3.6.0', 'v3.6.0-rc.1'], ...KNOWN))).toEqual([]);
});
