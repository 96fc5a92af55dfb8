import { CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import type { LoadBalancerScheme } from './ingress-class-options';
import type { IngressWebAcl } from './ingress-web-acl';
import { propertiesOf } from '../cluster/cdk-internals';
import { isInOtherVpc, isMadeForOtherVpc, rejectMixedZones } from '../cluster/vpc-resources';
import { GateSettings, mayBeOn } from '../release/feature-gates';
import { tryRead } from '../util/constructs';
import { differenceOf } from '../util/environment';
import { invalidProp, warn } from '../util/messages';
import { isLookupDummy, isUnknown } from '../util/tokens';

/** The options of an Ingress or a class that decide where its load balancer is, and what must be in the same place. */
export interface LocationOptions {
  readonly scheme?: LoadBalancerScheme;
  readonly subnets?: ec2.ISubnet[];
  readonly subnetTags?: { [key: string]: string[] };
  readonly securityGroups?: ec2.ISecurityGroup[];
  readonly certificates?: acm.ICertificate[];
  readonly webAcl?: IngressWebAcl;
}

/** The network and the environment of the cluster. */
export interface LocationContext extends GateSettings {
  readonly vpc: ec2.IVpc;
  readonly defaultScheme?: LoadBalancerScheme;
  readonly network: { requireSubnets(prop: string, scheme: LoadBalancerScheme): void };
}

/**
 * Rejects what is certainly in another region or VPC than the load balancer, and subnets in which the controller cannot create one.
 *
 * @param ofClass the options of the class of an Ingress, which take precedence
 */
export function checkLocation(prop: string, scope: IConstruct, own: LocationOptions, context: LocationContext, ofClass: LocationOptions = {}): void {
  checkRegion(prop, scope, own);
  checkSubnets(prop, own.subnets, context);
  checkVpc(prop, own, context.vpc);
  const { scheme, subnets } = own;
  if (scheme || subnets) {
    warnOfPrivateSubnets(scope, prop, ofClass.scheme ?? scheme ?? context.defaultScheme, ofClass.subnets ?? subnets, context.vpc);
  }
  if (scheme && !isUnknown(scheme) && !subnets && !own.subnetTags && !ofClass.subnets && !ofClass.subnetTags) {
    context.network.requireSubnets(`${prop}.scheme`, scheme);
  }
}

/** Rejects an Ingress in a stack of another region or account: the deployment cannot reach the cluster from there. */
export function checkStack(prop: string, scope: IConstruct, cluster: Stack): void {
  const own = Stack.of(scope);
  const part = differenceOf(own, cluster);
  if (part) {
    throw invalidProp(prop, `must be in a stack of the ${part} of the cluster, ${cluster[part]}`, own[part], `define it in a stack of that ${part}`);
  }
}

function checkRegion(prop: string, scope: IConstruct, { certificates, webAcl }: LocationOptions): void {
  const { region } = Stack.of(scope);
  const check = (field: string, own: string | undefined, remedy: string) => {
    if (own !== undefined && Token.compareStrings(own, region) === TokenComparison.DIFFERENT) {
      throw invalidProp(`${prop}.${field}`, `must be of the region of the load balancer, ${region}`, own, remedy);
    }
  };
  certificates?.forEach(({ certificateArn, env }) => check('certificates', regionIn(certificateArn) ?? env?.region, 'request one in that region'));
  check('webAcl', regionIn(webAcl?._arn), 'use one of that region');
}

/** The region of a certificate or a web ACL, if its ARN is literal. */
export function regionIn(arn: unknown): string | undefined {
  return typeof arn !== 'string' || Token.isUnresolved(arn) ? undefined : /^arn:[^:]+:(?:acm|wafv2):([a-z0-9-]+):/.exec(arn)?.[1];
}

/** A zone of a region itself, as `eu-west-1a`: Local Zones and Wavelength Zones have longer names. */
const AVAILABILITY_ZONE = /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/;

/** At most one subnet of a zone, and at least two Availability Zones. */
function checkSubnets(prop: string, subnets: ec2.ISubnet[] = [], gates: GateSettings): void {
  rejectMixedZones(`${prop}.subnets`, subnets);
  const zones = subnets.map(zoneOf);
  const repeated = zones.find((zone, index) => zone !== undefined && zones.indexOf(zone) !== index);
  if (repeated !== undefined) {
    throw invalidProp(`${prop}.subnets`, 'must be at most one an Availability Zone', subnets.filter((_, index) => zones[index] === repeated),
      'keep one of them');
  }
  if (subnets.length === 1 && AVAILABILITY_ZONE.test(zones[0] ?? '') && !mayBeOnOutpost(subnets[0]) && !mayBeOn('ALBSingleSubnet', gates)) {
    throw invalidProp(`${prop}.subnets`, 'must be of two Availability Zones at least', zones, 'add one of another zone');
  }
}

/** Zones that render alike are the same. An imported subnet may have no zone, and a lookup that is still to come returns a dummy. */
function zoneOf(subnet: ec2.ISubnet): string | undefined {
  const zone = tryRead(() => subnet.availabilityZone);
  if (zone === undefined || zone.startsWith('dummy') || isLookupDummy(subnet.subnetId)) {
    return undefined;
  }
  return Token.isUnresolved(zone) ? JSON.stringify(Stack.of(subnet).resolve(zone)) : zone;
}

/** On an Outpost one subnet is enough. Of an imported subnet it is not known. */
function mayBeOnOutpost(subnet: ec2.ISubnet): boolean {
  const resource = subnet.node.children.find((child) => CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::EC2::Subnet');
  return resource === undefined || propertiesOf(resource as CfnResource).outpostArn !== undefined;
}

function checkVpc(prop: string, { subnets = [], securityGroups = [] }: LocationOptions, vpc: ec2.IVpc): void {
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

/** AWS creates an internet-facing load balancer in subnets without a route to the internet, and clients cannot reach it. */
function warnOfPrivateSubnets(
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
