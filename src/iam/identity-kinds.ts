import type { ControllerIdentityOptions, IrsaOptions } from './controller-role-options';
import { duration, Fields, like, list, struct, text } from '../util/kinds';

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

export const IRSA_OPTIONS = struct<IrsaOptions>('IrsaOptions', {
  ...IDENTITY_OPTIONS,
  openIdConnectProvider: like('IOpenIdConnectProvider', ['openIdConnectProviderArn', 'openIdConnectProviderIssuer'],
    'pass the provider itself, or what OpenIdConnectProvider.fromOpenIdConnectProviderArn() gives'),
});
