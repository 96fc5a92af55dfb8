import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { TargetCluster } from '../cluster/target-cluster';
import { IngressTargetType } from '../ingress/ingress-class-options';
import { invalidProp } from '../util/messages';

/** The types of load balancers, with the protocols of their target groups; literal, since later versions of the CDK may have more of them. */
export const LOAD_BALANCER_TYPES = {
  application: { label: 'Application', method: 'addTargetGroupBinding', protocols: ['HTTP', 'HTTPS'] as string[], protocol: elbv2.Protocol.HTTP },
  network: { label: 'Network', method: 'addNetworkTargetGroupBinding', protocols: ['TCP', 'TLS', 'UDP', 'TCP_UDP'] as string[], protocol: elbv2.Protocol.TCP },
} as const;

export type LoadBalancerType = keyof typeof LOAD_BALANCER_TYPES;

/** The way to bind target groups of the other type of load balancer. */
export function otherMethod(type: LoadBalancerType): string {
  const { label, method } = LOAD_BALANCER_TYPES[type === 'application' ? 'network' : 'application'];
  return `use ${method}() for ${label} Load Balancers`;
}

/** The cluster, and the VPC of the target group. */
export interface TargetGroupLocation {
  readonly vpc: ec2.IVpc;
  readonly target: TargetCluster;
}

/**
 * Defines the target group of a binding.
 *
 * @param prop name of the options in messages
 */
export function newTargetGroup(
  type: LoadBalancerType, prop: string, scope: Construct, options: TargetGroupBindingOptions, { vpc, target }: TargetGroupLocation,
): elbv2.ITargetGroup {
  const { protocols, label, protocol: byDefault } = LOAD_BALANCER_TYPES[type];
  const { protocol = byDefault, protocolVersion, targetType = IngressTargetType.IP, healthCheck, deregistrationDelay } = options;
  if (!protocols.includes(protocol)) {
    throw invalidProp(`${prop}.protocol`, `must be one of ${protocols.join(', ')} behind ${type === 'application' ? 'an' : 'a'} ${label} Load Balancer`, protocol, otherMethod(type));
  }
  if (healthCheck) {
    checkHealthCheck(prop, healthCheck);
  }
  const common = {
    vpc,
    // Each target is registered with its own port; with the port of the Service here, a change of that would replace the target group.
    port: ['HTTPS', 'TLS'].includes(protocol) ? 443 : 80,
    targetType: targetType === IngressTargetType.IP ? elbv2.TargetType.IP : elbv2.TargetType.INSTANCE,
    ipAddressType: options.ipAddressType ?? ipAddressTypeOf(target, targetType),
    deregistrationDelay,
  };
  if (type === 'application') {
    return new elbv2.ApplicationTargetGroup(scope, 'TargetGroup', {
      ...common, protocol: protocol as string as elbv2.ApplicationProtocol, protocolVersion, healthCheck,
    });
  }
  if (protocolVersion) {
    throw invalidProp(`${prop}.protocolVersion`, 'must be used with the protocols HTTP and HTTPS only', protocolVersion, 'leave it out');
  }
  return new elbv2.NetworkTargetGroup(scope, 'TargetGroup', {
    ...common, protocol, healthCheck: healthCheck && networkHealthCheck(prop, protocol, healthCheck),
  });
}

/** Pods of an IPv6 cluster have no other addresses. */
function ipAddressTypeOf({ cluster }: TargetCluster, targetType: IngressTargetType): elbv2.TargetGroupIpAddressType | undefined {
  return targetType === IngressTargetType.IP && cluster.ipFamily === 'ipv6' ? elbv2.TargetGroupIpAddressType.IPV6 : undefined;
}

/** Options that only health checks by HTTP or HTTPS have. */
const HTTP_OPTIONS = ['path', 'healthyHttpCodes'] as const satisfies (keyof elbv2.HealthCheck)[];

/** Rejects what Elastic Load Balancing rejects for all targets that are nodes or pods. */
function checkHealthCheck(prop: string, { enabled }: elbv2.HealthCheck): void {
  if (enabled === false) {
    throw invalidProp(`${prop}.healthCheck.enabled`, 'must not be false: the health of instances and addresses is always checked', enabled, 'leave it out');
  }
}

/**
 * The health check of a Network Load Balancer's target group, by a TCP connection unless it has a protocol.
 *
 * That has neither a path nor codes: Elastic Load Balancing rejects them. With one of them the check is by HTTP; with TLS as the protocol of
 * the traffic that is ambiguous.
 */
function networkHealthCheck(prop: string, protocol: elbv2.Protocol, healthCheck: elbv2.HealthCheck): elbv2.HealthCheck {
  if (healthCheck.healthyGrpcCodes !== undefined) {
    throw invalidProp(`${prop}.healthCheck.healthyGrpcCodes`, 'must be used with protocolVersion GRPC only', healthCheck.healthyGrpcCodes,
      'leave it out, or name healthyHttpCodes');
  }
  const [given] = HTTP_OPTIONS.filter((field) => healthCheck[field] !== undefined);
  if (given === undefined) {
    return healthCheck;
  }
  if (healthCheck.protocol === 'TCP') {
    throw invalidProp(`${prop}.healthCheck.${given}`, 'must be left out where health is checked by a TCP connection', healthCheck[given],
      'leave it out, or set healthCheck.protocol to Protocol.HTTP');
  }
  if (healthCheck.protocol === undefined && protocol === 'TLS') {
    throw invalidProp(`${prop}.healthCheck.protocol`, `must be set with ${given} and protocol TLS`, healthCheck.protocol,
      'use Protocol.HTTPS, or Protocol.HTTP where pods answer unencrypted at healthCheck.port');
  }
  return { ...healthCheck, protocol: healthCheck.protocol ?? elbv2.Protocol.HTTP };
}
