import * as fs from 'fs';
import * as path from 'path';
import * as core from 'aws-cdk-lib';
import { Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity } from '../../src';
import { newApp, newCluster, newStack } from '../fixtures';
import { ACCOUNT, bind, ENV, importedCluster, ISSUER, PROVIDER_ARN, trustOf, webIdentityTrust } from '../support/identity-fixtures';

test('is a plain object where the provider is known to the letter', () => {
  const stack = newStack();
  bind(ControllerIdentity.irsa(), importedCluster(stack));

  expect(trustOf(stack).rendered).toEqual(webIdentityTrust(PROVIDER_ARN, ISSUER));
});

test('is a plain object where the provider is known at the end of synthesis', () => {
  const stack = newStack();
  bind(ControllerIdentity.irsa(), importedCluster(stack, Lazy.string({ produce: () => PROVIDER_ARN })));

  expect(trustOf(stack).policy).toMatchObject({ Statement: [{ Principal: { Federated: PROVIDER_ARN } }] });
});

describe.each([
  ['as text', (stack: Stack) => newCluster(stack, 'aws-eks-v2', { nodes: false })],
  ['as an object', (stack: Stack) => importedCluster(stack)],
])('what is done later to a role with a trust %s', (_name, clusterIn) => {
  let stack: Stack;
  let role: iam.Role;

  beforeEach(() => {
    stack = newStack();
    role = bind(ControllerIdentity.irsa(), clusterIn(stack)).role as iam.Role;
  });

  test('a statement added to its trust is in it, beside the controller\'s', () => {
    role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({
      actions: ['sts:AssumeRole'], principals: [new iam.ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/Debug`)],
    }));

    expect(trustOf(stack).policy.Statement).toEqual([
      expect.objectContaining({ Action: 'sts:AssumeRoleWithWebIdentity' }),
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Debug` } },
    ]);
  });

  test('who is granted to assume it may do so', () => {
    const other = new iam.Role(stack, 'Other', { assumedBy: new iam.AccountRootPrincipal() });
    role.grantAssumeRole(other);

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Resource: stack.resolve(role.roleArn) }] },
      Roles: [stack.resolve(other.roleName)],
    });
    expect(trustOf(stack).policy.Statement).toHaveLength(1);
  });

  test('a permission added to it is granted', () => {
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 's3:GetObject', Effect: 'Allow', Resource: '*' }] },
      Roles: [stack.resolve(role.roleName)],
    });
  });

  test('a managed policy added to it is attached', () => {
    role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Imported', `arn:aws:iam::${ACCOUNT}:policy/audit`));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: [`arn:aws:iam::${ACCOUNT}:policy/audit`],
      Description: Match.anyValue(),
    });
  });

  test('fails for a trust statement without a principal, as any role does', () => {
    role.assumeRolePolicy!.addStatements(new iam.PolicyStatement({ actions: ['sts:AssumeRole'] }));
    // The CDK calls the policy by another name from release to release.
    expect(() => Template.fromStack(stack))
      .toThrow(/\[Stack\/AlbIngress\/Role\] A PolicyStatement used in a \S+ policy must specify at least one IAM principal/);
  });
});

// The CDK has its own check of templates from 2.262 on; on older ones there is nothing to ask.
const validated = 'CloudFormationValidatePlugin' in core ? describe : describe.skip;

validated('the CDK\'s check of templates', () => {
  beforeEach(() => {
    delete process.env.CDK_VALIDATION;
    jest.spyOn(console, 'error').mockImplementation();
  });

  afterEach(() => {
    process.env.CDK_VALIDATION = 'false';
    jest.restoreAllMocks();
  });

  test('accepts the trust in either shape, and what else an identity defines', () => {
    const app = newApp();
    const owned = newStack('Owned', { env: ENV }, app);
    const cluster = newCluster(owned, 'aws-eks-v2', { nodes: false }) as eks_v2.Cluster;
    bind(ControllerIdentity.irsa(), cluster);
    const imported = newStack('Imported', { env: ENV }, app);
    bind(ControllerIdentity.irsa(), importedCluster(imported));
    const pods = newStack('Pods', { env: ENV }, app);
    bind(ControllerIdentity.podIdentity(), cluster, pods);
    // Without something that it does find, silence would prove nothing.
    new iam.CfnRole(imported, 'Wrong', { assumeRolePolicyDocument: {}, maxSessionDuration: 5 });

    const { directory, stacks } = app.synth();
    const shapes = stacks.map(({ template }) => Object.entries<any>(template.Resources).find(([id]) => id.startsWith('AlbIngressRole'))?.[1]
      .Properties.AssumeRolePolicyDocument).map((trust) => Object.keys(trust)[0]);
    const report = JSON.parse(fs.readFileSync(path.join(directory, 'validation-report.json'), 'utf-8'));
    const found: string[] = report.pluginReports.flatMap(({ violations }: any) => violations)
      .flatMap(({ violatingConstructs }: any) => violatingConstructs).map(({ constructPath }: any) => constructPath);

    expect(shapes.sort()).toEqual(['Fn::Join', 'Statement', 'Statement']);
    expect(found).toContain('Imported/Wrong');
    expect(found.filter((constructPath) => constructPath.includes('AlbIngress') || constructPath.includes('PodIdentity'))).toEqual([]);
  });
});
