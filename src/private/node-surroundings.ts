import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { TargetCluster } from './cluster';
import { referentOf } from './cluster-name';
import { propertiesOf } from './cluster-resources';

/**
 * What nodes do not refer to, and still cannot work without: policies beside their role, and rules beside their security groups.
 *
 * CloudFormation makes and removes those whenever it likes. A controller whose nodes have lost the way to the Kubernetes API
 * removes no load balancers any more.
 */
export function surroundingsOf(capacity: CfnResource, target: TargetCluster): IConstruct[] {
  const { nodeRole, podExecutionRoleArn, Config } = propertiesOf(capacity);
  const role = referentOf(nodeRole ?? podExecutionRoleArn ?? Config?.podExecutionRoleArn);
  const owner = role?.node.scope;
  return [
    ...owner && iam.Role.isRole(owner) ? [owner] : [],
    ...capacity.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup' ? surroundingsOfGroup(capacity, target) : [],
  ];
}

function surroundingsOfGroup(capacity: CfnResource, { cluster }: TargetCluster): IConstruct[] {
  const group = capacity.node.scope as IConstruct & { readonly role?: iam.IRole; readonly connections?: ec2.Connections };
  const rules = [group.connections, cluster.connections].flatMap((connections) => connections?.securityGroups ?? []);
  return [...group.role ? [group.role] : [], ...rules];
}
