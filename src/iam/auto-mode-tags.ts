import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { attachPolicies } from './attach-policies';
import { TargetCluster } from '../cluster/target-cluster';
import { warn } from '../util/messages';

/**
 * Lets EKS Auto Mode put tags of the user's on what it makes for Ingresses.
 *
 * It makes load balancers as the cluster's role, whose AWS managed policy allows EKS's own tags and no others: with one more the request
 * is denied, and there is no load balancer at all. The statement is the one of AWS's documentation for load balancers.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html#tag-prop
 * @returns what must be there before a class asks for the tags
 */
export function permitTagsOfAutoMode(scope: Construct, { cluster, role }: TargetCluster): Construct[] {
  const yourself = 'let it create load balancers with other tags than those of EKS yourself, or leave out tags of classes and Ingresses';
  if (!role) {
    warn(scope, 'autoModeTagsNotPermitted', `the role of the imported cluster ${cluster.node.path} is not known here: ${yourself}`);
    return [];
  }
  const policy = new iam.ManagedPolicy(scope, 'AutoModeTagsPolicy', {
    description: 'Tags of load balancers of EKS Auto Mode',
    statements: [new iam.PolicyStatement({
      actions: [
        'elasticloadbalancing:CreateLoadBalancer',
        'elasticloadbalancing:CreateTargetGroup',
        'elasticloadbalancing:CreateListener',
        'elasticloadbalancing:CreateRule',
        'ec2:CreateSecurityGroup',
      ],
      resources: ['*'],
      // EKS sets the one tag with the request, and the other on its session as this role, whichever clusters share it.
      conditions: { StringEquals: { 'aws:RequestTag/eks:eks-cluster-name': '${aws:PrincipalTag/eks:eks-cluster-name}' } },
    })],
  });
  return attachPolicies(scope, [policy], role, () => warn(scope, 'autoModeTagsNotPermitted',
    `the role of the cluster ${cluster.node.path}, ${role.node.path}, takes no policies from this app: ${yourself}`));
}
