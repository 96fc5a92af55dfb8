import { Construct, Dependable, IConstruct } from 'constructs';

/**
 * Holds what is defined below a construct and is no part of it: who depends on the construct does not wait for this.
 *
 * Workloads are kept below what they are made with, as the CDK does it, and need it to be there. Were they a part of it, everything
 * that needs it would wait for them.
 */
export class Guests extends Construct {}

/** Lets those who depend on a construct wait for all of it but guests. */
export function excludeGuests(host: Construct): void {
  Dependable.implement(host, {
    get dependencyRoots() {
      return ownPartsOf(host);
    },
  });
}

/** What one waits for who depends on a construct. */
export function awaitedPartsOf(construct: IConstruct): IConstruct[] {
  return Dependable.of(construct).dependencyRoots.flatMap((root) => root.node.findAll());
}

/** Whether a construct lies among the guests of another one: it has an owner of its own. */
export function isGuest(construct: IConstruct): boolean {
  return construct.node.scopes.some((scope) => scope instanceof Guests);
}

/** The topmost constructs that together are all but guests. */
function ownPartsOf(construct: IConstruct): IConstruct[] {
  return construct.node.children.flatMap((child) => {
    if (child instanceof Guests) {
      return [];
    }
    return child.node.findAll().some((below) => below instanceof Guests) ? ownPartsOf(child) : [child];
  });
}
