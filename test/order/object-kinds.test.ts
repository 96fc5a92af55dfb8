import { App, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { EksAlbIngressSupport, GatewayApi } from '../../src';
import { KubernetesObject, objectsOf } from '../../src/cluster/manifest-objects';
import { isAwsAuth, isNamespace, isNodeClass, isNodePool, needsController } from '../../src/order/object-kinds';
import { INGRESS, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, soundGraph } from '../fixtures';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';

/** As they are read of a manifest, with tokens in them. */
function readObjects(...objects: unknown[]): KubernetesObject[] {
  const stack = newStack();
  const properties = { Manifest: stack.toJsonString(objects) };
  return objectsOf(new CfnResource(stack, 'Manifest', { type: 'Custom::AWSCDK-EKS-KubernetesResource', properties }));
}

describe('the controller is needed by', () => {
  test.each<[string, unknown, boolean]>([
    ['an Ingress', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }, true],
    ['an Ingress of an old API', { apiVersion: 'extensions/v1beta1', kind: 'Ingress' }, true],
    ['a Service of type LoadBalancer', { apiVersion: 'v1', kind: 'Service', spec: { type: 'LoadBalancer' } }, true],
    ['a Service of type NodePort', { apiVersion: 'v1', kind: 'Service', spec: { type: 'NodePort' } }, false],
    ['a Service without a type', { apiVersion: 'v1', kind: 'Service', spec: {} }, false],
    ['a Service without a spec', { apiVersion: 'v1', kind: 'Service' }, false],
    ['a Service whose type the deployment knows', { apiVersion: 'v1', kind: 'Service', spec: { type: Token.asString({ Ref: 'Type' }) } }, true],
    ['a TargetGroupBinding', { apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'TargetGroupBinding' }, true],
    ['IngressClassParams', { apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'IngressClassParams' }, true],
    ['a Gateway', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' }, true],
    ['a Gateway of Istio', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway' }, false],
    ['a LoadBalancerConfiguration', { apiVersion: 'gateway.k8s.aws/v1beta1', kind: 'LoadBalancerConfiguration' }, true],
    ['a GlobalAccelerator', { apiVersion: 'aga.k8s.aws/v1beta1', kind: 'GlobalAccelerator' }, true],
    ['TargetGroupBinding of EKS Auto Mode', { apiVersion: 'eks.amazonaws.com/v1', kind: 'TargetGroupBinding' }, true],
    ['an IngressClass', { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }, false],
    ['a route, which does nothing without its Gateway', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }, false],
    ['a ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap' }, false],
    ['an object without a kind', { metadata: {} }, false],
  ])('%s: %#', (_, object, expected) => {
    expect(readObjects(object).some(needsController)).toBe(expected);
  });
});

