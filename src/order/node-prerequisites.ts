import { CfnResource } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { referentOf } from '../cluster/cluster-name';
import { networkInterfacesOf, launchTemplatesOf } from '../cluster/node-interfaces';
import { TargetCluster } from '../cluster/target-cluster';
import { propertiesOf } from '../util/cfn-properties';
import { tryRead } from '../util/try-read';

/**
 * What nodes do not refer to, and still cannot work without: policies beside their role, and rules beside their security groups.
 *
 * CloudFormation makes and removes those whenever it likes. A controller whose nodes have lost the way to the Kubernetes API
 * removes no load balancers any more.
 */
export function prerequisitesOf(capacity: CfnResource, target: TargetCluster): IConstruct[] {
  const groups = securityGroupsOf(capacity);
  // Nodes with groups of their own reach the control plane by the rules of both sides.
  const ofCluster = groups.length > 0 ? tryRead(() => target.cluster.connections)?.securityGroups ?? [] : [];
  return [...rolesOf(capacity), ...groups, ...ofCluster];
}

function rolesOf(capacity: CfnResource): IConstruct[] {
  const { nodeRole, podExecutionRoleArn, Config } = propertiesOf(capacity);
  const owner = referentOf(nodeRole ?? podExecutionRoleArn ?? Config?.podExecutionRoleArn)?.node.scope;
  const role = isAutoScalingGroup(capacity) ? tryRead(() => (capacity.node.scope as autoscaling.AutoScalingGroup).role) : undefined;
  return [...owner && iam.Role.isRole(owner) ? [owner] : [], ...role ? [role] : []];
}

/** The security groups of the nodes, as far as the app knows them, with the rules that stand below them. */
function securityGroupsOf(capacity: CfnResource): IConstruct[] {
  const ofTemplates = launchTemplatesOf(capacity).flatMap(networkInterfacesOf).flatMap(({ resources }) => resources).map(({ node }) => node.scope!);
  const ofGroup = isAutoScalingGroup(capacity)
    ? tryRead(() => (capacity.node.scope as autoscaling.AutoScalingGroup).connections)?.securityGroups ?? []
    : [];
  return [...new Set([...ofTemplates, ...ofGroup])];
}

function isAutoScalingGroup(capacity: CfnResource): boolean {
  return capacity.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup';
}
