import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { propertiesOf } from '../util/cfn-properties';
import { readReferences } from '../util/references';
import { isLookupDummy } from '../util/tokens';

const GROUP = 'AWS::EC2::SecurityGroup';
const LAUNCHERS = ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'];

/** Some security groups. */
export interface Groups {
  /** Their ids: literal, or what stands for the resource that is referred to; for a group of the app its path. */
  readonly ids: string[];
  /** Those of the app. */
  readonly resources: CfnResource[];
}

/** The launch templates and launch configurations of the app that some nodes start from. */
export function launchTemplatesOf(capacity: CfnResource): CfnResource[] {
  const { launchTemplate, launchConfigurationName, mixedInstancesPolicy } = propertiesOf(capacity);
  return readReferences(capacity, [launchTemplate, launchConfigurationName, mixedInstancesPolicy]).targets
    .filter((target): target is CfnResource => CfnResource.isCfnResource(target) && LAUNCHERS.includes(target.cfnResourceType));
}

/** The security groups of each network interface of what starts from there. */
export function networkInterfacesOf(launcher: CfnResource): Groups[] {
  const { launchTemplateData, securityGroups } = propertiesOf(launcher);
  const template = read(launcher, launchTemplateData);
  const data = template.value as Partial<ec2.CfnLaunchTemplate.LaunchTemplateDataProperty> | undefined;
  const interfaces = (data?.networkInterfaces ?? []) as ec2.CfnLaunchTemplate.NetworkInterfaceProperty[];
  return [securityGroups, data?.securityGroupIds, ...interfaces.map(({ groups }) => groups)].map((groups) => {
    const { ids, resources } = readGroups(launcher, groups);
    const ofTemplate = template.resources.filter(({ node }) => ids.includes(node.path));
    return { ids, resources: [...ofTemplate, ...resources] };
  });
}

/** Reads one id of a security group, or a list of them. */
export function readGroups(scope: IConstruct, given: unknown): Groups {
  const { value, resources } = read(scope, given);
  // All groups that a context lookup has yet to find have one dummy for their ids.
  return { ids: [value].flat().filter((id): id is string => typeof id === 'string' && !isLookupDummy(id)), resources };
}

function read(scope: IConstruct, given: unknown) {
  // `Ref` and `GroupId` of a security group are the same id.
  const { value, targets } = readReferences(scope, given, ({ target, displayName }) =>
    isGroup(target) ? target.node.path : `${target.node.path}.${displayName}`);
  return { value, resources: targets.filter(isGroup) };
}

function isGroup(construct: IConstruct): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === GROUP;
}
