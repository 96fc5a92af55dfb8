import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import type { LoadBalancerScheme } from './ingress-class-options';
import { isInOtherVpc, isMadeForOtherVpc } from '../cluster/vpc-resources';
import { invalidProp, warn } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

/** What a load balancer has of a VPC. */
interface PartsOfVpc {
  readonly subnets?: ec2.ISubnet[];
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** Rejects what is certainly of another VPC than the cluster's, where the controller makes its load balancers. */
export function checkVpc(prop: string, { subnets = [], securityGroups = [] }: PartsOfVpc, vpc: ec2.IVpc): void {
  const others = {
    subnets: subnets.find((subnet) => isInOtherVpc(subnet, vpc)),
    securityGroups: securityGroups.find((group) => isMadeForOtherVpc(group, vpc)),
  };
  for (const [field, other] of Object.entries(others)) {
    if (other) {
      throw invalidProp(`${prop}.${field}`, `must be of the VPC of the cluster, ${vpc.node.path}`, other.node.path, 'use those of that VPC');
    }
  }
}

/** Says so where a load balancer is for the internet, and lies where the CDK gave it no route there: AWS makes it, and nobody reaches it. */
export function warnOfPrivateSubnets(
  scope: IConstruct, prop: string, scheme: LoadBalancerScheme | undefined, subnets: ec2.ISubnet[] | undefined, vpc: ec2.IVpc,
): void {
  const hidden = [...vpc.privateSubnets, ...vpc.isolatedSubnets];
  const within = scheme === 'internet-facing' ? (subnets ?? []).filter((subnet) => hidden.some((other) => other === subnet || isSame(other, subnet))) : [];
  if (within.length > 0) {
    warn(scope, 'internetFacingInPrivateSubnets', `${prop} is internet-facing, and ${within.map(({ node }) => node.path).join(', ')} of its subnets `
      + `${within.length > 1 ? 'are' : 'is'} private or isolated: clients would not reach it from there; use public subnets, or leave subnets out`);
  }
}

function isSame(one: ec2.ISubnet, other: ec2.ISubnet): boolean {
  return !isLookupDummy(one.subnetId) && one.subnetId === other.subnetId;
}
