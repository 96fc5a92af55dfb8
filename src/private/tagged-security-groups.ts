import { CfnResource, TagManager } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { TargetCluster } from './cluster';
import { propertiesOf } from './cluster-resources';
import { readReferences } from './references';

/** What is known of the groups that are tagged for a cluster. */
export interface TaggedGroupsProps {
  readonly target: TargetCluster;
  /** The key in each spelling that the app may use: with the literal name, and with its token. */
  readonly clusterTagKeys: string[];
  readonly workerSecurityGroup?: ec2.ISecurityGroup;
}

const GROUP = 'AWS::EC2::SecurityGroup';
const LAUNCHERS = ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'];

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

  return launchersOf(capacity).flatMap(interfacesOf)
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
  const tagged = groups.targets
    .filter((target) => CfnResource.isCfnResource(target) && target.cfnResourceType === GROUP)
    .filter((target) => clusterTagKeys.some((key) => key in (TagManager.of(target)?.tagValues() ?? {})))
    .map(({ node }) => node.path);
  return new Map(groups.ids.filter((id) => known.has(id) || tagged.includes(id)).map((id) => [id, known.get(id) ?? id]));
}

/** An imported cluster throws when asked for a group that it was not told. */
function clusterSecurityGroupOf({ cluster }: TargetCluster): ec2.ISecurityGroup | undefined {
  try {
    return cluster.clusterSecurityGroup;
  } catch {
    return undefined;
  }
}

/** The launch templates and launch configurations of the app that some nodes start from. */
function launchersOf(capacity: CfnResource): CfnResource[] {
  const { launchTemplate, launchConfigurationName, mixedInstancesPolicy } = propertiesOf(capacity);
  return read(capacity, [launchTemplate, launchConfigurationName, mixedInstancesPolicy]).targets
    .filter((target): target is CfnResource => CfnResource.isCfnResource(target) && LAUNCHERS.includes(target.cfnResourceType));
}

/** The security groups of each network interface. */
function interfacesOf(launcher: CfnResource): Groups[] {
  const { launchTemplateData, securityGroups } = propertiesOf(launcher);
  const template = read(launcher, launchTemplateData);
  const data = template.value as Partial<ec2.CfnLaunchTemplate.LaunchTemplateDataProperty> | undefined;
  const interfaces = (data?.networkInterfaces ?? []) as ec2.CfnLaunchTemplate.NetworkInterfaceProperty[];
  return [securityGroups, data?.securityGroupIds, ...interfaces.map(({ groups }) => groups)].map((groups) => {
    const { ids, targets } = read(launcher, groups);
    return { ids, targets: [...template.targets, ...targets] };
  });
}

function idOf(scope: IConstruct, group: ec2.ISecurityGroup): string | undefined {
  return read(scope, group.securityGroupId).ids[0];
}

interface Groups {
  /** Literals among them. */
  readonly ids: string[];
  /** What they refer to, among others. */
  readonly targets: IConstruct[];
}

interface Reading extends Groups {
  /** The value itself; `ids`, where it is an id or a list of them. */
  readonly value: unknown;
}

/** Reads a value with ids, which stand for the resources that they refer to. */
function read(scope: IConstruct, given: unknown): Reading {
  // `Ref` and `GroupId` of a security group are the same id.
  const { value, targets } = readReferences(scope, given, ({ target, displayName }) =>
    CfnResource.isCfnResource(target) && target.cfnResourceType === GROUP ? target.node.path : `${target.node.path}.${displayName}`);
  return { value, targets, ids: [value].flat().filter((id): id is string => typeof id === 'string') };
}
