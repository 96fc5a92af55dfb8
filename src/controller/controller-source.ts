import { existsSync, readFileSync, statSync } from 'fs';
import * as path from 'path';
import { Token } from 'aws-cdk-lib';
import { ControllerChart } from './controller-chart';
import { isCrd } from './crds';
import { CONTROLLER, ControllerVersion } from '../release/controller-version';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkText } from '../util/struct-check';
import { parseObjects, YamlObject } from '../util/yaml';

/**
 * What the controller is installed from, and where that comes from: its Helm chart, or the manifest file of its release.
 *
 * The kubectl Lambda of the cluster fetches a remote chart at deploy, so it needs a route to it. A local chart and a manifest file
 * travel with the app, and their CustomResourceDefinitions are applied before the controller, whenever they change.
 */
export class ControllerSource {
  /**
   * The chart in a Helm repository: upstream's, or a mirror with the chart under the same name.
   *
   * @param url address of the repository, `https://` or `http://`; tokens are accepted
   */
  public static fromRepository(url?: string): ControllerSource {
    return new ControllerSource(url === undefined ? ControllerChart.upstream : ControllerChart.fromRepository(url));
  }

  /**
   * The chart in an OCI registry.
   *
   * For a private Amazon ECR registry the kubectl Lambda logs in with its own role. It knows the registry's standard address only:
   * those for FIPS and dual-stack are rejected. With a Helm 4 layer (kubectl 1.35 and later) that takes an aws-cdk-lib whose
   * handler has the fix of aws/aws-cdk#37143; other registries, which must answer without a login, work with any.
   *
   * @param url address of the chart, such as `oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller`:
   * it ends with the chart's name and has no tag; tokens are accepted
   */
  public static fromOci(url: string): ControllerSource {
    return new ControllerSource(ControllerChart.fromOci(url));
  }

  /**
   * A chart on the machine that synthesizes the app, shipped as a CDK asset.
   *
   * Its `Chart.yaml` must be of the chart release that the controller version names. No internet is needed at deploy.
   *
   * @param location path of the chart's directory, as `helm pull --untar` writes it; relative to the working directory
   */
  public static fromAsset(location: string): ControllerSource {
    return new ControllerSource(ControllerChart.fromAsset(location));
  }

  /**
   * The manifest file that upstream publishes with each release, called `v3_5_0_full.yaml`: the controller is installed without Helm.
   *
   * `values` and `atomic`, which take Helm, are rejected with it; all other props mean the same. cert-manager must
   * be in the cluster before, which makes the certificate of the webhooks. Cluster name, region, VPC, image and the props of the
   * controller are set in the Deployment, and its ServiceAccount gives way to the one defined here. What else was changed in the file is
   * kept. A file of another release is rejected.
   *
   * To move a cluster from a chart to a manifest file or back, remove this construct in one deployment and add it again in the next.
   *
   * @param location path of the file on the machine that synthesizes the app, relative to the working directory; no token
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#add-controller-to-cluster
   */
  public static fromManifestFile(location: string): ControllerSource {
    return new ControllerSource(undefined, ControllerManifest.fromFile(location));
  }

  private constructor(
    /**
     * @internal
     */
    public readonly _chart?: ControllerChart,
    /**
     * @internal
     */
    public readonly _manifest?: ControllerManifest,
  ) {}
}

markInstances(ControllerSource, 'ControllerSource');

/** Names in upstream's manifest file. */
export const DEPLOYMENT = CONTROLLER;
export const CONTAINER = 'controller';

/** The manifest file of a controller release, as `ControllerSource` describes it. */
export class ControllerManifest {
  public static fromFile(location: string): ControllerManifest {
    checkText('source', location);
    if (Token.isUnresolved(location)) {
      throw invalidProp('source', 'must be a path that is known at synth', 'a token', 'pass it as plain text');
    }
    const file = path.resolve(location);
    if (!existsSync(file) || !statSync(file).isFile()) {
      throw invalidProp('source', 'must be a file that exists', location, 'download it from the releases of the AWS Load Balancer Controller');
    }
    return new ControllerManifest(location, parseObjects('source', location, readFileSync(file, 'utf8')));
  }

  private constructor(private readonly location: string, private readonly objects: YamlObject[]) {}

  /** The objects of the file, which must be that of one release. */
  public objectsOf(version: ControllerVersion): YamlObject[] {
    const file = `v${version.releaseTag.slice(1).replace(/\./g, '_')}_full.yaml`;
    const deployments = this.objects.filter(({ kind }) => kind === 'Deployment');
    const container = deployments.find(({ metadata }) => metadata.name === DEPLOYMENT)?.spec?.template?.spec?.containers
      ?.find(({ name }: { name?: string }) => name === CONTAINER);
    if (!container) {
      throw invalidProp('source', `must hold the Deployment ${DEPLOYMENT} with its container ${CONTAINER}`, this.location, `use the file ${file}`);
    }
    if (deployments.length > 1) {
      throw invalidProp('source', `must have no Deployment other than ${DEPLOYMENT}`, deployments.map(({ metadata }) => metadata.name),
        'define other workloads in manifests of their own');
    }
    if (!`${container.image}`.replace(/@sha256:[0-9a-f]+$/, '').endsWith(`:${version.releaseTag}`)) {
      throw invalidProp('source', `must be of controller ${version.releaseTag}, with that tag on its image`, container.image,
        `use the file ${file}, or name the ControllerVersion of this one`);
    }
    if (!this.objects.some(isCrd)) {
      throw invalidProp('source', 'must hold the CustomResourceDefinitions of the controller', this.location, `use the file ${file}`);
    }
    return this.objects;
  }
}
