import { CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { accountOf } from './controller-role';
import { propertiesOf } from '../cluster/cdk-internals';
import { TargetCluster } from '../cluster/target-cluster';
import { getOrMake } from '../util/maps';
import { invalidProp } from '../util/messages';
import { readReferences } from '../util/references';
import { StageResources } from '../util/stage';

/** OIDC providers, as CloudFormation defines them and as a Lambda function of the CDK does. */
const PROVIDERS = ['AWS::IAM::OIDCProvider', 'Custom::AWSCDKOpenIdConnectProvider'];

/** What has the URLs of providers, which each cluster of an app is compared with. */
const ISSUERS = new WeakMap<CfnResource, readonly IConstruct[]>();

/**
 * Rejects an owned cluster with an OIDC provider in addition to its own: an account has one for each issuer, and the second fails to deploy.
 *
 * Others may define theirs after us, so this is asked late.
 */
export function rejectSecondProvider(scope: Construct, target: TargetCluster, own: IConstruct): void {
  if (!target.isOwned) {
    return;
  }
  scope.node.addValidation({
    validate: () => {
      const other = otherProvider(target, own);
      return other ? [invalidProp('identity', 'must name the OIDC provider that the cluster has already', other.node.path,
        'use ControllerIdentity.irsa({ openIdConnectProvider })').message] : [];
    },
  });
}

/** Region of the clusters of EKS that a provider vouches for; a token matches nothing. */
const EKS_PROVIDER = /:oidc-provider\/oidc\.eks\.([a-z0-9-]+)\./;

/** Rejects a provider of another region's clusters: EKS has an issuer for each cluster, where that is. */
export function rejectProviderOfAnotherRegion(provider: iam.IOpenIdConnectProvider, { region }: Stack): void {
  const [, got] = EKS_PROVIDER.exec(provider.openIdConnectProviderArn) ?? [];
  if (got && Token.compareStrings(got, region) === TokenComparison.DIFFERENT) {
    throw invalidProp('openIdConnectProvider', `must be that of a cluster in ${region}`, got,
      `pass the provider of the cluster instead of ${provider.node.path}`);
  }
}

/** Rejects a provider of another account than the role's: IAM trusts those of its own only. */
export function rejectProviderOfAnotherAccount(provider: iam.IOpenIdConnectProvider, { account }: Stack): void {
  const got = accountOf(provider.openIdConnectProviderArn);
  if (got && Token.compareStrings(got, account) === TokenComparison.DIFFERENT) {
    throw invalidProp('openIdConnectProvider', `must be in the account of the role, ${account}`, got,
      `pass the provider that IAM has there for the cluster instead of ${provider.node.path}`);
  }
}

function otherProvider({ cluster, resource, stack }: TargetCluster, own: IConstruct): CfnResource | undefined {
  return StageResources.around(cluster).ofType(...PROVIDERS).find((provider) => issuersOf(provider).some((issuer) => issuer === resource)
    && !provider.node.scopes.includes(own)
    && Token.compareStrings(provider.stack.account, stack.account) !== TokenComparison.DIFFERENT);
}

function issuersOf(provider: CfnResource): readonly IConstruct[] {
  return getOrMake(ISSUERS, provider, () => {
    const { url, Url } = propertiesOf(provider);
    return readReferences(provider, url ?? Url).targets;
  });
}
