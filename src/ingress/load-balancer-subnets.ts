import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { propertiesOf } from '../cluster/cdk-internals';
import { GateSettings, mayBeOn } from '../release/feature-gates';
import { invalidProp } from '../util/messages';
import { isLookupDummy } from '../util/tokens';
import { tryRead } from '../util/try-read';

/** A zone of a region itself, as `eu-west-1a`: Local Zones and Wavelength Zones have longer names. */
const AVAILABILITY_ZONE = /^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/;

/** Rejects subnets in which the controller makes no load balancer: of one zone more than one, or in Availability Zones less than two. */
export function checkSubnets(prop: string, subnets: ec2.ISubnet[] | undefined, gates: GateSettings): void {
  const zones = (subnets ?? []).map(zoneOf);
  const repeated = zones.find((zone, index) => zone !== undefined && zones.indexOf(zone) !== index);
  if (repeated !== undefined) {
    throw invalidProp(`${prop}.subnets`, 'must be at most one an Availability Zone', subnets!.filter((_, index) => zones[index] === repeated),
      'keep one of them');
  }
  if (subnets?.length === 1 && AVAILABILITY_ZONE.test(zones[0] ?? '') && !mayBeOnOutpost(subnets[0]) && !mayBeOn('ALBSingleSubnet', gates)) {
    throw invalidProp(`${prop}.subnets`, 'must be of two Availability Zones at least', zones, 'add one of another zone');
  }
}

/** Zones that render alike are one. An imported subnet does not have to say where it is, and a lookup that is still to be made makes it up. */
function zoneOf(subnet: ec2.ISubnet): string | undefined {
  const zone = tryRead(() => subnet.availabilityZone);
  if (zone === undefined || zone.startsWith('dummy') || isLookupDummy(subnet.subnetId)) {
    return undefined;
  }
  return Token.isUnresolved(zone) ? JSON.stringify(Stack.of(subnet).resolve(zone)) : zone;
}

/** Where one subnet is enough. Imported ones do not tell. */
function mayBeOnOutpost(subnet: ec2.ISubnet): boolean {
  const resource = subnet.node.children.find((child) => CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::EC2::Subnet');
  return resource === undefined || propertiesOf(resource as CfnResource).outpostArn !== undefined;
}
