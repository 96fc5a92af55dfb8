import { createServer, Server } from 'http';
import { AddressInfo } from 'net';

/** One call as the server saw it. */
export interface Call {
  readonly action: string;
  readonly ids: string[];
  readonly tags: Record<string, string | undefined>;
  /** Values of the filters by name, of a look. */
  readonly filters: Record<string, string[]>;
  readonly token?: string;
}

/** What a call is answered with instead; `drop` has the call's effect and breaks the connection, `silence` has none and keeps it. */
export type Fault = 'throttle' | 'drop' | 'silence' | { readonly code: string; readonly message?: string };

export type FaultRule = (call: Call, index: number) => Fault | undefined;

const NO_FAULT: FaultRule = () => undefined;

/**
 * The tagging calls of EC2's query protocol over HTTP, with EC2's rules: all resources of a call or
 * none, existing keys are overwritten, a delete with a value spares other values, a look says nothing
 * of what is not there and comes in pages.
 */
export class FakeEc2 {
  public static async start(): Promise<FakeEc2> {
    const fake = new FakeEc2();
    await new Promise<void>(resolve => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  public readonly calls: Call[] = [];
  /** Asked for each call in turn. */
  public fault: FaultRule = NO_FAULT;
  /** Tags a page. */
  public pageSize = 1000;

  private readonly resources = new Map<string, Map<string, string>>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', chunk => { body += chunk; });
      request.on('end', () => {
        const call = parse(body);
        const fault = this.fault(call, this.calls.push(call) - 1);
        if (fault === 'silence') { return; }
        if (fault === 'drop') {
          this.apply(call);
          request.socket.destroy();
          return;
        }
        const [status, code, message] = fault === 'throttle' ? [503, 'RequestLimitExceeded', 'Request limit exceeded.']
          : fault ? [400, fault.code, fault.message ?? 'injected']
            : this.apply(call) ?? [200];
        response.writeHead(status as number, { 'content-type': 'text/xml' });
        response.end(code
          ? `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`
          : `<${call.action}Response><requestId>r</requestId>${call.action === 'DescribeTags' ? this.look(call) : '<return>true</return>'}</${call.action}Response>`);
      });
    });
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  /** The calls that change something. */
  public get writes(): Call[] {
    return this.calls.filter(({ action }) => action !== 'DescribeTags');
  }

  public add(ids: string[], tags: Record<string, string> = {}): void {
    ids.forEach(id => this.resources.set(id, new Map(Object.entries(tags))));
  }

  public drop(id: string): void {
    this.resources.delete(id);
  }

  public tagsOf(id: string): Record<string, string> {
    return Object.fromEntries(this.resources.get(id) ?? []);
  }

  private look({ filters, token }: Call): string {
    const { 'resource-id': ids, 'key': keys } = filters;
    const patterns = keys.map(key => new RegExp(`^${key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\\\*/g, '.*')}$`));
    const found = ids.flatMap(id => [...this.resources.get(id) ?? []].filter(([key]) => patterns.some(pattern => pattern.test(key)))
      .map(([key, value]) => `<item><resourceId>${id}</resourceId><key>${key}</key><value>${value}</value></item>`));
    const start = Number(token ?? 0);
    const end = start + this.pageSize;
    return `<tagSet>${found.slice(start, end).join('')}</tagSet>${end < found.length ? `<nextToken>${end}</nextToken>` : ''}`;
  }

  /** @returns the error, where there is one; nothing has changed then */
  private apply({ action, ids, tags, filters }: Call): [number, string, string] | undefined {
    if (action === 'DescribeTags') {
      return Object.values(filters).some(values => values.length > 200) ? [400, 'FilterLimitExceeded', 'too many values'] : undefined;
    }
    if (action === 'DeleteTags' && Object.keys(tags).length === 0) {
      return [400, 'DangerousCall', 'DeleteTags without tags deletes all tags'];
    }
    if (ids.length > 1000) { return [400, 'InvalidParameterValue', 'too many resources']; }
    const missing = ids.filter(id => !this.resources.has(id));
    if (missing.length > 0) {
      const [code, noun] = missing[0].startsWith('sg-') ? ['InvalidGroup.NotFound', 'security group'] : ['InvalidSubnetID.NotFound', 'subnet ID'];
      return [400, code, `The ${noun} '${missing[0]}' does not exist`];
    }
    for (const id of ids) {
      const current = this.resources.get(id)!;
      for (const [key, value] of Object.entries(tags)) {
        if (action === 'CreateTags') {
          current.set(key, value ?? '');
        } else if (value === undefined || current.get(key) === value) {
          current.delete(key);
        }
      }
    }
    return undefined;
  }
}

function parse(body: string): Call {
  const params = new URLSearchParams(body);
  const ids: string[] = [];
  const tags: Record<string, string | undefined> = {};
  for (let n = 1; params.has(`ResourceId.${n}`); n++) {
    ids.push(params.get(`ResourceId.${n}`)!);
  }
  for (let n = 1; params.has(`Tag.${n}.Key`); n++) {
    tags[params.get(`Tag.${n}.Key`)!] = params.get(`Tag.${n}.Value`) ?? undefined;
  }
  const filters: Record<string, string[]> = {};
  for (let n = 1; params.has(`Filter.${n}.Name`); n++) {
    const values = [...params].filter(([name]) => name.startsWith(`Filter.${n}.Value.`)).map(([, value]) => value);
    filters[params.get(`Filter.${n}.Name`)!] = values;
  }
  return { action: params.get('Action')!, ids, tags, filters, token: params.get('NextToken') ?? undefined };
}
