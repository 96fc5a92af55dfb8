import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ReferenceIndex } from './reference-index';
import { DeploymentUnit, divergingUnits, Edge, Reason, ResourceGraph } from './resource-graph';
import { isInTemplate } from '../cluster/cdk-internals';
import { getOrMake } from '../util/maps';

/**
 * The dependencies that this library adds to those of the app. None of them makes a circular dependency.
 *
 * They are between single resources: one that cannot be added does not prevent others.
 */
export class OrderPlan {
  private readonly references: ReferenceIndex;
  private readonly graph: ResourceGraph;
  private readonly planned = new Map<DeploymentUnit, Map<DeploymentUnit, Edge>>();
  private readonly dependencies = new Map<CfnResource, Set<CfnResource>>();

  /**
   * @param resources all resources of the stage
   * @param sources those that may get dependencies
   * @param supports the constructs with the resources of this library
   */
  constructor(resources: readonly CfnResource[], sources: CfnResource[], private readonly supports: IConstruct[]) {
    this.references = new ReferenceIndex(resources);
    this.graph = new ResourceGraph(this.references);
    this.graph.addGoals(sources);
  }

  /** The added dependencies by resource. */
  public get added(): ReadonlyMap<CfnResource, ReadonlySet<CfnResource>> {
    return this.dependencies;
  }

  /** Whether a resource depends on no source: then each source may depend on it, now and later. */
  public isIndependent(resource: CfnResource, source: CfnResource): boolean {
    const other = divergingUnits(source, resource)?.[1];
    return !other || !this.graph.reachesGoal(other);
  }

  /**
   * Adds a dependency of a resource on another one, unless it would be circular.
   *
   * @returns the path from the other one back, where it would
   */
  public addDependency(resource: CfnResource, other: CfnResource): Reason[] | undefined {
    const [unit, target] = divergingUnits(resource, other) ?? [];
    if (!unit || !target || !isInTemplate(resource) || !isInTemplate(other) || this.planned.get(unit)?.has(target)) {
      return undefined;
    }
    const back = this.graph.reachesGoal(target)
      ? this.graph.pathTo(unit, target, (one) => this.planned.get(one)?.values() ?? [])
      : undefined;
    if (back) {
      return back.map(({ reason }) => reason);
    }
    getOrMake(this.planned, unit, () => new Map<DeploymentUnit, Edge>()).set(target, { to: target, reason: { from: resource, verb: 'waits for', to: other } });
    getOrMake(this.dependencies, resource, () => new Set<CfnResource>()).add(other);
    return undefined;
  }

  /**
   * A circular dependency of the app and the resources of this library. What is planned here makes none.
   *
   * Searches only if something of the app depends on the library, since it reads all resources.
   */
  public findCircle(stage: IConstruct): Reason[] | undefined {
    if (!this.graph.hasDependents && !this.isDependedOn(stage)) {
      return undefined;
    }
    for (const unit of this.graph.goals) {
      const path = this.graph.pathTo(unit, unit, (one) => this.planned.get(one)?.values() ?? [])?.map(({ reason }) => reason);
      if (path?.some((reason) => this.isOurs(reason))) {
        return path;
      }
    }
    return undefined;
  }

  private isDependedOn(construct: IConstruct): boolean {
    return !this.supports.includes(construct) && (
      construct.node.dependencies.some((to) => this.isSupported(to) && !this.isOurs({ from: construct, to }))
      || construct.node.children.some((child) => !Stage.isStage(child) && this.isDependedOn(child)));
  }

  private isSupported(construct: IConstruct): boolean {
    return construct.node.scopes.some((scope) => this.supports.includes(scope));
  }

  /** Whether this library is the cause of a dependency. */
  public isOurs({ from, to }: Pick<Reason, 'from' | 'to'>): boolean {
    if (this.isSupported(from)) {
      return true;
    }
    if (Stack.isStack(from) || Stack.isStack(to)) {
      // Between stacks the CDK keeps a dependency of resources as one of the whole stacks.
      return [...this.planned].some(([unit, edges]) => [...edges.keys()].some((target) => unit === Stack.of(from) && target === Stack.of(to)));
    }
    return CfnResource.isCfnResource(from) && CfnResource.isCfnResource(to)
      && (this.dependencies.get(from)?.has(to) || this.planned.get(from)?.has(to)) === true;
  }
}

/** Reasons formatted as one sentence. */
export function describe(reasons: Reason[]): string {
  const parts = reasons.map(({ from, verb, to }) => `${nameOf(from)} ${verb} ${nameOf(to)}`);
  return [...new Set(parts)].join(', and ');
}

function nameOf(construct: IConstruct): string {
  return `${Stack.isStack(construct) ? 'stack ' : ''}${construct.node.path}`;
}
