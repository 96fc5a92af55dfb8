import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { warn } from '../util/messages';

/**
 * The role, where this app defines it and lets it be changed: itself, or what an `iam.LazyRole` has made of itself.
 */
export function roleOfThisApp(role: iam.IRole): iam.Role | undefined {
  // Asked for its ARN, a lazy role comes to be, as its default child.
  void role.roleArn;
  return [role, role.node.defaultChild].find((candidate): candidate is iam.Role => iam.Role.isRole(candidate));
}

/**
 * Attaches managed policies to a role, whoever defined it.
 *
 * The policies name the role rather than the role the policies: the role may be in a stack that ours depends on.
 *
 * @param complain says that the role takes no policies
 * @returns the policies that got attached
 */
export function attachPolicies(
  scope: Construct, policies: iam.ManagedPolicy[], role: iam.IRole, complain = complainOf(scope, role),
): iam.ManagedPolicy[] {
  if (isInReach(scope, role)) {
    const own = roleOfThisApp(role);
    if (own) {
      policies.forEach((policy) => policy.attachToRole(own));
      return policies;
    }
    // Attaches to an imported role by its name, and does nothing to one that is imported as immutable.
    policies.forEach((policy) => role.addManagedPolicy(policy));
    if (policies.every(isAttached)) {
      return policies;
    }
  }
  policies.forEach((policy) => scope.node.tryRemoveChild(policy.node.id));
  complain();
  return [];
}

function complainOf(scope: Construct, role: iam.IRole): () => void {
  return () => warn(scope, 'rolePermissionsNotManaged',
    `the role brought by identity, ${role.node.path}, takes no policies from this app: grant it what the controller needs yourself`);
}

/** A policy names a role without its account: in another account that would be another role, or none. */
function isInReach(scope: Construct, role: iam.IRole): boolean {
  return Token.compareStrings(role.env.account, Stack.of(scope).account) !== TokenComparison.DIFFERENT;
}

function isAttached(policy: iam.ManagedPolicy): boolean {
  const resource = policy.node.defaultChild as iam.CfnManagedPolicy | undefined;
  // Where the app defines no IAM resources itself (`iam.Role.customizeRoles`), the policy goes to the CDK's report instead.
  return resource === undefined || Stack.of(policy).resolve(resource.roles) !== undefined;
}
