/**
 * Annotations of other Ingress controllers, which the AWS Load Balancer Controller ignores without a message.
 */

const NGINX_PREFIX = 'nginx.ingress.kubernetes.io/';

/** Prefixes of the annotations of other controllers. */
const OTHER_PREFIXES: { readonly [prefix: string]: string } = {
  'haproxy.org/': 'HAProxy Kubernetes Ingress Controller',
  'ingress.kubernetes.io/': 'HAProxy Ingress',
  'haproxy-ingress.github.io/': 'HAProxy Ingress',
  'traefik.ingress.kubernetes.io/': 'Traefik',
  'konghq.com/': 'Kong',
  'nginx.org/': 'NGINX Ingress Controller of F5',
};

/** What an ALB Ingress has instead of annotations of ingress-nginx. */
interface Replacement {
  /** The fields and options to use, or nothing where an ALB has no counterpart. */
  readonly use?: string;
  /** What differs, or why there is no counterpart. */
  readonly note?: string;
  /** Keys of the annotations, without their prefix. */
  readonly keys: readonly string[];
}

const CORS = '`listeners` with the attributes `routing.http.response.access_control_…`';
const STICKINESS = '`targetGroupAttributes` with `stickiness.…`';

/**
 * All annotations of ingress-nginx, with what replaces them.
 *
 * The table in docs/migrating-from-nginx.md is written from these rows.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export const INGRESS_NGINX: readonly Replacement[] = [
  { use: '`rewrite` of a rule', keys: ['rewrite-target'] },
  { use: '`pathType: IngressPathType.REGEX` of a rule', keys: ['use-regex'] },
  { use: '`rewrite: IngressRewrite.hostHeader()` of a rule', keys: ['upstream-vhost'] },
  {
    use: 'a rule for the path `/` (exact) with `IngressAction.redirect({ path })`',
    keys: ['app-root'],
  },
  {
    use: '`redirectHttp`',
    note: 'true by default where there are certificates',
    keys: ['ssl-redirect', 'force-ssl-redirect'],
  },
  {
    use: 'a rule with `IngressAction.redirect()`',
    note: 'status codes 301 and 302 only',
    keys: ['permanent-redirect', 'permanent-redirect-code', 'temporal-redirect', 'temporal-redirect-code'],
  },
  { use: 'a rule for the other host with `IngressAction.redirect({ host })`', keys: ['from-to-www-redirect'] },
  { use: 'a rule for each host', keys: ['server-alias'] },
  {
    use: '`defaultRule`',
    note: 'for requests that no rule matches; not for errors of targets',
    keys: ['default-backend'],
  },
  {
    use: '`inboundCidrs`, or `ListenerCondition.sourceIps()` on a rule',
    note: '`inboundCidrs` applies to the whole load balancer',
    keys: ['allowlist-source-range', 'whitelist-source-range'],
  },
  { use: '`webAcl` with an IP set', keys: ['denylist-source-range'] },
  {
    use: '`webAcl` with a rate-based rule',
    note: 'counts requests over one to ten minutes, not connections or bytes',
    keys: [
      'limit-connections', 'limit-rps', 'limit-rpm', 'limit-burst-multiplier', 'limit-rate', 'limit-rate-after', 'limit-allowlist', 'limit-whitelist',
    ],
  },
  {
    use: '`webAcl` with managed rule groups',
    keys: ['enable-modsecurity', 'enable-owasp-core-rules', 'modsecurity-snippet', 'modsecurity-transaction-id'],
  },
  { use: '`IngressAction.weightedForward()`', keys: ['canary', 'canary-weight', 'canary-weight-total'] },
  {
    use: 'a rule with `ListenerCondition.httpHeader()` before the other one',
    note: 'a cookie is a part of the header `Cookie`',
    keys: ['canary-by-header', 'canary-by-header-value', 'canary-by-header-pattern', 'canary-by-cookie'],
  },
  {
    use: '`backendProtocol` and `backendProtocolVersion`',
    note: 'HTTP, HTTPS and gRPC; neither AJP nor FastCGI',
    keys: ['backend-protocol', 'proxy-http-version'],
  },
  {
    use: STICKINESS,
    note: 'a cookie of the load balancer, or one that the application sets',
    keys: ['affinity', 'session-cookie-name', 'session-cookie-expires', 'session-cookie-max-age'],
  },
  {
    use: '`stickinessDuration` of `IngressAction.weightedForward()`',
    keys: ['affinity-canary-behavior'],
  },
  {
    use: '`targetGroupAttributes` with `load_balancing.algorithm.type`',
    note: 'round robin, least outstanding requests or weighted random',
    keys: ['load-balance'],
  },
  {
    use: '`loadBalancerAttributes` with `idle_timeout.timeout_seconds`',
    note: 'one time for reading and sending, for the whole load balancer',
    keys: ['proxy-read-timeout', 'proxy-send-timeout'],
  },
  {
    use: CORS,
    note: 'fixed headers, for the whole listener; an origin is not compared with a list',
    keys: [
      'enable-cors', 'cors-allow-origin', 'cors-allow-methods', 'cors-allow-headers', 'cors-expose-headers', 'cors-allow-credentials', 'cors-max-age',
    ],
  },
  {
    use: '`listeners` with the attributes `routing.http.response.…`',
    note: 'security headers only',
    keys: ['custom-headers'],
  },
  {
    use: '`auth` with `IngressAuth.oidc()` or `IngressAuth.cognito()`',
    note: 'OpenID Connect or Amazon Cognito; no other authentication service',
    keys: [
      'auth-url', 'auth-signin', 'auth-signin-redirect-param', 'auth-request-redirect', 'auth-response-headers', 'enable-global-auth',
      'auth-method', 'auth-always-set-cookie', 'auth-cache-key', 'auth-cache-duration', 'auth-proxy-set-headers',
      'auth-keepalive', 'auth-keepalive-requests', 'auth-keepalive-share-vars', 'auth-keepalive-timeout',
    ],
  },
  {
    use: '`annotations` with `mutual-authentication`',
    note: 'a trust store in place of a Secret',
    keys: [
      'auth-tls-secret', 'auth-tls-verify-client', 'auth-tls-verify-depth', 'auth-tls-match-cn', 'auth-tls-error-page',
      'auth-tls-pass-certificate-to-upstream',
    ],
  },
  { use: '`sslPolicy`', keys: ['ssl-ciphers', 'ssl-prefer-server-ciphers'] },
  {
    use: '`addTargetGroupBinding()` with a Network Load Balancer',
    note: 'an ALB always decrypts',
    keys: ['ssl-passthrough'],
  },
  { use: '`accessLogs`', keys: ['enable-access-log'] },
  {
    note: 'basic and digest authentication: in the application',
    keys: ['auth-type', 'auth-secret', 'auth-secret-type', 'auth-realm', 'satisfy'],
  },
  {
    note: 'an ALB runs no configuration of yours',
    keys: ['configuration-snippet', 'server-snippet', 'stream-snippet', 'auth-snippet', 'fastcgi-index', 'fastcgi-params-configmap'],
  },
  {
    note: 'an ALB has no limit for the body of a request, and does not buffer it',
    keys: [
      'proxy-body-size', 'client-body-buffer-size', 'proxy-buffering', 'proxy-buffers-number', 'proxy-buffer-size', 'proxy-busy-buffers-size',
      'proxy-max-temp-file-size', 'proxy-request-buffering',
    ],
  },
  {
    note: 'an ALB does not retry, and waits 10 seconds for a connection',
    keys: ['proxy-connect-timeout', 'proxy-next-upstream', 'proxy-next-upstream-timeout', 'proxy-next-upstream-tries'],
  },
  {
    note: 'an ALB does not change responses: in the application',
    keys: [
      'proxy-cookie-domain', 'proxy-cookie-path', 'proxy-redirect-from', 'proxy-redirect-to', 'custom-http-errors', 'disable-proxy-intercept-errors',
      'relative-redirects', 'use-port-in-redirects', 'preserve-trailing-slash', 'http2-push-preload', 'x-forwarded-prefix', 'connection-proxy-header',
    ],
  },
  {
    note: 'an ALB does not check certificates of targets, and shows none of its own',
    keys: [
      'proxy-ssl-secret', 'proxy-ssl-ciphers', 'proxy-ssl-name', 'proxy-ssl-protocols', 'proxy-ssl-verify', 'proxy-ssl-verify-depth',
      'proxy-ssl-server-name',
    ],
  },
  {
    note: 'the cookie of an ALB has fixed attributes',
    keys: [
      'affinity-mode', 'session-cookie-path', 'session-cookie-domain', 'session-cookie-samesite', 'session-cookie-conditional-samesite-none',
      'session-cookie-secure', 'session-cookie-change-on-failure',
    ],
  },
  {
    note: 'an ALB does not choose targets by a hash; pods are registered by `targetType`',
    keys: ['upstream-hash-by', 'upstream-hash-by-subset', 'upstream-hash-by-subset-size', 'service-upstream'],
  },
  { note: 'an ALB does not mirror requests', keys: ['mirror-target', 'mirror-host', 'mirror-request-body'] },
  {
    note: 'an ALB adds the header `X-Amzn-Trace-Id`, and reports to CloudWatch',
    keys: ['enable-opentelemetry', 'opentelemetry-trust-incoming-span', 'opentelemetry-operation-name', 'enable-rewrite-log'],
  },
];

/**
 * Describes the annotations of other controllers on an Ingress that ours serves; nothing if it has none.
 *
 * All of them in one text, so that an Ingress with ten annotations gets one warning.
 */
export function describeOtherControllers(annotations: { readonly [key: string]: unknown }): string | undefined {
  const keys = Object.keys(annotations);
  const nginx = keys.filter((key) => key.startsWith(NGINX_PREFIX));
  const others = keys.flatMap((key) => {
    const prefix = Object.keys(OTHER_PREFIXES).find((known) => key.startsWith(known));
    return prefix === undefined ? [] : [`${key} (${OTHER_PREFIXES[prefix]})`];
  });
  const described = [...nginx.map((key) => `${key} (${replacementOf(key.slice(NGINX_PREFIX.length))})`), ...others];
  return described.length === 0 ? undefined : described.join(', ');
}

function replacementOf(key: string): string {
  const row = INGRESS_NGINX.find(({ keys }) => keys.includes(key));
  const text = row?.use !== undefined ? `use ${row.use}` : row?.note !== undefined ? `nothing replaces it: ${row.note}` : 'nothing replaces it';
  return text.replace(/`/g, '');
}
