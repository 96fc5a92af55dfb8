import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
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
  const policies = ['One', 'Another'].flatMap((id) => providerFor(stack).allow(new Construct(stack, id), 'Rights', statements())) as iam.CfnPolicy[];
  expect(new Set(policies.map(({ policyName }) => policyName)).size).toBe(2);
  expect(stack.resolve(policies.map(({ roles }) => roles))).toEqual(new Array(2).fill([{ Ref: expect.stringMatching(/^ProviderRole/) }]));
});

test('without a role of its own there is no policy either', () => {
  const stack = new Stack(new App(), 'Stack');
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/Provider/Role': 'precreated' } });
  expect(providerFor(stack).allow(stack, 'Rights', statements())).toEqual([]);
});

describe('rights that inline policies have no room for', () => {
  /** Of 1,000 characters or more, on a resource of that name. */
  const large = (name: string, size = 1000) => [new iam.PolicyStatement({ actions: ['ec2:CreateTags'], resources: [name.padEnd(size, 'x')] })];

  function stackWith(...names: string[]): Stack {
    const stack = new Stack(new App(), 'Stack');
    names.forEach((name) => providerFor(stack).allow(new Construct(stack, name), 'Rights', large(name)));
    return stack;
  }
  const managedIn = (stack: Stack) => Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  const FOUR = ['A', 'B', 'C', 'D'];

  test('share a managed policy, whose id is that of all that share it, in any place that the stack has', () => {
    const [[id, { Properties: { Roles: roles, PolicyDocument: document } }], ...others] = managedIn(stackWith(...FOUR, 'E', 'F'));
    expect(others).toEqual([]);
    expect(roles).toEqual([{ Ref: expect.stringMatching(/^ProviderRole/) }]);
    expect(document.Statement.map(({ Resource }: any) => Resource[0])).toEqual(['E', 'F']);
    expect(id).toMatch(/^ProviderRights0\w{8}[0-9A-F]{8}$/);
    expect(managedIn(stackWith(...FOUR, 'E', 'F'))[0][0]).toBe(id);
    expect(managedIn(stackWith(...FOUR, 'E', 'G'))[0][0]).not.toBe(id);
    expect(managedIn(stackWith(...FOUR, 'E'))[0][0]).not.toBe(id);

    const inStage = new Stack(new Stage(new App(), 'Prod'), 'Stack');
    [...FOUR, 'E', 'F'].forEach((name) => providerFor(inStage).allow(new Construct(inStage, name), 'Rights', large(name)));
    expect(managedIn(inStage)[0][0]).toBe(id);
  });

  test('share none with rights that wait for something else', () => {
    const stack = stackWith(...FOUR);
    const topics = ['One', 'Another'].map((id) => new CfnResource(stack, id, { type: 'AWS::SNS::Topic' }));
    const policies = [...topics, topics[0]].map(({ ref }, index) =>
      providerFor(stack).allow(new Construct(stack, `Of${index}`), 'Rights', [...large('E'), ...large(ref)]));
    expect(policies.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(policies[2]).toEqual(policies[0]);
    expect(policies[1]).not.toEqual(policies[0]);
  });

  test('lie in several managed policies where one has no room for all', () => {
    const stack = stackWith();
    const policies = providerFor(stack).allow(new Construct(stack, 'A'), 'Rights', [...large('A', 5000), ...large('A', 5001)]);
    expect(policies.map(({ cfnResourceType }) => cfnResourceType)).toEqual(new Array(2).fill('AWS::IAM::ManagedPolicy'));
  });

  test('fit no longer when half of what a role holds is taken: a warning, once; and an error when all of it is', () => {
    const stack = stackWith();
    const provider = providerFor(stack);
    const allow = (index: number) => provider.allow(new Construct(stack, `Part${index}`), 'Rights', large('A', 4950));
    // One inline and four managed ones, beside the managed one of the CDK; then as many again, and the one managed policy that is left.
    const count = (limit: number) => Array.from({ length: limit }).findIndex((_, index) => !provider.hasRoomFor(large('A', 4950)) || !allow(index));
    expect(count(20)).toBe(5);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());

    for (let index = 5; index < 11; index++) allow(index);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings.map(({ id, entry }) => [id, entry.data])).toEqual([['/Stack/Provider', 'the rights of Stack/Provider take more than half of what IAM lets a '
      + 'role hold: an update that changes all of them has the old ones beside the new ones, and may fail; define some of the clusters in another stack '
      + '[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.handlerRoleTight]']]);
    expect(() => allow(11)).toThrow(new Error('Stack/Part11 must find room for its rights in the role of its function, which IAM limits to 10,240 characters '
      + 'and ten managed policies, got "Stack/Provider"; define some of the clusters in another stack'));
  });
});
