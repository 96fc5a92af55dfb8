import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { clusterTag } from './cluster-tag';
import { KubernetesClusterTag } from './network-tags';
import { TagAtDeploy } from './tag-at-deploy';
import { TargetCluster } from '../cluster/target-cluster';
import { isMadeForOtherVpc } from '../cluster/vpc-resources';
import { invalidProp } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

/** Port of the controller's webhooks, which the control plane calls. */
const WEBHOOK_PORT = 9443;

/** Which group is the nodes' own, and for which cluster. */
export interface WorkerSecurityGroupProps {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly workerSecurityGroup?: ec2.ISecurityGroup;
  readonly workerSecurityGroupTag?: KubernetesClusterTag;
}

/** Tags the security group of nodes which do not carry the cluster's, and lets the control plane reach the webhook there. */
export function tagWorkerSecurityGroup(scope: Construct, props: WorkerSecurityGroupProps): void {
  const { workerSecurityGroup, workerSecurityGroupTag, target, vpc } = props;
  if (!workerSecurityGroup) {
    throw invalidProp('workerSecurityGroupTag', 'must come with workerSecurityGroup', workerSecurityGroupTag, 'leave it out');
  }
  const { clusterSecurityGroup } = target.cluster;
  const { securityGroupId } = workerSecurityGroup;
  if (securityGroupId === clusterSecurityGroup.securityGroupId && !isLookupDummy(securityGroupId)) {
    throw invalidProp('workerSecurityGroup', 'must not be the cluster security group', workerSecurityGroup.node.path,
      'leave it out: EKS tags that group itself');
  }
  if (isMadeForOtherVpc(workerSecurityGroup, vpc)) {
    throw invalidProp('workerSecurityGroup', `must be in the VPC of the cluster, ${vpc.node.path}`, workerSecurityGroup.node.path,
      'pass a group of that VPC, or import this one by its id where it is associated with that VPC');
  }
  new TagAtDeploy(scope, 'WorkerSecurityGroup', {
    resourceType: 'security-group',
    resourceIds: [securityGroupId],
    tags: [clusterTag(target, workerSecurityGroupTag ?? KubernetesClusterTag.OWNED)],
    keepOnDelete: false,
  });
  rulesOf(scope, workerSecurityGroup).connections.allowFrom(clusterSecurityGroup, ec2.Port.tcp(WEBHOOK_PORT),
    'AWS Load Balancer Controller webhook');
}

/**
 * The group, in this stack.
 *
 * The CDK puts a rule beside its group. Where that stack is deployed before the cluster's, as a network stack is, it would have
 * to wait for the cluster that waits for it.
 */
function rulesOf(scope: Construct, group: ec2.ISecurityGroup): ec2.ISecurityGroup {
  return Stack.of(group) === Stack.of(scope)
    ? group
    : ec2.SecurityGroup.fromSecurityGroupId(scope, 'WorkerSecurityGroupRules', group.securityGroupId);
}
