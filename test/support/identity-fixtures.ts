import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ControllerIdentity } from '../../src';
import { AnyCluster, TargetCluster } from '../../src/cluster/target-cluster';
import { joined, messagesOf } from '../fixtures';

export const ACCOUNT = '111122223333';
export const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E';
export const PROVIDER_ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
export const ENV = { account: ACCOUNT, region: 'eu-west-1' };
const SUBJECT = 'system:serviceaccount:kube-system:aws-load-balancer-controller';
const WARNING = /^(.*) \[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport\.(\w+)\]$/;

/** Binds an identity as the L3 does, without all that the L3 defines besides. */
export function bind(identity: ControllerIdentity, cluster: AnyCluster, stack = Stack.of(cluster), names = {}) {
  const scope = new Construct(stack, 'AlbIngress');
  const target = new TargetCluster(cluster);
  return identity._bind(scope, { target, controllerNamespace: 'kube-system', serviceAccountName: 'aws-load-balancer-controller', ...names });
}

/** A cluster known by name, with a provider that is known to the letter. */
export function importedCluster(stack: Stack, providerArn: string | undefined = PROVIDER_ARN): eks_v2.ICluster {
  return eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: 'shop',
    openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', providerArn),
  });
}

/** What a role's trust is in the template, and the policy that it says; tokens read as their JSON. */
export function trustOf(stack: Stack, role = 'AlbIngressRole') {
  const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith(role));
  expect(roles).toHaveLength(1);
  const rendered = roles[0][1].Properties.AssumeRolePolicyDocument;
  return { rendered, policy: rendered.Statement ? rendered : JSON.parse(joined(rendered)) };
}

/** Ids and texts of this library's warnings in a stack. */
export function warningsOf(stack: Stack): { [id: string]: string } {
  return Object.fromEntries(messagesOf(stack)
    .map(({ text }) => WARNING.exec(text))
    .flatMap((match) => match ? [[match[2], match[1]]] : []));
}

/** One statement, of one ServiceAccount, with nothing but these two conditions. */
export const webIdentityTrust = (provider: unknown, issuer: string, subject = SUBJECT) => ({
  Version: '2012-10-17',
  Statement: [{
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: provider },
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject } },
  }],
});
