import { CfnResource, Stack } from 'aws-cdk-lib';
import { TargetCluster } from '../cluster/target-cluster';
import { propertiesOf } from '../util/cfn-properties';
import { readReferences } from '../util/references';

/**
 * Which stacks are deployed before which, as far as it can be known before the CDK has worked it out.
 *
 * A dependency between two stacks, or between a stack and one nested in it, is one of the whole on the whole: what looks right for
 * two resources may close a circle.
 */
export class StackOrder {
  private readonly edges = new Map<Stack, Set<Stack>>();

  /** Whether what is in one stack may wait for what is in another one; both have to do with the cluster. */
  public mayWait(stack: Stack, other: Stack, target: TargetCluster): boolean {
    const [unit, otherUnit] = apart(stack, other);
    if (!unit) {
      // Enclosed by it, or the same: resources of their own, which wait one by one.
      return true;
    }
    // Whatever has to do with an owned cluster waits for it.
    if (target.isOwned && enclosing(target.stack).includes(unit)) {
      return false;
    }
    return !otherUnit || !this.reaches(otherUnit, unit);
  }

  /** Takes note of a dependency that was added. */
  public add(stack: Stack, other: Stack): void {
    const [unit, otherUnit] = apart(stack, other);
    if (unit && otherUnit) {
      this.before(unit).add(otherUnit);
    }
  }

  private reaches(from: Stack, to: Stack, seen = new Set<Stack>()): boolean {
    seen.add(from);
    return [...this.before(from)].some((next) => next === to || (!seen.has(next) && this.reaches(next, to, seen)));
  }

  /** The stacks that one waits for because it says so, refers to them or holds something that depends on something of theirs. */
  private before(stack: Stack): Set<Stack> {
    let known = this.edges.get(stack);
    if (!known) {
      const named = stack.node.findAll().flatMap((construct) => [
        ...construct.node.dependencies.map((dependency) => Stack.isStack(dependency) ? dependency : stackOf(dependency)),
        ...CfnResource.isCfnResource(construct) ? referredStacks(construct) : [],
      ]);
      known = new Set([...stack.dependencies, ...named].flatMap((other) => other ? apart(stack, other)[1] ?? [] : []));
      this.edges.set(stack, known);
    }
    return known;
  }
}

/** The stacks, nested ones too, that a stack lies in, outermost first and itself last. */
function enclosing(stack: Stack): Stack[] {
  return [...stack.nestedStackParent ? enclosing(stack.nestedStackParent) : [], stack];
}

/** Of two stacks the outermost around each that is not around the other; undefined for one that is around the other. */
function apart(stack: Stack, other: Stack): [Stack | undefined, Stack | undefined] {
  const [own, others] = [enclosing(stack), enclosing(other)];
  return [own.find((one) => !others.includes(one)), others.find((one) => !own.includes(one))];
}

function referredStacks(resource: CfnResource): Stack[] {
  return readReferences(resource, propertiesOf(resource)).targets.map((target) => Stack.of(target));
}

function stackOf(construct: Parameters<typeof Stack.of>[0]): Stack | undefined {
  return construct.node.scopes.some((scope) => Stack.isStack(scope)) ? Stack.of(construct) : undefined;
}
