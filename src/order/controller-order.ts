import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { rulesOf } from './network-parts';
import { prerequisitesOf } from './node-prerequisites';
import { isAwsAuth, isGatewayDefinition, isNamespace, isNodeClass, isNodePool, needsController } from './object-kinds';
import { isLinked, refersTo } from './object-references';
import { inWords, OrderPlan } from './order-plan';
import { Hop } from './resource-graph';
import { ClusterPart, isKarpenter } from '../cluster/cluster-parts';
import { KubernetesObject, objectsOf } from '../cluster/manifest-objects';
import { TargetCluster } from '../cluster/target-cluster';
import { getOrMake } from '../util/maps';
import { awaitedPartsOf } from '../util/parts';

/** One controller, and what has to be ordered around it. */
export interface OrderedController {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** Everything that makes the cluster ready; workloads wait for all of it. */
  readonly support: Construct;
  /** What of it speaks to the Kubernetes API, and so needs what lets it in. */
  readonly kubernetes: Construct[];
  /** What runs the controller, and so needs the nodes; nothing where EKS Auto Mode does its work. */
  readonly controller?: Construct;
  /** What has work to do in the network when the controller is gone. */
  readonly cleanup?: Construct;
  /** What the controller cannot work without, beside the VPC and the nodes. */
  readonly surroundings: IConstruct[];
  /** Where the controller runs. */
  readonly namespace: string;
  /** Called for each resource that the controller could run on, and why the controller cannot wait for it where it cannot. */
  readonly onCapacity: (resource: CfnResource, obstacle?: string) => void;
  /**
   * Called for each manifest on the cluster that is no part of the support.
   *
   * @returns what tells the objects of other manifests that it has to come after, where that is not for the objects themselves to say
   */
  readonly onManifest: (resource: CfnResource, objects: KubernetesObject[]) => Needs | undefined;
  /** Called for each Helm release on the cluster that is not the controller's own. */
  readonly onHelmRelease: (resource: CfnResource) => void;
}

/** Whether an object has to be there before. */
export type Needs = (object: KubernetesObject) => boolean;

interface Manifest {
  readonly resource: CfnResource;
  readonly objects: KubernetesObject[];
  readonly needs?: Needs;
}

/** That some of the support's resources are to wait for another one. */
interface Wish {
  readonly waiting: CfnResource[];
  readonly resource: CfnResource;
}

/** Said of a construct, once. */
export type Tell = (construct: IConstruct, warning: string, message: string) => void;

/** What waits for what around one controller: nodes and network, then controller, then workloads. */
export class ControllerOrder {
  private readonly capacity: CfnResource[] = [];
  private readonly wishes: Wish[] = [];
  private readonly network: CfnResource[] = [];
  private readonly allManifests: Manifest[] = [];
  /** Those that may have to wait. */
  private readonly manifests: Manifest[] = [];
  /** Ways back from what the support cannot wait for. */
  private readonly obstacles = new Map<CfnResource, Hop[]>();

  private readonly parts: ReadonlySet<IConstruct>;
  private readonly supported: CfnResource[];
  private readonly speakers: CfnResource[];
  private readonly runners: CfnResource[];

  constructor(private readonly controller: OrderedController, private readonly isInReach: (resource: CfnResource) => boolean) {
    const { support, kubernetes, controller: runner, target, vpc, surroundings } = controller;
    const parts = awaitedPartsOf(support);
    this.parts = new Set(parts);
    this.supported = parts.filter((part): part is CfnResource => CfnResource.isCfnResource(part) && isInReach(part));
    this.speakers = kubernetes.flatMap(awaitedPartsOf).filter((part): part is CfnResource => CfnResource.isCfnResource(part) && isInReach(part));
    this.runners = this.resourcesOf(runner ? [runner] : []);
    // A cluster that waits for all of its VPC keeps it.
    this.network.push(...this.resourcesOf([...target.dependsOn(vpc) ? [] : [vpc], ...surroundings]));
  }

  /** Takes note of a part of the cluster, unless it is the support's own. */
  public addPart(resource: CfnResource, part: ClusterPart): void {
    if (this.parts.has(resource)) {
      return;
    }
    switch (part) {
      case ClusterPart.CAPACITY:
        this.capacity.push(resource);
        return;
      case ClusterPart.FOUNDATION:
        this.wishes.push({ waiting: this.speakers, resource });
        return;
      case ClusterPart.MANIFEST:
        return this.addManifest(resource);
      case ClusterPart.RELEASE:
        if (isKarpenter(resource)) {
          this.wishes.push({ waiting: this.runners, resource });
        }
        return this.controller.onHelmRelease(resource);
    }
  }

  /** Takes note of a part of the network that stands beside the VPC. */
  public addNetwork(part: CfnResource): void {
    this.network.push(part, ...this.resourcesOf(rulesOf(part)));
  }

  private addManifest(resource: CfnResource): void {
    const objects = objectsOf(resource);
    const manifest = { resource, objects, needs: this.controller.onManifest(resource, objects) };
    this.allManifests.push(manifest);
    if (objects.some((object) => needsController(object) || isLinked(object))) {
      this.manifests.push(manifest);
    }
    if (objects.some(needsController)) {
      return;
    }
    if (objects.some((object) => isNamespace(this.controller.namespace, object))) {
      this.wishes.push({ waiting: this.speakers, resource });
    } else if (objects.some(isNodePool)) {
      this.capacity.push(resource);
    } else if (objects.some((object) => isAwsAuth(object) || isNodeClass(object) || isGatewayDefinition(object))) {
      this.wishes.push({ waiting: this.runners, resource });
    }
  }

