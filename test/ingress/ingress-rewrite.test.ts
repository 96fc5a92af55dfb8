import { Token } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { RULE, RULES, Shop } from './support';
import { ControllerVersion, IngressAction, IngressPathType, IngressRewrite, IngressRule } from '../../src';
import { renderRules } from '../../src/ingress/render-rules';

/** What the load balancer makes of a request URL: a URL that the expression does not match stays as it is. */
function rewritten(rewrite: IngressRewrite, url: string): string {
  const [{ urlRewriteConfig }] = rewrite._transforms() as any;
  const [{ regex, replace }] = urlRewriteConfig.rewrites;
  return url.replace(new RegExp(regex), replace);
}

describe('stripPrefix() removes a prefix', () => {
  test.each([
    ['/api', '/'],
    ['/api/', '/'],
    ['/api/x', '/x'],
    ['/api/x/y', '/x/y'],
    ['/api?q=1', '/?q=1'],
    ['/api/?q=1', '/?q=1'],
    ['/api/x?q=/api/y', '/x?q=/api/y'],
    ['/apix', '/apix'],
    ['/api-v2/x', '/api-v2/x'],
    ['/x/api/y', '/x/api/y'],
    ['/', '/'],
  ])('%s is forwarded as %s', (from, to) => {
    expect(rewritten(IngressRewrite.stripPrefix('/api'), from)).toBe(to);
  });

  test('whatever its characters mean in an expression', () => {
    const segment = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !/[/?#]/.test(text));
    const rest = fc.constantFrom('', '/', '/x', '/x/y', '/$1', '/x.y');
    const query = fc.constantFrom('', '?', '?q=1', '?q=/a', '?a=$2');
    let stripped = 0;
    fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), rest, query, fc.constantFrom('', 'x', '-', '.'), (segments, path, search, more) => {
      const prefix = `/${segments.join('/')}`;
      const rewrite = IngressRewrite.stripPrefix(prefix);
      expect(IngressRewrite.stripPrefix(`${prefix}/`)).toEqual(rewrite);
      const url = `${prefix}${more}${path}${search}`;
      const expected = more === '' ? `${path === '' ? '/' : path}${search}` : url;
      expect(rewritten(rewrite, url)).toBe(expected);
      stripped += more === '' ? 1 : 0;
    }), { numRuns: 2000 });
    expect(stripped).toBeGreaterThan(100);
  });
});

test('a rewrite has at most one transform of each type', () => {
  const path = IngressRewrite.path('^/old/(.*)$', '/new/$1');
  expect(path.host('shop.internal')._transforms()).toEqual([
    { type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: '^/old/(.*)$', replace: '/new/$1' }] } },
    { type: 'host-header-rewrite', hostHeaderRewriteConfig: { rewrites: [{ regex: '^.*$', replace: 'shop.internal' }] } },
  ]);
  expect(path._transforms()).toHaveLength(1);
  expect(IngressRewrite.hostHeader('$1.example.org', '^(.+)\\.example\\.com$')._transforms()).toEqual([
    { type: 'host-header-rewrite', hostHeaderRewriteConfig: { rewrites: [{ regex: '^(.+)\\.example\\.com$', replace: '$1.example.org' }] } },
  ]);
});

