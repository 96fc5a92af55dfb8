import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { isCrd } from './crds';
import { kubectlHandlerOf } from '../cluster/cluster-resources';
import { CONTROLLER, ControllerVersion } from '../release/controller-version';
import { invalidProp, warn } from '../util/messages';
import { checkText } from '../util/struct-check';
import { isLookupDummy, isUnknown } from '../util/tokens';
import { parseObjects, YamlObject } from '../util/yaml';

/** Upstream's repository: somewhere on the internet. */
const UPSTREAM = 'https://aws.github.io/eks-charts';

/**
 * Address of a private Amazon ECR registry, with its region as the first group: the one kind that the CDK's Helm handler logs in to.
 *
 * Text, since a program in another language reads it too.
 */
export const ECR_REGISTRY = '\\d+\\.dkr\\.ecr\\.([a-z0-9-]+)\\.[a-z0-9.-]+';

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
    checkText('source', url);
    if (!isUnknown(url) && !/^https?:\/\/\S+$/.test(url)) {
      throw invalidProp('source', 'repository must be a http(s) address', url,
        'use ControllerSource.fromOci() for a registry and ControllerSource.fromAsset() for files');
    }
    return ControllerChart.at(url);
  }

  public static fromOci(url: string): ControllerChart {
    checkText('source', url);
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
    checkText('source', location);
    const chart = new LocalChart(location);
    const name = chart.field('name');
    if (name !== CONTROLLER) {
      throw invalidProp('source', `must be the ${CONTROLLER} chart, with that name in its Chart.yaml`, name ?? `${location} without a name`,
        'point to the directory that holds Chart.yaml');
    }
    return new ControllerChart((scope, version) => {
      if (chart.field('version') !== version.chartVersion) {
        throw invalidProp('source', `must have version ${version.chartVersion} in its Chart.yaml, the chart of controller ${version.releaseTag}`,
          chart.field('version'), 'take the chart of that release, or name the ControllerVersion of the chart');
      }
      return { chartAsset: new Asset(scope, 'ChartAsset', { path: chart.location }) };
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

/** A Helm chart on this machine: a directory with a `Chart.yaml`. */
class LocalChart {
  /** Absolute path of the directory. */
  public readonly location: string;

  constructor(location: string) {
    this.location = path.resolve(location);
    if (!existsSync(this.location)) {
      throw invalidProp('source', 'must be the directory of a chart that exists', location, 'run "helm pull --untar" first, or correct the path');
    }
    // The CDK's handler unpacks a zip, which the asset of a directory becomes; an archive would reach it as it is.
    if (!statSync(this.location).isDirectory()) {
      throw invalidProp('source', 'must be the directory of a chart, not an archive of it', location, 'unpack it with "tar -xzf", or use "helm pull --untar"');
    }
  }

  /** Content of a file of the chart, such as `Chart.yaml` or `crds/crds.yaml`; undefined if the chart does not have it. */
  public read(file: string): string | undefined {
    const inDirectory = path.join(this.location, file);
    return existsSync(inDirectory) ? readFileSync(inDirectory, 'utf8') : undefined;
  }

  /** Paths of the files in a folder of the chart, in a fixed order; none if the chart does not have the folder. */
  public list(folder: string): string[] {
    const inDirectory = path.join(this.location, folder);
    return existsSync(inDirectory) ? readdirSync(inDirectory).map((file) => `${folder}/${file}`).sort() : [];
  }

  /** Value of a plain top-level field of `Chart.yaml`. */
  public field(name: 'name' | 'version'): string | undefined {
    return this.read('Chart.yaml')?.match(new RegExp(`^${name}:[ \\t]*(["']?)([^"'#\\s]+)\\1`, 'm'))?.[2];
  }
}

/** Warns where the function that fetches a chart from the internet certainly has no way there. */
export function warnOfChartOutOfReach(support: Construct, repository: string | undefined, { serviceAccount, vpc, isolated }: {
  readonly serviceAccount: Construct;
  readonly vpc: ec2.IVpc;
  readonly isolated: boolean;
}): void {
  const obstacle = obstacleOf(kubectlHandlerOf(serviceAccount), vpc, isolated);
  if (obstacle) {
    warn(support, 'chartOutOfReach', `the chart comes from ${repository}, which a kubectl Lambda in ${vpc.node.path} cannot reach: `
      + `${obstacle}; use ControllerSource.fromAsset(), or ControllerSource.fromOci() with an Amazon ECR registry that has VPC endpoints there`);
  }
}

/** A function of another app may run anywhere in the VPC; one that runs outside of it has the internet. */
function obstacleOf(handler: CfnFunction | undefined, vpc: ec2.IVpc, isolated: boolean): string | undefined {
  if (handler && handler.vpcConfig === undefined) {
    return undefined;
  }
  if (isolated) {
    return 'that VPC has isolated subnets only';
  }
  const { subnetIds } = { ...handler?.vpcConfig } as CfnFunction.VpcConfigProperty;
  // Before the look-up of a VPC all its subnets of two kinds have one id.
  const isolatedIds = vpc.isolatedSubnets.map(({ subnetId }) => subnetId).filter((id) => !isLookupDummy(id));
  return subnetIds && subnetIds.length > 0 && subnetIds.every((id) => isolatedIds.includes(id)) ? 'its subnets there are isolated' : undefined;
}
