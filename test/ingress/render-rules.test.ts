import { Duration } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IngressAction, IngressPathType, IngressRule } from '../../src';
import { annotationOptions } from '../../src/ingress/annotations';
import { renderRules } from '../../src/ingress/render-rules';
import { Description, toAnnotations } from '../../src/options/option';
import { newStack } from '../fixtures';

const { ListenerCondition } = elbv2;
const { EXACT, IMPLEMENTATION_SPECIFIC } = IngressPathType;
const rules = (...given: IngressRule[]) => renderRules('addIngress(Shop)', given);
const json = (own: Description) =>
  Object.fromEntries(Object.entries(toAnnotations(annotationOptions([...own.keys()]), own)).map(([key, value]) => [key, JSON.parse(value)]));

test('paths of one host stand together, in the order that they were given', () => {
  expect(rules(
    { host: 'a.example.com', service: 'a', port: 80 },
    { service: 'c', portName: 'http' },
    { host: 'a.example.com', path: '/b', pathType: EXACT, service: 'b', port: 81 },
    { host: '*.example.com', path: '/*.png', pathType: IMPLEMENTATION_SPECIFIC, service: 'd', port: 82 },
  )).toEqual({
    spec: {
      rules: [
        {
          host: 'a.example.com',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } },
              { path: '/b', pathType: 'Exact', backend: { service: { name: 'b', port: { number: 81 } } } },
            ],
          },
        },
        { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'c', port: { name: 'http' } } } }] } },
        {
          host: '*.example.com',
          http: { paths: [{ path: '/*.png', pathType: 'ImplementationSpecific', backend: { service: { name: 'd', port: { number: 82 } } } }] },
        },
      ],
    },
    options: new Map(),
    nameOf: expect.any(Function),
    hosts: ['a.example.com', '*.example.com'],
    services: ['a', 'c', 'b', 'd'],
  });
});