  /** What may have to wait for something. */
  public get sources(): CfnResource[] {
    return [...this.supported, ...this.manifests.map(({ resource }) => resource)];
  }

  /**
   * Lets the controller wait for what depends on nothing that waits for the controller.
   *
   * Where all nodes do, they come first all the same, and workloads have to stand back: without a node there is no controller.
   */
  public orderBefore(plan: OrderPlan): void {
    const { cleanup } = this.controller;
    if (this.runners.length > 0) {
      const waiting = [...this.runners, ...this.resourcesOf(cleanup ? [cleanup] : [])];
      this.wishes.push(...this.network.map((resource) => ({ waiting, resource })));
    }
    const clear = take(this.capacity, (capacity) => this.isClear(plan, capacity));
    (clear.length > 0 ? clear : this.capacity.splice(0)).forEach((capacity) => this.awaitCapacity(plan, capacity));
    take(this.wishes, ({ resource }) => this.isClear(plan, resource)).forEach((wish) => this.grant(plan, wish));
  }

  /** Lets workloads wait for the controller, and for what they refer to. */
  public orderWorkloads(plan: OrderPlan, tell: Tell): void {
    const { support } = this.controller;
    // Where the controller waits for the network, workloads do so with it.
    const first = [...this.supported, ...this.runners.length > 0 ? [] : this.network];
    for (const manifest of this.manifests) {
      if (manifest.objects.some(needsController)) {
        this.letWait(plan, manifest.resource, first, `the controller of ${support.node.path}`, tell);
      }
      this.manifests.filter((other) => other !== manifest && refers(manifest, other))
        .forEach((other) => this.letWait(plan, manifest.resource, [other.resource], other.resource.node.path, tell));
      // Where it cannot wait for those it comes up later: Kubernetes tries again.
      this.allManifests.filter(({ objects, resource }) => resource !== manifest.resource && manifest.needs && objects.some(manifest.needs))
        .forEach(({ resource }) => plan.wait(manifest.resource, resource));
    }
  }

  /** Lets the controller wait for the rest, as far as that is possible. */
  public orderRest(plan: OrderPlan, tell: Tell): void {
    this.capacity.splice(0).forEach((capacity) => this.awaitCapacity(plan, capacity));
    this.wishes.splice(0).forEach((wish) => this.grant(plan, wish));
    this.tellObstacles(tell);
  }

  private letWait(plan: OrderPlan, manifest: CfnResource, others: CfnResource[], needed: string, tell: Tell): void {
    const obstacle = others.map((other) => plan.wait(manifest, other)).find((path) => path !== undefined);
    if (obstacle) {
      tell(manifest, 'workloadNotOrdered', `${manifest.node.path} needs ${needed}, and cannot be deployed after all of it and removed before it: `
        + `${inWords(obstacle)}; take that dependency away, or define the manifest in the stack of the construct or a later one`);
    }
  }

  private awaitCapacity(plan: OrderPlan, capacity: CfnResource): void {
    const obstacle = this.grant(plan, { waiting: this.runners, resource: capacity });
    if (!obstacle && this.runners.length > 0) {
      const prerequisites = this.resourcesOf(prerequisitesOf(capacity, this.controller.target));
      this.wishes.push(...prerequisites.map((resource) => ({ waiting: this.runners, resource })));
    }
    this.controller.onCapacity(capacity, obstacle && inWords(obstacle));
  }

  private grant(plan: OrderPlan, { waiting, resource }: Wish): Hop[] | undefined {
    const obstacle = waiting.map((one) => plan.wait(one, resource)).find((path) => path !== undefined);
    if (obstacle) {
      this.obstacles.set(resource, obstacle);
    }
    return obstacle;
  }

  /** Once for each dependency that is the cause, which may be of many resources. What was put after the controller by name is meant to be there. */
  private tellObstacles(tell: Tell): void {
    const { support } = this.controller;
    const causes = new Map<string, [CfnResource, Hop[]][]>();
    for (const [resource, path] of this.obstacles) {
      if (path.length === 1 && path[0].verb === 'depends on') {
        continue;
      }
      getOrMake(causes, inWords(path.slice(-1)), () => []).push([resource, path]);
    }
    for (const [[first, path], ...others] of causes.values()) {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      tell(support, 'controllerNotOrdered', `the controller of ${support.node.path} cannot wait for ${first.node.path}${more}, and may lose it too early `
        + `on destroy: ${inWords(path)}; where the controller needs it, take that dependency away, or let only what needs the controller depend on it`);
    }
  }

  /** Whether all of the support can wait for a resource, whatever else has to wait. */
  private isClear(plan: OrderPlan, resource: CfnResource): boolean {
    const [any] = this.supported;
    return !any || plan.isApart(resource, any);
  }

  private resourcesOf(constructs: IConstruct[]): CfnResource[] {
    return constructs.flatMap((construct) => construct.node.findAll())
      .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && this.isInReach(child));
  }
}

function refers(manifest: Manifest, other: Manifest): boolean {
  return manifest.objects.some((object) => other.objects.some((one) => refersTo(object, one)));
}

/** Takes out of a list what fits. */
function take<T>(list: T[], fits: (item: T) => boolean): T[] {
  const taken = list.filter(fits);
  list.splice(0, list.length, ...list.filter((item) => !taken.includes(item)));
  return taken;
}
