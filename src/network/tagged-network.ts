import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledgeUntagged, warnOfLeftOut } from './cdk-tags';
import { clusterTagKeysOf } from './cluster-tag';
import type { NetworkTagsOptions } from './network-tags';
import { SubnetNeeds, SubnetNeedsProps } from './subnet-needs';
import { chooseSubnets } from './subnet-roles';
import { tagSubnets } from './subnet-tags';
import { findTwoTaggedGroups } from './tagged-security-groups';
import { tagWorkerSecurityGroup } from './worker-security-group';
import { TargetCluster } from '../cluster/target-cluster';
import type { LoadBalancerScheme } from '../ingress/ingress-class-options';

/** What the tags are made from. */
export interface TaggedNetworkProps extends NetworkTagsOptions, SubnetNeedsProps {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** The VPC, with the tags by which the controller finds subnets and security groups. */
export class TaggedNetwork extends Construct {
  /** Apps may be synthesized more than once, and tell the same then. */
  private readonly capacity = new Set<CfnResource>();
  /** None where the subnets are none of our business. */
  private readonly subnetNeeds?: SubnetNeeds;

  constructor(scope: Construct, id: string, private readonly props: TaggedNetworkProps) {
    super(scope, id);
    const subnets = chooseSubnets(props);
    if (subnets) {
      this.subnetNeeds = new SubnetNeeds(this, subnets, props);
      warnOfLeftOut(this, subnets, props);
      tagSubnets(this, subnets, props);
      acknowledgeUntagged(subnets, props);
    }
    if (props.workerSecurityGroup || props.workerSecurityGroupTag) {
      tagWorkerSecurityGroup(this, props);
    }
    this.node.addValidation({ validate: () => this.rejectTwoTaggedGroups() });
  }

  /** Takes note of what gives the cluster nodes, to look at their security groups when all of them have their tags. */
  public addCapacity(capacity: CfnResource): void {
    this.capacity.add(capacity);
  }

  /**
   * Rejects a scheme that no subnet is there for.
   *
   * @param asking what asks for it
   */
  public requireSubnets(asking: string, scheme: LoadBalancerScheme): void {
    this.subnetNeeds?.require(asking, scheme);
  }

  private rejectTwoTaggedGroups(): string[] {
    const clusterTagKeys = clusterTagKeysOf(this.props.target);
    return [...this.capacity].flatMap((capacity) => findTwoTaggedGroups(capacity, { ...this.props, clusterTagKeys }));
  }
}
