import { App, Aws, CfnParameter, Duration, Fn, Lazy, RemovalPolicy, Size, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  ControllerIdentity, ControllerImage, ControllerLogLevel, ControllerPolicyScope, ControllerSource, ControllerSpreadRule,
  ControllerTaintEffect, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, GatewayApi, IngressTargetType, KubernetesClusterTag,
  LoadBalancerScheme, PodIdentityAgent, SubnetTagging, WebhookCertificate,
} from '../../src';
import { checkTypes } from '../../src/context/resolve-props';
import { checkStruct } from '../../src/util/struct-check';
import { STRUCTS } from '../../src/util/structs.generated';
import { importCluster } from '../fixtures';
import { membersOf } from '../support/interfaces';

const members = membersOf('EksAlbIngressSupportProps', 'context/eks-alb-ingress-support-props.ts');
/** A stack without anything that takes time. */
function newNetwork() {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack');
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-0a', 'subnet-0b'], privateSubnetIds: ['subnet-0c', 'subnet-0d'],
  });
  const cluster = importCluster(stack, 'aws-eks-v2', { vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' });
  return { stack, vpc, cluster };
}

const { stack: stack0, vpc: vpc0, cluster: cluster0 } = newNetwork();
const given = (props: object) => ({ cluster: cluster0, vpc: vpc0, ...props });

/** One value, or a few, of every type that a prop has, and of others that are taken for it. */
const SAMPLES: { readonly [type: string]: unknown[] } = {
  'boolean': [true, false],
  'string': ['', 'nonsense', 'true', 'false', '3', '600', 'v3.4.3', Aws.REGION, Lazy.string({ produce: () => 'x' })],
  'number': [0, 3, -1, 1.5, NaN, Infinity, new CfnParameter(stack0, 'Number', { type: 'Number' }).valueAsNumber],
  'Duration': [Duration.minutes(3)],
  'Size': [Size.mebibytes(1)],
  'ICluster | ICluster': [cluster0],
  'IVpc': [vpc0],
  'ISecurityGroup': [ec2.SecurityGroup.fromSecurityGroupId(stack0, 'Group', 'sg-01')],
  'PolicyStatement[]': [[new iam.PolicyStatement({ actions: ['ec2:DescribeRegions'], resources: ['*'] })]],
  'SubnetSelection': [{ subnetType: ec2.SubnetType.PUBLIC }, { subnets: vpc0.publicSubnets }],
  'ControllerVersion': [ControllerVersion.V3_4_3],
  'ControllerIdentity': [ControllerIdentity.podIdentity()],
  'GatewayApi': [GatewayApi.external()],
  'ControllerImage': [ControllerImage.publicEcr()],
  'ControllerSource': [ControllerSource.fromRepository()],
  'PodIdentityAgent': [PodIdentityAgent.managed()],
  'ControllerLogLevel': Object.values(ControllerLogLevel),
  'ControllerPolicyScope': Object.values(ControllerPolicyScope),
  'IngressTargetType': Object.values(IngressTargetType),
  'KubernetesClusterTag': Object.values(KubernetesClusterTag),
  'LoadBalancerScheme': Object.values(LoadBalancerScheme),
  'SubnetTagging': Object.values(SubnetTagging),
  'WebhookCertificate': Object.values(WebhookCertificate),
  'RemovalPolicy': Object.values(RemovalPolicy),
  'SslPolicy': ['ELBSecurityPolicy-TLS13-1-2-2021-06'],
  'map': [{}],
  'struct': [{}],
  'list': [[]],
  'nothing': [null, [null], [undefined], { a: null }, { a: undefined }, new Array(2)],
  'wrong structs': [{ cpuRequest: 100 }, { memoryLimit: '1Gi' }, { subnets: [{}] }, { subnetType: 'nonsense' }, { subnets: 'subnet-1' }, { a: 1 }, { a: true }, { a: 'x' }],
  'wrong lists': [['x'], [{}], [1], [[]], [{ key: 1 }], [{ effect: 'nonsense' }], [{ tolerationTime: 3 }], [{ topologyKey: 'z', maxSkew: '1' }], 'abc'.split('')],
  'tokens': [Token.asList({ Ref: 'List' }), Fn.split(',', Aws.REGION), Lazy.any({ produce: () => true }), [Lazy.any({ produce: () => true })]],
  'of JavaScript': [new Date(0), new Map([['a', 'b']]), new Set(), Symbol('s'), 10n, () => true, class Any {}, /x/, Object.create(null)],
  'of an app': [stack0, new Construct(stack0, 'Construct')],
};

const SAMPLE_VALUES = Object.entries(SAMPLES).flatMap(([type, values]) => values.map((value) => ({ type, value })));
const sample = fc.constantFrom(...SAMPLE_VALUES);
const prop = fc.constantFrom(...members);

/** Whether a type is too wide, or nested too deep, for this test to say by the type of a sample that it is a wrong one. */
function maybe(type: string, got: { readonly type: string; readonly value: any }): boolean {
  const isToken = Token.isUnresolved(got.value) && got.value !== stack0 && !Array.isArray(got.value);
  return type === got.type
    || (isToken && ['string', 'number', 'ControllerLogLevel', 'IngressTargetType', 'KubernetesClusterTag', 'LoadBalancerScheme', 'SslPolicy'].includes(type))
    || (type === 'string' && typeof got.value === 'string')
    || (type.endsWith('Scheme') && got.value === 'internal')
    || (['{', 'IngressClassOptions', 'SubnetSelection', 'ControllerResources'].some((start) => type.startsWith(start)) && Object.prototype.toString.call(got.value) === '[object Object]')
    || (type.endsWith('[]') && Array.isArray(got.value));
}

/** A message for the user, about this prop. */
function expectError(error: unknown, name: string) {
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).constructor).toBe(Error);
  expect((error as Error).message).toMatch(new RegExp(`^${name}(\\.|\\[| )`));
}

