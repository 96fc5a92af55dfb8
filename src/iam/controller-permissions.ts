import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { attachPolicies } from './attach-policies';
import { ControllerIdentity } from './controller-identity';
import { ControllerPolicyOptions, RenderControllerPolicyProps, renderControllerPolicy, renderWebAclNames } from './controller-policy';
import { resolveTokensOnly } from './rendered-policy';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerVersion } from '../release/controller-version';
import { GateSettings, mayBeOn } from '../release/feature-gates';
import { invalidProp } from '../util/messages';
import { documentSize, MANAGED_POLICIES_OF_A_ROLE, MANAGED_POLICY_LIMIT, PolicyMeasure } from '../util/policy-size';

/** What a controller is permitted for. */
export interface PermissionsProps extends ControllerPolicyOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly version: ControllerVersion;
  readonly partition: string;
  readonly identity: ControllerIdentity;
  readonly featureGates?: GateSettings['featureGates'];
  readonly values?: GateSettings['values'];
  /** The class that comes with the controller, of which matters whether it has a web ACL by name. */
  readonly ingressClass?: { readonly webAcl?: { readonly _name?: string } };
}

/**
 * Grants a role what the controller needs, by policies that stand below the scope.
 *
 * Managed policies rather than inline ones: they hold less each, but a role may have ten, and they show in IAM by name.
 *
 * To depend on it is to wait for all of them, those that come later included.
 */
export class ControllerPermissions implements IDependable {
  /** None where the role takes none, which a warning says. */
  private readonly policies: iam.ManagedPolicy[] = [];
  private readonly statements: iam.PolicyStatement[];
  private readonly rendered: RenderControllerPolicyProps;
  private readsWebAclNames = false;

  constructor(private readonly scope: Construct, private readonly role: iam.IRole, props: PermissionsProps) {
    const { target, vpc, version, partition, identity, ...options } = props;
    this.rendered = {
      version,
      partition,
      clusterName: target.name,
      vpcId: vpc.vpcId,
      webAclByName: options.ingressClass?.webAcl?._name !== undefined,
      taggingApi: mayBeOn('EnableRGTAPI', options),
      sessionTags: identity._tagsSession,
      options,
    };
    this.statements = renderControllerPolicy(this.rendered);
    this.attach(splitPolicy(scope, this.statements));
    // The list itself, which is read when the app is synthesized.
    Dependable.implement(this, { dependencyRoots: this.policies });
  }

  /** Lets the controller look up web ACLs by name where its policies do not: for classes and Ingresses that come to ask for it. */
  public permitWebAclNames(): void {
    const added = renderWebAclNames(this.rendered);
    if (added.length === 0 || this.policies.length === 0 || this.readsWebAclNames) {
      return;
    }
    this.readsWebAclNames = true;
    const parts = splitPolicy(this.scope, [...this.statements, ...added]);
    if (parts.length === this.policies.length) {
      this.policies[parts.length - 1].addStatements(...added);
    } else {
      this.attach(parts.slice(this.policies.length));
    }
  }

  private attach(parts: iam.PolicyStatement[][]): void {
    const before = this.policies.length;
    const policies = parts.map((statements, index) =>
      new iam.ManagedPolicy(this.scope, `Policy${before + index || ''}`, { description: 'Permissions of the AWS Load Balancer Controller', statements }));
    policies.forEach(resolveTokensOnly);
    this.policies.push(...attachPolicies(this.scope, policies, this.role));
  }
}

/**
 * Deals the statements out to as few managed policies as their order allows.
 *
 * The order stays, so that one more statement of the user's leaves the policies before it alone.
 */
export function splitPolicy(scope: IConstruct, statements: iam.PolicyStatement[], limit = MANAGED_POLICY_LIMIT): iam.PolicyStatement[][] {
  const measure = new PolicyMeasure(scope);
  const documents: { statements: iam.PolicyStatement[]; sizes: number[] }[] = [];
  for (const statement of statements) {
    const size = measure.sizeOf(statement);
    if (documentSize([size]) > limit) {
      throw invalidProp('additionalPolicyStatements', `must have no statement that is longer than a policy of ${limit} characters`, documentSize([size]),
        `split the statement that starts with ${JSON.stringify(statement.actions[0] ?? statement.notActions[0])}`);
    }
    const last = documents[documents.length - 1];
    if (last && documentSize([...last.sizes, size]) <= limit) {
      last.statements.push(statement);
      last.sizes.push(size);
    } else {
      documents.push({ statements: [statement], sizes: [size] });
    }
  }
  if (documents.length > MANAGED_POLICIES_OF_A_ROLE) {
    throw invalidProp('additionalPolicyStatements', `must fit the ${MANAGED_POLICIES_OF_A_ROLE} managed policies of a role`, documents.length,
      'use wildcards in actions or resources');
  }
  return documents.map((document) => document.statements);
}
