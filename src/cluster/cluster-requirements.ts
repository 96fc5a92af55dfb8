import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { ClusterName } from './cluster-name';
import { requireVpc } from './required-constructs';
import { TargetCluster } from './target-cluster';
import { isSameConstruct, tryRead } from '../util/constructs';
import { differenceOf } from '../util/environment';
import { invalidProp } from '../util/messages';
import { registryOf } from '../util/stage';
import { isLookupDummy } from '../util/tokens';

/** The attributes that a cluster must have for the controller to be installed on it. */
export interface ClusterNeeds {
  /** Any object in the cluster needs it. */
  readonly kubectl: boolean;
  /** IRSA trusts the cluster's OIDC provider; nothing else needs it. */
  readonly openIdConnectProvider: boolean;
  /** Traffic from the control plane to nodes with a security group of their own needs it. */
  readonly clusterSecurityGroup: boolean;
}

/**
 * Rejects a cluster that lacks attributes, with all of them: an imported cluster has only those that it was imported with.
 */
export function requireAttributes(target: TargetCluster, needs: ClusterNeeds): void {
  const { kubectl } = target;
  const missing = [
    ...(needs.kubectl && !kubectl.isAvailable ? [kubectl.attribute] : []),
    ...(needs.openIdConnectProvider && !tryRead(() => target.cluster.openIdConnectProvider) ? ['openIdConnectProvider'] : []),
    ...(needs.clusterSecurityGroup && !tryRead(() => target.cluster.clusterSecurityGroup) ? ['clusterSecurityGroupId'] : []),
  ];
  if (missing.length > 0) {
    throw new Error(`cluster ${target.cluster.node.path} must have ${missing.join(', ')}; ${remedyFor(target, missing)}`);
  }
}

/** Rejects a cluster without kubectl, which every object in it needs. */
export function requireKubectl(target: TargetCluster): void {
  requireAttributes(target, { kubectl: true, openIdConnectProvider: false, clusterSecurityGroup: false });
}

function remedyFor(target: TargetCluster, missing: string[]): string {
  const minor = target.kubernetesVersion ? minorOf(target.kubernetesVersion) : 35;
  if (missing.includes('kubectlProviderOptions')) {
    return `set kubectlProviderOptions: { kubectlLayer: new KubectlV${minor}Layer(this, 'Kubectl') } where the cluster is defined, `
      + `with the class of @aws-cdk/lambda-layer-kubectl-v${minor}; or set installController to false if something else installs the controller`;
  }
  return target.isOwned ? 'set it where the cluster is defined' : 'pass it to Cluster.fromClusterAttributes()';
}

/** Rejects kubectl in another region than the stack that uses it: CloudFormation supports custom resources of its own region only. */
export function requireKubectlOf(target: TargetCluster, stack: Stack): void {
  const [, region] = /^arn:[^:]+:(?:lambda|sns):([^:]+):/.exec(target.kubectlToken ?? '') ?? [];
  if (region && Token.compareStrings(region, stack.region) === TokenComparison.DIFFERENT) {
    throw invalidProp('cluster', `must have a kubectlProvider in the region of its stack, ${stack.region}`, region,
      'pass Cluster.fromClusterAttributes() one whose function is in that region');
  }
}

export function requireKubernetesVersion(target: TargetCluster, minimum: string, release: string): void {
  const version = target.kubernetesVersion;
  if (version && minorOf(version) < minorOf(minimum)) {
    throw invalidProp('controllerVersion', `must be a release that runs on the cluster's Kubernetes ${version}`, release,
      `upgrade the cluster to ${minimum} or later, or choose an older release`);
  }
}

/** Rejects a cluster that certainly has no ValidatingAdmissionPolicies, which keep a controller from being deleted while it is taken over. */
export function requireRemovalGuard({ kubernetesVersion: version }: TargetCluster): void {
  if (version && minorOf(version) < 30) {
    throw invalidProp('takeOver', 'needs Kubernetes 1.30 or later', version, 'upgrade the cluster first');
  }
}

/** Rejects a VPC that is certainly not the cluster's: the controller would look for subnets in the wrong VPC. */
export function requireVpcOf(target: TargetCluster, vpc: ec2.IVpc): void {
  requireVpc(vpc);
  const own = vpcOf(target);
  const differs = own && ((![own.vpcId, vpc.vpcId].some(isLookupDummy) && Token.compareStrings(own.vpcId, vpc.vpcId) === TokenComparison.DIFFERENT)
    || (!isSameConstruct(own, vpc) && isOwned(own) && isOwned(vpc)));
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

/** The support of one cluster, as the registry of a stage keeps it. */
interface Support {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly name: ClusterName;
  /** The literal name, of an owned cluster too. Lazy, since an app of one cluster never needs it. */
  readonly literalName: () => string | undefined;
  readonly stack: Stack;
}

/** Rejects a second controller for one cluster: both would reconcile the same load balancers. */
export function rejectSecondSupport(support: IConstruct, target: TargetCluster): void {
  if (target.albController) {
    throw new Error(`cluster ${target.cluster.node.path} has a controller by its own albController; ${replaceBy('leave albController out of its props')}`);
  }
  const supports = registryOf<Support>(support, 'supports');
  const other = [...supports.values()].find((one) => isSame(one, target));
  if (other) {
    throw new Error(`cluster ${target.cluster.node.path} already has ALB Ingress support by ${other.path}; define it once`);
  }
  supports.set(support.node.path, {
    path: support.node.path,
    cluster: target.cluster,
    name: target.ownName,
    literalName: once(() => target.literalName),
    stack: target.stack,
  });
}

/** How to replace one controller with another without an interruption. */
export function replaceBy(removal: string): string {
  return `${removal} and set takeOver here, both in one deployment, and leave takeOver out in the next (docs/migrating.md describes each step)`;
}

/** Whether both are certainly one cluster: the same construct, a name that refers to the same resource, or one literal name in one environment. */
function isSame(support: Support, target: TargetCluster): boolean {
  if (isSameConstruct(support.cluster, target.cluster) || support.name.refersToSame(target.ownName)) {
    return true;
  }
  const isOneEnvironment = support.stack === target.stack || (['region', 'account'] as const).every((part) =>
    Token.compareStrings(support.stack[part], target.stack[part]) === TokenComparison.SAME);
  const literal = isOneEnvironment ? support.literalName() : undefined;
  return literal !== undefined && literal === target.literalName;
}

function once<T>(read: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: read() }).value;
}
