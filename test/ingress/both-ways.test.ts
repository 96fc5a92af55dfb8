/**
 * Mistakes in Ingresses, made in fields and in annotations, with clusters of both modules: an error or a warning for the one, a warning for the other.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, IngressAction, IngressAuth, IngressOptions, IngressWebAcl } from '../../src';
import { MODULES, newCluster, newManifest, newStack, newVpc, OwnedCluster, warningsOf } from '../fixtures';

const PREFIX = 'alb.ingress.kubernetes.io/';
const HERE = 'arn:aws:acm:eu-west-1:111122223333:certificate/a';
const FAR = 'arn:aws:acm:us-west-1:111122223333:certificate/a';
const shop = { service: 'shop', port: 80 };

interface RawOptions {
  readonly annotations?: { readonly [key: string]: unknown };
  readonly paths?: readonly object[];
  readonly host?: string;
  readonly name?: string;
}

const backend = (name = 'shop', port: object = { number: 80 }) => ({ service: { name, port } });
const path = (at = '/', pathType = 'Prefix', to: object = backend()) => ({ path: at, pathType, backend: to });
const byAction = (name: string) => backend(name, { name: 'use-annotation' });
const raw = ({ annotations = {}, paths = [path()], host, name = 'raw' }: RawOptions) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    namespace: 'shop',
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [PREFIX + key, typeof value === 'string' ? value : JSON.stringify(value)])),
  },
  spec: { ingressClassName: 'alb', rules: [{ host, http: { paths } }] },
});
const conditions = (...list: object[]) => ({ annotations: { 'conditions.shop': list } });
const certificates = (stack: Stack, arn = HERE) => [acm.Certificate.fromCertificateArn(stack, 'Certificate', arn)];

interface Mistake {
  readonly typed: (stack: Stack) => IngressOptions;
  readonly raw: RawOptions;
  /** In both messages. */
  readonly message: RegExp;
  readonly props?: Partial<EksAlbIngressSupportProps>;
}

