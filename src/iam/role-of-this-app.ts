import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * The role, where this app defines it and lets it be changed: itself, or what an `iam.LazyRole` has made of itself.
 */
export function roleOfThisApp(role: iam.IRole): iam.Role | undefined {
  // Asked for its ARN, a lazy role comes to be, as its default child.
  void role.roleArn;
  return [role, role.node.defaultChild].find((candidate): candidate is iam.Role => iam.Role.isRole(candidate));
}
