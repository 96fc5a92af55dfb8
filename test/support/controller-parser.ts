/*
 * How the controller reads annotations of an Ingress, and what it rejects: restated from `pkg/annotations/parser.go`, `pkg/ingress` and
 * `webhooks/networking` of v3.5.0, independently of what this library writes.
 */

type Annotations = { readonly [key: string]: string };

/** Splits a list as the controller does. */
export function parseList(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

/** Parses a map as the controller does; throws where it rejects. */
export function parseMap(text: string): { [key: string]: string } {
  const pairs: string[] = [];
  let current = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) {
      current += text[++i];
    } else if (text[i] === ',' && text.slice(i + 1).includes('=')) {
      pairs.push(current.trim());
      current = '';
    } else if (text[i] === ',' && text.slice(i + 1).trim() !== '') {
      throw new Error(`no pair: ${text}`);
    } else {
      current += text[i];
    }
  }
  return Object.fromEntries([...pairs, ...current === '' ? [] : [current.trim()]].map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1 || pair.slice(0, at).trim() === '') throw new Error(`no pair: ${pair}`);
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  }));
}

function integer(text: string, min: number, max: number): void {
  if (!/^[+-]?\d+$/.test(text) || Number(text) < min || Number(text) > max) throw new Error(`no whole number from ${min} to ${max}: ${text}`);
}

