import { Token } from 'aws-cdk-lib';

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

/** The controller's features as its chart sees them. */
export interface ChartFeatures {
  readonly enableWafv2?: boolean;
  readonly enableShield?: boolean;
  readonly enableGlobalAccelerator?: boolean;
  readonly enableAcmCertificateManagement?: boolean;
  readonly targetGroupBindingOnly?: boolean;
}

/**
 * Partitions with an API that answers in each of their regions.
 *
 * Read from the AWS SDK's endpoint data (botocore 1.43, `endpoints.json`: `wafv2`, `shield`). In aws-iso and
 * aws-iso-b, WAFv2 answers in one region of two, and a controller that asks in the other fails to reconcile: off there too.
 * China has WAF without Shield: https://docs.amazonaws.cn/en_us/aws/latest/userguide/waf.html. GovCloud likewise has WAF:
 * https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-waf.html
 */
const PARTITIONS_WITH: { readonly [flag in 'enableWafv2' | 'enableShield']: readonly string[] } = {
  enableWafv2: ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'],
  enableShield: ['aws'],
};

/**
 * Resolves the flags of WAF and Shield that are not set: off where the API cannot be reached, the chart's own default elsewhere.
 *
 * Upstream asks to switch them off in clusters without internet:
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
 *
 * @param partition the partition, or a token where it is not known before deploy, which counts as one that has all
 */
export function decideWebProtection(features: ChartFeatures, partition: string, isolated: boolean) {
  const decide = (flag: keyof typeof PARTITIONS_WITH): boolean | undefined => {
    if (features[flag] !== undefined) return features[flag];
    const missing = !Token.isUnresolved(partition) && !PARTITIONS_WITH[flag].includes(partition);
    return missing || isolated || features.targetGroupBindingOnly ? false : undefined;
  };
  return { enableWafv2: decide('enableWafv2'), enableShield: decide('enableShield') };
}
