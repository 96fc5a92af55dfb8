import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { referentOf } from '../cluster/cluster-name';
import { readGroups } from '../cluster/node-interfaces';
import { propertiesOf } from '../util/cfn-properties';
import { getOrMake } from '../util/maps';
import { isUnknown } from '../util/tokens';
import { tryRead } from '../util/try-read';

/** What makes up the ways out of a VPC, by what of it names the VPC, or a part of the VPC. */
const LINKS: { readonly [type: string]: readonly string[] } = {
  'AWS::EC2::EgressOnlyInternetGateway': ['vpcId'],
  'AWS::EC2::NatGateway': ['subnetId', 'vpcId'],
  'AWS::EC2::NetworkAcl': ['vpcId'],
  'AWS::EC2::NetworkAclEntry': ['networkAclId'],
  'AWS::EC2::Route': ['routeTableId'],
  'AWS::EC2::RouteTable': ['vpcId'],
  'AWS::EC2::Subnet': ['vpcId'],
  'AWS::EC2::SubnetNetworkAclAssociation': ['subnetId'],
  'AWS::EC2::SubnetRouteTableAssociation': ['subnetId', 'routeTableId'],
  'AWS::EC2::TransitGatewayAttachment': ['vpcId'],
  'AWS::EC2::TransitGatewayRoute': ['transitGatewayAttachmentId'],
  'AWS::EC2::TransitGatewayRouteTableAssociation': ['transitGatewayAttachmentId'],
  'AWS::EC2::TransitGatewayRouteTablePropagation': ['transitGatewayAttachmentId'],
  'AWS::EC2::TransitGatewayVpcAttachment': ['vpcId'],
  'AWS::EC2::VPCCidrBlock': ['vpcId'],
  'AWS::EC2::VPCDHCPOptionsAssociation': ['vpcId'],
  'AWS::EC2::VPCEndpoint': ['vpcId'],
  'AWS::EC2::VPCGatewayAttachment': ['vpcId'],
  'AWS::EC2::VPCPeeringConnection': ['vpcId'],
  'AWS::Route53Resolver::ResolverRuleAssociation': ['vpcId'],
};

/** A VPC, subnet or route table: the resource that it is, or its literal id. */
type Part = IConstruct | string;

/**
 * Finds what stands beside a VPC and is a way of it to AWS: endpoints, routes, gateways, transit gateways and what goes with them.
 *
 * The construct of an owned VPC holds what it makes itself, and is waited for as it is.
 */
export class NetworkParts<User extends { readonly vpc: ec2.IVpc }> {
  private readonly users = new Map<Part, User[]>();

  constructor(users: User[]) {
    for (const user of users) {
      for (const part of partsOfVpc(user.vpc)) {
        getOrMake(this.users, part, () => []).push(user);
      }
    }
  }

  /** Who uses the network that a resource beside its VPC belongs to. */
  public usersOf(resource: CfnResource): User[] {
    return resource.cfnResourceType in LINKS
      ? this.find(resource).filter(({ vpc }) => !resource.node.scopes.includes(vpc))
      : [];
  }

  private find(resource: CfnResource, seen: CfnResource[] = []): User[] {
    const properties = propertiesOf(resource);
    const links = LINKS[resource.cfnResourceType].map((property) => properties[property]).filter((link) => link !== undefined);
    const users = links.flatMap((link) => {
      const part = referentOf(link) ?? link;
      const found = this.users.get(part);
      return found ?? (isLink(part) && !seen.includes(part) ? this.find(part, [...seen, resource]) : []);
    });
    return [...new Set(users)];
  }
}

/** What else a part of the network cannot work without: the rules beside the security groups of an endpoint. */
export function rulesOf(part: CfnResource): IConstruct[] {
  const { securityGroupIds } = propertiesOf(part);
  return part.cfnResourceType === 'AWS::EC2::VPCEndpoint' ? readGroups(part, securityGroupIds).resources.map(({ node }) => node.scope!) : [];
}

function partsOfVpc(vpc: ec2.IVpc): Part[] {
  const subnets = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets];
  const ids = [vpc.vpcId, ...subnets.flatMap(({ subnetId, routeTable }) => [subnetId, tryRead(() => routeTable.routeTableId)])];
  return ids.map((id) => referentOf(id) ?? id).filter((part): part is Part => part !== undefined && (typeof part !== 'string' || !isUnknown(part)));
}

function isLink(part: unknown): part is CfnResource {
  return CfnResource.isCfnResource(part as IConstruct) && (part as CfnResource).cfnResourceType in LINKS;
}
