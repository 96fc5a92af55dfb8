import { CfnResource, Reference, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { differenceOf } from '../util/environment';
import { referenceOf } from '../util/references';

/**
 * The name of a cluster, as a resource or construct of a stack refers to it.
 *
 * Tokens are compared by what they refer to, never by their text. That is read once, since one name is compared with those of many
 * clusters.
 */
export class ClusterName {
  /** The name itself, where it is literal. */
  public readonly literal?: string;
  private readonly reference?: Reference;
  /** Memoized: resolving is slow, and one name is compared with those of all clusters. */
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

  /** Whether both certainly name one cluster: by what they refer to, by the same export or by the same literal. */
  public equals(other: ClusterName): boolean {
    if (this.literal !== undefined || other.literal !== undefined) {
      return this.literal === other.literal && this.mayShareEnvironmentWith(other);
    }
    if (this.refersToSame(other)) {
      return true;
    }
    return !this.reference && !other.reference
      && this.exported !== undefined && this.exported === other.exported && this.mayShareEnvironmentWith(other);
  }

  /** Whether both are the same token, or refer to the same resource: then they name one cluster wherever they are deployed. */
  public refersToSame(other: ClusterName): boolean {
    if (!Token.isUnresolved(this.value) || !Token.isUnresolved(other.value)) {
      return false;
    }
    if (this.value === other.value) {
      return true;
    }
    const [own, others] = [this.reference, other.reference];
    // All attributes of a cluster resource name that cluster. Those of another resource may name several.
    return own !== undefined && own.target === others?.target && (isCluster(own.target) || own.displayName === others.displayName);
  }

  /** Whether the stacks of both may be in one region of one account. */
  public mayShareEnvironmentWith(other: ClusterName): boolean {
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

function isCluster(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct) && ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'].includes(construct.cfnResourceType);
}
