import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { invalidProp } from '../util/messages';

/** What only a check by HTTP or HTTPS has. */
const OF_HTTP = ['path', 'healthyHttpCodes'] as const satisfies (keyof elbv2.HealthCheck)[];

/** Rejects what Elastic Load Balancing takes of no target group with nodes or pods. */
export function checkHealthCheck(prop: string, { enabled }: elbv2.HealthCheck): void {
  if (enabled === false) {
    throw invalidProp(`${prop}.healthCheck.enabled`, 'must not be false: the health of instances and addresses is always checked', enabled, 'leave it out');
  }
}

/**
 * The health check of a Network Load Balancer's target group, which is by a TCP connection unless a protocol is named.
 *
 * That has neither a path nor codes: Elastic Load Balancing rejects them. Who sets one means HTTP; over TLS it may be meant in clear
 * text at a port of its own.
 */
export function networkHealthCheck(prop: string, protocol: elbv2.Protocol, healthCheck: elbv2.HealthCheck): elbv2.HealthCheck {
  if (healthCheck.healthyGrpcCodes !== undefined) {
    throw invalidProp(`${prop}.healthCheck.healthyGrpcCodes`, 'must be used with protocolVersion GRPC only', healthCheck.healthyGrpcCodes,
      'leave it out, or name healthyHttpCodes');
  }
  const [given] = OF_HTTP.filter((field) => healthCheck[field] !== undefined);
  if (given === undefined) {
    return healthCheck;
  }
  if (healthCheck.protocol === 'TCP') {
    throw invalidProp(`${prop}.healthCheck.${given}`, 'must be left out where health is checked by a TCP connection', healthCheck[given],
      'leave it out, or set healthCheck.protocol to Protocol.HTTP');
  }
  if (healthCheck.protocol === undefined && protocol === 'TLS') {
    throw invalidProp(`${prop}.healthCheck.protocol`, `must be set beside ${given} with protocol TLS`, healthCheck.protocol,
      'use Protocol.HTTPS, or Protocol.HTTP where pods answer in clear text at healthCheck.port');
  }
  return { ...healthCheck, protocol: healthCheck.protocol ?? elbv2.Protocol.HTTP };
}
