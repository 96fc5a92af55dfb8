import { createServer, IncomingHttpHeaders, Server } from 'http';
import { Answer, errorAnswer } from './answers';
import { PORTS } from '../settings';

export interface GatewayRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Route = (request: GatewayRequest) => Promise<Answer>;

/**
 * The one address of the outside world: AWS, and what else the programs under test ask for.
 */
export class Gateway {
  public static readonly url = `http://127.0.0.1:${PORTS.aws}`;

  private readonly routes: [prefix: string, route: Route][] = [];
  private server?: Server;

  /** Requests whose path starts so; of several the one that was added first. */
  public route(prefix: string, route: Route): void {
    this.routes.push([prefix, route]);
  }

  public async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { method = 'GET', url: path = '/', headers } = request;
        this.answer({ method, path, headers, body: Buffer.concat(chunks).toString() })
          .catch((error) => {
            console.error(error);
            return errorAnswer('sts', 'InternalError', String(error), 500);
          })
          .then(({ status, type, body, headers: extra }) => {
            response.writeHead(status, { ...extra, 'content-type': type, 'x-amzn-requestid': 'e2e' });
            response.end(body);
          }, () => request.socket.destroy());
      });
    });
    await new Promise<void>((resolve, reject) => {
      this.server!.once('error', reject);
      this.server!.listen(PORTS.aws, '127.0.0.1', resolve);
    });
  }

  public async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server ? this.server.close(resolve) : resolve(undefined));
  }

  private async answer(request: GatewayRequest): Promise<Answer> {
    const route = this.routes.find(([prefix]) => request.path.startsWith(prefix));
    return route ? route[1](request) : errorAnswer('sts', 'UnknownOperationException', request.path, 404);
  }
}
