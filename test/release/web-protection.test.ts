import { Aws } from 'aws-cdk-lib';
import { ChartFeatures, decideWebProtection } from '../../src/release/web-protection';

test.each([
  ['aws', undefined, undefined, undefined],
  ['aws-us-gov', undefined, undefined, false],
  ['aws-cn', undefined, undefined, false],
  ['aws-eusc', false, undefined, false],
  ['aws-iso', false, false, false],
  ['aws-iso-b', false, false, false],
  ['aws-iso-e', false, false, false],
  ['aws-iso-f', false, false, false],
  [Aws.PARTITION, undefined, undefined, undefined],
])('in %s', (partition, enableWaf, enableWafv2, enableShield) => {
  expect(decideWebProtection({}, partition, false)).toEqual({ enableWaf, enableWafv2, enableShield });
});

test.each<[string, ChartFeatures, boolean]>([
  ['in a VPC without a way out', {}, true],
  ['where target groups are all that the controller keeps', { targetGroupBindingOnly: true }, false],
])('all are off %s, but for those that are asked for', (_, features, isolated) => {
  expect(decideWebProtection(features, 'aws', isolated)).toEqual({ enableWaf: false, enableWafv2: false, enableShield: false });
  expect(decideWebProtection({ ...features, enableShield: true }, 'aws', isolated)).toEqual({ enableWaf: false, enableWafv2: false, enableShield: true });
});

test('what the user says holds in any partition', () => {
  expect(decideWebProtection({ enableWaf: true, enableWafv2: false, enableShield: true }, 'aws-iso', false))
    .toEqual({ enableWaf: true, enableWafv2: false, enableShield: true });
});
