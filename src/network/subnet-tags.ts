import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { clusterTag } from './cluster-tag';
import { KubernetesClusterTag, SubnetTagging } from './network-tags';
import { Role, ROLE_NAMES, ROLES, SubnetsByRole } from './subnet-roles';
import { isOwned, tagSubnet } from './subnets';
import { DeployTag, TagAtDeploy } from './tag-at-deploy';
import { TargetCluster } from '../cluster/target-cluster';

/** How subnets are tagged. */
export interface SubnetTagsProps {
  readonly target: TargetCluster;
  readonly subnetTagging?: SubnetTagging;
  readonly subnetClusterTag?: KubernetesClusterTag;
}

/**
 * Tags subnets for their roles, and for the cluster where that is asked for.
 *
 * Roles by CloudFormation where it can, on subnets of this app; on imported ones, where CDK's `Tags` silently do nothing, by a
 * custom resource.
 *
 * The cluster's name by a custom resource always. As a native tag, a name that is a token would make the subnet wait for the cluster
 * that waits for the subnet; and where the name is literal today, and was a token yesterday or will be tomorrow, the tag would move
 * between the two: CloudFormation removes a native tag when it rolls back, and does not ask the custom resource that is to have it again.
 */
export function tagSubnets(scope: Construct, subnets: SubnetsByRole, { target, subnetTagging, subnetClusterTag }: SubnetTagsProps): void {
  const imported = (role: Role) => subnetTagging === SubnetTagging.OWNED_ONLY ? [] : subnets[role].filter((subnet) => !isOwned(subnet));
  for (const role of ROLE_NAMES) {
    const { id, tag } = ROLES[role];
    subnets[role].filter(isOwned).forEach((subnet) => tagSubnet(subnet, tag, '1'));
    // Every cluster of the VPC stands on the role tags: those of a custom resource stay when this support goes.
    tagAtDeploy(scope, `${id}Subnets`, imported(role), { key: tag, value: '1', alternatives: [''] }, true);
  }
  if (!subnetClusterTag) {
    return;
  }
  const [facing, internal] = ROLE_NAMES.map((role) => {
    const all = [...subnets[role].filter(isOwned), ...imported(role)];
    return tagAtDeploy(scope, `${ROLES[role].id}SubnetsOfCluster`, all, clusterTag(target, subnetClusterTag), false);
  });
  if (facing && internal) {
    facing.exchangeWith(internal);
  }
}

/** One owner of a key on all subnets of a role, whatever ids they are known by: what moves from one to another owner has to be handed over. */
function tagAtDeploy(scope: Construct, id: string, subnets: ec2.ISubnet[], tag: DeployTag, keepOnDelete: boolean): TagAtDeploy | undefined {
  const resourceIds = [...new Set(subnets.map(({ subnetId }) => subnetId))];
  return resourceIds.length > 0 ? new TagAtDeploy(scope, id, { resourceType: 'subnet', resourceIds, tags: [tag], keepOnDelete }) : undefined;
}
