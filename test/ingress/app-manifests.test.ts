import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Shop } from './support';
import {
  ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, IngressAction, IngressRule, IngressTargetType, IngressWebAcl,
  LoadBalancerScheme,
} from '../../src';
import { joined, Module, MODULES, newLayer, newManifest, newStack, newVpc, OwnedCluster, soundGraph, warningsOf } from '../fixtures';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const PREFIX = 'alb.ingress.kubernetes.io/';

interface Raw {
  readonly annotations?: { [key: string]: unknown };
  readonly ingressClassName?: string | null;
  readonly service?: string;
}

function raw({ annotations = {}, ingressClassName = 'alb', service = 'shop' }: Raw = {}) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'raw',
      namespace: 'shop',
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key.includes('/') ? key : PREFIX + key, value])),
    },
    spec: {
      ...ingressClassName !== null && { ingressClassName },
      rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } }],
    },
  };
}

const service = (type?: string, metadata: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'shop', ...metadata }, spec: { type } });

/** What is said of manifests, without the ids of warnings. */
function said(
  objects: object[], props: Partial<EksAlbIngressSupportProps> = {}, autoMode = false, edit: (shop: Shop) => void = () => undefined,
): string[] {
  const shop = new Shop(props, newStack(), autoMode);
  objects.forEach((object, index) => newManifest(shop.stack, shop.cluster, object, `Manifest${index}`));
  edit(shop);
  return warningsOf(shop.stack).map(({ text }) => text.replace(/^(.*) \[ack: .*\.(\w+)\]$/, '$2: $1'));
}

test.each<[string, Raw, Partial<EksAlbIngressSupportProps>, string]>([
  ['an annotation that is spelled wrong', { annotations: { shceme: 'internal' } }, {},
    `ingressAnnotationUnknown: Ingress shop/raw ${PREFIX}shceme must be an annotation that the controller reads, got "internal"; did you mean ${PREFIX}scheme?`],
  ['an annotation like no other', { annotations: { 'something-else-altogether': '1' } }, {},
    `ingressAnnotationUnknown: Ingress shop/raw ${PREFIX}something-else-altogether must be an annotation that the controller reads, got "1"; `
    + 'correct it, or leave it out'],
  ['an annotation of a later release', { annotations: { 'use-regex-path-match': 'false' } }, { controllerVersion: ControllerVersion.V2_14_0 },
    `ingressAnnotationTooNew: Ingress shop/raw ${PREFIX}use-regex-path-match must be used with controller v2.14.1 or later, got "v2.14.0"; `
    + 'use a newer ControllerVersion'],
  ['a value of a later release', { annotations: { 'ip-address-type': 'dualstack-without-public-ipv4' } }, { controllerVersion: ControllerVersion.V2_7_2 },
    `ingressAnnotationTooNew: Ingress shop/raw ${PREFIX}ip-address-type must not be dualstack-without-public-ipv4 before controller v2.8.0, got "v2.7.2"; `
    + 'use a newer ControllerVersion'],
  ['a value that is rejected', { annotations: { scheme: 'public' } }, {},
    `ingressAnnotationValue: Ingress shop/raw ${PREFIX}scheme must be internal or internet-facing, got "public"; use one of them`],
  ['a number that is none', { annotations: { 'group.order': 'first' } }, {},
    `ingressAnnotationValue: Ingress shop/raw ${PREFIX}group.order must be a whole number, got "first"; correct it`],
  ['JSON that is none', { annotations: { 'actions.a': '{type: redirect}' } }, {},
    `ingressAnnotationValue: Ingress shop/raw ${PREFIX}actions.a must be JSON: an action, got "{type: redirect}"; correct it`],
  ['a map that is none', { annotations: { tags: 'team' } }, {},
    `ingressAnnotationValue: Ingress shop/raw ${PREFIX}tags must be pairs like key=value, separated by commas, got "team"; correct it`],
  ['a value without quotes', { annotations: { 'ssl-redirect': 443 } }, {},
    `ingressAnnotationValue: Ingress shop/raw ${PREFIX}ssl-redirect must be a string, got 443; put it in quotes`],
  ['a class that nothing defines', { ingressClassName: 'public' }, {},
    'ingressClassUnknown: Ingress shop/raw must be of a class that the app defines: alb, got "public"; use one of them'],
  ['no class', { ingressClassName: null }, {},
    'ingressClassMissing: Ingress shop/raw must have a class, since no class of the app is the default one, got undefined; '
    + 'set spec.ingressClassName, for example to alb'],
  ['what the class sets', { annotations: { scheme: 'internal' } }, { ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING } },
    `ingressSettingOverridden: Ingress shop/raw ${PREFIX}scheme must be left out where the class alb sets scheme, got "internal"; `
    + 'set it in one place, or use another class'],
])('warns of %s', (_, ingress, props, message) => {
  expect(said([raw(ingress)], props)).toEqual([message]);
});

