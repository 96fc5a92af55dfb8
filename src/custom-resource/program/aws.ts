/**
 * What the programs share: how they call AWS, how they read its errors, how they watch their time.
 */

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

/** How long to wait for one answer; then the SDK asks again. */
const ANSWER_MILLIS = 30_000;

interface SdkClient {
  readonly config: { readonly requestHandler: { handle(request: unknown, options?: object): Promise<unknown> } };
}

/**
 * A client of which no request outlasts the budget, nor waits for its answer for longer than half a minute.
 *
 * Set where each single attempt passes, below the SDK's retries, and by a signal, which ends the request as well. Its own
 * `requestTimeout` is no more than a warning in the releases that Lambda has, and was a limit for silence before: a request that is
 * never answered would end the function after 15 minutes without a word.
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

/** Says that an invocation has no time for another request; the next invocation may. By its name, which the SDK does not retry. */
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
  // Without what the query protocol adds to some names of the ELB API.
  return error instanceof Error ? error.name.replace(/Exception$/, '') : 'UnknownError';
}

/** One line for people: code and message. */
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
 * An error whose text is all that CloudFormation shows.
 *
 * The entry point of CDK's provider sends an error's stack, and CloudFormation cuts long reasons:
 * lines of a bundle's stack would take the place of the ids.
 */
export function failure(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/** At most `limit` names, and how many more there are. */
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

/** The time a program may use: what Lambda gives, without a margin to say in time how far it came. */
export class TimeBudget {
  private readonly end: number;
  private readonly graceEnd: number;

  /** @param graceMillis time in which an error may mean that rights were granted a moment ago */
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
