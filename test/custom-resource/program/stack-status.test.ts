import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { TimeBudget } from '../../../src/custom-resource/program/aws';
import { isGoing, isRollingBack } from '../../../src/custom-resource/program/stack-status';

const STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1';
const BUDGET = new TimeBudget({ getRemainingTimeInMillis: () => 60_000 }, 0);
const environment = process.env;
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
  await expect(isGoing(STACK, BUDGET)).resolves.toBe(expected);
  expect(asked.map((parameters) => [parameters.get('Action'), parameters.get('StackName')])).toEqual([['DescribeStacks', STACK]]);
});

test('fails where CloudFormation does not know the stack', async () => {
  answer = '';
  await expect(isGoing(STACK, BUDGET)).rejects.toThrow(`CloudFormation does not say in which state ${STACK} is`);
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
