import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import * as path from 'path';
import { BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { LocalChart } from './chart-archive';
import { isCrd } from './crds';
import { ECR_REGISTRY } from './ecr-registry';
import { CONTROLLER } from '../release/controller-name';
import type { ControllerVersion } from '../release/controller-version';
import { text } from '../util/kinds';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { parseObjects, YamlObject } from '../util/yaml';

/** Upstream's repository: somewhere on the internet. */
const UPSTREAM = 'https://aws.github.io/eks-charts';

/** The subset of the props of `HelmChart`, in both EKS modules, that says where a chart is. */
interface ChartLocation {
  readonly chart?: string;
  readonly repository?: string;
  readonly version?: string;
  readonly chartAsset?: Asset;
}

/** The Helm chart of the controller, as `ControllerSource` describes where it may be. */
export class ControllerChart {
  /** Upstream's own, as it was released. */
  public static get upstream(): ControllerChart {
    return ControllerChart.at(UPSTREAM);
  }

  public static fromRepository(url: string): ControllerChart {
    text.check('source', url);
    if (!isUnknown(url) && !/^https?:\/\/\S+$/.test(url)) {
      throw invalidProp('source', 'repository must be a http(s) address', url,
        'use ControllerSource.fromOci() for a registry and ControllerSource.fromAsset() for files');
    }
    return ControllerChart.at(url);
  }

  public static fromOci(url: string): ControllerChart {
    text.check('source', url);
    if (!isUnknown(url)) {
      if (!url.startsWith('oci://')) {
        throw invalidProp('source', 'OCI address must start with oci://', url, 'use ControllerSource.fromRepository() for a Helm repository');
      }
      // Helm unpacks to a directory with the chart's name, and the handler looks for one with the address's last part.
      if (!url.endsWith(`/${CONTROLLER}`)) {
        throw invalidProp('source', `OCI address must end with /${CONTROLLER}, without a tag`, url,
          'push the chart with "helm push", which appends its name, and give the whole address');
      }
      if (/^oci:\/\/\d+\.dkr[.-]ecr/.test(url) && !isLoggedInTo(url)) {
        throw invalidProp('source', 'OCI address must not be the FIPS or dual-stack one of an Amazon ECR registry, to which the kubectl Lambda does not log in',
          url, "use the registry's standard address, like 111122223333.dkr.ecr.eu-west-1.amazonaws.com");
      }
    }
    // The handler logs in for `repository`, but then repeats the address in a way that Helm 4 rejects; as `chart` the
    // address goes straight to Helm, of either version, without a login.
    const login = isUnknown(url) || isLoggedInTo(url);
    return new ControllerChart((_scope, version) => login
      ? { chart: CONTROLLER, repository: url, version: version.chartVersion }
      : { chart: url, version: version.chartVersion });
  }

  public static fromAsset(location: string): ControllerChart {
    text.check('source', location);
    const chart = new LocalChart(location);
    const name = chart.field('name');
    if (name !== CONTROLLER) {
      throw invalidProp('source', `must be the ${CONTROLLER} chart, with that name in its Chart.yaml`, name ?? `${location} without a name`,
        'point to the directory that holds Chart.yaml, or to the .tgz');
    }
    return new ControllerChart((scope, version) => {
      if (chart.field('version') !== version.chartVersion) {
        throw invalidProp('source', `must have version ${version.chartVersion} in its Chart.yaml, the chart of controller ${version.releaseTag}`,
          chart.field('version'), 'take the chart of that release, or name the ControllerVersion of the chart');
      }
      return { chartAsset: chartAsset(scope, chart) };
    }, chart);
  }

  private static at(url: string): ControllerChart {
    const locate = (_scope: Construct, version: ControllerVersion) => ({ chart: CONTROLLER, repository: url, version: version.chartVersion });
    return new ControllerChart(locate, undefined, url === UPSTREAM);
  }

  private constructor(
    private readonly locate: (scope: Construct, version: ControllerVersion) => ChartLocation,
    private readonly local?: LocalChart,
    /** Whether the chart is fetched from the internet, beyond doubt. */
    public readonly needsInternet: boolean = false,
  ) {}

  /** Renders the props of `HelmChart` that locate the chart; defines an asset below `scope` for a local one. */
  public bind(scope: Construct, version: ControllerVersion): ChartLocation {
    return this.locate(scope, version);
  }

  /** Whether the chart lies on this machine, where its files can be read and where it may be the user's own variant. */
  public get isLocal(): boolean {
    return this.local !== undefined;
  }

  /** Content of a file of a local chart, such as `crds/crds.yaml`. */
  public read(file: string): string | undefined {
    return this.local?.read(file);
  }

  /** The CustomResourceDefinitions of a local chart, from where Helm would take them; none of a remote one. */
  public get crds(): YamlObject[] {
    if (!this.local) {
      return [];
    }
    // Upstream's directory has a kustomization too, which its .helmignore leaves out.
    const files = this.local.list('crds').filter((file) => /\.ya?ml$/.test(file) && !file.endsWith('/kustomization.yaml'));
    return files.flatMap((file) => parseObjects('source', file, this.read(file)!)).filter(isCrd);
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
