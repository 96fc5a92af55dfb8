import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { prerequisitesOf } from './node-prerequisites';
import { isAwsAuth, isNamespace, isNodeClass, isNodePool, needsController } from './object-kinds';
import { StackOrder } from './stack-order';
import { ClusterPart, clusterNamesOf, isKarpenter, partOf } from '../cluster/cluster-parts';
import { KubernetesObject, objectsOf } from '../cluster/manifest-objects';
import { TargetCluster } from '../cluster/target-cluster';
import { warn } from '../util/messages';
import { isPartOf, partsOf } from '../util/parts';

/** One controller, and what has to be ordered around it. */
export interface OrderedController {
  readonly target: TargetCluster;
  /** Everything that makes the cluster ready; workloads wait for all of it. */
  readonly support: Construct;
  /** What of it speaks to the Kubernetes API, and so needs what lets it in. */
  readonly kubernetes: Construct[];
  /** What runs the controller, and so needs the nodes; nothing where EKS Auto Mode does its work. */
  readonly controller?: Construct;
  /** Where the controller runs. */
  readonly namespace: string;
  /** What workloads need to be removed, beside the support. */
  readonly network?: IConstruct;
  /** Called for each resource that the controller could run on, and whether the controller can wait for it. */
  readonly onCapacity: (resource: CfnResource, reachable: boolean) => void;
  /** Called for each manifest on the cluster that is no part of the support. */
  readonly onManifest: (resource: CfnResource, objects: KubernetesObject[]) => void;
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
  private readonly stacks = new StackOrder();
  /** Apps may be synthesized more than once, as tests do. */
  private readonly warned = new Set<CfnResource>();

  public visit(node: IConstruct): void {
    const part = CfnResource.isCfnResource(node) ? partOf(node) : undefined;
    const controller = part === undefined ? undefined : this.controllerOf(node as CfnResource);
    if (controller && !isPartOf(controller.support, node)) {
      this.order(controller, node as CfnResource, part!);
    }
  }

  private order(controller: OrderedController, resource: CfnResource, part: ClusterPart): void {
    switch (part) {
      case ClusterPart.CAPACITY:
        return this.awaitCapacity(controller, resource);
      case ClusterPart.FOUNDATION:
        this.await(controller.kubernetes, resource, controller);
        return;
      case ClusterPart.MANIFEST:
        return this.orderManifest(controller, resource);
      case ClusterPart.RELEASE:
        if (isKarpenter(resource)) {
          this.awaitController(controller, resource);
        }
        return controller.onHelmRelease(resource);
    }
  }

  /** Two clusters can have one literal name, in regions that only the deployment tells: then the one of the same stack is meant. */
  private controllerOf(resource: CfnResource): OrderedController | undefined {
    const names = clusterNamesOf(resource);
    const all = this.controllers.filter(({ target }) => names.some((name) => target.isNamedBy(name)));
    const near = all.filter(({ target, support }) => [target.stack, Stack.of(support)].includes(resource.stack));
    return [all, near].find(({ length }) => length === 1)?.[0];
  }

  private awaitCapacity(controller: OrderedController, capacity: CfnResource): void {
    const reachable = this.awaitController(controller, capacity);
    if (reachable) {
      prerequisitesOf(capacity, controller.target).forEach((construct) => this.awaitController(controller, construct));
    }
    controller.onCapacity(capacity, reachable);
  }

  private orderManifest(controller: OrderedController, manifest: CfnResource): void {
    const objects = objectsOf(manifest);
    controller.onManifest(manifest, objects);
    if (objects.some(needsController)) {
      this.orderWorkload(controller, manifest);
    } else if (objects.some((object) => isNamespace(controller.namespace, object))) {
      this.await(controller.kubernetes, manifest, controller);
    } else if (objects.some(isNodePool)) {
      this.awaitCapacity(controller, manifest);
    } else if (objects.some((object) => isAwsAuth(object) || isNodeClass(object))) {
      this.awaitController(controller, manifest);
    }
  }

  private orderWorkload({ support, target, network }: OrderedController, manifest: CfnResource): void {
    if (this.stacks.mayWait(manifest.stack, Stack.of(support), target) && !isAwaited(manifest, support)) {
      manifest.node.addDependency(support, ...network ? [network] : []);
      this.stacks.add(manifest.stack, Stack.of(support));
    } else if (!this.warned.has(manifest)) {
      this.warned.add(manifest);
      warn(manifest, 'workloadNotOrdered',
        `${manifest.node.path} needs the controller of ${support.node.path}, which depends on it or on its stack: it cannot be `
        + 'deployed after the controller and removed before it; define it in the stack of the construct, or in a later one');
    }
  }

  private awaitController(controller: OrderedController, resource: IConstruct): boolean {
    return this.await(controller.controller ? [controller.controller] : [], resource, controller);
  }

  /** Lets something of the support wait for a resource, unless that closed a circle. */
  private await(waiting: Construct[], resource: IConstruct, { support, target }: OrderedController): boolean {
    const possible = this.stacks.mayWait(Stack.of(support), Stack.of(resource), target) && !isAwaited(support, resource);
    if (possible && waiting.length > 0) {
      waiting.forEach((one) => one.node.addDependency(resource));
      this.stacks.add(Stack.of(support), Stack.of(resource));
    }
    return possible;
  }
}

/** Whether one construct depends on another one, by what the user has said. */
function isAwaited(construct: IConstruct, by: IConstruct): boolean {
  const seen = new Set<IConstruct>();
  const pending = [...partsOf(by), ...by.node.scopes];
  while (pending.length > 0) {
    for (const dependency of pending.pop()!.node.dependencies) {
      if (dependency.node.scopes.includes(construct) || construct.node.scopes.includes(dependency)) {
        return true;
      }
      if (!seen.has(dependency)) {
        seen.add(dependency);
        pending.push(dependency, ...dependency.node.scopes);
      }
    }
  }
  return false;
}
