import { Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { importCluster, messagesOf, Module, MODULES, newCluster, newManifest, newStack, newVpc, warningsOf } from '../fixtures';

const NAME = { name: 'aws-load-balancer-controller', namespace: 'kube-system' };

function define(
  module: Module, imported: boolean, props: Partial<EksAlbIngressSupportProps> = {},
): { readonly stack: Stack; readonly cluster: AnyCluster } {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = imported ? importCluster(stack, module) : newCluster(stack, module, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
  return { stack, cluster };
}

const CLUSTERS = MODULES.flatMap((module) => [[module, 'owned', false], [module, 'imported', true]] as const);

describe.each(CLUSTERS)('a ServiceAccount of the app, %s, %s', (module, _, imported) => {
  test('fails with the name and namespace of the controller: it would exist already', () => {
    const { stack, cluster } = define(module, imported);
    const { node } = cluster.addServiceAccount('Account', NAME);
    expect(() => messagesOf(stack)).toThrow(`the ServiceAccount kube-system/aws-load-balancer-controller is defined by ${node.path}/manifest-AccountServiceAccount`);
  });

  test('fails as a manifest too', () => {
    const { stack, cluster } = define(module, imported, { serviceAccountName: 'lbc' });
    newManifest(stack, cluster, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...NAME, name: 'lbc' } }, 'Account');
    expect(() => messagesOf(stack)).toThrow('the ServiceAccount kube-system/lbc is defined by Stack/Account/');
  });

  test.each([
    ['of another name', { ...NAME, name: 'shop' }, {}],
    ['of another namespace', { ...NAME, namespace: 'shop' }, {}],
    ['that is taken over', NAME, { takeOver: true }],
  ] as const)('may be there: one %s', (_what, metadata, props) => {
    const { stack, cluster } = define(module, imported, props);
    newManifest(stack, cluster, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }, 'Account');
    expect(messagesOf(stack, 'error')).toEqual([]);
  });
});

describe.each(MODULES)('the namespace of the controller, %s', (module) => {
  const missing = (stack: Stack) => warningsOf(stack).filter(({ text }) => text.includes('.controllerNamespaceMissing'));

  test('is warned of where nothing in the app creates it', () => {
    const { stack } = define(module, false, { controllerNamespace: 'ingress' });
    expect(missing(stack)).toEqual([{
      id: '/Stack/AlbIngress',
      text: 'nothing in the app creates the namespace ingress, which controllerNamespace names: on a new cluster the deployment fails; add a manifest of it to '
        + 'the cluster, or acknowledge this warning if the cluster has it [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.controllerNamespaceMissing]',
    }]);
  });

  test('may come by a manifest', () => {
    const { stack, cluster } = define(module, false, { controllerNamespace: 'ingress' });
    newManifest(stack, cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ingress' } }, 'Namespace');
    expect(missing(stack)).toEqual([]);
  });

  test('may not come by a manifest of another one', () => {
    const { stack, cluster } = define(module, false, { controllerNamespace: 'ingress' });
    newManifest(stack, cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, 'Namespace');
    expect(missing(stack)).toHaveLength(1);
  });

  test('may come by a chart', () => {
    const { stack, cluster } = define(module, false, { controllerNamespace: 'ingress' });
    (cluster as eks.Cluster).addHelmChart('Platform', { chart: 'platform', repository: 'https://charts.example.com' });
    expect(missing(stack)).toEqual([]);
  });

  test.each([['an imported cluster', true, 'ingress'], ['a namespace of each cluster', false, 'default']] as const)('may be there: %s', (_, imported, controllerNamespace) => {
    expect(missing(define(module, imported, { controllerNamespace }).stack)).toEqual([]);
  });
});
