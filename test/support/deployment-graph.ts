import { CfnResource, Stage } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { IConstruct } from 'constructs';
import { referencesIn } from './template-references';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
  readonly DependsOn?: string | string[];
}

/**
 * What CloudFormation makes of an app: every resource of every stack, and what must be there before it.
 *
 * Edges are those that CloudFormation draws: `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` within a stack; between stacks that the
 * whole of the one comes after the whole of the other. Nodes are called `<stack>/<logical id>`.
 */
export class DeploymentGraph {
  public static of(app: Stage): DeploymentGraph {
    return new DeploymentGraph(app.synth());
  }

  private readonly resources = new Map<string, Resource>();
  private readonly edges = new Map<string, Set<string>>();

  constructor(assembly: CloudAssembly) {
    for (const stack of assembly.stacks) {
      const resources: Record<string, Resource> = stack.template.Resources ?? {};
      const ends = stack.dependencies.filter(({ id }) => assembly.stacks.some((other) => other.id === id)).map(({ id }) => `${id}/*`);
      this.edges.set(`${stack.id}/*`, new Set(Object.keys(resources).map((id) => `${stack.id}/${id}`)));
      for (const [id, resource] of Object.entries(resources)) {
        const node = `${stack.id}/${id}`;
        const references = [...referencesIn(resource.Properties), ...[resource.DependsOn ?? []].flat()].filter((ref) => ref in resources);
        this.resources.set(node, resource);
        this.edges.set(node, new Set([...references.map((ref) => `${stack.id}/${ref}`), ...ends]));
      }
    }
  }

  /** The nodes of one CloudFormation type, with properties that fit. */
  public find(type: string, fits: (properties: Record<string, any>) => boolean = () => true): string[] {
    return [...this.resources].filter(([, { Type, Properties }]) => Type === type && fits(Properties ?? {})).map(([node]) => node);
  }

  /** The one node of a type, with properties that fit. */
  public theOne(type: string, fits?: (properties: Record<string, any>) => boolean): string {
    const found = this.find(type, fits);
    if (found.length !== 1) {
      throw new Error(`expected one ${type}, found ${JSON.stringify(found)}`);
    }
    return found[0];
  }

  /** Whether one node can only be made when another one is there, and so is removed before it. */
  public comesAfter(node: string, other: string): boolean {
    return node !== other && this.before(node).has(other);
  }

  /** An order in which CloudFormation may make everything; throws, naming the circle, where there is none. */
  public createOrder(): string[] {
    const done = new Set<string>();
    const visit = (node: string, path: string[]) => {
      if (path.includes(node)) {
        throw new Error(`circular dependency: ${[...path.slice(path.indexOf(node)), node].join(' -> ')}`);
      }
      if (!done.has(node)) {
        [...this.edges.get(node)!].sort().forEach((next) => visit(next, [...path, node]));
        done.add(node);
      }
    };
    [...this.edges.keys()].sort().forEach((node) => visit(node, []));
    return [...done].filter((node) => !node.endsWith('/*'));
  }

  /** The reverse, in which it may remove everything. */
  public destroyOrder(): string[] {
    return this.createOrder().reverse();
  }

  private before(node: string): Set<string> {
    const seen = new Set<string>();
    const pending = [node];
    while (pending.length > 0) {
      for (const next of this.edges.get(pending.pop()!)!) {
        if (!seen.has(next)) {
          seen.add(next);
          pending.push(next);
        }
      }
    }
    return seen;
  }
}

/** The name, in the graph, of the first resource that a construct is. */
export function nodeOf(construct: IConstruct): string {
  const resource = construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
  return `${resource.stack.artifactId}/${resource.stack.getLogicalId(resource)}`;
}
