import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';

/** The environment that a stack is deployed to; tokens where it is not known. */
export type Environment = Pick<Stack, 'region' | 'account'>;

/** In what two environments certainly differ. */
export function differenceOf(one: Environment, other: Environment): keyof Environment | undefined {
  return (['region', 'account'] as const).find((part) => Token.compareStrings(one[part], other[part]) === TokenComparison.DIFFERENT);
}

/**
 * The partition that a stack is deployed to; a token where it is not known before deployment.
 *
 * `Stack.partition` is literal under the flag `@aws-cdk/core:enablePartitionLiterals` only. The region determines it as well. ARNs keep
 * `AWS::Partition`, which is right wherever the template is deployed.
 */
export function partitionOf({ partition, region }: Stack): string {
  return Token.isUnresolved(partition) && !Token.isUnresolved(region) ? RegionInfo.get(region).partition ?? partition : partition;
}
