import { CfnDeletionPolicy, CustomResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLUSTER_TAG, LoadBalancerCleanupProperties } from './cleanup-contract';
import { keepsController } from './controller-removal';
import { TargetCluster } from '../cluster/target-cluster';
import { HandlerProvider } from '../custom-resource/handler-provider';
import { invalidProp } from '../util/messages';

export interface LoadBalancerCleanupProps {
  /** Name of the cluster, exactly; may be a token. */
  readonly clusterName: string;

  /** Id of the VPC whose resources are considered; may be a token. */
  readonly vpcId: string;
}

/**
 * Deletes, with the stack, what the AWS Load Balancer Controller of this cluster left in this VPC: load balancers with their listeners,
 * target groups, security groups and the rules that refer to them. Ends when their network interfaces are deleted, so that the VPC can be
 * deleted next.
 *
 * Does nothing on create and update, nor if only this construct is removed. The controller must be deleted first, or it creates the load
 * balancers again: everything that installs it depends on this construct, and this construct on the cluster and the VPC.
 */
export class LoadBalancerCleanup extends Construct {
  constructor(scope: Construct, id: string, props: LoadBalancerCleanupProps) {
    super(scope, id);
    const provider = HandlerProvider.of(this, 'EksAlbIngressLoadBalancerCleanupProvider', 'cleanup/program/load-balancer-cleanup',
      'Deletes what the AWS Load Balancer Controller left of an EKS cluster that is being deleted');
    const policies = provider.allow(this, 'Rights', renderStatements(Stack.of(this), props));

    const properties: LoadBalancerCleanupProperties = { ClusterName: props.clusterName, VpcId: props.vpcId };
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::EksAlbIngressLoadBalancerCleanup',
      properties: { ...properties },
    });
    resource.node.addDependency(...policies);
  }
}

/** The cluster, and the VPC with the load balancers. */
export interface CleanupContext {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** Cleans up after the controller is deleted, which would create the load balancers again, and before the VPC, which they keep from being deleted. */
export function cleanUpAfter(controller: Construct, scope: Construct, { target, vpc }: CleanupContext): Construct {
  scope.node.addValidation({ validate: () => rejectClusterThatStays(target, Stack.of(scope)) });
  const cleanup = new LoadBalancerCleanup(scope, 'LoadBalancerCleanup', { clusterName: target.name, vpcId: vpc.vpcId });
  controller.node.addDependency(cleanup);
  return cleanup;
}

/** The props that decide what happens to load balancers and controller when the stack is deleted. */
export interface CleanupProps {
  readonly autoDeleteLoadBalancers?: boolean;
  readonly removalPolicy?: RemovalPolicy;
  readonly takeOver?: boolean;
}

/** Rejects deleting load balancers while their controller keeps running. */
export function rejectControllerThatStays({ autoDeleteLoadBalancers, removalPolicy, takeOver }: CleanupProps): void {
  if (autoDeleteLoadBalancers && takeOver) {
    throw invalidProp('autoDeleteLoadBalancers', 'must be left out with takeOver, which keeps the controller where the stack is deleted', true,
      'set it in the next deployment, without takeOver');
  }
  if (autoDeleteLoadBalancers && keepsController(removalPolicy)) {
    throw invalidProp('removalPolicy', 'must not keep the controller where autoDeleteLoadBalancers is set: it would create the load balancers again',
      removalPolicy, 'leave one of them out');
  }
}

/** Rejects deleting load balancers whose cluster stays; to be called after all removal policies are set. */
function rejectClusterThatStays(target: TargetCluster, stack: Stack): string[] {
  const reason = reasonToStay(target, stack);
  return reason === undefined ? [] : [`autoDeleteLoadBalancers must be left out: cluster ${target.cluster.node.path} ${reason}, `
    + 'so that load balancers may still be in use when this stack is deleted'];
}

/** Why a cluster is not deleted with a stack; undefined if it is, as far as the app knows. */
function reasonToStay(target: TargetCluster, stack: Stack): string | undefined {
  if (!target.isOwned) {
    return 'is imported';
  }
  if (!isDeletedWith(target.stack, stack)) {
    return `belongs to the stack ${target.stack.node.path}`;
  }
  const kept = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE] as (CfnDeletionPolicy | undefined)[];
  const policy = target.resource?.cfnOptions.deletionPolicy;
  if (kept.includes(policy)) {
    return 'is retained by its removal policy';
  }
  // The load balancers would be deleted before EKS rejects to delete the cluster.
  return target.isProtected ? 'has deletionProtection' : undefined;
}

/** Whether a stack is the other one, or nested in it. */
function isDeletedWith(stack: Stack | undefined, other: Stack): boolean {
  return stack !== undefined && (stack === other || isDeletedWith(stack.nestedStackParent, other));
}

/** Reading is not limited, since IAM has no resource type for it; every deletion is. */
function renderStatements(stack: Stack, { clusterName, vpcId }: LoadBalancerCleanupProps): iam.PolicyStatement[] {
  const elb = (resource: string) => stack.formatArn({ service: 'elasticloadbalancing', resource, resourceName: '*' });
  const securityGroups = stack.formatArn({ service: 'ec2', resource: 'security-group', resourceName: '*' });
  const ofCluster = { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterName } };
  const inVpc = {
    // Any account: the ARN of a VPC shared through AWS RAM has its owner's.
    ArnLike: { 'ec2:Vpc': stack.formatArn({ service: 'ec2', account: '*', resource: 'vpc', resourceName: vpcId }) },
  };
  return [
    // The function only deletes if the whole stack is deleted.
    new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] }),
    new iam.PolicyStatement({
      actions: [
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroupRules',
        'ec2:DescribeSecurityGroups',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      actions: ['elasticloadbalancing:DeleteLoadBalancer'],
      resources: [elb('loadbalancer/app'), elb('loadbalancer/net')],
      conditions: ofCluster,
    }),
    new iam.PolicyStatement({
      actions: ['elasticloadbalancing:DeleteTargetGroup'],
      resources: [elb('targetgroup')],
      conditions: ofCluster,
    }),
    new iam.PolicyStatement({
      actions: ['ec2:DeleteSecurityGroup'],
      resources: [securityGroups],
      conditions: { ...ofCluster, ...inVpc },
    }),
    // The groups that refer to the cluster's belong to others, such as the nodes. Only the VPC limits them.
    new iam.PolicyStatement({
      actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      resources: [securityGroups],
      conditions: inVpc,
    }),
  ];
}
