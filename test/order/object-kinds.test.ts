import { CfnResource, Token } from 'aws-cdk-lib';
import { KubernetesObject, objectsOf } from '../../src/cluster/manifest-objects';
import { isAwsAuth, isNamespace, isNodeClass, isNodePool, needsController } from '../../src/order/object-kinds';
import { newStack } from '../fixtures';

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
