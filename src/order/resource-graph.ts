import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ReferenceIndex } from './reference-index';

/** What CloudFormation deploys as one: a resource, or a nested stack by its resource; between stacks, a whole stack. */
export type DeploymentUnit = CfnResource | Stack;

/** Why one construct is deployed after another one. */
export interface Reason {
  readonly from: IConstruct;
  readonly verb: 'refers to' | 'depends on' | 'waits for';
  readonly to: IConstruct;
}

/** A unit that is deployed before another one, and why. */
export interface Edge {
  readonly to: DeploymentUnit;
  readonly reason: Reason;
}

/**
 * The dependencies between the deployment units of a stage: by references, by `DependsOn`, and by dependencies of constructs.
 *
 * Reads a resource once, when a path reaches it. Units are compared within one template, or stack by stack: a dependency between two
 * stacks, or on a resource of a nested stack, is one between whole stacks.
 */
export class ResourceGraph {
  /** The resources that a search looks for, with their stacks. */
  public readonly goals = new Set<DeploymentUnit>();
  /** Units from which no goal is reached. */
  private readonly unreachable = new Set<DeploymentUnit>();
  private readonly reaching = new Set<DeploymentUnit>();
  private readonly edges = new Map<DeploymentUnit, Edge[]>();
  private readonly declared = new Map<IConstruct, Reason[]>();
  private readonly contained = new Map<IConstruct, DeploymentUnit[]>();

  constructor(private readonly references: ReferenceIndex) {
  }

  /** Adds resources that searches look for. To be called before the first search. */
  public addGoals(resources: CfnResource[]): void {
    resources.flatMap(unitsOf).forEach((unit) => this.goals.add(unit));
  }

  /** Whether a unit depends on a goal, or is one. */
  public reachesGoal(unit: DeploymentUnit): boolean {
    if (this.unreachable.has(unit) || this.isKnownToReach(unit)) {
      return this.isKnownToReach(unit);
    }
    const seen = new Set([unit]);
    for (const next of seen) {
      for (const { to } of this.edgesOf(next)) {
        if (this.isKnownToReach(to)) {
          this.reaching.add(unit);
          return true;
        }
        if (!this.unreachable.has(to)) {
          seen.add(to);
        }
      }
    }
    seen.forEach((one) => this.unreachable.add(one));
    return false;
  }

  /** Whether anything but the goals themselves was found to depend on one. */
  public get hasDependents(): boolean {
    return this.reaching.size > 0;
  }

  private isKnownToReach(unit: DeploymentUnit): boolean {
    return this.goals.has(unit) || this.reaching.has(unit);
  }

  /** A shortest path from one unit to a goal, by planned edges too. */
  public pathTo(goal: DeploymentUnit, from: DeploymentUnit, planned: (unit: DeploymentUnit) => Iterable<Edge>): Edge[] | undefined {
    const paths = new Map<DeploymentUnit, Edge[]>([[from, []]]);
    for (const [unit, path] of paths) {
      for (const edge of [...this.edgesOf(unit), ...planned(unit)]) {
        if (edge.to === goal) {
          return [...path, edge];
        }
        if (!paths.has(edge.to) && this.reachesGoal(edge.to)) {
          paths.set(edge.to, [...path, edge]);
        }
      }
    }
    return undefined;
  }

  /** The units in a construct: resources, nested stacks and stacks, each as a whole. */
  public unitsUnder(construct: IConstruct): DeploymentUnit[] {
    let units = this.contained.get(construct);
    if (!units) {
      units = [...topmostUnits(construct)];
      this.contained.set(construct, units);
    }
    return units;
  }

  private edgesOf(unit: DeploymentUnit): Edge[] {
    let edges = this.edges.get(unit);
    if (!edges) {
      edges = this.readEdges(unit);
      this.edges.set(unit, edges);
    }
    return edges;
  }

  private readEdges(unit: DeploymentUnit): Edge[] {
    const edges: Edge[] = [];
    const add = (from: DeploymentUnit, to: DeploymentUnit, reason: Reason) => {
      const [own, other] = divergingUnits(from, to) ?? [];
      if (own === unit) {
        edges.push({ to: other!, reason });
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
      for (const reason of this.declaredBy(resource)) {
        this.unitsUnder(reason.to).forEach((to) => add(resource, to, reason));
      }
    }
    if (Stack.isStack(unit)) {
      unit.dependencies.forEach((to) => add(unit, to, { from: unit, verb: 'depends on', to }));
    }
    return edges;
  }

  /** What a construct, or a scope of it, depends on explicitly. */
  private declaredBy(construct: IConstruct): Reason[] {
    let reasons = this.declared.get(construct);
    if (!reasons) {
      const { scope, dependencies } = construct.node;
      const inherited = scope && !Stage.isStage(construct) ? this.declaredBy(scope) : [];
      const own = dependencies.map((to): Reason => ({ from: construct, verb: 'depends on', to }));
      reasons = own.length > 0 ? [...own, ...inherited] : inherited;
      this.declared.set(construct, reasons);
    }
    return reasons;
  }

  /** The resources in a unit, with the resource that it is. */
  private membersOf(unit: DeploymentUnit): CfnResource[] {
    const nested = Stack.isStack(unit) ? unit : this.references.nestedStackOf(unit);
    if (!nested) {
      return [unit as CfnResource];
    }
    const inner = nested.node.findAll().filter((child): child is CfnResource => CfnResource.isCfnResource(child));
    return Stack.isStack(unit) ? inner : [unit, ...inner];
  }
}

/** For two units, the outermost unit around each that does not contain the other one; undefined where one contains the other. */
export function divergingUnits(unit: DeploymentUnit, other: DeploymentUnit): [DeploymentUnit, DeploymentUnit] | undefined {
  if (CfnResource.isCfnResource(unit) && CfnResource.isCfnResource(other) && unit.stack === other.stack) {
    return unit === other ? undefined : [unit, other];
  }
  const [own, others] = [unitsOf(unit), unitsOf(other)];
  const index = own.findIndex((one, at) => one !== others[at]);
  return index >= 0 && index < others.length ? [own[index], others[index]] : undefined;
}

/** A unit after the units that contain it, outermost first: the stack, and nested stacks. */
function unitsOf(unit: DeploymentUnit): DeploymentUnit[] {
  if (!Stack.isStack(unit)) {
    return [...unitsOf(unit.stack), unit];
  }
  return unit.nestedStackResource ? unitsOf(unit.nestedStackResource as CfnResource) : [unit];
}

function* topmostUnits(construct: IConstruct): Iterable<DeploymentUnit> {
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
