import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { BindingDefinition, BindingHost, readBindingOptions } from './binding-definition';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { requireNewId } from '../util/constructs';

/**
 * Pods as the targets of an Application Load Balancer that the CDK defines: a target group, and the TargetGroupBinding that makes the controller
 * register the pods in it.
 *
 * Defined by `albIngress.addTargetGroupBinding()`. The load balancers whose listeners use the target group may reach the pods. The
 * binding is deployed after that construct and those listeners, and removed before them; in EKS Auto Mode, which deletes the target
 * group with the binding, it is not ordered against the listeners. For everything else that it depends on, such as the chart that creates its
 * namespace, use `binding.node.addDependency(chart)`.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
 */
export class TargetGroupBinding extends Construct implements ec2.IConnectable {
  /**
   * @param scope where bindings without a scope are defined
   *
   * @internal
   */
  public static _define(scope: () => Construct, id: string, given: TargetGroupBindingOptions, host: BindingHost): TargetGroupBinding {
    const options = readBindingOptions('application', id, given);
    return new TargetGroupBinding(scopeFor('addTargetGroupBinding', options.scope ?? scope(), id), id, options, host);
  }

  /**
   * The target group, for listeners of Application Load Balancers.
   */
  public readonly targetGroup: elbv2.IApplicationTargetGroup;

  /**
   * Name of the TargetGroupBinding: the id, with a hash that changes when the target group is replaced.
   *
   * A token, known when the app is synthesized.
   */
  public readonly bindingName: string;

  /**
   * The security groups of pods or nodes, to let in other clients. Their default port is that of the targets.
   */
  public readonly connections: ec2.Connections;

  private constructor(scope: Construct, id: string, options: TargetGroupBindingOptions, host: BindingHost) {
    super(scope, id);
    const { bound, bindingName, connections } = new BindingDefinition('application', this, options, host);
    this.targetGroup = bound.application!;
    this.bindingName = bindingName;
    this.connections = connections;
  }
}

/**
 * Pods as the targets of a Network Load Balancer that the CDK defines.
 *
 * Defined by `albIngress.addNetworkTargetGroupBinding()`. It is like a `TargetGroupBinding`, with a target group of a Network Load Balancer.
 */
export class NetworkTargetGroupBinding extends Construct implements ec2.IConnectable {
  /**
   * @param scope where bindings without a scope are defined
   *
   * @internal
   */
  public static _define(scope: () => Construct, id: string, given: TargetGroupBindingOptions, host: BindingHost): NetworkTargetGroupBinding {
    const options = readBindingOptions('network', id, given);
    return new NetworkTargetGroupBinding(scopeFor('addNetworkTargetGroupBinding', options.scope ?? scope(), id), id, options, host);
  }

  /**
   * The target group, for listeners of Network Load Balancers.
   */
  public readonly targetGroup: elbv2.INetworkTargetGroup;

  /**
   * Name of the TargetGroupBinding: the id, with a hash that changes when the target group is replaced.
   *
   * A token, known when the app is synthesized.
   */
  public readonly bindingName: string;

  /**
   * The security groups of pods or nodes, to let in other clients. Their default port is that of the targets.
   */
  public readonly connections: ec2.Connections;

  private constructor(scope: Construct, id: string, options: TargetGroupBindingOptions, host: BindingHost) {
    super(scope, id);
    const { bound, bindingName, connections } = new BindingDefinition('network', this, options, host);
    this.targetGroup = bound.targetGroup as elbv2.INetworkTargetGroup;
    this.bindingName = bindingName;
    this.connections = connections;
  }
}

function scopeFor(method: string, scope: Construct, id: string): Construct {
  requireNewId(method, scope, id);
  return scope;
}
