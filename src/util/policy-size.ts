import { IResolvable, Reference, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { spellTokens } from './tokens';

/** Characters IAM allows in a customer managed policy, white space not counted. */
export const MANAGED_POLICY_LIMIT = 6144;

/** Managed policies that a role takes, where the account's quota was not raised. */
export const MANAGED_POLICIES_OF_A_ROLE = 10;

const EMPTY_DOCUMENT = { Version: '2012-10-17', Statement: [] };

const LONGEST_STACK_NAME = 128;

/** The most characters that CloudFormation's own values have in any partition. */
const LONGEST_PSEUDO_PARAMETERS: { readonly [name: string]: number } = {
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'us-isof-south-1'.length,
  'AWS::AccountId': '123456789012'.length,
  'AWS::StackId': 'arn:aws-us-gov:cloudformation:us-isof-south-1:123456789012:stack//01234567-89ab-cdef-0123-456789abcdef'.length + LONGEST_STACK_NAME,
};

/**
 * What any other value counts that is known only on deployment. The longest cluster name has 100 characters;
 * a VPC id has 21, and the ARNs that stand in statements rarely more than 100.
 */
const LONGEST_OTHER_VALUE = 100;

/**
 * Characters of a policy with the statements, as IAM counts them; an upper estimate where values are known only on deployment.
 */
export function policySize(scope: IConstruct, statements: iam.PolicyStatement[]): number {
  const measure = new PolicyMeasure(scope);
  return documentSize(statements.map((statement) => measure.sizeOf(statement)));
}

/** Size of a document with statements of these sizes. */
export function documentSize(statements: readonly number[]): number {
  return listSize(statements) - '[]'.length + JSON.stringify(EMPTY_DOCUMENT).length;
}

/**
 * Lengths of statements as JSON without white space.
 *
 * Resolves single tokens rather than whole statements, and each once: most of a policy is literal, and the same few tokens come
 * again and again.
 */
export class PolicyMeasure {
  private readonly placeholders = new Map<IResolvable, string>();
  private readonly stack: Stack;

  constructor(scope: IConstruct) {
    this.stack = Stack.of(scope);
  }

  public sizeOf(statement: iam.PolicyStatement): number {
    return this.valueSize(statement.toStatementJson());
  }

  private valueSize(value: unknown): number {
    if (typeof value === 'string') {
      return this.textSize(value);
    }
    if (Token.isUnresolved(value)) {
      return resolvedSize(this.stack.resolve(value));
    }
    if (Array.isArray(value)) {
      // Actions and resources, which are most of a policy: as one text.
      if (value.every((item) => typeof item === 'string')) {
        return this.textSize(value);
      }
      return listSize(value.filter(isGiven).map((item) => this.valueSize(item)));
    }
    if (typeof value === 'object' && value !== null) {
      return listSize(Object.entries(value).filter(([, item]) => isGiven(item))
        .map(([key, item]) => this.valueSize(key) + ':'.length + this.valueSize(item)));
    }
    return JSON.stringify(value).length;
  }

  /** In JSON a text with a token looks as it does outside. */
  private textSize(value: string | string[]): number {
    return spellTokens(JSON.stringify(value), (token) => this.placeholderOf(token)).length;
  }

  /** A text as long as the longest that could stand in place of a token. */
  private placeholderOf(token: IResolvable): string {
    const known = this.placeholders.get(token);
    if (known !== undefined) {
      return known;
    }
    const size = Reference.isReference(token)
      ? LONGEST_PSEUDO_PARAMETERS[token.displayName] ?? LONGEST_OTHER_VALUE
      : this.lengthInText(this.stack.resolve(token));
    const placeholder = 'x'.repeat(size);
    this.placeholders.set(token, placeholder);
    return placeholder;
  }

  private lengthInText(resolved: unknown): number {
    return typeof resolved === 'object' && resolved !== null ? resolvedSize(resolved) - '""'.length : String(resolved ?? '').length;
  }
}

/** What is not, leaves no trace in a template. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Length of a resolved value as JSON without white space. */
function resolvedSize(value: unknown): number {
  if (Array.isArray(value)) {
    return listSize(value.map(resolvedSize));
  }
  if (typeof value === 'object' && value !== null) {
    return intrinsicLength(value)
      ?? listSize(Object.entries(value).map(([key, item]) => JSON.stringify(key).length + ':'.length + resolvedSize(item)));
  }
  return JSON.stringify(value).length;
}

/** Two brackets around the items, and commas between. */
function listSize(items: readonly number[]): number {
  return items.reduce((size, item) => size + item, 2 + Math.max(items.length - 1, 0));
}

/** Length of what an intrinsic function becomes, quotes included; nothing where the value is no intrinsic function. */
function intrinsicLength(value: object): number | undefined {
  const [name = '', argument] = Object.entries(value)[0] ?? [];
  if (!(name === 'Ref' || name.startsWith('Fn::'))) {
    return undefined;
  }
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    const [separator, parts] = argument as [string, unknown[]];
    const text = parts.reduce<number>((size, part) => size + resolvedSize(part) - 2, 0);
    return text + separator.length * Math.max(parts.length - 1, 0) + 2;
  }
  return (name === 'Ref' && LONGEST_PSEUDO_PARAMETERS[argument as string] || LONGEST_OTHER_VALUE) + 2;
}
