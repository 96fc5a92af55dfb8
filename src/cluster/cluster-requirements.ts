import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { requireVpc } from './required-constructs';
import { TargetCluster } from './target-cluster';
import { differenceOf } from '../util/environment';
import { invalidProp } from '../util/messages';
import { isLookupDummy } from '../util/tokens';
import { tryRead } from '../util/try-read';

/** What a cluster must have been given for the controller to be installed on it. */
export interface ClusterNeeds {
  /** To bring anything into the cluster. */
  readonly kubectl: boolean;
  /** IRSA trusts the cluster's OIDC provider; nothing else needs it. */
  readonly openIdConnectProvider: boolean;
  /** To let the control plane in to nodes with a security group of their own. */
  readonly clusterSecurityGroup: boolean;
}

/**
 * Rejects a cluster that lacks something, with everything it lacks: an imported one knows only what it was told.
 */
export function requireAttributes(target: TargetCluster, needs: ClusterNeeds): void {
  const { kubectl } = target;
  const missing = [
    ...(needs.kubectl && !kubectl.isThere ? [kubectl.attribute] : []),
    ...(needs.openIdConnectProvider && !tryRead(() => target.cluster.openIdConnectProvider) ? ['openIdConnectProvider'] : []),
    ...(needs.clusterSecurityGroup && !tryRead(() => target.cluster.clusterSecurityGroup) ? ['clusterSecurityGroupId'] : []),
  ];
  if (missing.length > 0) {
    throw new Error(`cluster ${target.cluster.node.path} must have ${missing.join(', ')}; ${target.isOwned
      ? 'set it where the cluster is defined'
      : 'give it to Cluster.fromClusterAttributes()'}`);
  }
}

/** Rejects kubectl of another region than the stack that uses it: CloudFormation takes custom resources of its own region only. */
export function requireKubectlOf(target: TargetCluster, stack: Stack): void {
  const [, region] = /^arn:[^:]+:(?:lambda|sns):([^:]+):/.exec(target.kubectlToken ?? '') ?? [];
  if (region && Token.compareStrings(region, stack.region) === TokenComparison.DIFFERENT) {
    throw invalidProp('cluster', `must have a kubectlProvider in the region of its stack, ${stack.region}`, region,
      'give Cluster.fromClusterAttributes() one whose function is in that region');
  }
}

export function requireKubernetesVersion(target: TargetCluster, minimum: string, release: string): void {
  const version = target.kubernetesVersion;
  if (version && minorOf(version) < minorOf(minimum)) {
    throw invalidProp('controllerVersion', `must be a release that runs on the cluster's Kubernetes ${version}`, release,
      `upgrade the cluster to ${minimum} or later, or choose an older release`);
  }
}

/** Rejects a cluster that certainly does not know ValidatingAdmissionPolicies, which keep a controller while it is taken over. */
export function requireRemovalGuard({ kubernetesVersion: version }: TargetCluster): void {
  if (version && minorOf(version) < 30) {
    throw invalidProp('takeOver', 'needs Kubernetes 1.30 or later', version, 'upgrade the cluster first');
  }
}

/** Rejects a VPC that is certainly not the cluster's: the controller would look for subnets in the wrong one. */
export function requireVpcOf(target: TargetCluster, vpc: ec2.IVpc): void {
  requireVpc(vpc);
  const own = vpcOf(target);
  const differs = own && ((![own.vpcId, vpc.vpcId].some(isLookupDummy) && Token.compareStrings(own.vpcId, vpc.vpcId) === TokenComparison.DIFFERENT)
    || (own !== vpc && isOwned(own) && isOwned(vpc)));
  if (differs) {
    throw invalidProp('vpc', 'must be the VPC of the cluster', vpc.node.path, `pass ${own.node.path}`);
  }
}

/** Rejects a stack that is certainly in another region or account than the cluster. */
export function requireEnvironmentOf(target: TargetCluster, stack: Stack): void {
  const part = differenceOf(target.stack, stack);
  if (part) {
    throw invalidProp('cluster', `must be in the ${part} of the stack that supports it, ${stack[part]}`, target.stack[part],
      `define the construct in a stack of that ${part}`);
  }
}

function vpcOf(target: TargetCluster): ec2.IVpc | undefined {
  return tryRead(() => target.cluster.vpc);
}

function isOwned(vpc: ec2.IVpc): boolean {
  return vpc.node.defaultChild !== undefined;
}

export function minorOf(kubernetesVersion: string): number {
  return Number(kubernetesVersion.split('.')[1]);
}
