import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as eks from 'aws-cdk-lib/aws-eks';
import type * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';

/**
 * The cluster that is made ready for ALB Ingresses, and its VPC.
 *
 * A base of its own, so that the two required props come before the many optional ones wherever all are listed.
 */
export interface IngressCluster {
  /**
   * The cluster, of `aws-eks` or `aws-eks-v2`.
   *
   * It needs a way to run kubectl: a `kubectlLayer` with `aws-eks`, `kubectlProviderOptions` with `aws-eks-v2`.
   */
  readonly cluster: eks.ICluster | eks_v2.ICluster;

  /**
   * The VPC that the cluster is in.
   */
  readonly vpc: ec2.IVpc;
}
