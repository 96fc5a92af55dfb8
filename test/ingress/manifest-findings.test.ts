import * as fs from 'fs';
import * as path from 'path';
import { CfnParameter } from 'aws-cdk-lib';
import { Shop } from './support';
import { EksAlbIngressSupportProps, LoadBalancerScheme } from '../../src';
import { parseObjects } from '../../src/util/yaml';
import { newManifest, newStack, warningsOf } from '../fixtures';

const PREFIX = 'alb.ingress.kubernetes.io/';
const SERVICE = { service: { name: 'shop', port: { number: 80 } } };

interface Raw {
  readonly annotations?: { [key: string]: unknown };
  readonly name?: string;
  readonly apiVersion?: string;
  readonly paths?: unknown[];
  readonly host?: string;
  readonly spec?: object;
}

function raw({ annotations = {}, name = 'raw', apiVersion = 'networking.k8s.io/v1', paths, host, spec = {} }: Raw) {
  return {
    apiVersion,
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : PREFIX + key, value])) },
    spec: { ingressClassName: 'alb', rules: [{ host, http: { paths: paths ?? [{ path: '/', pathType: 'Prefix', backend: SERVICE }] } }], ...spec },
  };
}

const path_ = (path1: unknown, pathType: unknown = 'Prefix', backend: unknown = SERVICE) => ({ path: path1, pathType, backend });
const action = (name: string) => ({ service: { name, port: { name: 'use-annotation' } } });
const json = JSON.stringify;

/** The warnings of manifests, with the last part of their ids. */
function warnings(objects: object[], props: Partial<EksAlbIngressSupportProps> = {}, edit: (shop: Shop) => void = () => undefined): string[] {
  const shop = new Shop(props, newStack());
  edit(shop);
  objects.forEach((object, index) => newManifest(shop.stack, shop.cluster, object, `Manifest${index}`));
  return warningsOf(shop.stack).map(({ text }) => text.replace(/^(.*) \[ack: .*\.(\w+)\]$/s, '$2: $1'));
}

