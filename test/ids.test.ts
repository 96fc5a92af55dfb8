import { EksAlbIngressSupport } from '../src';
import { MODULES, newCluster, newStack, newVpc } from './fixtures';

test.each(MODULES.flatMap((module) => ([
  ['addIngress', (support: EksAlbIngressSupport, id: string) => support.addIngress(id, { ingressName: `shop-${Math.random()}`.replace('.', ''), rules: [{ service: 'shop', port: 80 }] }),
    'Stack/Alb/IngressClass/Ingresses/Shop'],
  ['addIngressClass', (support: EksAlbIngressSupport, id: string) => support.addIngressClass(id), 'Stack/Alb/IngressClasses/Shop'],
  ['addTargetGroupBinding', (support: EksAlbIngressSupport, id: string) => support.addTargetGroupBinding(id, { service: 'shop', namespace: 'shop', port: 80 }), 'Stack/AlbTargets/Shop'],
  ['addNetworkTargetGroupBinding', (support: EksAlbIngressSupport, id: string) => support.addNetworkTargetGroupBinding(id, { service: 'shop', namespace: 'shop', port: 80 }),
    'Stack/AlbTargets/Shop'],
] as const).map(([method, add, at]) => [module, method, add, at] as const)))('on a cluster of %s, %s() names an id that is taken as the user wrote it', (module, method, add, at) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, module, { vpc }), vpc });
  add(support, 'Shop');
  expect(() => add(support, 'Shop')).toThrow(new Error(`${method}(Shop) must have an id of its own, which ${at} has already; choose another id`));
});
