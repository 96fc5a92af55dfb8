import { randomUUID } from 'crypto';
import { Answer } from '../aws/answers';
import { Gateway, GatewayRequest } from '../aws/gateway';

/** What a custom resource's function answers CloudFormation. */
export interface CustomResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Record<string, unknown>;
}

/** Where functions put their answers, in place of the pre-signed addresses of S3. */
export class Responses {
  public static readonly path = '/harness/response/';

  private readonly received = new Map<string, CustomResourceResponse>();

  /** A new address for one answer. */
  public open(): { readonly id: string; readonly url: string } {
    const id = randomUUID();
    return { id, url: `${Gateway.url}${Responses.path}${id}` };
  }

  public of(id: string): CustomResourceResponse | undefined {
    return this.received.get(id);
  }

  public async receive({ path, body }: GatewayRequest): Promise<Answer> {
    this.received.set(path.slice(Responses.path.length), JSON.parse(body));
    return { status: 200, type: 'text/plain', body: '' };
  }
}
