import { CfnResource, CustomResourceProviderBase, Names, Size, Stack, determineLatestNodeRuntimeName } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bundleOf } from '../util/assets';
import { invalidProp, warn } from '../util/messages';
import { documentSize, PolicyMeasure } from '../util/policy-size';

/** Characters that IAM allows in all inline policies of a role together, white space not counted. */
const INLINE_POLICIES_LIMIT = 10_240;

/**
 * The Lambda function of one type of custom resource, one per stack.
 *
 * A subclass of the CDK's own provider, because `CustomResourceProvider` has no newer runtime than the lowest supported CDK: Node.js 22.
 * The base class takes the name, so the function gets the newest runtime that the app's CDK has for the region.
 *
 * The rights of each custom resource are a policy of their own next to it, and the resource depends on that policy. In one document with
 * the function's role they would be narrowed before CloudFormation deletes, at the end of an update, what needs them.
 *
 * CloudFormation does not let a custom resource change its function, so there can be no second function when a role is full.
 */
export class HandlerProvider extends CustomResourceProviderBase {
  /**
   * @param program its source below src/, which is the name of its bundle too
   * @param statements what the function may do for all custom resources
   */
  public static of(scope: Construct, id: string, program: string, description: string, statements: iam.PolicyStatement[] = []): HandlerProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(id) as HandlerProvider | undefined;
    return existing ?? new HandlerProvider(stack, id, program, description, statements);
  }

  private readonly measure: PolicyMeasure;
  /** Characters of the inline policies of the template, and of those that the role has during an update. */
  private readonly size: { template: number; update: number };
  private isTight = false;

  private constructor(stack: Stack, id: string, program: string, description: string, statements: iam.PolicyStatement[]) {
    super(stack, id, {
      codeDirectory: bundleOf(program),
      runtimeName: determineLatestNodeRuntimeName(stack),
      // With the default of 128 MiB, and its share of a processor, loading the AWS SDK takes seconds.
      memorySize: Size.mebibytes(256),
      description,
    });
    statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
    this.measure = new PolicyMeasure(stack);
    const own = statements.length > 0 ? this.sizeOf(statements) : 0;
    this.size = { template: own, update: own };
  }

  /** Whether the role has room for these rights and, in an update, for those that they replace; a quarter is left for rights that are not replaced. */
  public hasRoomFor(statements: iam.PolicyStatement[]): boolean {
    return this.size.update + 2 * this.sizeOf(statements) <= INLINE_POLICIES_LIMIT * 3 / 4;
  }

  /**
   * Grants the function what one custom resource needs.
   *
   * @param id changes with the rights if they may not be narrowed before the end of an update
   * @param isReplacedInUpdates whether usual updates change it: then the role has the old and the new policy for a while
   * @returns the policies to depend on; none where the app has its own roles (`Role.customizeRoles`) and the statements are in the CDK's
   * report of them
   */
  public allow(scope: Construct, id: string, statements: iam.PolicyStatement[], isReplacedInUpdates = false): CfnResource[] {
    const role = this.node.tryFindChild('Role') as CfnResource | undefined;
    if (!role) {
      statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
      return [];
    }
    this.takeRoom(scope, this.sizeOf(statements), isReplacedInUpdates ? 2 : 1);
    const policy = new iam.CfnPolicy(scope, id, {
      // Inline policies of a role share one namespace: one overwrites another of the same name.
      policyName: 'unnamed',
      policyDocument: new iam.PolicyDocument({ statements }),
      roles: [role.ref],
    });
    policy.policyName = Names.uniqueResourceName(policy, { maxLength: 128 });
    return [policy];
  }

  private takeRoom(scope: Construct, size: number, copies: number): void {
    this.size.template += size;
    this.size.update += copies * size;
    if (this.size.template > INLINE_POLICIES_LIMIT) {
      throw invalidProp(scope.node.path, 'must find room for its rights in the role of its function, which IAM limits to 10,240 characters of inline policies',
        this.node.path, 'define some of the clusters in another stack');
    }
    if (this.size.update > INLINE_POLICIES_LIMIT && !this.isTight) {
      this.isTight = true;
      warn(scope, 'handlerRoleTight', `the role of ${this.node.path} may have more than the 10,240 characters that IAM allows in inline policies, in an update `
        + 'that changes all of its rights and has the old ones next to the new ones; define some of the clusters in another stack');
    }
  }

  private sizeOf(statements: iam.PolicyStatement[]): number {
    return documentSize(statements.map((statement) => this.measure.sizeOf(statement)));
  }
}
