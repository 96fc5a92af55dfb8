import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { Lazy } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { compareReleases, ControllerVersion } from '../../src/release/controller-version';
import { CHART_DIR } from '../support/helm';
import { describeWithUpstream } from '../support/upstream';

const NEWEST = ControllerVersion._latest;

const constants = Object.entries(ControllerVersion).filter(([name]) => name.startsWith('V')) as Array<[string, ControllerVersion]>;

describe('constants', () => {
  test('every static that starts with V is a release', () => {
    expect(ControllerVersion._known()).toEqual(constants.map(([, release]) => release));
    expect(ControllerVersion._known().length).toBeGreaterThanOrEqual(52);
  });

  test.each(constants)('%s is named after its controller', (name, release) => {
    expect(name).toBe(release.releaseTag.toUpperCase().replace(/\./g, '_'));
  });

  test.each(constants)('%s is a pair that of() accepts, and the same one', (_name, release) => {
    expect(ControllerVersion.of(release.releaseTag, release.chartVersion)).toBe(release);
  });

  test('they are in the order of the releases, charts included', () => {
    const pairs = ControllerVersion._known().slice(1).map((release, i) => [ControllerVersion._known()[i], release]);
    for (const [before, after] of pairs) {
      expect(compareReleases(before.releaseTag, after.releaseTag)).toBeLessThan(0);
      expect(compareReleases(before.chartVersion, after.chartVersion)).toBeLessThan(0);
    }
  });

  test('the last is the newest', () => {
    expect(ControllerVersion._latest).toBe(constants[constants.length - 1][1]);
  });

  test('the default is pinned', () => {
    expect(ControllerVersion._default).toBe(ControllerVersion.V3_5_0);
    expect(ControllerVersion._default).toMatchObject({ releaseTag: 'v3.5.0', chartVersion: '3.5.0' });
  });

  test('a controller of several charts has the last of them', () => {
    expect(ControllerVersion.V2_8_3.chartVersion).toBe('1.8.4');
  });
});

describeWithUpstream('charts', 'the published charts', () => {
  /** Chart releases with the controller releases that they install, oldest first. */
  const published = () => readdirSync(CHART_DIR!).sort(compareReleases)
    .map((chart): [string, string] => [chart, parse(readFileSync(path.join(CHART_DIR!, chart, 'Chart.yaml'), 'utf8')).appVersion]);

  test('that have no constant are known all the same', () => {
    const charts = published().map(([chart]) => chart);
    expect(charts.length).toBeGreaterThan(50);
    expect(charts.filter((chart) => ControllerVersion.of(`v${chart.replace(/^1/, '2').replace(/\d+$/, '0')}`, chart)._isMissingAmongKnown)).toEqual([]);
  });

  test('are those of the constants: of each controller the last one', () => {
    // Of one controller the later chart replaces the earlier one.
    const chartOf = new Map(published().map(([chart, controller]) => [controller, chart]));
    expect(ControllerVersion._known().map(({ releaseTag, chartVersion }) => [releaseTag, chartVersion])).toEqual([...chartOf]);
  });
});

test.each([
  [ControllerVersion.V2_4_0, '1.19'], [ControllerVersion.V2_4_7, '1.19'], [ControllerVersion.V2_5_0, '1.22'], [ControllerVersion._latest, '1.22'],
])('case %#: requires the Kubernetes that the controller\'s documentation names', (version, kubernetes) => {
  expect(version._minimumKubernetesVersion).toBe(kubernetes);
});

describe('of()', () => {
  test.each([
    ['v2.4.2', '1.4.2'],
    ['v2.18.0', '1.18.3'],
    ['v3.5.1', '3.5.9'],
    ['v3.10.0', '3.10.0'],
    ['v4.1.0', '4.0.7'],
  ])('takes %s with chart %s', (controllerVersion, chartVersion) => {
    expect(ControllerVersion.of(controllerVersion, chartVersion)).toMatchObject({ releaseTag: controllerVersion, chartVersion });
  });

  test.each([
    ['3.5.0', 'try "v3.5.0"'],
    ['v3.5', `try "${NEWEST.releaseTag}"`],
    ['v2.5.0-rc1', `try "${NEWEST.releaseTag}"`],
    ['latest', `try "${NEWEST.releaseTag}"`],
    ['v3.05.0', `try "${NEWEST.releaseTag}"`],
    ['v3.5.0\n', `try "${NEWEST.releaseTag}"`],
    ['2.7.1', 'try "v2.7.1"'],
    ['', `try "${NEWEST.releaseTag}"`],
  ])('fails on controller release %j', (value, remedy) => {
    expect(() => ControllerVersion.of(value, '3.5.0'))
      .toThrow(new Error(`controllerVersion must be a release tag shaped v<major>.<minor>.<patch>, got ${JSON.stringify(value)}; ${remedy}`));
  });

  test.each([
    ['v3.5.0', 'try "3.5.0"'],
    ['3.5', `try "${NEWEST.chartVersion}"`],
    ['v3.4.1', 'try "3.4.1"'],
  ])('fails on chart release %j', (value, remedy) => {
    expect(() => ControllerVersion.of('v3.5.0', value))
      .toThrow(new Error(`chartVersion must be a chart release shaped <major>.<minor>.<patch>, got ${JSON.stringify(value)}; ${remedy}`));
  });

  test('fails on a controller release that is a token', () => {
    expect(() => ControllerVersion.of(Lazy.string({ produce: () => 'v3.5.0' }), '3.5.0')).toThrow(
      /^controllerVersion must be a literal, because the IAM policy and the chart values follow from it at synth, got "a token"; pass the release as plain text, such as "v3\.5\.0"$/);
  });

  test('fails on a chart release that is a token', () => {
    expect(() => ControllerVersion.of('v3.5.0', Lazy.string({ produce: () => '3.5.0' }))).toThrow(
      /^chartVersion must be a literal, because the chart values follow from it at synth, got "a token"; pass the release as plain text, such as "3\.5\.0"$/);
  });

  test.each(['v2.3.9', 'v1.1.9', 'v0.0.0'])('fails on %s, older than any release known', (value) => {
    expect(() => ControllerVersion.of(value, '1.3.9'))
      .toThrow(new Error(`controllerVersion must be v2.4.0 or newer, got "${value}"; use ControllerVersion.V2_4_0 or any newer constant`));
  });

  test.each([
    ['v2.7.1', '2.7.1', '1.7.x'],
    ['v2.7.1', '1.8.0', '1.7.x'],
    ['v2.7.1', '1.70.0', '1.7.x'],
    ['v2.17.0', '3.0.0', '1.17.x'],
    ['v3.0.0', '1.17.1', '3.0.x'],
    ['v3.1.0', '3.10.0', '3.1.x'],
    ['v4.0.0', '3.5.0', '4.x'],
    ['v4.0.0', '40.0.0', '4.x'],
  ])('fails on controller %s with chart %s', (controllerVersion, chartVersion, line) => {
    expect(() => ControllerVersion.of(controllerVersion, chartVersion)).toThrow(new Error(
      `chartVersion must be of the line that installs controller ${controllerVersion}, ${line}, got "${chartVersion}"; `
      + 'see the published pairs in the constants of ControllerVersion'));
  });
});

