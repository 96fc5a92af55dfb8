import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientWithin, isBeingDeleted, isRollingBack, isTransient, TimeBudget } from '../../../src/custom-resource/program/aws';

const environment = process.env;

describe('calls', () => {
  let server: Server;
  let requests: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    requests = 0;
    server = createServer((request, response) => {
      requests++;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env = {
      ...environment,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      NO_PROXY: '127.0.0.1',
    };
  });

  afterEach(async () => {
    process.env = environment;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Millis until a call within a budget ends, and with what. */
  async function call(budgetMillis: number): Promise<{ millis: number; error?: Error }> {
    const start = Date.now();
    const budget = new TimeBudget({ getRemainingTimeInMillis: () => budgetMillis }, 0);
    const error = await clientWithin(budget, CloudFormationClient).send(new DescribeStacksCommand({})).then(() => undefined, (reason) => reason);
    return { millis: Date.now() - start, error };
  }

  const answers = (_: IncomingMessage, response: ServerResponse) => response.end('<DescribeStacksResponse><DescribeStacksResult/></DescribeStacksResponse>');

  test.each<[string, typeof answer]>([
    ['accepts and stays silent', () => {}],
    ['begins an answer and stops', (_, response) => { response.writeHead(200, { 'Content-Type': 'text/xml' }).write('<DescribeStacksResponse>'); }],
  ])('an endpoint that %s is left when the time is out', async (_, silent) => {
    answer = silent;
    const { millis, error } = await call(1_500);
    expect(millis).toBeGreaterThan(1_400);
    // The last of the SDK's pauses may begin just before.
    expect(millis).toBeLessThan(10_000);
    expect(error).toBeInstanceOf(Error);
    expect(isTransient(error)).toBe(true);
  });

  test('one silence is not the end: the SDK asks again', async () => {
    jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(abortedAfter(300));
    answer = (request, response) => requests > 1 && answers(request, response);
    const { error } = await call(20_000);
    expect([error, requests]).toEqual([undefined, 2]);
    expect(AbortSignal.timeout).toHaveBeenCalledWith(expect.any(Number));
    jest.restoreAllMocks();
  });

  test('no single answer is waited for longer than half a minute', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    answer = answers;
    await call(15 * 60_000);
    expect(timeout.mock.calls).toEqual([[30_000]]);
    jest.restoreAllMocks();
  });

  test('without time no request is made, and the error says so', async () => {
    answer = answers;
    const { error } = await call(0);
    expect([requests, error?.name, error?.message]).toEqual([0, 'OutOfTime', 'no time left in this invocation']);
  });

  function abortedAfter(millis: number): AbortSignal {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), millis);
    return controller.signal;
  }
});

describe('the state of the stack', () => {
  const STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1';
  const BUDGET = new TimeBudget({ getRemainingTimeInMillis: () => 60_000 }, 0);
  let server: Server;
  let asked: URLSearchParams[];
  let answer: string;

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => body += chunk).on('end', () => {
        asked.push(new URLSearchParams(body));
        response.setHeader('Content-Type', 'text/xml');
        response.end(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${answer}</Stacks>`
          + '</DescribeStacksResult></DescribeStacksResponse>');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env = {
      ...environment,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    };
  });

  afterEach(async () => {
    process.env = environment;
    await new Promise((resolve) => server.close(resolve));
  });

  function stackIn(status: string): string {
    return `<member><StackId>${STACK}</StackId><StackName>shop</StackName><StackStatus>${status}</StackStatus></member>`;
  }

  test.each([
    ['DELETE_IN_PROGRESS', true],
    ['ROLLBACK_IN_PROGRESS', true],
    ['UPDATE_IN_PROGRESS', false],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['UPDATE_ROLLBACK_IN_PROGRESS', false],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', false],
  ])('a stack in %s goes as a whole: %s', async (status, expected) => {
    answer = stackIn(status);
    await expect(isBeingDeleted(STACK, BUDGET)).resolves.toBe(expected);
    expect(asked.map((parameters) => [parameters.get('Action'), parameters.get('StackName')])).toEqual([['DescribeStacks', STACK]]);
  });

  test('fails where CloudFormation does not know the stack', async () => {
    answer = '';
    await expect(isBeingDeleted(STACK, BUDGET)).rejects.toThrow(`CloudFormation does not report the state of ${STACK}`);
  });

  test.each([
    ['UPDATE_ROLLBACK_IN_PROGRESS', true],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', true],
    ['UPDATE_IN_PROGRESS', false],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', false],
    ['CREATE_IN_PROGRESS', false],
  ])('a stack in %s goes back to what it was: %s', async (status, expected) => {
    answer = stackIn(status);
    await expect(isRollingBack(STACK, BUDGET)).resolves.toBe(expected);
  });
});
