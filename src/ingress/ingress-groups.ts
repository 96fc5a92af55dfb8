import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { refusal } from '../util/messages';

/** What an Ingress says of the load balancer that its group shares, each thing by the field that says it. */
export interface GroupMember {
  /** What to call its options in messages. */
  readonly prop: string;
  readonly scope: IConstruct;
  readonly exclusive: { readonly [field: string]: unknown };
}

/**
 * The groups of a cluster, whose Ingresses share one load balancer each.
 *
 * Where two say different things of it the controller makes none at all, and says so in a log.
 */
export class IngressGroups {
  private readonly said = new Map<string, Map<string, { readonly by: string; readonly value: string }>>();

  /** Takes an Ingress into a group, unless it contradicts those that are in it. */
  public join(groupName: string, { prop, scope, exclusive }: GroupMember): void {
    const group = this.said.get(groupName) ?? new Map();
    this.said.set(groupName, group);
    for (const [field, value] of Object.entries(exclusive)) {
      if (value === undefined) continue;
      const text = JSON.stringify(Stack.of(scope).resolve(value));
      const before = group.get(field);
      if (before && before.value !== text) {
        throw refusal(`${prop}.${field}`, `must be that of ${before.by} (${before.value}), with which it shares the load balancer of group ${groupName}`,
          JSON.parse(text), 'make them alike, or leave one of the groups');
      }
      group.set(field, before ?? { by: prop, value: text });
    }
  }
}
