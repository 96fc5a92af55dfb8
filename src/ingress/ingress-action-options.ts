import type { Duration } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/**
 * One of several targets: a port of a Service, or a target group that is there already.
 */
export interface IngressWeightedTarget {
  /**
   * Share of the requests, 0 to 999, in proportion to the sum of all weights.
   */
  readonly weight: number;

  /**
   * Name of a Service in the namespace of the Ingress. Comes with `port`.
   *
   * @default - `targetGroup` gets them
   */
  readonly service?: string;

  /**
   * Port of the Service, 1 to 65535.
   *
   * @default - `targetGroup` gets them
   */
  readonly port?: number;

  /**
   * A target group, such as that of a Lambda function or of another cluster.
   *
   * @default - `service` gets them
   */
  readonly targetGroup?: elbv2.ITargetGroup;
}

/**
 * Options of `IngressAction.weightedForward()`.
 */
export interface IngressForwardOptions {
  /**
   * Time for which a client stays with its target group: 1 second to 7 days.
   *
   * @default - each request is decided anew
   */
  readonly stickinessDuration?: Duration;
}
