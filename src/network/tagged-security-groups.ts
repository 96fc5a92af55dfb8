import { CfnResource, TagManager } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { Groups, readGroups, networkInterfacesOf, launchTemplatesOf } from '../cluster/vpc-resources';
import { tryRead } from '../util/constructs';

/** What is known of the groups that are tagged for a cluster. */
export interface TaggedGroupsProps {
  readonly target: TargetCluster;
  /** The key in each spelling that the app may use: with the literal name, and with its token. */
  readonly clusterTagKeys: string[];
  readonly workerSecurityGroup?: ec2.ISecurityGroup;
}

/**
 * Says whether nodes have an interface with two security groups tagged for the cluster: the controller registers none of them.
 *
 * Looks at the launch template of the app that a node group or Auto Scaling group starts from. Of others it says nothing: a
 * launch template known by its id alone is the very case that `workerSecurityGroup` is for. A managed node group without a
 * launch template has the cluster security group only.
 *
 * To be called when the app is prepared, with all its tags in place.
 */
export function findTwoTaggedGroups(capacity: CfnResource, props: TaggedGroupsProps): string[] {
  const known = knownGroups(capacity, props);
  const worker = props.workerSecurityGroup && idOf(capacity, props.workerSecurityGroup);

  return launchTemplatesOf(capacity).flatMap(networkInterfacesOf)
    .map((groups) => taggedAmong(groups, known, props.clusterTagKeys))
    .filter((tagged) => tagged.size > 1)
    .map((tagged) => `nodes of ${capacity.node.path} have ${tagged.size} security groups that are tagged for the cluster, where the `
      + `controller accepts one: ${[...tagged.values()].join(', ')}; ${worker !== undefined && tagged.has(worker)
        ? 'leave workerSecurityGroup out, or take one of the groups from the nodes'
        : 'remove the tag from all but one, or take the others from the nodes'}`);
}

/** Path by id of the groups that EKS or this construct tags. */
function knownGroups(scope: IConstruct, { target, workerSecurityGroup }: TaggedGroupsProps): Map<string, string> {
  const groups = [workerSecurityGroup, clusterSecurityGroupOf(target)].filter((group) => group !== undefined);
  return new Map(groups.map((group) => [idOf(scope, group), group.node.path] as const).filter(([id]) => id !== undefined) as [string, string][]);
}

/** Path by id of those groups of an interface that certainly are tagged. */
function taggedAmong(groups: Groups, known: Map<string, string>, clusterTagKeys: string[]): Map<string, string> {
  const tagged = groups.resources
    .filter((resource) => clusterTagKeys.some((key) => key in (TagManager.of(resource)?.tagValues() ?? {})))
    .map(({ node }) => node.path);
  return new Map(groups.ids.filter((id) => known.has(id) || tagged.includes(id)).map((id) => [id, known.get(id) ?? id]));
}

function clusterSecurityGroupOf({ cluster }: TargetCluster): ec2.ISecurityGroup | undefined {
  return tryRead(() => cluster.clusterSecurityGroup);
}

function idOf(scope: IConstruct, group: ec2.ISecurityGroup): string | undefined {
  return readGroups(scope, group.securityGroupId).ids[0];
}