const MISTAKES: { readonly [name: string]: Mistake } = {
  'gRPC on an HTTP listener': {
    typed: () => ({ rules: [shop], backendProtocolVersion: elbv2.ApplicationProtocolVersion.GRPC }),
    raw: { annotations: { 'backend-protocol-version': 'GRPC' } },
    message: /GRPC/,
  },
  'more than five values of conditions': {
    typed: () => ({ rules: [{ ...shop, conditions: [elbv2.ListenerCondition.httpHeader('x-version', ['1', '2', '3', '4', '5', '6'])] }] }),
    raw: conditions({ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'x-version', values: ['1', '2', '3', '4', '5', '6'] } }),
    message: /must have .*(five|5)/,
  },
  'two conditions on methods': {
    typed: () => ({ rules: [{ ...shop, conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET']), elbv2.ListenerCondition.httpRequestMethods(['PUT'])] }] }),
    raw: conditions(...['GET', 'PUT'].map((method) => ({ field: 'http-request-method', httpRequestMethodConfig: { values: [method] } }))),
    message: /http-request-method/,
  },
  'two conditions on addresses': {
    typed: () => ({ rules: [{ ...shop, conditions: [elbv2.ListenerCondition.sourceIps(['10.0.0.0/8']), elbv2.ListenerCondition.sourceIps(['192.168.0.0/16'])] }] }),
    raw: conditions(...['10.0.0.0/8', '192.168.0.0/16'].map((cidr) => ({ field: 'source-ip', sourceIpConfig: { values: [cidr] } }))),
    message: /source-ip/,
  },
  'the name of a header that cannot be': {
    typed: () => ({ rules: [{ ...shop, conditions: [elbv2.ListenerCondition.httpHeader('x version', ['1'])] }] }),
    raw: conditions({ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'x version', values: ['1'] } }),
    message: /x version/,
  },
  'an address without a prefix length': {
    typed: () => ({ rules: [{ ...shop, conditions: [elbv2.ListenerCondition.sourceIps(['10.0.0.1'])] }] }),
    raw: conditions({ field: 'source-ip', sourceIpConfig: { values: ['10.0.0.1'] } }),
    message: /must have CIDR blocks/,
  },
  'a rule that never gets a request': {
    typed: () => ({ rules: [{ ...shop, path: '/foo' }, { ...shop, path: '/foo/' }] }),
    raw: { paths: [path('/foo'), path('/foo/')] },
    message: /never gets one/,
  },
  'IPv6 CIDR blocks for an IPv4 load balancer': {
    typed: () => ({ rules: [shop], inboundCidrs: ['2001:db8::/32'] }),
    raw: { annotations: { 'inbound-cidrs': '2001:db8::/32' } },
    message: /2001:db8::\/32/,
  },
  'a login that HTTP does not ask for': {
    typed: (stack) => ({
      rules: [shop],
      certificates: certificates(stack),
      redirectHttp: false,
      auth: IngressAuth.oidc({
        issuer: 'https://id.example.com',
        authorizationEndpoint: 'https://id.example.com/a',
        tokenEndpoint: 'https://id.example.com/t',
        userInfoEndpoint: 'https://id.example.com/u',
        secretName: 'oidc',
      }),
    }),
    raw: {
      annotations: {
        'listen-ports': [{ HTTP: 80 }, { HTTPS: 443 }],
        'certificate-arn': HERE,
        'auth-type': 'cognito',
        'auth-idp-cognito': { userPoolARN: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/a', userPoolClientID: 'a', userPoolDomain: 'a' },
      },
    },
    message: /without (a )?(login|auth)|open|HTTP/,
  },
  'a redirect to itself': {
    typed: () => ({ rules: [{ host: 'a.example.com', action: IngressAction.redirect({ host: 'a.example.com', permanent: true }) }] }),
    raw: {
      host: 'a.example.com',
      paths: [path('/', 'Prefix', byAction('self'))],
      annotations: { 'actions.self': { type: 'redirect', redirectConfig: { host: 'a.example.com', statusCode: 'HTTP_301' } } },
    },
    message: /redirect/,
  },
  'a certificate of another region': {
    typed: (stack) => ({ rules: [shop], certificates: certificates(stack, FAR) }),
    raw: { annotations: { 'certificate-arn': FAR } },
    message: /must be of the region of the load balancer, eu-west-1, got "(us-west-1|arn:aws:acm:us-west-1:.*)"/,
  },
  'a web ACL of another region': {
    typed: () => ({ rules: [shop], webAcl: IngressWebAcl.fromArn('arn:aws:wafv2:us-west-1:111122223333:regional/webacl/a/b') }),
    raw: { annotations: { 'wafv2-acl-arn': 'arn:aws:wafv2:us-west-1:111122223333:regional/webacl/a/b' } },
    message: /must be of the region of the load balancer, eu-west-1/,
  },
  'a CIDR block without a prefix length': {
    typed: () => ({ rules: [shop], inboundCidrs: ['10.0.0.0'] }),
    raw: { annotations: { 'inbound-cidrs': '10.0.0.0' } },
    message: /must be a CIDR block/,
  },
  'a group order out of range': {
    typed: () => ({ rules: [shop], groupName: 'web', groupOrder: 2000 }),
    raw: { annotations: { 'group.name': 'web', 'group.order': '2000' } },
    message: /must be a whole number from -1000 to 1000, got 2000/,
  },
  'a capacity of nothing': {
    typed: () => ({ rules: [shop], minimumCapacityUnits: 0 }),
    raw: { annotations: { 'minimum-load-balancer-capacity': 'CapacityUnits=0' } },
    message: /must be a whole number from 1 to 2147483647, got 0/,
  },
  'no permission for load balancers': {
    typed: () => ({ rules: [shop] }),
    raw: {},
    props: { targetGroupBindingOnly: true },
    message: /must be left out with targetGroupBindingOnly: the controller has no permission to create load balancers/,
  },
  'a namespace that is not watched': {
    typed: () => ({ rules: [shop] }),
    raw: {},
    props: { watchNamespace: 'web' },
    message: /must be (that of watchNamespace|web)|web/,
  },
};

describe.each(MODULES)('with a cluster of %s', (module) => {
  const define = (props: Partial<EksAlbIngressSupportProps> = {}): { stack: Stack; cluster: OwnedCluster; support: EksAlbIngressSupport } => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    return { stack, cluster, support: new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc, ...props }) };
  };
  const textsOf = (stack: Stack) => warningsOf(stack).map(({ text }) => text);

  test.each(Object.keys(MISTAKES))('%s, in fields', (name) => {
    const { typed, message, props } = MISTAKES[name];
    const { stack, support } = define(props);
    let said: string[];
    try {
      support.addIngress('Typed', { namespace: 'shop', ...typed(stack) });
      said = textsOf(stack);
    } catch (error) {
      said = [(error as Error).message];
    }
    expect(said).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  test.each(Object.keys(MISTAKES))('%s, in a manifest', (name) => {
    const { raw: options, message, props } = MISTAKES[name];
    const { stack, cluster } = define(props);
    newManifest(stack, cluster, raw(options));
    expect(textsOf(stack)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  test('WAF Classic, which fields do not have', () => {
    const { stack, cluster } = define();
    newManifest(stack, cluster, raw({ annotations: { 'waf-acl-id': '499e8b99-6671-4614-a86d-adb1810b7fbe' } }));
    expect(textsOf(stack)).toEqual([expect.stringContaining('waf-acl-id must be left out: AWS has retired WAF Classic')]);
  });

  test('the health check of a port that the Service of the app lacks', () => {
    const { stack, cluster } = define();
    newManifest(stack, cluster, raw({ annotations: { 'healthcheck-port': 'metrics', 'target-type': 'ip' } }));
    newManifest(stack, cluster, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 80 }] } }, 'Service');
    expect(textsOf(stack)).toEqual([expect.stringContaining('metrics')]);
  });

  test('settings of a class that is not the first of its group', () => {
    const { stack, support } = define();
    const other = support.addIngressClass('Other', { loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' } });
    support.addIngress('First', { namespace: 'shop', groupName: 'web', groupOrder: 1, rules: [{ ...shop, host: 'a.example.com' }] });
    const second = () => other.addIngress('Second', { namespace: 'shop', groupName: 'web', groupOrder: 2, rules: [{ ...shop, host: 'b.example.com' }] });
    expect(second).toThrow(/must not be of class other, which sets loadBalancerAttributes, in group web/);
    expect(textsOf(stack)).toEqual([]);
  });

  test('more rules than the quota', () => {
    const paths = Array.from({ length: 101 }, (_, index) => `/p${index}`);
    const typed = define();
    typed.support.addIngress('Typed', { namespace: 'shop', rules: paths.map((at) => ({ ...shop, path: at })) });
    expect(textsOf(typed.stack)).toEqual([expect.stringMatching(/100/)]);
    const manifest = define();
    newManifest(manifest.stack, manifest.cluster, raw({ paths: paths.map((at) => path(at)) }));
    expect(textsOf(manifest.stack)).toEqual([expect.stringMatching(/100/)]);
  });

  test('nothing of that in what is right', () => {
    const { stack, cluster, support } = define();
    support.addIngress('Typed', { namespace: 'shop', certificates: certificates(stack), inboundCidrs: ['10.0.0.0/8'], rules: [{ ...shop, host: 'a.example.com' }] });
    newManifest(stack, cluster, raw({ annotations: { 'certificate-arn': HERE, 'inbound-cidrs': '10.0.0.0/8' }, host: 'b.example.com' }));
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    expect(textsOf(stack)).toEqual([]);
  });
});
