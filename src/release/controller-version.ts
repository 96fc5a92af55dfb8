import { Token } from 'aws-cdk-lib';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkText } from '../util/struct-check';

/**
 * Name of the chart, which its pods have as a label, and of what is in the manifest file; by default that of Helm release and ServiceAccount
 * too, as in upstream's documentation.
 */
export const CONTROLLER = 'aws-load-balancer-controller';

const CONTROLLER_SHAPE = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
const CHART_SHAPE = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** The oldest release whose policy and chart this library knows. */
const OLDEST = 'v2.4.0';

/** Published charts that no constant has, since a later one installs the same controller. */
const OLDER_CHARTS = ['1.4.2', '1.5.1', '1.8.3'];

/** The first release whose manifests ask for Kubernetes 1.22; the ones before are content with 1.19. */
const KUBERNETES_1_22_SINCE = 'v2.5.0';

/** All constants, when somebody has asked for them. */
let constants: ControllerVersion[] | undefined;

/**
 * A release of the AWS Load Balancer Controller together with the Helm chart release that installs it.
 *
 * The release decides the IAM policy, the chart values and the custom resource definitions, so it is the one number
 * to change on an upgrade. Every published release since v2.4.0 has a constant; `of()` takes any other pair.
 * Where a controller release was packed into several charts, the constant has the last of them.
 *
 * A support construct without a release of its own installs v3.5.0 (`V3_5_0`). That default only moves with a release of this
 * library that says so; name a release to decide on upgrades yourself.
 *
 * @example
 * new EksAlbIngressSupport(this, 'AlbIngress', {
 *   cluster,
 *   vpc,
 *   controllerVersion: ControllerVersion.V3_5_0,
 * });
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/releases
 */
