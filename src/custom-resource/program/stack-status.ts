import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { TimeBudget, clientWithin, failure } from './aws';

/** Statuses in which CloudFormation removes all that a stack has; the second is that of a stack whose first deployment failed. */
const GOING = ['DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];

/**
 * Whether a stack is being removed as a whole.
 *
 * CloudFormation asks a custom resource to delete in the same words when only that resource goes, in an update or the rollback of
 * one, while all else of the stack stays in use.
 */
export async function isGoing(stackId: string, budget: TimeBudget): Promise<boolean> {
  return GOING.includes(await statusOf(stackId, budget));
}

/** Whether a stack goes back to what it was before an update, which is asked for in the same words as an update. */
export async function isRollingBack(stackId: string, budget: TimeBudget): Promise<boolean> {
  return (await statusOf(stackId, budget)).startsWith('UPDATE_ROLLBACK_');
}

async function statusOf(stackId: string, budget: TimeBudget): Promise<string> {
  const { Stacks = [] } = await clientWithin(budget, CloudFormationClient).send(new DescribeStacksCommand({ StackName: stackId }));
  const status = Stacks[0]?.StackStatus;
  if (!status) {
    throw failure(`CloudFormation does not say in which state ${stackId} is`);
  }
  return status;
}
