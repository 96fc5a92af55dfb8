import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { warn } from './messages';

/**
 * Attaches managed policies to a role, whoever defined it.
 *
 * The policies name the role rather than the role the policies: the role may be in a stack that ours depends on.
 *
 * @returns the policies that got attached
 */
export function attachPolicies(scope: Construct, policies: iam.ManagedPolicy[], role: iam.IRole): Construct[] {
  for (const policy of policies) {
    if (iam.Role.isRole(role)) {
      policy.attachToRole(role);
    } else {
      // Attaches to an imported role of this account; does nothing to one that is imported as immutable, or of another account.
      role.addManagedPolicy(policy);
    }
  }
  const [attached, idle] = partition(policies, (policy) => isAttached(policy));
  idle.forEach((policy) => scope.node.tryRemoveChild(policy.node.id));
  if (idle.length > 0) {
    warn(scope, 'rolePermissionsNotManaged',
      `the role brought by identity, ${role.node.path}, takes no policies from this app: grant it what the controller needs yourself`);
  }
  return attached;
}

function isAttached(policy: iam.ManagedPolicy): boolean {
  return Stack.of(policy).resolve((policy.node.defaultChild as iam.CfnManagedPolicy).roles) !== undefined;
}

function partition<T>(items: T[], fits: (item: T) => boolean): [T[], T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}
