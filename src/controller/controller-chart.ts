import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import * as path from 'path';
import { BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { LocalChart } from './chart-archive';
import { isCrd } from './crds';
import { ECR_REGISTRY } from './ecr-registry';
import type { ControllerVersion } from '../release/controller-version';
import { refusal } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { parseObjects, YamlObject } from '../util/yaml';

const CHART = 'aws-load-balancer-controller';

/** Upstream's repository: somewhere on the internet. */
const UPSTREAM = 'https://aws.github.io/eks-charts';

/** The subset of the props of `HelmChart`, in both EKS modules, that says where a chart is. */
interface ChartLocation {
  readonly chart?: string;
  readonly repository?: string;
  readonly version?: string;
  readonly chartAsset?: Asset;
}

/**
 * Where the Helm chart of the controller comes from.
 *
 * The kubectl Lambda of the cluster fetches remote charts at deploy, so it needs a route to them;
 * a local chart travels with the app and needs Amazon S3 only.
 */
export class ControllerChartSource {
  /**
   * A Helm repository: upstream's, or a mirror with the chart under the same name.
   *
   * @param url address of the repository, `https://` or `http://`; tokens are accepted
   */
  public static repository(url: string = UPSTREAM): ControllerChartSource {
    if (!isUnknown(url) && !/^https?:\/\/\S+$/.test(url)) {
      throw refusal('chart', 'repository must be a http(s) address', url,
        'use ControllerChartSource.oci() for a registry and ControllerChartSource.asset() for files');
    }
    const locate = (_scope: Construct, version: ControllerVersion) => ({ chart: CHART, repository: url, version: version.chartVersion });
    return new ControllerChartSource(locate, undefined, url === UPSTREAM);
  }

  /**
   * An OCI registry that holds the chart.
   *
   * For a private Amazon ECR registry the kubectl Lambda logs in with its own role. It knows the registry's standard address only:
   * those for FIPS and dual-stack are refused. With a Helm 4 layer (kubectl 1.35 and later) that takes an aws-cdk-lib whose
   * handler has the fix of aws/aws-cdk#37143; other registries, which must answer without a login, work with any.
   *
   * @param url address of the chart, such as `oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller`:
   * it ends with the chart's name and has no tag; tokens are accepted
   */
  public static oci(url: string): ControllerChartSource {
    if (!isUnknown(url)) {
      if (!url.startsWith('oci://')) {
        throw refusal('chart', 'OCI address must start with oci://', url, 'use ControllerChartSource.repository() for a Helm repository');
      }
      // Helm unpacks to a directory with the chart's name, and the handler looks for one with the address's last part.
      if (!url.endsWith(`/${CHART}`)) {
        throw refusal('chart', `OCI address must end with /${CHART}, without a tag`, url,
          'push the chart with "helm push", which appends its name, and give the whole address');
      }
      if (/^oci:\/\/\d+\.dkr[.-]ecr/.test(url) && !isLoggedInTo(url)) {
        throw refusal('chart', 'OCI address must not be the FIPS or dual-stack one of an Amazon ECR registry, to which the kubectl Lambda does not log in',
          url, "use the registry's standard address, like 111122223333.dkr.ecr.eu-west-1.amazonaws.com");
      }
    }
    // The handler logs in for `repository`, but then repeats the address in a way that Helm 4 rejects; as `chart` the
    // address goes straight to Helm, of either version, without a login.
    const login = isUnknown(url) || isLoggedInTo(url);
    return new ControllerChartSource((_scope, version) => login
      ? { chart: CHART, repository: url, version: version.chartVersion }
      : { chart: url, version: version.chartVersion });
  }

  /**
   * A chart on the machine that synthesizes the app, shipped as a CDK asset.
   *
   * Its `Chart.yaml` must be of the chart release that the controller version names. No internet is needed at deploy.
   *
   * @param location path of the chart's directory, or of the `.tgz` that `helm pull` writes; relative to the working directory
   */
  public static asset(location: string): ControllerChartSource {
    const chart = new LocalChart(location);
    const name = chart.field('name');
    if (name !== CHART) {
      throw refusal('chart', `must be the ${CHART} chart, with that name in its Chart.yaml`, name ?? `${location} without a name`,
        'point to the directory that holds Chart.yaml, or to the .tgz');
    }
    return new ControllerChartSource((scope, version) => {
      if (chart.field('version') !== version.chartVersion) {
        throw refusal('chart', `must have version ${version.chartVersion} in its Chart.yaml, the chart of controller ${version.releaseTag}`,
          chart.field('version'), 'take the chart of that release, or name the ControllerVersion of the chart');
      }
      return { chartAsset: chartAsset(scope, chart) };
    }, chart);
  }

  private constructor(
    private readonly locate: (scope: Construct, version: ControllerVersion) => ChartLocation,
    private readonly local?: LocalChart,
    /**
     * Whether the chart is fetched from the internet, beyond doubt.
     *
     * @internal
     */
    public readonly _needsInternet: boolean = false,
  ) {}

  /**
   * Renders the props of `HelmChart` that locate the chart; defines an asset below `scope` for a local one.
   *
   * @internal
   */
  public _bind(scope: Construct, version: ControllerVersion): ChartLocation {
    return this.locate(scope, version);
  }

  /**
   * Whether the chart lies on this machine, where its files can be read and where it may be the user's own variant.
   *
   * @internal
   */
  public get _isLocal(): boolean {
    return this.local !== undefined;
  }

  /**
   * Content of a file of a local chart, such as `crds/crds.yaml`.
   *
   * @internal
   */
  public _read(file: string): string | undefined {
    return this.local?.read(file);
  }

  /**
   * The CustomResourceDefinitions of a local chart, from where Helm would take them; none of a remote one.
   *
   * @internal
   */
  public get _crds(): YamlObject[] {
    // Upstream's directory has a kustomization too, which its .helmignore leaves out.
    const files = this.local?.list('crds').filter((file) => /\.ya?ml$/.test(file) && !file.endsWith('/kustomization.yaml')) ?? [];
    return files.flatMap((file) => parseObjects('chart', file, this._read(file)!)).filter(isCrd);
  }
}

/** Whether the handler logs in to the registry before it pulls. */
function isLoggedInTo(url: string): boolean {
  return new RegExp(`^oci://${ECR_REGISTRY}/`).test(url);
}

/**
 * The chart's directory as a zip, the one form the handler can unpack: a `.tgz` would reach it as it is and fail there.
 */
function chartAsset(scope: Construct, chart: LocalChart): Asset {
  if (!chart.isArchive) return new Asset(scope, 'ChartAsset', { path: chart.location });
  return new Asset(scope, 'ChartAsset', {
    // Bundling wants a directory as its source, of which it reads nothing here: the hash is the archive's alone.
    path: path.dirname(chart.location),
    assetHash: createHash('sha256').update(readFileSync(chart.location)).digest('hex'),
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      outputType: BundlingOutput.NOT_ARCHIVED,
      local: {
        tryBundle: (outputDir: string) => {
          chart.unpackTo(outputDir);
          return true;
        },
      },
    },
  });
}
