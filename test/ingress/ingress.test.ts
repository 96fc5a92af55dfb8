import { App, CfnParameter, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RULE, RULES, Shop } from './support';
import {
  ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, Ingress, IngressAuth, IngressClassOptions, IngressOptions, IngressTargetType,
  IngressWebAcl, LoadBalancerScheme,
} from '../../src';
import { importCluster, joined, kubernetesObjects, newManifest, newStack, newVpc, soundGraph, warningsOf } from '../fixtures';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const HELM = 'Custom::AWSCDK-EKS-HelmChart';
const ARN = 'arn:aws:acm:eu-west-1:111122223333:certificate/a';
const { INTERNAL, INTERNET_FACING } = LoadBalancerScheme;

const kinds = (kind: string) => ({ Manifest }: Record<string, any>) => JSON.parse(joined(Manifest)).some((object: any) => object.kind === kind);
const certificate = (stack: Stack, arn = ARN) => acm.Certificate.fromCertificateArn(stack, 'Certificate', arn);
const inIreland = () => newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });

test('the least that can be said: a Service', () => {
  const shop = new Shop();
  const ingress = shop.support.addIngress('WebShop', { rules: [{ service: 'shop', port: 80 }] });
  expect(shop.ingress).toMatchObject({
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: 'web-shop', namespace: 'default' },
    spec: {
      ingressClassName: 'alb',
      rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop', port: { number: 80 } } } }] } }],
    },
  });
  expect(shop.annotations).toEqual({});
  expect([ingress.ingressName, ingress.namespace]).toEqual(['web-shop', 'default']);
});

test('fields become annotations', () => {
  const shop = new Shop();
  shop.support.addIngress('Shop', {
    ...RULES,
    groupName: 'shops',
    groupOrder: -5,
    scheme: INTERNET_FACING,
    ipAddressType: elbv2.IpAddressType.DUAL_STACK,
    loadBalancerName: 'shop',
    subnets: shop.vpc.publicSubnets,
    inboundCidrs: ['10.0.0.0/8', '2001:db8::/32'],
    prefixListIds: ['pl-0a'],
    loadBalancerAttributes: { 'deletion_protection.enabled': 'true', 'a': 'b' },
    webAcl: IngressWebAcl.fromName('shop'),
    shieldAdvancedProtection: true,
    tags: { team: 'shop' },
    minimumCapacityUnits: 100,
    ipv4IpamPoolId: 'ipam-pool-0a',
    targetType: IngressTargetType.IP,
    backendProtocol: elbv2.ApplicationProtocol.HTTPS,
    backendProtocolVersion: elbv2.ApplicationProtocolVersion.HTTP1,
    healthCheck: {
      path: '/healthz',
      port: '8080',
      protocol: elbv2.Protocol.HTTP,
      interval: Duration.seconds(10),
      timeout: Duration.seconds(3),
      healthyThresholdCount: 3,
      unhealthyThresholdCount: 4,
      successCodes: '200,204-299',
    },
    targetGroupAttributes: { 'deregistration_delay.timeout_seconds': '30' },
    targetNodeLabels: { pool: 'web' },
    annotations: { 'alb.ingress.kubernetes.io/customer-owned-ipv4-pool': 'ipv4pool-coip-1', 'example.com/team': 'shop' },
    labels: { team: 'shop' },
  });
  const { subnets, ...annotations } = shop.annotations;
  expect(annotations).toEqual({
    'group.name': 'shops',
    'group.order': '-5',
    'scheme': 'internet-facing',
    'ip-address-type': 'dualstack',
    'load-balancer-name': 'shop',
    'inbound-cidrs': '10.0.0.0/8,2001:db8::/32',
    'security-group-prefix-lists': 'pl-0a',
    'load-balancer-attributes': 'a=b,deletion_protection.enabled=true',
    'wafv2-acl-name': 'shop',
    'shield-advanced-protection': 'true',
    'tags': 'team=shop',
    'minimum-load-balancer-capacity': 'CapacityUnits=100',
    'ipam-ipv4-pool-id': 'ipam-pool-0a',
    'target-type': 'ip',
    'backend-protocol': 'HTTPS',
    'backend-protocol-version': 'HTTP1',
    'healthcheck-path': '/healthz',
    'healthcheck-port': '8080',
    'healthcheck-protocol': 'HTTP',
    'healthcheck-interval-seconds': '10',
    'healthcheck-timeout-seconds': '3',
    'healthy-threshold-count': '3',
    'unhealthy-threshold-count': '4',
    'success-codes': '200,204-299',
    'target-group-attributes': 'deregistration_delay.timeout_seconds=30',
    'target-node-labels': 'pool=web',
    'customer-owned-ipv4-pool': 'ipv4pool-coip-1',
    'example.com/team': 'shop',
  });
  expect(subnets.split(',')).toHaveLength(2);
  expect(shop.ingress.metadata.labels).toMatchObject({ team: 'shop' });
});

