import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { requireVpc } from '../cluster/required-constructs';
import { IngressTargetType } from '../ingress/ingress-class-options';
import { boolean, choice, duration, like, list, number, securityGroup, struct, text, textOf } from '../util/kinds';
import { checkStruct } from '../util/struct-check';

const protocol = textOf('Protocol', /^[A-Z_]+$/, 'use a constant of elbv2.Protocol, such as Protocol.HTTP');

export const HEALTH_CHECK = struct<elbv2.HealthCheck>('HealthCheck', {
  enabled: boolean,
  interval: duration,
  path: text,
  port: text,
  protocol,
  timeout: duration,
  healthyThresholdCount: number,
  unhealthyThresholdCount: number,
  healthyGrpcCodes: text,
  healthyHttpCodes: text,
});

/** What each option of a binding may hold. */
export const BINDING_OPTIONS = struct<TargetGroupBindingOptions>('TargetGroupBindingOptions', {
  service: text,
  namespace: text,
  port: number,
  targetPort: number,
  targetGroup: like('ITargetGroup', ['targetGroupArn', 'loadBalancerAttached', 'node'],
    'pass the target group itself, or what ApplicationTargetGroup.fromTargetGroupAttributes() gives'),
  protocol,
  protocolVersion: textOf('ApplicationProtocolVersion', /^(GRPC|HTTP\d)$/, 'use a constant of elbv2.ApplicationProtocolVersion'),
  targetType: choice('IngressTargetType', IngressTargetType),
  ipAddressType: textOf('TargetGroupIpAddressType', /^ipv[46]$/, 'use a constant of elbv2.TargetGroupIpAddressType'),
  healthCheck: HEALTH_CHECK,
  deregistrationDelay: duration,
  vpc: { type: 'IVpc', check: (prop, value) => requireVpc(value, prop) },
  nodeSelector: { type: 'IngressLabelSelector', check: (prop, value) => checkStruct('IngressLabelSelector', prop, value) },
  multiCluster: boolean,
  securityGroups: list(securityGroup),
  scope: like('Construct', ['node'], 'pass a construct, such as the stack of the load balancer'),
}, ['service', 'namespace', 'port']);
