import { Answer, errorAnswer, jsonAnswer, queryAnswer } from './answers';
import { ApiCall } from './api-call';
import { MotoFacts } from './moto-facts';

/** Status of a stack by its id, such as `DELETE_IN_PROGRESS`. */
export type StackStatus = (stackId: string) => string | undefined;

/** Answers that moto does not give, or gives otherwise than AWS; undefined where moto's will do. */
export async function ownAnswer({ service, action, params }: ApiCall, stackStatus: StackStatus, facts: MotoFacts): Promise<Answer | undefined> {
  switch (`${service}:${action}`) {
    case 'cloudformation:DescribeStacks': {
      const status = stackStatus(params.StackName);
      return status === undefined
        ? errorAnswer('cloudformation', 'ValidationError', `Stack with id ${params.StackName} does not exist`)
        : queryAnswer(action, '<Stacks><member>'
          + `<StackName>${params.StackName.split('/')[1]}</StackName><StackId>${params.StackName}</StackId>`
          + `<CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks>`);
    }
    case 'ec2:DeleteSecurityGroup': {
      const holder = await facts.holderOf(params.GroupId ?? '');
      return holder && errorAnswer('ec2', 'DependencyViolation', `resource ${params.GroupId} has a dependent object: ${holder}`) || undefined;
    }
    case 'shield:GetSubscriptionState':
      return jsonAnswer({ SubscriptionState: 'INACTIVE' });
    case 'waf-regional:GetWebACLForResource':
    case 'wafv2:GetWebACLForResource':
      return jsonAnswer({});
    default:
      return undefined;
  }
}