describe('HTTPS', () => {
  test('with certificates, beside HTTP that leads there', () => {
    const shop = new Shop({}, inIreland());
    shop.support.addIngress('Shop', { ...RULES, certificates: [certificate(shop.stack)], sslPolicy: elbv2.SslPolicy.TLS13_13 });
    expect(shop.annotations).toEqual({
      'certificate-arn': ARN, 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]', 'ssl-redirect': '443', 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-3-2021-06',
    });
  });

  test('with certificates of the class', () => {
    const shop = new Shop({ ingressClass: { certificates: [certificate(newStack('Certificates'))] } });
    shop.support.addIngress('Shop', RULES);
    expect(shop.annotations).toEqual({ 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]', 'ssl-redirect': '443' });
  });

  test('with certificates that are discovered', () => {
    const shop = new Shop();
    shop.support.addIngress('Shop', { ...RULES, discoverCertificates: true, redirectHttp: false });
    expect(shop.annotations).toEqual({ 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' });
  });

  test('on listeners of one\'s own, with attributes', () => {
    const shop = new Shop();
    const { HTTP, HTTPS } = elbv2.ApplicationProtocol;
    shop.support.addIngress('Shop', {
      ...RULES,
      listeners: [{ protocol: HTTP, port: 8080 }, { protocol: HTTPS, port: 8443, attributes: { 'routing.http.response.server.enabled': 'false' } }],
    });
    expect(shop.annotations).toEqual({
      'listen-ports': '[{"HTTP":8080},{"HTTPS":8443}]', 'ssl-redirect': '8443', 'listener-attributes.HTTPS-8443': 'routing.http.response.server.enabled=false',
    });
  });

  test('with certificates that another Ingress of the group brings', () => {
    const shop = new Shop();
    const listeners = [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443 }];
    const rules = [{ service: 'shop', port: 80 }];
    shop.support.addIngress('Shop', { rules, listeners, groupName: 'g' });
    expect(shop.annotations).toEqual({ 'group.name': 'g', 'listen-ports': '[{"HTTPS":443}]' });
    expect(() => shop.support.addIngress('Alone', { rules, listeners })).toThrow('addIngress(Alone).rules must name hosts for which certificates can be discovered');
    expect(() => shop.support.addIngress('Discovering', { rules, listeners, groupName: 'g', discoverCertificates: true })).toThrow(
      'addIngress(Discovering).rules must name hosts for which certificates can be discovered');
  });

  test('where the class redirects, the Ingress does not', () => {
    const shop = new Shop({ ingressClass: { sslRedirectPort: 443 } });
    shop.support.addIngress('Shop', { ...RULES, discoverCertificates: true });
    expect(shop.annotations).toEqual({ 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' });
  });
});

describe('security groups', () => {
  test.each([[undefined, 'true'], [false, 'false']])('with manageNodeRules %s', (manageNodeRules, rendered) => {
    const shop = new Shop();
    const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(shop.stack, 'Group', 'sg-0a')];
    shop.support.addIngress('Shop', { ...RULES, securityGroups, manageNodeRules });
    expect(shop.annotations).toEqual({ 'security-groups': 'sg-0a', 'manage-backend-security-group-rules': rendered });
  });
});

describe('logs', () => {
  const log = (stack: Stack, prefix?: string) => ({ bucket: new s3.Bucket(stack, 'Logs'), prefix });

  test('the bucket lets the load balancer write, before there is one', () => {
    const shop = new Shop({}, inIreland());
    shop.support.addIngress('Shop', { ...RULES, accessLogs: log(shop.stack, 'shop'), loadBalancerAttributes: { a: 'b' } });
    expect(shop.annotations['load-balancer-attributes']).toMatch(/^a=b,access_logs\.s3\.bucket=.*,access_logs\.s3\.enabled=true,access_logs\.s3\.prefix=shop$/);
    Template.fromStack(shop.stack).hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [{
          Action: 's3:PutObject',
          Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::156460612806:root']] } },
          Resource: { 'Fn::Join': ['', [Match.anyValue(), '/shop/AWSLogs/111122223333/*']] },
        }],
      },
    });
    const graph = soundGraph(shop.stack.node.root as App);
    expect(graph.comesAfter(graph.theOne(MANIFEST, kinds('Ingress')), graph.theOne('AWS::S3::BucketPolicy'))).toBe(true);
  });

  test('where the region is not known, or new, the policy names the service', () => {
    for (const stack of [newStack(), newStack('Stack', { env: { region: 'ap-southeast-5' } })]) {
      const shop = new Shop({}, stack);
      shop.support.addIngress('Shop', { ...RULES, connectionLogs: log(stack) });
      expect(shop.annotations['load-balancer-attributes']).toContain('connection_logs.s3.enabled=true');
      Template.fromStack(stack).hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: { Statement: [{ Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' } }] },
      });
    }
  });

  test('an imported bucket is a warning', () => {
    const shop = new Shop();
    shop.support.addIngress('Shop', { ...RULES, accessLogs: { bucket: s3.Bucket.fromBucketName(shop.stack, 'Logs', 'logs') } });
    expect(warningsOf(shop.stack).map(({ text }) => text)).toEqual([expect.stringContaining('bucketPolicyNotAdded')]);
  });

  test('fails for a bucket with a KMS key', () => {
    const shop = new Shop();
    const bucket = new s3.Bucket(shop.stack, 'Logs', { encryption: s3.BucketEncryption.KMS });
    expect(() => shop.support.addIngress('Shop', { ...RULES, accessLogs: { bucket } })).toThrow(
      'addIngress(Shop).accessLogs.bucket must not be encrypted with a KMS key, which Elastic Load Balancing does not support, got "Stack/Logs"; '
      + 'use BucketEncryption.S3_MANAGED');
  });

  test('fails for attributes that say the same', () => {
    const shop = new Shop();
    const bucket = new s3.Bucket(shop.stack, 'Logs');
    expect(() => shop.support.addIngress('Shop', { ...RULES, accessLogs: { bucket }, loadBalancerAttributes: { 'access_logs.s3.enabled': 'true' } })).toThrow(
      'addIngress(Shop).loadBalancerAttributes must leave out what accessLogs sets, got "access_logs.s3.enabled"; set it in one place');
  });
});

describe('authentication', () => {
  const oidc = (options: Partial<Parameters<typeof IngressAuth.oidc>[0]> = {}) => IngressAuth.oidc({
    issuer: 'https://id.example.com',
    authorizationEndpoint: 'https://id.example.com/authorize',
    tokenEndpoint: 'https://id.example.com/token',
    userInfoEndpoint: 'https://id.example.com/user',
    secretName: 'oidc',
    ...options,
  });
  const secure = { ...RULES, discoverCertificates: true };

  test('by Cognito, whose names only the deployment knows', () => {
    const shop = new Shop();
    const userPool = new cognito.UserPool(shop.stack, 'Users');
    const userPoolClient = userPool.addClient('Client', { generateSecret: true });
    const userPoolDomain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'shop' } });
    shop.support.addIngress('Shop', {
      ...secure,
      auth: IngressAuth.cognito({ userPool, userPoolClient, userPoolDomain, scope: 'openid email', sessionTimeout: Duration.hours(8), sessionCookieName: 'Shop' }),
    });
    const { 'auth-idp-cognito': idp, ...others } = shop.annotations;
    expect(others).toMatchObject({ 'auth-type': 'cognito', 'auth-scope': 'openid email', 'auth-session-timeout': '28800', 'auth-session-cookie': 'Shop' });
    expect(idp).toMatch(/^{"userPoolARN":".*Users.*","userPoolClientID":".*","userPoolDomain":".*"}$/);
  });

  test('by an OpenID Connect provider, with a Secret that the controller may read, and no other', () => {
    const shop = new Shop({ controllerNamespace: 'default', serviceAccountName: 'lbc' });
    shop.support.addIngress('Shop', { ...secure, auth: oidc({ onUnauthenticatedRequest: elbv2.UnauthenticatedAction.DENY, authenticationRequestExtraParams: { a: 'b' } }) });
    expect(shop.annotations).toMatchObject({ 'auth-type': 'oidc', 'auth-on-unauthenticated-request': 'deny' });
    expect(JSON.parse(shop.annotations['auth-idp-oidc'])).toEqual({
      issuer: 'https://id.example.com',
      authorizationEndpoint: 'https://id.example.com/authorize',
      tokenEndpoint: 'https://id.example.com/token',
      userInfoEndpoint: 'https://id.example.com/user',
      secretName: 'oidc',
      authenticationRequestExtraParams: { a: 'b' },
    });
    const [role, binding] = kubernetesObjects(shop.stack).filter(({ metadata }) => metadata.name === 'shop-oidc-secret');
    expect(role).toMatchObject({
      kind: 'Role', metadata: { namespace: 'shop' }, rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['oidc'], verbs: ['get', 'list', 'watch'] }],
    });
    expect(binding).toMatchObject({
      kind: 'RoleBinding',
      metadata: { namespace: 'shop' },
      roleRef: { kind: 'Role', name: 'shop-oidc-secret' },
      subjects: [{ kind: 'ServiceAccount', name: 'lbc', namespace: 'default' }],
    });
    const graph = soundGraph(shop.stack.node.root as App);
    expect(graph.comesAfter(graph.theOne(MANIFEST, kinds('Ingress')), graph.theOne(MANIFEST, kinds('RoleBinding')))).toBe(true);
  });

  test.each<[string, () => unknown, string]>([
    ['an endpoint without HTTPS', () => oidc({ tokenEndpoint: 'http://id.example.com/token' }),
      'tokenEndpoint of IngressAuth.oidc() must start with https://, got "http://id.example.com/token"; take it from the configuration of the provider'],
    ['a session of eight days', () => oidc({ sessionTimeout: Duration.days(8) }),
      'sessionTimeout of IngressAuth.oidc(), in seconds, must be a whole number from 1 to 604800, got 691200; use at most 7 days'],
    ['eleven parameters', () => oidc({ authenticationRequestExtraParams: Object.fromEntries([...Array(11).keys()].map((n) => [`p${n}`, 'v'])) }),
      'authenticationRequestExtraParams of IngressAuth.oidc() must be at most 10, got 11; leave some out'],
  ])('fails for %s', (_, make, message) => {
    expect(make).toThrow(new Error(message));
  });

  test('fails without HTTPS', () => {
    expect(() => new Shop().support.addIngress('Shop', { ...RULES, auth: oidc() })).toThrow(
      'addIngress(Shop).auth must come with an HTTPS listener, got "no HTTPS listener"; add certificates, or an HTTPS listener');
  });

  test('OIDC in EKS Auto Mode lets the group of its controllers read the Secret, before the Ingress', () => {
    const shop = new Shop({}, newStack(), true);
    shop.support.addIngress('Shop', { ...secure, auth: oidc() });
    const [role, binding] = kubernetesObjects(shop.stack).filter(({ metadata }) => metadata.name === 'shop-oidc-secret');
    expect(role).toMatchObject({ kind: 'Role', metadata: { namespace: 'shop' }, rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['oidc'], verbs: ['get'] }] });
    expect(binding).toMatchObject({ kind: 'RoleBinding', subjects: [{ kind: 'Group', name: 'eks:managed', apiGroup: 'rbac.authorization.k8s.io' }] });
    const graph = soundGraph(shop.stack.node.root as App);
    expect(graph.comesAfter(graph.theOne(MANIFEST, kinds('Ingress')), graph.theOne(MANIFEST, kinds('RoleBinding')))).toBe(true);
  });
});

