import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { TargetCluster } from '../cluster/target-cluster';
import { readGroups, launchTemplatesOf, networkInterfacesOf } from '../cluster/vpc-resources';
import { tryRead } from '../util/constructs';

/** The cluster, and the security group of its nodes if it is not the cluster's. */
export interface NodeSecurityGroupsProps {
  readonly target: TargetCluster;
  readonly workerSecurityGroup?: ec2.ISecurityGroup;
}

/**
 * The security groups of nodes, and of pods with them: that of the cluster, `workerSecurityGroup`, and one of each launch template of the
 * app that has neither.
 */
export class NodeSecurityGroups {
  private readonly found: ec2.ISecurityGroup[] = [];
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly props: NodeSecurityGroupsProps) {}

  public get all(): ec2.ISecurityGroup[] {
    const { target: { cluster }, workerSecurityGroup } = this.props;
    return [cluster.clusterSecurityGroup, ...workerSecurityGroup ? [workerSecurityGroup] : [], ...this.found];
  }

  /** Calls back for each group that is found later, while the app is synthesized. */
  public onFound(callback: () => void): void {
    this.listeners.push(callback);
  }

  /** Adds nodes of the cluster. */
  public addCapacity(capacity: CfnResource): void {
    for (const { ids, resources } of launchTemplatesOf(capacity).flatMap(networkInterfacesOf)) {
      const known = (tryRead(() => this.all) ?? []).map((group) => readGroups(capacity, group.securityGroupId).ids[0]);
      if (ids.some((id) => known.includes(id))) {
        continue;
      }
      const group = resources.map(({ node }) => node.scope).find(ec2.SecurityGroup.isSecurityGroup) ?? importLiteral(capacity, ids);
      if (group) {
        this.found.push(group);
        this.listeners.forEach((callback) => callback());
      }
    }
  }
}

function importLiteral(capacity: CfnResource, ids: string[]): ec2.ISecurityGroup | undefined {
  const literal = ids.find((id) => id.startsWith('sg-'));
  const stack = Stack.of(capacity);
  return literal === undefined ? undefined
    : stack.node.tryFindChild(`Nodes-${literal}`) as ec2.ISecurityGroup | undefined ?? ec2.SecurityGroup.fromSecurityGroupId(stack, `Nodes-${literal}`, literal);
}
