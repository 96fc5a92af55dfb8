import { ChildProcess, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import { createServer, IncomingHttpHeaders, Server } from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';

/** Where `npx projen moto` installs moto, or what the environment names. */
const VENV_PYTHON = path.join(__dirname, '..', '..', '.moto', 'bin', 'python');
const PYTHON = process.env.MOTO_PYTHON ?? (fs.existsSync(VENV_PYTHON) ? VENV_PYTHON : 'python3');

/** Why moto cannot run here; undefined where it can. */
export function motoMissing(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import moto.server'], { stdio: 'ignore' });
  return status === 0 ? undefined : `${PYTHON} has no moto server, run "npx projen moto" to install it`;
}

/** Everything a call can be answered with instead of moto's own answer. */
export interface Fault {
  readonly status?: number;
  readonly code: string;
  readonly message?: string;
}

export type FaultRule = (action: string, params: URLSearchParams, index: number) => Fault | undefined | Promise<Fault | undefined>;

/** The largest that the APIs allow. */
const PAGE_SIZES = { elb: 400, ec2: 1000 };

const NO_FAULT: FaultRule = () => undefined;

/**
 * moto behind a proxy which adds what moto lacks: paging of every list, the limits of the APIs, the
 * dependencies of security groups, and faults on demand.
 */
export class Moto {
  public static async start(): Promise<Moto> {
    const port = await freePort();
    const child = spawn(PYTHON, ['-c', `from moto.server import main; main(['-H', '127.0.0.1', '-p', '${port}'])`], { stdio: 'ignore' });
    const moto = new Moto(child, `http://127.0.0.1:${port}`);
    for (let attempt = 0; !await moto.reset().then(() => true, () => false); attempt++) {
      if (attempt > 300 || child.exitCode !== null) { throw new Error('moto did not start'); }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    await new Promise<void>(resolve => moto.proxy.listen(0, '127.0.0.1', resolve));
    return moto;
  }

  /** Actions in the order of the calls, since the last reset. */
  public readonly calls: string[] = [];
  /** Asked before each call. */
  public fault: FaultRule = NO_FAULT;
  /** Items a page. */
  public pageSizes = PAGE_SIZES;

  private readonly proxy: Server;

  private constructor(
    private readonly child: ChildProcess,
    /** moto itself, without limits and faults. */
    public readonly directUrl: string,
  ) {
    this.proxy = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => { body += chunk; });
      request.on('end', () => {
        this.answer(body, request.headers)
          .catch(error => ({ status: 500, text: xmlError('InternalError', String(error)) }))
          .then(({ status, text }) => {
            response.writeHead(status, { 'content-type': 'text/xml' });
            response.end(text);
          }, () => request.socket.destroy());
      });
    });
  }

  /** The proxy. */
  public get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  public async reset(): Promise<void> {
    await fetch(`${this.directUrl}/moto-api/reset`, { method: 'POST' });
    this.calls.length = 0;
    this.fault = NO_FAULT;
    this.pageSizes = PAGE_SIZES;
  }

  public async stop(): Promise<void> {
    this.proxy.closeAllConnections();
    await new Promise(resolve => this.proxy.close(resolve));
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private async answer(body: string, headers: IncomingHttpHeaders): Promise<{ status: number; text: string }> {
    const params = new URLSearchParams(body);
    const action = params.get('Action')!;
    const index = this.calls.push(action) - 1;
    const fault = brokenLimit(action, params) ?? await this.fault(action, params, index)
      ?? (action === 'DeleteSecurityGroup' ? await this.dependency(params.get('GroupId')!, headers) : undefined);
    if (fault) {
      return { status: fault.status ?? 400, text: xmlError(fault.code, fault.message ?? 'injected') };
    }
    const start = Number(params.get('Marker') ?? params.get('NextToken') ?? 0);
    ['Marker', 'NextToken', 'PageSize', 'MaxResults'].forEach(name => params.delete(name));
    if (action === 'DescribeLoadBalancers') { params.set('PageSize', '100000'); }
    const { status, text } = await this.forward(params, headers);
    return { status, text: status === 200 ? page(text, start, this.pageSizes) : text };
  }

  private async forward(params: URLSearchParams, headers: IncomingHttpHeaders): Promise<{ status: number; text: string }> {
    const response = await fetch(this.directUrl, {
      method: 'POST',
      body: params.toString(),
      headers: { 'authorization': headers.authorization!, 'content-type': 'application/x-www-form-urlencoded' },
    });
    return { status: response.status, text: await response.text() };
  }

  /** A group that a rule names or an interface holds cannot go; moto lets it. */
  private async dependency(groupId: string, headers: IncomingHttpHeaders): Promise<Fault | undefined> {
    const Version = '2016-11-15';
    const lists = [
      { 'Action': 'DescribeSecurityGroups', 'Filter.1.Name': 'ip-permission.group-id' },
      { 'Action': 'DescribeSecurityGroups', 'Filter.1.Name': 'egress.ip-permission.group-id' },
      { 'Action': 'DescribeNetworkInterfaces', 'Filter.1.Name': 'group-id' },
    ];
    for (const list of lists) {
      const { text } = await this.forward(new URLSearchParams({ ...list, 'Filter.1.Value.1': groupId, Version }), headers);
      // A rule of its own does not hold a group back.
      const holders = [...text.matchAll(/<ownerId>[^<]*<\/ownerId>\s*<groupId>([^<]+)|<networkInterfaceId>([^<]+)/g)].map(match => match[1] ?? match[2]);
      if (holders.some(holder => holder !== groupId)) {
        return { code: 'DependencyViolation', message: `resource ${groupId} has a dependent object` };
      }
    }
    return undefined;
  }
}