describe('order', () => {
  test('after the controller, and before it when all goes', () => {
    const shop = new Shop();
    shop.support.addIngress('Shop', RULES);
    const graph = soundGraph(shop.stack.node.root as App);
    expect(graph.comesAfter(graph.theOne(MANIFEST, kinds('Ingress')), graph.theOne(HELM))).toBe(true);
  });

  test('in a stack of its own', () => {
    const shop = new Shop();
    const stack = newStack('Shop', {}, shop.stack.node.root as App);
    new Ingress(stack, 'Shop', { ingressClass: shop.support.ingressClass, ...RULES });
    expect(kubernetesObjects(stack).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Ingress shop']);
    soundGraph(shop.stack.node.root as App);
  });

  test('who waits for the support does not wait for its Ingresses', () => {
    const shop = new Shop();
    const ingress = shop.support.addIngress('Shop', RULES);
    // The namespace that the Ingress lies in comes in one manifest with a raw Ingress, which needs the controller.
    const namespace = newManifest(shop.stack, shop.cluster, {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'edge' }, spec: { type: 'LoadBalancer' } },
      ],
    }, 'Namespace');
    ingress.node.addDependency(namespace);
    const graph = soundGraph(shop.stack.node.root as App);
    const ofShop = graph.theOne(MANIFEST, kinds('Ingress'));
    const ofNamespace = graph.theOne(MANIFEST, kinds('List'));
    expect(graph.comesAfter(ofShop, ofNamespace)).toBe(true);
    expect(graph.comesAfter(ofNamespace, graph.theOne(HELM))).toBe(true);
  });

  test('an Ingress of an added class waits for the class', () => {
    const shop = new Shop();
    shop.support.addIngressClass('Internal', { scheme: INTERNAL }).addIngress('Shop', RULES);
    expect(shop.ingress.spec.ingressClassName).toBe('internal');
    const graph = soundGraph(shop.stack.node.root as App);
    expect(graph.comesAfter(graph.theOne(MANIFEST, kinds('Ingress')), graph.theOne(MANIFEST, kinds('IngressClass')))).toBe(true);
  });
});

describe('the address of the load balancer', () => {
  test('is waited for when it is asked for, and else not', () => {
    const shop = new Shop();
    const ingress = shop.support.addIngress('Shop', RULES);
    const values = () => Object.values(Template.fromStack(shop.stack).findResources('Custom::AWSCDK-EKS-KubernetesObjectValue'));
    const stack = shop.stack;
    expect(stack.resolve(ingress.loadBalancerDnsName)).toEqual(stack.resolve(ingress.loadBalancerDnsName));
    expect(values()).toHaveLength(1);
    expect(values()[0].Properties).toMatchObject({
      ObjectType: 'ingress', ObjectName: 'shop', ObjectNamespace: 'shop', JsonPath: '.status.loadBalancer.ingress[0].hostname', TimeoutSeconds: 600,
    });
    const graph = soundGraph(stack.node.root as App);
    expect(graph.comesAfter(graph.theOne('Custom::AWSCDK-EKS-KubernetesObjectValue'), graph.theOne(MANIFEST, kinds('Ingress')))).toBe(true);
    const silent = new Shop();
    silent.support.addIngress('Shop', RULES);
    Template.fromStack(silent.stack).resourceCountIs('Custom::AWSCDK-EKS-KubernetesObjectValue', 0);
  });

  test('gets alias records for the hosts in the zone', () => {
    const shop = new Shop({}, inIreland());
    const zone = new route53.HostedZone(shop.stack, 'Zone', { zoneName: 'example.com' });
    shop.support.addIngress('Shop', {
      zone, ipAddressType: elbv2.IpAddressType.DUAL_STACK, rules: [RULE, { ...RULE, host: 'example.com' }, { ...RULE, host: 'shop.example.org' }, { ...RULE, path: '/b' }],
    });
    const records = Object.values(Template.fromStack(shop.stack).findResources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);
    expect(records.map(({ Name, Type }) => `${Type} ${Name}`).sort()).toEqual(['A example.com.', 'A shop.example.com.', 'AAAA example.com.', 'AAAA shop.example.com.']);
    expect(records[0].AliasTarget).toEqual({ HostedZoneId: 'Z32O12XQLNTSW2', DNSName: { 'Fn::GetAtt': [expect.stringContaining('Address'), 'Value'] } });
  });

  test('the zone of the load balancer is looked up in the template where the region is not known', () => {
    const shop = new Shop();
    const zone = new route53.HostedZone(shop.stack, 'Zone', { zoneName: 'example.com' });
    shop.support.addIngress('Shop', { ...RULES, zone });
    Template.fromStack(shop.stack).hasResourceProperties('AWS::Route53::RecordSet', {
      AliasTarget: { HostedZoneId: { 'Fn::FindInMap': [Match.anyValue(), { Ref: 'AWS::Region' }, 'zoneId'] } },
    });
    expect(Object.values(Template.fromStack(shop.stack).toJSON().Mappings)).toContainEqual(expect.objectContaining({ 'us-east-1': { zoneId: 'Z35SXDOTRQ7X7K' } }));
  });

  test('fails for a zone that does not know its name', () => {
    const shop = new Shop();
    const zone = route53.HostedZone.fromHostedZoneId(shop.stack, 'Zone', 'Z');
    expect(() => shop.support.addIngress('Shop', { ...RULES, zone })).toThrow(new Error(
      'addIngress(Shop).zone must have a name, which HostedZone.fromHostedZoneId() does not set, got "Stack/Zone"; use HostedZone.fromHostedZoneAttributes()'));
  });

  test('fails for a zone that has none of the hosts, and for a region that is not known', () => {
    const shop = new Shop({}, newStack('Stack', { env: { region: 'us-iso-east-1' } }));
    const add = (zoneName: string) => shop.support.addIngress(zoneName, {
      ...RULES, zone: route53.HostedZone.fromHostedZoneAttributes(shop.stack, `Zone${zoneName}`, { zoneName, hostedZoneId: 'Z' }),
    });
    expect(() => add('example.org')).toThrow('addIngress(example.org).zone must have a host of the rules in it, and example.org has none, got ["shop.example.com"]; '
      + 'add the host to the rules, or leave the zone out');
    expect(() => add('example.com')).toThrow('addIngress(example.com).zone must be left out in a region of which the hosted zone of its load balancers is not known, '
      + 'got "us-iso-east-1"; define a CNAME record with loadBalancerDnsName');
  });
});

