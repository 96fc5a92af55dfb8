import { IPostProcessor, IResolvable, IResolveContext, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Makes the CDK resolve only those texts of a policy that have tokens. The template is the same.
 *
 * The CDK resolves every text of a policy three times in each synth, and most of this library's policies is literal: it was the largest
 * part of the cost of a cluster.
 */
export function resolveTokensOnly(policy: iam.ManagedPolicy): void {
  const resource = policy.node.defaultChild as iam.CfnManagedPolicy | undefined;
  if (resource) {
    resource.policyDocument = new RenderedPolicy(policy.document);
  }
}

/** A policy document as the CDK renders it, with tokens in its texts. */
interface Rendered {
  readonly statementCount: number;
  readonly document: unknown;
  /** The texts with tokens, by a number as key: a list would lose those that resolve to nothing. */
  readonly texts: { readonly [index: string]: string };
  /** Sorts, and removes statements that are the same when they are resolved. */
  readonly postProcessor?: IPostProcessor;
}

class RenderedPolicy implements IResolvable {
  public readonly creationStack = [];
  private rendered?: Rendered;

  constructor(private readonly document: iam.PolicyDocument) {
  }

  public resolve(context: IResolveContext): unknown {
    if (this.document.isEmpty) {
      return this.document.resolve(context);
    }
    if (this.rendered?.statementCount !== this.document.statementCount) {
      this.rendered = this.render(context);
    }
    const { document, texts, postProcessor } = this.rendered ?? {};
    if (!texts) {
      return this.document.resolve(context);
    }
    context.registerPostProcessor({
      postProcess: (resolved: { readonly [index: string]: unknown }, inner) => {
        const byText = new Map(Object.entries(texts).map(([index, text]) => [text, resolved[index]]));
        const filled = fill(document, byText);
        return postProcessor ? postProcessor.postProcess(filled, inner) : filled;
      },
    });
    return texts;
  }

  public toString(): string {
    return Token.asString(this);
  }

  public toJSON(): unknown {
    return this.document.toJSON();
  }

  /** Undefined where a token is anything else than a part of a text. */
  private render(context: IResolveContext): Rendered | undefined {
    let postProcessor: IPostProcessor | undefined;
    // The CDK merges and freezes the statements here, as it does when it resolves the document itself.
    const document = this.document.resolve({
      scope: context.scope,
      preparing: context.preparing,
      documentPath: context.documentPath,
      resolve: (value, options) => context.resolve(value, options),
      registerPostProcessor: (one) => { postProcessor = one; },
    });
    const texts = new Set<string>();
    return collectTexts(document, texts)
      ? { statementCount: this.document.statementCount, document, texts: Object.fromEntries([...texts].entries()), postProcessor }
      : undefined;
  }
}

/** Adds the texts with tokens; returns whether all tokens are in such texts. */
function collectTexts(value: unknown, texts: Set<string>): boolean {
  if (typeof value === 'string') {
    if (hasToken(value)) {
      texts.add(value);
    }
    return !value.startsWith('#{Token[');
  }
  if (typeof value !== 'object' || value === null) {
    return !Token.isUnresolved(value);
  }
  if (Array.isArray(value)) {
    return value.every((item) => collectTexts(item, texts));
  }
  return !Token.isUnresolved(value) && Object.entries(value).every(([key, item]) => !hasToken(key) && collectTexts(item, texts));
}

function hasToken(text: string): boolean {
  return text.includes('{Token[');
}

/** A copy with the resolved texts in place of those with tokens. A copy, since the CDK writes overrides into it. */
function fill(value: unknown, resolved: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    return resolved.has(value) ? copy(resolved.get(value)) : value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => fill(item, resolved)).filter((item) => item !== undefined);
  }
  const filled: { [key: string]: unknown } = {};
  for (const key of Object.keys(value)) {
    const item = fill((value as { readonly [key: string]: unknown })[key], resolved);
    if (item !== undefined) {
      filled[key] = item;
    }
  }
  return filled;
}

function copy(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.parse(JSON.stringify(value)) : value;
}
