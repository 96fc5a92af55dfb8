import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { TargetGroupFacts } from './bound-target-group';
import type { TargetGroupBindingOptions } from './target-group-binding-options';

/** Ports that Kubernetes gives to Services of type NodePort, unless the API server was told other ones; on EKS nobody can tell it. */
const NODE_PORTS = [30000, 32767] as const;

/** The ports of targets that a load balancer has to reach: that of the traffic first. */
export function portsOf({ port, targetPort }: TargetGroupBindingOptions, { protocol, targetType, healthCheckPort }: TargetGroupFacts): ec2.Port[] {
  const [from, to] = targetPort === undefined && targetType === 'instance' ? NODE_PORTS : [targetPort ?? port, targetPort ?? port];
  // Elastic Load Balancing checks the health of UDP targets by TCP, at the same port.
  const traffic = [...protocol?.includes('UDP') ? [udp(from, to)] : [], tcp(from, to)];
  const health = Number(healthCheckPort);
  return Number.isInteger(health) && health > 0 && (health < from || health > to) ? [...traffic, ec2.Port.tcp(health)] : traffic;
}

/** Whether a port is certainly none at which nodes are reached. */
export function isNoNodePort(port: number): boolean {
  return !Token.isUnresolved(port) && (port < NODE_PORTS[0] || port > NODE_PORTS[1]);
}

function tcp(from: number, to: number): ec2.Port {
  return from === to ? ec2.Port.tcp(from) : ec2.Port.tcpRange(from, to);
}

function udp(from: number, to: number): ec2.Port {
  return from === to ? ec2.Port.udp(from) : ec2.Port.udpRange(from, to);
}