test('whatever a prop is given, it is taken or rejected by its name', () => {
  let rejected = 0;
  for (const { name, type } of members) {
    for (const one of SAMPLE_VALUES) {
      let error: unknown;
      try {
        checkTypes(given({ [name]: one.value }));
      } catch (thrown) {
        error = thrown;
      }
      if (error === undefined) {
        expect([name, one, maybe(type, one)]).toEqual([name, one, true]);
      } else {
        rejected++;
        expectError(error, name);
        expect((error as Error).message).toMatch(/^.* must .*, got .*; .*$/s);
      }
    }
  }
  expect(rejected).toBeGreaterThan(members.length * SAMPLE_VALUES.length / 2);
});

test.each(members.map(({ name, type }) => [name, type]))('%s takes what it is for: %s', (name, type) => {
  const fitting = SAMPLES[type] ?? SAMPLES[type.startsWith('{') ? 'map' : type.endsWith('[]') ? 'list' : 'struct'];
  for (const value of [...fitting, undefined]) {
    if (value !== undefined || !['cluster', 'vpc'].includes(name)) {
      expect(() => checkTypes(given({ [name]: value }))).not.toThrow();
    }
  }
});

test('what passes the entrance does not crash behind it', () => {
  const fields = ['IngressClassOptions', 'ControllerResources'].flatMap((struct) => Object.keys(STRUCTS[struct]));
  const nested = fc.dictionary(fc.constantFrom(...fields), sample.map((one) => one.value), { minKeys: 1, maxKeys: 2 });
  // Some numbers the CDK takes for tokens of its own, and throws for them.
  const json = fc.jsonValue({ maxDepth: 3 }).filter((one) => !/e\+289/.test(JSON.stringify(one)));
  const value = fc.oneof(sample.map((one) => one.value), nested, json);
  let made = 0;
  fc.assert(fc.property(prop, value, ({ name }, one) => {
    const { stack, vpc, cluster } = newNetwork();
    try {
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, [name]: one } as EksAlbIngressSupportProps);
      made++;
    } catch (error) {
      expect((error as Error).constructor).toBe(Error);
      expect((error as Error).message).not.toMatch(/is not a function|of undefined|of null|circular/i);
    }
  }), { numRuns: 800 });
  expect(made).toBeGreaterThan(20);
}, 120_000);

