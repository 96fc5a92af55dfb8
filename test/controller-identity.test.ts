import * as fs from 'fs';
import * as path from 'path';
import * as core from 'aws-cdk-lib';
import { App, Aws, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DeploymentGraph } from './deployment-graph';
import { joined, kubernetesObjects, MODULES, newApp, newCluster, newStack } from './fixtures';
import { ControllerIdentity, EksAlbIngressSupport, IrsaOptions, PodIdentityAgent } from '../src';
import { AnyCluster, TargetCluster } from '../src/private/cluster';

const ACCOUNT = '111122223333';
const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E';
const PROVIDER_ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
const ENV = { account: ACCOUNT, region: 'eu-west-1' };
const SUBJECT = 'system:serviceaccount:kube-system:aws-load-balancer-controller';
const WARNING = /^(.*) \[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport\.(\w+)\]$/;

/** Binds an identity as the L3 does, without all that the L3 defines besides. */
function bind(identity: ControllerIdentity, cluster: AnyCluster, stack = Stack.of(cluster), names = {}) {
  const scope = new Construct(stack, 'AlbIngress');
  const target = new TargetCluster(cluster);
  return identity._bind(scope, { target, namespace: 'kube-system', serviceAccountName: 'aws-load-balancer-controller', ...names });
}

/** A cluster known by name, with a provider that is known to the letter. */
function importedCluster(stack: Stack, providerArn: string | undefined = PROVIDER_ARN): eks_v2.ICluster {
  return eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: 'shop',
    openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', providerArn),
  });
}

/** What a role's trust is in the template, and the policy that it says; tokens read as their JSON. */
function trustOf(stack: Stack, role = 'AlbIngressRole') {
  const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith(role));
  expect(roles).toHaveLength(1);
  const rendered = roles[0][1].Properties.AssumeRolePolicyDocument;
  return { rendered, policy: rendered.Statement ? rendered : JSON.parse(joined(rendered)) };
}

/** Ids and texts of this library's warnings in a stack. */
function warningsOf(stack: Stack): { [id: string]: string } {
  return Object.fromEntries(Annotations.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ entry }) => WARNING.exec(entry.data as string))
    .flatMap((match) => match ? [[match[2], match[1]]] : []));
}

/** One statement, of one ServiceAccount, with nothing but these two conditions. */
const webIdentityTrust = (provider: unknown, issuer: string, subject = SUBJECT) => ({
  Version: '2012-10-17',
  Statement: [{
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: provider },
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject } },
  }],
});

const podsTrust = (clusterArn: unknown, namespace = 'kube-system', serviceAccount = 'aws-load-balancer-controller') => ({
  Version: '2012-10-17',
  Statement: [{
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': clusterArn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  }],
});

describe('IRSA', () => {
  describe.each(MODULES)('with a cluster of %s', (module) => {
    test.each([
      ['a custom resource', false, 'Custom::AWSCDKOpenIdConnectProvider'],
      ['CloudFormation\'s own resource', true, 'AWS::IAM::OIDCProvider'],
    ])('trusts the cluster\'s provider where it is %s', (_name, useNativeOidcProvider, type) => {
      const stack = newStack('Stack', {}, new App({ context: { '@aws-cdk/aws-eks:useNativeOidcProvider': useNativeOidcProvider } }));
      const bound = bind(ControllerIdentity.irsa(), newCluster(stack, module, { nodes: false }));

      const [provider] = Object.keys(Template.fromStack(stack).findResources(type));
      const arn = JSON.stringify({ Ref: provider });
      const { policy } = trustOf(stack);
      const [aud, sub] = Object.keys(policy.Statement[0].Condition.StringEquals);
      expect(aud.replace(/:aud$/, '')).toBe(sub.replace(/:sub$/, ''));
      expect(JSON.parse(aud.replace(/:aud$/, ''))).toEqual({ 'Fn::Select': [1, { 'Fn::Split': [':oidc-provider/', JSON.parse(arn)] }] });
      expect(policy).toEqual(webIdentityTrust(arn, aud.replace(/:aud$/, '')));
      expect(stack.resolve(bound.annotations)).toEqual({ 'eks.amazonaws.com/role-arn': stack.resolve(bound.role.roleArn) });
      expect(bound.prerequisites).toEqual([bound.role]);
    });

    test('a token for an issuer makes the trust one readable text, without a Lambda to compute it', () => {
      const stack = newStack();
      bind(ControllerIdentity.irsa(), newCluster(stack, module, { nodes: false }));

      expect(trustOf(stack).rendered).toEqual({ 'Fn::Join': ['', expect.any(Array)] });
      Template.fromStack(stack).resourceCountIs('Custom::AWSCDKCfnJson', 0);
    });

    test('works from a stack beside the cluster\'s', () => {
      const app = newApp();
      const clusterStack = newStack('ClusterStack', {}, app);
      const stack = newStack('Stack', {}, app);
      bind(ControllerIdentity.irsa(), newCluster(clusterStack, module, { nodes: false }), stack);

      expect(stack.dependencies).toEqual([]);
      const { policy } = trustOf(stack);
      expect(stack.dependencies).toEqual([clusterStack]);
      expect(policy.Statement).toHaveLength(1);
      expect(policy.Statement[0].Principal.Federated).toContain('Fn::ImportValue');
      const [aud] = Object.keys(policy.Statement[0].Condition.StringEquals);
      expect(policy).toEqual(webIdentityTrust(policy.Statement[0].Principal.Federated, aud.replace(/:aud$/, '')));
      expect(Template.fromStack(clusterStack).findResources('AWS::IAM::Role', { Properties: { Description: Match.stringLikeRegexp('Balancer') } })).toEqual({});
    });
  });

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

  test('takes the ARN of a provider from an import of another stack\'s', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack, Fn.importValue('provider')));

    const { policy } = trustOf(stack);
    expect(policy).toEqual(webIdentityTrust('{"Fn::ImportValue":"provider"}',
      '{"Fn::Select":[1,{"Fn::Split":[":oidc-provider/",{"Fn::ImportValue":"provider"}]}]}'));
  });

  test('trusts another ServiceAccount by its own name', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack), stack, { namespace: 'ingress', serviceAccountName: 'lbc' });

    expect(trustOf(stack).rendered).toEqual(webIdentityTrust(PROVIDER_ARN, ISSUER, 'system:serviceaccount:ingress:lbc'));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { Description: 'AWS Load Balancer Controller, ServiceAccount ingress/lbc' });
  });

  test('trusts a ServiceAccount whose name is known on deployment only', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack), stack, { namespace: Fn.importValue('namespace') });

    expect(trustOf(stack).rendered.Statement[0].Condition.StringEquals[`${ISSUER}:sub`])
      .toEqual({ 'Fn::Join': ['', ['system:serviceaccount:', { 'Fn::ImportValue': 'namespace' }, ':aws-load-balancer-controller']] });
  });
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

