import { COGNITO, OIDC } from './ingress-auth-kinds';
import type { IngressAuthOptions, IngressCognitoOptions, IngressOidcOptions } from './ingress-auth-options';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateDnsSubdomain, validateInteger } from '../util/validation';

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
    COGNITO.check('IngressAuth.cognito()', options);
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
    OIDC.check('IngressAuth.oidc()', options);
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
    const provider = { ...this.provider, authenticationRequestExtraParams };
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