test.each<[string, Raw, string]>([
  // What the API server rejects.
  ['a null rule', { spec: { rules: [null] } }, 'ingressSpec: Ingress shop/raw spec.rules[0] must be a rule with a host or paths, got null; correct it'],
  ['a missing pathType', { paths: [{ path: '/', backend: SERVICE }] }, 'ingressSpec: Ingress shop/raw spec.rules[0].http.paths[0].pathType must be Exact, Prefix or ImplementationSpecific'],
  ['a port number as text', { paths: [path_('/', 'Prefix', { service: { name: 'shop', port: { number: '80' } } })] }, 'service.port.number must be a whole number from 1 to 65535, got "80"; leave out the quotes'],
  ['a backend of the old API', { paths: [path_('/', 'Prefix', { serviceName: 'shop', servicePort: 80 })] }, 'in place of serviceName and servicePort'],
  ['an old apiVersion', { apiVersion: 'extensions/v1beta1' }, 'ingressSpec: Ingress shop/raw must be of apiVersion networking.k8s.io/v1'],
  ['a host in upper case', { host: 'Shop.example.com' }, 'spec.rules[0].host must be a DNS name in lower case'],
  ['a wildcard with Prefix', { paths: [path_('/*')] }, 'must have no wildcards with pathType Prefix, got "/*"; use / with pathType Prefix'],
  ['/ as ImplementationSpecific', { paths: [path_('/', 'ImplementationSpecific')] }, 'must not be / with pathType ImplementationSpecific, which matches this one path only'],
  // Structures of annotations.
  ['listeners that are no list', { annotations: { 'listen-ports': '{"HTTP":80}' } }, 'ingressAnnotationValue: Ingress shop/raw alb.ingress.kubernetes.io/listen-ports must be JSON'],
  ['a listener of another protocol', { annotations: { 'listen-ports': '[{"TCP":80}]' } }, 'listen-ports must have the protocol HTTP or HTTPS'],
  ['an action without type', { annotations: { 'actions.a': '{}' } }, 'actions.a must have the type fixed-response, forward, redirect'],
  ['a redirect without statusCode', { annotations: { 'actions.a': json({ type: 'redirect', redirectConfig: { host: 'a' } }) } }, 'actions.a must have statusCode'],
  ['a status code that is a number', { annotations: { 'actions.a': json({ type: 'fixed-response', fixedResponseConfig: { statusCode: 200 } }) } }, 'actions.a must be JSON: an action'],
  ['weights that are missing', {
    annotations: { 'actions.a': json({ type: 'forward', forwardConfig: { targetGroups: ['a', 'b'].map((serviceName) => ({ serviceName, servicePort: 80 })) } }) },
  }, 'actions.a must have weight'],
  ['a condition with an unknown field', { annotations: { 'conditions.shop': json([{ field: 'host', hostHeaderConfig: { values: ['a'] } }]) } },
    'conditions.shop must have conditions with a known field, since the controller drops others, which opens the rule to all requests, got "host"'],
  ['a condition without values', { annotations: { 'conditions.shop': json([{ field: 'source-ip', sourceIPConfig: { values: [] } }]) } }, 'conditions.shop must have values in sourceIPConfig'],
  ['a transform of another type', { annotations: { 'transforms.shop': json([{ type: 'path' }]) } }, 'transforms.shop must have the type host-header-rewrite, url-rewrite'],
  ['mutual authentication without trust store', { annotations: { 'listen-ports': '[{"HTTPS":443}]', 'mutual-authentication': json([{ port: 443, mode: 'verify' }]) } },
    'mutual-authentication must have trustStore'],
  ['JWT validation without issuer', { annotations: { 'listen-ports': '[{"HTTPS":443}]', 'jwt-validation': json({ jwksEndpoint: 'https://a' }) } }, 'jwt-validation must have issuer'],
  ['an action that is missing', { paths: [path_('/', 'Prefix', action('a'))] }, 'ingressActionMissing: Ingress shop/raw must have the annotation alb.ingress.kubernetes.io/actions.a'],
  ['ssl-redirect without HTTPS', { annotations: { 'ssl-redirect': '443' } }, 'ssl-redirect must be the port of an HTTPS listener, got 443'],
  // Rules and load balancers.
  ['a rule that never gets a request', { paths: [path_('/'), path_('/*.png', 'ImplementationSpecific')] },
    'ingressPathUnreachable: Ingress shop/raw spec.rules[0].http.paths[1] must not be for requests that Ingress shop/raw spec.rules[0].http.paths[0] gets first'],
  ['gRPC on HTTP', { annotations: { 'backend-protocol-version': 'GRPC' } }, 'ingressProtocolVersion: Ingress shop/raw alb.ingress.kubernetes.io/backend-protocol-version must be used with HTTPS'],
  ['six values of conditions', { annotations: { 'conditions.shop': json([{ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'X', values: ['1', '2', '3', '4', '5'] } }]) } },
    'ingressConditions: Ingress shop/raw alb.ingress.kubernetes.io/conditions.shop must have at most 5 values'],
  ['open authentication', { annotations: { 'auth-type': 'cognito', 'auth-idp-cognito': json({ userPoolARN: 'a', userPoolClientID: 'b', userPoolDomain: 'c' }) } }, 'ingressAuthOpen: '],
  ['a redirect from HTTPS to HTTP', {
    annotations: { 'listen-ports': '[{"HTTPS":443}]', 'actions.a': json({ type: 'redirect', redirectConfig: { protocol: 'HTTP', port: '80', statusCode: 'HTTP_301' } }) },
    paths: [path_('/', 'Prefix', action('a'))],
  }, 'ingressRedirect: Ingress shop/raw alb.ingress.kubernetes.io/actions.a must not redirect HTTPS to HTTP'],
  // Classes.
  ['both ways to name a class', { annotations: { 'kubernetes.io/ingress.class': 'alb' } }, 'ingressClassAnnotation: Ingress shop/raw must have either spec.ingressClassName or the annotation'],
  ['an annotation with a class that is not the controller\'s', { annotations: { 'kubernetes.io/ingress.class': 'public', 'scheme': 'internal' }, spec: { ingressClassName: undefined } },
    'ingressClassUnknown: Ingress shop/raw must have the name alb in the annotation kubernetes.io/ingress.class'],
  ['an OIDC Secret that nothing lets the controller read', {
    annotations: {
      'listen-ports': '[{"HTTPS":443}]',
      'auth-type': 'oidc',
      'auth-idp-oidc': json({ issuer: 'https://a', authorizationEndpoint: 'https://a', tokenEndpoint: 'https://a', userInfoEndpoint: 'https://a', secretName: 'oidc' }),
    },
  }, 'ingressSecretUnreadable: '],
])('warns of %s', (_, ingress, message) => {
  expect(warnings([raw(ingress)])).toEqual([expect.stringContaining(message)]);
});

