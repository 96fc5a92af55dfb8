import * as fs from 'fs';
import * as path from 'path';
import { Answer, jsonAnswer } from '../aws/answers';
import { readApiCall } from '../aws/api-call';
import { AwsEndpoint } from '../aws/aws-endpoint';
import { Gateway, GatewayRequest } from '../aws/gateway';
import { Iam } from '../aws/iam';
import { Charts } from '../kubernetes/charts';
import { finish } from '../processes';
import { logFile, PYTHON, REGION, ROOT, STATE } from '../settings';

/** A function, as a template defines it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Such as `python3.13`. */
  readonly runtime: string;
  readonly handler: string;
  readonly environment: Record<string, string>;
  readonly timeoutSeconds: number;
  /** Folder of the code, or its text. */
  readonly code: { readonly directory: string } | { readonly text: string };
  /** Folder with the assets of the app: where the stand-in of the AWS CLI finds charts. */
  readonly assets: string;
}

export interface Invocation {
  /** What it returned, or what it says of its error. */
  readonly payload: unknown;
  readonly failed: boolean;
}

/**
 * AWS Lambda: runs the code of a template's functions in processes of their own, each with credentials of the function's role.
 */
export class Functions {
  public static readonly path = '/2015-03-31/functions/';

  private readonly functions = new Map<string, FunctionDefinition>();

  constructor(private readonly iam: Iam, private readonly layer: string) {}

  public define(definition: FunctionDefinition): void {
    this.functions.set(definition.arn, definition);
  }

  public remove(arn: string): void {
    this.functions.delete(arn);
  }

  public async invoke(arn: string, event: unknown): Promise<Invocation> {
    const definition = this.functions.get(arn);
    if (!definition) {
      throw new Error(`ResourceNotFoundException: function ${arn}`);
    }
    const { name, handler, runtime, timeoutSeconds } = definition;
    const directory = path.join(STATE, 'functions', name);
    fs.mkdirSync(directory, { recursive: true });
    const code = this.codeOf(definition, directory);
    const isPython = runtime.startsWith('python');
    const program = isPython
      ? [PYTHON, path.join(__dirname, 'invoke_python.py'), code, handler]
      : [process.execPath, path.join(__dirname, 'invoke-node.js'), code, handler];
    const { stdout, stderr, status } = await finish(program[0], program.slice(1), {
      cwd: directory,
      input: JSON.stringify(event),
      env: this.environmentOf(definition, directory),
      timeoutMillis: timeoutSeconds * 1000,
    });
    fs.appendFileSync(logFile(`function-${name}.log`), `${new Date().toISOString()} ${JSON.stringify(event)}\n${stderr}${stdout}\n\n`);
    const [kind, payload] = /^(RESULT|ERROR) (.*)$/m.exec(stdout)?.slice(1)
      // One that takes too long is killed, and has no status.
      ?? ['ERROR', JSON.stringify({ errorMessage: status === null ? `Task timed out after ${timeoutSeconds} seconds` : `the function ended with ${status}: ${stderr.slice(-1000)}` })];
    return { failed: kind === 'ERROR', payload: JSON.parse(payload) };
  }

  /** The API of Lambda, for functions that invoke others. */
  public async answer(request: GatewayRequest, aws: AwsEndpoint): Promise<Answer> {
    const arn = decodeURIComponent(request.path.slice(Functions.path.length).split('/')[0]);
    const { accessKeyId, region } = readApiCall(request.method, request.path, request.headers, '');
    const denied = await aws.authorize({ service: 'lambda', action: 'InvokeFunction', region, accessKeyId, params: { FunctionName: arn } });
    if (denied) {
      return denied;
    }
    const { failed, payload } = await this.invoke(arn, JSON.parse(request.body));
    return { ...jsonAnswer(payload), headers: failed ? { 'x-amz-function-error': 'Unhandled' } : {} };
  }

  private codeOf({ code, runtime, handler }: FunctionDefinition, directory: string): string {
    if ('directory' in code) {
      return code.directory;
    }
    const file = `${handler.split('.')[0]}.${runtime.startsWith('python') ? 'py' : 'js'}`;
    const target = path.join(directory, 'code');
    fs.mkdirSync(target, { recursive: true });
    fs.writeFileSync(path.join(target, file), code.text);
    return target;
  }

  private environmentOf({ environment, roleArn, timeoutSeconds, assets }: FunctionDefinition, directory: string): NodeJS.ProcessEnv {
    const shims = path.join(__dirname, '..', 'shims');
    return {
      ...environment,
      PATH: `${shims}:${process.env.PATH}`,
      LANG: process.env.LANG,
      HOME: directory,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ENDPOINT_URL: Gateway.url,
      AWS_ACCESS_KEY_ID: this.iam.issueCredentials(roleArn),
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_SESSION_TOKEN: 'x',
      AWS_EC2_METADATA_DISABLED: 'true',
      PYTHONDONTWRITEBYTECODE: '1',
      // Lambda brings the AWS SDK; the handlers' bundles are made without.
      NODE_PATH: path.join(ROOT, 'node_modules'),
      // CDK's handler and ours keep their files here, and take kubectl and Helm from there.
      TEST_OUTDIR: directory,
      TEST_LAYERS: shims,
      HELM_CACHE_HOME: path.join(directory, 'helm', 'cache'),
      HELM_CONFIG_HOME: path.join(directory, 'helm', 'config'),
      HELM_DATA_HOME: path.join(directory, 'helm', 'data'),
      E2E_LAYER: this.layer,
      E2E_ASSETS: assets,
      E2E_CHARTS_URL: `${Gateway.url}${Charts.path}`,
      E2E_LAMBDA_TIMEOUT_MILLIS: String(timeoutSeconds * 1000),
    };
  }
}
