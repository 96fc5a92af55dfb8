import { CfnResource, Stack } from 'aws-cdk-lib';
import { Dependable, IConstruct, IDependable } from 'constructs';
import { ControllerOrder, OrderedController } from './controller-order';
import { VisitCheck } from './late-support';
import { NetworkParts } from './network-parts';
import { inWords, OrderPlan } from './order-plan';
import { ClusterName } from '../cluster/cluster-name';
import { clusterNamesOf, partOf } from '../cluster/cluster-parts';
import { getOrMake } from '../util/maps';
import { warn } from '../util/messages';
import { StageResources, stageOf } from '../util/stage';

/** The one of each stage. */
const ORDERS = new WeakMap<IConstruct, DeploymentOrder>();

/**
 * Orders the app around the controllers: nodes, then controller, then workloads; on destroy the reverse.
 *
 * Node groups and workloads are often defined after the controller, anywhere in the app, or by an Aspect. So all of it is worked out at
 * once, when Aspects are through and the CDK begins to turn dependencies of constructs into those of resources, with those of the
 * stage itself: the stage has a dependency that names nothing, and orders its controllers when it is asked for what it names.
 */
export class DeploymentOrder {
  public static add(controller: OrderedController): void {
    const stage = stageOf(controller.support);
    const order = getOrMake(ORDERS, stage, () => new DeploymentOrder(stage));
    order.controllers.push(controller);
    VisitCheck.add(controller.support, controller.vpc);
    controller.support.node.addValidation({ validate: () => order.validate(controller) });
  }

  private readonly controllers: OrderedController[] = [];
  private readonly ordered = new Set<CfnResource>();
  /** Apps may be synthesized more than once, and tell the same then. */
  private readonly told = new Set<string>();
  private plan?: OrderPlan;
  private isPlanning = false;

  private constructor(private readonly stage: IConstruct) {
    stage.node.addDependency(dependencyOn(() => {
      this.order();
      return [];
    }));
  }

  private order(): void {
    if (this.isPlanning) {
      return;
    }
    this.plan = this.unplanned(() => this.newPlan());
    [...this.plan.waiting.keys()].filter((resource) => !this.ordered.has(resource)).forEach((resource) => {
      this.ordered.add(resource);
      resource.node.addDependency(dependencyOn(() => this.isPlanning ? [] : [...this.plan?.waiting.get(resource) ?? []]));
    });
  }

  /** Reads dependencies as the app has them: none of them is planned, and to ask for those of the stage is no reason to plan anew. */
  private unplanned<T>(read: () => T): T {
    this.isPlanning = true;
    try {
      return read();
    } finally {
      this.isPlanning = false;
    }
  }

  private newPlan(): OrderPlan {
    const resources = StageResources.list(this.stage).all;
    const inStage = new Set(resources);
    const orders = new Map(this.controllers.map((controller) => [controller, new ControllerOrder(controller, (resource) => inStage.has(resource))]));
    const network = new NetworkParts(this.controllers);
    const clusters = new Clusters(this.controllers);
    for (const resource of resources) {
      network.usersOf(resource).forEach((controller) => orders.get(controller)!.addNetwork(resource));
      const part = partOf(resource);
      const controller = part === undefined ? undefined : clusters.controllerOf(resource);
      if (controller) {
        orders.get(controller)!.addPart(resource, part!);
      }
    }
    const all = [...orders.values()];
    const plan = new OrderPlan(resources, all.flatMap(({ sources }) => sources), this.controllers.map(({ support }) => support));
    const tell = (construct: IConstruct, warning: string, message: string) => this.tell(construct, warning, message);
    all.forEach((order) => order.orderBefore(plan));
    all.forEach((order) => order.orderWorkloads(plan, tell));
    all.forEach((order) => order.orderRest(plan, tell));
    return plan;
  }

  private tell(construct: IConstruct, warning: string, message: string): void {
    if (!this.told.has(message)) {
      this.told.add(message);
      warn(construct, warning, message);
    }
  }

  /** Says so should there be a circle all the same, which CloudFormation would say without a word on where it comes from. */
  private validate(controller: OrderedController): string[] {
    const circle = controller === this.controllers[0] ? this.unplanned(() => this.plan?.findCircle(this.stage)) : undefined;
    if (!circle) {
      return [];
    }
    const ours = circle.filter((hop) => this.plan!.isOurs(hop));
    return [`the app would wait for itself: ${inWords(circle)}; of that, this construct has added: ${inWords(ours)}; take away one of the others`];
  }
}

/** Finds the controller of what belongs to a cluster. */
class Clusters {
  private readonly byReferent = new Map<IConstruct, OrderedController[]>();

  constructor(private readonly controllers: OrderedController[]) {
    for (const controller of controllers) {
      const { referent } = controller.target.ownName;
      if (referent) {
        getOrMake(this.byReferent, referent, () => []).push(controller);
      }
    }
  }

  /** Two clusters can have one literal name, in regions that only the deployment tells: then the one of the same stack is meant. */
  public controllerOf(resource: CfnResource): OrderedController | undefined {
    const all = [...new Set(clusterNamesOf(resource).flatMap((name) => this.named(name)))];
    const near = all.filter(({ target, support }) => [target.stack, Stack.of(support)].includes(resource.stack));
    return [all, near].find(({ length }) => length === 1)?.[0];
  }

  private named(name: ClusterName): OrderedController[] {
    const candidates = name.referent ? this.byReferent.get(name.referent) ?? [] : this.controllers;
    return candidates.filter(({ target }) => target.isNamedBy(name));
  }
}

function dependencyOn(roots: () => IConstruct[]): IDependable {
  const dependable: IDependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return roots();
    },
  });
  return dependable;
}