test.each<[string, Raw, Partial<EksAlbIngressSupportProps>]>([
  ['what is right', { annotations: { 'scheme': 'internal', 'actions.a': '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"200"}}', 'listener-attributes.HTTP-80': 'a=b', 'tags': 'a=b,c=', 'group.name': 'g', 'group.order': '-1' } }, {}],
  ['the default class', { ingressClassName: null }, { ingressClass: { isDefault: true } }],
  ['a default class that may be somebody else\'s', { ingressClassName: null }, { ingressClass: { create: false } }],
  ['the class as an annotation', { ingressClassName: null, annotations: { 'kubernetes.io/ingress.class': 'alb' } }, {}],
  ['Ingresses of another controller', { ingressClassName: 'nginx', annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } }, {}],
  ['annotations of a release that is newer than the table', { annotations: { 'brand-new': '1' } }, { controllerVersion: ControllerVersion.of('v3.99.0', '3.99.0') }],
  ['a web ACL by name, which beats that of the class by ARN', { annotations: { 'wafv2-acl-name': 'shop' } }, { ingressClass: { webAcl: IngressWebAcl.none() } }],
  ['annotations that a class does not go over', { annotations: { tags: 'a=b' } }, { ingressClass: { tags: { c: 'd' } } }],
])('says nothing of %s', (_, ingress, props) => {
  expect(said([raw(ingress)], props).filter((text) => !text.startsWith('controllerNewerThanKnown'))).toEqual([]);
});

test('a class may be defined by a manifest, or a Helm release', () => {
  const ingressClass = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'public' }, spec: { controller: 'ingress.k8s.aws/alb' } };
  expect(said([raw({ ingressClassName: 'public' }), ingressClass])).toEqual([]);
  expect(said([raw({ ingressClassName: 'public' })], {}, false, (shop) => shop.cluster.addHelmChart('Nginx', { chart: 'nginx' }))).toEqual([]);
  expect(said([raw({ ingressClassName: 'internal' })], {}, false, ({ support }) => support.addIngressClass('Internal'))).toEqual([]);
});

test('what only the deployment knows is not judged', () => {
  const shop = new Shop();
  const token = new CfnParameter(shop.stack, 'P').valueAsString;
  newManifest(shop.stack, shop.cluster, raw({ ingressClassName: token, annotations: { scheme: token, tags: `a=${token}`, [`actions.${token}`]: '{}' } }));
  expect(warningsOf(shop.stack)).toEqual([]);
});

test('a manifest of any shape is read without harm', () => {
  expect(said([{ ...raw(), spec: { ingressClassName: 'alb', rules: 'none' } }, { ...raw(), metadata: null, spec: null }])).toEqual([
    'ingressSpec: Ingress shop/raw spec.rules must be a list, got "none"; correct it',
    'ingressClassMissing: Ingress default/undefined must have a class, since no class of the app is the default one, got undefined; '
    + 'set spec.ingressClassName, for example to alb',
  ]);
});

describe('the name of an Ingress of addIngress()', () => {
  const errorsOf = (object: object, namespace: (shop: Shop) => string) => {
    const shop = new Shop();
    shop.support.addIngress('Raw', { namespace: namespace(shop), rules: [{ service: 'shop', port: 80 }] });
    newManifest(shop.stack, shop.cluster, object, 'Manifest');
    return () => (shop.stack.node.root as App).synth();
  };

  test('fails in a manifest too', () => {
    expect(errorsOf(raw(), () => 'shop')).toThrow('[Stack/AlbIngress] Ingress shop/raw is defined by '
      + 'Stack/AlbIngress/IngressClass/Ingresses/Raw/Resource/Resource/Default and by Stack/Manifest/Resource/Default: the one that is created last would fail; take one of them out, or choose another name or namespace');
  });

  test('is free in another namespace, or one that is a token, and for another kind', () => {
    expect(errorsOf(raw(), () => 'web')).not.toThrow();
    expect(errorsOf(raw(), ({ stack }) => new CfnParameter(stack, 'P').valueAsString)).not.toThrow();
    expect(errorsOf({ ...service(), metadata: { name: 'raw', namespace: 'shop' } }, () => 'shop')).not.toThrow();
  });
});

