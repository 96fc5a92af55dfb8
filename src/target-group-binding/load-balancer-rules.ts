import { Names, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct, IConstruct } from 'constructs';
import { BoundTargetGroup } from './bound-target-group';
import { otherStackWithRule } from './one-rule';
import { AwaitedConnections, Visitor } from './target-connections';

export interface LoadBalancerRulesProps {
  readonly bound: BoundTargetGroup;
  /** Stack of the binding. */
  readonly stack: Stack;
  /** Groups of pods or nodes; asked for again when there may be more. */
  readonly groups: () => ec2.ISecurityGroup[];
  readonly ports: ec2.Port[];
}

/** What came of it. */
export interface AddedRules {
  /** Listeners of Network Load Balancers that have no security group, or are imported. */
  readonly unknown: IConstruct[];
  /** Other stacks that have one of the rules already. */
  readonly elsewhere: Stack[];
}

/**
 * Rules that let in whichever load balancer comes to use a target group.
 */
export class LoadBalancerRules {
  private readonly awaited = new AwaitedConnections();

  constructor(private readonly props: LoadBalancerRulesProps) {
    const { bound, ports } = props;
    if (bound.knowsListeners) {
      ports.forEach((port) => bound.application?.registerConnectable(this.awaited, port));
    }
  }

  /**
   * Makes the rules, when all listeners are there.
   */
  public add(attachments: IConstruct[]): AddedRules {
    const { bound, ports } = this.props;
    const groups = this.props.groups();
    // The CDK tells no Network Load Balancer's target group of security groups.
    const networkListeners = bound.application ? [] : attachments;
    const known = networkListeners.filter((listener) => loadBalancerOf(listener)?.connections.securityGroups.length);
    const visitors = [
      ...this.awaited.visitors,
      ...known.flatMap((listener) => ports.map((portRange) => ({ other: loadBalancerOf(listener)!, portRange }))),
    ];
    const elsewhere = new Set<Stack>();
    for (const visitor of visitors) {
      const stack = this.placeFor(visitor, attachments.map((attachment) => Stack.of(attachment)));
      const other = otherStackWithRule(stack, groups, visitor);
      if (other) {
        elsewhere.add(other);
      }
      new ec2.Connections({ securityGroups: importGroups(stack, groups) }).allowFrom(visitor.other, visitor.portRange, 'Load balancer to target');
    }
    return { unknown: networkListeners.filter((listener) => !known.includes(listener)), elsewhere: [...elsewhere] };
  }

  /**
   * A stack that is deployed after the cluster, and after the load balancer: the binding's, unless only later ones refer to the
   * target group there.
   */
  private placeFor({ other }: Visitor, attachments: Stack[]): Stack {
    const { stack, bound } = this.props;
    const own = Construct.isConstruct(other) ? Stack.of(other) : undefined;
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
 * The groups as a stack knows them: those of other stacks are imported. One construct for each: the CDK makes the same rule once below
 * it, and EC2 rejects to have it twice.
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
