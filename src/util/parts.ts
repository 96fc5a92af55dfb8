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
export function partsOf(construct: IConstruct): IConstruct[] {
  return Dependable.of(construct).dependencyRoots.flatMap((root) => root.node.findAll());
}

/** Whether one who depends on a construct waits for another one. */
export function isPartOf(construct: IConstruct, other: IConstruct): boolean {
  return Dependable.of(construct).dependencyRoots.some((root) => other.node.scopes.includes(root));
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
