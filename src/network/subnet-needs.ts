import { AspectPriority, Aspects } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { SubnetTagging } from './network-tags';
import { ROLE_NAMES, ROLES, SubnetsByRole } from './subnet-roles';
import { liesInOneZone } from './subnets';
import { IngressClassOptions, LoadBalancerScheme } from '../ingress/ingress-class-options';
import { invalidProp, warn } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

/** What asks for subnets. */
export interface SubnetNeedsProps {
  readonly vpc: ec2.IVpc;
  /** Asked for a scheme, subnets of that role are needed, unless the class says which. */
  readonly ingressClass?: IngressClassOptions;
  readonly defaultScheme?: LoadBalancerScheme;
  readonly subnetTagging?: SubnetTagging;
  /** Whether the controller makes no load balancers of its own. */
  readonly targetGroupBindingOnly?: boolean;
}

/** Says so where load balancers would not find the subnets that they need. */
export class SubnetNeeds {
  /** Whether subnets of some role were said to be missing. */
  private isTold = false;

  constructor(private readonly scope: Construct, private readonly subnets: SubnetsByRole, private readonly props: SubnetNeedsProps) {
    const { defaultScheme, ingressClass } = props;
    if (!ingressClass?.subnets && !ingressClass?.subnetTags) {
      if (defaultScheme) {
        this.require('defaultScheme', defaultScheme);
      }
      this.warnOfNone();
    }
    this.warnOfOneZone();
  }

  /**
   * Rejects a scheme that no subnet is there for. Of an owned VPC all subnets are known; an imported one may have more than it was told.
   *
   * @param asking what asks for it
   */
  public require(asking: string, scheme: LoadBalancerScheme): void {
    const { scope, subnets, props: { vpc } } = this;
    const role = ROLE_NAMES.find((name) => ROLES[name].scheme === scheme)!;
    const { prop, kinds, tag } = ROLES[role];
    if (subnets[role].length > 0 || isLookupDummy(vpc.vpcId)) {
      return;
    }
    if (vpc.node.defaultChild) {
      throw invalidProp(asking, `must have ${kinds} subnets to go with, and ${vpc.node.path} has none`, scheme,
        `add some to the VPC, or name them in ${prop}`);
    }
    this.isTold = true;
    warn(scope, `${prop}Missing`, `${asking} is ${scheme}, and ${vpc.node.path} was imported without ${kinds} subnets: `
      + `name them where it is imported, or in ${prop}, unless they are tagged ${tag} already`);
  }

  /** Also where no scheme is asked for: an Ingress has one by default. Said when all is defined, unless a scheme has had it said by then. */
  private warnOfNone(): void {
    const { scope, subnets, props: { vpc, subnetTagging = SubnetTagging.ALL, targetGroupBindingOnly } } = this;
    const isNone = ROLE_NAMES.every((role) => subnets[role].length === 0);
    if (!isNone || subnetTagging !== SubnetTagging.ALL || targetGroupBindingOnly || isLookupDummy(vpc.vpcId)) {
      return;
    }
    Aspects.of(scope).add({
      visit: (node) => node === scope && !this.isTold && warn(scope, 'subnetsMissing', `${vpc.node.path} has no subnets that the app knows, so that `
        + 'none is tagged for load balancers: name them where the VPC is imported, or in internetFacingSubnets and internalSubnets; where they are '
        + 'tagged already, or the controller is to go by their routes, as it does from v2.13.0 on, set subnetTagging to owned-only'),
    }, { priority: AspectPriority.READONLY });
  }

  private warnOfOneZone(): void {
    const { scope, subnets } = this;
    for (const role of ROLE_NAMES) {
      const { prop, scheme } = ROLES[role];
      if (liesInOneZone(subnets[role])) {
        warn(scope, `${prop}InOneZone`,
          `${prop} lie in one Availability Zone: an ${scheme} Application Load Balancer needs subnets in at least two`);
      }
    }
  }
}