describe('fails for', () => {
  test.each<[string, Partial<EksAlbIngressSupportProps>, IngressOptions, string]>([
    ['no rule', {}, {}, 'rules must have a rule, where there is no defaultRule, got []; say which Service gets the requests'],
    ['a name', {}, { ...RULES, ingressName: 'Shop' }, "ingressName must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters), got \"Shop\"; rename it"],
    ['another namespace than that which is watched', { watchNamespace: 'web' }, RULES,
      'namespace must be web, the only one that the controller watches, got "shop"; use that one, or leave watchNamespace out'],
    ['another namespace than that which is watched by the values', { values: { watchNamespace: 'web' } }, RULES,
      'namespace must be web, the only one that the controller watches, got "shop"; use that one, or leave values.watchNamespace out'],
    ['a web ACL without WAFv2', { enableWafv2: false }, { ...RULES, webAcl: IngressWebAcl.none() },
      'webAcl must be left out where the controller does not use WAFv2, got "none"; set enableWafv2 to true, if its API can be reached'],
    ['Shield without Shield', { enableShield: false }, { ...RULES, shieldAdvancedProtection: true },
      'shieldAdvancedProtection must be left out where the controller does not use AWS Shield, got true; set enableShield to true, if its API can be reached'],
    ['a prefix list before v2.8.0', { controllerVersion: ControllerVersion.V2_7_2 }, { ...RULES, prefixListIds: ['pl-0a'] },
      'prefixListIds must be used with controller v2.8.0 or later, got "v2.7.2"; use a newer ControllerVersion'],
    ['dual stack without public IPv4 before v2.8.0', { controllerVersion: ControllerVersion.V2_7_2 },
      { ...RULES, ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 },
      'ipAddressType must not be dualstack-without-public-ipv4 before controller v2.8.0, got "v2.7.2"; use a newer ControllerVersion'],
    ...[ControllerVersion.V2_13_4, ControllerVersion.V2_14_0].map((
      controllerVersion,
    ): [string, Partial<EksAlbIngressSupportProps>, IngressOptions, string] => [
      `a web ACL by name with ${controllerVersion.releaseTag}`, { controllerVersion }, { ...RULES, webAcl: IngressWebAcl.fromName('shop') },
      `webAcl must not be a name before controller v2.14.1, got "${controllerVersion.releaseTag}"; `
      + 'use a newer ControllerVersion, or IngressWebAcl.fromArn()',
    ]),
    ['a negative order before v2.5.0', { controllerVersion: ControllerVersion.V2_4_7 }, { ...RULES, groupOrder: -1 },
      'groupOrder must be from 1 to 1000 before controller v2.5.0, got -1; use a newer ControllerVersion'],
    ['an order without a group', {}, { ...RULES, groupOrder: 1 },
      'groupOrder must be used with a group, since it orders the rules of a group, got 1; set groupName, here or of the class, or leave it out'],
    ['IP targets with their gate off', { featureGates: { EnableIPTargetType: false } }, { ...RULES, targetType: IngressTargetType.IP },
      'targetType must not be ip where the feature gate EnableIPTargetType is off, got "ip"; leave the gate out'],
    ['node rules of one\'s own groups', {}, { ...RULES, manageNodeRules: false },
      'manageNodeRules must be used with securityGroups: the controller always adds rules for its own, got false; leave it out'],
    ['a discovery without hosts', {}, { rules: [{ service: 'shop', port: 80 }], discoverCertificates: true },
      'rules must name hosts for which certificates can be discovered, where certificates are not given, got []; add the host to the rules, or certificates'],
    ['a redirect without HTTPS', {}, { ...RULES, redirectHttp: true },
      'redirectHttp must come with a listener of HTTP and one of HTTPS, got true; add certificates, or an HTTPS listener'],
    ['a security policy without HTTPS', {}, { ...RULES, sslPolicy: elbv2.SslPolicy.TLS12 },
      'sslPolicy must come with an HTTPS listener, got "ELBSecurityPolicy-TLS-1-2-2017-01"; add certificates, or an HTTPS listener'],
    ['no listener', {}, { ...RULES, listeners: [] }, 'listeners must not be an empty list, got []; leave it out'],
    ['a listener of another protocol', {}, { ...RULES, listeners: [{ protocol: 'TLS' as elbv2.ApplicationProtocol, port: 443 }] },
      'listeners[0].protocol must be a value of ApplicationProtocol, got "TLS"; use ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS'],
    ['a listener of a protocol that only the deployment knows', {}, { ...RULES, listeners: [{ protocol: Lazy.string({ produce: () => 'HTTP' }) as elbv2.ApplicationProtocol, port: 80 }] },
      'listeners must have the protocol HTTP or HTTPS, got "a token"; use one of them'],
    ['a port of two listeners', {}, { ...RULES, listeners: [80, 80].map((port) => ({ protocol: elbv2.ApplicationProtocol.HTTP, port })) },
      'listeners must not repeat ports, got 80; list it once'],
    ['a health check that waits too long', {}, { ...RULES, healthCheck: { timeout: Duration.seconds(20) } },
      'healthCheck.timeout must be shorter than the interval of 15 seconds, got "20 seconds"; shorten the timeout, or raise the interval'],
    ['a health check that asks too often', {}, { ...RULES, healthCheck: { interval: Duration.seconds(4) } },
      'healthCheck.interval must be a whole number of seconds from 5 to 300, got 4; leave it out for the default'],
    ['capacity that the controller cannot count', {}, { ...RULES, minimumCapacityUnits: 2 ** 31 },
      'minimumCapacityUnits must be a whole number from 1 to 2147483647, got 2147483648; leave it out to reserve nothing'],
    ['tags with a comma', {}, { ...RULES, tags: { a: 'b,c' } },
      "tags must have values without ',' or '\\' and without space around them, as that of a, got \"b,c\"; reword it"],
    ['an annotation that a field sets', {}, { ...RULES, annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' } },
      'annotations must leave out what a field sets, got "alb.ingress.kubernetes.io/scheme"; set scheme'],
    ['an action as an annotation', {}, { ...RULES, annotations: { 'alb.ingress.kubernetes.io/actions.a': '{}' } },
      'annotations must leave out what a field sets, got "alb.ingress.kubernetes.io/actions.a"; set rules'],
    ['an unknown annotation', {}, { ...RULES, annotations: { 'alb.ingress.kubernetes.io/customer-owned-pool': 'p' } },
      'annotations must have keys that the controller reads, got "alb.ingress.kubernetes.io/customer-owned-pool"; '
      + 'did you mean alb.ingress.kubernetes.io/customer-owned-ipv4-pool?'],
    ['an annotation before its time', { controllerVersion: ControllerVersion.V2_8_0 }, { ...RULES, annotations: { 'alb.ingress.kubernetes.io/jwt-validation': '{"jwksEndpoint":"https://a","issuer":"https://b"}' } },
      'annotations alb.ingress.kubernetes.io/jwt-validation must be used with controller v2.15.0 or later, got "v2.8.0"; use a newer ControllerVersion'],
    ['a value that cannot be', {}, { ...RULES, annotations: { 'alb.ingress.kubernetes.io/create-acm-cert': 'yes' } },
      'annotations alb.ingress.kubernetes.io/create-acm-cert must be true or false, got "yes"; correct it'],
    ['a class as an annotation', {}, { ...RULES, annotations: { 'kubernetes.io/ingress.class': 'alb' } },
      'annotations must leave out the class, which overrides spec.ingressClassName, got "kubernetes.io/ingress.class"; use addIngress() of the class'],
  ])('%s', (_, props, options, message) => {
    expect(() => new Shop(props).support.addIngress('Shop', options)).toThrow(new Error(`addIngress(Shop).${message}`));
  });

  test.each<[IngressClassOptions, IngressOptions, string]>([
    [{ scheme: INTERNAL }, { scheme: INTERNAL }, 'scheme must be left out where the class alb sets scheme, got "internal"; set it in one place, or use another class'],
    [{ groupName: 'a' }, { groupName: 'a' }, 'groupName must be left out where the class alb sets groupName, got "a"; set it in one place, or use another class'],
    [{ subnetTags: { a: ['b'] } }, { subnets: [ec2.Subnet.fromSubnetId(newStack(), 'Subnet', 'subnet-0')] },
      'subnets must be left out where the class alb sets subnetTags, got ["subnet-0"]; set it in one place, or use another class'],
    [{ tags: { a: 'b', c: 'd' } }, { tags: { e: 'f', c: 'd' } }, 'tags must leave out what the class alb sets, got "c"; set it in one place, or use another class'],
    [{ targetType: IngressTargetType.IP }, { targetType: IngressTargetType.INSTANCE },
      'targetType must be left out where the class alb sets targetType, got "instance"; set it in one place, or use another class'],
    [{ sslRedirectPort: 443 }, { redirectHttp: false }, 'redirectHttp must be left out where the class sets sslRedirectPort, got false; set it in one place'],
  ])('what the class sets: %j', (ingressClass, options, message) => {
    expect(() => new Shop({ ingressClass }).support.addIngress('Shop', { ...RULES, ...options })).toThrow(new Error(`addIngress(Shop).${message}`));
  });

  test('a name that another Ingress of the namespace has, of whichever class and stack', () => {
    const shop = new Shop();
    shop.support.addIngress('Shop', RULES);
    const internal = shop.support.addIngressClass('Internal', {});
    const message = (prop: string) => `${prop}.ingressName must not be that of Stack/AlbIngress/IngressClass/Ingresses/Shop, in the same namespace, got "shop/shop"; `
      + 'choose another name or namespace';
    expect(() => internal.addIngress('Shop', RULES)).toThrow(new Error(message('addIngress(Shop)')));
    expect(() => new Ingress(newStack('Other', {}, shop.stack.node.root as App), 'A', { ingressClass: internal, ...RULES, ingressName: 'shop' }))
      .toThrow(new Error(message('addIngress(A)')));
  });

  test('no name of another namespace, of another cluster, or that is a token', () => {
    const shop = new Shop();
    const add = (id: string, options: IngressOptions, { support } = shop) => support.addIngress(id, { ...RULES, ingressName: 'shop', ...options });
    const token = Lazy.string({ produce: () => 'shop' });
    add('A', {});
    expect(() => [add('B', { namespace: 'web' }), add('C', { ingressName: token }), add('D', { namespace: token }), add('A', {}, new Shop())]).not.toThrow();
  });

  test('no order in the group of a class, or of one that somebody else defines', () => {
    expect(() => new Shop({ ingressClass: { groupName: 'a' } }).support.addIngress('Shop', { ...RULES, groupOrder: 1 })).not.toThrow();
    expect(() => new Shop({ ingressClass: { create: false } }).support.addIngress('Shop', { ...RULES, groupOrder: 1 })).not.toThrow();
  });

  test('a controller that makes no load balancers', () => {
    expect(() => new Shop({ targetGroupBindingOnly: true }).support.addIngress('Shop', RULES)).toThrow(
      'addIngress(Shop) must be left out with targetGroupBindingOnly: the controller has no permission to create load balancers; leave one of them out');
  });

  test.each<[string, IngressOptions, string]>([
    ['group', { groupName: 'a' }, 'groupName must be left out in EKS Auto Mode, which does not support it, got "a"; set it in the class'],
    ['Shield', { shieldAdvancedProtection: true }, 'shieldAdvancedProtection must be left out in EKS Auto Mode, which does not support it, got true; leave it out'],
  ])('%s in EKS Auto Mode', (_, options, message) => {
    expect(() => new Shop({}, newStack(), true).support.addIngress('Shop', { ...RULES, ...options })).toThrow(new Error(`addIngress(Shop).${message}`));
  });
});

describe('Ingresses of one group', () => {
  const { HTTP, HTTPS } = elbv2.ApplicationProtocol;
  const add = (first: IngressOptions, second: IngressOptions, { support } = new Shop({}, inIreland())) => {
    support.addIngress('A', { ...RULES, groupName: 'g', ...first });
    return () => support.addIngress('B', { namespace: 'shop', rules: [{ ...RULE, host: 'b.example.com' }], groupName: 'g', ...second });
  };
  const certificates = [certificate(newStack('Certificates'))];
  const listener = (port: number, attribute?: string, protocol = HTTP) => ({ protocol, port, ...attribute && { attributes: { a: attribute } } });
  const subnets = (...ids: string[]) => ids.map((id) => ec2.Subnet.fromSubnetId(newStack(), id, id));
  const securityGroups = [ec2.SecurityGroup.fromSecurityGroupId(newStack(), 'Group', 'sg-0a')];
  const bucket = (name: string) => s3.Bucket.fromBucketName(newStack(), name, `logs-${name}`);

  describe('fail where they say different things of their load balancer', () => {
    test.each<[string, IngressOptions, IngressOptions, string, string]>([
      ['scheme', { scheme: INTERNAL }, { scheme: INTERNET_FACING }, '"internal"', '"internet-facing"'],
      ['ipAddressType', { ipAddressType: elbv2.IpAddressType.IPV4 }, { ipAddressType: elbv2.IpAddressType.DUAL_STACK }, '"ipv4"', '"dualstack"'],
      ['loadBalancerName', { loadBalancerName: 'a' }, { loadBalancerName: 'b' }, '"a"', '"b"'],
      ['subnets', { subnets: subnets('subnet-a', 'subnet-b') }, { subnets: subnets('subnet-a', 'subnet-c') }, '["subnet-a","subnet-b"]', '["subnet-a","subnet-c"]'],
      ['manageNodeRules', { securityGroups }, { securityGroups, manageNodeRules: false }, 'true', 'false'],
      ['webAcl', { webAcl: IngressWebAcl.none() }, { webAcl: IngressWebAcl.fromName('b') }, '"none"', '"b"'],
      ['shieldAdvancedProtection', { shieldAdvancedProtection: true }, { shieldAdvancedProtection: false }, 'true', 'false'],
      ['tags team', { tags: { team: 'a', x: '1' } }, { tags: { team: 'b', y: '1' } }, '"a"', '"b"'],
      ['minimumCapacityUnits', { minimumCapacityUnits: 100 }, { minimumCapacityUnits: 200 }, '100', '200'],
      ['ipv4IpamPoolId', { ipv4IpamPoolId: 'ipam-pool-1' }, { ipv4IpamPoolId: 'ipam-pool-2' }, '"ipam-pool-1"', '"ipam-pool-2"'],
      ['loadBalancerAttributes a', { loadBalancerAttributes: { a: '1' } }, { loadBalancerAttributes: { a: '2' } }, '"1"', '"2"'],
      ['accessLogs access_logs.s3.bucket', { accessLogs: { bucket: bucket('a') } }, { accessLogs: { bucket: bucket('b') } }, '"logs-a"', '"logs-b"'],
      ['loadBalancerAttributes connection_logs.s3.enabled', { connectionLogs: { bucket: bucket('a') } },
        { loadBalancerAttributes: { 'connection_logs.s3.enabled': 'false' } }, '"true"', '"false"'],
      ['redirectHttp', { certificates, listeners: [listener(80), listener(443, undefined, HTTPS), listener(8443, undefined, HTTPS)] },
        { certificates, listeners: [listener(80), listener(8443, undefined, HTTPS), listener(443, undefined, HTTPS)] }, '443', '8443'],
    ])('%s', (field, first, second, before, got) => {
      expect(add(first, second)).toThrow(new Error(`addIngress(B).${field} must be that of addIngress(A) (${before}), with which it shares the load balancer of group g, `
        + `got ${got}; make them alike, or leave one of the groups`));
    });

    test('of which one is the class\'s', () => {
      const { support } = new Shop();
      support.addIngressClass('Internal', { scheme: INTERNAL, groupName: 'g' }).addIngress('A', RULES);
      expect(() => support.addIngress('B', { ...RULES, groupName: 'g', scheme: INTERNET_FACING })).toThrow(/^addIngress\(B\)\.scheme must be that of addIngress\(A\)/);
    });

    test('as buckets of the app do, whose names only the deployment knows', () => {
      const shop = new Shop();
      const logs = (id: string) => ({ accessLogs: { bucket: new s3.Bucket(shop.stack, id) } });
      expect(add(logs('One'), logs('Other'), shop)).toThrow(/^addIngress\(B\)\.accessLogs access_logs\.s3\.bucket must be that of addIngress\(A\) \("Stack\/One\/Resource Ref"\)/);
    });

    test('as subnets by a class and beside it do, since the controller takes both for none', () => {
      const { support } = new Shop();
      support.addIngressClass('Internal', { subnets: subnets('subnet-a', 'subnet-b'), groupName: 'g' }).addIngress('A', RULES);
      expect(() => support.addIngress('B', { ...RULES, groupName: 'g', subnets: subnets('subnet-a', 'subnet-b') })).toThrow(
        'addIngress(B).subnets must be that of addIngress(A) (["those of its class","subnet-a","subnet-b"])');
    });
  });

  describe('fail where security groups of one void what another one lets in', () => {
    const limits = { inboundCidrs: ['10.0.0.0/8'] };

    test('whichever comes first', () => {
      expect(add({ securityGroups }, limits)).toThrow(new Error('addIngress(B).inboundCidrs must be left out where addIngress(A) has securityGroups, '
        + 'which say who may reach the load balancer of group g, got ["10.0.0.0/8"]; add rules to the security groups, or leave one of the groups'));
      expect(add({ prefixListIds: ['pl-0a'] }, { securityGroups })).toThrow(new Error('addIngress(B).securityGroups must be left out where addIngress(A) has prefixListIds, '
        + 'which would have no effect with them in group g, got ["pl-0a"]; add rules to the security groups in place of that, or leave one of the groups'));
    });

    test('of the class too', () => {
      expect(() => new Shop({ ingressClass: limits }).support.addIngress('A', { ...RULES, securityGroups })).toThrow(new Error(
        'addIngress(A).securityGroups must be left out where the class sets inboundCidrs, which has no effect with them, got ["10.0.0.0/8"]; '
        + 'use another class, and add rules to the security groups'));
    });

    test('but not where nothing else is said of it', () => {
      expect(add({ securityGroups }, {})).not.toThrow();
    });
  });

  describe('fail where they say different things of a port', () => {
    test.each<[string, number, IngressOptions, IngressOptions, string, string]>([
      ['sslPolicy', 443, { certificates, sslPolicy: elbv2.SslPolicy.TLS12 }, { certificates, sslPolicy: elbv2.SslPolicy.TLS13_13 },
        '"ELBSecurityPolicy-TLS-1-2-2017-01"', '"ELBSecurityPolicy-TLS13-1-3-2021-06"'],
      ['inboundCidrs', 80, { inboundCidrs: ['10.0.0.0/8'] }, { inboundCidrs: ['10.1.0.0/16'] }, '["10.0.0.0/8"]', '["10.1.0.0/16"]'],
      ['prefixListIds', 80, { prefixListIds: ['pl-1'] }, { prefixListIds: ['pl-2'] }, '["pl-1"]', '["pl-2"]'],
      ['listeners protocol', 8080, { listeners: [listener(8080)] }, { certificates, listeners: [listener(8080, undefined, HTTPS)] }, '"HTTP"', '"HTTPS"'],
      ['listeners attribute a', 80, { listeners: [listener(80, '1')] }, { listeners: [listener(80, '2')] }, '"1"', '"2"'],
    ])('%s', (field, port, first, second, before, got) => {
      expect(add(first, second)).toThrow(new Error(`addIngress(B).${field} must be that of addIngress(A) (${before}), with which it shares port ${port} of the load balancer `
        + `of group g, got ${got}; make them alike, or leave one of the groups`));
    });

    const defaultRule = { service: 'shop', port: 80 };
    test('one default rule each', () => {
      expect(add({ defaultRule }, { defaultRule })).toThrow(new Error('addIngress(B).defaultRule must be left out where addIngress(A) has one, '
        + 'with which it shares port 80 of the load balancer of group g, got "Service shop/shop:80"; keep one of them, or leave one of the groups'));
    });

    test('one default rule each, under one id in two stacks', () => {
      const { support, stack } = new Shop();
      const other = newStack('Other', {}, stack.node.root as App);
      support.addIngress('Web', { namespace: 'a', groupName: 'g', defaultRule });
      expect(() => new Ingress(other, 'Web', { ingressClass: support.ingressClass, namespace: 'b', groupName: 'g', defaultRule })).toThrow(
        'addIngress(Web).defaultRule must be left out where Stack/AlbIngress/IngressClass/Ingresses/Web has one');
    });

    test('but not of different ports', () => {
      expect(add(
        { defaultRule, inboundCidrs: ['10.0.0.0/8'], prefixListIds: ['pl-1'], listeners: [listener(80, '1')] },
        { defaultRule, inboundCidrs: ['10.1.0.0/16'], prefixListIds: ['pl-2'], listeners: [listener(81, '2')] },
      )).not.toThrow();
    });
  });

  describe('fail where one redirects HTTP to a port that the other has not', () => {
    test('the one that redirects is there already', () => {
      expect(add({ certificates }, {})).toThrow(new Error('addIngress(B).listeners must have HTTPS on port 443, to which addIngress(A) redirects all HTTP of group g, '
        + 'got ["HTTP on port 80"]; add certificates or that listener, set redirectHttp of addIngress(A) to false, or leave one of the groups'));
    });

    test('the one that redirects comes later', () => {
      expect(add({}, { certificates })).toThrow(new Error('addIngress(B) must not redirect all HTTP of group g to port 443, on which addIngress(A) has no HTTPS, '
        + 'got ["HTTP on port 80"]; add certificates or that listener there, set redirectHttp to false, or leave one of the groups'));
    });

    test.each<[string, IngressOptions, IngressOptions]>([
      ['nobody redirects', { certificates, redirectHttp: false }, {}],
      ['both have the port', { certificates }, { discoverCertificates: true }],
      ['the other one has no HTTP', { certificates }, { certificates, listeners: [listener(8443, undefined, HTTPS)] }],
      ['the groups are two', { certificates }, { groupName: 'h' }],
    ])('but not where %s', (_, first, second) => {
      expect(add(first, second)).not.toThrow();
    });
  });

  const token = () => Lazy.string({ produce: () => 'x' });
  test.each<[IngressOptions, IngressOptions]>([
    [{ scheme: INTERNAL }, {}],
    [{ scheme: INTERNAL }, { scheme: INTERNAL }],
    [{ scheme: INTERNAL }, { scheme: INTERNET_FACING, groupName: 'h' }],
    [{ loadBalancerAttributes: { a: '1' } }, { loadBalancerAttributes: { b: '2' } }],
    [{ tags: { a: '1' } }, { tags: { b: '2', a: '1' } }],
    [{ inboundCidrs: ['10.0.0.0/8', '10.1.0.0/16'] }, { inboundCidrs: ['10.1.0.0/16', '10.0.0.0/8'] }],
    [{ inboundCidrs: ['10.0.0.0/8'] }, {}],
    [{ subnets: subnets('subnet-a', 'subnet-b') }, { subnets: subnets('subnet-b', 'subnet-a') }],
    [{ certificates }, { discoverCertificates: true, sslPolicy: elbv2.SslPolicy.TLS13_13 }],
  ])('go together with %j and %j', (first, second) => {
    expect(add(first, second)).not.toThrow();
  });

  test('go together with what is a token', () => {
    const shop = new Shop();
    const parameter = (id: string) => new CfnParameter(shop.stack, id).valueAsString;
    const port = new CfnParameter(shop.stack, 'Port', { type: 'Number' }).valueAsNumber;
    expect(add({ tags: { a: parameter('A') } }, { tags: { a: parameter('B') } }, shop)).not.toThrow();
    expect(add({ tags: { a: parameter('C') } }, { tags: { a: 'c' }, ingressName: 'd' }, new Shop())).not.toThrow();
    expect(add({ certificates }, { listeners: [{ protocol: HTTP, port }] }, new Shop({}, inIreland()))).not.toThrow();
    expect(add({ scheme: INTERNAL, groupName: parameter('G') }, { scheme: INTERNET_FACING, groupName: parameter('H') }, new Shop())).not.toThrow();
    expect(add({ loadBalancerName: new s3.Bucket(shop.stack, 'Bucket').bucketName }, { loadBalancerName: token() }, new Shop())).not.toThrow();
  });
});

describe('where the class redirects to a port', () => {
  const { HTTP, HTTPS } = elbv2.ApplicationProtocol;
  const add = (ingressClass: IngressClassOptions, options: IngressOptions) => () => new Shop({ ingressClass }).support.addIngress('Shop', { ...RULES, ...options });

  test.each<[number, IngressClassOptions, IngressOptions, string]>([
    [443, {}, {}, '["HTTP on port 80"]'],
    [8443, {}, { discoverCertificates: true }, '["HTTP on port 80","HTTPS on port 443"]'],
    [443, {}, { listeners: [{ protocol: HTTPS, port: 8443 }] }, '["HTTPS on port 8443"]'],
    [443, {}, { listeners: [{ protocol: HTTP, port: 443 }] }, '["HTTP on port 443"]'],
    [443, { groupName: 'g' }, {}, '["HTTP on port 80"]'],
  ])('%i, an Ingress fails without HTTPS on it: %j, %j', (sslRedirectPort, settings, options, got) => {
    expect(add({ sslRedirectPort, ...settings }, options)).toThrow(new Error(`addIngress(Shop).listeners must have HTTPS on port ${sslRedirectPort}, the sslRedirectPort of the class, `
      + `got ${got}; add certificates or that listener, or use another class`));
  });

  test('another Ingress of the group may bring it', () => {
    expect(add({ sslRedirectPort: 443, groupName: 'g' }, { listeners: [{ protocol: HTTPS, port: 8443 }] })).not.toThrow();
  });

  test('what is a token may be it', () => {
    const port = new CfnParameter(newStack(), 'Port', { type: 'Number' }).valueAsNumber;
    expect(add({ sslRedirectPort: port }, {})).not.toThrow();
    expect(add({ sslRedirectPort: 443 }, { listeners: [{ protocol: HTTPS, port }] })).not.toThrow();
  });
});

test('in EKS Auto Mode', () => {
  const shop = new Shop({}, newStack(), true);
  shop.support.addIngress('Shop', { ...RULES, scheme: INTERNET_FACING, targetType: IngressTargetType.IP });
  expect(shop.annotations).toEqual({ 'scheme': 'internet-facing', 'target-type': 'ip' });
  soundGraph(shop.stack.node.root as App);
});

test('in EKS Auto Mode tags are permitted, once for all who have some', () => {
  const shop = new Shop({ ingressClass: { tags: { team: 'shop' } } }, newStack(), true);
  shop.support.addIngressClass('Internal', { tags: { team: 'shop' } }).addIngress('Shop', { ...RULES, tags: { exposure: 'internal' } });
  const graph = soundGraph(shop.stack.node.root as App);
  const policy = graph.theOne('AWS::IAM::ManagedPolicy', ({ Description }) => Description === 'Tags of load balancers of EKS Auto Mode');
  for (const manifest of graph.find(MANIFEST, (properties) => joined(properties.Manifest).includes('Ingress'))) {
    expect(graph.comesAfter(manifest, policy)).toBe(true);
  }
});

test('what is a token passes every check', () => {
  const shop = new Shop();
  const token = new CfnParameter(shop.stack, 'P').valueAsString;
  const number = new CfnParameter(shop.stack, 'N', { type: 'Number' }).valueAsNumber;
  shop.support.addIngress('Shop', {
    namespace: token,
    rules: [{ host: token, path: token, service: Lazy.string({ produce: () => 'shop' }), port: number }],
    groupName: token,
    groupOrder: number,
    tags: { a: token },
    inboundCidrs: [token],
    listeners: [{ protocol: elbv2.ApplicationProtocol.HTTP, port: number }],
    healthCheck: { healthyThresholdCount: number },
  });
  const [{ Manifest }] = Object.values(Template.fromStack(shop.stack).findResources(MANIFEST)).map(({ Properties }) => Properties)
    .filter((properties) => JSON.stringify(properties.Manifest).includes('group.order'));
  const text: string = Manifest['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : ({ N: '7' } as any)[(part as any).Ref] ?? (part as any).Ref ?? 'token').join('');
  const { metadata, spec } = JSON.parse(text)[0];
  expect(metadata.annotations).toMatchObject({
    'alb.ingress.kubernetes.io/group.order': '7', 'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP":7}]', 'alb.ingress.kubernetes.io/tags': 'a=P',
  });
  expect(spec.rules[0]).toMatchObject({ host: 'P' });
});

describe('IPv6', () => {
  const IPV6 = '2001:db8::/32';
  const define = (options: Partial<IngressOptions>, ingressClass = {}) => {
    const shop = new Shop({ ingressClass });
    shop.support.addIngress('Shop', { ...RULES, ...options });
    return warningsOf(shop.stack).map(({ text }) => text).filter((text) => text.includes('IPv6'));
  };

  test.each<[Partial<IngressOptions>, object, string]>([
    [{ inboundCidrs: [IPV6] }, {}, 'addIngress(Shop).inboundCidrs'],
    [{ inboundCidrs: [IPV6], ipAddressType: elbv2.IpAddressType.IPV4, groupName: 'g' }, {}, 'addIngress(Shop).inboundCidrs'],
    [{}, { inboundCidrs: [IPV6] }, 'ingressClass.inboundCidrs'],
  ])('blocks alone make an IPv4 load balancer unreachable: %j', (options, ofClass, at) => {
    expect(() => define(options, ofClass)).toThrow(new Error(`${at} must not have IPv6 CIDR blocks on an IPv4 load balancer, which no client could reach, got ["${IPV6}"]; `
      + 'set ipAddressType to IpAddressType.DUAL_STACK, or leave them out'));
  });

  test('blocks next to IPv4 blocks are warned of', () => {
    expect(define({ inboundCidrs: [IPV6, '10.0.0.0/8'] })).toEqual([expect.stringMatching(/^addIngress\(Shop\)\.inboundCidrs must not have IPv6 CIDR blocks .* ignores them/)]);
    expect(define({ inboundCidrs: [IPV6], prefixListIds: ['pl-0a'] })).toHaveLength(1);
  });

  test('blocks are right on a dual stack load balancer, and not judged where another member of the group may make it one', () => {
    expect(define({ inboundCidrs: [IPV6], ipAddressType: elbv2.IpAddressType.DUAL_STACK })).toEqual([]);
    expect(define({ inboundCidrs: [IPV6] }, { ipAddressType: elbv2.IpAddressType.DUAL_STACK })).toEqual([]);
    expect(define({ inboundCidrs: [IPV6], groupName: 'g' })).toEqual([]);
  });

  const onIpv6 = () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = importCluster(stack, 'aws-eks-v2', { vpc });
    Object.defineProperty(cluster, 'ipFamily', { value: 'ipv6' });
    return { stack, cluster, support: new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc }) };
  };
  const ingressesIn = (stack: Stack) => kubernetesObjects(stack).filter(({ kind }) => kind === 'Ingress');

  test('a cluster of that family gets dual stack load balancers, unless Ingress or class say something else', () => {
    const { stack, support } = onIpv6();
    support.addIngress('A', RULES);
    support.addIngress('B', { ...RULES, ipAddressType: elbv2.IpAddressType.IPV4 });
    support.addIngressClass('Other', { ipAddressType: elbv2.IpAddressType.IPV4 }).addIngress('C', RULES);
    const typeOf = ({ metadata }: any) => metadata.annotations?.['alb.ingress.kubernetes.io/ip-address-type'];
    expect(Object.fromEntries(ingressesIn(stack).map((ingress) => [ingress.metadata.name, typeOf(ingress)]))).toEqual({ a: 'dualstack', b: 'ipv4', c: undefined });
  });

  test('a raw Ingress on a cluster of that family is warned of', () => {
    const { stack, cluster, support } = onIpv6();
    support.addIngressClass('Group', { groupName: 'g' });
    const raw = (name: string, ingressClassName: string, annotations = {}) => newManifest(stack, cluster, {
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'shop', annotations }, spec: { ingressClassName, rules: [] },
    }, name);
    raw('plain', 'alb');
    raw('dual', 'alb', { 'alb.ingress.kubernetes.io/ip-address-type': 'dualstack' });
    raw('grouped', 'group');
    expect(warningsOf(stack).filter(({ text }) => text.includes('ingressNeedsDualStack')).map(({ text }) => text.split(' must ')[0])).toEqual(['Ingress shop/plain']);
  });
});

test.each<[Partial<IngressOptions>, string]>([
  [{ labels: { 'a b': 'c' } }, 'labels must have label keys of'],
  [{ labels: { team: 'a/b' } }, 'labels must have label values of'],
  [{ targetNodeLabels: { 'example.com/': 'x' } }, 'targetNodeLabels must have label keys of'],
])('fails for labels that Kubernetes rejects: %j', (options, message) => {
  expect(() => new Shop().support.addIngress('Shop', { ...RULES, ...options })).toThrow(`addIngress(Shop).${message}`);
});

test('labels may have a prefix, and no value', () => {
  expect(() => new Shop().support.addIngress('Shop', { ...RULES, labels: { 'example.com/team': '', 'A_b.c': 'x' } })).not.toThrow();
});
