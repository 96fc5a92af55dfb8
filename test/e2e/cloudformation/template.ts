import { referencesIn } from '../../support/template-references';

/** A resource of a template. */
export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A CloudFormation template, as the CDK writes it. */
export interface Template {
  readonly Parameters?: Record<string, { readonly Default?: unknown }>;
  readonly Conditions?: Record<string, unknown>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  readonly Resources?: Record<string, ResourceDefinition>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown }; readonly Condition?: string }>;
}

/** What each resource needs to be there before it: what it refers to, and `DependsOn`. */
export function dependencies(resources: Record<string, ResourceDefinition>): Map<string, Set<string>> {
  return new Map(Object.entries(resources).map(([id, resource]) => {
    const named = [...referencesIn(resource.Properties), ...[resource.DependsOn ?? []].flat()];
    return [id, new Set(named.filter((name) => name in resources && name !== id))];
  }));
}

/**
 * One order of all that keeps the dependencies, and in it everything as early as it can be by the preference.
 *
 * @param needs what has to come before each
 * @param isPreferred of those that may come next, which do so
 */
export function orderOf(needs: Map<string, Set<string>>, isPreferred: (id: string) => boolean): string[] {
  const waiting = new Map([...needs].map(([id, before]) => [id, new Set([...before].filter((other) => needs.has(other)))]));
  const order: string[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, before]) => before.size === 0).map(([id]) => id).sort();
    if (ready.length === 0) {
      throw new Error(`circular dependency among ${[...waiting.keys()].join(', ')}`);
    }
    const next = ready.find(isPreferred) ?? ready[0];
    order.push(next);
    waiting.delete(next);
    waiting.forEach((before) => before.delete(next));
  }
  return order;
}

/** The same dependencies, seen from the other end: what has to go before each. */
export function reversed(needs: Map<string, Set<string>>): Map<string, Set<string>> {
  const users = new Map([...needs.keys()].map((id) => [id, new Set<string>()]));
  needs.forEach((before, id) => before.forEach((other) => users.get(other)?.add(id)));
  return users;
}
