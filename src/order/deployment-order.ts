import { AspectPriority, Aspects, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { ControllerOrder, OrderedController, Report } from './controller-order';
import { addLazyDependency } from './lazy-dependency';
import { describe, OrderPlan } from './order-plan';
import { NetworkResources } from './prerequisites';
import { ClusterName } from '../cluster/cluster-name';
import { clusterNamesOf, clusterResourceOf } from '../cluster/cluster-resources';
import { getOrMake } from '../util/maps';
import { warn } from '../util/messages';
import { StageResources, stageOf } from '../util/stage';

/** One for each stage. */
const ORDERS = new WeakMap<IConstruct, DeploymentOrder>();

/**
 * Orders the app around its controllers: nodes, then controller, then workloads; on destroy the reverse.
 *
 * Node groups and workloads are often defined after the controller, anywhere in the app, or by an Aspect. So the whole order is planned
 * at once, when Aspects have run and the CDK begins to read the dependencies of the stage.
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
  /** An app may be synthesized more than once, and has each warning once. */
  private readonly reported = new Set<string>();
  private plan?: OrderPlan;
  private isPlanning = false;

  private constructor(private readonly stage: IConstruct) {
    addLazyDependency(stage, () => {
      this.order();
      return [];
    });
  }

  private order(): void {
    if (this.isPlanning) {
      return;
    }
    this.plan = this.withoutPlan(() => this.newPlan());
    [...this.plan.added.keys()].filter((resource) => !this.ordered.has(resource)).forEach((resource) => {
      this.ordered.add(resource);
      addLazyDependency(resource, () => this.isPlanning ? [] : [...this.plan?.added.get(resource) ?? []]);
    });
  }

  /** Reads dependencies as the app defines them, without planned ones and without planning again. */
  private withoutPlan<T>(read: () => T): T {
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
    const network = new NetworkResources(this.controllers);
    const clusters = new Clusters(this.controllers);
    for (const resource of resources) {
      network.usersOf(resource).forEach((controller) => orders.get(controller)!.addNetwork(resource));
      const role = clusterResourceOf(resource);
      const controller = role === undefined ? undefined : clusters.controllerOf(resource);
      if (controller) {
        orders.get(controller)!.addResource(resource, role!);
      }
    }
    const all = [...orders.values()];
    const plan = new OrderPlan(resources, all.flatMap(({ sources }) => sources), this.controllers.map(({ support }) => support));
    const report: Report = (...warning) => this.report(...warning);
    all.forEach((order) => order.orderBefore(plan));
    all.forEach((order) => order.orderWorkloads(plan, report));
    all.forEach((order) => order.orderRest(plan, report));
    return plan;
  }

  private report(construct: IConstruct, warning: string, message: string, support: Construct): void {
    if (!this.reported.has(message)) {
      this.reported.add(message);
      warn(construct, warning, message, support);
    }
  }

  /** An error for a circular dependency that exists nevertheless. CloudFormation would reject it without its cause. */
  private validate(controller: OrderedController): string[] {
    const circle = controller === this.controllers[0] ? this.withoutPlan(() => this.plan?.findCircle(this.stage)) : undefined;
    if (!circle) {
      return [];
    }
    const ours = circle.filter((reason) => this.plan!.isOurs(reason));
    return [`circular dependency: ${describe(circle)}; of that, this construct has added: ${describe(ours)}; remove one of the others`];
  }
}

/** Finds the controller of a resource by the name of its cluster. */
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

  /** Two clusters can have one literal name, in regions that are known at deployment only. Then the one in the same stack is meant. */
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

/**
 * Adds an error where Aspects had visited a VPC already when its support was defined, by an Aspect itself. The tags that the support adds to
 * subnets are Aspects too, and the CDK does not run them then.
 */
class VisitCheck implements IAspect {
  public static add(support: IConstruct, vpc: ec2.IVpc): void {
    if (vpc.node.defaultChild === undefined || Stage.of(vpc) !== Stage.of(support)) {
      return;
    }
    const check = new VisitCheck();
    Aspects.of(vpc).add(check, { priority: AspectPriority.READONLY });
    support.node.addValidation({
      validate: () => check.isVisited ? [] : [`${support.node.path} was defined by an Aspect, after Aspects had visited ${vpc.node.path}, so that `
        + 'its subnets do not get their tags; define it where the app is built, or set the feature flag @aws-cdk/core:aspectStabilization'],
    });
  }

  private isVisited = false;

  public visit(): void {
    this.isVisited = true;
  }
}
