import { CfnResource, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { propertiesOf } from './cdk-internals';
import { tryRead } from '../util/constructs';
import { invalidProp } from '../util/messages';
import { readReferences, referentOf } from '../util/references';
import { isLookupDummy } from '../util/tokens';

const GROUP = 'AWS::EC2::SecurityGroup';
const LAUNCHERS = ['AWS::EC2::LaunchTemplate', 'AWS::AutoScaling::LaunchConfiguration'];

/** Whether an id is certainly that of another VPC: both are literal, or both are VPCs of this app, and they differ. */
export function isOtherVpc(scope: IConstruct, vpcId: unknown, vpc: ec2.IVpc): boolean {
  if (vpcId === vpc.vpcId) {
    return false;
  }
  const [one, other] = [vpcId, vpc.vpcId].map((id) => readVpc(scope, id));
  return one !== undefined && other !== undefined && typeof one === typeof other && one !== other;
}

/** Whether a subnet is certainly in another VPC, by its resource, or by the VPC that it was imported with. */
export function isInOtherVpc(subnet: ec2.ISubnet, vpc: ec2.IVpc): boolean {
  const resource = referentOf(subnet.subnetId);
  const vpcId = isOfType(resource, 'AWS::EC2::Subnet') ? propertiesOf(resource).vpcId : subnet.node.scopes.slice(0, -1).reverse().find(isVpc)?.vpcId;
  return isOtherVpc(subnet, vpcId, vpc);
}

/** Whether a security group was made for another VPC. An imported one may be used in it: EC2 can associate groups with further VPCs. */
export function isMadeForOtherVpc({ node }: ec2.ISecurityGroup, vpc: ec2.IVpc): boolean {
  const resource = node.defaultChild;
  return CfnResource.isCfnResource(resource) && isOtherVpc(resource, propertiesOf(resource).vpcId, vpc);
}

/** The resource that an id refers to, or the literal id; undefined where it cannot be compared. */
function readVpc(scope: IConstruct, vpcId: unknown): CfnResource | string | undefined {
  // Constructs of the CDK may have a lazy token that holds the reference.
  const { value, targets: [target] } = readReferences(scope, vpcId);
  if (target) {
    return value === '' && isOfType(target, 'AWS::EC2::VPC') ? target : undefined;
  }
  return typeof value === 'string' && !isLookupDummy(value) ? value : undefined;
}

function isVpc(construct: IConstruct): construct is ec2.IVpc {
  const { vpcId, publicSubnets } = construct as Partial<ec2.IVpc>;
  return typeof vpcId === 'string' && Array.isArray(publicSubnets);
}

/** Local Zones, as `us-west-2-lax-1a`, and Wavelength Zones, as `us-east-1-wl1-bos-wlz-1`. An Availability Zone is its region and a letter. */
const OTHER_ZONE = /^[a-z]+(-[a-z]+)+-\d+-/;

/** Whether a subnet is certainly in a Local Zone or a Wavelength Zone. */
export function isInOtherZone(subnet: ec2.ISubnet): boolean {
  return OTHER_ZONE.test(literalZoneOf(subnet) ?? '');
}

/**
 * Rejects subnets of Availability Zones together with those of Local Zones or Wavelength Zones.
 *
 * The controller does not create a load balancer in "subnets in multiple locales": `validateSubnetsLocaleUniformity` in
 * `pkg/networking/subnet_resolver.go`.
 */
export function rejectMixedZones(prop: string, subnets: ec2.ISubnet[]): void {
  const zones = subnets.map(literalZoneOf).filter((zone) => zone !== undefined);
  if (zones.some((zone) => OTHER_ZONE.test(zone)) && !zones.every((zone) => OTHER_ZONE.test(zone))) {
    throw invalidProp(prop, 'must not have subnets of Availability Zones and of Local Zones or Wavelength Zones, for which the controller creates no load balancer',
      zones, 'leave one of the two out');
  }
}

function literalZoneOf(subnet: ec2.ISubnet): string | undefined {
  const zone = tryRead(() => subnet.availabilityZone);
  return zone === undefined || Token.isUnresolved(zone) ? undefined : zone;
}

/** Some security groups. */
export interface Groups {
  /** Their ids: literal, or a text for the resource that is referred to; for a group of the app its path. */
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

/** The security groups of each network interface of instances that start from a launch template or launch configuration. */
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
  // All groups of a context lookup that was not made yet have the same dummy id.
  return { ids: [value].flat().filter((id): id is string => typeof id === 'string' && !isLookupDummy(id)), resources };
}

function read(scope: IConstruct, given: unknown) {
  // `Ref` and `GroupId` of a security group are the same id.
  const { value, targets } = readReferences(scope, given, ({ target, displayName }) =>
    isOfType(target, GROUP) ? target.node.path : `${target.node.path}.${displayName}`);
  return { value, resources: targets.filter((target) => isOfType(target, GROUP)) };
}

function isOfType(construct: IConstruct | undefined, type: string): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}
