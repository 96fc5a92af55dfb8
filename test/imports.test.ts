import { EksAlbIngressSupport } from '../src';
import { MODULES, newCluster, newStack, newVpc } from './fixtures';

/** Modules that only some options need; together with what they load of the CDK, a quarter of what an import would take. */
jest.mock('../src/cleanup/load-balancer-cleanup', () => mockOfUnneeded());
jest.mock('../src/network/tag-at-deploy', () => mockOfUnneeded());
jest.mock('../src/controller/crd-upgrade', () => mockOfUnneeded());

function mockOfUnneeded(): never {
  throw new Error('loaded without need');
}

test.each(MODULES)('a cluster of %s in a VPC of the app loads nothing that has a handler', (module) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc });
});

test('what has a handler is loaded by the option that needs it', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, deleteLoadBalancersOnDestroy: true })).toThrow('loaded without need');
});
