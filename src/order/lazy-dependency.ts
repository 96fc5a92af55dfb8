import { Dependable, IConstruct } from 'constructs';

/**
 * Adds dependencies to a construct that are determined when the CDK reads them.
 *
 * The contract with the CDK, which the test of this file pins: when Aspects have run, the CDK reads the dependencies of all constructs of a
 * stage, the stage first, and turns them into those of resources and stacks. So a function on the stage runs when everything is defined,
 * and what it adds to the resources of the stage is still read.
 *
 * @param dependencies called on each read, which may be more than one; may return nothing
 */
export function addLazyDependency(construct: IConstruct, dependencies: () => IConstruct[]): void {
  const dependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return dependencies();
    },
  });
  construct.node.addDependency(dependable);
}
