/**
 * What the programs share: calls to AWS, its errors, the time limit of a function, and the state of the stack.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/**
 * Settings of every client.
 *
 * The SDK retries throttling and server errors itself, with growing pauses; its default of three
 * attempts is too few where a whole deployment shares the account's request rate.
 */
const CLIENT_SETTINGS = {
  maxAttempts: 10,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 5_000 },
};

/** How long to wait for one answer before the SDK retries. */
const ANSWER_MILLIS = 30_000;

interface SdkClient {
  readonly config: { readonly requestHandler: { handle(request: unknown, options?: object): Promise<unknown> } };
}

/**
 * A client whose requests end with the budget, and wait at most half a minute for an answer.
 *
 * The limit is set on each attempt, below the SDK's retries, and by a signal, which ends the request as well. The SDK's own
 * `requestTimeout` only warns in the releases that Lambda has, and limited the silence on a connection before: a request that is
 * never answered would end the function after 15 minutes without a message.
 */
export function clientWithin<C extends SdkClient>(budget: TimeBudget, client: new (settings: typeof CLIENT_SETTINGS) => C): C {
  const made = new client(CLIENT_SETTINGS);
  const { requestHandler } = made.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const millis = Math.min(ANSWER_MILLIS, budget.remainingMillis);
    if (millis <= 0) {
      throw outOfTime();
    }
    const abortSignal = AbortSignal.timeout(millis);
    try {
      return await handle(request, { ...options, abortSignal });
    } catch (error) {
      throw abortSignal.aborted ? named('TimeoutError', `no answer within ${Math.ceil(millis / 1000)} seconds`) : error;
    }
  };
  return made;
}

/** An invocation has no time for another request; the next one may. The SDK does not retry an error of this name. */
export function outOfTime(): Error {
  return named('OutOfTime', 'no time left in this invocation');
}

function named(name: string, message: string): Error {
  return Object.assign(failure(message), { name });
}

/** The part of a CloudFormation custom resource request that the programs read. */
export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Shape: `arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>`. */
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
}

/** The part of AWS Lambda's invocation context that the programs read. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** Code of an AWS error, such as `DependencyViolation`; the class's name of any other error. */
export function codeOf(error: unknown): string {
  // Without the suffix that the query protocol adds to some names of the ELB API.
  return error instanceof Error ? error.name.replace(/Exception$/, '') : 'UnknownError';
}

/** One line: code and message. */
export function reasonOf(error: unknown): string {
  return `${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}`;
}

/** Whether the same request can succeed later: throttling, a server's failure, a broken connection, an answer that never came. */
export function isTransient(error: unknown): boolean {
  const { $retryable, $fault, $metadata, code } = error as {
    $retryable?: object; $fault?: string; $metadata?: { httpStatusCode?: number }; code?: string;
  };
  return $retryable !== undefined
    || $fault === 'server'
    || ($metadata?.httpStatusCode ?? 0) >= 500
    || /OutOfTime|Throttl|RequestLimitExceeded|TooManyRequests|Timeout|Aborted|ServiceUnavailable|InternalError|InternalFailure/.test(codeOf(error))
    || /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/.test(code ?? '');
}

/**
 * An error without a stack.
 *
 * The entry point of the CDK's provider sends an error's stack, and CloudFormation cuts long reasons: lines of a bundle's stack would
 * replace the ids.
 */
export function failure(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/** At most `limit` names, and the number of others. */
export function listed(names: readonly string[], limit = 20): string {
  const more = names.length - limit;
  return names.slice(0, limit).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

export async function sleep(millis: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, millis));
}

/** Calls `work` for every item, a few at a time; the first error keeps the rest from being started. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>, atOnce = 4): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const end of ends) {
    if (end.status === 'rejected') { throw end.reason; }
  }
}

/** The time that a program may use: that of the invocation, without a margin to report its result. */
export class TimeBudget {
  private readonly end: number;
  private readonly graceEnd: number;

  /** @param graceMillis time in which "not authorized" is retried, since rights may have been granted a moment ago */
  constructor(context: InvocationContext, marginMillis: number, graceMillis = 0) {
    this.end = Date.now() + context.getRemainingTimeInMillis() - marginMillis;
    this.graceEnd = Date.now() + graceMillis;
  }

  /** Whether the same request can succeed later. */
  mayRetry(error: unknown): boolean {
    return isTransient(error) || (/^(AccessDenied|UnauthorizedOperation)$/.test(codeOf(error)) && Date.now() < this.graceEnd);
  }

  get isSpent(): boolean {
    return this.remainingMillis <= 0;
  }

  get remainingMillis(): number {
    return this.end - Date.now();
  }
}

/** Statuses in which CloudFormation deletes a whole stack; the second is that of a stack whose first deployment failed. */
const BEING_DELETED = ['DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS'];

/**
 * Whether a whole stack is being deleted.
 *
 * CloudFormation sends a custom resource the same event when only that resource is removed, in an update or its rollback, while the rest
 * of the stack stays in use.
 */
export async function isBeingDeleted(stackId: string, budget: TimeBudget): Promise<boolean> {
  return BEING_DELETED.includes(await statusOf(stackId, budget));
}

/** Whether an update of a stack is being rolled back, for which CloudFormation sends the same events as for an update. */
export async function isRollingBack(stackId: string, budget: TimeBudget): Promise<boolean> {
  return (await statusOf(stackId, budget)).startsWith('UPDATE_ROLLBACK_');
}

async function statusOf(stackId: string, budget: TimeBudget): Promise<string> {
  const { Stacks = [] } = await clientWithin(budget, CloudFormationClient).send(new DescribeStacksCommand({ StackName: stackId }));
  const status = Stacks[0]?.StackStatus;
  if (!status) {
    throw failure(`CloudFormation does not report the state of ${stackId}`);
  }
  return status;
}