test.each([
  ['v2.5.2', '1.5.1', false],
  ['v2.8.3', '1.8.3', false],
  ['v3.4.3', '3.4.3', false],
  ['v2.4.9', '1.4.8', true],
  ['v2.4.7', '1.4.9', true],
  ['v3.4.9', '3.4.3', true],
  ['v2.18.0', '1.18.0', false],
  ['v99.0.0', '99.0.0', false],
])('%s with chart %s is missing among the releases known: %s', (controllerVersion, chartVersion, expected) => {
  expect(ControllerVersion.of(controllerVersion, chartVersion)._isMissingAmongKnown).toBe(expected);
});

describe('comparing', () => {
  test.each([
    [ControllerVersion.V2_9_2, 'v2.9.1', true],
    [ControllerVersion.V2_9_2, 'v2.9.2', true],
    [ControllerVersion.V2_9_2, 'v2.9.3', false],
    [ControllerVersion.V2_9_2, 'v2.10.0', false],
    [ControllerVersion.V2_10_0, 'v2.9.2', true],
    [ControllerVersion.V3_0_0, 'v2.17.1', true],
    [ControllerVersion.V2_17_1, 'v3.0.0', false],
    [ControllerVersion.V3_0_0, '3.0.0', true],
  ])('%j is at least %s: %s', (release, other, expected) => {
    expect(release._isAtLeast(other)).toBe(expected);
  });

  test('charts are compared by their own numbers', () => {
    expect(ControllerVersion.V2_17_1._chartIsAtLeast('1.17.1')).toBe(true);
    expect(ControllerVersion.V2_17_1._chartIsAtLeast('1.4.1')).toBe(true);
    expect(ControllerVersion.V2_17_1._chartIsAtLeast('1.17.2')).toBe(false);
    expect(ControllerVersion.V2_17_1._chartIsAtLeast('3.0.0')).toBe(false);
  });

  // The line of charts 1.x has ended; that of the newest release goes on, with each constant that is added.
  const next = NEWEST.chartVersion.replace(/\d+$/, (patch) => String(Number(patch) + 1));

  test.each([
    ['v2.17.1', '1.17.1', false],
    ['v2.4.9', '1.4.9', false],
    ['v2.17.2', '1.17.2', true],
    ['v2.18.0', '1.18.0', true],
    [NEWEST.releaseTag, next, false],
    [`v${next}`, next, true],
    ['v99.0.0', '99.0.0', true],
  ])('%s with chart %s is newer than what is known: %s', (controllerVersion, chartVersion, expected) => {
    expect(ControllerVersion.of(controllerVersion, chartVersion)._isNewerThanKnown).toBe(expected);
  });

  test.each([
    ['v2.17.1', '1.17.1', false],
    ['v2.4.2', '1.4.2', false],
    ['v2.17.1', '1.17.2', true],
    [NEWEST.releaseTag, NEWEST.chartVersion, false],
    [NEWEST.releaseTag, next, true],
    ['v99.0.0', '99.0.0', true],
  ])('the chart of %s with chart %s is newer than what is known: %s', (controllerVersion, chartVersion, expected) => {
    expect(ControllerVersion.of(controllerVersion, chartVersion)._chartIsNewerThanKnown).toBe(expected);
  });

  test.each([
    [ControllerVersion.V2_4_7, '1.19'],
    [ControllerVersion.V2_5_0, '1.22'],
    [ControllerVersion.of('v4.0.0', '4.0.0'), '1.22'],
  ])('%j needs Kubernetes %s', (release, expected) => {
    expect(release._minimumKubernetesVersion).toBe(expected);
  });
});
