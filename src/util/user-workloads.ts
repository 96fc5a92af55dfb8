import { CfnResource } from 'aws-cdk-lib';
import { Construct, Dependable, IConstruct } from 'constructs';

/**
 * Contains what a user defines below a construct of this library: it depends on the construct, and is not part of it.
 *
 * Workloads are children of the construct that they are made with, as in the CDK, and need it. If they were part of it, everything that
 * depends on it would depend on them.
 */
export class UserWorkloads extends Construct {}

/** Makes dependencies on a construct ones on all of it except user workloads. */
export function excludeUserWorkloads(host: Construct): void {
  Dependable.implement(host, {
    get dependencyRoots() {
      return ownChildrenOf(host);
    },
  });
}

/** The resources that a dependency on a construct is a dependency on. */
export function awaitedResourcesOf(construct: IConstruct): CfnResource[] {
  return Dependable.of(construct).dependencyRoots.flatMap((root) => root.node.findAll())
    .filter((child): child is CfnResource => CfnResource.isCfnResource(child));
}

/** Whether a construct is among the user workloads of another one. */
export function isUserWorkload(construct: IConstruct): boolean {
  return construct.node.scopes.some((scope) => scope instanceof UserWorkloads);
}

/** The topmost constructs that together are everything except user workloads. */
function ownChildrenOf(construct: IConstruct): IConstruct[] {
  return construct.node.children.flatMap((child) => {
    if (child instanceof UserWorkloads) {
      return [];
    }
    return child.node.findAll().some((below) => below instanceof UserWorkloads) ? ownChildrenOf(child) : [child];
  });
}
