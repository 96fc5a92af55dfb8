import {
  DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Token, Tokenization,
} from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';

/** A value with tokens, read by what they refer to. */
export interface References {
  /** The value, with a text for each reference in place of it. */
  readonly value: unknown;
  /** The constructs that it refers to. */
  readonly targets: IConstruct[];
}

/**
 * Reads what a value refers to. As it is rendered, a reference means something in its own stack only.
 *
 * May be called before the app is prepared: what is still to be added to is left open.
 *
 * @param spell the text for a reference; none by default
 */
export function readReferences(scope: IConstruct, given: unknown, spell: (reference: Reference) => string = () => ''): References {
  const resolver = new ReferenceReader(spell);
  const value = Tokenization.resolve(given, { scope, resolver, preparing: true });
  return { value, targets: [...resolver.targets] };
}

class ReferenceReader extends DefaultTokenResolver {
  public readonly targets = new Set<IConstruct>();

  constructor(private readonly spell: (reference: Reference) => string) {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) {
      return super.resolveToken(token, context, postProcessor);
    }
    this.targets.add(token.target);
    return this.spell(token);
  }
}

/** What a value refers to, with nothing rendered of it. */
export interface FoundReferences {
  readonly targets: Set<IConstruct>;
  /** What is named by its logical id instead, as escape hatches and `Fn.ref()` do. */
  readonly logicalIds: Set<string>;
}

/**
 * Finds what values refer to.
 *
 * What `readReferences` finds, in a fraction of the time: most of a template is literal, and few of its tokens need to be rendered.
 */
export class ReferenceFinder {
  /** What texts refer to, of which the same few are everywhere in an app. */
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
    const references = tokens.map(referenceOf);
    if (references.every((reference) => reference !== undefined)) {
      this.texts.set(text, references.map(({ target }) => target));
    }
    tokens.forEach((token) => this.visitToken(scope, token));
  }

  private visitToken(scope: IConstruct, token: IResolvable): void {
    const reference = referenceOf(token);
    if (reference) {
      this.found.targets.add(reference.target);
    } else if (isPolicyDocument(token)) {
      token.statements.forEach((statement) => this.visitStatement(scope, statement));
    } else {
      this.visit(scope, token.resolve(this.contextIn(scope)));
    }
  }

  /** For a token to say what it holds, as it is. What it needs for that itself is rendered, and read with it. */
  private contextIn(scope: IConstruct): IResolveContext {
    return {
      scope,
      preparing: true,
      documentPath: [],
      registerPostProcessor: () => { /* There is nothing to process. */ },
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

/** Of a reference between stacks the CDK may wrap the one that was given. */
function referenceOf(token: IResolvable): Reference | undefined {
  const { reference } = token as { readonly reference?: unknown };
  return [token, reference].find((one) => Reference.isReference(one));
}

/** The CDK renders a policy by merging and sorting its statements, which takes longer than all else of most apps. */
function isPolicyDocument(token: IResolvable): token is IResolvable & { readonly statements: iam.PolicyStatement[] } {
  const { statements } = token as { readonly statements?: unknown };
  return Array.isArray(statements) && statements.every((statement) => Array.isArray(statement?.resources) && Array.isArray(statement.principals));
}

/** The logical ids that an intrinsic function names literally; of pseudo parameters nothing. */
function namedIn(intrinsic: 'Ref' | 'Fn::GetAtt' | 'Fn::Sub', value: unknown): string[] {
  const [first] = [value].flat();
  if (typeof first !== 'string' || Token.isUnresolved(first)) {
    return [];
  }
  const names = intrinsic === 'Fn::Sub' ? [...first.matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(([, name]) => name.trim()) : [first.split('.')[0]];
  return names.filter((name) => !name.startsWith('AWS::'));
}