describe('target types', () => {
  const message = 'ingressTargetType: Ingress shop/raw has target type instance, and its Service shop is of type ClusterIP: there is no node port to register; '
    + 'use target type ip, or type NodePort';

  test.each<[string, object[], Partial<EksAlbIngressSupportProps>, string[]]>([
    ['instance, by default, of a ClusterIP', [raw(), service()], {}, [message]],
    ['instance of a NodePort', [raw(), service('NodePort')], {}, []],
    ['ip of a ClusterIP', [raw({ annotations: { 'target-type': 'ip' } }), service()], {}, []],
    ['ip by the class', [raw(), service()], { ingressClass: { targetType: IngressTargetType.IP } }, []],
    ['ip by the support', [raw(), service()], { defaultTargetType: IngressTargetType.IP }, []],
    ['ip by the Service', [raw(), service('ClusterIP', { annotations: { [`${PREFIX}target-type`]: 'ip' } })], {}, []],
    ['of a name', [raw({ annotations: { 'target-type': 'ip' } }), service('ExternalName')], {},
      ['ingressTargetType: Ingress shop/raw has target type ip, and its Service shop is of type ExternalName: there is nothing to register; use a Service with pods']],
    ['of a Service of another namespace', [raw(), service('ClusterIP', { namespace: 'other' })], {}, [expect.stringMatching(/^ingressServiceNamespace/)]],
    ['of a Service that is not in the app', [raw()], {}, []],
  ])('%s', (_, objects, props, messages) => {
    expect(said(objects, props)).toEqual(messages);
  });

  test('of Ingresses of addIngress() too', () => {
    expect(said([service()], {}, false, ({ support }) => support.addIngress('Raw', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] }))).toEqual([message]);
  });
});

describe('target types where all pods run on Fargate', () => {
  const layer = (stack: Stack) => newLayer(stack, 'Kubectl');
  const CLUSTERS = {
    'aws-eks': (stack: Stack, vpc: ec2.Vpc) => new eks.FargateCluster(stack, 'Cluster', { vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer: layer(stack) }),
    'aws-eks-v2': (stack: Stack, vpc: ec2.Vpc) => new eks_v2.FargateCluster(stack, 'Cluster', {
      vpc, version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer: layer(stack) },
    }),
  };
  /** What is said of an Ingress by manifest, and of a typed one. */
  function saidOf(
    objects: object[], props: Partial<EksAlbIngressSupportProps> = {}, edit: (cluster: OwnedCluster, stack: Stack) => void = () => undefined, module: Module = 'aws-eks-v2',
  ): string[] {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster: OwnedCluster = CLUSTERS[module](stack, vpc);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
    objects.forEach((object, index) => newManifest(stack, cluster, object, `Manifest${index}`));
    support.addIngress('Typed', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });
    edit(cluster, stack);
    return warningsOf(stack).map(({ text }) => text.replace(/^(.*) \[ack: .*\.(\w+)\]$/, '$2: $1'));
  }
  const message = (name: string) => `ingressTargetType: Ingress shop/${name} has target type instance, and its Service shop has its pods on Fargate, which is all that `
    + 'cluster Stack/Cluster shows to run them on: there is no instance to register; use target type ip, for all Ingresses by defaultTargetType: IngressTargetType.IP';

  test.each(MODULES)('it is said of both kinds of Ingresses, on %s', (module) => {
    expect(saidOf([raw()], {}, undefined, module).sort()).toEqual([message('raw'), message('typed')]);
  });

  test('whatever the type of the Service', () => {
    expect(saidOf([service('NodePort')])).toEqual([message('typed')]);
    expect(saidOf([service()])).toEqual([message('typed')]);
  });

  test.each<[string, object[], Partial<EksAlbIngressSupportProps>, ((cluster: OwnedCluster, stack: Stack) => void) | undefined]>([
    ['pods are registered by default', [raw()], { defaultTargetType: IngressTargetType.IP }, undefined],
    ['the class says so', [raw()], { ingressClass: { targetType: IngressTargetType.IP } }, undefined],
    ['the Service says so', [service('ClusterIP', { annotations: { [`${PREFIX}target-type`]: 'ip' } })], {}, undefined],
    ['there is a node group', [], {}, (cluster) => cluster.addNodegroupCapacity('Nodes')],
    ['there is Karpenter', [], {}, (cluster) => cluster.addHelmChart('Nodes', { chart: 'karpenter' })],
    ['there are nodes of which the app says nothing', [], {}, (_, stack) => new CfnResource(stack, 'Nodes', { type: 'AWS::EC2::EC2Fleet' })],
  ])('nothing is said where %s', (_, objects, props, edit) => {
    expect(saidOf(objects, props, edit)).toEqual([]);
  });
});

