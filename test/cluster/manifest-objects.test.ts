import { Aws, CfnParameter, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { KubernetesObject, objectsOf } from '../../src/cluster/manifest-objects';
import { isAwsAuth, isNamespace, isNodeClass, isNodePool, needsController } from '../../src/order/object-kinds';
import { newStack } from '../fixtures';

function resource(stack: Stack, Manifest: unknown): CfnResource {
  return new CfnResource(stack, 'Manifest', { type: 'Custom::AWSCDK-EKS-KubernetesResource', properties: { Manifest } });
}

/** As the CDK's KubernetesManifest writes it. */
function written(...objects: unknown[]): CfnResource {
  const stack = newStack();
  return resource(stack, stack.toJsonString(objects));
}

const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'game' } };
const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };

describe('reads', () => {
  test.each<[string, unknown[], number]>([
    ['one object', [INGRESS], 1],
    ['several', [CONFIG, INGRESS], 2],
    ['a list', [{ apiVersion: 'v1', kind: 'List', items: [CONFIG, INGRESS] }], 2],
    ['a list in a list', [{ kind: 'List', items: [{ kind: 'List', items: [INGRESS] }] }], 1],
    ['a typed list', [{ kind: 'IngressList', items: [INGRESS] }], 1],
    ['a list of nothing', [{ kind: 'List', items: [] }], 0],
    ['gaps', [null, INGRESS], 1],
    ['text in place of an object', ['---', INGRESS], 1],
    ['a field called items that is no list', [{ ...INGRESS, items: 'none' }], 1],
  ])('%s', (_, objects, count) => {
    expect(objectsOf(written(...objects))).toHaveLength(count);
  });

  test('through tokens within strings, in place of values and as keys of nothing', () => {
    const stack = newStack();
    const number = new CfnParameter(stack, 'Number', { type: 'Number' });
    const manifest = resource(stack, stack.toJsonString([{
      ...INGRESS,
      metadata: { name: `game-${Aws.REGION}`, annotations: { arn: Token.asString({ 'Fn::GetAtt': ['Certificate', 'Arn'] }) } },
      spec: { replicas: number.valueAsNumber, list: Token.asList({ 'Fn::Split': [',', 'a,b'] }) },
    }]));
    expect(objectsOf(manifest).map(needsController)).toEqual([true]);
  });

  test('what is only produced late', () => {
    expect(objectsOf(written({ ...INGRESS, kind: Lazy.string({ produce: () => 'Ingress' }) })).some(needsController)).toBe(true);
  });

  test.each<[string, unknown]>([
    ['text that is no JSON', 'kind: Ingress'],
    ['nothing', undefined],
    ['an intrinsic function as a whole', { Ref: 'Manifest' }],
    ['another function', { 'Fn::Sub': '[]' }],
  ])('nothing from %s', (_, text) => {
    expect(objectsOf(resource(newStack(), text))).toEqual([]);
  });
});

describe('the controller is needed by', () => {
  test.each<[string, unknown, boolean]>([
    ['an Ingress', INGRESS, true],
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
    ['TargetGroupBinding of EKS Auto Mode', { apiVersion: 'eks.amazonaws.com/v1', kind: 'TargetGroupBinding' }, false],
    ['an IngressClass', { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }, false],
    ['a route, which does nothing without its Gateway', { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }, false],
    ['a ConfigMap', CONFIG, false],
    ['an object without a kind', { metadata: {} }, false],
  ])('%s: %#', (_, object, expected) => {
    expect(objectsOf(written(object)).some(needsController)).toBe(expected);
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