export class ControllerVersion {
  /** AWS Load Balancer Controller v2.4.0, chart 1.4.0. */
  public static readonly V2_4_0 = ControllerVersion.published('v2.4.0', '1.4.0');
  /** AWS Load Balancer Controller v2.4.1, chart 1.4.1. */
  public static readonly V2_4_1 = ControllerVersion.published('v2.4.1', '1.4.1');
  /** AWS Load Balancer Controller v2.4.2, chart 1.4.3. */
  public static readonly V2_4_2 = ControllerVersion.published('v2.4.2', '1.4.3');
  /** AWS Load Balancer Controller v2.4.3, chart 1.4.4. */
  public static readonly V2_4_3 = ControllerVersion.published('v2.4.3', '1.4.4');
  /** AWS Load Balancer Controller v2.4.4, chart 1.4.5. */
  public static readonly V2_4_4 = ControllerVersion.published('v2.4.4', '1.4.5');
  /** AWS Load Balancer Controller v2.4.5, chart 1.4.6. */
  public static readonly V2_4_5 = ControllerVersion.published('v2.4.5', '1.4.6');
  /** AWS Load Balancer Controller v2.4.6, chart 1.4.7. */
  public static readonly V2_4_6 = ControllerVersion.published('v2.4.6', '1.4.7');
  /** AWS Load Balancer Controller v2.4.7, chart 1.4.8. */
  public static readonly V2_4_7 = ControllerVersion.published('v2.4.7', '1.4.8');
  /** AWS Load Balancer Controller v2.5.0, chart 1.5.0. */
  public static readonly V2_5_0 = ControllerVersion.published('v2.5.0', '1.5.0');
  /** AWS Load Balancer Controller v2.5.1, chart 1.5.2. */
  public static readonly V2_5_1 = ControllerVersion.published('v2.5.1', '1.5.2');
  /** AWS Load Balancer Controller v2.5.2, chart 1.5.3. */
  public static readonly V2_5_2 = ControllerVersion.published('v2.5.2', '1.5.3');
  /** AWS Load Balancer Controller v2.5.3, chart 1.5.4. */
  public static readonly V2_5_3 = ControllerVersion.published('v2.5.3', '1.5.4');
  /** AWS Load Balancer Controller v2.5.4, chart 1.5.5. */
  public static readonly V2_5_4 = ControllerVersion.published('v2.5.4', '1.5.5');
  /** AWS Load Balancer Controller v2.6.0, chart 1.6.0. */
  public static readonly V2_6_0 = ControllerVersion.published('v2.6.0', '1.6.0');
  /** AWS Load Balancer Controller v2.6.1, chart 1.6.1. */
  public static readonly V2_6_1 = ControllerVersion.published('v2.6.1', '1.6.1');
  /** AWS Load Balancer Controller v2.6.2, chart 1.6.2. */
  public static readonly V2_6_2 = ControllerVersion.published('v2.6.2', '1.6.2');
  /** AWS Load Balancer Controller v2.7.0, chart 1.7.0. */
  public static readonly V2_7_0 = ControllerVersion.published('v2.7.0', '1.7.0');
  /** AWS Load Balancer Controller v2.7.1, chart 1.7.1. */
  public static readonly V2_7_1 = ControllerVersion.published('v2.7.1', '1.7.1');
  /** AWS Load Balancer Controller v2.7.2, chart 1.7.2. */
  public static readonly V2_7_2 = ControllerVersion.published('v2.7.2', '1.7.2');
  /** AWS Load Balancer Controller v2.8.0, chart 1.8.0. */
  public static readonly V2_8_0 = ControllerVersion.published('v2.8.0', '1.8.0');
  /** AWS Load Balancer Controller v2.8.1, chart 1.8.1. */
  public static readonly V2_8_1 = ControllerVersion.published('v2.8.1', '1.8.1');
  /** AWS Load Balancer Controller v2.8.2, chart 1.8.2. */
  public static readonly V2_8_2 = ControllerVersion.published('v2.8.2', '1.8.2');
  /** AWS Load Balancer Controller v2.8.3, chart 1.8.4. */
  public static readonly V2_8_3 = ControllerVersion.published('v2.8.3', '1.8.4');
  /** AWS Load Balancer Controller v2.9.0, chart 1.9.0. */
  public static readonly V2_9_0 = ControllerVersion.published('v2.9.0', '1.9.0');
  /** AWS Load Balancer Controller v2.9.1, chart 1.9.1. */
  public static readonly V2_9_1 = ControllerVersion.published('v2.9.1', '1.9.1');
  /** AWS Load Balancer Controller v2.9.2, chart 1.9.2. */
  public static readonly V2_9_2 = ControllerVersion.published('v2.9.2', '1.9.2');
  /** AWS Load Balancer Controller v2.10.0, chart 1.10.0. */
  public static readonly V2_10_0 = ControllerVersion.published('v2.10.0', '1.10.0');
  /** AWS Load Balancer Controller v2.10.1, chart 1.10.1. */
  public static readonly V2_10_1 = ControllerVersion.published('v2.10.1', '1.10.1');
  /** AWS Load Balancer Controller v2.11.0, chart 1.11.0. */
  public static readonly V2_11_0 = ControllerVersion.published('v2.11.0', '1.11.0');
  /** AWS Load Balancer Controller v2.12.0, chart 1.12.0. */
  public static readonly V2_12_0 = ControllerVersion.published('v2.12.0', '1.12.0');
  /** AWS Load Balancer Controller v2.13.0, chart 1.13.0. */
  public static readonly V2_13_0 = ControllerVersion.published('v2.13.0', '1.13.0');
  /** AWS Load Balancer Controller v2.13.1, chart 1.13.1. */
  public static readonly V2_13_1 = ControllerVersion.published('v2.13.1', '1.13.1');
  /** AWS Load Balancer Controller v2.13.2, chart 1.13.2. */
  public static readonly V2_13_2 = ControllerVersion.published('v2.13.2', '1.13.2');
  /** AWS Load Balancer Controller v2.13.3, chart 1.13.3. */
  public static readonly V2_13_3 = ControllerVersion.published('v2.13.3', '1.13.3');
  /** AWS Load Balancer Controller v2.13.4, chart 1.13.4. */
  public static readonly V2_13_4 = ControllerVersion.published('v2.13.4', '1.13.4');
  /** AWS Load Balancer Controller v2.14.0, chart 1.14.0. */
  public static readonly V2_14_0 = ControllerVersion.published('v2.14.0', '1.14.0');
  /** AWS Load Balancer Controller v2.14.1, chart 1.14.1. */
  public static readonly V2_14_1 = ControllerVersion.published('v2.14.1', '1.14.1');
  /** AWS Load Balancer Controller v2.15.0, chart 1.15.0. */
  public static readonly V2_15_0 = ControllerVersion.published('v2.15.0', '1.15.0');
  /** AWS Load Balancer Controller v2.16.0, chart 1.16.0. */
  public static readonly V2_16_0 = ControllerVersion.published('v2.16.0', '1.16.0');
  /** AWS Load Balancer Controller v2.17.0, chart 1.17.0. */
  public static readonly V2_17_0 = ControllerVersion.published('v2.17.0', '1.17.0');
  /** AWS Load Balancer Controller v2.17.1, chart 1.17.1. */
  public static readonly V2_17_1 = ControllerVersion.published('v2.17.1', '1.17.1');
  /** AWS Load Balancer Controller v3.0.0, chart 3.0.0. */
  public static readonly V3_0_0 = ControllerVersion.published('v3.0.0', '3.0.0');
  /** AWS Load Balancer Controller v3.1.0, chart 3.1.0. */
  public static readonly V3_1_0 = ControllerVersion.published('v3.1.0', '3.1.0');
  /** AWS Load Balancer Controller v3.2.0, chart 3.2.0. */
  public static readonly V3_2_0 = ControllerVersion.published('v3.2.0', '3.2.0');
  /** AWS Load Balancer Controller v3.2.1, chart 3.2.1. */
  public static readonly V3_2_1 = ControllerVersion.published('v3.2.1', '3.2.1');
  /** AWS Load Balancer Controller v3.2.2, chart 3.2.2. */
  public static readonly V3_2_2 = ControllerVersion.published('v3.2.2', '3.2.2');
  /** AWS Load Balancer Controller v3.3.0, chart 3.3.0. */
  public static readonly V3_3_0 = ControllerVersion.published('v3.3.0', '3.3.0');
  /** AWS Load Balancer Controller v3.4.0, chart 3.4.0. */
  public static readonly V3_4_0 = ControllerVersion.published('v3.4.0', '3.4.0');
  /** AWS Load Balancer Controller v3.4.1, chart 3.4.1. */
  public static readonly V3_4_1 = ControllerVersion.published('v3.4.1', '3.4.1');
  /** AWS Load Balancer Controller v3.4.2, chart 3.4.2. */
  public static readonly V3_4_2 = ControllerVersion.published('v3.4.2', '3.4.2');
  /** AWS Load Balancer Controller v3.4.3, chart 3.4.3. */
  public static readonly V3_4_3 = ControllerVersion.published('v3.4.3', '3.4.3');
  /** AWS Load Balancer Controller v3.5.0, chart 3.5.0. */
  public static readonly V3_5_0 = ControllerVersion.published('v3.5.0', '3.5.0');