test.each<[string, () => unknown, string]>([
  ['a prefix that is none', () => IngressRewrite.stripPrefix('/'),
    'IngressRewrite.stripPrefix() must be a literal path that starts with / and has more than that, got "/"; write it like "/api"'],
  ['a token for a prefix', () => IngressRewrite.stripPrefix(Token.asString({ Ref: 'Prefix' })),
    'IngressRewrite.stripPrefix() must be a literal path that starts with / and has more than that, got "a token"; write it like "/api"'],
  ['an invalid expression', () => IngressRewrite.path('^/(', '/'),
    'IngressRewrite.path() must be a valid regular expression, got "^/("; correct it, and escape the characters that are meant literally'],
  ['a lookahead', () => IngressRewrite.path('^/a(?=/)', '/'),
    'IngressRewrite.path() must not have lookaheads or lookbehinds, which Elastic Load Balancing does not support, got "^/a(?=/)"; write the expression without them'],
  ['a backreference', () => IngressRewrite.path('^/(a)\\1$', '/'),
    'IngressRewrite.path() must not have backreferences, which Elastic Load Balancing does not support, got "^/(a)\\\\1$"; write the expression without them'],
  ['a possessive quantifier', () => IngressRewrite.path('^/a++$', '/'),
    'IngressRewrite.path() must not have possessive quantifiers, which Elastic Load Balancing does not support, got "^/a++$"; write the expression without them'],
  ['a Unicode class', () => IngressRewrite.path('^/\\p{L}$', '/'),
    'IngressRewrite.path() must not have Unicode character classes, which Elastic Load Balancing does not support, got "^/\\\\p{L}$"; write the expression without them'],
  ['an expression that is too long', () => IngressRewrite.path('a'.repeat(1025), '/'),
    'IngressRewrite.path() must have a regular expression of at most 1024 characters, got "1025 characters"; shorten it'],
  ['a replacement that is too long', () => IngressRewrite.path('a', `/${'a'.repeat(1024)}`),
    'IngressRewrite.path() must have a replacement of 1 to 1024 characters, got "1025 characters"; correct it'],
  ['a replacement that is no path', () => IngressRewrite.path('^/a$', 'b'), 'IngressRewrite.path() must have a replacement that starts with /, got "b"; write it like "/new/$1"'],
  ['a group that is missing', () => IngressRewrite.path('^/(a)/(?:b)$', '/$2'),
    'IngressRewrite.path() must use groups of its expression in the replacement, which has 1, got "$2"; put parentheses around what it stands for'],
  ['a host with a path', () => IngressRewrite.hostHeader('https://shop.internal'),
    'IngressRewrite.hostHeader() must be a host name, without protocol and path, got "https://shop.internal"; write it like "shop.internal"'],
  ['two hosts', () => IngressRewrite.hostHeader('a').host('b'), 'IngressRewrite.host() must be called once, got "b"; keep one of them: a rule rewrites the host once'],
  ['no text', () => IngressRewrite.path(1 as any, '/'), 'IngressRewrite.path() must be text, got 1; write it as "1"'],
])('fails for %s', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});

test.each(['^/a\\++$', '^/[+*]+$', '^/a{2,3}$', '(?i)^/A$', '^/(?P<name>a)$', '^/\\\\1$', 'a'.repeat(1024), '^/[(?=]$'])('takes the expression %s', (pattern) => {
  expect(() => IngressRewrite.path(pattern, '/')).not.toThrow();
});

