import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { documentSize, MANAGED_POLICIES_OF_A_ROLE, MANAGED_POLICY_LIMIT, PolicyMeasure } from '../util/policy-size';

/** Characters IAM allows in all inline policies of a role together, white space not counted. */
const INLINE_POLICIES_LIMIT = 10_240;

/** `AWSLambdaBasicExecutionRole`, which the CDK attaches to the role of its custom resources. */
const ATTACHED_BY_THE_CDK = 1;

/** Where the rights of one custom resource go: in an inline policy, or in shared managed ones, by number; statement by statement. */
export type Place = 'inline' | number[];

interface Limits {
  readonly characters: number;
  readonly managedPolicies: number;
}

/** A managed policy that several custom resources share. */
interface SharedPolicy {
  readonly waitsFor: string;
  readonly sizes: readonly number[];
}

interface Contents {
  readonly characters: number;
  readonly shared: readonly SharedPolicy[];
}

/**
 * Finds room for rights in one role, by what IAM allows: 10,240 characters of inline policies, and ten managed ones of 6,144 each.
 *
 * In an update the rights before and after it are there at the same time, see `HandlerProvider`. The ones before are not known at synth,
 * but that they took half of the room at most, as these do.
 *
 * Inline first, where a policy goes that nobody else can change; what does not fit goes into managed ones, several custom resources in
 * one, for there are few of them. A policy waits for all that it refers to: only those share one that wait for the same, or a cluster's
 * rights would wait for another cluster, which may wait for them. Most are literal, and wait for nothing.
 */
export class RoleCapacity {
  private readonly measure: PolicyMeasure;
  private readonly whole: Limits;
  private readonly half: Limits;
  private contents: Contents = { characters: 0, shared: [] };

  /** @param own what the role may do in any case, in one inline policy */
  constructor(private readonly stack: Stack, own: iam.PolicyStatement[]) {
    this.measure = new PolicyMeasure(stack);
    this.whole = {
      characters: INLINE_POLICIES_LIMIT - (own.length > 0 ? documentSize(own.map((statement) => this.measure.sizeOf(statement))) : 0),
      managedPolicies: MANAGED_POLICIES_OF_A_ROLE - ATTACHED_BY_THE_CDK,
    };
    this.half = { characters: Math.floor(this.whole.characters / 2), managedPolicies: Math.floor(this.whole.managedPolicies / 2) };
  }

  /** Whether the rights fit, those that come with the next update as well. */
  public fits(statements: iam.PolicyStatement[]): boolean {
    return this.find(statements, this.half) !== undefined;
  }

  /** Takes the room; more than half of it where there is no other, and nothing where all of it is taken. */
  public take(statements: iam.PolicyStatement[]): { readonly place: Place; readonly isTight: boolean } | undefined {
    const loose = this.find(statements, this.half);
    const found = loose ?? this.find(statements, this.whole);
    if (!found) {
      return undefined;
    }
    this.contents = found.contents;
    return { place: found.place, isTight: !loose };
  }

  private find(statements: iam.PolicyStatement[], limits: Limits): { readonly place: Place; readonly contents: Contents } | undefined {
    const { characters, shared } = this.contents;
    const sizes = statements.map((statement) => this.measure.sizeOf(statement));
    const inline = characters + documentSize(sizes);
    if (inline <= limits.characters) {
      return { place: 'inline', contents: { characters: inline, shared } };
    }
    const after = [...shared];
    const waitsFor = this.referencesIn(statements);
    const place = sizes.map((size) => deal(size, waitsFor, after));
    return after.length <= limits.managedPolicies && after.every((policy) => documentSize(policy.sizes) <= MANAGED_POLICY_LIMIT)
      ? { place, contents: { characters, shared: after } }
      : undefined;
  }

  /** What only the deployment knows of the statements, but for what CloudFormation itself does. */
  private referencesIn(statements: iam.PolicyStatement[]): string {
    const found = new Set<string>();
    JSON.stringify(this.stack.resolve(statements.map((statement) => statement.toStatementJson())), (key, value) => {
      const isReference = key === 'Ref' ? !String(value).startsWith('AWS::') : key.startsWith('Fn::') && key !== 'Fn::Join';
      if (isReference) {
        found.add(JSON.stringify(value));
      }
      return value;
    });
    return [...found].sort().join();
  }
}

/** Puts a statement into the first policy that has room for it, a new one where none has. */
function deal(size: number, waitsFor: string, shared: SharedPolicy[]): number {
  const fit = shared.findIndex((policy) => policy.waitsFor === waitsFor && documentSize([...policy.sizes, size]) <= MANAGED_POLICY_LIMIT);
  const index = fit < 0 ? shared.length : fit;
  shared[index] = { waitsFor, sizes: [...shared[index]?.sizes ?? [], size] };
  return index;
}
