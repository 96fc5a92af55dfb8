import type { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/**
 * What both kinds of authentication have in common.
 */
export interface IngressAuthOptions {
  /**
   * What requests get that carry no session.
   *
   * @default elbv2.UnauthenticatedAction.AUTHENTICATE
   */
  readonly onUnauthenticatedRequest?: elbv2.UnauthenticatedAction;

  /**
   * Claims to ask for, with spaces between them.
   *
   * @default 'openid'
   */
  readonly scope?: string;

  /**
   * Name of the session's cookie.
   *
   * @default 'AWSELBAuthSessionCookie'
   */
  readonly sessionCookieName?: string;

  /**
   * Time that a session lasts: 1 second to 7 days.
   *
   * @default Duration.days(7)
   */
  readonly sessionTimeout?: Duration;

  /**
   * Query parameters of the redirect to the authorization endpoint, at most 10.
   *
   * @default - no extra parameters
   */
  readonly authenticationRequestExtraParams?: { [key: string]: string };
}

/**
 * Options of `IngressAuth.cognito()`.
 */
export interface IngressCognitoOptions extends IngressAuthOptions {
  /** The user pool. */
  readonly userPool: cognito.IUserPool;

  /** Its client, which has a secret, the code grant flow, and `https://<host>/oauth2/idpresponse` among its callback URLs. */
  readonly userPoolClient: cognito.IUserPoolClient;

  /** Its domain. */
  readonly userPoolDomain: cognito.IUserPoolDomain;
}

/**
 * Options of `IngressAuth.oidc()`.
 */
export interface IngressOidcOptions extends IngressAuthOptions {
  /** Issuer of the identity provider, such as `https://example.com`. */
  readonly issuer: string;

  /** Its authorization endpoint, with HTTPS. */
  readonly authorizationEndpoint: string;

  /** Its token endpoint, with HTTPS. */
  readonly tokenEndpoint: string;

  /** Its user info endpoint, with HTTPS. */
  readonly userInfoEndpoint: string;

  /**
   * Name of the Secret with the keys `clientID` and `clientSecret`, in the namespace of the Ingress.
   *
   * The controller gets the permission to read this one. The Secret itself is not defined here: whatever the CDK brings into a cluster
   * stands in the log of a Lambda function. Let the External Secrets Operator or the like make it.
   */
  readonly secretName: string;
}
