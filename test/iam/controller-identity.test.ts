import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerIdentity } from '../../src';
import { MODULES, newApp, newCluster, newStack } from '../fixtures';
import { bind, importedCluster, ISSUER, PROVIDER_ARN, trustOf, webIdentityTrust } from '../support/identity-fixtures';

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

  test('takes the ARN of a provider from an import of another stack\'s', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack, Fn.importValue('provider')));

    const { policy } = trustOf(stack);
    expect(policy).toEqual(webIdentityTrust('{"Fn::ImportValue":"provider"}',
      '{"Fn::Select":[1,{"Fn::Split":[":oidc-provider/",{"Fn::ImportValue":"provider"}]}]}'));
  });

  test('trusts another ServiceAccount by its own name', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack), stack, { controllerNamespace: 'ingress', serviceAccountName: 'lbc' });

    expect(trustOf(stack).rendered).toEqual(webIdentityTrust(PROVIDER_ARN, ISSUER, 'system:serviceaccount:ingress:lbc'));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { Description: 'AWS Load Balancer Controller, ServiceAccount ingress/lbc' });
  });

  test('trusts a ServiceAccount whose name is known on deployment only', () => {
    const stack = newStack();
    bind(ControllerIdentity.irsa(), importedCluster(stack), stack, { controllerNamespace: Fn.importValue('namespace') });

    expect(trustOf(stack).rendered.Statement[0].Condition.StringEquals[`${ISSUER}:sub`])
      .toEqual({ 'Fn::Join': ['', ['system:serviceaccount:', { 'Fn::ImportValue': 'namespace' }, ':aws-load-balancer-controller']] });
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
      bind(ControllerIdentity.podIdentity(), cluster, stack, { controllerNamespace: 'ingress', serviceAccountName: 'lbc' });

      expect(trustOf(stack).rendered).toEqual(podsTrust(stack.resolve(cluster.clusterArn), 'ingress', 'lbc'));
      Template.fromStack(stack).hasResourceProperties('AWS::EKS::PodIdentityAssociation', { Namespace: 'ingress', ServiceAccount: 'lbc' });
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
});