test.each<[object, string]>([
  [{ enableGlobalAccelerator: 'false' }, 'enableGlobalAccelerator must be true or false, got "false"; compare text, as in value === "true"'],
  [{ enableAcmCertificateManagement: 0 }, 'enableAcmCertificateManagement must be true or false, got 0; use the boolean'],
  [{ atomic: Lazy.any({ produce: () => true }) }, 'atomic must be true or false, got "a token"; decide it at synthesis, for example from context, not from a parameter'],
  [{ atomic: null }, 'atomic must be true or false, got null; leave it out instead'],
  [{ policyScope: 'nonsense' }, 'policyScope must be a value of ControllerPolicyScope, got "nonsense"; use ControllerPolicyScope.CLUSTER or ControllerPolicyScope.UPSTREAM'],
  [{ policyScope: 'upstream' }, 'policyScope must be a value of ControllerPolicyScope, got "upstream"; use ControllerPolicyScope.UPSTREAM'],
  [{ policyScope: Aws.REGION }, 'policyScope must be a value of ControllerPolicyScope, got "a token"; use ControllerPolicyScope.CLUSTER or ControllerPolicyScope.UPSTREAM'],
  [{ logLevel: 'trace' }, 'logLevel must be a value of ControllerLogLevel, got "trace"; use ControllerLogLevel.INFO or ControllerLogLevel.DEBUG'],
  [{ defaultScheme: 'internet_facing' }, 'defaultScheme must be a value of LoadBalancerScheme, got "internet_facing"; use LoadBalancerScheme.INTERNET_FACING'],
  [{ defaultSslPolicy: 'TLS12' }, 'defaultSslPolicy must be a value of SslPolicy, got "TLS12"; use a constant of elbv2.SslPolicy, such as SslPolicy.RECOMMENDED_TLS'],
  [{ controllerVersion: 'v3.4.3' }, 'controllerVersion must be a ControllerVersion, got "v3.4.3"; use a constant of it, such as ControllerVersion.V3_5_0, or ControllerVersion.of()'],
  [{ installTimeout: 600 }, 'installTimeout must be a Duration, got 600; try Duration.minutes(10)'],
  [{ image: 'registry.example.com/lbc' }, 'image must be a ControllerImage, got "registry.example.com/lbc"; '
    + 'use ControllerImage.publicEcr(), eksRegistry(), fromRegistry() or fromEcrRepository()'],
  [{ identity: ControllerImage.publicEcr() }, 'identity must be a ControllerIdentity, got "ControllerImage"; use ControllerIdentity.irsa() or podIdentity()'],
  [{ replicas: '3' }, 'replicas must be a number, got "3"; write it as 3, without quotes'],
  [{ controllerNamespace: 123 }, 'controllerNamespace must be text, got 123; write it as "123"'],
  [{ nodeSelector: { pool: undefined } }, 'nodeSelector.pool must be text, got undefined; pass a string'],
  [{ nodeSelector: new Map() }, 'nodeSelector must be a map of names and values, got "Map"; write it as a map that is known at synthesis'],
  [{ defaultTags: { team: undefined } }, 'defaultTags.team must be text, got undefined; pass a string'],
  [{ defaultTags: { cost: 7 } }, 'defaultTags.cost must be text, got 7; write it as "7"'],
  [{ featureGates: { NLBGatewayAPI: 'true' } }, 'featureGates.NLBGatewayAPI must be true or false, got "true"; compare text, as in value === "true"'],
  [{ tolerations: { key: 'a' } }, 'tolerations must be a list, got {"key":"a"}; put it in a list, also when it is the only one'],
  [{ tolerations: [{}, { effect: 'NoExec' }] }, 'tolerations[1].effect must be a value of ControllerTaintEffect, got "NoExec"; '
    + 'use ControllerTaintEffect.NO_SCHEDULE or ControllerTaintEffect.PREFER_NO_SCHEDULE or ControllerTaintEffect.NO_EXECUTE'],
  [{ topologySpreadConstraints: [{ maxSkew: 1 }] }, 'topologySpreadConstraints[0].topologyKey must be set, got undefined; add it to the ControllerTopologySpread'],
  [{ resources: { memoryLimit: '256Mi' } }, 'resources.memoryLimit must be a Size, got "256Mi"; try Size.mebibytes(256)'],
  [{ internalSubnets: vpc0.privateSubnets }, 'internalSubnets must be a SubnetSelection, got ["Stack/Vpc/PrivateSubnet1","Stack/Vpc/PrivateSubnet2"]; '
    + 'name the list in one: { subnets: … }'],
  [{ ingressClass: { scheme: 'public' } },
    'ingressClass.scheme must be a value of LoadBalancerScheme, got "public"; use LoadBalancerScheme.INTERNAL or LoadBalancerScheme.INTERNET_FACING'],
  [{ ingressClass: { tags: { team: undefined } } }, 'ingressClass.tags.team must be text, got undefined; pass a string'],
  [{ values: { syncPeriod: Duration.hours(1) } }, 'values.syncPeriod must be text, a number, true or false, a list or a map, got "Duration"; write it as Kubernetes and the chart do'],
  [{ values: { nodeSelector: { 'example.com/pool': undefined } } },
    'values.nodeSelector.example.com/pool must have a value, since it selects, got undefined; set it, or leave the key out'],
  [{ values: { affinity: { podAntiAffinity: { a: [{ labelSelector: { matchLabels: { app: undefined } } }] } } } },
    'values.affinity.podAntiAffinity.a[0].labelSelector.matchLabels.app must have a value, since it selects, got undefined; set it, or leave the key out'],
  [{ values: { env: { A: NaN } } }, 'values.env.A must be text, a number, true or false, a list or a map, got "NaN"; write it as Kubernetes and the chart do'],
  [{ workerSecurityGroup: 'sg-1' }, 'workerSecurityGroup must be an ISecurityGroup, got "sg-1"; '
    + 'pass the SecurityGroup itself, or what SecurityGroup.fromSecurityGroupId() gives'],
])('fails for %j', (props, message) => {
  const { stack, vpc, cluster } = newNetwork();
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props } as EksAlbIngressSupportProps)).toThrow(new Error(message));
});