test('actions go by names that no Service has', () => {
  const targetGroup = elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(newStack(), 'Group', {
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/0',
  });
  const { spec, options, services } = rules(
    { path: '/teapot', action: IngressAction.fixedResponse(418, { contentType: 'text/html', messageBody: '<b>no</b>' }) },
    { path: '/old', action: IngressAction.redirect({ host: 'new.example.com', permanent: true }) },
    {
      action: IngressAction.weightedForward([{ service: 'blue', port: 80, weight: 9 }, { targetGroup, weight: 1 }], { stickinessDuration: Duration.hours(1) }),
    },
    { path: '/x', service: 'action-1', port: 80 },
  );
  expect((spec as any).rules[0].http.paths.map(({ backend }: any) => backend.service)).toEqual([
    ...['action-2', 'action-3', 'action-4'].map((name) => ({ name, port: { name: 'use-annotation' } })),
    { name: 'action-1', port: { number: 80 } },
  ]);
  expect(json(options)).toEqual({
    'actions.action-2': { type: 'fixed-response', fixedResponseConfig: { contentType: 'text/html', messageBody: '<b>no</b>', statusCode: '418' } },
    'actions.action-3': { type: 'redirect', redirectConfig: { host: 'new.example.com', statusCode: 'HTTP_301' } },
    'actions.action-4': {
      type: 'forward',
      forwardConfig: {
        targetGroups: [
          { serviceName: 'blue', servicePort: 80, weight: 9 },
          { targetGroupARN: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/0', weight: 1 },
        ],
        targetGroupStickinessConfig: { enabled: true, durationSeconds: 3600 },
      },
    },
  });
  expect(services).toEqual(['blue', 'action-1']);
});

test.each(['#number:7', '"#number:7"', '#number:${port}', '{"a":1}', 'a\\nb'])('the message %s stays as it is', (messageBody) => {
  const { options } = rules({ action: IngressAction.fixedResponse(200, { messageBody }) });
  expect((json(options)['actions.action-1'] as any).fixedResponseConfig.messageBody).toBe(messageBody);
});

test('conditions are of their rule alone, also where another one has the same Service', () => {
  const { options, spec } = rules(
    {
      service: 'shop',
      port: 80,
      conditions: [
        ListenerCondition.httpHeader('X-Beta', ['1']),
        ListenerCondition.httpRequestMethods(['GET']),
        ListenerCondition.queryStrings([{ key: 'a', value: 'b' }]),
        ListenerCondition.sourceIps(['10.0.0.0/8']),
      ],
    },
    { service: 'shop', port: 80 },
  );
  expect(json(options)).toEqual({
    'actions.action-1': { type: 'forward', forwardConfig: { targetGroups: [{ serviceName: 'shop', servicePort: 80 }] } },
    'conditions.action-1': [
      { field: 'http-header', httpHeaderConfig: { httpHeaderName: 'X-Beta', values: ['1'] } },
      { field: 'http-request-method', httpRequestMethodConfig: { values: ['GET'] } },
      { field: 'query-string', queryStringConfig: { values: [{ key: 'a', value: 'b' }] } },
      { field: 'source-ip', sourceIPConfig: { values: ['10.0.0.0/8'] } },
    ],
  });
  expect((spec as any).rules[0].http.paths[1].backend.service.name).toBe('shop');
});

test('hosts may be a condition, where the rule has no host of its own', () => {
  const { options, spec, hosts } = rules({ service: 'shop', port: 80, conditions: [ListenerCondition.hostHeaders(['a.example.com', 'b.example.com'])] });
  expect(json(options)['conditions.action-1']).toEqual([{ field: 'host-header', hostHeaderConfig: { values: ['a.example.com', 'b.example.com'] } }]);
  expect((spec as any).rules[0].host).toBeUndefined();
  expect(hosts).toEqual([]);
});

test('the default rule is what no rule fits', () => {
  expect(renderRules('addIngress(Shop)', undefined, { service: 'shop', port: 80 }).spec).toEqual({
    defaultBackend: { service: { name: 'shop', port: { number: 80 } } },
  });
  expect(renderRules('addIngress(Shop)', [{ service: 'shop', port: 80 }], { action: IngressAction.fixedResponse(404) }).spec).toMatchObject({
    defaultBackend: { service: { name: 'action-1', port: { name: 'use-annotation' } } },
  });
});

const SHOP = { service: 'shop', port: 80 };
test.each<[IngressRule, string]>([
  [{}, ' must have either a service or an action, got {}; say what happens with the requests'],
  [{ ...SHOP, action: IngressAction.fixedResponse(200) },
    ' must have either a service or an action, got {"service":"shop","action":"an action"}; say what happens with the requests'],
  [{ port: 80, action: IngressAction.fixedResponse(200) }, ' must have no port where it has an action, got 80; leave it out'],
  [{ service: 'shop' }, ' must have either a port or a portName with its service, got {}; add the port of the Service'],
  [{ ...SHOP, portName: 'http' }, ' must have either a port or a portName with its service, got {"port":80,"portName":"http"}; add the port of the Service'],
  [{ service: 'Shop', port: 80 }, ".service must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters), got \"Shop\"; rename it"],
  [{ service: 'shop', port: 0 }, '.port must be a whole number from 1 to 65535, got 0; use the port of the Service'],
  [{ service: 'shop', portName: '80' },
    ".portName must be the name of a port (a-z, 0-9 and '-', at most 15 characters, one of them a letter), got \"80\"; use the name in the Service"],
  [{ service: 'shop', portName: 'use-annotation' },
    ".portName must be the name of a port (a-z, 0-9 and '-', at most 15 characters, one of them a letter), got \"use-annotation\"; use the name in the Service"],
  [{ ...SHOP, host: 'Shop.example.com' }, '.host must be a DNS name in lower case, which may start with *., got "Shop.example.com"; write it like "shop.example.com"'],
  [{ ...SHOP, host: 'https://shop' }, '.host must be a DNS name in lower case, which may start with *., got "https://shop"; write it like "shop.example.com"'],
  [{ ...SHOP, path: 'a' }, '.path must start with /, got "a"; try "/a"'],
  [{ ...SHOP, path: '/*' }, '.path must have no wildcards with path type Prefix, got "/*"; use IngressPathType.IMPLEMENTATION_SPECIFIC for them'],
  [{ ...SHOP, path: '/a?', pathType: EXACT }, '.path must have no wildcards with path type Exact, got "/a?"; use IngressPathType.IMPLEMENTATION_SPECIFIC for them'],
  [{ ...SHOP, path: '/a//b' }, '.path must not have //, /./, /../ or %2f with path type Prefix, got "/a//b"; correct it'],
  ...[{}, { path: '/shop' }].map((where): [IngressRule, string] => [{ ...SHOP, ...where, conditions: [ListenerCondition.pathPatterns(['/admin/*'])] },
    '.conditions must have no paths, which would replace path and not narrow it, got "path-pattern"; '
    + 'use path, in a rule for each, with IngressPathType.IMPLEMENTATION_SPECIFIC for wildcards']),
  [{ ...SHOP, host: 'a.example.com', conditions: [ListenerCondition.hostHeaders(['b.example.com'])] },
    '.conditions must have no hosts with host, which they would replace, got "host-header"; keep one of them'],
])('fails for %j', (rule, message) => {
  expect(() => rules(rule)).toThrow(new Error(`addIngress(Shop).rules[0]${message}`));
});

test('fails for a default rule with a host', () => {
  expect(() => renderRules('addIngress(Shop)', [], { ...SHOP, host: 'a' })).toThrow(new Error(
    'addIngress(Shop).defaultRule must have no host: it is for what no rule fits, got "a"; leave it out, or put it among the rules'));
});

test.each<[string, () => unknown, string]>([
  ['a status code', () => IngressAction.fixedResponse(302),
    'IngressAction.fixedResponse() must be given a status code of 200 to 299 or 400 to 599, got 302; use IngressAction.redirect() for others'],
  ['a long message', () => IngressAction.fixedResponse(200, { messageBody: 'a'.repeat(1025) }),
    'IngressAction.fixedResponse() must be given a message of at most 1024 characters, got "1025 characters"; shorten it'],
  ['a redirect to itself', () => IngressAction.redirect({}),
    'IngressAction.redirect() must change one of host, path, port, protocol and query, or it would go round in circles, got {}; say where to redirect to'],
  ['a relative path', () => IngressAction.redirect({ path: 'a' }), 'IngressAction.redirect() must have a path that starts with /, got "a"; write it like "/#{path}"'],
  ['a protocol', () => IngressAction.redirect({ protocol: 'https' }),
    'IngressAction.redirect() must have the protocol HTTP, HTTPS or #{protocol}, got "https"; use one of them'],
  ['no target', () => IngressAction.weightedForward([]),
    'IngressAction.weightedForward() must be given one to five targets, got 0; a load balancer divides requests among no more'],
  ['a weight', () => IngressAction.weightedForward([{ service: 'a', port: 80, weight: 1000 }]),
    'weight of IngressAction.weightedForward() must be a whole number from 0 to 999, got 1000; weigh the targets against each other'],
  ['a target of neither kind', () => IngressAction.weightedForward([{ weight: 1 }]),
    'IngressAction.weightedForward() must be given targets with either a service or a targetGroup, got {}; keep one of them'],
  ['a Service without port', () => IngressAction.weightedForward([{ service: 'a', weight: 1 }]),
    'IngressAction.weightedForward() must be given services with their port, got "a"; add the port of the Service'],
  ['a long stickiness', () => IngressAction.weightedForward([{ service: 'a', port: 80, weight: 1 }], { stickinessDuration: Duration.days(8) }),
    'stickinessDuration of IngressAction.weightedForward(), in seconds, must be a whole number from 1 to 604800, got 691200; use at most 7 days'],
])('fails for %s', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});