describe('ports and namespaces of Services', () => {
  const of = (ports: object[] | undefined, namespace = 'shop') => ({ ...service('NodePort', { namespace }), spec: { type: 'NodePort', ports } });
  const noPort = (ports: string, port: string | number = 80, name = 'raw') =>
    `ingressServicePort: Ingress shop/${name} sends requests to port ${port} of the Service shop, which has ${ports} only; use one of its ports`;
  const noNamespace = 'ingressServiceNamespace: Ingress shop/raw names the Service shop, which the app defines in namespace web and not in shop: '
    + 'an Ingress reaches those of its own namespace only; define it there';

  test.each<[string, object[], string[]]>([
    ['a port that is not there', [of([{ port: 8080, name: 'http' }, { port: 9090 }])], [noPort('8080 (http), 9090')]],
    ['a port that is there', [of([{ port: 9090 }, { port: 80 }])], []],
    ['ports of which nothing is said', [of(undefined)], []],
    ['a Service in another namespace', [of([{ port: 80 }], 'web')], [noNamespace]],
    ['a Service in another namespace too', [of([{ port: 80 }], 'web'), of([{ port: 80 }])], []],
    ['a Service of another name', [{ ...of([{ port: 8080 }]), metadata: { name: 'other', namespace: 'web' } }], []],
  ])('%s', (_, services, messages) => {
    expect(said([raw(), ...services])).toEqual(messages);
  });

  test('what only the deployment knows is not compared', () => {
    const shop = new Shop();
    const token = new CfnParameter(shop.stack, 'P');
    const number = new CfnParameter(shop.stack, 'N', { type: 'Number' }).valueAsNumber;
    newManifest(shop.stack, shop.cluster, raw(), 'Ingress');
    newManifest(shop.stack, shop.cluster, of([{ port: number }]), 'Port');
    shop.support.addIngress('A', { namespace: 'shop', rules: [{ service: 'shop', port: number }] });
    shop.support.addIngress('B', { namespace: token.valueAsString, rules: [{ service: 'shop', port: 80 }] });
    newManifest(shop.stack, shop.cluster, of([{ port: 80 }], token.valueAsString), 'Namespace');
    shop.support.addIngress('C', { namespace: 'other', rules: [{ service: 'shop', port: 80 }] });
    expect(warningsOf(shop.stack)).toEqual([]);
  });

  test.each<[string | undefined, string[]]>([['shop', []], [undefined, [noNamespace]], ['other', [noNamespace]]])('a Helm release in namespace %s', (namespace, messages) => {
    expect(said([raw(), of([{ port: 80 }], 'web')], {}, false, ({ cluster }) => cluster.addHelmChart('Chart', { chart: 'shop', namespace }))).toEqual(messages);
  });

  test('of Ingresses of addIngress() too, by name, in actions and with conditions', () => {
    const add = (rule: IngressRule) => said([of([{ port: 8080, name: 'http' }])], {}, false, ({ support }) => support.addIngress('Typed', { namespace: 'shop', rules: [rule] }));
    const conditions = [elbv2.ListenerCondition.httpHeader('X-Beta', ['1'])];
    const forward = (port: number) => ({ action: IngressAction.weightedForward([{ service: 'shop', port, weight: 1 }]) });
    expect(add({ service: 'shop', portName: 'web' })).toEqual([noPort('8080 (http)', 'web', 'typed')]);
    expect(add(forward(80))).toEqual([noPort('8080 (http)', 80, 'typed')]);
    expect(add({ service: 'shop', port: 80, conditions })).toEqual([noPort('8080 (http)', 80, 'typed')]);
    expect([...add({ service: 'shop', portName: 'http' }), ...add(forward(8080)), ...add({ action: IngressAction.fixedResponse(404) })]).toEqual([]);
  });

  test('of actions by annotation, whatever is in them', () => {
    const withAction = (action: string) => {
      const ingress = raw({ annotations: { 'actions.shop': action } });
      ingress.spec.rules[0].http.paths[0].backend.service.port = { name: 'use-annotation' } as any;
      return said([ingress, of([{ port: 8080 }])]);
    };
    const forward = (servicePort: unknown) => JSON.stringify({ type: 'forward', forwardConfig: { targetGroups: [{ serviceName: 'shop', servicePort, weight: 1 }, { targetGroupARN: 'arn', weight: 1 }] } });
    expect(withAction(forward('80'))).toEqual([noPort('8080')]);
    expect([...withAction(forward('8080')), ...withAction(forward(8080))]).toEqual([]);
    expect([...withAction('{}'), ...withAction('{"type":"forward","forwardConfig":{"targetGroups":[null]}}')]).toEqual([
      expect.stringMatching(/^ingressAnnotationValue: .*actions\.shop must have the type fixed-response, forward, redirect/),
      expect.stringMatching(/^ingressAnnotationValue: .*actions\.shop must have targetGroups with either a serviceName or a target group/),
    ]);
  });
});

