import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { kubectlHandlerOf } from '../cluster/cluster-resources';
import { warn } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

/** Warns where the function that fetches a chart from the internet certainly has no way there. */
export function warnOfChartOutOfReach(support: Construct, repository: string | undefined, { serviceAccount, vpc, isolated }: {
  readonly serviceAccount: Construct;
  readonly vpc: ec2.IVpc;
  readonly isolated: boolean;
}): void {
  const obstacle = obstacleOf(kubectlHandlerOf(serviceAccount), vpc, isolated);
  if (obstacle) {
    warn(support, 'chartOutOfReach', `the chart comes from ${repository}, which a kubectl Lambda in ${vpc.node.path} cannot reach: `
      + `${obstacle}; use ControllerSource.fromAsset(), or ControllerSource.fromOci() with an Amazon ECR registry that has VPC endpoints there`);
  }
}

/** A function of another app may run anywhere in the VPC; one that runs outside of it has the internet. */
function obstacleOf(handler: CfnFunction | undefined, vpc: ec2.IVpc, isolated: boolean): string | undefined {
  if (handler && handler.vpcConfig === undefined) {
    return undefined;
  }
  if (isolated) {
    return 'that VPC has isolated subnets only';
  }
  const { subnetIds } = { ...handler?.vpcConfig } as CfnFunction.VpcConfigProperty;
  // Before the look-up of a VPC all its subnets of two kinds have one id.
  const isolatedIds = vpc.isolatedSubnets.map(({ subnetId }) => subnetId).filter((id) => !isLookupDummy(id));
  return subnetIds && subnetIds.length > 0 && subnetIds.every((id) => isolatedIds.includes(id)) ? 'its subnets there are isolated' : undefined;
}