describe('EKS Pod Identity', () => {
  describe.each(MODULES)('with a cluster of %s', (module) => {
    let stack: Stack;
    let cluster: eks.Cluster | eks_v2.Cluster;

    beforeEach(() => {
      stack = newStack();
      cluster = newCluster(stack, module, { nodes: false });
    });

    test('associates the role with the ServiceAccount, and trusts EKS for it alone', () => {
      const bound = bind(ControllerIdentity.podIdentity(), cluster);

      expect(trustOf(stack).rendered).toEqual(podsTrust(stack.resolve(cluster.clusterArn)));
      Template.fromStack(stack).hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
        ClusterName: stack.resolve(cluster.clusterName),
        Namespace: 'kube-system',
        ServiceAccount: 'aws-load-balancer-controller',
        RoleArn: stack.resolve(bound.role.roleArn),
        DisableSessionTags: Match.absent(),
      });
    });

    test('leaves no trace of IRSA', () => {
      const bound = bind(ControllerIdentity.podIdentity(), cluster);

      const template = Template.fromStack(stack);
      expect(bound.annotations).toEqual({});
      expect(Object.values<any>(template.toJSON().Resources).map(({ Type }) => Type)
        .filter((type) => /oidc|openid/i.test(type))).toEqual([]);
    });

    test('another ServiceAccount is the same in trust and association', () => {
      bind(ControllerIdentity.podIdentity(), cluster, stack, { namespace: 'ingress', serviceAccountName: 'lbc' });

      expect(trustOf(stack).rendered).toEqual(podsTrust(stack.resolve(cluster.clusterArn), 'ingress', 'lbc'));
      Template.fromStack(stack).hasResourceProperties('AWS::EKS::PodIdentityAssociation', { Namespace: 'ingress', ServiceAccount: 'lbc' });
    });

    test('installs the agent once for all of the app', () => {
      const { prerequisites } = bind(ControllerIdentity.podIdentity(), cluster);

      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::EKS::Addon', 1);
      template.hasResourceProperties('AWS::EKS::Addon', {
        AddonName: 'eks-pod-identity-agent', ClusterName: stack.resolve(cluster.clusterName), AddonVersion: Match.absent(),
      });
      expect(prerequisites).toContain(cluster.eksPodIdentityAgent);
    });

    test('installs the agent in one version', () => {
      const { prerequisites } = bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.pinned('v1.3.4-eksbuild.1') }), cluster);

      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::EKS::Addon', 1);
      template.hasResourceProperties('AWS::EKS::Addon', {
        AddonName: 'eks-pod-identity-agent',
        ClusterName: stack.resolve(cluster.clusterName),
        AddonVersion: 'v1.3.4-eksbuild.1',
        // Other workloads may stand on it when this support goes.
        PreserveOnDelete: true,
      });
      expect(prerequisites).toContainEqual(expect.any(eks.CfnAddon));
    });

    test('installs no agent where there is one', () => {
      const { prerequisites } = bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.alreadyInstalled() }), cluster);

      Template.fromStack(stack).resourceCountIs('AWS::EKS::Addon', 0);
      expect(prerequisites).toHaveLength(2);
    });

    test.each(['before', 'after'])('fails for a pinned agent when the app shares another, made %s it', (order) => {
      const share = () => void cluster.eksPodIdentityAgent;
      if (order === 'before') share();
      bind(ControllerIdentity.podIdentity({ agent: PodIdentityAgent.pinned('v1.3.4-eksbuild.1') }), cluster);
      if (order === 'after') share();

      expect(() => Template.fromStack(stack)).toThrow(
        '[Stack/AlbIngress] agent must not install the add-on eks-pod-identity-agent, which the cluster gets already, '
        + 'got "Stack/Cluster/EksPodIdentityAgentAddon/Resource"; use PodIdentityAgent.managed() to share it');
    });

    test('fails for a managed agent when the app has an add-on of that name', () => {
      bind(ControllerIdentity.podIdentity(), cluster);
      new eks.CfnAddon(stack, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: cluster.clusterName });

      expect(() => Template.fromStack(stack)).toThrow(
        '[Stack/AlbIngress] agent must not install the add-on eks-pod-identity-agent, which the cluster gets already, '
        + 'got "Stack/Agent"; remove that one, or use PodIdentityAgent.alreadyInstalled()');
    });

    test('leaves other add-ons, and the agents of other clusters, alone', () => {
      bind(ControllerIdentity.podIdentity(), cluster);
      new eks.CfnAddon(stack, 'Dns', { addonName: 'coredns', clusterName: cluster.clusterName });
      new eks.CfnAddon(stack, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: 'another' });

      Template.fromStack(stack).resourceCountIs('AWS::EKS::Addon', 3);
    });

    test('fails before Kubernetes 1.24', () => {
      const old = newCluster(newStack('Old'), module, { version: '1.23', nodes: false });
      expect(() => bind(ControllerIdentity.podIdentity(), old)).toThrow(new Error(
        'identity by EKS Pod Identity needs Kubernetes 1.24 or later, got "1.23"; use ControllerIdentity.irsa()'));
    });

    test('works with Kubernetes 1.24', () => {
      const old = newCluster(newStack('Old'), module, { version: '1.24', nodes: false });
      bind(ControllerIdentity.podIdentity(), old);
      Template.fromStack(old.stack).resourceCountIs('AWS::EKS::PodIdentityAssociation', 1);
    });
  });

  test('gives an imported cluster an agent of its own, and needs no provider of it', () => {
    const stack = newStack();
    const cluster = eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' });
    bind(ControllerIdentity.podIdentity(), cluster);

    Template.fromStack(stack).hasResourceProperties('AWS::EKS::Addon', { AddonName: 'eks-pod-identity-agent', ClusterName: 'shop' });
    expect(trustOf(stack).rendered).toEqual(podsTrust({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':eks:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':cluster/shop']],
    }));
  });

  test('fails for an imported cluster whose agent the app installs in another stack too', () => {
    const app = newApp();
    const [stack, other] = [newStack('Stack', {}, app), newStack('Other', {}, app)];
    bind(ControllerIdentity.podIdentity(), eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' }));
    new eks.CfnAddon(other, 'Agent', { addonName: 'eks-pod-identity-agent', clusterName: 'shop' });

    expect(() => app.synth()).toThrow('got "Other/Agent"; remove that one, or use PodIdentityAgent.alreadyInstalled()');
  });

  test.each(['1.3.4', 'v1.3.4', 'latest', 'arn:aws:eks:eu-west-1:1:addon/x'])('fails for an agent of version %s', (version) => {
    expect(() => PodIdentityAgent.pinned(version)).toThrow(new Error(
      `addonVersion must be the version of an EKS add-on, got "${version}"; try "v1.3.4-eksbuild.1"`));
  });

  test('takes a version of the agent that is known on deployment only', () => {
    const stack = newStack();
    const agent = PodIdentityAgent.pinned(Fn.importValue('version'));
    bind(ControllerIdentity.podIdentity({ agent }), eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop' }));
    Template.fromStack(stack).hasResourceProperties('AWS::EKS::Addon', { AddonVersion: { 'Fn::ImportValue': 'version' } });
  });
});

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
    new core.CfnOutput(importing, 'RoleArn', { value: bound.role.roleArn });

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
