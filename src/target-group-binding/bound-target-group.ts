import { CfnElement, CfnResource, Reference, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { overridesOf, propertiesOf } from '../cluster/cdk-internals';
import { isOtherVpc } from '../cluster/vpc-resources';
import { hasMembers } from '../util/constructs';
import { readReferences, referentOf } from '../util/references';

const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** The properties whose change replaces a target group, without its VPC: another VPC means another cluster. */
const IDENTITY = ['name', 'port', 'protocol', 'protocolVersion', 'targetType', 'ipAddressType', 'targetControlPort'];

/** What is known about the targets of a target group. */
export interface TargetGroupFacts {
  readonly protocol?: string;
  readonly targetType?: string;
  readonly ipAddressType?: string;
  readonly healthCheckPort?: string;
  readonly vpcId?: string;
}

/**
 * A target group of any type, defined in this app or imported, as far as it is known.
 */
export class BoundTargetGroup {
  /** The resource, if it is in this app; also if the target group was imported by a reference to it. */
  public readonly resource?: CfnResource;

  constructor(public readonly targetGroup: elbv2.ITargetGroup) {
    this.resource = [targetGroup.node.defaultChild, referentOf(targetGroup.targetGroupArn)].find(isTargetGroup);
  }

  /** The target group, if it is one of an Application Load Balancer. */
  public get application(): elbv2.IApplicationTargetGroup | undefined {
    // By a member, since there may be several copies of the CDK.
    return hasMembers(this.targetGroup, 'registerConnectable') ? this.targetGroup as elbv2.IApplicationTargetGroup : undefined;
  }

  /** Whether it knows its listeners: an imported one does not. */
  public get knowsListeners(): boolean {
    return this.targetGroup.node.defaultChild !== undefined;
  }

  /** The stack of the resource. */
  public get stack(): Stack | undefined {
    return this.resource && Stack.of(this.resource);
  }

  /** Read each time, since properties may change until the app is synthesized. */
  public get facts(): TargetGroupFacts {
    const { targetType, ipAddressType, protocol, healthCheckPort, vpcId } = this.properties;
    return { protocol, ipAddressType, healthCheckPort, vpcId, targetType: targetType ?? (this.resource && 'instance') };
  }

  /** Whether the app itself registers targets. */
  public get hasTargets(): boolean {
    return (this.properties.targets ?? []).length > 0;
  }

  /** Whether it is certainly not in a VPC: both are literal, or both are VPCs of this app. */
  public isOutside(vpc: ec2.IVpc): boolean {
    return this.resource !== undefined && isOtherVpc(this.resource, this.given.vpcId, vpc);
  }

  /**
   * A text that changes exactly when CloudFormation replaces the target group. For an imported one that is its ARN, as far as it is
   * known.
   */
  public get identity(): string {
    const known = this.resource
      ? [addressOf(this.resource.stack), logicalIdOf(this.resource), ...IDENTITY.map((name) => this.properties[name] ?? null)]
      : this.spell(this.targetGroup.targetGroupArn);
    return JSON.stringify(known);
  }

  /** A value as text that changes only with it. */
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

/** The value with a text in place of each reference, which changes only with what it refers to. */
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
 * The name of a stack. That of a nested stack is a token whose text depends on how many tokens the app has: the path of its resource is used
 * instead.
 */
function addressOf({ stackName, nestedStackParent: parent, nestedStackResource: resource, node }: Stack): string {
  if (!Token.isUnresolved(stackName)) {
    return stackName;
  }
  return parent && resource ? `${addressOf(parent)}/${logicalIdOf(resource)}` : node.path;
}

/** Node ports of Services: the default of Kubernetes, which cannot be changed in EKS. */
const NODE_PORTS = [30000, 32767] as const;

/** The ports of the targets that a load balancer must reach: that of the traffic first. */
export function portsOf({ port, targetPort }: TargetGroupBindingOptions, { protocol, targetType, healthCheckPort }: TargetGroupFacts): ec2.Port[] {
  const [from, to] = targetPort === undefined && targetType === 'instance' ? NODE_PORTS : [targetPort ?? port, targetPort ?? port];
  // Elastic Load Balancing checks the health of UDP targets by TCP, at the same port.
  const traffic = [...protocol?.includes('UDP') ? [udp(from, to)] : [], tcp(from, to)];
  const health = Number(healthCheckPort);
  return Number.isInteger(health) && health > 0 && (health < from || health > to) ? [...traffic, ec2.Port.tcp(health)] : traffic;
}

/** Whether a port is certainly no node port. */
export function isNoNodePort(port: number): boolean {
  return !Token.isUnresolved(port) && (port < NODE_PORTS[0] || port > NODE_PORTS[1]);
}

function tcp(from: number, to: number): ec2.Port {
  return from === to ? ec2.Port.tcp(from) : ec2.Port.tcpRange(from, to);
}

function udp(from: number, to: number): ec2.Port {
  return from === to ? ec2.Port.udp(from) : ec2.Port.udpRange(from, to);
}
