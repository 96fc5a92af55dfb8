import { Aspects, AspectPriority, CfnResource, Stack, TagManager, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { NetworkTagsOptions, SubnetTagging } from './network-tags';
import { isInOtherVpc, isInOtherZone, rejectMixedZones } from '../cluster/vpc-resources';
import { LoadBalancerScheme } from '../ingress/ingress-class-options';
import { isSameConstruct, tryRead } from '../util/constructs';
import { invalidProp } from '../util/messages';
import { validateId } from '../util/validation';

export const SUBNET = 'AWS::EC2::Subnet';

/** The roles of subnets, with their props and tags. */
export const ROLES = {
  internetFacing: { id: 'Public', prop: 'internetFacingSubnets', kind: 'public', tag: 'kubernetes.io/role/elb', scheme: LoadBalancerScheme.INTERNET_FACING },
  internal: { id: 'Private', prop: 'internalSubnets', kind: 'private', tag: 'kubernetes.io/role/internal-elb', scheme: LoadBalancerScheme.INTERNAL },
} as const;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

export type SubnetsByRole = { readonly [role in Role]: ec2.ISubnet[] };

/** From what subnets are selected. */
export interface SubnetChoice extends NetworkTagsOptions {
  readonly vpc: ec2.IVpc;
}

/** Selects the subnets of each role; undefined where subnets are not tagged. */
export function selectSubnets(choice: SubnetChoice): SubnetsByRole | undefined {
  const { vpc, internetFacingSubnets, internalSubnets } = choice;
  if (choice.subnetTagging === SubnetTagging.NONE) {
    rejectNothingToTag(choice);
    return undefined;
  }
  const subnets = {
    internetFacing: select(vpc, internetFacingSubnets ?? { subnets: withoutOtherZones(vpc.publicSubnets) }),
    internal: select(vpc, internalSubnets ?? { subnets: withoutOtherZones([...vpc.privateSubnets, ...vpc.isolatedSubnets]) }),
  };
  if (!internetFacingSubnets || !internalSubnets) {
    rejectBothRoles(subnets);
  }
  ROLE_NAMES.forEach((role) => rejectMixedZones(ROLES[role].prop, subnets[role]));
  ROLE_NAMES.forEach((role) => rejectOtherVpc(role, choice));
  ROLE_NAMES.forEach((role) => checkIds(ROLES[role].prop, subnets[role]));
  return subnets;
}

function rejectNothingToTag(choice: SubnetChoice): void {
  const { subnetClusterTag } = choice;
  for (const prop of ['internetFacingSubnets', 'internalSubnets'] as const) {
    if (choice[prop] !== undefined) {
      throw new Error(`${prop} must be left out where subnetTagging is none; choose another subnetTagging`);
    }
  }
  if (subnetClusterTag) {
    throw invalidProp('subnetClusterTag', 'must be left out where subnetTagging is none', subnetClusterTag, 'choose another subnetTagging');
  }
}

function select(vpc: ec2.IVpc, selection: ec2.SubnetSelection): ec2.ISubnet[] {
  // A VPC may have no subnets of that kind; the CDK's own selection rejects an empty list.
  return selection.subnets?.length === 0 ? [] : vpc.selectSubnets(selection).subnets;
}

/** With a subnet of a Local Zone or a Wavelength Zone among those with a role tag, the controller rejects all load balancers of the VPC that do not name their subnets. */
function withoutOtherZones(subnets: ec2.ISubnet[]): ec2.ISubnet[] {
  return subnets.filter((subnet) => !isInOtherZone(subnet));
}

/** A selection of one role that overlaps with the default of the other is a mistake; with two selections it is intended. */
function rejectBothRoles({ internetFacing, internal }: SubnetsByRole): void {
  const both = inBoth(internetFacing, internal);
  if (both.length > 0) {
    throw invalidProp('internetFacingSubnets', 'and internalSubnets must have no subnet in common', both.map(({ node }) => node.path),
      'give each subnet one role, or set both props where a subnet is to have both');
  }
}

/** A selection may list subnets of another VPC, which the controller does not find. */
function rejectOtherVpc(role: Role, choice: SubnetChoice): void {
  const { prop } = ROLES[role];
  const { vpc } = choice;
  const others = (choice[prop]?.subnets ?? []).filter((subnet) => isInOtherVpc(subnet, vpc));
  if (others.length > 0) {
    throw invalidProp(prop, `must be in the VPC of the cluster, ${vpc.node.path}`, others.map(({ node }) => node.path), 'name subnets of that VPC');
  }
}

/** Rejects imported subnets whose id AWS would reject when the stack is deployed. */
export function checkIds(prop: string, subnets: ec2.ISubnet[]): void {
  subnets.filter(({ subnetId }) => !isListToken(subnetId)).forEach(({ subnetId }) => validateId(prop, 'subnet', subnetId));
}

/** Whether a subnet is defined in this app, so that its template can hold tags. */
export function isOwned(subnet: ec2.ISubnet): boolean {
  return subnet.node.children.some(isSubnetResource);
}

/** Calls back, after all Aspects have added their tags, if an owned subnet has a tag with that key. */
export function onTagged(subnet: ec2.ISubnet, key: string, callback: () => void): void {
  Aspects.of(subnet).add({
    visit: (node) => {
      if (isSubnetResource(node) && Object.hasOwn(TagManager.of(node)!.tagValues(), key)) {
        callback();
      }
    },
  }, { priority: AspectPriority.READONLY });
}

function isSubnetResource(node: IConstruct): boolean {
  return CfnResource.isCfnResource(node) && node.cfnResourceType === SUBNET;
}

/** Whether an id is what an imported VPC has in place of a list that only CloudFormation knows. */
export function isListToken(id: string): boolean {
  return Token.isUnresolved([id]) && !Token.isUnresolved(id);
}

/** The subnets that are certainly in both lists. A token is equal to itself; two different tokens may have the same value. */
export function inBoth(some: ec2.ISubnet[], others: ec2.ISubnet[]): ec2.ISubnet[] {
  return some.filter((subnet) => others.some((other) => isSameConstruct(other, subnet) || other.subnetId === subnet.subnetId));
}

/** Whether nothing in the VPC has a route to the internet, so that only VPC endpoints can be reached. */
export function isIsolated(vpc: ec2.IVpc): boolean {
  return vpc.publicSubnets.length === 0 && vpc.privateSubnets.length === 0 && vpc.isolatedSubnets.length > 0;
}

/** Whether subnets are certainly in one zone. Zones with the same text are equal; those with different tokens may be equal too. */
export function isInOneZone(subnets: ec2.ISubnet[]): boolean {
  const zones = subnets.map((subnet) => isListToken(subnet.subnetId) ? undefined : zoneOf(subnet));
  return zones.length > 0 && !zones.includes(undefined) && new Set(zones).size === 1;
}

/** An imported subnet may not have a zone. */
function zoneOf(subnet: ec2.ISubnet): string | undefined {
  return tryRead(() => JSON.stringify(Stack.of(subnet).resolve(subnet.availabilityZone)));
}
