import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { splitPolicy } from '../../src/iam/controller-permissions';
import { ControllerPolicyScope, renderControllerPolicy } from '../../src/iam/controller-policy';
import { ControllerVersion } from '../../src/release/controller-version';
import { MANAGED_POLICY_LIMIT, policySize } from '../../src/util/policy-size';
import { VPC_ID } from '../support/policy-grants';

const stack = new Stack();
const statementOf = (size: number) => {
  const empty = new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [''] });
  const padding = size - policySize(stack, [empty]);
  return new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['r'.repeat(padding)] });
};
const everything = { enableGlobalAccelerator: true, enableAcmCertificateManagement: true };
const LONGEST_NAME = 'n'.repeat(100);

test.each([LONGEST_NAME, Token.asString({ Ref: 'Cluster' })])('all that is on offer fits two managed policies, with the cluster name %s', (clusterName) => {
  const statements = renderControllerPolicy({ version: ControllerVersion._latest, clusterName, vpcId: Token.asString({ Ref: 'Vpc' }), options: everything });

  const documents = splitPolicy(stack, statements);

  expect(documents).toHaveLength(2);
  expect(documents.flat()).toEqual(statements);
  for (const document of documents) {
    expect(policySize(stack, document)).toBeLessThanOrEqual(MANAGED_POLICY_LIMIT);
  }
});

test.each([
  [{}, 'shop'],
  [{ policyScope: ControllerPolicyScope.UPSTREAM }, LONGEST_NAME],
  [{ policyScope: ControllerPolicyScope.UPSTREAM, enableAcmCertificateManagement: true }, LONGEST_NAME],
])('%j for the cluster %s fits one managed policy', (options, clusterName) => {
  const statements = renderControllerPolicy({ version: ControllerVersion._latest, clusterName, vpcId: VPC_ID, options });

  expect(splitPolicy(stack, statements)).toHaveLength(1);
});

test('a statement that just fits does, and starts a policy of its own where it does not fit the last', () => {
  const [large, small] = [statementOf(MANAGED_POLICY_LIMIT), statementOf(100)];

  expect(splitPolicy(stack, [large])).toEqual([[large]]);
  expect(splitPolicy(stack, [small, small])).toEqual([[small, small]]);
  expect(splitPolicy(stack, [small, large, small])).toEqual([[small], [large], [small]]);
  expect(splitPolicy(stack, [])).toEqual([]);
});

test('fails on a statement that no policy can hold', () => {
  expect(() => splitPolicy(stack, [statementOf(MANAGED_POLICY_LIMIT + 1)])).toThrow(new Error(
    'additionalPolicyStatements must have no statement that is longer than a policy of 6144 characters, got 6145; '
    + 'split the statement that starts with "s3:GetObject"'));
});

test('fails on more policies than a role can have', () => {
  const large = statementOf(MANAGED_POLICY_LIMIT);

  expect(splitPolicy(stack, Array(10).fill(large))).toHaveLength(10);
  expect(() => splitPolicy(stack, Array(11).fill(large))).toThrow(new Error(
    'additionalPolicyStatements must fit the 10 managed policies of a role, got 11; use wildcards in actions or resources'));
});
