/** An HTTP answer in the words of an AWS service. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly type: string;
  readonly headers?: Record<string, string>;
}

const QUERY_SERVICES = ['ec2', 'elasticloadbalancing', 'sts', 'iam', 'cloudformation'];

export function errorAnswer(service: string, code: string, message: string, status = 400): Answer {
  if (!QUERY_SERVICES.includes(service)) {
    return jsonAnswer({ __type: code, message }, status);
  }
  // Both query protocols read one of the two places.
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  const root = service === 'ec2' ? 'Response' : 'ErrorResponse';
  return { status, type: 'text/xml', body: `<${root}>${error}<Errors>${error}</Errors><RequestId>e2e</RequestId></${root}>` };
}

/** @param result XML between the tags of the result */
export function queryAnswer(action: string, result: string): Answer {
  return { status: 200, type: 'text/xml', body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>` };
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify(value) };
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
