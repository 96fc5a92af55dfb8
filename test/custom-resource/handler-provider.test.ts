import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { HandlerProvider } from '../../src/custom-resource/handler-provider';

const providerFor = (scope: Construct) => HandlerProvider.of(scope, 'Provider', 'network/program/network-tags', 'Tags');
const statements = () => [new iam.PolicyStatement({ actions: ['ec2:CreateTags'], resources: ['*'] })];

test('one function serves all of a stack, with the runtime that the CDK of the app holds for the newest, and no rights in its role', () => {
  const stack = new Stack(new App(), 'Stack');
  const [one, another] = ['One', 'Another'].map((id) => new Construct(stack, id));
  expect(providerFor(one)).toBe(providerFor(another));
  expect(providerFor(new Stack(stack.node.root, 'Other'))).not.toBe(providerFor(one));

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: Match.stringLikeRegexp('^nodejs2[2-9]\\.x$'),
    Handler: '__entrypoint__.handler',
    Timeout: 900,
    Description: 'Tags',
  });
  template.hasResourceProperties('AWS::IAM::Role', { Policies: Match.absent() });
});

test('rights are policies of their own, with names of their own', () => {
  const stack = new Stack(new App(), 'Stack');
  const policies = ['One', 'Another'].map((id) => providerFor(stack).allow(new Construct(stack, id), 'Rights', statements())!);
  expect(new Set(policies.map(({ policyName }) => policyName)).size).toBe(2);
  expect(stack.resolve(policies.map(({ roles }) => roles))).toEqual(new Array(2).fill([{ Ref: expect.stringMatching(/^ProviderRole/) }]));
});

test('without a role of its own there is no policy either', () => {
  const stack = new Stack(new App(), 'Stack');
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/Provider/Role': 'precreated' } });
  expect(providerFor(stack).allow(stack, 'Rights', statements())).toBeUndefined();
});

test('policies of one stack name sixty ids, and what is too many for the room that is left takes none of it', () => {
  const provider = providerFor(new Stack(new App(), 'Stack'));
  expect([40, 21, 20, 1].map((ids) => provider.canName(ids))).toEqual([true, false, true, false]);
});
