import { Aws, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { policySize } from '../../src/util/policy-size';
import { deployedPolicy } from '../support/policy-grants';

const stack = new Stack();
const LONGEST_NAME = 'n'.repeat(100);

test('is that of the JSON without white space where all is known', () => {
  const statements = [
    new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: ['*'], conditions: { Bool: { 'aws:SecureTransport': 'true' } } }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, notActions: ['s3:*'], resources: ['arn:x:"quoted"'] }),
  ];

  expect(policySize(stack, statements)).toBe(JSON.stringify(deployedPolicy(new iam.PolicyDocument({ statements }))).length);
  expect(policySize(stack, [])).toBe('{"Version":"2012-10-17","Statement":[]}'.length);
});

test('counts what is known on deployment only as long as it can get', () => {
  const sizeOf = (resource: string) => policySize(stack, [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] })]);

  expect(sizeOf(`arn:${Aws.PARTITION}:x`)).toBe(sizeOf('arn:aws-us-gov:x'));
  expect(sizeOf(`${Aws.REGION}${Aws.ACCOUNT_ID}`)).toBe(sizeOf('us-isof-south-1111122223333'));
  expect(sizeOf(stack.stackId)).toBe(sizeOf(`arn:aws-us-gov:cloudformation:us-isof-south-1:111122223333:stack/${'s'.repeat(128)}/01234567-89ab-cdef-0123-456789abcdef`));
  expect(sizeOf(Token.asString({ Ref: 'Cluster' }))).toBe(sizeOf(LONGEST_NAME));
  expect(sizeOf(Token.asString({ 'Fn::GetAtt': ['Bucket', 'Arn'] }))).toBe(sizeOf(LONGEST_NAME));
  expect(sizeOf(Lazy.string({ produce: () => 'late' }))).toBe(sizeOf('late'));
  expect(sizeOf(`port ${Token.asString(5)}`)).toBe(sizeOf('port 5'));
});

test('values that are tokens as a whole count as what they become', () => {
  const statement = (resources: string[], conditions: object) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources, conditions });
  const late = Lazy.any({ produce: () => ({ 'aws:PrincipalArn': ['one', `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/two`], 'n': 5 }) });
  const arn = `arn:${'x'.repeat('aws-us-gov'.length)}:iam::111122223333:role/two`;
  expect(policySize(stack, [statement(Lazy.list({ produce: () => ['a', 'b'] }), { StringEquals: late })]))
    .toBe(policySize(stack, [statement(['a', 'b'], { StringEquals: { 'aws:PrincipalArn': ['one', arn], 'n': 5 } })]));
});

test('what is not given counts nothing, as in a template', () => {
  const statement = (conditions: object) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], conditions: { StringEquals: conditions } });
  expect(policySize(stack, [statement({ a: undefined, b: ['c', undefined] })])).toBe(policySize(stack, [statement({ b: ['c'] })]));
});
