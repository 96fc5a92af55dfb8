import * as fs from 'fs';
import * as path from 'path';
import { App, Aws, CfnOutput, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport, IrsaOptions } from '../../src';
import { kubernetesObjects, newApp, newCluster, newStack } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';
import { ACCOUNT, bind, ENV, importedCluster, ISSUER, PROVIDER_ARN, trustOf, warningsOf, webIdentityTrust } from '../support/identity-fixtures';

const IDENTITIES = [
  ['irsa', (options: IrsaOptions) => ControllerIdentity.irsa(options)],
  ['podIdentity', (options: IrsaOptions) => ControllerIdentity.podIdentity(options)],
] as const;

describe.each(IDENTITIES)('the role of %s', (_kind, identityOf) => {
  test('has the options', () => {
    const stack = newStack();
    bind(identityOf({
      roleName: 'shop-lbc',
      path: '/eks/shop/',
      description: 'Load balancers of the shop',
      permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', `arn:aws:iam::${ACCOUNT}:policy/boundary`),
      maxSessionDuration: Duration.hours(12),
    }), importedCluster(stack));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'shop-lbc',
      Path: '/eks/shop/',
      Description: 'Load balancers of the shop',
      PermissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
      MaxSessionDuration: 43200,
    });
  });

  test('leaves to IAM what is not set', () => {
    const stack = newStack();
    bind(identityOf({}), importedCluster(stack));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      RoleName: Match.absent(),
      Path: Match.absent(),
      Description: 'AWS Load Balancer Controller, ServiceAccount kube-system/aws-load-balancer-controller',
      PermissionsBoundary: Match.absent(),
      MaxSessionDuration: Match.absent(),
    });
  });

  test('has the boundary that the app sets for all its roles', () => {
    const stack = newStack();
    bind(identityOf({}), importedCluster(stack));
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'));

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { PermissionsBoundary: Match.anyValue() });
  });

  test('trusts others on request, beside the ServiceAccount', () => {
    const stack = newStack();
    bind(identityOf({
      additionalTrustStatements: [new iam.PolicyStatement({
        actions: ['sts:AssumeRole'], principals: [new iam.AccountPrincipal(ACCOUNT)], conditions: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      })],
    }), importedCluster(stack));

    // Tokens in values alone leave the trust an object.
    expect(trustOf(stack).rendered.Statement).toEqual([
      expect.objectContaining({ Condition: { StringEquals: expect.any(Object) } }),
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${ACCOUNT}:root`]] } },
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ]);
  });

  test.each<[IrsaOptions, string]>([
    [{ roleName: `arn:aws:iam::${ACCOUNT}:role/lbc` },
      `roleName must be a name of 1 to 64 letters, digits and "+=,.@_-", got "arn:aws:iam::${ACCOUNT}:role/lbc"; `
      + 'leave it out, and bring a role that exists as role: iam.Role.fromRoleArn()'],
    [{ roleName: 'eks/lbc' },
      'roleName must be a name of 1 to 64 letters, digits and "+=,.@_-", got "eks/lbc"; rename it, and set what comes before the last "/" as path'],
    [{ roleName: '' },
      'roleName must be a name of 1 to 64 letters, digits and "+=,.@_-", got ""; rename it, and set what comes before the last "/" as path'],
    [{ roleName: 'r'.repeat(65) },
      `roleName must be a name of 1 to 64 letters, digits and "+=,.@_-", got "${'r'.repeat(65)}"; rename it, and set what comes before the last "/" as path`],
    [{ path: 'eks' }, 'path must start and end with "/", without white space, in at most 512 characters, got "eks"; try "/eks/"'],
    [{ path: '/a b/' }, 'path must start and end with "/", without white space, in at most 512 characters, got "/a b/"; try "/eks/"'],
    [{ path: `/${'p'.repeat(511)}/` },
      `path must start and end with "/", without white space, in at most 512 characters, got "/${'p'.repeat(511)}/"; try "/eks/"`],
    [{ description: 'd'.repeat(1001) }, 'description must have at most 1000 characters, got 1001; shorten it'],
    [{ maxSessionDuration: Duration.seconds(3599) }, 'maxSessionDuration must be whole seconds from 1 to 12 hours, got "3599 seconds"; try Duration.hours(1)'],
    [{ maxSessionDuration: Duration.seconds(43201) }, 'maxSessionDuration must be whole seconds from 1 to 12 hours, got "43201 seconds"; try Duration.hours(1)'],
    [{ maxSessionDuration: Duration.millis(3600500) }, 'maxSessionDuration must be whole seconds from 1 to 12 hours, got "3600.5 seconds"; try Duration.hours(1)'],
  ])('fails for %j', (options, message) => {
    expect(() => identityOf(options)).toThrow(new Error(message));
  });

  test('fails for a duration that is a token', () => {
    expect(() => identityOf({ maxSessionDuration: Duration.seconds(Lazy.number({ produce: () => 3600 })) })).toThrow(new Error(
      'maxSessionDuration must be known at synth, got "a token"; use a literal Duration'));
  });

  test.each<IrsaOptions>([
    { roleName: 'r' },
    { roleName: 'Lbc_+=,.@-9'.padEnd(64, 'x') },
    { path: '/' },
    { path: `/${'p'.repeat(510)}/` },
    { description: 'd'.repeat(1000) },
    { maxSessionDuration: Duration.hours(1) },
    { maxSessionDuration: Duration.hours(12) },
    { roleName: Aws.STACK_NAME, path: Fn.importValue('path'), description: Fn.importValue('text') },
  ])('takes %j', (options) => {
    const stack = newStack();
    bind(identityOf(options), importedCluster(stack));
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 1);
  });

  test('fails for options of a role that is defined elsewhere', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => identityOf({ role, roleName: 'lbc', path: '/', description: 'd', maxSessionDuration: Duration.hours(1), additionalTrustStatements: [] }))
      .toThrow(new Error('roleName, path, description, maxSessionDuration, additionalTrustStatements cannot be set on a role of your own; '
        + 'set it where the role is defined, or leave out role'));
    expect(() => identityOf({ role, permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess') }))
      .toThrow(new Error('permissionsBoundary cannot be set on a role of your own; set it where the role is defined, or leave out role'));
  });
});

describe.each(IDENTITIES)('a role of the user\'s own, by %s,', (kind, identityOf) => {
  const assumedBy = new iam.AccountPrincipal('444455556666');
  const ownTrust = expect.objectContaining({ Action: 'sts:AssumeRole', Principal: { AWS: expect.anything() } });
  const controllersTrust = expect.objectContaining({ Action: kind === 'irsa' ? 'sts:AssumeRoleWithWebIdentity' : ['sts:AssumeRole', 'sts:TagSession'] });
  const UNTRUSTING = 'let it be assumed by the ServiceAccount kube-system/aws-load-balancer-controller yourself';

  let app: App;
  let stack: Stack;
  let cluster: eks_v2.Cluster;

  beforeEach(() => {
    app = newApp();
    stack = newStack('Stack', { env: ENV }, app);
    cluster = newCluster(stack, 'aws-eks-v2') as eks_v2.Cluster;
  });

  function support(role: iam.IRole, scope = stack): EksAlbIngressSupport {
    return new EksAlbIngressSupport(scope, 'AlbIngress', { cluster, vpc: cluster.vpc, identity: identityOf({ role }) });
  }

  /** Roles that the controller's policies are attached to. */
  function rolesOfPolicies(scope = stack): unknown[] {
    return Object.values(Template.fromStack(scope).findResources('AWS::IAM::ManagedPolicy'))
      .filter(({ Properties }) => Properties.Description === 'Permissions of the AWS Load Balancer Controller')
      .map(({ Properties }) => Properties.Roles);
  }

  test('of this stack gets trust and permissions', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy });
    const made = support(role);

    expect(made.role).toBe(role);
    expect(trustOf(stack, 'Own').policy.Statement).toEqual([ownTrust, controllersTrust]);
    expect(rolesOfPolicies()).toEqual([[{ Ref: expect.stringMatching(/^Own/) }], [{ Ref: expect.stringMatching(/^Own/) }]]);
    expect(warningsOf(stack)).toEqual({});
    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
  });

  test('of this stack serves two clusters', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy });
    const second = newCluster(stack, 'aws-eks-v2', { id: 'Second', vpc: cluster.vpc }) as eks_v2.Cluster;
    support(role);
    new EksAlbIngressSupport(stack, 'SecondIngress', { cluster: second, vpc: cluster.vpc, identity: identityOf({ role }) });

    expect(trustOf(stack, 'Own').policy.Statement).toEqual([ownTrust, controllersTrust, controllersTrust]);
  });

  test('of this stack may be a lazy one', () => {
    support(new iam.LazyRole(stack, 'Own', { assumedBy }));

    expect(trustOf(stack, 'Own').policy.Statement).toEqual([ownTrust, controllersTrust]);
    expect(rolesOfPolicies()).toHaveLength(2);
    expect(warningsOf(stack)).toEqual({});
  });

  test('of the cluster\'s stack gets trust and permissions from another', () => {
    const role = new iam.Role(stack, 'Own', { assumedBy });
    const other = newStack('Other', { env: ENV }, app);
    support(role, other);

    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
    expect(stack.dependencies).toEqual([]);
    expect(trustOf(stack, 'Own').policy.Statement).toEqual([ownTrust, controllersTrust]);
    expect(rolesOfPolicies(other)).toEqual([[{ 'Fn::ImportValue': expect.any(String) }], [{ 'Fn::ImportValue': expect.any(String) }]]);
    expect(warningsOf(other)).toEqual({});
  });

  test('of a third stack gets trust and permissions', () => {
    const roles = newStack('Roles', { env: ENV }, app);
    const other = newStack('Other', { env: ENV }, app);
    support(new iam.Role(roles, 'Own', { assumedBy }), other);

    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
    expect(roles.dependencies).toEqual([stack]);
    expect(trustOf(roles, 'Own').policy.Statement).toEqual([ownTrust, controllersTrust]);
    expect(rolesOfPolicies(other)).toHaveLength(2);
    expect(warningsOf(other)).toEqual({});
  });

  test('of another stack than cluster and support gets permissions, and a warning for the trust that would be a circle', () => {
    const roles = newStack('Roles', { env: ENV }, app);
    support(new iam.Role(roles, 'Own', { assumedBy }));

    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
    expect(stack.dependencies).toEqual([roles]);
    expect(trustOf(roles, 'Own').policy.Statement).toEqual([ownTrust]);
    expect(rolesOfPolicies()).toHaveLength(2);
    expect(warningsOf(stack)).toEqual({
      roleTrustNotManaged: `the role brought by identity, Roles/Own, is in the stack Roles, which cannot depend on this one in turn: ${UNTRUSTING}`,
    });
  });

  test('of a stack in another region gets permissions by its name, and a warning for the trust', () => {
    const roles = newStack('Roles', { env: { account: ACCOUNT, region: 'us-east-1' } }, app);
    support(new iam.Role(roles, 'Own', { assumedBy, roleName: 'shop-lbc' }));

    expect(rolesOfPolicies()).toEqual([['shop-lbc'], ['shop-lbc']]);
    expect(warningsOf(stack)).toEqual({
      roleTrustNotManaged: `the role brought by identity, Roles/Own, is in another account or region than the cluster: ${UNTRUSTING}`,
    });
  });

  test('of another stack than the one that imports the cluster gets the trust', () => {
    const roles = newStack('Roles', { env: ENV }, app);
    const importing = newStack('Importing', { env: ENV }, app);
    const bound = bind(identityOf({ role: new iam.Role(roles, 'Own', { assumedBy }) }), importedCluster(importing));
    new CfnOutput(importing, 'RoleArn', { value: bound.role.roleArn });

    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
    expect(trustOf(roles, 'Own').rendered.Statement).toEqual([ownTrust, controllersTrust]);
    expect(warningsOf(importing)).toEqual({});
  });

  test('of another region than the one that imports the cluster gets the trust where that says all by itself', () => {
    const roles = newStack('Roles', { env: { account: ACCOUNT, region: 'us-east-1' } }, app);
    const importing = newStack('Importing', {}, app);
    bind(identityOf({ role: new iam.Role(roles, 'Own', { assumedBy, roleName: 'shop-lbc' }) }), importedCluster(importing));

    // The cluster's ARN would have the region of the role's stack there; that of the provider has none.
    const isComplete = kind === 'irsa';
    expect(trustOf(roles, 'Own').rendered.Statement).toEqual([ownTrust, ...(isComplete ? [controllersTrust] : [])]);
    expect(Object.keys(warningsOf(importing))).toEqual(isComplete ? [] : ['roleTrustNotManaged']);
  });

  test('imported gets permissions, and a warning for the trust', () => {
    support(iam.Role.fromRoleArn(stack, 'Own', `arn:aws:iam::${ACCOUNT}:role/eks/shop-lbc`));

    expect(rolesOfPolicies()).toEqual([['shop-lbc'], ['shop-lbc']]);
    expect(warningsOf(stack)).toEqual({
      roleTrustNotManaged: `the role brought by identity, Stack/Own, is not defined in this app, or is kept from changes: ${UNTRUSTING}`,
    });
  });

  test.each([
    ['imported as immutable', () => iam.Role.fromRoleArn(stack, 'Own', `arn:aws:iam::${ACCOUNT}:role/shop-lbc`, { mutable: false }), 'Stack/Own'],
    ['kept from policy updates', () => new iam.Role(stack, 'Own', { assumedBy }).withoutPolicyUpdates(), 'Stack/ImmutableRoleOwn'],
  ])('%s gets nothing, and warnings for it', (_name, roleOf, rolePath) => {
    support(roleOf());

    expect(rolesOfPolicies()).toEqual([]);
    expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
    expect(warningsOf(stack)).toEqual({
      roleTrustNotManaged: `the role brought by identity, ${rolePath}, is not defined in this app, or is kept from changes: ${UNTRUSTING}`,
      rolePermissionsNotManaged: `the role brought by identity, ${rolePath}, takes no policies from this app: grant it what the controller needs yourself`,
    });
  });

  const OTHERS: [string, () => iam.IRole][] = [
    ['imported from another account', () => iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::444455556666:role/shop-lbc')],
    ['imported in a stack of another account', () => iam.Role.fromRoleArn(
      newStack('Roles', { env: { ...ENV, account: '444455556666' } }, app), 'Own', 'arn:aws:iam::444455556666:role/shop-lbc')],
    ['defined in a stack of another account', () => new iam.Role(
      newStack('Roles', { env: { ...ENV, account: '444455556666' } }, app), 'Own', { assumedBy, roleName: 'shop-lbc' })],
  ];

  test.each(OTHERS)(kind === 'irsa' ? '%s gets nothing, and warnings for it' : 'fails when %s', (_name, roleOf) => {
    if (kind === 'podIdentity') {
      expect(() => support(roleOf())).toThrow(new Error(
        `role must be in the account of the cluster for EKS Pod Identity, ${ACCOUNT}, got "444455556666"; `
        + 'bring a role of that account, or use ControllerIdentity.irsa()'));
      return;
    }
    support(roleOf());

    expect(rolesOfPolicies()).toEqual([]);
    expect(Object.keys(warningsOf(stack)).sort()).toEqual(['rolePermissionsNotManaged', 'roleTrustNotManaged']);
    const [serviceAccount] = kubernetesObjects(stack).filter(({ kind: object }) => object === 'ServiceAccount');
    expect(serviceAccount.metadata.annotations['eks.amazonaws.com/role-arn']).toMatch(/:iam::444455556666:role\/shop-lbc$/);
  });
});

test('an app that leaves its roles to others gets the trust and the policies in the CDK\'s report', () => {
  const app = newApp();
  iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/AlbIngress/Role': 'shop-lbc' } });
  const stack = newStack('Stack', {}, app);
  bind(ControllerIdentity.irsa(), importedCluster(stack));

  const { directory } = app.synth();
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 0);
  const report = JSON.parse(fs.readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf-8'));
  expect(report.roles).toEqual([expect.objectContaining({
    roleConstructPath: 'Stack/AlbIngress/Role', roleName: 'shop-lbc', assumeRolePolicy: webIdentityTrust(PROVIDER_ARN, ISSUER).Statement,
  })]);
});
