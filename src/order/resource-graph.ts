import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ReferenceIndex } from './reference-index';

/** What CloudFormation orders as one: a resource, with a nested stack as the resource that it is; between stacks, a whole stack. */
export type Unit = CfnResource | Stack;

/** That one thing comes after another one, in the words of the app. */
export interface Hop {
  readonly from: IConstruct;
  readonly verb: 'refers to' | 'depends on' | 'waits for';
  readonly to: IConstruct;
}

/** One unit that comes after another one, and why. */
export interface Edge {
  readonly to: Unit;
  readonly hop: Hop;
}

/**
 * What comes after what in a stage: by references, by `DependsOn`, and by dependencies of constructs on what they hold.
 *
 * Reads a resource when a path leads to it, and once. Units are compared within one template, or stack by stack: a dependency between
 * two stacks, or on something in a nested one, is one of the whole on the whole.
 */
export class ResourceGraph {
  /** The resources that a search is after, with the stacks that hold them. */
  public readonly goals = new Set<Unit>();
  /** Units that lead to no goal, however the search goes on. */
  private readonly apart = new Set<Unit>();
  private readonly leading = new Set<Unit>();
  private readonly edges = new Map<Unit, Edge[]>();
  private readonly declared = new Map<IConstruct, Hop[]>();
  private readonly held = new Map<IConstruct, Unit[]>();

  constructor(private readonly references: ReferenceIndex) {
  }

  /** Names what searches are after; all of it before the first one. */
  public addGoals(resources: CfnResource[]): void {
    resources.flatMap(unitsOf).forEach((unit) => this.goals.add(unit));
  }

  /** Whether a unit leads to no goal. */
  public isApart(unit: Unit): boolean {
    if (this.apart.has(unit) || this.leads(unit)) {
      return !this.leads(unit);
    }
    const seen = new Set([unit]);
    for (const next of seen) {
      for (const { to } of this.edgesOf(next)) {
        if (this.leads(to)) {
          this.leading.add(unit);
          return false;
        }
        if (!this.apart.has(to)) {
          seen.add(to);
        }
      }
    }
    seen.forEach((one) => this.apart.add(one));
    return true;
  }

  /** Whether anything else was found to lead to a goal. */
  public get isLedTo(): boolean {
    return this.leading.size > 0;
  }

  private leads(unit: Unit): boolean {
    return this.goals.has(unit) || this.leading.has(unit);
  }

  /** A shortest way from one unit to a goal, also by edges that are planned. */
  public pathTo(goal: Unit, from: Unit, planned: (unit: Unit) => Iterable<Edge>): Edge[] | undefined {
    const paths = new Map<Unit, Edge[]>([[from, []]]);
    for (const [unit, path] of paths) {
      for (const edge of [...this.edgesOf(unit), ...planned(unit)]) {
        if (edge.to === goal) {
          return [...path, edge];
        }
        if (!paths.has(edge.to) && !this.isApart(edge.to)) {
          paths.set(edge.to, [...path, edge]);
        }
      }
    }
    return undefined;
  }

  /** The units that a construct holds: resources, nested stacks and stacks, each as a whole. */
  public unitsUnder(construct: IConstruct): Unit[] {
    let units = this.held.get(construct);
    if (!units) {
      units = [...topmostUnits(construct)];
      this.held.set(construct, units);
    }
    return units;
  }

  private edgesOf(unit: Unit): Edge[] {
    let edges = this.edges.get(unit);
    if (!edges) {
      edges = this.readEdges(unit);
      this.edges.set(unit, edges);
    }
    return edges;
  }

  private readEdges(unit: Unit): Edge[] {
    const edges: Edge[] = [];
    const add = (from: Unit, to: Unit, hop: Hop) => {
      const [own, other] = apart(from, to) ?? [];
      if (own === unit) {
        edges.push({ to: other!, hop });
      }
    };
    for (const resource of this.membersOf(unit)) {
      for (const target of this.references.of(resource)) {
        const to = CfnResource.isCfnResource(target) ? target : stackOf(target);
        if (to) {
          add(resource, to, { from: resource, verb: 'refers to', to: target });
        }
      }
      for (const to of resource.obtainDependencies()) {
        add(resource, to, { from: resource, verb: 'depends on', to });
      }
      for (const hop of this.declaredBy(resource)) {
        this.unitsUnder(hop.to).forEach((to) => add(resource, to, hop));
      }
    }
    if (Stack.isStack(unit)) {
      unit.dependencies.forEach((to) => add(unit, to, { from: unit, verb: 'depends on', to }));
    }
    return edges;
  }

  /** What a construct, or what it lies in, was told to depend on. */
  private declaredBy(construct: IConstruct): Hop[] {
    let hops = this.declared.get(construct);
    if (!hops) {
      const { scope, dependencies } = construct.node;
      const inherited = scope && !Stage.isStage(construct) ? this.declaredBy(scope) : [];
      const own = dependencies.map((to): Hop => ({ from: construct, verb: 'depends on', to }));
      hops = own.length > 0 ? [...own, ...inherited] : inherited;
      this.declared.set(construct, hops);
    }
    return hops;
  }

  /** The resources in a unit, its own among them. */
  private membersOf(unit: Unit): CfnResource[] {
    const nested = Stack.isStack(unit) ? unit : this.references.nestedStackOf(unit);
    if (!nested) {
      return [unit as CfnResource];
    }
    const inner = nested.node.findAll().filter((child): child is CfnResource => CfnResource.isCfnResource(child));
    return Stack.isStack(unit) ? inner : [unit, ...inner];
  }
}

/** Of two units the outermost around each that is not around the other; nothing where one is around the other. */
export function apart(unit: Unit, other: Unit): [Unit, Unit] | undefined {
  if (CfnResource.isCfnResource(unit) && CfnResource.isCfnResource(other) && unit.stack === other.stack) {
    return unit === other ? undefined : [unit, other];
  }
  const [own, others] = [unitsOf(unit), unitsOf(other)];
  const index = own.findIndex((one, at) => one !== others[at]);
  return index >= 0 && index < others.length ? [own[index], others[index]] : undefined;
}

/** A unit with all that it lies in, outermost first: a stack, the nested ones in it, and itself. */
function unitsOf(unit: Unit): Unit[] {
  if (!Stack.isStack(unit)) {
    return [...unitsOf(unit.stack), unit];
  }
  return unit.nestedStackResource ? unitsOf(unit.nestedStackResource as CfnResource) : [unit];
}

function* topmostUnits(construct: IConstruct): Iterable<Unit> {
  if (Stack.isStack(construct)) {
    yield construct;
    return;
  }
  if (CfnResource.isCfnResource(construct)) {
    yield construct;
  }
  for (const child of construct.node.children) {
    if (!Stage.isStage(child)) {
      yield* topmostUnits(child);
    }
  }
}

function stackOf(construct: IConstruct): Stack | undefined {
  return construct.node.scopes.some((scope) => Stack.isStack(scope)) ? Stack.of(construct) : undefined;
}
