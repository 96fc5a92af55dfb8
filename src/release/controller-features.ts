/**
 * Parts of the AWS Load Balancer Controller that can be switched off, for chart and IAM policy alike.
 */
export interface ControllerFeatures {
  /**
   * Whether the controller associates AWS WAF web ACLs (WAFv2) with load balancers.
   *
   * Switch it off where the controller cannot reach the WAFv2 API, such as in a VPC without internet access.
   * Off also takes the `wafv2` actions out of a policy scoped to the cluster.
   *
   * @default - true; false where the partition has no such API, the VPC isolated subnets only, or with `targetGroupBindingOnly`
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
   */
  readonly enableWafv2?: boolean;

  /**
   * Whether the controller puts load balancers under AWS Shield Advanced.
   *
   * Switch it off where the controller cannot reach the Shield API, such as in a VPC without internet access.
   * Off also takes the `shield` actions out of a policy scoped to the cluster.
   *
   * @default - true; false where the partition has no such API, the VPC isolated subnets only, or with `targetGroupBindingOnly`
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/
   */
  readonly enableShield?: boolean;
}
