import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IngressForwardOptions, IngressWeightedTarget } from './ingress-action-options';
import { boolean, duration, like, list, number, struct, text } from '../util/kinds';

export const FIXED_RESPONSE = struct<elbv2.FixedResponseOptions>('FixedResponseOptions', { contentType: text, messageBody: text });

export const REDIRECT = struct<elbv2.RedirectOptions>('RedirectOptions', {
  host: text,
  path: text,
  permanent: boolean,
  port: text,
  protocol: text,
  query: text,
});

export const WEIGHTED_TARGET = struct<IngressWeightedTarget>('IngressWeightedTarget', {
  weight: number,
  service: text,
  port: number,
  targetGroup: like('ITargetGroup', ['targetGroupArn', 'node'], 'pass the target group itself, or what ApplicationTargetGroup.fromTargetGroupAttributes() gives'),
}, ['weight']);

export const WEIGHTED_TARGETS = list(WEIGHTED_TARGET);

export const FORWARD = struct<IngressForwardOptions>('IngressForwardOptions', { stickinessDuration: duration });
