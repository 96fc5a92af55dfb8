import { CfnResource, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type * as eks from 'aws-cdk-lib/aws-eks';
import type * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { overridesOf, propertiesOf, versionOf } from './cdk-internals';
import { ClusterName } from './cluster-name';
import { requireCluster } from './required-constructs';
import { unwrapConstruct } from '../util/constructs';
import { sortKeys } from '../util/maps';

/** A cluster of either of the CDK's two EKS modules. */
export type AnyCluster = eks.ICluster | eks_v2.ICluster;

/** A Helm release of either module. */
export type AnyHelmChart = eks.HelmChart | eks_v2.HelmChart;

/** Props that both modules accept for a manifest. */
export interface ManifestOptions {
  readonly manifest: Record<string, any>[];
  readonly overwrite?: boolean;
  readonly prune?: boolean;
  readonly removalPolicy?: RemovalPolicy;
}

/** A field of a Kubernetes object to wait for. */
export type ObjectValueOptions = Omit<eks_v2.KubernetesObjectValueProps, 'cluster'>;

/** That field, of either module. */
export type ObjectValue = eks.KubernetesObjectValue | eks_v2.KubernetesObjectValue;

/** Props that both modules accept for a Helm release. */
export type HelmChartOptions = Omit<eks_v2.HelmChartProps, 'cluster'>;

/** The classes used of both modules. Their props are the same except for the cluster. */
interface EksModule {
  readonly KubernetesManifest: new (scope: Construct, id: string, props: ManifestOptions & OfCluster) => Construct;
  readonly KubernetesObjectValue: new (scope: Construct, id: string, props: ObjectValueOptions & OfCluster) => ObjectValue;
  readonly HelmChart: new (scope: Construct, id: string, props: HelmChartOptions & OfCluster) => AnyHelmChart;
}

interface OfCluster {
  readonly cluster: AnyCluster;
}

/**
 * The one place that knows `aws-eks` from `aws-eks-v2`, and an owned cluster from an imported one.
 *
 * It recognises them by their members, not by `instanceof`: an app often has two copies of aws-cdk-lib.
 */
export class TargetCluster {
  public readonly name: string;
  public readonly stack: Stack;
  /** The name, to compare with others. */
  public readonly ownName: ClusterName;
  private eksModule?: EksModule;

  public readonly cluster: AnyCluster;

  constructor(cluster: AnyCluster) {
    requireCluster(cluster);
    this.cluster = unwrapConstruct(cluster);
    this.name = this.cluster.clusterName;
    this.stack = Stack.of(this.cluster);
    this.ownName = new ClusterName(this.name, this.stack);
  }

  /** Whether the cluster is defined in this app, rather than imported. */
  public get isOwned(): boolean {
    return this.cluster.node.defaultChild !== undefined;
  }

  /** Kubernetes version, such as `1.35`, where it can be known. */
  public get kubernetesVersion(): string | undefined {
    const version = versionOf(this.cluster);
    return Token.isUnresolved(version) ? undefined : version;
  }

  /** The resource of an owned cluster. */
  public get resource(): CfnResource | undefined {
    const referent = this.isOwned ? this.ownName.referent : undefined;
    return CfnResource.isCfnResource(referent) ? referent : undefined;
  }

  /** The role that EKS itself assumes for the cluster, where it is known. Load balancing in EKS Auto Mode uses it. */
  public get role(): iam.IRole | undefined {
    return this.isOwned ? (this.cluster as eks.Cluster | eks_v2.Cluster).role : undefined;
  }

  /**
   * Whether EKS Auto Mode runs the cluster's nodes and load balancers; unknown of an imported cluster.
   *
   * Only `aws-eks-v2` has Auto Mode, and has it by default.
   */
  public get isAutoMode(): boolean | undefined {
    return this.isOwned ? this.computeConfig.enabled === true : undefined;
  }

  /** Adds an error where Auto Mode is switched on or off after the support was defined for the other case. */
  public guardAutoMode(scope: Construct): void {
    const { isAutoMode } = this;
    scope.node.addValidation({
      validate: () => this.isAutoMode === isAutoMode ? [] : [`EKS Auto Mode of cluster ${this.cluster.node.path} was switched `
        + `${isAutoMode ? 'off' : 'on'} after ${scope.node.path} was defined; switch it before`],
    });
  }

  /** Whether Auto Mode has no node pool of its own, so that pods need one that the user defines. */
  public get lacksNodePools(): boolean {
    const { nodePools } = this.computeConfig;
    return Array.isArray(nodePools) && nodePools.length === 0;
  }

  /** Whether EKS certainly rejects deleting the cluster. */
  public get isProtected(): boolean {
    const { deletionProtection, Config } = this.resource ? propertiesOf(this.resource) : {} as Record<string, any>;
    const overrides = this.overrides;
    return (overrides.DeletionProtection ?? overrides.Config?.deletionProtection ?? deletionProtection ?? Config?.deletionProtection) === true;
  }

  /** Auto Mode as the L1 defines it, with the user's overrides. */
  private get computeConfig(): { readonly enabled?: unknown; readonly nodePools?: unknown } {
    const resource = this.resource as (CfnResource & Partial<eks.CfnCluster>) | undefined;
    const given = (resource?.computeConfig ?? {}) as eks.CfnCluster.ComputeConfigProperty;
    const overrides = this.overrides.ComputeConfig ?? {};
    return { enabled: overrides.Enabled ?? given.enabled, nodePools: overrides.NodePools ?? given.nodePools };
  }

  /** Properties that the user has overridden in the template. */
  private get overrides(): Record<string, any> {
    return this.resource ? overridesOf(this.resource).Properties ?? {} : {};
  }

  /** The CDK's own installation of the controller on this cluster, where there is one. */
  public get albController(): IConstruct | undefined {
    return (this.cluster as Partial<eks.Cluster>).albController;
  }

  /** Whether the CDK can run kubectl on this cluster, and the attribute that makes it possible. */
  public get kubectl(): { readonly isAvailable: boolean; readonly attribute: string } {
    if (isV1(this.cluster)) {
      const { kubectlProvider, kubectlRole, kubectlLayer } = this.cluster;
      return {
        // With a role alone the CDK makes a provider without kubectl in it.
        isAvailable: this.isOwned || kubectlProvider !== undefined || (kubectlRole !== undefined && kubectlLayer !== undefined),
        attribute: kubectlRole === undefined ? 'kubectlProvider (or kubectlRoleArn with kubectlLayer)' : 'kubectlLayer in addition to kubectlRoleArn',
      };
    }
    return {
      isAvailable: this.cluster.kubectlProvider !== undefined,
      attribute: this.isOwned ? 'kubectlProviderOptions' : 'kubectlProvider (kubectlProviderOptions do nothing there)',
    };
  }

  /** The Lambda function or topic that manifests of an imported cluster call, where it was given one. */
  public get kubectlToken(): string | undefined {
    return this.isOwned ? undefined : this.cluster.kubectlProvider?.serviceToken;
  }

  /** Whether the cluster itself depends on a construct, as one with a private endpoint does on its VPC. */
  public dependsOn(construct: IConstruct): boolean {
    return this.cluster.node.defaultChild?.node.dependencies.some(({ node }) => node === construct.node) ?? false;
  }

  public newManifest(scope: Construct, id: string, options: ManifestOptions): Construct {
    return new this.module.KubernetesManifest(scope, id, { cluster: this.cluster, ...options, manifest: sortKeys(options.manifest) });
  }

  public newObjectValue(scope: Construct, id: string, options: ObjectValueOptions): ObjectValue {
    return new this.module.KubernetesObjectValue(scope, id, { cluster: this.cluster, ...options });
  }

  public newHelmChart(scope: Construct, id: string, options: HelmChartOptions): AnyHelmChart {
    return new this.module.HelmChart(scope, id, { cluster: this.cluster, ...options });
  }

  /** The module of the cluster. The app has loaded it already, and the other one perhaps not. */
  private get module(): EksModule {
    /* eslint-disable @typescript-eslint/no-require-imports */
    return this.eksModule ??= isV1(this.cluster) ? require('aws-cdk-lib/aws-eks') : require('aws-cdk-lib/aws-eks-v2');
    /* eslint-enable @typescript-eslint/no-require-imports */
  }

  /** Whether a name is that of this cluster: by what it refers to, or by the literal name that an owned cluster was given. */
  public isNamedBy(name: ClusterName): boolean {
    return name.literal === undefined
      ? name.equals(this.ownName)
      : name.literal === this.literalName && name.mayShareEnvironmentWith(this.ownName);
  }

  /** The name where it is literal: the one that an owned cluster was given, or that an imported one has. */
  public get literalName(): string | undefined {
    if (!Token.isUnresolved(this.name)) {
      return this.name;
    }
    const { name, Config } = this.resource ? propertiesOf(this.resource) : {} as Record<string, any>;
    const given = name ?? Config?.name;
    return typeof given === 'string' && !Token.isUnresolved(given) ? given : undefined;
  }
}

/** Only clusters of `aws-eks` have this member. */
function isV1(cluster: AnyCluster): cluster is eks.ICluster {
  return 'kubectlRole' in cluster;
}
