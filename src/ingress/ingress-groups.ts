import { findContradictions, findIgnoredClasses } from './group-findings';
import { IngressDescription, keyOf } from './ingress-description';
import { describeLoadBalancer } from './load-balancer-description';
import { findRuleFaults } from './rule-findings';
import { rejectFindings } from '../options/option';
import { isUnknown } from '../util/tokens';

/** The Ingresses of a cluster that fields define, in the groups whose members share one load balancer each. */
export class IngressGroups {
  /** By namespace and name. */
  public readonly ingresses = new Map<string, IngressDescription>();

  /**
   * Adds an Ingress to its group, unless the load balancer could then not be built, or not be reached.
   *
   * The controller builds nothing for members that contradict each other, and reports that in its log only.
   */
  public join(ingress: IngressDescription): void {
    const group: unknown = ingress.options.get('groupName')?.value;
    const others = group === undefined || isUnknown(group) ? []
      : [...this.ingresses.values()].filter(({ options }) => options.get('groupName')?.value === group);
    others.forEach((other) => rejectFindings(findContradictions(String(group), ingress, other)));
    const loadBalancer = describeLoadBalancer([...others, ingress]);
    rejectFindings([...findIgnoredClasses(loadBalancer), ...findRuleFaults(loadBalancer)].filter(({ isWarning }) => !isWarning));
    this.ingresses.set(keyOf(ingress), ingress);
  }
}
