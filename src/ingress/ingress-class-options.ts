import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IngressWebAcl } from './ingress-web-acl';

/**
 * From where a load balancer can be reached.
 */
export enum LoadBalancerScheme {
  /** From within the VPC and the networks connected to it. */
  INTERNAL = 'internal',
  /** From the internet. */
  INTERNET_FACING = 'internet-facing',
}

/**
 * What the controller registers in target groups.
 */
export enum IngressTargetType {
  /** Nodes, at the port of a Service of type NodePort or LoadBalancer. */
  INSTANCE = 'instance',
  /** Pods, at their own addresses: the only type that works for pods on Fargate. */
  IP = 'ip',
}

/**
 * How a label relates to the values of a requirement.
 */
export enum IngressLabelOperator {
  /** The label has one of the values. */
  IN = 'In',
  /** The label has none of the values, or is absent. */
  NOT_IN = 'NotIn',
  /** The label is there, whatever its value. */
  EXISTS = 'Exists',
  /** The label is absent. */
  DOES_NOT_EXIST = 'DoesNotExist',
}

/**
 * A requirement on one label.
 */
export interface IngressLabelRequirement {
  /** Key of the label, such as `team` or `example.com/team`. */
  readonly key: string;

  /** How the label relates to `values`. */
  readonly operator: IngressLabelOperator;

  /**
   * Values to compare with.
   *
   * @default - no values, as `EXISTS` and `DOES_NOT_EXIST` require
   */
  readonly values?: string[];
}

/**
 * Selects Kubernetes objects by label: all parts must match.
 */
export interface IngressLabelSelector {
  /**
   * Labels with the value each must have.
   *
   * @default - no label is compared for equality
   */
  readonly matchLabels?: { [key: string]: string };

  /**
   * Further requirements on labels.
   *
   * @default - no further requirements
   */
  readonly matchExpressions?: IngressLabelRequirement[];
}

/**
 * A listener. Those of an Ingress are made; those of a class say which attributes such a listener gets wherever its Ingresses have one.
 */
export interface IngressListener {
  /** Protocol of the listener. */
  readonly protocol: elbv2.ApplicationProtocol;

  /** Port of the listener, 1 to 65535. */
  readonly port: number;

  /**
   * Listener attributes, such as `routing.http.response.server.enabled`.
   *
   * @default - the attributes of Elastic Load Balancing
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html
   */
  readonly attributes?: { [key: string]: string };
}

/**
 * A class of Ingresses: its name, and settings that each Ingress of the class gets over its own annotations.
 *
 * All but name, `create` and `isDefault` is the spec of an IngressClassParams object. What its admission check would reject is
 * rejected when the app is synthesized, as is a setting that the chosen release does not know.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
 */
export interface IngressClassOptions {
  /**
   * Name of the IngressClass: a DNS subdomain. Tokens are accepted.
   *
   * Ingresses name it in `spec.ingressClassName`. On a change the controller lets go of those that still have the old name.
   *
   * @default - `alb` for the class of the support; the id for a further one, as `internal-shop` of `InternalShop`
   */
  readonly ingressClassName?: string;

  /**
   * Whether to define the class.
   *
   * Set it to `false` where the class is already there, under somebody else's care. Then only the name is left to say.
   *
   * @default - true, unless the controller is for TargetGroupBindings only
   */
  readonly create?: boolean;

  /**
   * Whether Ingresses that name no class get this one. For the class of the support from chart 1.4.5.
   *
   * A cluster must not have two such classes: the API server then rejects Ingresses without one.
   *
   * @default false
   */
  readonly isDefault?: boolean;

  /**
   * Name of the IngressGroup that all Ingresses of the class join, and so share one load balancer.
   *
   * At most 63 of `a-z`, `0-9`, `-` and `.`, starting and ending alphanumeric.
   * On a change the Ingresses move to a new load balancer.
   *
   * @default - each Ingress decides with its `group.name` annotation
   */
  readonly groupName?: string;

  /**
   * Scheme of the load balancers. On a change they are replaced.
   *
   * @default - each Ingress decides with its `scheme` annotation
   */
  readonly scheme?: LoadBalancerScheme;

