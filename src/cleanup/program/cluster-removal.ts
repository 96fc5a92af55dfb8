/**
 * Deletes what was found, by type. Each function leaves what AWS does not delete yet and records why; a later pass tries again.
 */
import {
  DeleteSecurityGroupCommand, EC2Client, RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand,
  SecurityGroupRule, paginateDescribeSecurityGroupRules, paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import {
  DeleteLoadBalancerCommand, DeleteTargetGroupCommand, DescribeLoadBalancerAttributesCommand, ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Named, VALUES_PER_FILTER } from './cluster-resources';
import { TimeBudget, chunksOf, codeOf, failure, inParallel, listed, reasonOf } from '../../custom-resource/program/aws';

/** Already deleted, for instance by an earlier attempt. */
const DELETED = /NotFound$/;

/** Errors that may pass once something else is deleted; the last one is reported when the time is up. */
const IN_USE = /^(DependencyViolation|ResourceInUse)$/;

/** The last error about something that still exists. */
export class Obstacle {
  public last?: string;

  public note(thing: Named, error: unknown): void {
    this.last = `${thing.name} (${reasonOf(error)})`;
  }
}

export class Removal {
  private readonly unprotected = new Set<string>();

  constructor(
    private readonly ec2: EC2Client,
    private readonly elb: ElasticLoadBalancingV2Client,
    private readonly budget: TimeBudget,
    private readonly obstacle: Obstacle,
  ) {}

  /** Before anything is deleted: whoever protected a load balancer has to turn that off. */
  public async rejectProtected(loadBalancers: Named[]): Promise<void> {
    const protectedOnes: string[] = [];
    await this.each(loadBalancers.filter(({ id }) => !this.unprotected.has(id)), async ({ id, name }) => {
      const { Attributes } = await this.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: id }));
      if (Attributes?.some(({ Key, Value }) => Key === 'deletion_protection.enabled' && Value === 'true')) {
        protectedOnes.push(name);
      } else {
        this.unprotected.add(id);
      }
    });
    if (protectedOnes.length > 0) {
      throw isProtected(protectedOnes.sort());
    }
  }

  /** Listeners and their rules are deleted with their load balancer. */
  public async deleteLoadBalancers(loadBalancers: Named[]): Promise<void> {
    // Only those known to be unprotected: the check may have failed for one.
    await this.each(loadBalancers.filter(({ id }) => this.unprotected.has(id)), async ({ id, name }) => {
      try {
        await this.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }));
      } catch (error) {
        throw codeOf(error) === 'OperationNotPermitted' ? isProtected([name]) : error;
      }
    });
  }

  public async deleteTargetGroups(targetGroups: Named[]): Promise<void> {
    await this.each(targetGroups, async ({ id }) => {
      await this.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }));
    });
  }

  /** Rules that refer to a group, in any group of the VPC, prevent its deletion. */
  public async deleteSecurityGroups(securityGroups: Named[], vpcId: string): Promise<void> {
    const ids = new Set(securityGroups.map(group => group.id));
    await this.each(await this.groupsReferringTo([...ids], vpcId), async ({ id }) => this.revokeRules(id, ids));
    await this.each(securityGroups, async ({ id }) => {
      await this.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
    });
  }

  private async groupsReferringTo(ids: string[], vpcId: string): Promise<Named[]> {
    const referring = new Map<string, Named>();
    for (const Values of chunksOf(ids, VALUES_PER_FILTER)) {
      for (const Name of ['ip-permission.group-id', 'egress.ip-permission.group-id']) {
        const Filters = [{ Name: 'vpc-id', Values: [vpcId] }, { Name, Values }];
        for await (const page of paginateDescribeSecurityGroups({ client: this.ec2, pageSize: 1000 }, { Filters })) {
          page.SecurityGroups?.forEach(group => referring.set(group.GroupId!, { id: group.GroupId!, name: group.GroupName! }));
        }
      }
    }
    return [...referring.values()];
  }

  /** By the ids of the rules: another rule for the same ports stays. */
  private async revokeRules(groupId: string, referenced: Set<string>): Promise<void> {
    const rules: SecurityGroupRule[] = [];
    const Filters = [{ Name: 'group-id', Values: [groupId] }];
    for await (const page of paginateDescribeSecurityGroupRules({ client: this.ec2, pageSize: 1000 }, { Filters })) {
      rules.push(...(page.SecurityGroupRules ?? []).filter(rule => referenced.has(rule.ReferencedGroupInfo?.GroupId ?? '')));
    }
    const idsOf = (egress: boolean) => rules.filter(rule => (rule.IsEgress ?? false) === egress).map(rule => rule.SecurityGroupRuleId!);
    const ingress = idsOf(false);
    const egress = idsOf(true);
    if (ingress.length > 0) {
      await this.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, SecurityGroupRuleIds: ingress }));
    }
    if (egress.length > 0) {
      await this.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: groupId, SecurityGroupRuleIds: egress }));
    }
  }

  private async each(things: Named[], work: (thing: Named) => Promise<void>): Promise<void> {
    await inParallel(things, async thing => {
      if (this.budget.isSpent) { return; }
      try {
        await work(thing);
      } catch (error) {
        if (IN_USE.test(codeOf(error)) || this.budget.mayRetry(error)) {
          this.obstacle.note(thing, error);
        } else if (!DELETED.test(codeOf(error))) {
          throw codeOf(error) === 'Error' ? error : failure(`could not delete ${thing.name}: ${reasonOf(error)}`);
        }
      }
    });
  }
}

function isProtected(names: string[]): Error {
  return failure(
    `deletion protection is on for load balancers of this cluster: ${listed(names)}; `
    + 'turn it off (attribute deletion_protection.enabled) or delete them, then delete the stack again',
  );
}
