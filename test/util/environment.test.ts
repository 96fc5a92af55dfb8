import { Aws } from 'aws-cdk-lib';
import { differenceOf } from '../../src/util/environment';

const HERE = { region: 'eu-west-1', account: '111122223333' };

test.each([
  ['nothing, of one place', HERE, HERE, undefined],
  ['the region first', { region: 'us-east-1', account: '444455556666' }, HERE, 'region'],
  ['the account', { ...HERE, account: '444455556666' }, HERE, 'account'],
  ['nothing that is a token', { region: Aws.REGION, account: Aws.ACCOUNT_ID }, HERE, undefined],
  ['the account, where the region is a token', { region: Aws.REGION, account: '444455556666' }, HERE, 'account'],
])('places differ in %s', (_, one, other, part) => {
  expect(differenceOf(one, other)).toBe(part);
});
