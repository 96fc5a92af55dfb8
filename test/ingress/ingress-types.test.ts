import { App, Aws, CfnParameter, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { RULES, Shop } from './support';
import { EksAlbIngressSupport, Ingress, IngressAction, IngressAuth, IngressOptions, IngressPathType, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../../src';
import { STRUCTS } from '../../src/util/structs.generated';
import { importCluster } from '../fixtures';

const stack = new Stack(new App({ treeMetadata: false }), 'Given');
const bucket = new s3.Bucket(stack, 'Bucket');
const oidc = { issuer: 'https://a', authorizationEndpoint: 'https://a', tokenEndpoint: 'https://a', userInfoEndpoint: 'https://a', secretName: 'oidc' };

describe('fails for', () => {
  const shop = new Shop();

  test.each<[object, string]>([
    [{ webAcl: 'arn:aws:wafv2:…' }, 'webAcl must be an IngressWebAcl, got "arn:aws:wafv2:…"; use IngressWebAcl.fromArn(), fromName() or none()'],
    [{ scheme: 'public' }, 'scheme must be a value of LoadBalancerScheme, got "public"; use LoadBalancerScheme.INTERNAL or LoadBalancerScheme.INTERNET_FACING'],
    [{ targetType: 'pods' }, 'targetType must be a value of IngressTargetType, got "pods"; use IngressTargetType.INSTANCE or IngressTargetType.IP'],
    [{ certificates: ['arn:aws:acm:…'] }, 'certificates[0] must be an ICertificate, got "arn:aws:acm:…"; '
      + 'pass the Certificate itself, or what Certificate.fromCertificateArn() gives'],
    [{ certificates: [undefined] }, 'certificates[0] must be an ICertificate, got undefined; pass the Certificate itself, or what Certificate.fromCertificateArn() gives'],
    [{ securityGroups: ['sg-1'] }, 'securityGroups[0] must be an ISecurityGroup, got "sg-1"; pass the SecurityGroup itself, or what SecurityGroup.fromSecurityGroupId() gives'],
    [{ subnets: ['subnet-1'] }, 'subnets[0] must be an ISubnet, got "subnet-1"; pass a Subnet, or what Subnet.fromSubnetId() gives'],
    [{ rules: { service: 'shop', port: 80 } }, 'rules must be a list, got {"service":"shop","port":80}; put it in a list, also when it is the only one'],
    [{ rules: [{ service: 'shop', port: '80' }] }, 'rules[0].port must be a number, got "80"; write it as 80, without quotes'],
    [{ rules: [{ action: 'redirect' }] }, 'rules[0].action must be an IngressAction, got "redirect"; use IngressAction.fixedResponse(), redirect() or weightedForward()'],
    [{ rules: [{ ...RULES.rules![0], pathType: 'prefix' }] }, 'rules[0].pathType must be a value of IngressPathType, got "prefix"; use IngressPathType.PREFIX'],
    [{ rules: [{ ...RULES.rules![0], conditions: ['X-Beta'] }] }, 'rules[0].conditions[0] must be a ListenerCondition, got "X-Beta"; '
      + 'use elbv2.ListenerCondition.httpHeader() and the like'],
    [{ defaultRule: 'shop' }, 'defaultRule must be a map of names and values, got "shop"; write it as a map that is known at synthesis'],
    [{ listeners: [{ port: 80 }] }, 'listeners[0].protocol must be set, got undefined; add it to the IngressListener'],
    [{ accessLogs: bucket }, 'accessLogs.bucket must be set, got undefined; add it to the IngressLogs'],
    [{ connectionLogs: { bucket: 'logs' } }, 'connectionLogs.bucket must be an IBucket, got "logs"; name the Bucket itself in it, as in { bucket: … }'],
    [{ zone: 'example.com' }, 'zone must be an IHostedZone, got "example.com"; pass the HostedZone itself, or what HostedZone.fromHostedZoneAttributes() gives'],
    [{ healthCheck: { interval: 10 } }, 'healthCheck.interval must be a Duration, got 10; try Duration.minutes(10)'],
    [{ auth: oidc }, `auth must be an IngressAuth, got ${JSON.stringify(oidc)}; use IngressAuth.cognito() or oidc()`],
    [{ discoverCertificates: 'false' }, 'discoverCertificates must be true or false, got "false"; compare text, as in value === "true"'],
    [{ annotations: { 'example.com/cost': 7 } }, 'annotations.example.com/cost must be text, got 7; write it as "7"'],
    [{ namespace: null }, 'namespace must be text, got null; leave it out instead'],
  ])('%j', (options, message) => {
    const scope = new Construct(shop.stack, `Scope${shop.stack.node.children.length}`);
    expect(() => new Ingress(scope, 'Shop', { ...RULES, ...options as IngressOptions, ingressClass: shop.support.ingressClass })).toThrow(new Error(`addIngress(Shop).${message}`));
  });

  test.each<[string, () => unknown, string]>([
    ['no props', () => new Ingress(shop.stack, 'None', undefined as any), 'addIngress(None) must be a map of names and values, got undefined; write it as a map that is known at synthesis'],
    ['fixedResponse(text)', () => IngressAction.fixedResponse('200' as any), 'IngressAction.fixedResponse() must be a number, got "200"; write it as 200, without quotes'],
    ['fixedResponse(200, text)', () => IngressAction.fixedResponse(200, 'ok' as any),
      'IngressAction.fixedResponse() must be a map of names and values, got "ok"; write it as a map that is known at synthesis'],
    ['redirect(address)', () => IngressAction.redirect('https://example.com' as any),
      'IngressAction.redirect() must be a map of names and values, got "https://example.com"; write it as a map that is known at synthesis'],
    ['redirect({ port })', () => IngressAction.redirect({ port: 443 as any }), 'IngressAction.redirect().port must be text, got 443; write it as "443"'],
    ['weightedForward(target)', () => IngressAction.weightedForward({ service: 'a', port: 80, weight: 1 } as any),
      'IngressAction.weightedForward() must be a list, got {"service":"a","port":80,"weight":1}; put it in a list, also when it is the only one'],
    ['weightedForward([{}])', () => IngressAction.weightedForward([{ service: 'a', port: 80 } as any]),
      'IngressAction.weightedForward()[0].weight must be set, got undefined; add it to the IngressWeightedTarget'],
    ['oidc() without an endpoint', () => IngressAuth.oidc({ ...oidc, tokenEndpoint: undefined as any }), 'IngressAuth.oidc().tokenEndpoint must be set, got undefined; add it to the IngressOidcOptions'],
    ['cognito() with an ARN', () => IngressAuth.cognito({ userPool: 'arn:aws:cognito-idp:…' } as any),
      'IngressAuth.cognito().userPool must be an IUserPool, got "arn:aws:cognito-idp:…"; pass the UserPool itself, or what UserPool.fromUserPoolId() gives'],
    ['fromArn(web ACL)', () => IngressWebAcl.fromArn({} as any), 'IngressWebAcl.fromArn() must be text, got {}; pass a string'],
    ['fromName()', () => IngressWebAcl.fromName(undefined as any), 'IngressWebAcl.fromName() must be text, got undefined; pass a string'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });
});

test('scheme and target type may be tokens, in an Ingress as in a class', () => {
  const token = Lazy.string({ produce: () => 'internal' }) as LoadBalancerScheme;
  const shop = new Shop({ ingressClass: { scheme: token } });
  expect(() => shop.support.addIngressClass('Other').addIngress('Shop', { ...RULES, scheme: token })).not.toThrow();
  expect(shop.annotations.scheme).toBe('internal');
});

test('instances of another copy of this package are taken', () => {
  jest.isolateModules(() => {
    const other: typeof import('../../src') = require('../../src'); // eslint-disable-line @typescript-eslint/no-require-imports
    expect(other.IngressAction).not.toBe(IngressAction);
    new Shop().support.addIngress('Shop', {
      ...RULES,
      defaultRule: { action: other.IngressAction.fixedResponse(404) },
      webAcl: other.IngressWebAcl.none(),
      auth: other.IngressAuth.oidc(oidc),
      discoverCertificates: true,
    });
  });
});

test('whatever an Ingress is given, it is taken or rejected in words', () => {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0a', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-0a', 'subnet-0b'] });
  const userPool = cognito.UserPool.fromUserPoolId(stack, 'Users', 'users');
  const values: unknown[] = [
    true, false, '', 'nonsense', '80', Aws.REGION, 0, 80, -1, 1.5, NaN, new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber, null, undefined,
    {}, [], [{}], [[]], [null], ['x'], { a: 'b' }, { a: 1 }, { a: Aws.REGION }, new Date(0), new Map(), () => true, stack, new Construct(stack, 'Construct'),
    Lazy.any({ produce: () => 'x' }), Token.asList({ Ref: 'List' }), Duration.minutes(1), Duration.days(1), bucket, { bucket }, { bucket, prefix: Aws.REGION },
    vpc.publicSubnets, [vpc.publicSubnets[0]], [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-01')], [acm.Certificate.fromCertificateArn(stack, 'Arn', 'arn:…')],
    route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z', zoneName: 'example.com' }), IngressWebAcl.none(), IngressAuth.oidc(oidc),
    IngressAction.fixedResponse(404), { action: IngressAction.redirect({ host: 'example.com' }) }, RULES.rules, RULES.rules![0], elbv2.SslPolicy.TLS12,
    [{ ...RULES.rules![0], conditions: [elbv2.ListenerCondition.sourceIps(['10.0.0.0/8'])] }], [{ ...RULES.rules![0], pathType: IngressPathType.EXACT, path: '/a' }],
    [{ protocol: 'HTTPS', port: 443 }], [{ protocol: 'HTTP', port: 80 }], [{ protocol: Aws.REGION, port: Token.asNumber({ Ref: 'Port' }) }],
    ...Object.values(LoadBalancerScheme), ...Object.values(IngressTargetType), 'HTTP', 'HTTPS', 'GRPC', 'ipv4', { interval: Duration.seconds(10), path: '/' },
    { userPool, userPoolClient: userPool.addClient('Client'), userPoolDomain: userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'a' } }) },
  ];
  const home = new Stack(new App({ treeMetadata: false }), 'Stack');
  const ownVpc = ec2.Vpc.fromVpcAttributes(home, 'Vpc', { vpcId: 'vpc-0a', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-0a', 'subnet-0b'] });
  const { ingressClass } = new EksAlbIngressSupport(home, 'AlbIngress', { cluster: importCluster(home, 'aws-eks-v2', { vpc: ownVpc }), vpc: ownVpc });
  const field = fc.constantFrom(...Object.keys({ ...STRUCTS.IngressOptions, ...STRUCTS.IngressLoadBalancerOptions }).filter((name) => name !== '...'));
  let tried = 0;
  let made = 0;
  fc.assert(fc.property(fc.dictionary(field, fc.constantFrom(...values), { minKeys: 1, maxKeys: 2 }), (options) => {
    try {
      const scope = new Construct(home, `Scope${tried++}`);
      new Ingress(scope, 'Shop', { ...RULES, ingressName: `shop-${tried}`, ...options, ingressClass } as any);
      made++;
    } catch (error) {
      expect((error as Error).constructor).toBe(Error);
      expect((error as Error).message).toMatch(/^addIngress\(Shop\)\.?.* must .*; /s);
    }
  }), { numRuns: 1500 });
  expect(made).toBeGreaterThan(20);
}, 120_000);
