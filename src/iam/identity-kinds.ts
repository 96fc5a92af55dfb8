import type { ControllerIdentityOptions } from './controller-role-options';
import { duration, Fields, like, list, text } from '../util/kinds';

/** What the options of every identity may hold. */
export const IDENTITY_OPTIONS: Fields<ControllerIdentityOptions> = {
  roleName: text,
  path: text,
  description: text,
  permissionsBoundary: like('IManagedPolicy', ['managedPolicyArn'], 'use ManagedPolicy.fromManagedPolicyArn() and the like'),
  maxSessionDuration: duration,
  additionalTrustStatements: list(like('PolicyStatement', ['toStatementJson'], 'use new iam.PolicyStatement()')),
  role: like('IRole', ['roleArn', 'node'], 'pass the Role itself, or what Role.fromRoleArn() gives'),
};
