import { CfnResource, Fn, IResolvable, Lazy, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { isInTemplate, overridesOf, physicalNameOf, propertiesOf, referenceIn, statementsOf, versionOf } from '../../src/cluster/cdk-internals';
import { importCluster, MODULES, newApp, newCluster, newStack } from '../fixtures';

const tokenOf = (text: string): IResolvable => Tokenization.reverseString(text).tokens[0];

test('properties of a resource are those that it was given, with its tokens, also when they are set later', () => {
  const stack = newStack();
  const text = Lazy.string({ produce: () => 'late' });
  const l1 = new s3.CfnBucket(stack, 'L1', { bucketName: text });
  l1.accessControl = 'Private';
  expect(propertiesOf(l1)).toMatchObject({ bucketName: text, accessControl: 'Private' });
  expect(propertiesOf(new CfnResource(stack, 'Plain', { type: 'Test::One', properties: { Text: text } }))).toEqual({ Text: text });
});

test('overrides are those of escape hatches, and none at first', () => {
  const resource = new CfnResource(newStack(), 'Resource', { type: 'Test::One', properties: { A: 1 } });
  expect(overridesOf(resource)).toEqual({});
  resource.addPropertyOverride('B.C', 2);
  resource.addOverride('DependsOn', ['Other']);
  expect(overridesOf(resource)).toEqual({ Properties: { B: { C: 2 } }, DependsOn: ['Other'] });
});

test('a policy without statements is not in the template', () => {
  const stack = newStack();
  const policy = new iam.Policy(stack, 'Policy', { roles: [new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() })] });
  const resource = policy.node.defaultChild as CfnResource;
  expect(isInTemplate(resource)).toBe(false);
  policy.addStatements(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  expect(isInTemplate(resource)).toBe(true);
});

describe.each(MODULES)('a cluster of %s', (module) => {
  test('has the name and the version that it was given', () => {
    const cluster = newCluster(newStack(), module, { clusterName: 'blue' });
    expect(Token.isUnresolved(cluster.clusterName)).toBe(true);
    expect([physicalNameOf(cluster), versionOf(cluster)]).toEqual(['blue', '1.35']);
  });

  test('has no version where it is imported', () => {
    expect(versionOf(importCluster(newStack(), module))).toBeUndefined();
  });
});

test('a reference is found in itself, and in what the CDK wraps it in between stacks', () => {
  const app = newApp();
  const [stack, other] = ['Stack', 'Other'].map((id) => newStack(id, {}, app));
  const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'by-name' });
  const user = new CfnResource(other, 'User', { type: 'Test::One', properties: { Name: bucket.bucketName, Arn: bucket.bucketArn } });
  const resource = bucket.node.defaultChild;
  expect(Object.values(propertiesOf(user)).map((value) => referenceIn(tokenOf(value))?.target)).toEqual([resource, resource]);
  expect(referenceIn(Lazy.any({ produce: () => 1 }))).toBeUndefined();
  expect(referenceIn(tokenOf(Fn.join('', [bucket.bucketName])))).toBeUndefined();
});

test('the statements of a policy document are read, before and after it is rendered', () => {
  const statement = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] });
  const document = new iam.PolicyDocument({ statements: [statement] });
  expect(statementsOf(document)).toEqual([statement]);
  new Stack().resolve(document);
  expect(statementsOf(document)?.map(({ resources }) => resources)).toEqual([['*']]);
  expect(statementsOf(Lazy.any({ produce: () => ({ statements: [1] }) }))).toBeUndefined();
});

test('an owned cluster of aws-eks-v2 without a name has none', () => {
  const cluster = new eks_v2.Cluster(newStack(), 'Cluster', { version: eks_v2.KubernetesVersion.of('1.35') });
  const name = physicalNameOf(cluster);
  expect(name === undefined || Token.isUnresolved(name) || name === '').toBe(true);
});
