import { Answer, errorAnswer, queryAnswer } from './answers';
import { ApiCall, readApiCall } from './api-call';
import { CallLog, CallRecord } from './call-log';
import { IamRequest, isAllowed } from './decisions';
import { Faults } from './faults';
import { GatewayRequest } from './gateway';
import { Iam } from './iam';
import { iamRequestsOf } from './iam-requests';
import { Moto } from './moto';
import { MotoFacts } from './moto-facts';
import { ownAnswer, StackStatus } from './own-answers';
import { Claims, errorOfWebIdentity } from './web-identity';
import { sleep } from '../processes';

export interface AwsEndpointProps {
  readonly iam: Iam;
  readonly facts: MotoFacts;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly stackStatus: StackStatus;
  readonly verifyToken: (token: string) => Claims;
}

/**
 * AWS as the controller and the handlers see it: every call is decided by the policies that the template gives its role, may meet a
 * fault, is written down, and is answered by moto.
 */
export class AwsEndpoint {
  constructor(private readonly props: AwsEndpointProps) {}

  public async answer(request: GatewayRequest): Promise<Answer> {
    const call = readApiCall(request.method, request.path, request.headers, request.body);
    if (call.service === 'sts' && call.action === 'AssumeRoleWithWebIdentity') {
      return this.assumeRoleWithWebIdentity(call);
    }
    const denied = await this.decide(call);
    if (denied) {
      return denied;
    }
    const fault = this.props.faults.take(call);
    if (fault) {
      this.write(call, { status: fault.status ?? 400, fault: fault.code });
      await sleep(fault.delayMillis ?? 0);
      return errorAnswer(call.service, fault.code, 'a fault of the scenario', fault.status);
    }
    if (call.action === 'SetRulePriorities') {
      // AWS sets them all at once. moto sets one after the other, and fails where two rules change places: out of the way first.
      await forward({ ...request, body: request.body.replace(/(Priority=)(\d+)/g, (_, key, priority) => `${key}${Number(priority) + 20_000}`) });
    }
    const answer = await ownAnswer(call, this.props.stackStatus, this.props.facts) ?? await forward(request);
    const text = answer.status >= 400 ? answer.body.toString().slice(0, 600) : undefined;
    this.write(call, {
      status: answer.status,
      error: text,
      // moto's words for what it does not have; the caller would take it for an answer of AWS.
      unexpected: answer.status >= 500 || /NotImplemented|not yet implemented/i.test(text ?? '') ? `not simulated: ${text}` : undefined,
    });
    return answer;
  }

  /**
   * Decides on a call that the harness answers itself, and writes it down.
   *
   * @returns the error; undefined where the caller may
   */
  public async authorize(call: ApiCall): Promise<Answer | undefined> {
    const denied = await this.decide(call);
    if (!denied) {
      this.write(call, { status: 200 });
    }
    return denied;
  }

  private async decide(call: ApiCall): Promise<Answer | undefined> {
    const caller = this.props.iam.roleOf(call.accessKeyId);
    if (caller === undefined) {
      this.write(call, { status: 403, unexpected: 'without credentials of a role' });
      return errorAnswer(call.service, 'UnrecognizedClientException', 'no credentials of a role', 403);
    }
    const policies = this.props.iam.policiesOf(caller);
    const denied = (await iamRequestsOf(call, this.props.facts)).filter((request) => !isAllowed(policies, request));
    if (denied.length === 0) {
      return undefined;
    }
    this.write(call, { status: 403, denied });
    return denialAnswer(call, caller, denied[0]);
  }

  private assumeRoleWithWebIdentity(call: ApiCall): Answer {
    const { RoleArn, WebIdentityToken } = call.params;
    let denial: string | undefined;
    try {
      denial = errorOfWebIdentity(this.props.iam, RoleArn, this.props.verifyToken(WebIdentityToken));
    } catch (error) {
      denial = String(error);
    }
    if (denial) {
      this.write(call, { caller: 'web identity', status: 403, error: denial, unexpected: denial });
      return errorAnswer('sts', 'AccessDenied', denial, 403);
    }
    this.write(call, { caller: 'web identity', status: 200 });
    const key = this.props.iam.issueCredentials(RoleArn);
    return queryAnswer(call.action, '<Credentials>'
      + `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`
      + '</Credentials>');
  }

  private write(call: ApiCall, outcome: Partial<CallRecord> & { status: number }): void {
    const { Action, Version, WebIdentityToken, ...params } = call.params;
    const caller = this.props.iam.roleOf(call.accessKeyId) ?? `unknown caller ${call.accessKeyId ?? ''}`;
    this.props.calls.add({ caller, service: call.service, action: call.action, params, ...outcome });
  }
}

function denialAnswer({ service }: ApiCall, caller: string, { action, resource }: IamRequest): Answer {
  const message = `${caller} is not authorized to perform: ${action} on resource: ${resource}`;
  return errorAnswer(service, service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied', message, 403);
}

async function forward({ method, path, headers, body }: GatewayRequest): Promise<Answer> {
  const passed = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date'];
  const response = await fetch(Moto.url + path, {
    method,
    body: method === 'GET' ? undefined : asMotoReadsIt(body),
    headers: Object.fromEntries(passed.filter((name) => name in headers).map((name) => [name, String(headers[name])])),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? 'text/xml',
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** moto fails on rules with transforms or regular expressions. What the controller asked for is in the call log. */
function asMotoReadsIt(body: string): string {
  return body.split('&').filter((param) => !param.startsWith('Transforms.')).map((param) => param.replace('.RegexValues.', '.Values.')).join('&');
}
