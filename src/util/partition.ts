import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/**
 * The partition that a stack is deployed to; a token where it is not known before deploy.
 *
 * A stack says its partition only under the flag `@aws-cdk/core:enablePartitionLiterals`, which an app may not have. Its region
 * says as much. This is to decide by: ARNs keep `AWS::Partition`, which is right wherever the template goes.
 */
export function partitionOf({ partition, region }: Stack): string {
  return Token.isUnresolved(partition) && !Token.isUnresolved(region) ? RegionInfo.get(region).partition ?? partition : partition;
}
