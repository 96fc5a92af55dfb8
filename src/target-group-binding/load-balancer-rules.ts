import { Names, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { BoundTargetGroup } from './bound-target-group';
import { hasMembers } from '../util/constructs';
import { readReferences } from '../util/references';
import { registryOf } from '../util/stage';

export interface LoadBalancerRulesProps {
  readonly bound: BoundTargetGroup;
  /** Stack of the binding. */
  readonly stack: Stack;
  /** Security groups of pods or nodes; called again when there may be more. */
  readonly groups: () => ec2.ISecurityGroup[];
  readonly ports: ec2.Port[];
}

/** The result, as far as it is not in the template. */
export interface AddedRules {
  /** Listeners of Network Load Balancers that have no security group or are imported. */
  readonly unknown: IConstruct[];
  /** Other stacks that already have one of the rules. */
  readonly elsewhere: Stack[];
}

/**
 * Security group rules that let in all load balancers that use a target group.
 */
export class LoadBalancerRules {
  private readonly deferred = new DeferredConnections();

  constructor(private readonly props: LoadBalancerRulesProps) {
    const { bound, ports } = props;
    if (bound.knowsListeners) {
      ports.forEach((port) => bound.application?.registerConnectable(this.deferred, port));
    }
  }

  /**
   * Adds the rules, after all listeners are defined.
   */
  public add(attachments: IConstruct[]): AddedRules {
    const { bound, ports } = this.props;
    const groups = this.props.groups();
    // Target groups of Network Load Balancers are not connected to security groups by the CDK.
    const networkListeners = bound.application ? [] : attachments;
    const known = networkListeners.filter((listener) => loadBalancerOf(listener)?.connections.securityGroups.length);
    const sources = [
      ...this.deferred.sources,
      ...known.flatMap((listener) => ports.map((portRange) => ({ other: loadBalancerOf(listener)!, portRange }))),
    ];
    const elsewhere = new Set<Stack>();
    for (const source of sources) {
      const stack = this.stackFor(source, attachments.map((attachment) => Stack.of(attachment)));
      const other = otherStackWithRule(stack, groups, source);
      if (other) {
        elsewhere.add(other);
      }
      new ec2.Connections({ securityGroups: importGroups(stack, groups) }).allowFrom(source.other, source.portRange, 'Load balancer to target');
    }
    return { unknown: networkListeners.filter((listener) => !known.includes(listener)), elsewhere: [...elsewhere] };
  }

  /**
   * A stack that is deployed after the cluster and the load balancer: that of the binding, unless only later stacks refer to the target group
   * there.
   */
  private stackFor({ other }: TrafficSource, attachments: Stack[]): Stack {
    const { stack, bound } = this.props;
    const own = hasMembers(other, 'node') ? Stack.of(other as unknown as IConstruct) : undefined;
    if (bound.stack !== stack || own === stack) {
      return stack;
    }
    if (own && attachments.includes(own)) {
      return own;
    }
    return attachments.includes(stack) ? stack : attachments[0] ?? stack;
  }
}

function loadBalancerOf(listener: IConstruct): elbv2.INetworkLoadBalancer | undefined {
  return (listener as Partial<elbv2.NetworkListener>).loadBalancer;
}

/**
 * The security groups for use in a stack: those of other stacks are imported. One construct for each, so that the CDK adds a rule once:
 * EC2 rejects a second one.
 */
export function importGroups(stack: Stack, groups: ec2.ISecurityGroup[]): ec2.ISecurityGroup[] {
  return groups.map((group) => {
    if (Stack.of(group) === stack) {
      return group;
    }
    const id = `RulesOf${Names.uniqueId(group)}`;
    return stack.node.tryFindChild(id) as ec2.ISecurityGroup | undefined ?? ec2.SecurityGroup.fromSecurityGroupId(stack, id, group.securityGroupId);
  });
}

/**
 * Registers the stack of each rule, and finds another stack that already has one of them: EC2 rejects a second one.
 */
function otherStackWithRule(stack: Stack, groups: ec2.ISecurityGroup[], { other, portRange }: TrafficSource): Stack | undefined {
  const rules = registryOf<Stack>(stack, 'target-rules');
  const keys = other.connections.securityGroups.flatMap((from) => groups.map((to) => `${idOf(from)} ${idOf(to)} ${portRange}`));
  const elsewhere = keys.map((key) => rules.get(key)).find((found) => found && found !== stack);
  keys.filter((key) => !rules.has(key)).forEach((key) => rules.set(key, stack));
  return elsewhere;
}

/** An id as text that is equal in all stacks. */
function idOf(group: ec2.ISecurityGroup): string {
  return String(readReferences(group, group.securityGroupId, ({ target, displayName }) => `${target.node.path}.${displayName}`).value);
}

/** What is let in: the arguments of `Connections.allowFrom()`. */
interface TrafficSource {
  readonly other: ec2.IConnectable;
  readonly portRange: ec2.Port;
}

/**
 * Collects who is let in until all listeners are defined.
 *
 * The CDK adds a rule at once, in the stack of the security group, on which the stack of the load balancer may depend.
 */
class DeferredConnections extends ec2.Connections {
  public readonly sources: TrafficSource[] = [];

  public allowFrom(other: ec2.IConnectable, portRange: ec2.Port): void {
    this.sources.push({ other, portRange });
  }
}

/** Records whether anything was let in. */
export class RecordingConnections extends ec2.Connections {
  public isUsed = false;

  public allowFrom(other: ec2.IConnectable, portRange: ec2.Port, description?: string): void {
    this.isUsed = true;
    super.allowFrom(other, portRange, description);
  }
}
