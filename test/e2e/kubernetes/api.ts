import * as fs from 'fs';
import * as https from 'https';
import { PORTS } from '../settings';
import { KeyPair } from './certificates';

/** An object of the API, or a list of them. */
export type KubernetesObject = any;

export type PatchType = 'merge' | 'strategic-merge' | 'json';

/** An answer other than success. */
export class ApiError extends Error {
  constructor(public readonly status: number, message: string) {
    super(message);
  }
}

/** The API server, spoken to as administrator. */
export class KubernetesApi {
  private readonly agent: https.Agent;

  constructor(authority: string, admin: KeyPair) {
    this.agent = new https.Agent({
      keepAlive: true,
      ca: fs.readFileSync(authority),
      cert: fs.readFileSync(admin.certificate),
      key: fs.readFileSync(admin.key),
    });
  }

  /** The object or list at a path such as `/api/v1/nodes`; undefined where there is none. */
  public async get(path: string): Promise<KubernetesObject | undefined> {
    return this.unlessMissing(this.request('GET', path));
  }

  /** Objects of a kind; none where the cluster does not know the kind. */
  public async list(path: string): Promise<KubernetesObject[]> {
    return (await this.get(path))?.items ?? [];
  }

  public async create(path: string, object: KubernetesObject): Promise<KubernetesObject> {
    return this.request('POST', path, object);
  }

  public async patch(path: string, change: object, type: PatchType = 'merge'): Promise<KubernetesObject | undefined> {
    return this.unlessMissing(this.request('PATCH', path, change, `application/${type === 'json' ? 'json' : type}-patch+json`));
  }

  public async delete(path: string, options: object = {}): Promise<void> {
    await this.unlessMissing(this.request('DELETE', path, options));
  }

  public close(): void {
    this.agent.destroy();
  }

  private async unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  private async request(method: string, path: string, body?: object, contentType = 'application/json'): Promise<any> {
    const text = body === undefined ? '' : JSON.stringify(body);
    // Without the length Node.js sends the body of a DELETE as if it was the next request.
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = https.request({
        agent: this.agent, host: '127.0.0.1', port: PORTS.apiServer, method, path, headers, timeout: 30_000,
      }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => { answer += chunk; });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode! >= 400) {
            reject(new ApiError(response.statusCode!, `${method} ${path}: ${response.statusCode} ${answer.slice(0, 600)}`));
          } else {
            resolve(answer.startsWith('{') ? JSON.parse(answer) : answer);
          }
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer`)));
      request.on('error', reject);
      request.end(text);
    });
  }
}
