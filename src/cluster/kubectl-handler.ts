import { CfnResource } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { referentOf } from './cluster-name';
import { propertiesOf } from '../util/cfn-properties';

/** The function behind a manifest, where it is defined in this app: `Handler`, beside the provider that the manifest calls. */
export function kubectlHandlerOf(manifest: IConstruct): CfnFunction | undefined {
  const provider = referentOf(propertiesOf(resourceOf(manifest)).ServiceToken);
  const handler = provider?.node.scopes.reverse().map((scope) => scope.node.tryFindChild('Handler')?.node.defaultChild)
    .find((child) => child !== undefined && child !== provider);
  return handler && CfnResource.isCfnResource(handler) && handler.cfnResourceType === 'AWS::Lambda::Function' ? handler as CfnFunction : undefined;
}

/** The custom resource of a manifest or Helm release. */
export function resourceOf(construct: IConstruct): CfnResource {
  return construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
}
