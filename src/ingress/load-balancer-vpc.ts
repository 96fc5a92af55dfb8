import { CfnResource, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import type { LoadBalancerScheme } from '../ingress-class/ingress-class-options';
import { propertiesOf } from '../util/cfn-properties';
import { refusal, warn } from '../util/messages';
import { readReferences } from '../util/references';
import { isLookupDummy, isUnknown } from '../util/tokens';

/** What a load balancer has of a VPC. */
interface PartsOfVpc {
  readonly subnets?: ec2.ISubnet[];
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** Refuses what is certainly of another VPC than the cluster's, where the controller makes its load balancers. */
export function checkVpc(prop: string, parts: PartsOfVpc, vpc: ec2.IVpc): void {
  for (const [field, type] of [['subnets', 'AWS::EC2::Subnet'], ['securityGroups', 'AWS::EC2::SecurityGroup']] as const) {
    const foreign = (parts[field] as IConstruct[] | undefined)?.find((part) => isElsewhere(part, type, vpc));
    if (foreign) {
      throw refusal(`${prop}.${field}`, `must be of the VPC of the cluster, ${vpc.node.path}`, foreign.node.path, 'use those of that VPC');
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

function isElsewhere(part: IConstruct, type: string, vpc: ec2.IVpc): boolean {
  const vpcId = vpcIdOf(part, type);
  if (vpcId === undefined || vpcId === vpc.vpcId) {
    return false;
  }
  if (!isUnknown(vpcId) && !isUnknown(vpc.vpcId)) {
    return true;
  }
  const [own, other] = [ownVpcOf(vpc, vpc.vpcId), ownVpcOf(part, vpcId)];
  return own !== undefined && other !== undefined && own !== other;
}

/** What is defined in the app says its VPC; what is imported only where it comes with it. */
function vpcIdOf(part: IConstruct, type: string): string | undefined {
  const resource = part.node.children.find((child): child is CfnResource => CfnResource.isCfnResource(child) && child.cfnResourceType === type);
  const vpc = part.node.scope as Partial<ec2.IVpc> | undefined;
  return resource ? propertiesOf(resource).vpcId : vpc?.vpcId;
}

/** The VPC of the app that an id refers to. */
function ownVpcOf(scope: IConstruct, vpcId: string): IConstruct | undefined {
  const targets = Token.isUnresolved(vpcId) ? readReferences(scope, vpcId).targets : [];
  return targets.find((target) => CfnResource.isCfnResource(target) && target.cfnResourceType === 'AWS::EC2::VPC');
}
