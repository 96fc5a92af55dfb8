import { Stack, Token, TokenComparison } from 'aws-cdk-lib';

/** Where something is deployed to; tokens where that is not known. */
export type Environment = Pick<Stack, 'region' | 'account'>;

/** In what two places certainly differ. */
export function differenceOf(one: Environment, other: Environment): keyof Environment | undefined {
  return (['region', 'account'] as const).find((part) => Token.compareStrings(one[part], other[part]) === TokenComparison.DIFFERENT);
}