test('fails without props, and for a map in a circle', () => {
  const around: any = { a: {} };
  around.a.b = around;
  expect(() => new EksAlbIngressSupport(stack0, 'None', undefined as any)).toThrow(new Error(
    'props must be a map with cluster and vpc, got undefined; pass at least those two'));
  expect(() => checkTypes(given({ values: around }))).toThrow(new Error('values.a.b must not contain itself, got {"a":{"b":"itself"}}; write out what is meant'));
});

test('an instance of another copy of this package is one', () => {
  jest.isolateModules(() => {
    const other: typeof import('../../src') = require('../../src'); // eslint-disable-line @typescript-eslint/no-require-imports
    expect(other.ControllerImage).not.toBe(ControllerImage);
    checkTypes(given({
      image: other.ControllerImage.publicEcr(),
      identity: other.ControllerIdentity.irsa(),
      controllerVersion: other.ControllerVersion.V3_4_3,
      source: other.ControllerSource.fromRepository(),
    }));
  });
});

test.each<[string, () => unknown, string]>([
  ['irsa(role name)', () => ControllerIdentity.irsa('lbc' as any), 'identity must be a map of names and values, got "lbc"; write it as a map that is known at synthesis'],
  ['irsa({ role })', () => ControllerIdentity.irsa({ role: 'arn:aws:iam::111122223333:role/lbc' as any }),
    'identity.role must be an IRole, got "arn:aws:iam::111122223333:role/lbc"; pass the Role itself, or what Role.fromRoleArn() gives'],
  ['irsa({ maxSessionDuration })', () => ControllerIdentity.irsa({ maxSessionDuration: 3600 as any }), 'identity.maxSessionDuration must be a Duration, got 3600; try Duration.minutes(10)'],
  ['podIdentity({ agent })', () => ControllerIdentity.podIdentity({ agent: 'managed' as any }),
    'identity.agent must be a PodIdentityAgent, got "managed"; use PodIdentityAgent.managed(), pinned() or alreadyInstalled()'],
  ['podIdentity(null)', () => ControllerIdentity.podIdentity(null as any), 'identity must be a map of names and values, got null; leave it out instead'],
  ['pinned()', () => PodIdentityAgent.pinned(1 as any), 'addonVersion must be text, got 1; write it as "1"'],
  ['fromRegistry()', () => ControllerImage.fromRegistry(undefined as any), 'image repository must be text, got undefined; pass a string'],
  ['fromRegistry({ pullSecrets })', () => ControllerImage.fromRegistry('lbc', { pullSecrets: 'a' as any }),
    'image options.pullSecrets must be a list, got "a"; put it in a list, also when it is the only one'],
  ['fromEcrRepository()', () => ControllerImage.fromEcrRepository('lbc' as any),
    'image repository must be an IRepository, got "lbc"; pass the Repository itself, or what Repository.fromRepositoryName() gives'],
  ['fromOci()', () => ControllerSource.fromOci(undefined as any), 'source must be text, got undefined; pass a string'],
  ['fromRepository()', () => ControllerSource.fromRepository(null as any), 'source must be text, got null; leave it out instead'],
  ['fromAsset()', () => ControllerSource.fromAsset({} as any), 'source must be text, got {}; pass a string'],
  ['fromManifestFile()', () => ControllerSource.fromManifestFile(undefined as any), 'source must be text, got undefined; pass a string'],
  ['of() of a version', () => ControllerVersion.of(3.5 as any, '3.5.0'), 'controllerVersion must be text, got 3.5; write it as "3.5"'],
  ['of() of a chart', () => ControllerVersion.of('v3.5.0', undefined as any), 'chartVersion must be text, got undefined; pass a string'],
])('fails in %s', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});