test.each<[Raw, string]>([
  [{ annotations: { 'group.name': 'g' } },
    `ingressAnnotationNotInAutoMode: Ingress shop/raw ${PREFIX}group.name must be left out in EKS Auto Mode, which does not support it, got "g"; set it in the class`],
  [{ annotations: { 'kubernetes.io/ingress.class': 'alb' } },
    'ingressAnnotationNotInAutoMode: Ingress shop/raw must leave out the annotation kubernetes.io/ingress.class, which EKS Auto Mode does not support, got "alb"; set spec.ingressClassName'],
])('warns in EKS Auto Mode of %j', (ingress, message) => {
  expect(said([raw(ingress)], {}, true)).toEqual([message]);
});

test('does not warn in EKS Auto Mode of OIDC, which works there with a Role for the group eks:managed', () => {
  expect(said([raw({ annotations: { 'auth-type': 'oidc', 'listen-ports': '[{"HTTPS":443}]' } })], {}, true)).toEqual([]);
});

test('annotations of Services are read too', () => {
  expect(said([service('NodePort', { annotations: { [`${PREFIX}healthcheck-pth`]: '/' } })])).toEqual([
    `ingressAnnotationUnknown: Service shop/shop ${PREFIX}healthcheck-pth must be an annotation that the controller reads, got "/"; `
    + `did you mean ${PREFIX}healthcheck-path?`,
  ]);
});

test('warnings can be acknowledged, and are not told twice', () => {
  const shop = new Shop();
  newManifest(shop.stack, shop.cluster, raw({ annotations: { shceme: 'internal' } }));
  const { length } = warningsOf(shop.stack);
  expect(warningsOf(shop.stack)).toHaveLength(length);
  expect(warningsOf(shop.stack)[0].text).toContain('[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.ingressAnnotationUnknown]');
});

describe('an Ingress of addIngress() waits for', () => {
  const kinds = (kind: string) => ({ Manifest }: Record<string, any>) => JSON.parse(joined(Manifest)).some((object: any) => object.kind === kind);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

  test.each(['before', 'after'])('its namespace and Services, defined %s it', (when) => {
    const shop = new Shop({ defaultTargetType: IngressTargetType.IP });
    const define = () => {
      newManifest(shop.stack, shop.cluster, namespace, 'Namespace');
      newManifest(shop.stack, shop.cluster, service(), 'Service');
      newManifest(shop.stack, shop.cluster, service('ClusterIP', { name: 'other' }), 'Other');
    };
    if (when === 'before') define();
    shop.support.addIngress('Shop', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });
    if (when === 'after') define();
    const graph = soundGraph(shop.stack.node.root as App);
    const ingress = graph.theOne(MANIFEST, kinds('Ingress'));
    const named = (name: string) => graph.theOne(MANIFEST, (properties) => kinds('Service')(properties) && joined(properties.Manifest).includes(`"name":"${name}"`));
    expect(graph.comesAfter(ingress, graph.theOne(MANIFEST, kinds('Namespace')))).toBe(true);
    expect(graph.comesAfter(ingress, named('shop'))).toBe(true);
    expect(graph.comesAfter(ingress, named('other'))).toBe(false);
  });

  test('nothing that waits for it', () => {
    const shop = new Shop();
    const ingress = shop.support.addIngress('Shop', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });
    newManifest(shop.stack, shop.cluster, service('NodePort'), 'Service').node.addDependency(ingress);
    soundGraph(shop.stack.node.root as App);
  });

  test('no namespace that waits for it, which is a mistake', () => {
    const shop = new Shop();
    const ingress = shop.support.addIngress('Shop', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });
    newManifest(shop.stack, shop.cluster, namespace, 'Namespace').node.addDependency(ingress);
    expect(warningsOf(shop.stack).map(({ text }) => text)).toEqual([expect.stringMatching(/ needs its namespace \(Stack\/Namespace\/.*, and cannot be deployed after it and deleted before it: /)]);
  });
});
