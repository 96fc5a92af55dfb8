import { CfnResource, Stack, TagManager } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { KubernetesClusterTag } from './network-tags';
import { clusterTag, clusterTagKeysOf } from './subnet-tags';
import { TagAtDeploy } from './tag-at-deploy';
import { TargetCluster } from '../cluster/target-cluster';
import { Groups, isMadeForOtherVpc, launchTemplatesOf, networkInterfacesOf, readGroups } from '../cluster/vpc-resources';
import { tryRead } from '../util/constructs';
import { invalidProp } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

/** Port of the controller's webhooks, which the control plane calls. */
const WEBHOOK_PORT = 9443;

/** The security group of the nodes, and their cluster. */
export interface WorkerSecurityGroupProps {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly workerSecurityGroup?: ec2.ISecurityGroup;
  readonly workerSecurityGroupTag?: KubernetesClusterTag;
}

/** Tags the security group of nodes that do not have the cluster security group, and opens it to the control plane for the webhook. */
export function tagWorkerSecurityGroup(scope: Construct, props: WorkerSecurityGroupProps): void {
  const { workerSecurityGroup, workerSecurityGroupTag, target, vpc } = props;
  if (!workerSecurityGroup) {
    throw invalidProp('workerSecurityGroupTag', 'must come with workerSecurityGroup', workerSecurityGroupTag, 'leave it out');
  }
  const { clusterSecurityGroup } = target.cluster;
  const { securityGroupId } = workerSecurityGroup;
  if (securityGroupId === clusterSecurityGroup.securityGroupId && !isLookupDummy(securityGroupId)) {
    throw invalidProp('workerSecurityGroup', 'must not be the cluster security group', workerSecurityGroup.node.path,
      'leave it out: EKS tags that group itself');
  }
  if (isMadeForOtherVpc(workerSecurityGroup, vpc)) {
    throw invalidProp('workerSecurityGroup', `must be in the VPC of the cluster, ${vpc.node.path}`, workerSecurityGroup.node.path,
      'pass a group of that VPC, or import this one by its id where it is associated with that VPC');
  }
  new TagAtDeploy(scope, 'WorkerSecurityGroup', {
    resourceType: 'security-group',
    resourceIds: [securityGroupId],
    tags: [clusterTag(target, workerSecurityGroupTag ?? KubernetesClusterTag.OWNED)],
    keepOnDelete: false,
  });
  inThisStack(scope, workerSecurityGroup).connections.allowFrom(clusterSecurityGroup, ec2.Port.tcp(WEBHOOK_PORT),
    'AWS Load Balancer Controller webhook');
}

/**
 * The group, imported into this stack if it is in another one.
 *
 * The CDK defines a rule in the stack of its group. If that stack is deployed before the cluster's, as a network stack is, there would be
 * a circular dependency.
 */
function inThisStack(scope: Construct, group: ec2.ISecurityGroup): ec2.ISecurityGroup {
  return Stack.of(group) === Stack.of(scope)
    ? group
    : ec2.SecurityGroup.fromSecurityGroupId(scope, 'WorkerSecurityGroupRules', group.securityGroupId);
}

/**
 * Finds nodes that have a network interface with two security groups tagged for the cluster: the controller registers none of them.
 *
 * Reads the launch templates of the app that a node group or an Auto Scaling group uses. A launch template that is known by its id alone
 * cannot be read; it is what `workerSecurityGroup` is for. A managed node group without a launch template has the cluster security group
 * only.
 *
 * To be called after all Aspects have added their tags.
 */
export function findTwoTaggedGroups(capacity: CfnResource, { target, workerSecurityGroup }: WorkerSecurityGroupProps): string[] {
  const clusterSecurityGroup = tryRead(() => target.cluster.clusterSecurityGroup);
  const tagKeys = clusterTagKeysOf(target);
  const worker = workerSecurityGroup && idOf(capacity, workerSecurityGroup);
  // Path by id of the groups that EKS or this construct tags.
  const known = new Map([workerSecurityGroup, clusterSecurityGroup].filter((group) => group !== undefined)
    .map((group) => [idOf(capacity, group), group.node.path] as const));

  return launchTemplatesOf(capacity).flatMap(networkInterfacesOf)
    .map((groups) => taggedAmong(groups, known, tagKeys))
    .filter((tagged) => tagged.size > 1)
    .map((tagged) => `nodes of ${capacity.node.path} have ${tagged.size} security groups that are tagged for the cluster, where the `
      + `controller accepts one: ${[...tagged.values()].join(', ')}; ${worker !== undefined && tagged.has(worker)
        ? 'leave workerSecurityGroup out, or remove one of the groups from the nodes'
        : 'remove the tag from all but one, or remove the others from the nodes'}`);
}

/** Path by id of the groups of a network interface that certainly are tagged. */
function taggedAmong(groups: Groups, known: ReadonlyMap<string | undefined, string>, tagKeys: string[]): Map<string, string> {
  const tagged = groups.resources
    .filter((resource) => tagKeys.some((key) => Object.hasOwn(TagManager.of(resource)?.tagValues() ?? {}, key)))
    .map(({ node }) => node.path);
  return new Map(groups.ids.filter((id) => known.has(id) || tagged.includes(id)).map((id) => [id, known.get(id) ?? id]));
}

function idOf(scope: IConstruct, group: ec2.ISecurityGroup): string | undefined {
  return readGroups(scope, group.securityGroupId).ids[0];
}
