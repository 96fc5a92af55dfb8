import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport, IrsaOptions } from '../../src';
import { importCluster, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from '../fixtures';
import { PROVIDER_ARN, ISSUER, trustOf, webIdentityTrust } from '../support/identity-fixtures';

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
