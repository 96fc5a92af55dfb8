/**
 * What CloudFormation does to a stack of subnets, policies and custom resources, as far as our programs can tell: the order of its
 * events, and what it asks of whom in an update, its clean-up, a rollback and its clean-up, a destroy.
 *
 * - In an update what is new is created and what is changed is updated, each after what it refers to, and else in any order.
 * - What is no longer wanted is deleted when all of that has succeeded, dependents first.
 * - When something fails, what was updated, or failed to be, is updated back; then what was created is deleted. A custom resource whose
 *   create failed is not: the CDK's entry point answers that delete itself.
 * - An event may be delivered twice.
 */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, any>;
  readonly DependsOn?: string | string[];
}

export type Resources = Record<string, TemplateResource>;

/** What makes real what a resource says; properties have no references any more. */
export interface ResourceKind {
  create(id: string, now: Record<string, any>): Promise<void>;
  update(id: string, now: Record<string, any>, old: Record<string, any>): Promise<void>;
  delete(id: string, old: Record<string, any>): Promise<void>;
}

/** Every decision that CloudFormation leaves open, or chance makes: a number below the one given. */
export type Choice = (below: number) => number;

export interface Deployment {
  readonly resources: Resources;
  /** Something else in the stack fails after so many resources. */
  readonly failsAfter?: number;
}

export class FakeCloudFormation {
  public status = 'CREATE_IN_PROGRESS';
  /** Why the last deployment failed. */
  public failure?: string;

  private deployed: Resources = {};

  constructor(private readonly kinds: Record<string, ResourceKind>, private readonly choice: Choice) {}

  /** @returns whether it succeeded */
  public async deploy({ resources, failsAfter = Infinity }: Deployment): Promise<boolean> {
    const before = this.deployed;
    const isFirst = Object.keys(before).length === 0;
    const touched: string[] = [];
    const created: string[] = [];
    this.failure = undefined;
    this.status = isFirst ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS';
    try {
      for (const id of this.inOrder(resources)) {
        if (touched.length >= failsAfter) {
          throw new Error('something else failed');
        }
        const [now, old] = [resources[id].Properties ?? {}, before[id]?.Properties ?? {}];
        if (!(id in before)) {
          await this.event(() => this.kindOf(resources[id]).create(id, now));
          created.push(id);
          touched.push(id);
        } else if (JSON.stringify(now) !== JSON.stringify(old)) {
          touched.push(id);
          await this.event(() => this.kindOf(resources[id]).update(id, now, old));
        }
      }
    } catch (error) {
      this.failure = String(error);
      await this.rollBack(before, resources, created, touched, isFirst);
      return false;
    }
    this.status = isFirst ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    this.deployed = resources;
    await this.remove(before, Object.keys(before).filter((id) => !(id in resources)));
    return true;
  }

  public async destroy(): Promise<void> {
    this.status = 'DELETE_IN_PROGRESS';
    await this.remove(this.deployed, Object.keys(this.deployed));
    this.deployed = {};
  }

  private async rollBack(before: Resources, after: Resources, created: string[], touched: string[], isFirst: boolean): Promise<void> {
    this.status = isFirst ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS';
    for (const id of this.inOrder(before).filter((one) => touched.includes(one))) {
      // A failure here is UPDATE_ROLLBACK_FAILED: somebody has to come.
      await this.event(() => this.kindOf(before[id]).update(id, before[id].Properties ?? {}, after[id].Properties ?? {}));
    }
    this.status = isFirst ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
    await this.remove(after, created);
  }

  private async remove(from: Resources, ids: string[]): Promise<void> {
    for (const id of this.inOrder(from).reverse().filter((one) => ids.includes(one))) {
      await this.event(() => this.kindOf(from[id]).delete(id, from[id].Properties ?? {}));
    }
  }

  private async event(deliver: () => Promise<void>): Promise<void> {
    await deliver();
    if (this.choice(4) === 0) {
      await deliver();
    }
  }

  private kindOf({ Type }: TemplateResource): ResourceKind {
    return this.kinds[Type];
  }

  /** Any order in which each comes after what it depends on; of resources whose kinds are known. */
  private inOrder(resources: Resources): string[] {
    const left = new Set(Object.keys(resources).filter((id) => resources[id].Type in this.kinds));
    const order: string[] = [];
    while (left.size > 0) {
      const ready = [...left].filter((id) => dependenciesOf(resources[id]).every((other) => !left.has(other)));
      const next = ready[this.choice(ready.length)];
      left.delete(next);
      order.push(next);
    }
    return order;
  }
}

function dependenciesOf({ DependsOn = [] }: TemplateResource): string[] {
  return [DependsOn].flat();
}

/**
 * A template's resources of some types, with all intrinsic functions worked out and every reference a dependency.
 *
 * @param values of parameters and pseudo parameters, and physical ids
 */
export function resolveTemplate(template: { Resources: Resources }, types: string[], values: Record<string, unknown>): Resources {
  const resources = Object.entries(template.Resources).filter(([, { Type }]) => types.includes(Type));
  return Object.fromEntries(resources.map(([id, resource]) => {
    const references: string[] = [];
    const properties = resolve(resource.Properties ?? {}, values, references);
    return [id, { ...resource, Properties: properties, DependsOn: [...dependenciesOf(resource), ...references] }];
  }));
}

function resolve(value: any, values: Record<string, unknown>, references: string[]): any {
  if (Array.isArray(value)) {
    return value.map((one) => resolve(one, values, references));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const inner = (argument: any) => resolve(argument, values, references);
  if ('Ref' in value) {
    references.push(value.Ref);
    return values[value.Ref] ?? value.Ref;
  }
  if ('Fn::GetAtt' in value) { return value['Fn::GetAtt'].join('.'); }
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'];
    return inner(parts).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]));
}
