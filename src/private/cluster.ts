import { CfnResource, Reference, RemovalPolicy, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { Construct, IConstruct } from 'constructs';

/** A cluster of either of the CDK's two EKS modules. */
export type AnyCluster = eks.ICluster | eks_v2.ICluster;

/** A Helm release of either module. */
export type AnyHelmChart = eks.HelmChart | eks_v2.HelmChart;

/** What both modules take for a manifest. */
export interface ManifestOptions {
  readonly manifest: Record<string, any>[];
  readonly overwrite?: boolean;
  readonly prune?: boolean;
  readonly removalPolicy?: RemovalPolicy;
}

/** A field of a Kubernetes object to wait for. */
export type ObjectValueOptions = Omit<eks_v2.KubernetesObjectValueProps, 'cluster'>;

/** What both modules take for a Helm release; `atomic` and the like have the same names in both. */
export type HelmChartOptions = Omit<eks_v2.HelmChartProps, 'cluster'>;

/** Resources that run pods, or let nodes join: the controller cannot work once they are gone. */
const CAPACITY_TYPES = [
  'AWS::EKS::AccessEntry',
  'AWS::EKS::FargateProfile',
  'AWS::EKS::Nodegroup',
  'Custom::AWSCDK-EKS-FargateProfile',
];

/** How the CDK's `aws-eks` and `aws-eks-v2` name a Kubernetes manifest and a Helm release in a template. */
const MANIFEST_TYPE = 'Custom::AWSCDK-EKS-KubernetesResource';
const HELM_TYPE = 'Custom::AWSCDK-EKS-HelmChart';

/**
 * The one place that knows `aws-eks` from `aws-eks-v2`, and an owned cluster from an imported one.
 *
 * It recognises by what an object has, not by `instanceof`: two copies of aws-cdk-lib in a tree are normal.
 */
export class TargetCluster {
  public readonly name: string;
  public readonly stack: Stack;

  constructor(public readonly cluster: AnyCluster) {
    this.name = cluster.clusterName;
    this.stack = Stack.of(cluster);
  }

  /** Whether the cluster is defined in this app, rather than imported. */
  public get isOwned(): boolean {
    return this.cluster.node.defaultChild !== undefined;
  }

  /** Kubernetes version, such as `1.35`, where it can be known. */
  public get kubernetesVersion(): string | undefined {
    // Both modules keep what an owned cluster was given, but do not declare it.
    const version = (this.cluster as unknown as { version?: eks_v2.KubernetesVersion }).version?.version;
    return Token.isUnresolved(version) ? undefined : version;
  }

  /**
   * Whether EKS Auto Mode runs the cluster's nodes and load balancers; unknown of an imported cluster.
   *
   * Only `aws-eks-v2` has Auto Mode, and has it by default.
   */
  public get isAutoMode(): boolean | undefined {
    if (!this.isOwned) {
      return undefined;
    }
    const compute = (this.cluster.node.defaultChild as Partial<eks.CfnCluster>).computeConfig as
      eks.CfnCluster.ComputeConfigProperty | undefined;
    return compute?.enabled === true;
  }

  /** The CDK's own installation of the controller on this cluster, where there is one. */
  public get albController(): IConstruct | undefined {
    return (this.cluster as Partial<eks.Cluster>).albController;
  }

  /** Whether the CDK has a way to speak to the Kubernetes API of this cluster, and the attribute that gives it one. */
  public get kubectl(): { readonly isThere: boolean; readonly attribute: string } {
    if (isV1(this.cluster)) {
      return {
        isThere: this.isOwned || this.cluster.kubectlRole !== undefined || this.cluster.kubectlProvider !== undefined,
        attribute: 'kubectlProvider (or kubectlRoleArn)',
      };
    }
    return {
      isThere: this.cluster.kubectlProvider !== undefined,
      // An imported cluster takes kubectlProviderOptions as well, and ignores them.
      attribute: this.isOwned ? 'kubectlProviderOptions' : 'kubectlProvider',
    };
  }

  /** Whether the cluster itself waits for all of a construct, as one with a private endpoint does for its VPC. */
  public dependsOn(construct: IConstruct): boolean {
    return this.cluster.node.defaultChild?.node.dependencies.includes(construct) ?? false;
  }

  public newManifest(scope: Construct, id: string, options: ManifestOptions): Construct {
    return isV1(this.cluster)
      ? new eks.KubernetesManifest(scope, id, { cluster: this.cluster, ...options })
      : new eks_v2.KubernetesManifest(scope, id, { cluster: this.cluster, ...options });
  }

  public newObjectValue(scope: Construct, id: string, options: ObjectValueOptions): Construct {
    return isV1(this.cluster)
      ? new eks.KubernetesObjectValue(scope, id, { cluster: this.cluster, ...options })
      : new eks_v2.KubernetesObjectValue(scope, id, { cluster: this.cluster, ...options });
  }

  public newHelmChart(scope: Construct, id: string, options: HelmChartOptions): AnyHelmChart {
    return isV1(this.cluster)
      ? new eks.HelmChart(scope, id, { cluster: this.cluster, ...options })
      : new eks_v2.HelmChart(scope, id, { cluster: this.cluster, ...options });
  }

  /**
   * Whether a value, used in a stack, names this cluster: by a reference to the same resource, or by the same literal
   * where that stack may be deployed beside the cluster.
   *
   * Tokens are compared by what they refer to, never by their text.
   */
  public isNamedBy(value: unknown, stack: Stack): boolean {
    if (typeof value !== 'string') {
      return false;
    }
    if (Token.isUnresolved(value) || Token.isUnresolved(this.name)) {
      const referent = referentOf(value);
      return value === this.name || (referent !== undefined && referent === referentOf(this.name));
    }
    return value === this.name
      && Token.compareStrings(stack.region, this.stack.region) !== TokenComparison.DIFFERENT
      && Token.compareStrings(stack.account, this.stack.account) !== TokenComparison.DIFFERENT;
  }

  /** Whether a resource gives this cluster nodes, or lets them in. */
  public isCapacity(resource: CfnResource): boolean {
    if (CAPACITY_TYPES.includes(resource.cfnResourceType)) {
      const { clusterName, Config } = propertiesOf(resource);
      return this.isNamedBy(clusterName ?? Config?.clusterName, resource.stack);
    }
    // Self-managed nodes name their cluster only in the tag that the CDK gives the group.
    return resource.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup'
      && Object.keys((resource as autoscaling.CfnAutoScalingGroup).tags.tagValues())
        .some((key) => key === `kubernetes.io/cluster/${this.name}`);
  }

  /** Whether a resource is a Kubernetes manifest or a Helm release on this cluster. */
  public isManifest(resource: CfnResource): boolean {
    return resource.cfnResourceType === MANIFEST_TYPE && this.isNamedBy(propertiesOf(resource).ClusterName, resource.stack);
  }

  public isHelmRelease(resource: CfnResource): boolean {
    return resource.cfnResourceType === HELM_TYPE && this.isNamedBy(propertiesOf(resource).ClusterName, resource.stack);
  }
}

/** The properties a resource was given, before they are rendered. */
export function propertiesOf(resource: CfnResource): Record<string, any> {
  return (resource as unknown as { cfnProperties: Record<string, any> }).cfnProperties;
}

/** `aws-eks` tells what kubectl runs with on the cluster itself; `aws-eks-v2` never had that member. */
function isV1(cluster: AnyCluster): cluster is eks.ICluster {
  return 'kubectlRole' in cluster;
}

/** The construct that a token refers to. */
function referentOf(value: string): IConstruct | undefined {
  const fragments = Tokenization.reverseString(value);
  const token = fragments.length === 1 ? fragments.firstToken : undefined;
  return Reference.isReference(token) ? token.target : undefined;
}
