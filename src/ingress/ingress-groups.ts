import { GroupMember, rejectContradictions } from './group-contradictions';

/**
 * The groups of a cluster, whose Ingresses share one load balancer each.
 *
 * Where two say different things of it the controller makes none at all, and says so in a log.
 */
export class IngressGroups {
  private readonly members = new Map<string, GroupMember[]>();

  /** Takes an Ingress into a group, unless it contradicts those that are in it, or they could not be reached together. */
  public join(groupName: string, member: GroupMember): void {
    const members = this.members.get(groupName) ?? [];
    this.members.set(groupName, members);
    members.forEach((other) => rejectContradictions(groupName, member, other));
    members.push(member);
  }
}
