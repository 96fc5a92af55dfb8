import { App, Aws, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { resolveTokensOnly } from '../../src/iam/rendered-policy';

type Statements = (stack: Stack, other: Stack) => iam.PolicyStatement[];

const statement = (actions: string[], resources: string[], conditions?: Record<string, any>) =>
  new iam.PolicyStatement({ actions, resources, conditions });

/** The template of a stack with a policy, as the CDK resolves it itself or as this library lets it. */
function templateOf(statements: Statements, minimize: boolean, isOurs: boolean, change: (policy: iam.ManagedPolicy) => void = () => {}) {
  const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': minimize } });
  const stack = new Stack(app, 'Stack');
  const other = new Stack(app, 'Other');
  const policy = new iam.ManagedPolicy(stack, 'Policy', { statements: statements(stack, other) });
  if (isOurs) {
    resolveTokensOnly(policy);
  }
  change(policy);
  return [stack, other].map((one) => Template.fromStack(one).toJSON());
}

const CASES: [string, Statements][] = [
  ['literal statements, unsorted and mergeable', () => [
    statement(['s3:PutObject', 's3:GetObject'], ['arn:b', 'arn:a']), statement(['s3:ListBucket'], ['arn:b', 'arn:a']), statement(['ec2:*'], ['*']),
  ]],
  ['tokens in resources and conditions', () => [
    statement(['ec2:CreateTags'], [`arn:${Aws.PARTITION}:ec2:*:*:vpc/x`, `arn:${Aws.PARTITION}:ec2:*:*:subnet/a`], { StringEquals: { 'aws:ResourceTag/x': Aws.REGION } }),
    statement(['ec2:DeleteTags'], [`arn:${Aws.PARTITION}:ec2:*:*:vpc/x`], { ArnEquals: { 'ec2:Vpc': [Aws.STACK_ID, 'x'] } }),
  ]],
  ['a reference to another stack', (_, other) => [statement(['s3:GetObject'], [new s3.Bucket(other, 'Bucket').arnForObjects('*')])]],
  ['texts that are the same when they are resolved', () => ['one', 'two'].map(() => statement(['s3:GetObject'], [Lazy.string({ produce: () => 'arn:same' })]))],
  ['a text that resolves to nothing', () => [statement(['s3:GetObject'], [Lazy.string({ produce: () => undefined }), 'arn:a', Aws.STACK_ID])]],
  ['a list that is a token', () => [statement(['s3:GetObject'], Token.asList(Fn.split(',', Fn.importValue('Buckets'))))]],
  ['a number that is a token', (stack) => [
    statement(['s3:GetObject'], ['*'], { NumericLessThan: { 's3:max-keys': new CfnParameter(stack, 'Keys', { type: 'Number' }).valueAsNumber } }),
  ]],
  ['a key that is a token', () => [statement(['s3:GetObject'], ['*'], { StringEquals: { [Lazy.string({ produce: () => 'aws:x' })]: 'x' } })]],
  ['an object that is a token', () => [statement(['s3:GetObject'], ['*'], { StringEquals: Lazy.any({ produce: () => ({ 'aws:x': Aws.REGION }) }) })]],
];

describe.each([false, true])('with the flag to minimize policies: %s', (minimize) => {
  test.each(CASES)('the template is the same, of %s', (_, statements) => {
    expect(templateOf(statements, minimize, true)).toEqual(templateOf(statements, minimize, false));
  });

  test.each<[string, (policy: iam.ManagedPolicy) => void]>([
    ['statements that are added later', (policy) => policy.addStatements(statement(['ec2:*'], [Aws.STACK_ID]))],
    ['statements that are added after it was resolved', (policy) => {
      Stack.of(policy).resolve((policy.node.defaultChild as iam.CfnManagedPolicy).policyDocument);
      policy.addStatements(statement(['ec2:*'], [Aws.STACK_ID]));
    }],
    ['an override', (policy) => (policy.node.defaultChild as iam.CfnManagedPolicy).addPropertyOverride('PolicyDocument.Statement.0.Resource.0', 'arn:override')],
  ])('the template is the same, with %s', (_, change) => {
    expect(templateOf(CASES[1][1], minimize, true, change)).toEqual(templateOf(CASES[1][1], minimize, false, change));
  });
});

test('literal texts are not resolved again', () => {
  const stack = new Stack();
  const policy = new iam.ManagedPolicy(stack, 'Policy', { statements: [statement(['s3:GetObject'], ['arn:literal', `arn:${Aws.REGION}`])] });
  resolveTokensOnly(policy);
  const { policyDocument } = policy.node.defaultChild as iam.CfnManagedPolicy;
  const context = { scope: stack, preparing: false, documentPath: [], registerPostProcessor: () => {}, resolve: (value: unknown) => value };
  const returned = policyDocument.resolve(context);
  expect(JSON.stringify(returned)).toContain(`arn:${Aws.REGION}`);
  expect(JSON.stringify(returned)).not.toContain('literal');
  expect(JSON.parse(JSON.stringify(policyDocument))).toEqual(policy.document.toJSON());
});
