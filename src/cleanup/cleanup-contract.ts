/**
 * What the construct writes and the program of the custom resource reads.
 *
 * The program is bundled separately from the library, so this file imports nothing of either.
 */

/** Tag that the AWS Load Balancer Controller sets on everything it creates; its value is the cluster's name. */
export const CLUSTER_TAG = 'elbv2.k8s.aws/cluster';

/** Properties of `Custom::EksAlbIngressLoadBalancerCleanup`. */
export interface LoadBalancerCleanupProperties {
  readonly ClusterName: string;
  readonly VpcId: string;
}
