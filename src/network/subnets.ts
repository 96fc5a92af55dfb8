import { Aspects, AspectPriority, CfnResource, Stack, TagManager, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { tryRead } from '../util/constructs';
import { validateId } from '../util/validation';

const SUBNET = 'AWS::EC2::Subnet';

/** Tags a subnet of this app; its construct holds route table, NAT gateway and address too, which are none of our business. */
export function tagSubnet(subnet: ec2.ISubnet, key: string, value: string): void {
  Tags.of(subnet).add(key, value, { includeResourceTypes: [SUBNET] });
}

/** Whether a subnet is defined in this app, so that its template can hold tags. */
export function isOwned(subnet: ec2.ISubnet): boolean {
  return subnet.node.children.some(isSubnetResource);
}

/** Calls back, when all Aspects have tagged what they tag, if an owned subnet then has a tag of that key. */
export function onTagged(subnet: ec2.ISubnet, key: string, callback: () => void): void {
  Aspects.of(subnet).add({
    visit: (node) => {
      if (isSubnetResource(node) && key in TagManager.of(node)!.tagValues()) {
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

/** Rejects imported subnets with what is no id of a subnet: AWS would, when the stack is deployed. */
export function checkIds(prop: string, subnets: ec2.ISubnet[]): void {
  subnets.filter(({ subnetId }) => !isListToken(subnetId)).forEach(({ subnetId }) => validateId(prop, 'subnet', subnetId));
}

/** The subnets that are certainly in both lists. One token is one value; two of them may still be the same. */
export function inBoth(some: ec2.ISubnet[], others: ec2.ISubnet[]): ec2.ISubnet[] {
  return some.filter((subnet) => others.some((other) => other === subnet || other.subnetId === subnet.subnetId));
}

/** Whether nothing in the VPC has a route to the internet, so that only VPC endpoints can be reached. */
export function isIsolated(vpc: ec2.IVpc): boolean {
  return vpc.publicSubnets.length === 0 && vpc.privateSubnets.length === 0 && vpc.isolatedSubnets.length > 0;
}

/**
 * Whether subnets certainly lie in one zone.
 *
 * Zones that render alike are one; zones that do not may still be, so that the count is too high rather than too low.
 */
export function liesInOneZone(subnets: ec2.ISubnet[]): boolean {
  const zones = subnets.map((subnet) => isListToken(subnet.subnetId) ? undefined : zoneOf(subnet));
  return zones.length > 0 && !zones.includes(undefined) && new Set(zones).size === 1;
}

/** An imported subnet does not have to say where it is. */
function zoneOf(subnet: ec2.ISubnet): string | undefined {
  return tryRead(() => JSON.stringify(Stack.of(subnet).resolve(subnet.availabilityZone)));
}
