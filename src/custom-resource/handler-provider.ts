import { CfnResource, CustomResourceProviderBase, Names, Size, Stack, determineLatestNodeRuntimeName } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bundleOf } from '../util/assets';

/**
 * Literal ids that the policies of one stack's handler name; beyond them the type of resource has to do.
 *
 * IAM limits the inline policies of a role to 10,240 characters in sum. An ARN takes about 65, and an
 * id can stand in two statements.
 */
const NAMED_IDS = 60;

/**
 * The Lambda function behind one kind of custom resource, once a stack.
 *
 * A subclass of CDK's own provider for the one thing that `CustomResourceProvider` does not allow: the
 * runtime. Its enum of the lowest CDK we support ends at Node.js 22; the base class takes the name, so
 * the function has the newest runtime that the app's own CDK knows for the region.
 *
 * The rights of each custom resource are a policy of their own beside it, and the resource depends on it.
 * In one document with the function's role they would be narrowed before CloudFormation removes, in the
 * clean-up phase of an update, what needs them.
 */
export class HandlerProvider extends CustomResourceProviderBase {
  /**
   * @param program its source below src/, which names its bundle too
   * @param statements what the function may do for whichever custom resource calls
   */
  public static of(scope: Construct, id: string, program: string, description: string, statements: iam.PolicyStatement[] = []): HandlerProvider {
    const stack = Stack.of(scope);
    const existing = stack.node.tryFindChild(id) as HandlerProvider | undefined;
    return existing ?? new HandlerProvider(stack, id, program, description, statements);
  }

  private namedIds = 0;

  private constructor(stack: Stack, id: string, program: string, description: string, statements: iam.PolicyStatement[]) {
    super(stack, id, {
      codeDirectory: bundleOf(program),
      runtimeName: determineLatestNodeRuntimeName(stack),
      // Loading the AWS SDK takes seconds of the processor share that goes with the default 128 MiB.
      memorySize: Size.mebibytes(256),
      description,
    });
    statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
  }

  /** Whether policies may name so many resources more. */
  public canName(ids: number): boolean {
    if (this.namedIds + ids > NAMED_IDS) { return false; }
    this.namedIds += ids;
    return true;
  }

  /**
   * Lets the function do what one custom resource needs.
   *
   * @returns the policy to depend on; undefined where the app brings its own roles (`Role.customizeRoles`)
   * and the statements go into CDK's report of them
   */
  public allow(scope: Construct, id: string, statements: iam.PolicyStatement[]): iam.CfnPolicy | undefined {
    const role = this.node.tryFindChild('Role') as CfnResource | undefined;
    if (!role) {
      statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
      return undefined;
    }
    const policy = new iam.CfnPolicy(scope, id, {
      // Inline policies of a role share one space of names: equal ones overwrite each other.
      policyName: 'unnamed',
      policyDocument: new iam.PolicyDocument({ statements }),
      roles: [role.ref],
    });
    policy.policyName = Names.uniqueResourceName(policy, { maxLength: 128 });
    return policy;
  }
}
