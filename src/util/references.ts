import {
  DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

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
