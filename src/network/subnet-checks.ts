import { AspectPriority, Aspects } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { SubnetTagging } from './network-tags';
import { isInOneZone, Role, ROLE_NAMES, ROLES, SubnetsByRole } from './subnets';
import { IngressClassOptions, LoadBalancerScheme } from '../ingress/ingress-class-options';
import { invalidProp, warn } from '../util/messages';
import { isLookupDummy, isUnknown } from '../util/tokens';

/** What needs subnets. */
export interface SubnetChecksProps {
  readonly vpc: ec2.IVpc;
  /** A scheme needs subnets of its role, unless the class names some. */
  readonly ingressClass?: IngressClassOptions;
  readonly defaultScheme?: LoadBalancerScheme;
  readonly subnetTagging?: SubnetTagging;
  /** Whether the controller creates no load balancers. */
  readonly targetGroupBindingOnly?: boolean;
}

/** Checks that load balancers find the subnets that they need. */
export class SubnetChecks {
  /** Whether subnets of a role were reported to be missing. */
  private isReported = false;

  constructor(private readonly scope: Construct, private readonly subnets: SubnetsByRole, private readonly props: SubnetChecksProps) {
    const { defaultScheme, ingressClass } = props;
    if (!ingressClass?.subnets && !ingressClass?.subnetTags) {
      if (defaultScheme && !isUnknown(defaultScheme)) {
        this.require('defaultScheme', defaultScheme);
      }
      this.warnOfNone();
    }
    this.warnOfOneZone();
  }

  /**
   * Rejects a scheme without subnets of its role. All subnets of an owned VPC are known; an imported one may have more than the app knows.
   *
   * @param source the option that sets the scheme
   */
  public require(source: string, scheme: LoadBalancerScheme): void {
    const { scope, subnets, props: { vpc } } = this;
    const role = roleOf(scheme);
    const { prop, kind, tag } = ROLES[role];
    if (subnets[role].length > 0 || isLookupDummy(vpc.vpcId)) {
      return;
    }
    if (this.lacking(scheme)) {
      throw invalidProp(source, `must have ${kind} subnets to go with, and ${vpc.node.path} has none`, scheme,
        `add some to the VPC, or name them in ${prop}`);
    }
    this.isReported = true;
    warn(scope, `${prop}Missing`, `${source} is ${scheme}, and ${vpc.node.path} was imported without ${kind} subnets: `
      + `name them where it is imported, or in ${prop}, unless they are tagged ${tag} already`);
  }

  /** What a VPC of the app lacks, if it certainly has no subnets for a scheme. */
  public lacking(scheme: LoadBalancerScheme): string | undefined {
    const { subnets, props: { vpc } } = this;
    if (isUnknown(scheme)) {
      return undefined;
    }
    const role = roleOf(scheme);
    return vpc.node.defaultChild && subnets[role].length === 0 ? `${vpc.node.path} has no ${ROLES[role].kind} subnets` : undefined;
  }

  /** Also where no scheme is set, since Ingresses have one by default. Reported after everything is defined, unless the check of a scheme reported it. */
  private warnOfNone(): void {
    const { scope, subnets, props: { vpc, subnetTagging = SubnetTagging.ALL, targetGroupBindingOnly } } = this;
    const isNone = ROLE_NAMES.every((role) => subnets[role].length === 0);
    if (!isNone || subnetTagging !== SubnetTagging.ALL || targetGroupBindingOnly || isLookupDummy(vpc.vpcId)) {
      return;
    }
    Aspects.of(scope).add({
      visit: (node) => node === scope && !this.isReported && warn(scope, 'subnetsMissing', `${vpc.node.path} has no subnets that the app knows, so that `
        + 'none is tagged for load balancers: name them where the VPC is imported, or in internetFacingSubnets and internalSubnets; if they are '
        + 'tagged already, or the controller is to find them by their routes, as it does from v2.13.0 on, set subnetTagging to owned-only'),
    }, { priority: AspectPriority.READONLY });
  }

  private warnOfOneZone(): void {
    const { scope, subnets } = this;
    for (const role of ROLE_NAMES) {
      const { prop, scheme } = ROLES[role];
      if (isInOneZone(subnets[role])) {
        warn(scope, `${prop}InOneZone`,
          `${prop} are in one Availability Zone: an ${scheme} Application Load Balancer needs subnets in at least two`);
      }
    }
  }
}

function roleOf(scheme: LoadBalancerScheme): Role {
  return ROLE_NAMES.find((name) => ROLES[name].scheme === scheme)!;
}
