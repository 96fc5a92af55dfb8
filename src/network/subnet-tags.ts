import { Annotations, Tags } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { KubernetesClusterTag, NetworkTagsOptions, SubnetTagging } from './network-tags';
import { isOwned, onTagged, Role, ROLE_NAMES, ROLES, SUBNET, SubnetsByRole } from './subnets';
import { DeployTag, TagAtDeploy } from './tag-at-deploy';
import { physicalNameOf } from '../cluster/cdk-internals';
import { TargetCluster } from '../cluster/target-cluster';
import { isInOtherZone } from '../cluster/vpc-resources';
import { isSameConstruct } from '../util/constructs';
import { warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Id of the warning of both EKS modules of the CDK. */
const CDK_WARNING = '@aws-cdk/aws-eks:clusterMustManuallyTagSubnet';

export interface SubnetTagsProps extends NetworkTagsOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** The tag with a cluster's name. The controller accepts either value, so an existing tag may stay as it is. */
export function clusterTag(target: TargetCluster, value: KubernetesClusterTag): DeployTag {
  return { key: clusterTagKeyOf(literalNameOf(target) ?? target.name), value, alternatives: Object.values(KubernetesClusterTag) };
}

/** The tag's key in each form that the app may use: with the literal name, and with its token. */
export function clusterTagKeysOf(target: TargetCluster): string[] {
  return [literalNameOf(target) ?? target.name, target.name].map(clusterTagKeyOf);
}

function clusterTagKeyOf(clusterName: string): string {
  return `kubernetes.io/cluster/${clusterName}`;
}

/** The literal name of a cluster, if it was given one: the `clusterName` of an owned cluster is a reference. */
function literalNameOf(target: TargetCluster): string | undefined {
  return [target.name, physicalNameOf(target.cluster)].find((name) => name && !isUnknown(name));
}

/**
 * Tags subnets for their roles, and with the cluster's name if `subnetClusterTag` is set.
 *
 * Roles are native tags where possible, on subnets of this app; on imported ones, where the CDK's `Tags` have no effect, a custom resource
 * sets them.
 *
 * The cluster's name is always set by a custom resource. As a native tag with a token in its key, it would make a circular dependency:
 * subnet, cluster, subnet. And when the name becomes literal, or a token again, the tag would move between the two ways: CloudFormation
 * deletes a native tag in a rollback without calling the custom resource that is to set it again.
 */
export function tagSubnets(scope: Construct, subnets: SubnetsByRole, { target, subnetTagging, subnetClusterTag }: SubnetTagsProps): void {
  const imported = (role: Role) => subnetTagging === SubnetTagging.OWNED_ONLY ? [] : subnets[role].filter((subnet) => !isOwned(subnet));
  for (const role of ROLE_NAMES) {
    const { id, tag } = ROLES[role];
    // Only the subnet itself: its construct contains a route table, a NAT gateway and an address too.
    subnets[role].filter(isOwned).forEach((subnet) => Tags.of(subnet).add(tag, '1', { includeResourceTypes: [SUBNET] }));
    // All clusters of the VPC use the role tags, so they stay when this construct is removed.
    tagAtDeploy(scope, `${id}Subnets`, imported(role), { key: tag, value: '1', alternatives: [''] }, true);
  }
  if (subnetClusterTag) {
    const all = ROLE_NAMES.flatMap((role) => [...subnets[role].filter(isOwned), ...imported(role)]);
    tagAtDeploy(scope, 'SubnetsOfCluster', all, clusterTag(target, subnetClusterTag), false);
  }
}

function tagAtDeploy(scope: Construct, id: string, subnets: ec2.ISubnet[], tag: DeployTag, keepOnDelete: boolean): void {
  const resourceIds = [...new Set(subnets.map(({ subnetId }) => subnetId))];
  if (resourceIds.length > 0) {
    new TagAtDeploy(scope, id, { resourceType: 'subnet', resourceIds, tags: [tag], keepOnDelete });
  }
}

/** A cluster that the CDK defines tags all public and private subnets of its VPC, and has no prop to turn that off. */
export function warnOfOtherTags(scope: Construct, subnets: SubnetsByRole, { vpc, internetFacingSubnets, internalSubnets }: SubnetTagsProps): void {
  const isSelected = internetFacingSubnets !== undefined || internalSubnets !== undefined;
  const all = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets]
    .filter((subnet) => isOwned(subnet) && (isSelected || isInOtherZone(subnet)));
  for (const role of ROLE_NAMES) {
    const { prop, tag } = ROLES[role];
    all.filter((subnet) => !subnets[role].some((selected) => isSameConstruct(selected, subnet))).forEach((subnet) => onTagged(subnet, tag, () =>
      warn(scope, `${prop}TaggedOtherwise`, `${subnet.node.path} is not among ${prop} but is tagged ${tag}, as the CDK does for a `
        + `cluster's VPC: the controller may choose it; if no other cluster needs the tag, remove it with Tags.of(subnet).remove('${tag}')`)));
  }
}

/** The CDK's cluster warns of each imported subnet that it must be tagged by hand. */
export function acknowledgeUntagged(subnets: SubnetsByRole, { target, subnetTagging, vpc }: SubnetTagsProps): void {
  const { cluster } = target;
  if (!target.isOwned || subnetTagging === SubnetTagging.OWNED_ONLY) {
    return;
  }
  // What a selection leaves out is left out on purpose; subnets that the given VPC does not have are unknown to this construct.
  const known = [...subnets.internetFacing, ...subnets.internal, ...vpc.publicSubnets, ...vpc.privateSubnets].map(({ subnetId }) => subnetId);
  const warnedOf = [...cluster.vpc.publicSubnets, ...cluster.vpc.privateSubnets].filter((subnet) => !isOwned(subnet));
  if (warnedOf.every(({ subnetId }) => known.includes(subnetId))) {
    Annotations.of(cluster).acknowledgeWarning(CDK_WARNING, 'EksAlbIngressSupport tags the subnets');
  }
}
