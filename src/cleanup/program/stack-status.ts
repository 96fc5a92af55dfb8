import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CLIENT_SETTINGS, failure } from '../../custom-resource/program/aws';

/** Statuses in which CloudFormation removes all that a stack has; the second is that of a stack whose first deployment failed. */
const GOING = ['DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];

/**
 * Whether a stack is being removed as a whole.
 *
 * CloudFormation asks a custom resource to delete in the same words when only that resource goes, in an update or the rollback of
 * one, while all else of the stack stays in use.
 */
export async function isGoing(stackId: string): Promise<boolean> {
  const { Stacks = [] } = await new CloudFormationClient(CLIENT_SETTINGS).send(new DescribeStacksCommand({ StackName: stackId }));
  const status = Stacks[0]?.StackStatus;
  if (!status) {
    throw failure(`CloudFormation does not say in which state ${stackId} is`);
  }
  return GOING.includes(status);
}
