import * as fs from 'fs';
import { Intrinsics } from './intrinsics';
import { CreationFailed, ExistingResourceRequest, ResourceProvider, ResourceRequest, ResourceState } from './provider';
import { dependencies, orderOf, ResourceDefinition, reversed, Template } from './template';
import { ACCOUNT, logFile, REGION } from '../settings';

/** A resource that is there. */
interface Deployed extends ResourceState {
  readonly definition: ResourceDefinition;
  readonly properties: any;
  readonly attributes: Record<string, unknown>;
}

/** A deployment that failed, and was rolled back where that is to be done. */
export class DeploymentFailed extends Error {}

export interface StackProps {
  readonly name: string;
  readonly providerOf: (type: string) => ResourceProvider;
  readonly stackOf: (name: string) => Stack | undefined;
  readonly importValue: (name: string) => unknown;
}

let stacks = 0;

/**
 * A stack, deployed as CloudFormation does it: in the order of the template, with replacement, clean-up phase, rollback and deletion.
 *
 * Where the template leaves the order open it is the worst one: on create and update custom resources, which do things, come as early as
 * they may; on delete they go as late as they may, after nodes, access and policies. CloudFormation does in parallel what the template
 * does not order, so either can be.
 */
export class Stack {
  public readonly id: string;
  public status = 'REVIEW_IN_PROGRESS';
  public readonly parameters: Record<string, unknown> = {};
  /** What the clean-up phase of an update could not remove. CloudFormation calls such an update complete. */
  public readonly cleanupFailures: string[] = [];

  private template: Template = {};
  private assembly = '';
  /** Properties that an update asked for, whether it succeeded or not. */
  private readonly asked = new Map<string, any>();
  private readonly resources = new Map<string, Deployed>();