  /**
   * Kind of addresses of the load balancers. `DUAL_STACK_WITHOUT_PUBLIC_IPV4` needs v2.8.0.
   *
   * @default - each Ingress decides with its `ip-address-type` annotation
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * Subnets of the load balancers, of the cluster's VPC, at most one an Availability Zone, and of two zones at least. Of a Local Zone or
   * an Outpost one is enough. From v2.5.0. Excludes `subnetTags`.
   *
   * @default - the controller discovers subnets by their role tags
   */
  readonly subnets?: ec2.ISubnet[];

  /**
   * Tags by which the controller finds the subnets: keys with the values accepted for each, at least one. Requires v2.5.0 or later. Cannot
   * be used with `subnets`.
   *
   * @default - the controller discovers subnets by their role tags
   */
  readonly subnetTags?: { [key: string]: string[] };

  /**
   * CIDR blocks that may reach the load balancers, such as `10.0.0.0/8` or `2001:db8::/32`. From v2.5.0.
   *
   * @default - each Ingress decides with its `inbound-cidrs` annotation
   */
  readonly inboundCidrs?: string[];

  /**
   * Prefix lists that may reach the load balancers, such as `pl-0123456789abcdef0`. From v2.13.0.
   *
   * @default - each Ingress decides with its `security-group-prefix-lists` annotation
   */
  readonly prefixListIds?: string[];

  /**
   * Certificates of the HTTPS listeners, of the load balancers' region, the default one first. From v2.8.0.
   *
   * @default - each Ingress decides with its `certificate-arn` annotation, or by its hosts
   */
  readonly certificates?: acm.ICertificate[];

  /**
   * Security policy of the HTTPS listeners. From v2.5.0.
   *
   * @default - each Ingress decides with its `ssl-policy` annotation
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Port, 1 to 65535, to which plain HTTP requests are redirected: each Ingress of the class must have an HTTPS listener on it. From
   * v2.14.0.
   *
   * @default - each Ingress decides with its `ssl-redirect` annotation
   */
  readonly sslRedirectPort?: number;

  /**
   * What target groups hold. From v2.13.0.
   *
   * @default - each Ingress decides with its `target-type` annotation
   */
  readonly targetType?: IngressTargetType;

  /**
   * Tags of the load balancers and what belongs to them.
   *
   * In EKS Auto Mode the cluster's role is given the permission to set them, where the cluster is one of the app.
   *
   * @default - no tags but the controller's own and its default tags
   */
  readonly tags?: { [key: string]: string };

  /**
   * Load balancer attributes, such as `deletion_protection.enabled`.
   *
   * @default - each Ingress decides with its `load-balancer-attributes` annotation
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
   */
  readonly loadBalancerAttributes?: { [key: string]: string };

  /**
   * Attributes of the listeners, one entry a port. From v2.9.0.
   *
   * @default - each Ingress decides with its `listener-attributes` annotations
   */
  readonly listeners?: IngressListener[];

  /**
   * Name of the load balancer: at most 32 of `A-Z`, `a-z`, `0-9` and `-`, not starting or ending with `-`, nor starting with
   * `internal-`. For a class whose Ingresses share a group. From v2.14.0.
   *
   * @default - each Ingress decides with its `load-balancer-name` annotation
   */
  readonly loadBalancerName?: string;

  /**
   * AWS WAF web ACL of the load balancers (WAFv2, regional scope), or that they have none. From v2.14.0.
   *
   * An Ingress changes the one of `fromArn()` with the annotation `wafv2-acl-name`, which beats any ARN; the one of `fromName()` cannot be
   * changed so.
   *
   * @default - each Ingress decides with its `wafv2-acl-arn` or `wafv2-acl-name` annotation
   */
  readonly webAcl?: IngressWebAcl;

  /**
   * Capacity to reserve, in load balancer capacity units (LCUs). Costs money while reserved. From v2.11.0.
   *
   * @default - each Ingress decides with its `minimum-load-balancer-capacity` annotation
   */
  readonly minimumCapacityUnits?: number;

  /**
   * IPAM pool for the public IPv4 addresses, such as `ipam-pool-0123456789abcdef0`. From v2.12.0.
   *
   * @default - each Ingress decides with its `ipam-ipv4-pool-id` annotation
   */
  readonly ipv4IpamPoolId?: string;

  /**
   * Namespaces whose Ingresses may use the class.
   *
   * @default - those of all namespaces
   */
  readonly namespaceSelector?: IngressLabelSelector;
}
