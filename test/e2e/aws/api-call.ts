import { IncomingHttpHeaders } from 'http';

/** A call to AWS, read from its HTTP request. */
export interface ApiCall {
  /** As IAM spells it, such as `elasticloadbalancing`. */
  readonly service: string;
  readonly action: string;
  readonly region: string;
  readonly accessKeyId?: string;
  /** Parameters of the query protocols, flat: `TagSpecification.1.Tag.1.Key`. JSON has only its texts here. */
  readonly params: Record<string, string>;
}

/** Services that speak JSON, by what they call themselves. */
const JSON_TARGETS: Record<string, string> = {
  AWSWAF_20190729: 'wafv2',
  AWSWAF_Regional_20161128: 'waf-regional',
  AWSShield_20160616: 'shield',
  CertificateManager: 'acm',
  ResourceGroupsTaggingAPI_20170126: 'tag',
  AWSCognitoIdentityProviderService: 'cognito-idp',
};

export function readApiCall(method: string, path: string, headers: IncomingHttpHeaders, body: string): ApiCall {
  const [, accessKeyId, region = 'us-east-1', signedFor = 'unknown'] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [name, action] = [target.slice(0, target.lastIndexOf('.')), target.slice(target.lastIndexOf('.') + 1)];
    return { service: JSON_TARGETS[name] ?? signedFor, action, region, accessKeyId, params: textsOf(body) };
  }
  const params = Object.fromEntries(new URLSearchParams(body));
  const action = params.Action ?? `${method} ${path}`;
  return { service: action.startsWith('AssumeRole') ? 'sts' : signedFor, action, region, accessKeyId, params };
}

function textsOf(body: string): Record<string, string> {
  const values = body.startsWith('{') ? JSON.parse(body) : {};
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Values of a numbered parameter, such as `SecurityGroups.member.1`, `.2` and so on. */
export function numbered(params: Record<string, string>, prefix: string): string[] {
  return Object.entries(params).filter(([key]) => key.startsWith(`${prefix}.`) && /^\d+$/.test(key.slice(prefix.length + 1))).map(([, value]) => value);
}

/** Tags of a numbered list of them, such as `Tags.member.1.Key` with `Tags.member.1.Value`. */
export function tagsIn(params: Record<string, string>, prefix: string): Record<string, string> {
  const keys = Object.entries(params).filter(([key]) => key.startsWith(`${prefix}.`) && key.endsWith('.Key'));
  return Object.fromEntries(keys.map(([key, value]) => [value, params[key.replace(/Key$/, 'Value')] ?? '']));
}
