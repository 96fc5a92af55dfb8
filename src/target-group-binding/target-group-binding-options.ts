import type { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { IngressTargetType, IngressLabelSelector } from '../ingress/ingress-class-options';

/**
 * The pods to register, and their target group.
 */
export interface TargetGroupBindingOptions {
  /**
   * Name of the Kubernetes Service whose pods are the targets: a DNS label. It may come later than the binding.
   */
  readonly service: string;

  /**
   * Namespace of the Service, and of the binding: a DNS label. It must be there before the binding, and be the one of `watchNamespace`,
   * if that is set.
   *
   * To move to another one, give the binding another id too, and with it another target group.
   */
  readonly namespace: string;

  /**
   * Port of the Service, 1 to 65535.
   */
  readonly port: number;

  /**
   * Port, 1 to 65535, at which the targets are reached: the Service's `targetPort` with IP targets, its `nodePort` with instances.
   *
   * The controller reads it from the Service; here it decides which port the security groups open to the load balancer. With instances,
   * one that is no node port is warned of.
   *
   * @default - the same as `port` with IP targets, as in Kubernetes; all node ports, 30000 to 32767, with instances
   */
  readonly targetPort?: number;

  /**
   * A target group of your own, with the target type IP or instance and without targets: one of an Application Load Balancer for
   * `addTargetGroupBinding()`, one of a Network Load Balancer for `addNetworkTargetGroupBinding()`.
   *
   * Its own settings are made where it is defined, before it is bound. An imported one has no listeners that the app knows: let its
   * load balancer in with `binding.connections.allowDefaultPortFrom(loadBalancer)`.
   *
   * In EKS Auto Mode, EKS deletes the target group together with the binding.
   *
   * @default - one is defined
   */
  readonly targetGroup?: elbv2.ITargetGroup;

  /**
   * Protocol between load balancer and pods: HTTP or HTTPS for Application Load Balancers, and TCP, TLS, UDP or TCP_UDP for Network
   * Load Balancers.
   *
   * A change replaces the target group. Not with a `targetGroup` of your own.
   *
   * @default - HTTP for `addTargetGroupBinding()`, TCP for `addNetworkTargetGroupBinding()`
   */
  readonly protocol?: elbv2.Protocol;

  /**
   * Version of HTTP that the pods speak. Only with the protocols HTTP and HTTPS, and not with a `targetGroup` of your own.
   *
   * A change replaces the target group.
   *
   * @default ApplicationProtocolVersion.HTTP1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * What is registered: pods by their addresses, or nodes at the node port of a Service of type NodePort or LoadBalancer.
   *
   * A change replaces the target group. For pods on Fargate it must be IP: instances are warned of on a cluster with nothing else. Of a
   * `targetGroup` of this app it is known; the controller reads it from an imported one, and EKS Auto Mode needs it set here.
   *
   * @default IngressTargetType.IP
   */
  readonly targetType?: IngressTargetType;

  /**
   * Which addresses of pods are registered. A change replaces the target group. Not with a `targetGroup` of your own.
   *
   * @default - IPv6 with IP targets in a cluster that is known to be of that family, IPv4 otherwise
   */
  readonly ipAddressType?: elbv2.TargetGroupIpAddressType;

  /**
   * How the load balancer finds out whether a pod is healthy. A port other than the traffic's is opened to it too.
   *
   * For Network Load Balancers, `path` and `healthyHttpCodes` have it checked by HTTP; with protocol TLS name `healthCheck.protocol`
   * as well. It cannot be switched off. Not with a `targetGroup` of your own.
   *
   * @default - the defaults of Elastic Load Balancing: path `/` over HTTP, or a TCP connection for Network Load Balancers
   */
  readonly healthCheck?: elbv2.HealthCheck;

  /**
   * How long a target that goes keeps its connections, 0 to 3600 seconds. Not with a `targetGroup` of your own.
   *
   * @default Duration.minutes(5)
   */
  readonly deregistrationDelay?: Duration;

  /**
   * VPC of the target group, where it is not the cluster's: one that is peered with it, or connected otherwise.
   *
   * Only with IP targets, from controller v2.8.0, and not in EKS Auto Mode.
   *
   * @default - the VPC of the cluster
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which nodes are registered. Only with instance targets.
   *
   * @default - all but those of the control plane and those with the label `node.kubernetes.io/exclude-from-external-load-balancers`
   */
  readonly nodeSelector?: IngressLabelSelector;

  /**
   * Whether other bindings, or anything else, register targets in the target group too: then only the own ones are deregistered.
   *
   * All bindings of the target group must set it, in all clusters: a binding without it deregisters the targets of all others. Set
   * it when you define the binding: after a later change, the controller may leave its own targets registered, or deregister others'.
   * Requires controller v2.10.0 or later.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/use_cases/multi_cluster/
   */
  readonly multiCluster?: boolean;

  /**
   * Security groups of the pods, or of the nodes where these have no own: each gets a rule that lets the load balancer in.
   *
   * Set it if pods have groups by a SecurityGroupPolicy, or nodes have groups that the app does not define. With an empty list, add the
   * rules yourself.
   *
   * @default - the cluster security group, its `workerSecurityGroup`, and one group of each launch template of the app that
   * has neither of them
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Where target group and binding are defined. Name it where the load balancer is in a later stack than EksAlbIngressSupport: with both in
   * one stack, the binding is removed before the listener.
   *
   * @default - the scope of EksAlbIngressSupport
   */
  readonly scope?: Construct;
}
