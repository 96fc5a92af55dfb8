/**
 * Runs a function for Node.js as AWS Lambda would: `node invoke-node.js <directory> <file.export>`, the event on standard input.
 *
 * What such a function reaches beside the AWS APIs is led to the harness: the address of its answer to CloudFormation, which CDK's
 * handlers call by `https` without a port, and the API of Lambda, whose client is not installed here.
 */
const http = require('http');
const https = require('https');
const Module = require('module');
const path = require('path');

const harness = new URL(process.env.AWS_ENDPOINT_URL);

https.request = (options, callback) => http.request({ ...options, protocol: 'http:', hostname: harness.hostname, port: harness.port }, callback);

class Lambda {
  async invoke({ FunctionName, Payload }) {
    const response = await fetch(`${harness.origin}/2015-03-31/functions/${encodeURIComponent(FunctionName)}/invocations`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20260101/${process.env.AWS_REGION}/lambda/aws4_request` },
      body: Payload,
    });
    if (!response.ok) { throw new Error(await response.text()); }
    return { FunctionError: response.headers.get('x-amz-function-error') ?? undefined, Payload: await response.text() };
  }
}
// CDK's framework tries again once a waiter has seen the function active; here it always is.
const CLIENTS = { '@aws-sdk/client-lambda': { Lambda, waitUntilFunctionActiveV2: async () => undefined }, '@aws-sdk/client-sfn': {} };
const load = Module._load;
Module._load = function (request, ...rest) {
  return CLIENTS[request] ?? load.call(this, request, ...rest);
};

const [directory, handler] = process.argv.slice(2);
const [file, name] = handler.split('.');
const end = Date.now() + Number(process.env.E2E_LAMBDA_TIMEOUT_MILLIS);
const context = { getRemainingTimeInMillis: () => end - Date.now(), logStreamName: 'e2e', awsRequestId: 'e2e', functionName: 'e2e' };

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', async () => {
  try {
    const result = await require(path.join(directory, file))[name](JSON.parse(input), context);
    console.log(`\nRESULT ${JSON.stringify(result ?? null)}`);
    process.exit(0);
  } catch (error) {
    console.log(`\nERROR ${JSON.stringify({ errorMessage: error.message, errorType: error.name, trace: (error.stack ?? '').split('\n') })}`);
    process.exit(0);
  }
});
