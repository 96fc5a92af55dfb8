import { CfnResource } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { propertiesOf } from '../cluster/cdk-internals';
import { TargetCluster } from '../cluster/target-cluster';
import { launchTemplatesOf, networkInterfacesOf, readGroups } from '../cluster/vpc-resources';
import { tryRead } from '../util/constructs';
import { getOrMake } from '../util/maps';
import { referentOf } from '../util/references';
import { isUnknown } from '../util/tokens';

/** Resources that connect a VPC, with the properties that refer to the VPC or to another resource of its network. */
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

/** A VPC, subnet or route table: its resource, or its literal id. */
type Part = IConstruct | string;

/**
 * Finds the resources outside the construct of a VPC that connect it to AWS: endpoints, routes, gateways, transit gateways and the like.
 *
 * The construct of an owned VPC contains its own resources, and the controller depends on it as a whole.
 */
export class NetworkResources<User extends { readonly vpc: ec2.IVpc }> {
  private readonly users = new Map<Part, User[]>();

  constructor(users: User[]) {
    for (const user of users) {
      for (const part of partsOf(user.vpc)) {
        getOrMake(this.users, part, () => []).push(user);
      }
    }
  }

  /** The users of the VPC that a resource outside of its construct belongs to. */
  public usersOf(resource: CfnResource): User[] {
    return resource.cfnResourceType in LINKS
      ? this.find(resource).filter(({ vpc }) => !resource.node.scopes.some(({ node }) => node === vpc.node))
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

function partsOf(vpc: ec2.IVpc): Part[] {
  const subnets = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets];
  const ids = [vpc.vpcId, ...subnets.flatMap(({ subnetId, routeTable }) => [subnetId, tryRead(() => routeTable.routeTableId)])];
  return ids.map((id) => referentOf(id) ?? id).filter((part): part is Part => part !== undefined && (typeof part !== 'string' || !isUnknown(part)));
}

function isLink(part: unknown): part is CfnResource {
  return CfnResource.isCfnResource(part) && part.cfnResourceType in LINKS;
}

/** The rules of the security groups of an endpoint, which it needs and does not refer to. */
export function rulesOf(network: CfnResource): IConstruct[] {
  const { securityGroupIds } = propertiesOf(network);
  return network.cfnResourceType === 'AWS::EC2::VPCEndpoint' ? readGroups(network, securityGroupIds).resources.map(({ node }) => node.scope!) : [];
}

/**
 * What nodes need and do not refer to: policies of their role, and rules of their security groups.
 *
 * CloudFormation creates and deletes those in any order. A controller whose nodes cannot reach the Kubernetes API any more deletes no
 * load balancers.
 */
export function prerequisitesOf(capacity: CfnResource, target: TargetCluster): IConstruct[] {
  const groups = securityGroupsOf(capacity);
  // Nodes with their own groups reach the control plane by the rules of both sides.
  const ofCluster = groups.length > 0 ? tryRead(() => target.cluster.connections)?.securityGroups ?? [] : [];
  return [...rolesOf(capacity), ...groups, ...ofCluster];
}

function rolesOf(capacity: CfnResource): IConstruct[] {
  const { nodeRole, podExecutionRoleArn, Config } = propertiesOf(capacity);
  const owner = referentOf(nodeRole ?? podExecutionRoleArn ?? Config?.podExecutionRoleArn)?.node.scope;
  const role = isAutoScalingGroup(capacity) ? tryRead(() => (capacity.node.scope as autoscaling.AutoScalingGroup).role) : undefined;
  return [...owner && iam.Role.isRole(owner) ? [owner] : [], ...role ? [role] : []];
}

/** The security groups of the nodes, as far as the app defines them, with the rules below them. */
function securityGroupsOf(capacity: CfnResource): IConstruct[] {
  const ofTemplates = launchTemplatesOf(capacity).flatMap(networkInterfacesOf).flatMap(({ resources }) => resources).map(({ node }) => node.scope!);
  const ofGroup = isAutoScalingGroup(capacity)
    ? tryRead(() => (capacity.node.scope as autoscaling.AutoScalingGroup).connections)?.securityGroups ?? []
    : [];
  return [...new Set([...ofTemplates, ...ofGroup])];
}

function isAutoScalingGroup(capacity: CfnResource): boolean {
  return capacity.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup';
}
