import { Lazy } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { IngressWebAcl } from '../../src';
import { newStack } from '../fixtures';

test.each([
  ['arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b', 'use attrArn of the CfnWebACL'],
  ['shop', 'use attrArn of the CfnWebACL'],
  ['none', 'use IngressWebAcl.none()'],
])('fails for the ARN %j', (arn, remedy) => {
  expect(() => IngressWebAcl.fromArn(arn)).toThrow(new Error(
    `IngressWebAcl.fromArn() must be given the ARN of a WAFv2 web ACL of regional scope, got "${arn}"; ${remedy}`));
});

test.each([
  ['none', 'use IngressWebAcl.none()'],
  ['', 'use the name of the web ACL'],
  ['a b', 'use the name of the web ACL'],
  ['a'.repeat(129), 'use the name of the web ACL'],
])('fails for the name %j', (name, remedy) => {
  expect(() => IngressWebAcl.fromName(name)).toThrow(new Error(
    `IngressWebAcl.fromName() must be given 1 to 128 of A-Z, a-z, 0-9, '-' and '_', and not the name none, got "${name}"; ${remedy}`));
});

test('takes tokens, and a name of full length', () => {
  const token = Lazy.string({ produce: () => 'none' });
  expect(() => [IngressWebAcl.fromArn(token), IngressWebAcl.fromName(token), IngressWebAcl.fromName('a'.repeat(128))]).not.toThrow();
});

describe('a web ACL of the app', () => {
  const arnOf = (scope: string) => new CfnWebACL(newStack(), 'WebAcl', {
    scope, defaultAction: { allow: {} }, visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'a', sampledRequestsEnabled: true },
  }).attrArn;

  test('fails for CloudFront', () => {
    expect(() => IngressWebAcl.fromArn(arnOf('CLOUDFRONT'))).toThrow(new Error('IngressWebAcl.fromArn() must be given the ARN of a WAFv2 web ACL of regional scope, '
      + 'not of CLOUDFRONT, got "Stack/WebAcl"; define one of scope REGIONAL for load balancers'));
  });

  test('is taken for load balancers, or where its scope is a token', () => {
    expect(() => [IngressWebAcl.fromArn(arnOf('REGIONAL')), IngressWebAcl.fromArn(arnOf(Lazy.string({ produce: () => 'REGIONAL' })))]).not.toThrow();
  });
});
