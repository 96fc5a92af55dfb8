import { existsSync, readFileSync } from 'fs';
import { gzipSync } from 'zlib';
import { BUILT_AGAINST, since } from './gateway-releases';
import { compareReleases, ControllerVersion } from '../release/controller-version';
import { markInstances } from '../util/class-marker';
import { isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { parseObjects, YamlObject } from '../util/yaml';

/**
 * Where the definitions of the Gateway API come from.
 */
export interface ManagedGatewayApiOptions {
  /**
   * Path of a copy of `standard-install.yaml` from a release of the Gateway API, for deployments without internet access; relative to the
   * working directory. The release must not be older than the one that the controller is built against.
   *
   * @default - the release that the controller is built against, from GitHub, when the stack is deployed
   */
  readonly definitions?: string;
}

/**
 * Who installs the CustomResourceDefinitions of the Kubernetes Gateway API: Gateways, routes, and the controller's own kinds for them.
 *
 * The controller looks for them once, when it starts, and ignores all Gateways if one is missing.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/gateway/
 */
export class GatewayApi {
  /**
   * This construct: the standard channel of the release that the controller is built against, and the controller's own definitions.
   *
   * They are applied before the controller, server-side, and are never deleted. If the cluster has definitions of a newer release or of the
   * experimental channel, all of them stay as they are. Needs controller v2.13.0 or later, and a kubectl handler of this app. In EKS Auto Mode EKS
   * installs them, if the cluster is one of this app.
   *
   * @param options a file of your own, for deployments without internet access
   */
  public static managed(options: ManagedGatewayApiOptions = {}): GatewayApi {
    checkStruct('ManagedGatewayApiOptions', 'gatewayApi', options);
    return new GatewayApi(true, options.definitions);
  }

  /**
   * Something else, such as Istio or Argo CD: there are no warnings about definitions that the app does not have.
   */
  public static external(): GatewayApi {
    return new GatewayApi(false);
  }

  private constructor(
    /** @internal */
    public readonly _isManaged: boolean,
    private readonly file?: string,
  ) {}

  /**
   * Rejects a release of the controller that does not know the Gateway API.
   *
   * @internal
   */
  public _check(version: ControllerVersion): void {
    if (this._isManaged && since(BUILT_AGAINST, version) === undefined) {
      throw invalidProp('gatewayApi', 'must be used with controller v2.13.0 or later', version.releaseTag, 'use a newer ControllerVersion, or leave it out');
    }
  }

  /**
   * What the program applies: a release, and its address or its text.
   *
   * @internal
   */
  public _sourceFor(version: ControllerVersion): { readonly version: string; readonly url?: string; readonly content?: string } {
    const needed = since(BUILT_AGAINST, version)!;
    return this.file === undefined
      ? { version: needed, url: `https://github.com/kubernetes-sigs/gateway-api/releases/download/${needed}/standard-install.yaml` }
      : { version: needed, content: contentOf(this.file, needed) };
  }
}

markInstances(GatewayApi, 'GatewayApi');

/** The definitions of a file, without descriptions and compressed: CloudFormation calls a function with 256 KB at most. */
function contentOf(file: string, needed: string): string {
  if (!existsSync(file)) {
    throw invalidProp('gatewayApi.definitions', 'must be a file', file, 'download standard-install.yaml from a release of kubernetes-sigs/gateway-api');
  }
  const definitions = parseObjects('gatewayApi.definitions', file, readFileSync(file, 'utf8')).filter(({ kind }) => kind === 'CustomResourceDefinition');
  const label = ({ metadata }: YamlObject, name: string): unknown => metadata.annotations?.[`gateway.networking.k8s.io/${name}`];
  const wrong = definitions.find((one) => label(one, 'channel') !== 'standard' || compareReleases(String(label(one, 'bundle-version')), needed) < 0);
  if (wrong || definitions.length === 0) {
    throw invalidProp('gatewayApi.definitions', `must have the standard channel of Gateway API ${needed} or later`,
      wrong ? `${wrong.metadata.name} of ${label(wrong, 'channel')} ${label(wrong, 'bundle-version')}` : file, 'take standard-install.yaml of that release');
  }
  return gzipSync(definitions.map((one) => JSON.stringify(withoutDescriptions(one))).join('\n---\n')).toString('base64');
}

/** A property of that name stays: its value is a schema. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutDescriptions);
  }
  return isPlainObject(value) ? Object.fromEntries(Object.entries(value)
    .filter(([key, inner]) => !(key === 'description' && typeof inner === 'string')).map(([key, inner]) => [key, withoutDescriptions(inner)])) : value;
}