  /**
   * The release that is installed where none is named; the class documentation tells it to users.
   *
   * @internal
   */
  public static readonly _default = ControllerVersion.V3_5_0;

  /**
   * Any pair of controller and chart, such as a release newer than this library.
   *
   * A release newer than every constant is given the newest IAM policy known here, and a warning at synth. So is one that is none of
   * those published when this library was, though older than the last: it may not exist.
   *
   * @param controllerVersion the controller's release tag, shaped `v3.5.0`; at least v2.4.0, no pre-releases, no tokens
   * @param chartVersion the chart's release, shaped `3.5.0`; of the controller's own line: charts 1.a.x install
   *   controllers 2.a.b, charts 3.a.x install controllers 3.a.b. No tokens.
   */
  public static of(controllerVersion: string, chartVersion: string): ControllerVersion {
    checkControllerVersion(controllerVersion);
    checkChartVersion(chartVersion);
    checkSameLine(controllerVersion, chartVersion);
    return ControllerVersion._known().find((known) =>
      known.releaseTag === controllerVersion && known.chartVersion === chartVersion)
      ?? new ControllerVersion(controllerVersion, chartVersion);
  }

  /**
   * The published releases, oldest first.
   *
   * @internal
   */
  public static _known(): ControllerVersion[] {
    // Read off the constants, so that a new release is one more constant and nothing else.
    return constants ??= Object.entries(ControllerVersion)
      .filter(([name]) => /^V\d+_\d+_\d+$/.test(name))
      .map(([, release]) => release as ControllerVersion);
  }

  /**
   * The newest published release.
   *
   * @internal
   */
  public static get _latest(): ControllerVersion {
    return ControllerVersion._known().slice(-1)[0];
  }

  private static published(controllerVersion: string, chartVersion: string): ControllerVersion {
    return new ControllerVersion(controllerVersion, chartVersion);
  }

  /** The controller's release tag, which is also the tag of its image: `v3.5.0`. */
  public readonly releaseTag: string;

  /** The release of the Helm chart `aws-load-balancer-controller`: `3.5.0`. */
  public readonly chartVersion: string;

  private constructor(controllerVersion: string, chartVersion: string) {
    this.releaseTag = controllerVersion;
    this.chartVersion = chartVersion;
  }

  /**
   * @param controllerVersion with or without its `v`
   * @internal
   */
  public _isAtLeast(controllerVersion: string): boolean {
    return compareReleases(this.releaseTag, controllerVersion) >= 0;
  }

