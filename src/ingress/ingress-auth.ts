import type { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { markInstances } from '../util/class-marker';
import { sortKeys } from '../util/maps';
import { invalidProp } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { isUnknown } from '../util/tokens';
import { validateDnsSubdomain, validateInteger } from '../util/validation';

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

/**
 * Who may pass the HTTPS listeners of a load balancer.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export class IngressAuth {
  /**
   * The users of an Amazon Cognito user pool.
   */
  public static cognito(options: IngressCognitoOptions): IngressAuth {
    checkStruct('IngressCognitoOptions', 'IngressAuth.cognito()', options);
    return new IngressAuth('cognito', options, {
      userPoolARN: options.userPool.userPoolArn,
      userPoolClientID: options.userPoolClient.userPoolClientId,
      userPoolDomain: options.userPoolDomain.domainName,
    });
  }

  /**
   * The users of an OpenID Connect provider. Not in EKS Auto Mode.
   */
  public static oidc(options: IngressOidcOptions): IngressAuth {
    checkStruct('IngressOidcOptions', 'IngressAuth.oidc()', options);
    const { issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, secretName } = options;
    for (const [name, url] of Object.entries({ authorizationEndpoint, tokenEndpoint, userInfoEndpoint })) {
      if (isUnknown(url) || url.startsWith('https://')) continue;
      throw invalidProp(`${name} of IngressAuth.oidc()`, 'must start with https://', url, 'take it from the configuration of the provider');
    }
    validateDnsSubdomain('secretName of IngressAuth.oidc()', secretName);
    return new IngressAuth('oidc', options, { issuer, authorizationEndpoint, tokenEndpoint, userInfoEndpoint, secretName }, secretName);
  }

  private constructor(
    /** @internal */
    public readonly _type: 'cognito' | 'oidc',
    private readonly options: IngressAuthOptions,
    private readonly provider: { [key: string]: string },
    /** @internal */
    public readonly _secretName?: string,
  ) {
    const { sessionTimeout, authenticationRequestExtraParams = {} } = options;
    if (sessionTimeout) {
      validateInteger(`sessionTimeout of IngressAuth.${_type}(), in seconds,`, sessionTimeout.toSeconds(), 1, 604800, 'use at most 7 days');
    }
    const count = Object.keys(authenticationRequestExtraParams).length;
    if (count > 10) {
      throw invalidProp(`authenticationRequestExtraParams of IngressAuth.${_type}()`, 'must be at most 10', count, 'leave some out');
    }
  }

  /**
   * The options as plain data.
   *
   * @internal
   */
  public get _plain() {
    const { onUnauthenticatedRequest, scope, sessionCookieName, sessionTimeout, authenticationRequestExtraParams } = this.options;
    const provider = { ...this.provider, authenticationRequestExtraParams: sortKeys(authenticationRequestExtraParams) };
    return {
      type: this._type,
      cognito: this._type === 'cognito' ? provider : undefined,
      oidc: this._type === 'oidc' ? provider : undefined,
      onUnauthenticatedRequest,
      scope,
      sessionCookieName,
      sessionTimeout: sessionTimeout?.toSeconds(),
    };
  }
}

markInstances(IngressAuth, 'IngressAuth');