  constructor(private readonly props: StackProps) {
    stacks += 1;
    this.id = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${props.name}/00000000-0000-0000-0000-${String(stacks).padStart(12, '0')}`;
  }

  public get name(): string {
    return this.props.name;
  }

  public get isThere(): boolean {
    return this.status !== 'REVIEW_IN_PROGRESS' && this.status !== 'DELETE_COMPLETE';
  }

  /** Type by logical id, of all that is there. */
  public get types(): Record<string, string> {
    return Object.fromEntries([...this.resources].map(([id, { definition }]) => [id, definition.Type]));
  }

  /** `Ref` of a resource, found by its type and a part of its logical id. */
  public physicalId(type: string, idPart = ''): string {
    const found = [...this.resources].filter(([id, { definition }]) => definition.Type === type && id.includes(idPart));
    if (found.length !== 1) {
      throw new Error(`expected one ${type} with "${idPart}" in ${this.name}, found ${found.map(([id]) => id).join(', ') || 'none'}`);
    }
    return found[0][1].physicalId;
  }

  public get outputs(): Record<string, unknown> {
    const intrinsics = this.intrinsics();
    return Object.fromEntries(Object.entries(this.template.Outputs ?? {})
      .filter(([, { Condition }]) => Condition === undefined || intrinsics.condition(Condition))
      .map(([name, { Value }]) => [name, intrinsics.resolve(Value)]));
  }

  public get exports(): Record<string, unknown> {
    const intrinsics = this.intrinsics();
    return Object.fromEntries(Object.values(this.template.Outputs ?? {}).filter(({ Export }) => Export)
      .map(({ Value, Export }) => [intrinsics.resolve(Export!.Name), intrinsics.resolve(Value)]));
  }

  /**
   * Creates or updates the stack, whichever it takes.
   *
   * @param assembly folder with the templates and assets of the app
   */
  public async deploy(template: Template, assembly: string): Promise<void> {
    this.assembly = assembly;
    if (['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'].includes(this.status)) {
      // As the CDK does it: such a stack can only be deleted.
      await this.delete();
    }
    await (this.isThere ? this.update(template) : this.create(template));
  }

  private async create(template: Template): Promise<void> {
    this.enter('CREATE_IN_PROGRESS');
    this.template = template;
    try {
      for (const id of this.createOrder(template)) {
        await this.make(id);
      }
    } catch (error) {
      this.enter('ROLLBACK_IN_PROGRESS', error);
      const failures = await this.removeAll([...this.resources.keys()], template, true);
      this.enter(failures.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE');
      throw new DeploymentFailed(`${this.name} was not created: ${message(error)}${failures.map((failure) => `; ${failure}`).join('')}`);
    }
    this.enter('CREATE_COMPLETE');
  }

  private async update(template: Template): Promise<void> {
    const before = { template: this.template, resources: new Map(this.resources) };
    const obsolete: [string, Deployed][] = [];
    this.enter('UPDATE_IN_PROGRESS');
    this.template = template;
    this.asked.clear();
    let current = '';
    try {
      for (current of this.createOrder(template)) {
        const old = this.resources.get(current);
        const made = old ? await this.change(current, old) : await this.make(current);
        if (old && made.physicalId !== old.physicalId) {
          obsolete.push([current, old]);
        }
      }
    } catch (error) {
      await this.rollBack(error, current, before);
      throw new DeploymentFailed(`${this.name} was not updated: ${message(error)}`);
    }
    this.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const kept = new Set(this.createOrder(template));
    const removed = [...this.resources.keys()].filter((id) => !kept.has(id));
    this.cleanupFailures.push(...await this.removeObsolete(obsolete, before.template), ...await this.removeAll(removed, before.template, false));
    removed.forEach((id) => this.resources.delete(id));
    this.enter('UPDATE_COMPLETE');
  }

  /** Deletes the stack; after a failure it goes on with what is left. */
  public async delete(): Promise<void> {
    this.enter('DELETE_IN_PROGRESS');
    const failures = await this.removeAll([...this.resources.keys()], this.template, false);
    if (failures.length > 0) {
      this.enter('DELETE_FAILED');
      throw new DeploymentFailed(`${this.name} was not deleted: ${failures.join('; ')}`);
    }
    this.enter('DELETE_COMPLETE');
  }

  private async rollBack(error: unknown, failed: string, before: { template: Template; resources: Map<string, Deployed> }): Promise<void> {
    this.enter('UPDATE_ROLLBACK_IN_PROGRESS', error);
    const attempted = this.template;
    this.template = before.template;
    const obsolete: [string, Deployed][] = [];
    for (const id of this.createOrder(before.template)) {
      const [old, now] = [before.resources.get(id)!, this.resources.get(id)!];
      if (old.physicalId !== now.physicalId) {
        obsolete.push([id, now]);
      } else if (this.asked.has(id) && (id !== failed || isProgram(old.definition))) {
        // A function whose update failed may have done a part of it: it is told to go back like the others.
        await this.change(id, { ...now, properties: this.asked.get(id) }, old.properties);
      }
      this.resources.set(id, old);
    }
    this.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    const created = [...this.resources.keys()].filter((id) => !before.resources.has(id));
    this.cleanupFailures.push(...await this.removeObsolete(obsolete, attempted), ...await this.removeAll(created, attempted, true));
    this.enter('UPDATE_ROLLBACK_COMPLETE');
  }

  private async make(id: string): Promise<Deployed> {
    const definition = this.template.Resources![id];
    const properties = this.intrinsics().resolve(definition.Properties ?? {});
    this.tell(`create ${definition.Type} ${id}`);
    try {
      const state = await this.props.providerOf(definition.Type).create(this.request(id, definition, properties));
      return this.keep(id, definition, properties, state);
    } catch (error) {
      if (error instanceof CreationFailed) {
        this.keep(id, definition, properties, error.state);
      }
      throw new Error(`${id} (${definition.Type}): ${message(error)}`);
    }
  }

  /** @param properties @default - those of the template */
  private async change(id: string, old: Deployed, properties?: any): Promise<Deployed> {
    const definition = this.template.Resources![id];
    const wanted = properties ?? this.intrinsics().resolve(definition.Properties ?? {});
    if (definition.Type !== old.definition.Type) {
      throw new Error(`${id}: update of resource type is not permitted`);
    }
    if (JSON.stringify(wanted) === JSON.stringify(old.properties)) {
      return this.keep(id, definition, old.properties, old);
    }
    this.tell(`update ${definition.Type} ${id}`);
    this.asked.set(id, wanted);
    const provider = this.props.providerOf(definition.Type);
    const request = this.request(id, definition, wanted);
    try {
      const state = await provider.update({ ...request, physicalId: old.physicalId, attributes: old.attributes, oldProperties: old.properties })
        ?? await provider.create(request);
      if (state.physicalId !== old.physicalId) {
        this.tell(`replaced ${definition.Type} ${id}`);
      }
      return this.keep(id, definition, wanted, state);
    } catch (error) {
      if (error instanceof CreationFailed) {
        this.keep(id, definition, wanted, error.state);
      }
      throw new Error(`${id} (${definition.Type}): ${message(error)}`);
    }
  }

  private keep(id: string, definition: ResourceDefinition, properties: any, { physicalId, attributes }: ResourceState): Deployed {
    const old = this.resources.get(id);
    if (old && old.definition === definition && old.properties === properties && old.physicalId === physicalId) {
      return old;
    }
    const deployed = { definition, properties, physicalId, attributes: attributes ?? {} };
    this.resources.set(id, deployed);
    return deployed;
  }

  /** Removes resources, each when those that need it are gone; what cannot go keeps only what it needs. */
  private async removeAll(ids: string[], template: Template, ofFailedCreate: boolean): Promise<string[]> {
    const users = reversed(dependencies(template.Resources ?? {}));
    const left = new Set(ids);
    const failed = new Map<string, string>();
    for (;;) {
      const ready = [...left].filter((id) => !failed.has(id) && ![...users.get(id) ?? []].some((user) => left.has(user))).sort();
      const next = ready.find((id) => !isProgram(this.resources.get(id)!.definition)) ?? ready[0];
      if (next === undefined) {
        return [...failed].map(([id, reason]) => `${id}: ${reason}`);
      }
      try {
        await this.remove(next, this.resources.get(next)!, ofFailedCreate);
        left.delete(next);
        this.resources.delete(next);
      } catch (error) {
        this.tell(`failed: delete ${next}: ${message(error)}`);
        failed.set(next, message(error));
      }
    }
  }

  private async removeObsolete(obsolete: [string, Deployed][], template: Template): Promise<string[]> {
    const order = this.createOrder(template);
    const failures: string[] = [];
    for (const [id, deployed] of [...obsolete].sort(([a], [b]) => order.indexOf(b) - order.indexOf(a))) {
      await this.remove(id, deployed, false, 'UpdateReplacePolicy').catch((error) => failures.push(`${id}: ${message(error)}`));
    }
    return failures;
  }

  private async remove(id: string, deployed: Deployed, ofFailedCreate: boolean, policy: 'DeletionPolicy' | 'UpdateReplacePolicy' = 'DeletionPolicy'): Promise<void> {
    const { definition, properties, physicalId, attributes } = deployed;
    if (definition[policy] === 'Retain' || (definition[policy] === 'RetainExceptOnCreate' && !ofFailedCreate)) {
      this.tell(`retain ${definition.Type} ${id}`);
      return;
    }
    this.tell(`delete ${definition.Type} ${id}`);
    const request: ExistingResourceRequest = { ...this.request(id, definition, properties), physicalId, attributes };
    await this.props.providerOf(definition.Type).delete(request);
  }

  private createOrder(template: Template): string[] {
    const intrinsics = this.intrinsics(template);
    const resources = Object.fromEntries(Object.entries(template.Resources ?? {})
      .filter(([, { Condition }]) => Condition === undefined || intrinsics.condition(Condition)));
    return orderOf(dependencies(resources), (id) => isProgram(resources[id]));
  }

  private request(logicalId: string, { Type }: ResourceDefinition, properties: any): ResourceRequest {
    return { stackName: this.name, stackId: this.id, assembly: this.assembly, logicalId, type: Type, properties };
  }

  private intrinsics(template = this.template): Intrinsics {
    return new Intrinsics(template, {
      stackName: this.name,
      stackId: this.id,
      parameters: this.parameters,
      ref: (id) => this.resources.get(id)?.physicalId,
      attribute: (id, name) => this.resources.get(id)?.attributes[name],
      importValue: this.props.importValue,
      stackOutput: (name, output) => this.props.stackOf(name)?.outputs[output],
    });
  }

  private enter(status: string, reason?: unknown): void {
    this.status = status;
    this.tell(reason === undefined ? status : `${status}: ${message(reason)}`);
  }

  private tell(event: string): void {
    fs.appendFileSync(logFile('deployments.log'), `${new Date().toISOString()} ${this.name}: ${event}\n`);
  }
}

/** Something that acts on the cluster or on AWS by itself, and so notices what is not there. */
function isProgram({ Type }: ResourceDefinition): boolean {
  return Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource';
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