describe('rules', () => {
  const rules = (...given: IngressRule[]) => renderRules('addIngress(Shop)', given);
  const REGEX = { ...RULE, pathType: IngressPathType.REGEX };

  test('are rewritten by a name of their own, together with conditions', () => {
    const shop = new Shop();
    shop.support.addIngress('Shop', {
      ...RULES,
      rules: [
        { ...RULE, path: '/api', rewrite: IngressRewrite.stripPrefix('/api'), conditions: [elbv2.ListenerCondition.httpHeader('X-Beta', ['1'])] },
        RULE,
      ],
    });
    const [rewritten_, plain] = shop.ingress.spec.rules[0].http.paths;
    expect(rewritten_.backend).toEqual({ service: { name: 'action-1', port: { name: 'use-annotation' } } });
    expect(plain.backend).toEqual({ service: { name: 'shop', port: { number: 80 } } });
    expect(Object.fromEntries(Object.entries(shop.annotations).map(([key, value]) => [key, JSON.parse(value)]))).toEqual({
      'actions.action-1': { type: 'forward', forwardConfig: { targetGroups: [{ serviceName: 'shop', servicePort: 80 }] } },
      'conditions.action-1': [{ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'X-Beta', values: ['1'] } }],
      'transforms.action-1': [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: '^/api(?:/([^?]*))?(\\?.*)?$', replace: '/$1$2' }] } }],
    });
  });

  test.each([
    ['/old/(.*)', '/^/old/(.*)$'],
    ['^/old', '/^/old$'],
    ['^/old$', '/^/old$'],
    ['/a|/b', '/^(?:/a|/b)$'],
    ['/a\\$', '/^/a\\$$'],
  ])('with the expression %s get the path %s, of which the controller removes the first slash', (path, rendered) => {
    const { spec, options } = rules({ ...REGEX, path });
    expect((spec as any).rules[0].http.paths[0]).toMatchObject({ path: rendered, pathType: 'ImplementationSpecific' });
    expect(options.get('use-regex-path-match')?.value).toBe(true);
  });

  test('without expressions do not change how the controller reads paths', () => {
    expect(rules({ ...RULE, path: '/*', pathType: IngressPathType.IMPLEMENTATION_SPECIFIC }).options.has('use-regex-path-match')).toBe(false);
  });

  test.each<[string, IngressRule[], string]>([
    ['a rewrite of a redirect', [{ action: IngressAction.redirect({ host: 'a' }), rewrite: IngressRewrite.hostHeader('a') }],
      'rules[0].rewrite must be left out where the action does not forward, got "redirect"; change the request in the action, or forward it'],
    ['wildcards next to expressions', [{ ...REGEX, path: '/a' }, { ...RULE, path: '/*', pathType: IngressPathType.IMPLEMENTATION_SPECIFIC }],
      'rules[1].pathType must not be IMPLEMENTATION_SPECIFIC where rules[0] has REGEX, got "/*"; write it as a regular expression with REGEX too, or put it in another Ingress of the group'],
    ['an expression without a slash', [{ ...REGEX, path: 'a' }],
      'rules[0].path must be a regular expression that starts with / where pathType is REGEX, got "a"; write it like "/old/(.*)"'],
    ['no expression', [REGEX], 'rules[0].path must be a regular expression that starts with / where pathType is REGEX, got undefined; write it like "/old/(.*)"'],
    ['an expression that is too long', [{ ...REGEX, path: `/${'a'.repeat(126)}` }],
      'rules[0].path must have a regular expression of at most 128 characters, got "129 characters"; shorten it'],
  ])('fail for %s', (_, given, message) => {
    expect(() => rules(...given)).toThrow(new Error(`addIngress(Shop).${message}`));
  });

  test('fail for a rewrite of the default rule', () => {
    expect(() => renderRules('addIngress(Shop)', [], { service: 'shop', port: 80, rewrite: IngressRewrite.hostHeader('a') }))
      .toThrow(/^addIngress\(Shop\)\.defaultRule must have no rewrite: /);
  });

  test.each<[string, IngressRule, string]>([
    ['rewrites', { ...RULE, rewrite: IngressRewrite.hostHeader('a') }, 'rules[0].rewrite'],
    ['expressions', { ...REGEX, path: '/a' }, 'rules[0].pathType'],
  ])('fail for %s before v2.14.1', (_, rule, field) => {
    const define = (controllerVersion: ControllerVersion) => () => new Shop({ controllerVersion }).support.addIngress('Shop', { rules: [rule] });
    expect(define(ControllerVersion.V2_14_0)).toThrow(new Error(`addIngress(Shop).${field} must be used with controller v2.14.1 or later, got "v2.14.0"; use a newer ControllerVersion`));
    expect(define(ControllerVersion.V2_14_1)).not.toThrow();
  });

  test('may forward to several targets', () => {
    const action = IngressAction.weightedForward([{ service: 'blue', port: 80, weight: 1 }, { service: 'green', port: 80, weight: 1 }]);
    expect(rules({ action, rewrite: IngressRewrite.stripPrefix('/a') }).options.has('transforms.action-1')).toBe(true);
  });
});
