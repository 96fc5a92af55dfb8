import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ROLE_NAMES, ROLES, SubnetsByRole } from './subnet-roles';
import { liesInOneZone } from './subnets';
import { IngressClassOptions, LoadBalancerScheme } from '../ingress-class/ingress-class-options';
import { refusal, warn } from '../util/messages';

/** What asks for subnets. */
export interface SubnetNeedsProps {
  readonly vpc: ec2.IVpc;
  /** Asked for a scheme, subnets of that role are needed, unless the class says which. */
  readonly ingressClass?: IngressClassOptions;
  readonly defaultScheme?: LoadBalancerScheme;
}

/** Says so where load balancers would not find the subnets that they need. */
export class SubnetNeeds {
  constructor(private readonly scope: Construct, private readonly subnets: SubnetsByRole, private readonly props: SubnetNeedsProps) {
    const { defaultScheme, ingressClass } = props;
    if (defaultScheme && !ingressClass?.subnets && !ingressClass?.subnetTags) {
      this.require('defaultScheme', defaultScheme);
    }
    this.warnOfOneZone();
  }

  /**
   * Refuses a scheme that no subnet is there for. Of an owned VPC all subnets are known; an imported one may have more than it was told.
   *
   * @param asking what asks for it
   */
  public require(asking: string, scheme: LoadBalancerScheme): void {
    const { scope, subnets, props: { vpc } } = this;
    const role = ROLE_NAMES.find((name) => ROLES[name].scheme === scheme)!;
    const { prop, kinds, tag } = ROLES[role];
    if (subnets[role].length > 0) {
      return;
    }
    if (vpc.node.defaultChild) {
      throw refusal(asking, `must have ${kinds} subnets to go with, and ${vpc.node.path} has none`, scheme,
        `add some to the VPC, or name them in ${prop}`);
    }
    warn(scope, `${prop}Missing`, `${asking} is ${scheme}, and ${vpc.node.path} was imported without ${kinds} subnets: `
      + `name them where it is imported, or in ${prop}, unless they are tagged ${tag} already`);
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
