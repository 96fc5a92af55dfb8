import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RULE, Shop } from './support';
import { IngressAction, IngressAuth, IngressOptions, IngressPathType, IngressRule } from '../../src';
import { newStack } from '../fixtures';

const { ListenerCondition, ApplicationProtocol: { HTTP, HTTPS } } = elbv2;
const { EXACT, IMPLEMENTATION_SPECIFIC } = IngressPathType;
const SHOP = { service: 'shop', port: 80 };
const certificates = [acm.Certificate.fromCertificateArn(newStack(), 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/a')];
const both: IngressOptions = { certificates, redirectHttp: false };
const beta = ListenerCondition.httpHeader('X-Beta', ['1']);
const toHttps = IngressAction.redirect({ protocol: 'HTTPS', port: '443' });

/** Adds Ingresses of one group, in turn. */
const add = (...all: IngressOptions[]) => () => {
  const { support } = new Shop({}, newStack());
  all.forEach((options, index) => support.addIngress(`I${index}`, { namespace: 'shop', ...all.length > 1 && { groupName: 'g' }, ...options }));
};
const rules = (...given: IngressRule[]): IngressOptions => ({ rules: given });

describe('a rule that never gets a request fails', () => {
  test.each<[string, string, string, IngressOptions[]]>([
    ['the same twice', 'I0).rules[1]', 'I0).rules[0]', [rules(SHOP, { ...SHOP, service: 'other' })]],
    ['the same by its defaults', 'I0).rules[2]', 'I0).rules[0]', [rules({ ...SHOP, path: '/', pathType: IngressPathType.PREFIX }, { ...SHOP, path: '/a' }, SHOP)]],
    ['with conditions, after the one without', 'I0).rules[1]', 'I0).rules[0]', [rules(SHOP, { ...SHOP, conditions: [beta] })]],
    ['a host after / of all hosts', 'I0).rules[1]', 'I0).rules[0]', [rules(SHOP, RULE)]],
    ['a host after a wildcard', 'I0).rules[1]', 'I0).rules[0]', [rules({ ...SHOP, host: '*.example.com' }, RULE)]],
    ['/foo and /foo/', 'I0).rules[1]', 'I0).rules[0]', [rules({ ...SHOP, path: '/foo/' }, { ...SHOP, path: '/foo' })]],
    ['a wildcard beside / of type Prefix', 'I0).rules[0]', 'I0).rules[1]', [rules({ ...SHOP, path: '/*.png', pathType: IMPLEMENTATION_SPECIFIC }, SHOP)]],
    ['of another member of the group', 'I1).rules[0]', 'I0).rules[0]', [rules(RULE), rules(RULE)]],
    ['of the first member, by the order of the group', 'I0).rules[0]', 'I1).rules[0]', [rules(RULE), { ...rules(RULE), groupOrder: -1 }]],
    ['after a redirect, on HTTP alone', 'I0).rules[1]', 'I0).rules[0]', [rules({ action: toHttps }, SHOP)]],
  ])('%s', (_, dead, cover, options) => {
    expect(add(...options)).toThrow(`addIngress(${dead} must not be for requests that addIngress(${cover} gets first in the order of the controller: it never gets one`);
  });

  test.each<[string, IngressOptions[]]>([
    ['with conditions, before the one without', [rules({ ...SHOP, conditions: [beta] }, SHOP)]],
    ['other values of a condition', [rules({ ...SHOP, conditions: [beta] }, { ...SHOP, conditions: [ListenerCondition.httpHeader('X-Beta', ['2'])] }, SHOP)]],
    ['a host before all hosts', [rules(RULE, SHOP)]],
    ['a longer prefix, an exact path', [rules(SHOP, { ...SHOP, path: '/a' }, { ...SHOP, path: '/a', pathType: EXACT })]],
    ['a prefix that is not one', [rules({ ...SHOP, path: '/foo' }, { ...SHOP, path: '/foobar' })]],
    ['a host beside its redirect to HTTPS', [{ ...both, rules: [{ host: RULE.host, action: toHttps }, RULE] }]],
    ['the same on other ports', [
      { ...rules(RULE), listeners: [{ protocol: HTTP, port: 80 }] }, { ...rules(RULE), listeners: [{ protocol: HTTP, port: 8080 }] },
    ]],
    ['of two groups', [rules(RULE), { ...rules(RULE), groupName: 'h' }]],
  ])('but not: %s', (_, options) => {
    expect(add(...options)).not.toThrow();
  });
});

const three = (field: (values: string[]) => elbv2.ListenerCondition) => [field(['10.0.0.0/8', '10.1.0.0/16'])];
test.each<[string, IngressOptions, string]>([
  ['six values', rules({ ...RULE, path: '/a', conditions: [ListenerCondition.httpHeader('X', ['1', '2', '3'])] }),
    'rules[0].conditions must have at most 5 values in all conditions of a rule: 1 for its host, 2 for a path prefix other than /, and 1 for each other value, got 6; use several rules'],
  ['two conditions on methods', rules({ ...SHOP, conditions: [ListenerCondition.httpRequestMethods(['GET']), ListenerCondition.httpRequestMethods(['PUT'])] }),
    'rules[0].conditions must have at most one http-request-method condition, got ["GET","PUT"]; list all values in one condition'],
  ['two conditions on addresses', rules({ ...SHOP, conditions: [...three(ListenerCondition.sourceIps), ListenerCondition.sourceIps(['10.2.0.0/16'])] }),
    'rules[0].conditions must have at most one source-ip condition, got ["10.0.0.0/8","10.1.0.0/16","10.2.0.0/16"]; list all values in one condition'],
  ['an empty value', rules({ ...SHOP, conditions: [ListenerCondition.httpHeader('X', [''])] }),
    'rules[0].conditions must have values of 1 to 128 characters in http-header conditions, got ""; correct it, or leave it out'],
  ['a header of two words', rules({ ...SHOP, conditions: [ListenerCondition.httpHeader('X Beta', ['1'])] }),
    'rules[0].conditions must have names of HTTP headers, of at most 40 characters, got "X Beta"; correct it'],
  ['a method in lower case', rules({ ...SHOP, conditions: [ListenerCondition.httpRequestMethods(['get'])] }),
    'rules[0].conditions must have names of methods, in upper case, of 1 to 40 characters in http-request-method conditions, got "get"; correct it, or leave it out'],
  ['an address without a prefix', rules({ ...SHOP, conditions: [ListenerCondition.sourceIps(['10.0.0.1'])] }),
    'rules[0].conditions must have CIDR blocks in source-ip conditions, got "10.0.0.1"; write it like "10.0.0.0/8" or "2001:db8::/32"'],
  ['a redirect to an impossible port', rules({ action: IngressAction.redirect({ port: '70000' }) }),
    'rules[0].action must redirect to a port from 1 to 65535, got "70000"; correct it, or leave it out'],
  ['a redirect of the query alone', rules({ action: IngressAction.redirect({ query: 'a=b' }) }),
    'rules[0].action must change the host, path, port or protocol of a request, since the redirect would loop otherwise, got {"query":"a=b"}; say where to redirect to'],
  ['a redirect to itself', rules({ host: 'a.example.com', action: IngressAction.redirect({ host: 'a.example.com' }) }),
    'rules[0].action must not redirect to itself, for which the controller leaves the rule out, got {"host":"a.example.com"}; redirect to another host, path, port or protocol'],
  ['a redirect from HTTPS to HTTP', { ...both, rules: [{ ...SHOP, path: '/a' }, { action: IngressAction.redirect({ protocol: 'HTTP', port: '80' }), host: 'b.example.com' }] },
    'rules[1].action must not redirect HTTPS to HTTP, which Elastic Load Balancing rejects, got {"port":"80","protocol":"HTTP"}; redirect to HTTPS'],
  ['gRPC on HTTP', { ...rules(SHOP), backendProtocolVersion: elbv2.ApplicationProtocolVersion.GRPC },
    'backendProtocolVersion must be used with HTTPS listeners only, and port 80 has HTTP with rules, got "GRPC"; add certificates and leave redirectHttp on, or leave it out'],
  ['authentication that HTTP leaves out', {
    ...both,
    ...rules(SHOP),
    auth: IngressAuth.oidc({ issuer: 'https://a', authorizationEndpoint: 'https://a', tokenEndpoint: 'https://a', userInfoEndpoint: 'https://a', secretName: 'oidc' }),
  }, 'auth must not be used where HTTP on port 80 serves the same rules, which are open there without authentication, got "oidc"; redirect HTTP to HTTPS, or listen on HTTPS only'],
])('fails for %s', (_, options, message) => {
  expect(add(options)).toThrow(new Error(`addIngress(I0).${message}`));
});

test.each<[string, IngressOptions]>([
  ['five values', rules({ ...RULE, path: '/a', conditions: [ListenerCondition.httpHeader('X', ['1', '2'])] })],
  ['gRPC on HTTPS, with HTTP that redirects', { certificates, ...rules(SHOP), backendProtocolVersion: elbv2.ApplicationProtocolVersion.GRPC }],
  ['gRPC on HTTPS alone', { certificates, listeners: [{ protocol: HTTPS, port: 443 }], ...rules(SHOP), backendProtocolVersion: elbv2.ApplicationProtocolVersion.GRPC }],
  ['a redirect to another host', rules({ action: IngressAction.redirect({ host: 'b.example.com' }) })],
])('accepts %s', (_, options) => {
  expect(add(options)).not.toThrow();
});
