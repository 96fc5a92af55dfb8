import type { IngressAuthOptions, IngressCognitoOptions, IngressOidcOptions } from './ingress-auth-options';
import { duration, Fields, like, map, struct, text, textOf } from '../util/kinds';

const AUTH: Fields<IngressAuthOptions> = {
  onUnauthenticatedRequest: textOf('UnauthenticatedAction', /^(authenticate|allow|deny)$/, 'use a constant of elbv2.UnauthenticatedAction'),
  scope: text,
  sessionCookieName: text,
  sessionTimeout: duration,
  authenticationRequestExtraParams: map(text),
};

export const COGNITO = struct<IngressCognitoOptions>('IngressCognitoOptions', {
  ...AUTH,
  userPool: like('IUserPool', ['userPoolArn'], 'pass the UserPool itself, or what UserPool.fromUserPoolId() gives'),
  userPoolClient: like('IUserPoolClient', ['userPoolClientId'], 'pass what addClient() of the UserPool gives'),
  userPoolDomain: like('IUserPoolDomain', ['domainName'], 'pass what addDomain() of the UserPool gives'),
}, ['userPool', 'userPoolClient', 'userPoolDomain']);

export const OIDC = struct<IngressOidcOptions>('IngressOidcOptions', {
  ...AUTH,
  issuer: text,
  authorizationEndpoint: text,
  tokenEndpoint: text,
  userInfoEndpoint: text,
  secretName: text,
}, ['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'userInfoEndpoint', 'secretName']);