test.each<[(object: KubernetesObject) => boolean, KubernetesObject, boolean]>([
  [isAwsAuth, { kind: 'ConfigMap', metadata: { name: 'aws-auth' } }, true],
  [isAwsAuth, { kind: 'Secret', metadata: { name: 'aws-auth' } }, false],
  [isAwsAuth, { kind: 'ConfigMap' }, false],
  [isNodePool, { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' }, true],
  [isNodePool, { apiVersion: 'karpenter.sh/v1alpha5', kind: 'Provisioner' }, true],
  [isNodePool, { apiVersion: 'example.com/v1', kind: 'NodePool' }, false],
  [isNodePool, { apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim' }, false],
  [isNodeClass, { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' }, true],
  [isNodeClass, { apiVersion: 'eks.amazonaws.com/v1', kind: 'NodeClass' }, true],
  [isNodeClass, {}, false],
  [(object) => isNamespace('ingress', object), { kind: 'Namespace', metadata: { name: 'ingress' } }, true],
  [(object) => isNamespace('ingress', object), { kind: 'Namespace', metadata: { name: 'shop' } }, false],
])('%p of %j is %p', (is, object, expected) => {
  expect(is(object)).toBe(expected);
});

/** An object with a spec, of the default namespace. */
function newObject(apiVersion: string, kind: string, name: string, spec: Record<string, any> = {}, metadata: Record<string, any> = {}) {
  return { apiVersion, kind, metadata: { name, ...metadata }, spec };
}

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const gatewayClass = (spec: Record<string, any> = {}) => newObject(GATEWAY_API, 'GatewayClass', 'alb', { controllerName: 'gateway.k8s.aws/alb', ...spec });
const gateway = (spec: Record<string, any> = {}) => newObject(GATEWAY_API, 'Gateway', 'shop', { gatewayClassName: 'alb', ...spec });
const configuration = (kind: string, name = 'shop', spec = {}) => newObject('gateway.k8s.aws/v1beta1', kind, name, spec);
const ingressClass = (name = 'alb', metadata = {}) =>
  newObject('networking.k8s.io/v1', 'IngressClass', name, { controller: 'ingress.k8s.aws/alb', parameters: { kind: 'IngressClassParams', name: 'shop' } }, metadata);
const route = (kind: string, name: string) =>
  newObject(GATEWAY_API, kind, 'shop', { rules: [{ filters: [{ type: 'ExtensionRef', extensionRef: { kind: 'ListenerRuleConfiguration', name } }] }] });

/** Whether, of two objects in manifests of their own, the one comes after the other one; the other one is defined last. */
function comesAfter(one: Record<string, any>, other: Record<string, any>): boolean {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { create: false } });
  const [a, b] = [one, other].map((manifest, index) => newManifest(stack, cluster, manifest, `Manifest${index}`));
  // Some of these make no sense together, of which there are warnings.
  return DeploymentGraph.of(stack.node.root as App).comesAfter(nodeOf(a), nodeOf(b));
}

test.each<[string, Record<string, any>, Record<string, any>, boolean]>([
  ['an Ingress and its class', INGRESS, ingressClass(), true],
  ['an Ingress and another class', INGRESS, ingressClass('nginx'), false],
  ['an Ingress without a class and the default one', { ...INGRESS, spec: {} },
    ingressClass('any', { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }), true],
  ['an Ingress without a class and one that is no default', { ...INGRESS, spec: {} }, ingressClass('any'), false],
  ['a class and its parameters', ingressClass(), newObject('elbv2.k8s.aws/v1beta1', 'IngressClassParams', 'shop'), true],
  ['a Gateway and its class', gateway(), gatewayClass(), true],
  ['a Gateway and another class', gateway({ gatewayClassName: 'other' }), gatewayClass(), false],
  ['a Gateway and its configuration', gateway({ infrastructure: { parametersRef: { name: 'shop' } } }), configuration('LoadBalancerConfiguration'), true],
  ['a Gateway and another configuration', gateway({ infrastructure: { parametersRef: { name: 'shop' } } }),
    configuration('LoadBalancerConfiguration', 'other'), false],
  ['a Gateway and the configuration of a target group', gateway(), configuration('TargetGroupConfiguration'), true],
  ['a class and its configuration', gatewayClass({ parametersRef: { name: 'shop', namespace: 'default' } }), configuration('LoadBalancerConfiguration'), true],
  ['a class and a configuration in another namespace', gatewayClass({ parametersRef: { name: 'shop', namespace: 'shop' } }),
    configuration('LoadBalancerConfiguration'), false],
  ['configurations of a load balancer and its target groups',
    configuration('LoadBalancerConfiguration', 'shop', { defaultTargetGroupConfiguration: { name: 'shop' } }), configuration('TargetGroupConfiguration'), true],
  ['an HTTPRoute and the configuration of its rule', route('HTTPRoute', 'shop'), configuration('ListenerRuleConfiguration'), true],
  ['a GRPCRoute and the configuration of its rule', route('GRPCRoute', 'shop'), configuration('ListenerRuleConfiguration'), true],
  ['an HTTPRoute and another configuration', route('HTTPRoute', 'other'), configuration('ListenerRuleConfiguration'), false],
])('%s', (_, one, other, expected) => {
  expect(comesAfter(one, other)).toBe(expected);
});

test.each<[string, Record<string, any>, boolean]>([
  ['a GatewayClass of the controller', gatewayClass(), true],
  ['a GatewayClass of EKS Auto Mode', gatewayClass({ controllerName: 'eks.amazonaws.com/gateway-alb' }), true],
  ['a GatewayClass of another one', gatewayClass({ controllerName: 'istio.io/gateway-controller' }), false],
  ['a TargetGroupBinding', newObject('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', 'shop'), true],
  ['a TargetGroupBinding of EKS Auto Mode', newObject('eks.amazonaws.com/v1', 'TargetGroupBinding', 'shop'), true],
  ['a GlobalAccelerator', newObject('aga.k8s.aws/v1beta1', 'GlobalAccelerator', 'shop'), true],
  ['a Route', route('HTTPRoute', 'shop'), false],
  ['an IngressClass', ingressClass(), false],
])('%s needs the controller: %#', (_, manifest, expected) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, upgradeCrds: true, gatewayApi: GatewayApi.external(), ingressClass: { create: false } });
  const node = nodeOf(newManifest(stack, cluster, manifest));
  expect(soundGraph(stack.node.root as App).comesAfter(node, nodeOf(support.controller!))).toBe(expected);
});

test('the controller looks for the kinds of the Gateway API when it starts: their definitions come before', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const [own, other] = ['gateways.gateway.networking.k8s.io', 'shops.example.com'].map((name, index) =>
    nodeOf(newManifest(stack, cluster, newObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', name), `Definition${index}`)));
  const graph = soundGraph(stack.node.root as App);
  expect([own, other].map((node) => graph.comesAfter(nodeOf(support.controller!), node))).toEqual([true, false]);
});

test('in EKS Auto Mode a TargetGroupBinding goes before the network and what lets kubectl in', () => {
  const stack: Stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newAutoModeCluster(stack, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const binding = nodeOf(cluster.addManifest('Binding', newObject('eks.amazonaws.com/v1', 'TargetGroupBinding', 'shop')));
  const graph = soundGraph(stack.node.root as App);
  const before = ['AWS::EC2::Route', 'AWS::EC2::VPCGatewayAttachment', 'AWS::EKS::AccessEntry'].flatMap((type) => graph.find(type));
  expect(before.length).toBeGreaterThan(4);
  expect(before.filter((node) => !graph.comesAfter(binding, node))).toEqual([]);
});