test.each<[string, object[], Partial<EksAlbIngressSupportProps>, string]>([
  ['the settings of the class that an annotation voids', [raw({ annotations: { 'kubernetes.io/ingress.class': 'alb' }, spec: { ingressClassName: undefined } })],
    { ingressClass: { scheme: LoadBalancerScheme.INTERNAL, inboundCidrs: ['10.0.0.0/8'] } }, 'settings of the class do not apply, such as scheme, inboundCidrs'],
  ['a namespace that the controller does not watch', [raw({})], { watchNamespace: 'web' }, 'ingressNotServed: Ingress shop/raw metadata.namespace must be web'],
  ['a web ACL where WAFv2 is off', [raw({ annotations: { 'wafv2-acl-arn': 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b' } })], { enableWafv2: false }, 'ingressAnnotationNotSupported: '],
  ['a group by annotation where that is off', [raw({ annotations: { 'group.name': 'g' } })], { values: { disableIngressGroupNameAnnotation: true } },
    'group.name must be left out where values.disableIngressGroupNameAnnotation is true'],
  ['members of a group that contradict each other', [
    raw({ annotations: { 'group.name': 'g', 'scheme': 'internal' } }), raw({ name: 'other', host: 'a.example.com', annotations: { 'group.name': 'g', 'scheme': 'internet-facing' } }),
  ], {}, 'ingressGroupContradiction: Ingress shop/raw alb.ingress.kubernetes.io/scheme must be that of Ingress shop/other ("internet-facing")'],
  ['one member that hides another', [raw({ annotations: { 'group.name': 'g' } }), raw({ name: 'other', annotations: { 'group.name': 'g' } })], {},
    'ingressPathUnreachable: Ingress shop/raw spec.rules[0].http.paths[0] must not be for requests that Ingress shop/other spec.rules[0].http.paths[0] gets first'],
  ['options of a load balancer on a Service', [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', annotations: { [`${PREFIX}scheme`]: 'internal' } }, spec: {} }], {},
    'ingressAnnotationOnService: Service default/a alb.ingress.kubernetes.io/scheme must be an annotation of the Ingress'],
])('warns of %s', (_, objects, props, message) => {
  expect(warnings(objects, props)).toEqual([expect.stringContaining(message)]);
});

test('a manifest that contradicts an Ingress of addIngress() is the one that is warned of', () => {
  const contradicting = (scheme: string) => warnings([raw({ host: 'b.example.com', annotations: { 'group.name': 'g', scheme } })], {}, ({ support }) => support.addIngress('Typed', {
    namespace: 'shop', groupName: 'g', scheme: LoadBalancerScheme.INTERNAL, rules: [{ host: 'a.example.com', service: 'shop', port: 80 }],
  }));
  expect(contradicting('internal')).toEqual([]);
  expect(contradicting('internet-facing')).toEqual([expect.stringContaining('must be that of Ingress shop/raw ("internet-facing")')]);
});

describe('an Ingress of another controller is not read', () => {
  const broken = { 'scheme': 'public', 'no-such-thing': '1' };
  const ofNginx = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } };

  test.each<[string, object[]]>([
    ['by its class, which the app defines', [ofNginx, raw({ annotations: broken, spec: { ingressClassName: 'nginx' } })]],
    ['by the annotation, which decides first', [ofNginx, raw({ annotations: { ...broken, 'kubernetes.io/ingress.class': 'nginx' } })]],
    ['by its own annotations', [raw({ annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' }, spec: { ingressClassName: 'nginx', rules: [null] } })]],
  ])('%s', (_, objects) => {
    expect(warnings(objects)).toEqual([]);
  });

  test('but one of a class for the same controller is', () => {
    const own = { ...ofNginx, metadata: { name: 'public' }, spec: { controller: 'ingress.k8s.aws/alb' } };
    expect(warnings([own, raw({ annotations: { scheme: 'public' }, spec: { ingressClassName: 'public' } })])).toEqual([expect.stringMatching(/scheme must be internal or internet-facing/)]);
  });
});

test.each([
  [null], [[]], ['text'], [{ rules: {} }], [{ rules: [{ http: null }] }], [{ rules: [{ http: { paths: [null, 1, {}] } }] }], [{ rules: [[]], defaultBackend: 'x' }],
  [{ ingressClassName: 7, rules: [{ http: { paths: [{ path: 7, pathType: [], backend: { service: [] } }] } }] }],
])('a spec of the shape %j is reported, and nothing fails', (spec) => {
  expect(() => warnings([{ ...raw({}), spec }, { ...raw({}), metadata: { name: 1, annotations: 'none' }, spec: { ingressClassName: 'alb', ...spec as object } }])).not.toThrow();
});

test('nothing is said of tokens', () => {
  const shop = new Shop({}, newStack());
  const token = new CfnParameter(shop.stack, 'P').valueAsString;
  newManifest(shop.stack, shop.cluster, raw({
    host: token,
    annotations: { 'group.name': token, 'listen-ports': token, 'actions.a': token, 'conditions.a': `[${token}]`, 'certificate-arn': `${token},${token}`, 'inbound-cidrs': token },
    paths: [path_(token), path_('/a', token), path_('/', 'Prefix', action('a'))],
  }));
  expect(warningsOf(shop.stack)).toEqual([]);
});

const DOCS = path.join(__dirname, '..', '..', 'docs');
const manifests = fs.readdirSync(DOCS).filter((file) => file.endsWith('.md')).flatMap((file) =>
  [...fs.readFileSync(path.join(DOCS, file), 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => [file, text] as const).filter(([, text]) => /kind: (Ingress|Service)\n/.test(text)));

test('nothing is said of the 2048 example', () => {
  const game = raw({
    name: 'ingress-2048', annotations: { 'scheme': 'internet-facing', 'target-type': 'ip' }, paths: [path_('/', 'Prefix', { service: { name: 'service-2048', port: { number: 80 } } })],
  });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'service-2048' }, spec: { type: 'NodePort', ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] } };
  expect(warnings([game, service])).toEqual([]);
});

test.each(manifests.length > 0 ? manifests : [['no page', '']] as const)('nothing is said of the manifests of %s', (_, text) => {
  expect(warnings(parseObjects('manifest', 'docs', text))).toEqual([]);
});

describe('annotations of other controllers', () => {
  const nginx = { 'nginx.ingress.kubernetes.io/ssl-redirect': 'true', 'nginx.ingress.kubernetes.io/server-snippet': '…' };

  test('an Ingress of our class gets one warning for all of them', () => {
    const found = warnings([raw({ annotations: nginx })]).filter((text) => text.startsWith('ingressOtherController'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('nginx.ingress.kubernetes.io/ssl-redirect (use redirectHttp)');
    expect(found[0]).toContain('nginx.ingress.kubernetes.io/server-snippet (nothing replaces it');
  });

  test('an Ingress of ingress-nginx in the same cluster is not read', () => {
    const ingressClass = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } };
    expect(warnings([ingressClass, raw({ annotations: nginx, spec: { ingressClassName: 'nginx' } })])).toEqual([]);
  });
});

describe('spec.tls', () => {
  const tls = { spec: { tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }] }, host: 'shop.example.com' };
  const found = (ingress: Raw) => warnings([raw(ingress)]).filter((text) => text.startsWith('ingressTlsWithoutListener'));

  test('is a warning without an HTTPS listener', () => {
    expect(found(tls)).toEqual([expect.stringContaining('Ingress shop/raw spec.tls must come with an HTTPS listener')]);
  });

  test('is not with certificates, or with HTTPS among the listeners', () => {
    expect(found({ ...tls, annotations: { 'certificate-arn': 'arn:aws:acm:eu-west-1:111122223333:certificate/a' } })).toEqual([]);
    expect(found({ ...tls, annotations: { 'listen-ports': '[{"HTTPS":443}]' } })).toEqual([]);
  });
});
