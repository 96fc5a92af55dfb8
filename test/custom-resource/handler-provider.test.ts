import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { HandlerProvider } from '../../src/custom-resource/handler-provider';
import { policySize } from '../../src/util/policy-size';

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
  const policies = ['One', 'Another'].flatMap((id) => providerFor(stack).allow(new Construct(stack, id), 'Rights', statements())) as iam.CfnPolicy[];
  expect(new Set(policies.map(({ policyName }) => policyName)).size).toBe(2);
  expect(stack.resolve(policies.map(({ roles }) => roles))).toEqual(new Array(2).fill([{ Ref: expect.stringMatching(/^ProviderRole/) }]));
});

test('without a role of its own there is no policy either', () => {
  const stack = new Stack(new App(), 'Stack');
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/Provider/Role': 'precreated' } });
  expect(providerFor(stack).allow(stack, 'Rights', statements())).toEqual([]);
});

describe('the inline policies of a role have 10,240 characters', () => {
  /** A policy of exactly so many characters. */
  const ofSize = (size: number) => [new iam.PolicyStatement({
    actions: ['ec2:CreateTags'],
    resources: ['x'.repeat(size - policySize(new Stack(), [
      new iam.PolicyStatement({ actions: ['ec2:CreateTags'], resources: ['x'] }),
    ]) + 1)],
  })];
  let stack: Stack;
  let provider: HandlerProvider;
  let count: number;
  const allow = (size: number, isReplaced = false) => provider.allow(new Construct(stack, `Cluster${count++}`), 'Rights', ofSize(size), isReplaced);

  beforeEach(() => {
    stack = new Stack(new App(), 'Stack');
    provider = providerFor(stack);
    count = 0;
  });

  test('no more: an error at synth', () => {
    allow(10_240 - 1000);
    allow(1000);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    expect(() => allow(200)).toThrow(new Error('Stack/Cluster2 must find room for its rights in the role of its function, which IAM limits to 10,240 '
      + 'characters of inline policies, got "Stack/Provider"; define some of the clusters in another stack'));
  });

  test('policies that an update replaces count twice: a warning, once', () => {
    expect(provider.hasRoomFor(ofSize(3840))).toBe(true);
    expect(provider.hasRoomFor(ofSize(3841))).toBe(false);
    allow(5120, true);
    expect(provider.hasRoomFor(ofSize(200))).toBe(false);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());

    allow(200, true);
    allow(200, true);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings.map(({ id, entry }) => [id, entry.data])).toEqual([['/Stack/Cluster1', 'the role of Stack/Provider may have more than the 10,240 '
      + 'characters that IAM allows in inline policies, in an update that changes all of its rights and has the old ones next to the new ones; '
      + 'define some of the clusters in another stack [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.handlerRoleTight]']]);
  });

  test("include the role's own rights", () => {
    const other = HandlerProvider.of(stack, 'Other', 'network/program/network-tags', 'Tags', ofSize(300));
    expect(other.hasRoomFor(ofSize((7680 - 300) / 2))).toBe(true);
    expect(other.hasRoomFor(ofSize((7680 - 300) / 2 + 1))).toBe(false);
  });
});
