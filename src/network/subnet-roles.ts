import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { NetworkTagsOptions, SubnetTagging } from './network-tags';
import { checkIds, inBoth } from './subnets';
import { isInOtherVpc } from '../cluster/vpc-resources';
import { LoadBalancerScheme } from '../ingress/ingress-class-options';
import { invalidProp } from '../util/messages';

/** What a subnet may be for, by the props and tags that say so. */
export const ROLES = {
  internetFacing: { id: 'Public', prop: 'internetFacingSubnets', kinds: 'public', tag: 'kubernetes.io/role/elb', scheme: LoadBalancerScheme.INTERNET_FACING },
  internal: { id: 'Private', prop: 'internalSubnets', kinds: 'private', tag: 'kubernetes.io/role/internal-elb', scheme: LoadBalancerScheme.INTERNAL },
} as const;

export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

export type SubnetsByRole = { readonly [role in Role]: ec2.ISubnet[] };

/** What subnets are chosen from. */
export interface SubnetChoice extends NetworkTagsOptions {
  readonly vpc: ec2.IVpc;
}

/** The subnets of each role; nothing where they are none of our business. */
export function chooseSubnets(choice: SubnetChoice): SubnetsByRole | undefined {
  const { vpc, internetFacingSubnets, internalSubnets } = choice;
  if (choice.subnetTagging === SubnetTagging.NONE) {
    rejectNothingToTag(choice);
    return undefined;
  }
  const subnets = {
    internetFacing: select(vpc, internetFacingSubnets ?? { subnets: vpc.publicSubnets }),
    internal: select(vpc, internalSubnets ?? { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] }),
  };
  rejectBothRoles(subnets);
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
  // A VPC without that kind of subnet is fine; to the CDK's own selection an empty list would be a mistake.
  return selection.subnets?.length === 0 ? [] : vpc.selectSubnets(selection).subnets;
}

function rejectBothRoles({ internetFacing, internal }: SubnetsByRole): void {
  const both = inBoth(internetFacing, internal);
  if (both.length > 0) {
    throw invalidProp('internetFacingSubnets', 'and internalSubnets must have no subnet in common', both.map(({ node }) => node.path),
      'give each subnet one role');
  }
}

/** A selection may name subnets of anywhere: of another VPC the controller would never see them. */
function rejectOtherVpc(role: Role, choice: SubnetChoice): void {
  const { prop } = ROLES[role];
  const { vpc } = choice;
  const others = (choice[prop]?.subnets ?? []).filter((subnet) => isInOtherVpc(subnet, vpc));
  if (others.length > 0) {
    throw invalidProp(prop, `must be in the VPC of the cluster, ${vpc.node.path}`, others.map(({ node }) => node.path), 'name subnets of that VPC');
  }
}