test('values of enums that other tests leave out are accepted', () => {
  expect(() => checkStruct('ControllerTopologySpread', 'x', { topologyKey: 'z', whenUnsatisfiable: ControllerSpreadRule.DO_NOT_SCHEDULE })).not.toThrow();
  expect(() => checkStruct('ControllerToleration', 'x', { key: 'z', effect: ControllerTaintEffect.NO_EXECUTE, tolerationTime: Duration.minutes(1) })).not.toThrow();
});

test.each<[string, object, string]>([
  ['a key as Python writes it', { tolerations: [{ toleration_time: Duration.minutes(1) }] },
    'tolerations[0].toleration_time must be a field of ControllerToleration, got "Duration"; use tolerationTime; in Python write ControllerToleration(…) and not a dictionary'],
  ['a typing mistake', { ingressClass: { isDefualt: true } },
    'ingressClass.isDefualt must be a field of IngressClassOptions, got true; use isDefault; in Python write IngressClassOptions(…) and not a dictionary'],
  ['a field of something else', { resources: { processors: 1 } },
    'resources.processors must be a field of ControllerResources, got 1; its fields are cpuRequest, cpuLimit, memoryRequest, memoryLimit'],
])('fails for an unknown field in a nested struct: %s', (_, props, message) => {
  expect(() => checkTypes(given(props))).toThrow(new Error(message));
});

test('props may carry fields of others, and structs of the CDK fields of later releases', () => {
  expect(() => checkTypes(given({ somethingElse: 1, internalSubnets: { subnetType: ec2.SubnetType.PUBLIC, later: true } }))).not.toThrow();
});

test('a construct behind a proxy that only forwards reads is recognised', () => {
  const group = ec2.SecurityGroup.fromSecurityGroupId(stack0, 'Proxied', 'sg-02');
  const proxy = new Proxy({}, { get: (_, member) => (group as any)[member] });
  expect('securityGroupId' in proxy).toBe(false);
  expect(() => checkTypes(given({ workerSecurityGroup: proxy }))).not.toThrow();
});
