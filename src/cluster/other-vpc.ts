import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { referentOf } from './cluster-name';
import { propertiesOf } from '../util/cfn-properties';
import { readReferences } from '../util/references';
import { isLookupDummy } from '../util/tokens';

/** Whether an id is certainly that of another VPC: both are literal, or both of VPCs of this app, and not the same. */
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

/** Whether a security group was made for another VPC. An imported one does not say: EC2 lets groups be associated with further VPCs. */
export function isMadeForOtherVpc({ node }: ec2.ISecurityGroup, vpc: ec2.IVpc): boolean {
  const resource = node.defaultChild;
  return CfnResource.isCfnResource(resource) && isOtherVpc(resource, propertiesOf(resource).vpcId, vpc);
}

/** The resource that an id refers to, or the literal id; nothing where it cannot be compared. */
function readVpc(scope: IConstruct, vpcId: unknown): CfnResource | string | undefined {
  // The CDK's constructs may say it late, by a token that holds the reference.
  const { value, targets: [target] } = readReferences(scope, vpcId);
  if (target) {
    return value === '' && isOfType(target, 'AWS::EC2::VPC') ? target : undefined;
  }
  return typeof value === 'string' && !isLookupDummy(value) ? value : undefined;
}

function isOfType(construct: IConstruct | undefined, type: string): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}

function isVpc(construct: IConstruct): construct is ec2.IVpc {
  const { vpcId, publicSubnets } = construct as Partial<ec2.IVpc>;
  return typeof vpcId === 'string' && Array.isArray(publicSubnets);
}
