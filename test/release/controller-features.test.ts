import { Aws } from 'aws-cdk-lib';
import { ChartFeatures, decideWebProtection } from '../../src/release/controller-features';

test.each([
  ['aws', undefined, undefined],
  ['aws-us-gov', undefined, false],
  ['aws-cn', undefined, false],
  ['aws-eusc', undefined, false],
  ['aws-iso', false, false],
  ['aws-iso-b', false, false],
  ['aws-iso-e', false, false],
  ['aws-iso-f', false, false],
  [Aws.PARTITION, undefined, undefined],
])('in %s', (partition, enableWafv2, enableShield) => {
  expect(decideWebProtection({}, partition, false)).toEqual({ enableWafv2, enableShield });
});

test.each<[string, ChartFeatures, boolean]>([
  ['in a VPC without a way out', {}, true],
  ['where target groups are all that the controller keeps', { targetGroupBindingOnly: true }, false],
])('all are off %s, but for those that are asked for', (_, features, isolated) => {
  expect(decideWebProtection(features, 'aws', isolated)).toEqual({ enableWafv2: false, enableShield: false });
  expect(decideWebProtection({ ...features, enableShield: true }, 'aws', isolated)).toEqual({ enableWafv2: false, enableShield: true });
});

test('what the user says holds in any partition', () => {
  expect(decideWebProtection({ enableWafv2: false, enableShield: true }, 'aws-iso', false))
    .toEqual({ enableWafv2: false, enableShield: true });
});
