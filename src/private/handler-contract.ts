/**
 * What the constructs write into custom resources and the programs in src/handlers read.
 *
 * Of its own, and without imports: the programs are bundled apart from the library, and the library
 * never loads them.
 */

/** Tag which the AWS Load Balancer Controller puts on all that it makes; its value is the cluster's name. */
export const CLUSTER_TAG = 'elbv2.k8s.aws/cluster';

/** Properties of `Custom::EksAlbIngressNetworkTags`. */
export interface NetworkTagsProperties {
  readonly ResourceIds: string[];
  readonly Tags: { readonly Key: string; readonly Value: string }[];
  /** CloudFormation turns booleans into strings on the way. */
  readonly KeepOnDelete: 'true' | 'false';
}

/** Properties of `Custom::EksAlbIngressLoadBalancerCleanup`. */
export interface LoadBalancerCleanupProperties {
  readonly ClusterName: string;
  readonly VpcId: string;
}
