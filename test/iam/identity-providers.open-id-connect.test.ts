import { App, Aws, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport, IrsaOptions } from '../../src';
import { importCluster, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from '../fixtures';
import { ACCOUNT, bind, ENV, importedCluster, ISSUER, PROVIDER_ARN, trustOf, warningsOf, webIdentityTrust } from '../support/identity-fixtures';

const PROVIDER = 'AWS::IAM::OIDCProvider';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = newApp();
  stack = newStack('Stack', {}, app);
});

describe.each(MODULES)('an OIDC provider beside an owned cluster of %s', (module) => {
  let cluster: OwnedCluster;
  beforeEach(() => { cluster = newCluster(stack, module); });

  function support(options: IrsaOptions = {}, scope = stack): EksAlbIngressSupport {
    return new EksAlbIngressSupport(scope, 'AlbIngress', { cluster, vpc: cluster.vpc, identity: ControllerIdentity.irsa(options) });
  }

  const newProvider = (url: string, id = 'Own', scope = stack) => new iam.OidcProviderNative(scope, id, { url });

  test('is trusted where it is brought, and stays the only one', () => {
    support({ openIdConnectProvider: newProvider(cluster.clusterOpenIdConnectIssuerUrl) });

    Template.fromStack(stack).resourceCountIs(PROVIDER, 1);
    const [id] = Object.keys(Template.fromStack(stack).findResources(PROVIDER));
    expect(trustOf(stack).policy.Statement[0].Principal).toEqual({ Federated: JSON.stringify({ Ref: id }) });
    expect(Object.keys(trustOf(stack).policy.Statement[0].Condition.StringEquals).every((key) => key.includes(id))).toBe(true);
  });

  test.each(['before', 'after'])('fails where it is not brought, defined %s the support', (when) => {
    if (when === 'before') newProvider(cluster.clusterOpenIdConnectIssuerUrl);
    support();
    if (when === 'after') newProvider(cluster.clusterOpenIdConnectIssuerUrl);

    expect(() => app.synth()).toThrow('identity must name the OIDC provider that the cluster has already, got "Stack/Own/Resource"; '
      + 'use ControllerIdentity.irsa({ openIdConnectProvider })');
  });

  test('fails where it is of the CDK\'s own kind, in another stack', () => {
    const other = newStack('Other', {}, app);
    new iam.OpenIdConnectProvider(other, 'Own', { url: cluster.clusterOpenIdConnectIssuerUrl });
    support();

    expect(() => app.synth()).toThrow('got "Other/Own/Resource/Default"');
  });

  test('may be of another cluster, of another issuer, or the cluster\'s own', () => {
    const other = newStack('Other', {}, app);
    newProvider(newCluster(other, module).clusterOpenIdConnectIssuerUrl, 'OfSecond', other);
    newProvider('https://token.actions.githubusercontent.com', 'GitHub');
    void cluster.openIdConnectProvider;
    support();

    expect(() => app.synth()).not.toThrow();
  });
});

test('an imported cluster that was not told its provider gets one', () => {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-0', 'subnet-1'] });
  const cluster = importCluster(stack, 'aws-eks-v2', { vpc, openIdConnectProvider: undefined });
  new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster,
    vpc,
    identity: ControllerIdentity.irsa({ openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Oidc', PROVIDER_ARN) }),
  });
  expect(trustOf(stack).rendered).toEqual(webIdentityTrust(PROVIDER_ARN, ISSUER));
});

test('EKS Pod Identity needs none and asks for none', () => {
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new iam.OidcProviderNative(stack, 'Own', { url: cluster.clusterOpenIdConnectIssuerUrl });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.podIdentity() });
  expect(() => app.synth()).not.toThrow();
});

