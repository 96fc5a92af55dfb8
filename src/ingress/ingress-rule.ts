import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IngressAction } from './ingress-action';

/**
 * How the path of a rule is compared with that of a request.
 */
export enum IngressPathType {
  /** The same path, to the letter. */
  EXACT = 'Exact',
  /** The path, and what lies below it. */
  PREFIX = 'Prefix',
  /** A pattern of the load balancer's, with the wildcards `*` and `?`. */
  IMPLEMENTATION_SPECIFIC = 'ImplementationSpecific',
}

/**
 * Which requests go where: to a Service, or to an action.
 */
export interface IngressRule {
  /**
   * Host of the requests, such as `shop.example.com` or `*.example.com`.
   *
   * @default - any host
   */
  readonly host?: string;

  /**
   * Path of the requests, starting with `/`. Wildcards are for `pathType` `IMPLEMENTATION_SPECIFIC` only.
   *
   * @default '/'
   */
  readonly path?: string;

  /**
   * How the path is compared.
   *
   * @default IngressPathType.PREFIX
   */
  readonly pathType?: IngressPathType;

  /**
   * Name of the Service that gets the requests, in the namespace of the Ingress. Comes with `port` or `portName`.
   *
   * @default - `action` says what happens
   */
  readonly service?: string;

  /**
   * Port of the Service, 1 to 65535.
   *
   * @default - `portName` says which
   */
  readonly port?: number;

  /**
   * Name of the port of the Service.
   *
   * @default - `port` says which
   */
  readonly portName?: string;

  /**
   * What happens with the requests, in place of a Service: an answer, a redirect, or several targets by weight.
   *
   * @default - they go to `service`
   */
  readonly action?: IngressAction;

  /**
   * What requests must have beside host and path: all of it.
   *
   * Paths are for `path` to say, and hosts either for `host` or, if there are several, for one condition in place of it: the controller
   * takes each path, and each host, for one more that requests may have. Such hosts get no alias records, and no certificates are
   * discovered for them.
   *
   * @default - nothing
   */
  readonly conditions?: elbv2.ListenerCondition[];
}
