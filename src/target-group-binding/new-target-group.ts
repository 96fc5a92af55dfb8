import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { checkHealthCheck, networkHealthCheck } from './health-check';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { TargetCluster } from '../cluster/target-cluster';
import { IngressTargetType } from '../ingress/ingress-class-options';
import { invalidProp } from '../util/messages';

/** Protocols of target groups, by the kind of load balancer; literal, since newer versions of the CDK may name more of them. */
const APPLICATION_PROTOCOLS: string[] = ['HTTP', 'HTTPS'];
const NETWORK_PROTOCOLS: string[] = ['TCP', 'TLS', 'UDP', 'TCP_UDP'];

/**
 * Defines the target group that a binding fills.
 *
 * @param prop what to call the options in messages
 */
export function newTargetGroup(prop: string, scope: Construct, options: TargetGroupBindingOptions, vpc: ec2.IVpc, target: TargetCluster) {
  const { protocol = elbv2.Protocol.HTTP, protocolVersion, targetType = IngressTargetType.IP, healthCheck, deregistrationDelay } = options;
  if (healthCheck) {
    checkHealthCheck(prop, healthCheck);
  }
  const common = {
    vpc,
    // Each target is registered with its own port; a port that followed the Service would replace the group with each change.
    port: ['HTTPS', 'TLS'].includes(protocol) ? 443 : 80,
    targetType: targetType === IngressTargetType.IP ? elbv2.TargetType.IP : elbv2.TargetType.INSTANCE,
    ipAddressType: options.ipAddressType ?? ipAddressTypeOf(target, targetType),
    deregistrationDelay,
  };
  if (APPLICATION_PROTOCOLS.includes(protocol)) {
    return new elbv2.ApplicationTargetGroup(scope, 'TargetGroup', {
      ...common, protocol: protocol as string as elbv2.ApplicationProtocol, protocolVersion, healthCheck,
    });
  }
  if (!NETWORK_PROTOCOLS.includes(protocol)) {
    throw invalidProp(`${prop}.protocol`, `must be one of ${[...APPLICATION_PROTOCOLS, ...NETWORK_PROTOCOLS].join(', ')}`, protocol,
      'use HTTP or HTTPS behind an Application Load Balancer, one of the others behind a Network Load Balancer');
  }
  if (protocolVersion) {
    throw invalidProp(`${prop}.protocolVersion`, 'must be used with the protocols HTTP and HTTPS only', protocolVersion, 'leave it out, or change the protocol');
  }
  return new elbv2.NetworkTargetGroup(scope, 'TargetGroup', {
    ...common, protocol, healthCheck: healthCheck && networkHealthCheck(prop, protocol, healthCheck),
  });
}

/** Pods of an IPv6 cluster have no other addresses. */
function ipAddressTypeOf({ cluster }: TargetCluster, targetType: IngressTargetType): elbv2.TargetGroupIpAddressType | undefined {
  return targetType === IngressTargetType.IP && cluster.ipFamily === 'ipv6' ? elbv2.TargetGroupIpAddressType.IPV6 : undefined;
}
