/**
 * What the programs share: how they call AWS, how they read its errors, how they watch their time.
 */

/**
 * Settings of every client.
 *
 * The SDK retries throttling and server errors itself, with growing pauses; its default of three
 * attempts is too few where a whole deployment shares the account's request rate.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 10,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
};

/** The part of a CloudFormation custom resource request that the programs read. */
export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  /** Shape: `arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>`. */
  readonly StackId: string;
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

/** Whether the same request can succeed later: throttling, a server's failure, a broken connection. */
export function isTransient(error: unknown): boolean {
  const { $retryable, $fault, $metadata, code } = error as {
    $retryable?: object; $fault?: string; $metadata?: { httpStatusCode?: number }; code?: string;
  };
  return $retryable !== undefined
    || $fault === 'server'
    || ($metadata?.httpStatusCode ?? 0) >= 500
    || /Throttl|RequestLimitExceeded|TooManyRequests|Timeout|Aborted|ServiceUnavailable|InternalError|InternalFailure/.test(codeOf(error))
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

  /** @param graceMillis time in which a refusal may mean that rights were granted a moment ago */
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
