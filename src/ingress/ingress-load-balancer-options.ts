import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { LoadBalancerScheme } from './ingress-class-options';
import type { IngressWebAcl } from './ingress-web-acl';

/**
 * Where a load balancer writes its logs.
 */
export interface IngressLogs {
  /**
   * Bucket of the same region, encrypted with keys of Amazon S3 (SSE-S3) if at all.
   *
   * It gets the bucket policy that Elastic Load Balancing needs. One that is imported must have it already.
   */
  readonly bucket: s3.IBucket;

  /**
   * Prefix of the logs' keys, without `AWSLogs` in it and without a slash at either end.
   *
   * @default - the logs start at `AWSLogs/`
   */
  readonly prefix?: string;
}

/**
 * The load balancer of an Ingress. Ingresses of one group share it, and must not contradict each other.
 *
 * What the class sets, an Ingress cannot set: it is rejected, since the controller would take no notice of it.
 */
export interface IngressLoadBalancerOptions {
  /**
   * Name of the IngressGroup: Ingresses of one group share one load balancer, whatever their namespaces.
   *
   * At most 63 of `a-z`, `0-9`, `-` and `.`, starting and ending alphanumeric. Whoever may write Ingresses may join a group: use one
   * where all of them are trusted. On a change the Ingress moves to another load balancer. Not in EKS Auto Mode, where only a class
   * can have a group.
   *
   * @default - that of the class, else a load balancer of its own
   */
  readonly groupName?: string;

  /**
   * Place of the rules among those of the group, from -1000 to 1000 (1 to 1000 before v2.5.0): lower ones are looked at first.
   * Comes with `groupName`, here or of the class.
   *
   * @default 0
   */
  readonly groupOrder?: number;

  /**
   * Scheme of the load balancer. On a change it is replaced, and its DNS name with it.
   *
   * @default - that of the class, else `defaultScheme` of the support
   */
  readonly scheme?: LoadBalancerScheme;

  /**
   * Kind of addresses of the load balancer. `DUAL_STACK_WITHOUT_PUBLIC_IPV4` needs v2.8.0.
   *
   * @default - that of the class, else IPv4, and dual stack on a cluster that is known to be of the IPv6 family
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * Name of the load balancer: at most 32 of `A-Z`, `a-z`, `0-9` and `-`, not starting or ending with `-`, nor starting with
   * `internal-`. On a change it is replaced.
   *
   * @default - that of the class, else one that the controller makes
   */
  readonly loadBalancerName?: string;

  /**
   * Subnets of the load balancer, of the cluster's VPC, at most one an Availability Zone, and of two zones at least. Of a Local Zone or
   * an Outpost one is enough.
   *
   * @default - those of the class, else the controller discovers subnets by their role tags
   */
  readonly subnets?: ec2.ISubnet[];

  /**
   * Security groups of the load balancer, of the cluster's VPC, in place of the one that the controller makes. What may reach the
   * listeners is then theirs to say: `inboundCidrs` and `prefixListIds` exclude them.
   *
   * @default - one that the controller makes, with rules for the listeners
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether the controller lets the load balancer in to the nodes, where it has `securityGroups` of yours.
   *
   * Switch it off where the rules of the nodes' security groups let them in already.
   *
   * @default true
   */
  readonly manageNodeRules?: boolean;

  /**
   * CIDR blocks that may reach the load balancer, such as `10.0.0.0/8` or `2001:db8::/32`.
   *
   * @default - those of the class, else all
   */
  readonly inboundCidrs?: string[];

  /**
   * Prefix lists that may reach the load balancer, such as `pl-0123456789abcdef0`. From v2.8.0.
   *
   * @default - those of the class, else none in addition to `inboundCidrs`
   */
  readonly prefixListIds?: string[];

  /**
   * Load balancer attributes, such as `deletion_protection.enabled`.
   *
   * @default - those of the class
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
   */
  readonly loadBalancerAttributes?: { [key: string]: string };

  /**
   * Where the requests are logged.
   *
   * @default - they are not
   */
  readonly accessLogs?: IngressLogs;

  /**
   * Where the connections are logged.
   *
   * @default - they are not
   */
  readonly connectionLogs?: IngressLogs;

  /**
   * AWS WAF web ACL of the load balancer (WAFv2, regional scope), or that it has none. `fromName()` needs v2.14.1.
   *
   * @default - that of the class, else the one that something else attaches
   */
  readonly webAcl?: IngressWebAcl;

  /**
   * Whether AWS Shield Advanced protects the load balancer. The account must have subscribed to it. Not in EKS Auto Mode.
   *
   * @default - left as it is
   */
  readonly shieldAdvancedProtection?: boolean;

  /**
   * Tags of load balancer, listeners, rules, target groups and security group.
   *
   * @default - those of the class and the controller's own
   */
  readonly tags?: { [key: string]: string };

  /**
   * Capacity to reserve, in load balancer capacity units (LCUs). Costs money while reserved. From v2.11.0.
   *
   * @default - that of the class, else none
   */
  readonly minimumCapacityUnits?: number;

  /**
   * IPAM pool for the public IPv4 addresses, such as `ipam-pool-0123456789abcdef0`. From v2.12.0.
   *
   * @default - that of the class, else Amazon's addresses
   */
  readonly ipv4IpamPoolId?: string;
}
