import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { attachPolicies } from '../../src/iam/attach-policies';
import { newApp, newStack } from '../fixtures';

const ACCOUNT = '111122223333';
const ENV = { account: ACCOUNT, region: 'eu-west-1' };
const assumedBy = new iam.ServicePrincipal('pods.eks.amazonaws.com');
const MANAGED = 'AWS::IAM::ManagedPolicy';

function newPolicies(scope: Construct): iam.ManagedPolicy[] {
  return ['One', 'Two'].map((id) => new iam.ManagedPolicy(scope, id, {
    statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [id] })],
  }));
}

function expectNoPolicies(stack: Stack, rolePath: string): void {
  Template.fromStack(stack).resourceCountIs(MANAGED, 0);
  Annotations.fromStack(stack).hasWarning('/Stack/Scope', Match.stringLikeRegexp(
    `^the role brought by identity, ${rolePath}, takes no policies from this app: grant it what the controller needs yourself `
    + '\\[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.rolePermissionsNotManaged\\]$'));
}

describe('policies', () => {
  let stack: Stack;
  let scope: Construct;
  let policies: iam.ManagedPolicy[];

  beforeEach(() => {
    stack = newStack('Stack', { env: ENV });
    scope = new Construct(stack, 'Scope');
    policies = newPolicies(scope);
  });

  test.each<[string, () => iam.IRole, unknown]>([
    ['a role of this stack', () => new iam.Role(stack, 'Role', { assumedBy }), { Ref: expect.stringMatching(/^Role/) }],
    ['a lazy role', () => new iam.LazyRole(stack, 'Role', { assumedBy }), { Ref: expect.stringMatching(/^Role/) }],
    ['a role of another stack', () => new iam.Role(newStack('Other', { env: ENV }, stack.node.root as any), 'Role', { assumedBy }),
      { 'Fn::ImportValue': expect.any(String) }],
    ['an imported role', () => iam.Role.fromRoleName(stack, 'Role', 'lbc'), 'lbc'],
    ['an imported role with a path', () => iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/eks/lbc`), 'lbc'],
  ])('are attached to %s, and returned', (_name, roleOf, rendered) => {
    expect(attachPolicies(scope, policies, roleOf())).toEqual(policies);

    const attached = Object.values(Template.fromStack(stack).findResources(MANAGED)).map(({ Properties }) => Properties.Roles);
    expect(attached).toEqual([[rendered], [rendered]]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('EksAlbIngressSupport'))).toEqual([]);
  });

  test('leave the role itself alone, which may be in a stack that this one depends on', () => {
    const other = newStack('Other', { env: ENV }, stack.node.root as any);
    const role = new iam.Role(other, 'Role', { assumedBy });
    attachPolicies(scope, policies, role);

    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    expect(other.dependencies).toEqual([]);
  });

  test.each<[string, () => iam.IRole, string]>([
    ['imported as immutable', () => iam.Role.fromRoleName(stack, 'Role', 'lbc', { mutable: false }), 'Stack/Role'],
    ['imported from another account', () => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::444455556666:role/lbc'), 'Stack/Role'],
    ['kept from policy updates', () => new iam.Role(stack, 'Role', { assumedBy }).withoutPolicyUpdates(), 'Stack/ImmutableRoleRole'],
    ['defined in another account', () => new iam.Role(
      newStack('Other', { env: { ...ENV, account: '444455556666' } }, stack.node.root as any), 'Role', { assumedBy, roleName: 'lbc' }), 'Other/Role'],
    ['imported in a stack of another account', () => iam.Role.fromRoleArn(
      newStack('Other', { env: { ...ENV, account: '444455556666' } }, stack.node.root as any), 'Role', 'arn:aws:iam::444455556666:role/lbc'), 'Other/Role'],
  ])('are not left lying about for a role %s, and a warning says so', (_name, roleOf, rolePath) => {
    expect(attachPolicies(scope, policies, roleOf())).toEqual([]);
    expectNoPolicies(stack, rolePath);
  });
});

test('policies of a stack that may be deployed to any account are attached to a role of a known one', () => {
  const stack = newStack();
  const policies = newPolicies(stack);
  expect(attachPolicies(stack, policies, iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/lbc`))).toEqual(policies);
  Template.fromStack(stack).hasResourceProperties(MANAGED, { Roles: ['lbc'] });
});

test('policies go to the CDK\'s report in an app that leaves its roles to others', () => {
  const app = newApp();
  iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/Role': 'lbc' } });
  const stack = newStack('Stack', {}, app);
  const policies = newPolicies(stack);
  expect(attachPolicies(stack, policies, new iam.Role(stack, 'Role', { assumedBy }))).toEqual(policies);

  const { directory, stacks } = app.synth();
  expect(Object.values<any>(stacks[0].template.Resources ?? {}).map(({ Type }) => Type)).toEqual([]);
  expect(stacks[0].messages).toEqual([]);
  const report = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf-8'));
  expect(report.roles).toEqual([expect.objectContaining({
    roleName: 'lbc',
    managedPolicyStatements: ['One', 'Two'].map((Resource) => ({ Action: 's3:GetObject', Effect: 'Allow', Resource })),
  })]);
});