  /** @internal */
  public _chartIsAtLeast(chartVersion: string): boolean {
    return compareReleases(this.chartVersion, chartVersion) >= 0;
  }

  /**
   * Whether the release came after the last one known here of its own major line: what it needs can only be guessed.
   *
   * @internal
   */
  public get _isNewerThanKnown(): boolean {
    const ofTheLine = ControllerVersion._known().filter((known) =>
      majorOf(known.releaseTag) === majorOf(this.releaseTag));
    return ofTheLine.every((known) => !known._isAtLeast(this.releaseTag));
  }

  /**
   * Whether the chart came after the last one known here of its own major line: it may read values that no chart known here does.
   *
   * @internal
   */
  public get _chartIsNewerThanKnown(): boolean {
    const ofTheLine = ControllerVersion._known().filter((known) => majorOf(known.chartVersion) === majorOf(this.chartVersion));
    return ofTheLine.every((known) => !known._chartIsAtLeast(this.chartVersion));
  }

  /**
   * Whether controller or chart is older than others known here and none of them: then there was none when this library was released.
   *
   * @internal
   */
  public get _isMissingAmongKnown(): boolean {
    const known = ControllerVersion._known();
    const hasController = this._isNewerThanKnown || known.some(({ releaseTag }) => releaseTag === this.releaseTag);
    const hasChart = this._chartIsNewerThanKnown || [...known.map(({ chartVersion }) => chartVersion), ...OLDER_CHARTS].includes(this.chartVersion);
    return !hasController || !hasChart;
  }

  /**
   * The oldest Kubernetes minor version the release runs on, shaped `1.22`.
   *
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
   * @internal
   */
  public get _minimumKubernetesVersion(): string {
    return this._isAtLeast(KUBERNETES_1_22_SINCE) ? '1.22' : '1.19';
  }
}

markInstances(ControllerVersion, 'ControllerVersion');

function checkControllerVersion(value: string): void {
  checkText('controllerVersion', value);
  if (Token.isUnresolved(value)) {
    throw invalidProp('controllerVersion', 'must be a literal, because the IAM policy and the chart values follow from it at synth',
      value, 'pass the release as plain text, such as "v3.5.0"');
  }
  if (!CONTROLLER_SHAPE.test(value)) {
    throw invalidProp('controllerVersion', 'must be a release tag shaped v<major>.<minor>.<patch>', value,
      `try ${JSON.stringify(CONTROLLER_SHAPE.test(`v${value}`) ? `v${value}` : ControllerVersion._latest.releaseTag)}`);
  }
  if (compareReleases(value, OLDEST) < 0) {
    throw invalidProp('controllerVersion', `must be ${OLDEST} or newer`, value, 'use ControllerVersion.V2_4_0 or any newer constant');
  }
}

function checkChartVersion(value: string): void {
  checkText('chartVersion', value);
  if (Token.isUnresolved(value)) {
    throw invalidProp('chartVersion', 'must be a literal, because the chart values follow from it at synth',
      value, 'pass the release as plain text, such as "3.5.0"');
  }
  if (!CHART_SHAPE.test(value)) {
    const bare = value.replace(/^v/, '');
    throw invalidProp('chartVersion', 'must be a chart release shaped <major>.<minor>.<patch>', value,
      `try ${JSON.stringify(CHART_SHAPE.test(bare) ? bare : ControllerVersion._latest.chartVersion)}`);
  }
}

/** There never was a chart 2.x: the charts kept their 1.x through all controllers 2.x, and caught up with 3.0.0. */
function checkSameLine(controllerVersion: string, chartVersion: string): void {
  const [major, minor] = controllerVersion.slice(1).split('.').map(Number);
  const line = major === 2 ? `1.${minor}.` : major === 3 ? `3.${minor}.` : `${major}.`;
  if (!chartVersion.startsWith(line)) {
    throw invalidProp('chartVersion', `must be of the line that installs controller ${controllerVersion}, ${line}x`, chartVersion,
      'see the published pairs in the constants of ControllerVersion');
  }
}

function majorOf(release: string): string {
  return release.split('.')[0];
}

/** Parts of a release number; the same few are compared over and over. */
const PARTS = new Map<string, number[]>();

/**
 * Compares two release numbers by their parts, with or without a leading `v`: negative, zero or positive.
 *
 * A comparison of strings would put 2.10.0 before 2.9.0.
 */
export function compareReleases(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return 0;
}

function numbersOf(release: string): number[] {
  let parts = PARTS.get(release);
  if (!parts) {
    parts = release.replace(/^v/, '').split('.').map(Number);
    PARTS.set(release, parts);
  }
  return parts;
}
