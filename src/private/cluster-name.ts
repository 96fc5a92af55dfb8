import { IResolvable, Reference, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * The name of a cluster, as something in a stack says it.
 *
 * Tokens are compared by what they refer to, never by their text. What that is, is read once: a name may be compared with those
 * of many clusters.
 */
export class ClusterName {
  /** The construct that the name refers to. */
  public readonly referent?: IConstruct;
  /** The name itself, where it is literal. */
  public readonly literal?: string;

  constructor(public readonly value: unknown, private readonly stack: Stack) {
    if (Token.isUnresolved(value)) {
      this.referent = referentOf(value);
    } else if (typeof value === 'string') {
      this.literal = value;
    }
  }

  /** Whether both certainly mean one cluster: the same token, a reference to the same resource, or the same export or literal. */
  public equals(other: ClusterName): boolean {
    if (this.literal !== undefined || other.literal !== undefined) {
      return this.literal === other.literal && this.isDeployedBeside(other);
    }
    if (this.value !== undefined && this.value === other.value) {
      return true;
    }
    if (this.referent || other.referent) {
      return this.referent === other.referent;
    }
    return this.exported !== undefined && this.exported === other.exported && this.isDeployedBeside(other);
  }

  /** Whether nothing speaks against the stacks of both being in one region of one account. */
  public isDeployedBeside(other: ClusterName): boolean {
    return (['region', 'account'] as const).every((part) =>
      Token.compareStrings(this.stack[part], other.stack[part]) !== TokenComparison.DIFFERENT);
  }

  /** The name of the export that the token imports, where it is literal. */
  private get exported(): string | undefined {
    const resolved = Token.isUnresolved(this.value) ? this.stack.resolve(this.value) : undefined;
    const name = resolved?.['Fn::ImportValue'];
    return typeof name === 'string' ? name : undefined;
  }
}

/** The construct that a token refers to. */
export function referentOf(value: unknown): IConstruct | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const fragments = Tokenization.reverseString(value);
  const token: IResolvable | undefined = fragments.length === 1 ? fragments.firstToken : undefined;
  return Reference.isReference(token) ? token.target : undefined;
}
