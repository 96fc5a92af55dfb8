import { CfnResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { accountOf } from './controller-role';
import { propertiesOf } from '../cluster/cdk-internals';
import { clusterNamesOf } from '../cluster/cluster-resources';
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

/** Name of the EKS add-on that hands out the credentials of EKS Pod Identity. */
const AGENT = 'eks-pod-identity-agent';

/**
 * Installs the EKS Pod Identity Agent; without a version of its own, as the add-on that an owned cluster shares with all of the app.
 */
export function installAgent(scope: Construct, target: TargetCluster, addonVersion?: string): IConstruct {
  const shared = addonVersion === undefined ? target.cluster.eksPodIdentityAgent : undefined;
  const agent = shared ?? new eks.CfnAddon(scope, 'PodIdentityAgent', {
    clusterName: target.name,
    addonName: AGENT,
    addonVersion,
    // The agent serves all of the cluster: it stays where this construct goes.
    preserveOnDelete: true,
  });
  scope.node.addValidation({
    validate: () => {
      const other = otherAgent(target, agent);
      return other ? [invalidProp('agent', `must not install the add-on ${AGENT}, which the cluster gets already`, other.node.path,
        other.node.scopes.includes(target.cluster)
          ? 'use PodIdentityAgent.managed() to share it'
          : 'remove that one, or use PodIdentityAgent.alreadyInstalled()').message] : [];
    },
  });
  return agent;
}

/** A cluster has an add-on once: the second of its name fails to deploy. Others may define theirs after us, so this is asked late. */
function otherAgent(target: TargetCluster, agent: IConstruct): CfnResource | undefined {
  return StageResources.around(agent).ofType(eks.CfnAddon.CFN_RESOURCE_TYPE_NAME)
    .filter((addon) => !addon.node.scopes.includes(agent))
    .find((addon) => propertiesOf(addon).addonName === AGENT && clusterNamesOf(addon).some((name) => target.isNamedBy(name)));
}
