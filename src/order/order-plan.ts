import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isInTemplate, ReferenceIndex } from './reference-index';
import { apart, Edge, Hop, ResourceGraph, Unit } from './resource-graph';
import { getOrMake } from '../util/maps';

/**
 * What this library lets wait for what, beside what the app says itself; nothing of it closes a circle.
 *
 * Edges go from resource to resource, so that one which cannot be is no reason to leave out others.
 */
export class OrderPlan {
  private readonly references: ReferenceIndex;
  private readonly graph: ResourceGraph;
  private readonly planned = new Map<Unit, Map<Unit, Edge>>();
  private readonly targets = new Map<CfnResource, Set<CfnResource>>();

  /**
   * @param resources all resources of the stage
   * @param sources those of them that may have to wait
   * @param supports what holds the resources of this library
   */
  constructor(resources: readonly CfnResource[], sources: CfnResource[], private readonly supports: IConstruct[]) {
    this.references = new ReferenceIndex(resources);
    this.graph = new ResourceGraph(this.references);
    this.graph.addGoals(sources);
  }

  /** The resources that wait, with what they wait for. */
  public get waiting(): ReadonlyMap<CfnResource, ReadonlySet<CfnResource>> {
    return this.targets;
  }

  /** Whether a resource depends on nothing that may have to wait: then each of those may wait for it, now and later. */
  public isApart(resource: CfnResource, from: CfnResource): boolean {
    const other = apart(from, resource)?.[1];
    return !other || this.graph.isApart(other);
  }

  /**
   * Lets a resource wait for another one, unless that would close a circle.
   *
   * @returns the way from the other one back, where it would
   */
  public wait(resource: CfnResource, other: CfnResource): Hop[] | undefined {
    const [unit, target] = apart(resource, other) ?? [];
    if (!unit || !target || !isInTemplate(resource) || !isInTemplate(other) || this.planned.get(unit)?.has(target)) {
      return undefined;
    }
    const back = this.graph.isApart(target)
      ? undefined
      : this.graph.pathTo(unit, target, (one) => this.planned.get(one)?.values() ?? []);
    if (back) {
      return back.map(({ hop }) => hop);
    }
    getOrMake(this.planned, unit, () => new Map<Unit, Edge>()).set(target, { to: target, hop: { from: resource, verb: 'waits for', to: other } });
    getOrMake(this.targets, resource, () => new Set<CfnResource>()).add(other);
    return undefined;
  }

  /**
   * A circle that the app has closed with what this library says of itself; with what is planned here there is none.
   *
   * Looked for where something of the app has turned out to depend on the library, or says so: reading all takes its time.
   */
  public findCircle(stage: IConstruct): Hop[] | undefined {
    if (!this.graph.isLedTo && !this.isDependedOn(stage)) {
      return undefined;
    }
    for (const unit of this.graph.goals) {
      const path = this.graph.pathTo(unit, unit, (one) => this.planned.get(one)?.values() ?? [])?.map(({ hop }) => hop);
      if (path?.some((hop) => this.isOurs(hop))) {
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

  /** Whether the app would not say so without this library. */
  public isOurs({ from, to }: Pick<Hop, 'from' | 'to'>): boolean {
    if (this.isSupported(from)) {
      return true;
    }
    if (Stack.isStack(from) || Stack.isStack(to)) {
      // Between stacks the CDK keeps what is said of resources as one dependency of the whole.
      return [...this.planned].some(([unit, edges]) => [...edges.keys()].some((target) => unit === Stack.of(from) && target === Stack.of(to)));
    }
    return CfnResource.isCfnResource(from) && CfnResource.isCfnResource(to)
      && (this.targets.get(from)?.has(to) || this.planned.get(from)?.has(to)) === true;
  }
}

/** Hops in words, as reasons of one sentence. */
export function inWords(hops: Hop[]): string {
  const reasons = hops.map(({ from, verb, to }) => `${nameOf(from)} ${verb} ${nameOf(to)}`);
  return [...new Set(reasons)].join(', and ');
}

function nameOf(construct: IConstruct): string {
  return `${Stack.isStack(construct) ? 'stack ' : ''}${construct.node.path}`;
}
