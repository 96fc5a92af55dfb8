import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { propertiesOf, TargetCluster } from './cluster';
import { isAwsAuth, needsController, objectsOf } from './manifest-objects';
import { warn } from './messages';

/** One controller, and what has to be ordered around it. */
export interface OrderedController {
  readonly target: TargetCluster;
  /** Everything that makes the cluster ready; workloads wait for all of it. */
  readonly support: Construct;
  /** What runs the controller, and so needs the nodes. */
  readonly controller?: Construct;
  /** Called for each resource that the controller could run on, and whether the controller can wait for it. */
  readonly onCapacity: (resource: CfnResource, reachable: boolean) => void;
  /** Called for each Helm release on the cluster that is not the controller's own. */
  readonly onHelmRelease: (resource: CfnResource) => void;
}

/**
 * Orders the app around the controllers: nodes, then controller, then workloads; on destroy the reverse.
 *
 * Node groups and workloads are often defined after the controller, and anywhere in the app, so they are found when the app is
 * prepared. One Aspect looks at each resource of a stage once, however many clusters the stage has.
 */
export class DeploymentOrder implements IAspect {
  public static add(controller: OrderedController): void {
    const stage = Stage.of(controller.support) ?? controller.support.node.root;
    let order = Aspects.of(stage).all.find((aspect): aspect is DeploymentOrder => aspect instanceof DeploymentOrder);
    if (!order) {
      order = new DeploymentOrder();
      // Late, when the CDK's own Aspects have put the tags on Auto Scaling groups by which their cluster is known.
      Aspects.of(stage).add(order, { priority: AspectPriority.READONLY });
    }
    order.controllers.push(controller);
  }

  private readonly controllers: OrderedController[] = [];

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) {
      return;
    }
    for (const controller of this.controllers) {
      if (node.node.scopes.includes(controller.support)) {
        continue;
      }
      if (controller.target.isCapacity(node)) {
        this.awaitCapacity(controller, node);
      } else if (controller.target.isManifest(node)) {
        this.orderManifest(controller, node);
      } else if (controller.target.isHelmRelease(node)) {
        controller.onHelmRelease(node);
      }
    }
  }

  private awaitCapacity({ controller, support, target, onCapacity }: OrderedController, capacity: CfnResource): void {
    const reachable = canWaitFor(support, capacity, target);
    if (reachable) {
      controller?.node.addDependency(capacity);
    }
    onCapacity(capacity, reachable);
  }

  private orderManifest({ controller, support, target }: OrderedController, manifest: CfnResource): void {
    const objects = objectsOf(manifest);
    if (objects.some(isAwsAuth) && canWaitFor(support, manifest, target)) {
      controller?.node.addDependency(manifest);
    }
    if (!objects.some(needsController)) {
      return;
    }
    if (dependsOn(Stack.of(support), Stack.of(manifest), target)) {
      warn(manifest, 'workloadNotOrdered',
        `${manifest.node.path} needs the controller of ${support.node.path}, whose stack depends on this one: it cannot be `
        + 'deployed after the controller and removed before it; define it in the stack of the support, or in a later one');
    } else {
      manifest.node.addDependency(support);
    }
  }
}

/** The name of the chart that a Helm release installs, where it is literal. */
export function chartOf(release: CfnResource): string | undefined {
  const { Chart, Release } = propertiesOf(release);
  return [Chart, Release].find((name) => typeof name === 'string');
}

function canWaitFor(support: Construct, resource: CfnResource, target: TargetCluster): boolean {
  return !dependsOn(Stack.of(resource), Stack.of(support), target);
}

/**
 * Whether one stack is certain to depend on another one. What stacks refer to is only known later; but whatever has to do with
 * an owned cluster refers to the cluster.
 */
function dependsOn(stack: Stack, other: Stack, target: TargetCluster): boolean {
  const [from, to, clusterStack] = [topLevel(stack), topLevel(other), topLevel(target.stack)];
  if (from === to) {
    return false;
  }
  return (target.isOwned && to === clusterStack) || reaches(from, to);
}

function reaches(from: Stack, to: Stack, seen = new Set<Stack>()): boolean {
  seen.add(from);
  return from.dependencies.some((next) => next === to || (!seen.has(next) && reaches(next, to, seen)));
}

function topLevel(stack: Stack): Stack {
  return stack.nestedStackParent ? topLevel(stack.nestedStackParent) : stack;
}