describe('an OIDC provider of elsewhere', () => {
  const ELSEWHERE = {
    account: PROVIDER_ARN.replace(ACCOUNT, '999999999999'),
    region: PROVIDER_ARN.replace('eu-west-1', 'us-east-1'),
  };
  const MESSAGES = {
    account: `openIdConnectProvider must be in the account of the role, ${ACCOUNT}, got "999999999999"; `
      + 'pass the provider that IAM has there for the cluster instead of Here/',
    region: 'openIdConnectProvider must be that of a cluster in eu-west-1, got "us-east-1"; pass the provider of the cluster instead of Here/',
  };

  let here: Stack;
  beforeEach(() => { here = newStack('Here', { env: ENV }, app); });

  const importProvider = (arn: string, scope = here) => iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(scope, 'Oidc', arn);

  describe.each(['account', 'region'] as const)('with another %s', (part) => {
    test('is rejected, of the cluster or brought', () => {
      expect(() => bind(ControllerIdentity.irsa(), importedCluster(here, ELSEWHERE[part]))).toThrow(new Error(`${MESSAGES[part]}Provider`));
      const cluster = importCluster(newStack('Second', { env: ENV }, app), 'aws-eks-v2');
      const identity = ControllerIdentity.irsa({ openIdConnectProvider: importProvider(ELSEWHERE[part]) });
      expect(() => bind(identity, cluster)).toThrow(new Error(`${MESSAGES[part]}Oidc`));
    });

    test('is not judged where the stack goes anywhere', () => {
      expect(() => bind(ControllerIdentity.irsa(), importedCluster(stack, ELSEWHERE[part]))).not.toThrow();
    });

    test('is not for a role that is imported, and trusts whom it does', () => {
      const role = iam.Role.fromRoleArn(here, 'Role', `arn:aws:iam::${ACCOUNT}:role/lbc`);
      expect(() => bind(ControllerIdentity.irsa({ role }), importedCluster(here, ELSEWHERE[part]))).not.toThrow();
    });
  });

  test('is one of another account than the role\'s, wherever the cluster is', () => {
    const theirs = newStack('Theirs', { env: { ...ENV, account: '999999999999' } }, app);
    const newRole = (id: string) => new iam.Role(theirs, id, { roleName: id, assumedBy: new iam.AccountRootPrincipal() });
    bind(ControllerIdentity.irsa({ role: newRole('one') }), importedCluster(here));
    const identity = ControllerIdentity.irsa({ role: newRole('two'), openIdConnectProvider: importProvider(ELSEWHERE.account) });
    const second = newStack('Second', { env: ENV }, app);
    bind(identity, importCluster(second, 'aws-eks-v2'));

    expect(warningsOf(here)).toEqual({
      roleTrustNotManaged: 'the role brought by identity, Theirs/one, is in another account than what it is to trust: '
      + 'let it be assumed by the ServiceAccount kube-system/aws-load-balancer-controller yourself',
    });
    expect(warningsOf(second)).toEqual({});
    expect(trustOf(theirs, 'one').policy.Statement).toHaveLength(1);
    expect(trustOf(theirs, 'two').policy.Statement[1].Principal).toEqual({ Federated: ELSEWHERE.account });
  });

  test.each([
    ['here', PROVIDER_ARN],
    ['in the account of the deployment', `arn:aws:iam::${Aws.ACCOUNT_ID}:oidc-provider/${ISSUER}`],
    ['that only the deployment tells', Fn.importValue('provider')],
    ['of an issuer that is not EKS', `arn:aws:iam::${ACCOUNT}:oidc-provider/issuer.example.com`],
  ])('is none %s', (_, arn) => {
    expect(() => bind(ControllerIdentity.irsa(), importedCluster(here, arn))).not.toThrow();
  });

  test('is told by its region where only the deployment tells the account', () => {
    expect(() => bind(ControllerIdentity.irsa(), importedCluster(here, `arn:aws:iam::${Aws.ACCOUNT_ID}:oidc-provider/${ISSUER.replace('eu-west-1', 'us-east-1')}`)))
      .toThrow('must be that of a cluster in eu-west-1, got "us-east-1"');
  });
});