function oneOf(text: string, ...values: string[]): void {
  if (!values.includes(text)) throw new Error(`none of ${values.join(', ')}: ${text}`);
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

const CHECKS: { readonly [key: string]: (text: string) => void } = {
  'group.name': (text) => check(/^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/.test(text) && text.length <= 63, `group ${text}`),
  'group.order': (text) => integer(text, -1000, 1000),
  'scheme': (text) => oneOf(text, 'internal', 'internet-facing'),
  'ip-address-type': (text) => oneOf(text, 'ipv4', 'dualstack', 'dualstack-without-public-ipv4'),
  'load-balancer-name': (text) => check(text.length <= 32, `name ${text}`),
  'subnets': parseList,
  'security-groups': parseList,
  'manage-backend-security-group-rules': (text) => oneOf(text, 'true', 'false'),
  'inbound-cidrs': (text) => parseList(text).forEach((cidr) => check(/^[0-9a-f.:]+\/\d+$/i.test(cidr), `CIDR ${cidr}`)),
  'security-group-prefix-lists': parseList,
  'load-balancer-attributes': parseMap,
  'tags': parseMap,
  'target-group-attributes': parseMap,
  'target-node-labels': parseMap,
  'wafv2-acl-arn': () => undefined,
  'wafv2-acl-name': () => undefined,
  'shield-advanced-protection': (text) => oneOf(text, 'true', 'false'),
  'minimum-load-balancer-capacity': (text) => integer(parseMap(text).CapacityUnits, 0, 2 ** 31 - 1),
  'ipam-ipv4-pool-id': () => undefined,
  'certificate-arn': parseList,
  'ssl-policy': () => undefined,
  'target-type': (text) => oneOf(text, 'instance', 'ip'),
  'backend-protocol': (text) => oneOf(text, 'HTTP', 'HTTPS'),
  'backend-protocol-version': (text) => oneOf(text, 'HTTP1', 'HTTP2', 'GRPC'),
  'healthcheck-path': () => undefined,
  'healthcheck-port': () => undefined,
  'healthcheck-protocol': (text) => oneOf(text, 'HTTP', 'HTTPS'),
  'healthcheck-interval-seconds': (text) => integer(text, 5, 300),
  'healthcheck-timeout-seconds': (text) => integer(text, 2, 120),
  'healthy-threshold-count': (text) => integer(text, 2, 10),
  'unhealthy-threshold-count': (text) => integer(text, 2, 10),
  'success-codes': () => undefined,
  'ssl-redirect': (text) => integer(text, 1, 65535),
  'use-regex-path-match': (text) => oneOf(text, 'true', 'false'),
  'listen-ports': (text) => listenPorts(text),
};

/** The listeners that an annotation asks for, by port. */
export function listenPorts(text: string | undefined): Map<number, string> {
  if (text === undefined) return new Map([[80, 'HTTP']]);
  const entries: { [protocol: string]: number }[] = JSON.parse(text);
  check(entries.length > 0, 'empty listen-ports');
  return new Map(entries.flatMap((entry) => Object.entries(entry).map(([protocol, port]): [number, string] => {
    oneOf(protocol, 'HTTP', 'HTTPS');
    integer(String(port), 1, 65535);
    return [port, protocol];
  })));
}

/** Reads an Ingress as the controller does: throws what it would reject. */
export function acceptIngress({ metadata, spec }: any): void {
  const annotations: Annotations = Object.fromEntries(Object.entries<string>(metadata.annotations ?? {})
    .filter(([key]) => key.startsWith('alb.ingress.kubernetes.io/')).map(([key, value]) => [key.split('/')[1], value]));
  for (const [key, text] of Object.entries(annotations)) {
    const [family, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
    if (family === 'actions') acceptAction(JSON.parse(text));
    else if (family === 'conditions') JSON.parse(text).forEach(acceptCondition);
    else if (family === 'transforms') acceptTransforms(JSON.parse(text));
    else if (family === 'listener-attributes') check(/^HTTPS?-\d+$/.test(name) && Object.keys(parseMap(text)).length > 0, `attributes of ${name}`);
    else if (CHECKS[key]) CHECKS[key](text);
    else throw new Error(`unknown annotation ${key}`);
    check(text.length < 2 ** 17, `long ${key}`);
  }
  const ports = listenPorts(annotations['listen-ports']);
  if (annotations['ssl-redirect'] !== undefined) {
    check(ports.get(Number(annotations['ssl-redirect'])) === 'HTTPS', 'no HTTPS listener to redirect to');
  }
  const hosts = (spec.rules ?? []).flatMap(({ host }: any) => host ?? []);
  if ([...ports.values()].includes('HTTPS') && !annotations['certificate-arn']) check(hosts.length > 0, 'no host to discover certificates for');
  const backends = [...(spec.rules ?? []).flatMap(({ http }: any) => http.paths.map((path: any) => {
    check(path.path.startsWith('/'), `path ${path.path}`);
    check(path.pathType === 'ImplementationSpecific' || !/[*?]/.test(path.path), `wildcards in ${path.path}`);
    if (path.pathType === 'ImplementationSpecific' && annotations['use-regex-path-match'] === 'true') {
      const expression = path.path.slice(1);
      check(expression.length <= 128 && new RegExp(expression).source !== '', `expression ${expression}`);
    }
    return path.backend;
  })), ...spec.defaultBackend ? [spec.defaultBackend] : []];
  check(backends.length > 0, 'nothing to do');
  for (const { service: { name, port } } of backends) {
    if (port.name === 'use-annotation') check(annotations[`actions.${name}`] !== undefined, `missing action ${name}`);
    else check(port.name !== undefined || (port.number >= 1 && port.number <= 65535), `port of ${name}`);
  }
}

function acceptAction({ type, fixedResponseConfig, redirectConfig, forwardConfig }: any): void {
  oneOf(type, 'fixed-response', 'redirect', 'forward');
  if (type === 'fixed-response') check(typeof fixedResponseConfig.statusCode === 'string' && fixedResponseConfig.statusCode !== '', 'statusCode');
  if (type === 'redirect') oneOf(redirectConfig.statusCode, 'HTTP_301', 'HTTP_302');
  if (type === 'forward') {
    for (const { serviceName, servicePort, targetGroupARN, weight } of forwardConfig.targetGroups) {
      check((serviceName === undefined) !== (targetGroupARN === undefined), 'one of serviceName and targetGroupARN');
      check(serviceName === undefined || servicePort !== undefined, 'missing servicePort');
      check(forwardConfig.targetGroups.length < 2 || Number.isInteger(weight), 'weight');
    }
  }
}

/** As `Validate` of transforms in `pkg/ingress/config_types.go`, and the limits of Elastic Load Balancing. */
function acceptTransforms(transforms: any[]): void {
  check(new Set(transforms.map(({ type }) => type)).size === transforms.length, 'one transform of a type');
  for (const { type, urlRewriteConfig, hostHeaderRewriteConfig } of transforms) {
    oneOf(type, 'url-rewrite', 'host-header-rewrite');
    const { rewrites } = type === 'url-rewrite' ? urlRewriteConfig : hostHeaderRewriteConfig;
    check(rewrites.length === 1 && rewrites.every(({ regex, replace }: any) => regex.length <= 1024 && replace.length <= 1024), 'rewrites');
  }
}

function acceptCondition(condition: any): void {
  const config = condition[({
    'host-header': 'hostHeaderConfig',
    'http-header': 'httpHeaderConfig',
    'http-request-method': 'httpRequestMethodConfig',
    'path-pattern': 'pathPatternConfig',
    'query-string': 'queryStringConfig',
    'source-ip': 'sourceIPConfig',
  } as { [field: string]: string })[condition.field]];
  check(config?.values?.length > 0, `condition ${condition.field}`);
}
