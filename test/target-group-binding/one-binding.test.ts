import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport } from '../../src';
import { newCluster } from '../fixtures';
import { bindingsIn, bindShop, newSupported, SHOP } from '../support/binding-fixtures';

/** Two bindings of one target group, by the same support or by that of another cluster. */
function bindTwice(first: boolean | undefined, second: boolean | undefined, otherCluster = false) {
  const supported = newSupported();
  const { stack, vpc } = supported;
  const support = otherCluster
    ? new EksAlbIngressSupport(stack, 'Green', { cluster: newCluster(stack, 'aws-eks-v2', { id: 'GreenCluster', vpc }), vpc })
    : supported.support;
  const { targetGroup } = bindShop(supported, { multiCluster: first });
  support.addTargetGroupBinding('Again', { ...SHOP, multiCluster: second, targetGroup });
  return stack;
}

test.each([[undefined, undefined], [true, undefined], [false, true]])('is rejected where not both say so: %s, %s', (first, second) => {
  for (const otherCluster of [false, true]) {
    expect(() => bindTwice(first, second, otherCluster)).toThrow(new Error('addTargetGroupBinding(Again).targetGroup must not be that of '
      + 'Stack/AlbIngressTargets/Shop: one binding takes out what another one has registered, got "Stack/AlbIngressTargets/Shop/TargetGroup"; '
      + 'set multiCluster on both, or give each a target group of its own'));
  }
});

test.each([false, true])('is for several where both say so, in another cluster: %s', (otherCluster) => {
  const bindings = bindingsIn(bindTwice(true, true, otherCluster));
  expect(bindings.map(({ spec }) => spec.multiClusterTargetGroup)).toEqual([true, true]);
  expect(new Set(bindings.map(({ spec }) => spec.targetGroupARN)).size).toBe(1);
  expect(new Set(bindings.map(({ metadata }) => metadata.name)).size).toBe(2);
});

test('one imported twice is one, by its ARN or by what that refers to', () => {
  const supported = newSupported();
  const { stack } = supported;
  const shop = bindShop(supported);
  const imported = (id: string, targetGroupArn: string) => elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, id, { targetGroupArn });
  expect(() => bindShop(supported, { targetGroup: imported('Same', shop.targetGroup.targetGroupArn) }, 'Again')).toThrow(/^addTargetGroupBinding\(Again\)\.targetGroup must not be that of .*, got "Stack\/Same"/);
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';
  bindShop(supported, { targetGroup: imported('One', arn) }, 'One1');
  expect(() => bindShop(supported, { targetGroup: imported('Two', arn) }, 'Two2')).toThrow(/must not be that of Stack\/AlbIngressTargets\/One1: .*, got "Stack\/Two"/);
  expect(() => bindShop(supported, { targetGroup: imported('Three', `${arn}0`) }, 'Three3')).not.toThrow();
});
