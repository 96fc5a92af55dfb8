/**
 * Parts of the AWS Load Balancer Controller that can be switched off, for chart and IAM policy alike.
 */
export interface ControllerFeatures {
  /**
   * Whether the controller associates AWS WAF Classic (regional) web ACLs with load balancers.
   *
   * Switch it off in networks without a route to the WAF Classic API, which has no VPC endpoint.
   * Off also takes the `waf-regional` actions out of a policy scoped to the cluster.
   *
   * @default true
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
   */
  readonly enableWaf?: boolean;

  /**
   * Whether the controller associates AWS WAFv2 web ACLs with load balancers.
   *
   * Switch it off in networks without a route to the WAFv2 API.
   * Off also takes the `wafv2` actions out of a policy scoped to the cluster.
   *
   * @default true
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
   */
  readonly enableWafv2?: boolean;

  /**
   * Whether the controller puts load balancers under AWS Shield Advanced.
   *
   * Switch it off in networks without a route to the Shield API, which answers in one region only and has no VPC endpoint.
   * Off also takes the `shield` actions out of a policy scoped to the cluster.
   *
   * @default true
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
   */
  readonly enableShield?: boolean;
}
