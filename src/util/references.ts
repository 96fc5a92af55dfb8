import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A value with tokens, read by what they refer to. */
export interface References {
  /** The value, with a text in place of each reference. */
  readonly value: unknown;
  /** The constructs that it refers to. */
  readonly targets: IConstruct[];
}

/** The reference that a text consists of. */
export function referenceOf(value: unknown): Reference | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const fragments = Tokenization.reverseString(value);
  const token = fragments.length === 1 ? fragments.firstToken : undefined;
  return Reference.isReference(token) ? token : undefined;
}

/** The construct that a token refers to. */
export function referentOf(value: unknown): IConstruct | undefined {
  return referenceOf(value)?.target;
}

/**
 * Reads what a value refers to. A rendered reference is valid in its own stack only.
 *
 * May be called before the app is prepared: values that may still get more items stay unresolved.
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
