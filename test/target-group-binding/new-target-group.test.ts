import { Duration, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { messagesOf } from '../fixtures';
import { bindNetwork, bindShop, newSupported, Supported } from '../support/binding-fixtures';

const { HTTP, HTTPS, TCP, TCP_UDP, TLS, UDP } = elbv2.Protocol;

const APPLICATION: (elbv2.Protocol | undefined)[] = [undefined, HTTP, HTTPS];

function bind(supported: Supported, protocol: elbv2.Protocol | undefined, healthCheck: elbv2.HealthCheck | undefined) {
  return APPLICATION.includes(protocol) ? bindShop(supported, { protocol, healthCheck }) : bindNetwork(supported, { protocol, healthCheck });
}

/** What Elastic Load Balancing is told of a target group's health check. */
function expectCheck(protocol: elbv2.Protocol | undefined, healthCheck: elbv2.HealthCheck | undefined, expected: object) {
  const supported = newSupported();
  bind(supported, protocol, healthCheck);
  Template.fromStack(supported.stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', expected);
  expect(messagesOf(supported.stack, 'error')).toEqual([]);
}

// By its own default it would be TCP there, which Elastic Load Balancing takes neither path nor matcher with.
test.each<[elbv2.Protocol, elbv2.HealthCheck, object]>([
  [TCP, { path: '/healthz' }, { HealthCheckPath: '/healthz' }],
  [UDP, { path: '/healthz', port: '9000' }, { HealthCheckPath: '/healthz', HealthCheckPort: '9000' }],
  [TCP_UDP, { healthyHttpCodes: '200-299' }, { Matcher: { HttpCode: '200-299' } }],
  [TCP, { path: Token.asString({ Ref: 'Path' }) }, { HealthCheckPath: { Ref: 'Path' } }],
])('what only HTTP has is checked by HTTP: %s, %j', (protocol, healthCheck, expected) => {
  expectCheck(protocol, healthCheck, { ...expected, HealthCheckProtocol: 'HTTP' });
});

test.each<[elbv2.Protocol | undefined, elbv2.HealthCheck | undefined, unknown]>([
  [TCP, undefined, Match.absent()],
  [TCP, { interval: Duration.seconds(10), port: '9000' }, Match.absent()],
  [TCP, { protocol: TCP }, 'TCP'],
  [TCP, { protocol: HTTPS, path: '/healthz' }, 'HTTPS'],
  [TLS, { protocol: HTTP, path: '/healthz', port: '8080' }, 'HTTP'],
  [TLS, { port: '8443' }, Match.absent()],
  [undefined, { path: '/healthz', healthyHttpCodes: '200' }, Match.absent()],
  [HTTPS, { enabled: true, path: '/healthz' }, Match.absent()],
])('what is said, or right by default, stays: %s, %j', (protocol, healthCheck, expected) => {
  expectCheck(protocol, healthCheck, { HealthCheckProtocol: expected });
});

test.each<[elbv2.Protocol, elbv2.HealthCheck, string]>([
  [TCP, { protocol: TCP, path: '/' },
    'path must be left out where health is checked by a TCP connection, got "/"; leave it out, or set healthCheck.protocol to Protocol.HTTP'],
  [UDP, { protocol: TCP, healthyHttpCodes: '200' },
    'healthyHttpCodes must be left out where health is checked by a TCP connection, got "200"; leave it out, or set healthCheck.protocol to Protocol.HTTP'],
  [TLS, { path: '/healthz' },
    'protocol must be set with path and protocol TLS, got undefined; use Protocol.HTTPS, or Protocol.HTTP where pods answer unencrypted at healthCheck.port'],
  [TCP, { healthyGrpcCodes: '0' }, 'healthyGrpcCodes must be used with protocolVersion GRPC only, got "0"; leave it out, or name healthyHttpCodes'],
  [TCP, { enabled: false }, 'enabled must not be false: the health of instances and addresses is always checked, got false; leave it out'],
  [HTTP, { enabled: false }, 'enabled must not be false: the health of instances and addresses is always checked, got false; leave it out'],
])('fails for %s, %j', (protocol, healthCheck, message) => {
  const method = APPLICATION.includes(protocol) ? 'addTargetGroupBinding' : 'addNetworkTargetGroupBinding';
  expect(() => bind(newSupported(), protocol, healthCheck)).toThrow(new Error(`${method}(Shop).healthCheck.${message}`));
});
