import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { differenceOf } from '../util/environment';

/**
 * The name of a cluster, as something in a stack says it.
 *
 * Tokens are compared by what they refer to, never by their text. What that is, is read once: a name may be compared with those
 * of many clusters.
 */
export class ClusterName {
  /** The name itself, where it is literal. */
  public readonly literal?: string;
  private readonly reference?: Reference;
  /** Memoized: resolving takes long, and a name is compared with those of all clusters. */
  private export?: { readonly name?: string };

  constructor(public readonly value: unknown, private readonly stack: Stack) {
    if (Token.isUnresolved(value)) {
      this.reference = referenceOf(value);
    } else if (typeof value === 'string') {
      this.literal = value;
    }
  }

  /** The construct that the name refers to. */
  public get referent(): IConstruct | undefined {
    return this.reference?.target;
  }

  /** Whether both certainly mean one cluster: by what they refer to, by the same export or the same literal. */
  public equals(other: ClusterName): boolean {
    if (this.literal !== undefined || other.literal !== undefined) {
      return this.literal === other.literal && this.isDeployedBeside(other);
    }
    if (this.refersToSame(other)) {
      return true;
    }
    return !this.reference && !other.reference
      && this.exported !== undefined && this.exported === other.exported && this.isDeployedBeside(other);
  }

  /** Whether both are the same token, or refer to the same resource: then they mean one cluster wherever they are deployed. */
  public refersToSame(other: ClusterName): boolean {
    if (!Token.isUnresolved(this.value) || !Token.isUnresolved(other.value)) {
      return false;
    }
    if (this.value === other.value) {
      return true;
    }
    const [own, others] = [this.reference, other.reference];
    // A resource that is a cluster is one by each of its attributes; another one may name many.
    return own !== undefined && own.target === others?.target && (isCluster(own.target) || own.displayName === others.displayName);
  }

  /** Whether nothing speaks against the stacks of both being in one region of one account. */
  public isDeployedBeside(other: ClusterName): boolean {
    return differenceOf(this.stack, other.stack) === undefined;
  }

  /** The name of the export that the token imports, where it is literal. */
  private get exported(): string | undefined {
    if (!this.export) {
      const name = Token.isUnresolved(this.value) ? this.stack.resolve(this.value)?.['Fn::ImportValue'] : undefined;
      this.export = { name: typeof name === 'string' ? name : undefined };
    }
    return this.export.name;
  }
}

/** The construct that a token refers to. */
export function referentOf(value: unknown): IConstruct | undefined {
  return referenceOf(value)?.target;
}

function referenceOf(value: unknown): Reference | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const fragments = Tokenization.reverseString(value);
  const token = fragments.length === 1 ? fragments.firstToken : undefined;
  return Reference.isReference(token) ? token : undefined;
}

function isCluster(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct) && ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'].includes(construct.cfnResourceType);
}
