import { hasMembers } from '../util/constructs';
import { invalidProp } from '../util/messages';

/**
 * Rejects what is no cluster of the CDK's two EKS modules; it recognises one by the member that nothing else in the CDK has.
 *
 * Not every language checks the types of arguments, and fewer do where one of two is allowed.
 */
export function requireCluster(value: unknown): void {
  requireMembers('cluster', value, ['node', 'clusterName', 'clusterCertificateAuthorityData'], 'must be a cluster of aws-eks or aws-eks-v2',
    'pass the Cluster itself, or what Cluster.fromClusterAttributes() gives');
}

/** Rejects what is no VPC. */
export function requireVpc(value: unknown, prop = 'vpc'): void {
  requireMembers(prop, value, ['node', 'vpcId', 'publicSubnets'], 'must be a VPC of aws-ec2',
    'pass the Vpc itself, or what Vpc.fromLookup() or Vpc.fromVpcAttributes() gives');
}

/** Not by `instanceof`: there may be two copies of aws-cdk-lib, proxies, and implementations of the user's own. */
function requireMembers(prop: string, value: unknown, members: string[], rule: string, remedy: string): void {
  if (!hasMembers(value, ...members)) {
    throw invalidProp(prop, rule, value, remedy);
  }
}