function brokenLimit(action: string, params: URLSearchParams): Fault | undefined {
  const count = (pattern: RegExp) => [...params.keys()].filter(key => pattern.test(key)).length;
  if (action === 'DescribeTags' && count(/^ResourceArns\./) > 20) {
    return { code: 'ValidationError', message: 'more than 20 ARNs' };
  }
  if (count(/^Filter\.\d+\.Value\./) > 200) { return { code: 'FilterLimitExceeded' }; }
  if (Number(params.get('PageSize') ?? 400) > 400 || Number(params.get('MaxResults') ?? 1000) > 1000) {
    return { code: 'ValidationError', message: 'page too large' };
  }
  return undefined;
}

function xmlError(code: string, message: string): string {
  // Both query protocols read one of the two places.
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `<ErrorResponse>${error}<Errors>${error}</Errors><RequestId>r</RequestId></ErrorResponse>`;
}

/** Cuts the answer's list down to one page, and says where the next one starts. */
function page(text: string, start: number, sizes: typeof PAGE_SIZES): string {
  const list = /<(LoadBalancers|TargetGroups|securityGroupInfo|networkInterfaceSet|securityGroupRuleSet)>/.exec(text);
  if (!list) { return text; }
  const name = list[1];
  const isElb = /^[A-Z]/.test(name);
  const size = isElb ? sizes.elb : sizes.ec2;
  const from = list.index + list[0].length;
  const to = text.lastIndexOf(`</${name}>`);
  const items: string[] = [];
  let depth = 0;
  let itemStart = from;
  for (const tag of text.slice(from, to).matchAll(/<(\/?)(?:item|member)>/g)) {
    if (tag[1] === '' && depth++ === 0) { itemStart = from + tag.index; }
    if (tag[1] === '/' && --depth === 0) { items.push(text.slice(itemStart, from + tag.index + tag[0].length)); }
  }
  const next = start + size < items.length ? String(start + size) : undefined;
  const token = next === undefined ? '' : isElb ? `<NextMarker>${next}</NextMarker>` : `<nextToken>${next}</nextToken>`;
  const rest = text.slice(to + name.length + 3).replace(/<(NextMarker|nextToken)[^>]*\/?>([^<]*<\/(NextMarker|nextToken)>)?/g, '');
  return `${text.slice(0, from)}${items.slice(start, start + size).join('')}</${name}>${token}${rest}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
