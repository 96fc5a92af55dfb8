import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NetworkTagsOptions } from './network-tags';
import { SubnetChecks, SubnetChecksProps } from './subnet-checks';
import { acknowledgeUntagged, tagSubnets, warnOfOtherTags } from './subnet-tags';
import { selectSubnets } from './subnets';
import { findTwoTaggedGroups, tagWorkerSecurityGroup } from './worker-security-group';
import { TargetCluster } from '../cluster/target-cluster';
import type { LoadBalancerScheme } from '../ingress/ingress-class-options';

export interface TaggedNetworkProps extends NetworkTagsOptions, SubnetChecksProps {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** The tags by which the controller finds subnets and security groups in the VPC. */
export class TaggedNetwork extends Construct {
  /** A set, because apps may be synthesized more than once. */
  private readonly capacity = new Set<CfnResource>();
  /** None where subnets are not tagged. */
  private readonly subnetChecks?: SubnetChecks;

  constructor(scope: Construct, id: string, private readonly props: TaggedNetworkProps) {
    super(scope, id);
    const subnets = selectSubnets(props);
    if (subnets) {
      this.subnetChecks = new SubnetChecks(this, subnets, props);
      warnOfOtherTags(this, subnets, props);
      tagSubnets(this, subnets, props);
      acknowledgeUntagged(subnets, props);
    }
    if (props.workerSecurityGroup || props.workerSecurityGroupTag) {
      tagWorkerSecurityGroup(this, props);
    }
    this.node.addValidation({ validate: () => [...this.capacity].flatMap((capacity) => findTwoTaggedGroups(capacity, this.props)) });
  }

  /** Adds nodes of the cluster, whose security groups are checked after all Aspects have added their tags. */
  public addCapacity(capacity: CfnResource): void {
    this.capacity.add(capacity);
  }

  /**
   * Rejects a scheme without subnets of its role.
   *
   * @param source the option that sets the scheme
   */
  public requireSubnets(source: string, scheme: LoadBalancerScheme): void {
    this.subnetChecks?.require(source, scheme);
  }

  /** What a VPC of the app lacks, if it certainly has no subnets for a scheme: `Shop/Vpc has no private subnets`. */
  public lackingSubnets(scheme: LoadBalancerScheme): string | undefined {
    return this.subnetChecks?.lacking(scheme);
  }
}
