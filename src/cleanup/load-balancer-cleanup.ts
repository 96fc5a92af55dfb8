import { CustomResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CLUSTER_TAG, LoadBalancerCleanupProperties } from './cleanup-contract';
import { rejectToOutlive } from './cleanup-requirements';
import { TargetCluster } from '../cluster/target-cluster';
import { HandlerProvider } from '../custom-resource/handler-provider';

export interface LoadBalancerCleanupProps {
  /** Name of the cluster, exactly; may be a token. */
  readonly clusterName: string;

  /** Id of the VPC whose resources are considered; may be a token. */
  readonly vpcId: string;
}

/**
 * Deletes, when the stack is deleted, what the AWS Load Balancer Controller of this cluster left in this
 * VPC: load balancers with their listeners, target groups, security groups and the rules that refer to
 * them. Ends when their network interfaces are gone, so that the VPC can go next.
 *
 * Does nothing on create and update, nor where the stack stays and only this construct goes. The controller has to be gone when it runs, or it makes the load
 * balancers anew: everything that installs it depends on this construct, and this construct on the
 * cluster and the VPC.
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

/** What is cleaned up after a controller. */
export interface CleanupSettings {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** Cleans up after the controller, which would make the load balancers anew, and before the VPC, which they keep. */
export function cleanUpAfter(controller: Construct, scope: Construct, { target, vpc }: CleanupSettings): Construct {
  scope.node.addValidation({ validate: () => rejectToOutlive(target, Stack.of(scope)) });
  const cleanup = new LoadBalancerCleanup(scope, 'LoadBalancerCleanup', { clusterName: target.name, vpcId: vpc.vpcId });
  controller.node.addDependency(cleanup);
  return cleanup;
}

/** Looking is not limited, since AWS knows no resource for it; every deletion is. */
function renderStatements(stack: Stack, { clusterName, vpcId }: LoadBalancerCleanupProps): iam.PolicyStatement[] {
  const elb = (resource: string) => stack.formatArn({ service: 'elasticloadbalancing', resource, resourceName: '*' });
  const securityGroups = stack.formatArn({ service: 'ec2', resource: 'security-group', resourceName: '*' });
  const ofCluster = { StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterName } };
  const inVpc = {
    // Any account: a VPC shared through AWS RAM has its owner's in its ARN.
    ArnLike: { 'ec2:Vpc': stack.formatArn({ service: 'ec2', account: '*', resource: 'vpc', resourceName: vpcId }) },
  };
  return [
    // The function only deletes where the stack goes as a whole.
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
    // Groups that refer to the cluster's are others': the nodes', for instance. Only the VPC marks them.
    new iam.PolicyStatement({
      actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      resources: [securityGroups],
      conditions: inVpc,
    }),
  ];
}
