import { CfnElement, CfnResource, Reference, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { overridesOf, propertiesOf } from '../cluster/cdk-internals';
import { isOtherVpc } from '../cluster/vpc-resources';
import { readReferences, referentOf } from '../util/references';

const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** All that a change of replaces a target group, but its VPC: with that the cluster would be another one. */
const IDENTITY = ['name', 'port', 'protocol', 'protocolVersion', 'targetType', 'ipAddressType', 'targetControlPort'];

/** What is known of the targets that a target group takes. */
export interface TargetGroupFacts {
  readonly protocol?: string;
  readonly targetType?: string;
  readonly ipAddressType?: string;
  readonly healthCheckPort?: string;
  readonly vpcId?: string;
}

/**
 * A target group of whichever kind, defined in this app or imported, as far as it is known.
 */
export class BoundTargetGroup {
  /** The resource, where it is in this app: also one that was imported by its reference. */
  public readonly resource?: CfnResource;

  constructor(public readonly targetGroup: elbv2.ITargetGroup) {
    this.resource = [targetGroup.node.defaultChild, referentOf(targetGroup.targetGroupArn)].find(isTargetGroup);
  }

  /** The group as one of an Application Load Balancer; undefined where it is a Network Load Balancer's. */
  public get application(): elbv2.IApplicationTargetGroup | undefined {
    // Only these have targets with security groups, of whichever copy of the CDK they are.
    return 'registerConnectable' in this.targetGroup ? this.targetGroup as elbv2.IApplicationTargetGroup : undefined;
  }

  /** Whether it knows its listeners, as one does that is not imported. */
  public get knowsListeners(): boolean {
    return this.targetGroup.node.defaultChild !== undefined;
  }

  /** The stack of the resource. */
  public get stack(): Stack | undefined {
    return this.resource && Stack.of(this.resource);
  }

  /** Read anew each time: properties may be set until the app is prepared. */
  public get facts(): TargetGroupFacts {
    const { targetType, ipAddressType, protocol, healthCheckPort, vpcId } = this.properties;
    return { protocol, ipAddressType, healthCheckPort, vpcId, targetType: targetType ?? (this.resource && 'instance') };
  }

  /** Whether it has targets by the app itself. */
  public get hasTargets(): boolean {
    return (this.properties.targets ?? []).length > 0;
  }

  /** Whether it is certainly not in a VPC: both are literal, or both are VPCs of this app. */
  public isOutside(vpc: ec2.IVpc): boolean {
    return this.resource !== undefined && isOtherVpc(this.resource, this.given.vpcId, vpc);
  }

  /**
   * What is the same as long as the target group is, and another one as soon as CloudFormation replaces it. Of an imported group
   * that is its ARN, as far as it can be read.
   */
  public get identity(): string {
    const known = this.resource
      ? [addressOf(this.resource.stack), logicalIdOf(this.resource), ...IDENTITY.map((name) => this.properties[name] ?? null)]
      : this.spell(this.targetGroup.targetGroupArn);
    return JSON.stringify(known);
  }

  /** A value in words that change only when it does. */
  public spell(value: unknown): unknown {
    return spelled(this.targetGroup, value) ?? null;
  }

  private get properties(): Record<string, any> {
    return this.resource ? spelled(this.resource, this.given) as Record<string, any> : {};
  }

  private get given(): Record<string, any> {
    if (!this.resource) {
      return {};
    }
    const overrides = overridesOf(this.resource).Properties ?? {};
    const overridden = Object.fromEntries(Object.entries(overrides).map(([key, value]) => [key[0].toLowerCase() + key.slice(1), value]));
    return { ...propertiesOf(this.resource), ...overridden };
  }
}

function isTargetGroup(construct: unknown): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === TARGET_GROUP;
}

/** The value with references in words that change only when what they refer to does. */
function spelled(scope: Parameters<typeof readReferences>[0], value: unknown): unknown {
  return readReferences(scope, value, spellReference).value;
}

function spellReference({ target, displayName }: Reference): string {
  const name = CfnElement.isCfnElement(target) ? logicalIdOf(target) : target.node.path;
  const isVpc = CfnResource.isCfnResource(target) && target.cfnResourceType === 'AWS::EC2::VPC';
  return isVpc ? `${Stack.of(target).node.path}/${name}#vpc` : `${name}.${displayName}`;
}

function logicalIdOf(element: CfnElement): string {
  return element.stack.resolve(element.logicalId);
}

/**
 * The name of a stack. That of a nested stack is known to CloudFormation only, and the text of its token changes with each token that
 * the app makes before: in place of it stands what CloudFormation makes the name of.
 */
function addressOf({ stackName, nestedStackParent: parent, nestedStackResource: resource, node }: Stack): string {
  if (!Token.isUnresolved(stackName)) {
    return stackName;
  }
  return parent && resource ? `${addressOf(parent)}/${logicalIdOf(resource)}` : node.path;
}
