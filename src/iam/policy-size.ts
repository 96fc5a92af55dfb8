import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { invalidProp } from '../util/messages';
import { documentSize, MANAGED_POLICIES_OF_A_ROLE, MANAGED_POLICY_LIMIT, PolicyMeasure } from '../util/policy-size';

/**
 * Deals the statements out to as few managed policies as their order allows.
 *
 * The order stays, so that one more statement of the user's leaves the policies before it alone.
 */
export function splitPolicy(scope: IConstruct, statements: iam.PolicyStatement[], limit = MANAGED_POLICY_LIMIT): iam.PolicyStatement[][] {
  const measure = new PolicyMeasure(scope);
  const documents: { statements: iam.PolicyStatement[]; sizes: number[] }[] = [];
  for (const statement of statements) {
    const size = measure.sizeOf(statement);
    if (documentSize([size]) > limit) {
      throw invalidProp('additionalPolicyStatements', `must have no statement that is longer than a policy of ${limit} characters`, documentSize([size]),
        `split the statement that starts with ${JSON.stringify(statement.actions[0] ?? statement.notActions[0])}`);
    }
    const last = documents[documents.length - 1];
    if (last && documentSize([...last.sizes, size]) <= limit) {
      last.statements.push(statement);
      last.sizes.push(size);
    } else {
      documents.push({ statements: [statement], sizes: [size] });
    }
  }
  if (documents.length > MANAGED_POLICIES_OF_A_ROLE) {
    throw invalidProp('additionalPolicyStatements', `must fit the ${MANAGED_POLICIES_OF_A_ROLE} managed policies of a role`, documents.length,
      'use wildcards in actions or resources');
  }
  return documents.map((document) => document.statements);
}
