import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * What can be set of the role that is defined for the controller.
 */
export interface ControllerRoleOptions {
  /**
   * Name of the role: at most 64 letters, digits and `+=,.@_-`.
   *
   * A fixed name keeps the stack from being deployed twice into one account, and from replacing the role in place.
   *
   * @default - CloudFormation makes one
   */
  readonly roleName?: string;

  /**
   * Path of the role, such as `/eks/`.
   *
   * @default '/'
   */
  readonly path?: string;

  /**
   * Description of the role, at most 1,000 characters.
   *
   * @default - says what the role is for, and for which ServiceAccount
   */
  readonly description?: string;

  /**
   * Upper bound of what the role may be granted.
   *
   * @default - no boundary but the one that the app sets for all its roles
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Longest session that may be asked of the role: 1 to 12 hours.
   *
   * @default Duration.hours(1)
   */
  readonly maxSessionDuration?: Duration;

  /**
   * Statements that let others assume the role too, in addition to the controller's ServiceAccount.
   *
   * With IRSA on a cluster of the app, `cdk diff --security-only` and `--require-approval` do not see them: the trust policy is a text
   * there. With EKS Pod Identity, or an issuer that is known at synth, they do.
   *
   * @default - the role trusts one ServiceAccount of one cluster and no other principal
   */
  readonly additionalTrustStatements?: iam.PolicyStatement[];
}

/**
 * The role of the controller: settings of one that is defined, or one of your own.
 */
export interface ControllerIdentityOptions extends ControllerRoleOptions {
  /**
   * A role of your own, instead of one defined here.
   *
   * It gets the controller's permissions, and the trust in the ServiceAccount where it is defined in this app. What cannot be added,
   * a warning says: trust to an imported role, or to one of another stack while the cluster is in this one (each stack would wait for
   * the other), and anything to a role that is imported as immutable, or from another account.
   *
   * @default - a role is defined
   */
  readonly role?: iam.IRole;
}

/**
 * How the controller gets its AWS credentials through IRSA.
 */
export interface IrsaOptions extends ControllerIdentityOptions {
  /**
   * The OIDC provider of the cluster, where the cluster itself does not know it.
   *
   * For a provider that was defined in addition to an owned cluster, which would otherwise get a second one that IAM rejects; and for an
   * imported cluster without a provider. One of another region than the cluster's, or of another account than the role
   * that is defined, is rejected.
   *
   * @default - `cluster.openIdConnectProvider`, which an owned cluster defines when it is first asked for
   */
  readonly openIdConnectProvider?: iam.IOpenIdConnectProvider;
}
