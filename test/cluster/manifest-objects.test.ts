import { Aws, CfnParameter, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { objectsOf } from '../../src/cluster/manifest-objects';
import { needsController } from '../../src/order/object-kinds';
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
