import { CfnResource, IResolvable, IResolveContext, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { isInTemplate, overridesOf, propertiesOf, referenceIn, statementsOf } from '../cluster/cdk-internals';
import { getOrMake } from '../util/maps';
import { readReferences } from '../util/references';

/** The constructs that each resource of a stage refers to, read once. */
export class ReferenceIndex {
  private readonly finder = new ReferenceFinder();
  private readonly references = new Map<CfnResource, readonly IConstruct[]>();
  private readonly nestedStacks = new Map<CfnResource, Stack>();
  private readonly names = new Map<Stack, Map<string, CfnResource>>();
  private byStack?: Map<Stack, CfnResource[]>;

  /** @param resources all of the stage */
  constructor(private readonly resources: readonly CfnResource[]) {
    for (const { stack } of resources) {
      for (let nested: Stack | undefined = stack; nested?.nestedStackResource; nested = nested.nestedStackParent) {
        this.nestedStacks.set(nested.nestedStackResource as CfnResource, nested);
      }
    }
  }

  public of(resource: CfnResource): readonly IConstruct[] {
    let targets = this.references.get(resource);
    if (!targets) {
      targets = isInTemplate(resource) ? this.read(resource) : [];
      this.references.set(resource, targets);
    }
    return targets;
  }

  /** The nested stack of a resource that is one. */
  public nestedStackOf(resource: CfnResource): Stack | undefined {
    return this.nestedStacks.get(resource);
  }

  private read(resource: CfnResource): IConstruct[] {
    const overrides = overridesOf(resource);
    const { targets, logicalIds } = this.finder.find(resource, [propertiesOf(resource), overrides.Properties, resource.cfnOptions.metadata]);
    const named = [...logicalIds, ...[overrides.DependsOn ?? []].flat().filter((id) => typeof id === 'string')]
      .map((id) => this.namesIn(resource.stack).get(id));
    return [...targets, ...named.filter((target) => target !== undefined)];
  }

  private namesIn(stack: Stack): Map<string, CfnResource> {
    return getOrMake(this.names, stack, () => {
      const resources = (this.byStack ??= groupByStack(this.resources)).get(stack) ?? [];
      return new Map(resources.map((resource) => [stack.resolve(resource.logicalId), resource]));
    });
  }
}

function groupByStack(resources: readonly CfnResource[]): Map<Stack, CfnResource[]> {
  const byStack = new Map<Stack, CfnResource[]>();
  resources.forEach((resource) => getOrMake(byStack, resource.stack, () => []).push(resource));
  return byStack;
}

/** What a value refers to. */
export interface FoundReferences {
  readonly targets: Set<IConstruct>;
  /** Logical ids that it has literally, as by escape hatches and `Fn.ref()`. */
  readonly logicalIds: Set<string>;
}

/**
 * Finds what values refer to.
 *
 * The result is that of `readReferences`, in a fraction of the time: most of a template is literal, and few of its tokens must be rendered.
 */
export class ReferenceFinder {
  /** Memoized by text: the same few texts are everywhere in an app. */
  private readonly texts = new Map<string, IConstruct[]>();
  private found: FoundReferences = { targets: new Set(), logicalIds: new Set() };

  public find(scope: IConstruct, value: unknown): FoundReferences {
    const found = this.found = { targets: new Set<IConstruct>(), logicalIds: new Set<string>() };
    this.visit(scope, value);
    return found;
  }

  private visit(scope: IConstruct, value: unknown): void {
    if (typeof value === 'string') {
      if (value.includes('{Token[')) {
        this.visitText(scope, value);
      }
    } else if (Array.isArray(value)) {
      value.forEach((item) => this.visit(scope, item));
    } else if (typeof value === 'object' && value !== null) {
      if (Tokenization.isResolvable(value)) {
        this.visitToken(scope, value);
      } else if (!Construct.isConstruct(value)) {
        this.visitEntries(scope, value as Record<string, unknown>);
      }
    } else if (typeof value === 'number' && Token.isUnresolved(value)) {
      this.visitToken(scope, Tokenization.reverseNumber(value)!);
    }
  }

  private visitEntries(scope: IConstruct, object: Record<string, unknown>): void {
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (key === 'Ref' || key === 'Fn::GetAtt' || key === 'Fn::Sub') {
        namedIn(key, value).forEach((id) => this.found.logicalIds.add(id));
      }
      this.visit(scope, key);
      this.visit(scope, value);
    }
  }

  private visitText(scope: IConstruct, text: string): void {
    const known = this.texts.get(text);
    if (known) {
      known.forEach((target) => this.found.targets.add(target));
      return;
    }
    const list = text.startsWith('#{Token[') ? Tokenization.reverseList([text]) : undefined;
    const tokens = list ? [list] : Tokenization.reverseString(text).tokens;
    const references = tokens.map(referenceIn);
    if (references.every((reference) => reference !== undefined)) {
      this.texts.set(text, references.map(({ target }) => target));
    }
    tokens.forEach((token) => this.visitToken(scope, token));
  }

  private visitToken(scope: IConstruct, token: IResolvable): void {
    const reference = referenceIn(token);
    if (reference) {
      this.found.targets.add(reference.target);
      return;
    }
    // The CDK renders a policy by merging and sorting its statements, which is slower than everything else in most apps.
    const statements = statementsOf(token);
    if (statements) {
      statements.forEach((statement) => this.visitStatement(scope, statement));
    } else {
      this.visit(scope, token.resolve(this.contextIn(scope)));
    }
  }

  /** Resolves the outermost token only. What that resolves itself is rendered, and its references are added. */
  private contextIn(scope: IConstruct): IResolveContext {
    return {
      scope,
      preparing: true,
      documentPath: [],
      registerPostProcessor: () => { /* Nothing to process. */ },
      resolve: (given) => {
        const { value, targets } = readReferences(scope, given);
        targets.forEach((target) => this.found.targets.add(target));
        return value;
      },
    };
  }

  private visitStatement(scope: IConstruct, { resources, notResources, principals, notPrincipals, conditions }: iam.PolicyStatement): void {
    this.visit(scope, [resources, notResources, conditions]);
    [...principals, ...notPrincipals].forEach(({ policyFragment }) => this.visit(scope, [policyFragment.principalJson, policyFragment.conditions]));
  }
}

/** The literal logical ids in an intrinsic function, without pseudo parameters. */
function namedIn(intrinsic: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub', value: unknown): string[] {
  const [first] = [value].flat();
  if (typeof first !== 'string' || Token.isUnresolved(first)) {
    return [];
  }
  const names = intrinsic === 'Fn::Sub' ? [...first.matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(([, name]) => name.trim()) : [first.split('.')[0]];
  return names.filter((name) => !name.startsWith('AWS::'));
}
