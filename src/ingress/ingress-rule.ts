import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IngressAction } from './ingress-action';
import type { IngressRewrite } from './ingress-rewrite';

/**
 * How the path of a rule is compared with that of a request.
 */
export enum IngressPathType {
  /** The same path, to the letter. */
  EXACT = 'Exact',
  /** The path, and what lies below it. */
  PREFIX = 'Prefix',
  /** A pattern of the load balancer, with the wildcards `*` and `?`. Not in an Ingress with `REGEX`. */
  IMPLEMENTATION_SPECIFIC = 'ImplementationSpecific',
  /** A regular expression for the whole path, such as `/old/(.*)`. Requires controller v2.14.1 or later. */
  REGEX = 'Regex',
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
   * Path of the requests, starting with `/`. Wildcards are for `pathType` `IMPLEMENTATION_SPECIFIC` only, and regular expressions, of at
   * most 128 characters, for `REGEX`.
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
   * How path and host are changed before a target gets the request. For rules that forward to Services or target groups. Requires
   * controller v2.14.1 or later.
   *
   * @default - targets get the path and the host that the client sent
   */
  readonly rewrite?: IngressRewrite;

  /**
   * What requests must have in addition to host and path: all of it.
   *
   * Paths are for `path` to say, and hosts either for `host` or, if there are several, for one condition in place of it: the controller
   * takes each path, and each host, for one more that requests may have. Such hosts get no alias records, and no certificates are
   * discovered for them.
   *
   * @default - nothing
   */
  readonly conditions?: elbv2.ListenerCondition[];
}
