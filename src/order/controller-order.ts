import { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { isAwsAuth, isGatewayDefinition, isLinked, isNamespace, isNodeClass, isNodePool, needsController, refersTo } from './object-kinds';
import { describe, OrderPlan } from './order-plan';
import { prerequisitesOf, rulesOf } from './prerequisites';
import { Reason } from './resource-graph';
import { ClusterResource, isKarpenter } from '../cluster/cluster-resources';
import { KubernetesObject, objectsOf } from '../cluster/manifest-objects';
import { TargetCluster } from '../cluster/target-cluster';
import { getOrMake } from '../util/maps';
import { awaitedResourcesOf } from '../util/user-workloads';

/** One controller, and the constructs to order around it. */
export interface OrderedController {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** Everything that makes the cluster ready. Workloads depend on all of it. */
  readonly support: Construct;
  /** Those of its constructs that call the Kubernetes API, and need access to it. */
  readonly apiClients: Construct[];
  /** The construct that runs the controller, and needs nodes; undefined where EKS Auto Mode balances the load. */
  readonly controller?: Construct;
  /** What uses the network after the controller is deleted. */
  readonly cleanup?: Construct;
  /** What the controller needs of the network, in addition to the VPC and the nodes. */
  readonly networkPrerequisites: IConstruct[];
  /** The namespace of the controller. */
  readonly namespace: string;
  /** Called for each resource that the controller could run on, with the reason why it cannot depend on it, if any. */
  readonly onCapacity: (resource: CfnResource, obstacle?: string) => void;
  /**
   * Called for each manifest on the cluster that is not the support's own.
   *
   * @returns which objects of other manifests it needs, where its own objects do not refer to them
   */
  readonly onManifest: (resource: CfnResource, objects: KubernetesObject[]) => Needs | undefined;
  /**
   * Called for each Helm release on the cluster that is not the controller's own.
   *
   * @returns whether its values say that it has Ingresses or Services of the controller
   */
  readonly onHelmRelease: (resource: CfnResource) => boolean;
}

/** Whether an object must be created before. */
export type Needs = (object: KubernetesObject) => boolean;

interface Manifest {
  readonly resource: CfnResource;
  readonly objects: KubernetesObject[];
  readonly needs?: Needs;
}

/** A dependency of some of the support's resources that is still to be added. */
interface DependencyRequest {
  readonly dependents: CfnResource[];
  readonly resource: CfnResource;
}

/** Adds a warning to a construct, once, unless it is acknowledged there or on the support. */
export type Report = (construct: IConstruct, warning: string, message: string, support: Construct) => void;

/** The order around one controller: nodes and network, then controller, then workloads. */
export class ControllerOrder {
  private readonly capacity: CfnResource[] = [];
  private readonly requests: DependencyRequest[] = [];
  private readonly network: CfnResource[] = [];
  private readonly allManifests: Manifest[] = [];
  /** Those that may get dependencies. */
  private readonly manifests: Manifest[] = [];
  /** Helm releases with objects that need the controller. */
  private readonly releases: CfnResource[] = [];
  /** Paths back to the support from what it cannot depend on. */
  private readonly obstacles = new Map<CfnResource, Reason[]>();

  private readonly own: ReadonlySet<IConstruct>;
  private readonly supported: CfnResource[];
  private readonly apiClients: CfnResource[];
  private readonly controllerResources: CfnResource[];

  constructor(private readonly props: OrderedController, private readonly isInStage: (resource: CfnResource) => boolean) {
    const { support, apiClients, controller, target, vpc, networkPrerequisites } = props;
    const own = awaitedResourcesOf(support);
    this.own = new Set(own);
    this.supported = own.filter(isInStage);
    this.apiClients = apiClients.flatMap(awaitedResourcesOf).filter(isInStage);
    this.controllerResources = this.resourcesOf(controller ? [controller] : []);
    // A cluster that depends on its VPC keeps it.
    this.network.push(...this.resourcesOf([...target.dependsOn(vpc) ? [] : [vpc], ...networkPrerequisites]));
  }

  /** Adds a resource of the cluster, unless it is the support's own. */
  public addResource(resource: CfnResource, role: ClusterResource): void {
    if (this.own.has(resource)) {
      return;
    }
    switch (role) {
      case ClusterResource.CAPACITY:
        this.capacity.push(resource);
        return;
      case ClusterResource.FOUNDATION:
        this.requests.push({ dependents: this.apiClients, resource });
        return;
      case ClusterResource.MANIFEST:
        return this.addManifest(resource);
      case ClusterResource.RELEASE:
        if (this.props.onHelmRelease(resource) && !isKarpenter(resource)) {
          this.releases.push(resource);
        }
        if (isKarpenter(resource)) {
          this.requests.push({ dependents: this.controllerResources, resource });
        }
        return;
    }
  }

  /** Adds a resource of the network outside the construct of the VPC. */
  public addNetwork(resource: CfnResource): void {
    this.network.push(resource, ...this.resourcesOf(rulesOf(resource)));
  }

  private addManifest(resource: CfnResource): void {
    const objects = objectsOf(resource);
    const manifest = { resource, objects, needs: this.props.onManifest(resource, objects) };
    this.allManifests.push(manifest);
    if (objects.some((object) => needsController(object) || isLinked(object))) {
      this.manifests.push(manifest);
    }
    if (objects.some(needsController)) {
      return;
    }
    if (objects.some((object) => isNamespace(this.props.namespace, object))) {
      this.requests.push({ dependents: this.apiClients, resource });
    } else if (objects.some(isNodePool)) {
      this.capacity.push(resource);
    } else if (objects.some((object) => isAwsAuth(object) || isNodeClass(object) || isGatewayDefinition(object))) {
      this.requests.push({ dependents: this.controllerResources, resource });
    }
  }

  /** The resources that may get dependencies. */
  public get sources(): CfnResource[] {
    return [...this.supported, ...this.manifests.map(({ resource }) => resource), ...this.releases];
  }

  /**
   * Adds dependencies of the controller on what does not depend on the controller itself, or on workloads.
   *
   * Where all nodes do, they come first nevertheless, and workloads do not get their dependency: the controller needs a node.
   */
  public orderBefore(plan: OrderPlan): void {
    const { cleanup } = this.props;
    if (this.controllerResources.length > 0) {
      const dependents = [...this.controllerResources, ...this.resourcesOf(cleanup ? [cleanup] : [])];
      this.requests.push(...this.network.map((resource) => ({ dependents, resource })));
    }
    const independent = take(this.capacity, (capacity) => this.isIndependent(plan, capacity));
    (independent.length > 0 ? independent : this.capacity.splice(0)).forEach((capacity) => this.requestCapacity(plan, capacity));
    take(this.requests, ({ resource }) => this.isIndependent(plan, resource)).forEach((request) => this.add(plan, request));
  }

  /** Adds dependencies of workloads on the controller, and on what they refer to. */
  public orderWorkloads(plan: OrderPlan, report: Report): void {
    const { support } = this.props;
    // The controller depends on the network, and workloads with it.
    const first = [...this.supported, ...this.controllerResources.length > 0 ? [] : this.network];
    const controller = `the controller of ${support.node.path}`;
    this.releases.forEach((release) => this.addWorkloadDependency(plan, release, first, controller, report));
    for (const manifest of this.manifests) {
      if (manifest.objects.some(needsController)) {
        this.addWorkloadDependency(plan, manifest.resource, first, controller, report);
      }
      this.allManifests.filter((other) => other !== manifest && definesNamespaceOf(other, manifest))
        .forEach(({ resource }) => this.addWorkloadDependency(plan, manifest.resource, [resource], `its namespace (${resource.node.path})`, report));
      this.manifests.filter((other) => other !== manifest && refers(manifest, other))
        .forEach((other) => this.addWorkloadDependency(plan, manifest.resource, [other.resource], other.resource.node.path, report));
      // Where it cannot depend on those it becomes ready later: Kubernetes retries.
      this.allManifests.filter(({ objects, resource }) => resource !== manifest.resource && manifest.needs && objects.some(manifest.needs))
        .forEach(({ resource }) => plan.addDependency(manifest.resource, resource));
    }
  }

  /** Adds dependencies of the controller on everything else, as far as possible. */
  public orderRest(plan: OrderPlan, report: Report): void {
    this.capacity.splice(0).forEach((capacity) => this.requestCapacity(plan, capacity));
    this.requests.splice(0).forEach((request) => this.add(plan, request));
    this.reportObstacles(report);
  }

  private addWorkloadDependency(plan: OrderPlan, manifest: CfnResource, others: CfnResource[], needed: string, report: Report): void {
    const obstacle = others.map((other) => plan.addDependency(manifest, other)).find((path) => path !== undefined);
    if (obstacle) {
      report(manifest, 'workloadNotOrdered', `${manifest.node.path} needs ${needed}, and cannot be deployed after it and deleted before it: `
        + `${describe(obstacle)}; remove that dependency, or define the manifest in the stack of the construct or a later one`, this.props.support);
    }
  }

  private requestCapacity(plan: OrderPlan, capacity: CfnResource): void {
    const obstacle = this.add(plan, { dependents: this.controllerResources, resource: capacity });
    if (!obstacle && this.controllerResources.length > 0) {
      const prerequisites = this.resourcesOf(prerequisitesOf(capacity, this.props.target));
      this.requests.push(...prerequisites.map((resource) => ({ dependents: this.controllerResources, resource })));
    }
    this.props.onCapacity(capacity, obstacle && describe(obstacle));
  }

  private add(plan: OrderPlan, { dependents, resource }: DependencyRequest): Reason[] | undefined {
    const obstacle = dependents.map((one) => plan.addDependency(one, resource)).find((path) => path !== undefined);
    if (obstacle) {
      this.obstacles.set(resource, obstacle);
    }
    return obstacle;
  }

  /** One warning for each cause, which may concern many resources. A dependency on the controller itself is intended. */
  private reportObstacles(report: Report): void {
    const { support } = this.props;
    const causes = new Map<string, [CfnResource, Reason[]][]>();
    for (const [resource, path] of this.obstacles) {
      if (path.length === 1 && path[0].verb === 'depends on') {
        continue;
      }
      getOrMake(causes, describe(path.slice(-1)), () => []).push([resource, path]);
    }
    for (const [[first, path], ...others] of causes.values()) {
      const more = others.length > 0 ? ` and ${others.length} more` : '';
      report(support, 'controllerNotOrdered', `the controller of ${support.node.path} cannot depend on ${first.node.path}${more}, which may be deleted `
        + `before it: ${describe(path)}; if the controller needs it, remove that dependency, or let only what needs the controller depend on it`, support);
    }
  }

  /** Whether the support can depend on a resource, whatever else is added. */
  private isIndependent(plan: OrderPlan, resource: CfnResource): boolean {
    const [any] = this.supported;
    return !any || plan.isIndependent(resource, any);
  }

  private resourcesOf(constructs: IConstruct[]): CfnResource[] {
    return constructs.flatMap((construct) => construct.node.findAll())
      .filter((child): child is CfnResource => CfnResource.isCfnResource(child) && this.isInStage(child));
  }
}

function refers(manifest: Manifest, other: Manifest): boolean {
  return manifest.objects.some((object) => other.objects.some((one) => refersTo(object, one)));
}

/** Whether a manifest defines a namespace that objects of another one are created in. */
function definesNamespaceOf(manifest: Manifest, { objects }: Manifest): boolean {
  return manifest.objects.some((namespace) => namespace.kind === 'Namespace' && objects.some(({ metadata }) => metadata?.namespace !== undefined
    && isNamespace(metadata.namespace, namespace)));
}

/** Removes the items that fit from a list, and returns them. */
function take<T>(list: T[], fits: (item: T) => boolean): T[] {
  const taken = list.filter(fits);
  list.splice(0, list.length, ...list.filter((item) => !taken.includes(item)));
  return taken;
}
