/**
 * What the construct writes into its custom resource and the program reads.
 *
 * Of its own, and without imports: the program is bundled apart from the library, and the library never loads it.
 */

/** Tag which the AWS Load Balancer Controller puts on all that it makes; its value is the cluster's name. */
export const CLUSTER_TAG = 'elbv2.k8s.aws/cluster';

/** Properties of `Custom::EksAlbIngressLoadBalancerCleanup`. */
export interface LoadBalancerCleanupProperties {
  readonly ClusterName: string;
  readonly VpcId: string;
}
