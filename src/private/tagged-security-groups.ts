import {
  CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stage, StringConcat, TagManager, Tokenization,
} from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { TargetCluster } from './cluster';
import { ClusterPart, partOf, propertiesOf } from './cluster-resources';

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
 * Says which nodes have an interface with two security groups tagged for the cluster: the controller registers none of them.
 *
 * Looks at the node groups and Auto Scaling groups of the app whose launch template is of the app too. Of others it says
 * nothing: a launch template known by its id alone is the very case that `workerSecurityGroup` is for. A managed node group
 * without a launch template has the cluster security group only.
 *
 * To be called when the app is prepared, with all its tags in place.
 */
export function findTwoTaggedGroups(scope: IConstruct, props: TaggedGroupsProps): string[] {
  const resources = (Stage.of(scope) ?? scope.node.root).node.findAll().filter(CfnResource.isCfnResource);
  const tagged = taggedGroups(scope, props, resources);
  const worker = props.workerSecurityGroup && read(scope, props.workerSecurityGroup.securityGroupId).ids[0];

  return resources.filter((resource) => partOf(resource) === ClusterPart.CAPACITY && props.target.isOf(resource)).flatMap((capacity) =>
    launchersOf(capacity).flatMap(interfacesOf)
      .map((groups) => [...new Set(groups)].filter((group) => tagged.has(group)))
      .filter((groups) => groups.length > 1)
      .map((groups) => `nodes of ${capacity.node.path} have ${groups.length} security groups that are tagged for the cluster, where the `
        + `controller accepts one: ${groups.map((group) => tagged.get(group)).join(', ')}; ${worker !== undefined && groups.includes(worker)
          ? 'leave workerSecurityGroup out, or take one of the groups from the nodes'
          : 'remove the tag from all but one, or take the others from the nodes'}`));
}

/** Path by id of each group that certainly is tagged. */
function taggedGroups(scope: IConstruct, props: TaggedGroupsProps, resources: CfnResource[]): Map<string, string> {
  const { target, clusterTagKeys, workerSecurityGroup } = props;
  const tagged = new Map<string, string>();
  const native = resources.filter((resource) => resource.cfnResourceType === GROUP
    && clusterTagKeys.some((key) => key in (TagManager.of(resource)?.tagValues() ?? {})));
  native.forEach((resource) => tagged.set(resource.node.path, resource.node.path));
  [workerSecurityGroup, clusterSecurityGroupOf(target)].forEach((group) =>
    group && read(scope, group.securityGroupId).ids.forEach((id) => tagged.set(id, group.node.path)));
  return tagged;
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

/** Ids of the security groups of each network interface. */
function interfacesOf(launcher: CfnResource): string[][] {
  const { launchTemplateData, securityGroups } = propertiesOf(launcher);
  const data = read(launcher, launchTemplateData).value as Partial<ec2.CfnLaunchTemplate.LaunchTemplateDataProperty> | undefined;
  const interfaces = (data?.networkInterfaces ?? []) as ec2.CfnLaunchTemplate.NetworkInterfaceProperty[];
  return [securityGroups, data?.securityGroupIds, ...interfaces.map(({ groups }) => groups)].map((groups) => read(launcher, groups).ids);
}

interface Reading {
  /** The value, with the identity of what they refer to in place of references. */
  readonly value: unknown;
  /** The value, where it is an id or a list of them; literals among them. */
  readonly ids: string[];
  readonly targets: IConstruct[];
}

/** Reads a value with tokens by what they refer to, since a rendered reference means something in its own stack only. */
function read(scope: IConstruct, given: unknown): Reading {
  const resolver = new ReferenceReader();
  const value = Tokenization.resolve(given, { scope, resolver, preparing: false });
  return { value, ids: [value].flat().filter((id): id is string => typeof id === 'string'), targets: [...resolver.targets] };
}

class ReferenceReader extends DefaultTokenResolver {
  public readonly targets = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) {
      return super.resolveToken(token, context, postProcessor);
    }
    const { target, displayName } = token;
    this.targets.add(target);
    // `Ref` and `GroupId` of a security group are the same id.
    return CfnResource.isCfnResource(target) && target.cfnResourceType === GROUP ? target.node.path : `${target.node.path}.${displayName}`;
  }
}
