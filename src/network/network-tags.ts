import type * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * Which subnets get tagged.
 */
export enum SubnetTagging {
  /**
   * Subnets of this app by CloudFormation, imported ones by a custom resource when the stack is deployed.
   */
  ALL = 'all',

  /**
   * Only subnets of this app. Imported ones carry their tags already, or their owner adds them.
   */
  OWNED_ONLY = 'owned-only',

  /**
   * No subnet.
   *
   * For a VPC shared through AWS RAM, where a participant's tags are not those that the owner sees; or where Ingresses name
   * their subnets, by IngressClassParams or annotation.
   */
  NONE = 'none',
}

/**
 * Value of the tag `kubernetes.io/cluster/<name>`.
 */
export enum KubernetesClusterTag {
  /**
   * The resource is this cluster's alone.
   */
  OWNED = 'owned',

  /**
   * Other clusters use the resource too.
   */
  SHARED = 'shared',
}

/**
 * What gets tagged in the VPC, so that the controller finds its subnets and security group.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
 */
export interface NetworkTagsOptions {
  /**
   * Subnets for internet-facing load balancers: tagged `kubernetes.io/role/elb` = `1`.
   *
   * A cluster that the CDK defines tags all public and private subnets of its VPC itself: those left out here stay tagged, with
   * a warning. Subnets of another VPC are rejected, as far as the app knows them to be.
   *
   * @default - the public subnets of the VPC
   */
  readonly internetFacingSubnets?: ec2.SubnetSelection;

  /**
   * Subnets for internal load balancers: tagged `kubernetes.io/role/internal-elb` = `1`. Subnets of another VPC are rejected, as far as
   * the app knows them to be.
   *
   * @default - all other subnets of the VPC: the private ones, and the isolated ones
   */
  readonly internalSubnets?: ec2.SubnetSelection;

  /**
   * Which subnets get tagged.
   *
   * @default SubnetTagging.ALL
   */
  readonly subnetTagging?: SubnetTagging;

  /**
   * Whether to tag the subnets `kubernetes.io/cluster/<name>` as well, and with which value.
   *
   * Only needed where several clusters share the VPC and each is to keep to its own subnets. The tag goes when this construct goes;
   * one that is there already stays as it is, then and in the end.
   *
   * @default - subnets carry their role tags only, which the controller has found sufficient since v2.1.1
   */
  readonly subnetClusterTag?: KubernetesClusterTag;

  /**
   * Security group of worker nodes which do not carry the cluster security group, as nodes of a launch template of your own may.
   *
   * It is tagged `kubernetes.io/cluster/<name>`, unless it is already, and lets the control plane reach the controller's webhook at TCP 9443. Nodes
   * must carry exactly one tagged group, or the controller rejects to register them: EKS tags the cluster security group itself,
   * so leave this out for managed node groups and for the capacity that the CDK adds to a cluster. Nodes of this app that have
   * two are rejected when it is synthesized, and so is a group that the app defines in another VPC.
   *
   * @default - nodes carry the cluster security group, which EKS tags
   * @see https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
   */
  readonly workerSecurityGroup?: ec2.ISecurityGroup;

  /**
   * Value of the tag on `workerSecurityGroup`, without which it is rejected.
   *
   * @default KubernetesClusterTag.OWNED
   */
  readonly workerSecurityGroupTag?: KubernetesClusterTag;
}
