import { createHash } from 'crypto';
import { CfnResource, CustomResourceProviderBase, Lazy, Names, Size, Stack, determineLatestNodeRuntimeName } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { RoleCapacity } from './role-capacity';
import { bundleOf } from '../util/assets';
import { invalidProp, warn } from '../util/messages';

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
 *
 * The function stays one however many custom resources there are: CloudFormation lets none of them go to another function, so there can
 * be no second role when the first is full. What a role holds is dealt out by `RoleCapacity`.
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

  private readonly capacity: RoleCapacity;
  /** Rights that are in managed policies, by the number of the policy. */
  private readonly shared: SharedRights[] = [];
  private isTight = false;

  private constructor(stack: Stack, id: string, program: string, description: string, statements: iam.PolicyStatement[]) {
    super(stack, id, {
      codeDirectory: bundleOf(program),
      runtimeName: determineLatestNodeRuntimeName(stack),
      // Loading the AWS SDK takes seconds of the processor share that goes with the default 128 MiB.
      memorySize: Size.mebibytes(256),
      description,
    });
    statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
    this.capacity = new RoleCapacity(stack, statements);
  }

  /** Whether these rights fit as well, and may all be others in the next update. */
  public hasRoomFor(statements: iam.PolicyStatement[]): boolean {
    return this.capacity.fits(statements);
  }

  /**
   * Lets the function do what one custom resource needs.
   *
   * @param id changes where rights may not be taken away before the clean-up phase of an update
   * @returns the policies to depend on; none where the app brings its own roles (`Role.customizeRoles`) and the statements go into CDK's
   * report of them
   */
  public allow(scope: Construct, id: string, statements: iam.PolicyStatement[]): CfnResource[] {
    const role = this.node.tryFindChild('Role') as CfnResource | undefined;
    if (!role) {
      statements.forEach(statement => this.addToRolePolicy(statement.toStatementJson()));
      return [];
    }
    const room = this.capacity.take(statements);
    if (!room) {
      throw invalidProp(scope.node.path, 'must find room for its rights in the role of its function, which IAM limits to 10,240 characters and ten managed policies',
        this.node.path, 'define some of the clusters in another stack');
    }
    if (room.isTight && !this.isTight) {
      this.isTight = true;
      warn(this, 'handlerRoleTight', `the rights of ${this.node.path} take more than half of what IAM lets a role hold: an update that changes all of `
        + 'them has the old ones beside the new ones, and may fail; define some of the clusters in another stack');
    }
    return room.place === 'inline'
      ? [this.inlinePolicy(role, scope, id, statements)]
      : [...new Set(room.place.map((number, index) => this.share(role, number, `${pathInStack(scope)}/${id}/${index}`, statements[index])))];
  }

  private inlinePolicy(role: CfnResource, scope: Construct, id: string, statements: iam.PolicyStatement[]): CfnResource {
    const policy = new iam.CfnPolicy(scope, id, {
      // Inline policies of a role share one space of names: equal ones overwrite each other.
      policyName: 'unnamed',
      policyDocument: new iam.PolicyDocument({ statements }),
      roles: [role.ref],
    });
    policy.policyName = Names.uniqueResourceName(policy, { maxLength: 128 });
    return policy;
  }

  private share(role: CfnResource, number: number, name: string, statement: iam.PolicyStatement): CfnResource {
    const rights = this.shared[number] ??= new SharedRights(this, `Rights${number}`, role);
    rights.add(name, statement);
    return rights.policy;
  }
}

/** A managed policy with rights of several custom resources: another one when another id is among them. */
class SharedRights {
  public readonly policy: iam.CfnManagedPolicy;
  private readonly document = new iam.PolicyDocument();
  private readonly names: string[] = [];

  constructor(scope: Construct, id: string, role: CfnResource) {
    // Below the provider: what is below the support may be kept when it goes.
    this.policy = new iam.CfnManagedPolicy(scope, id, { policyDocument: this.document, roles: [role.ref] });
    const logicalId = this.policy.stack.resolve(this.policy.logicalId) as string;
    this.policy.overrideLogicalId(Lazy.string({
      produce: () => logicalId + createHash('sha256').update(JSON.stringify(this.names)).digest('hex').slice(0, 8).toUpperCase(),
    }));
  }

  public add(name: string, statement: iam.PolicyStatement): void {
    this.names.push(name);
    this.document.addStatements(statement);
  }
}

/** The same wherever the stack stands, as logical ids are. */
function pathInStack(construct: Construct): string {
  return construct.node.path.slice(Stack.of(construct).node.path.length);
}
