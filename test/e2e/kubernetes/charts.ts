import * as fs from 'fs';
import * as path from 'path';
import { Answer, errorAnswer } from '../aws/answers';
import { Gateway, GatewayRequest } from '../aws/gateway';
import { run } from '../processes';
import { STATE, UPSTREAM } from '../settings';

/** Where the charts are, of all releases: `aws-load-balancer-controller-3.5.0.tgz` and so on. */
export const CHARTS = path.join(UPSTREAM, 'charts');

/** The chart repository of eks-charts, with what is there of it. */
export class Charts {
  public static readonly path = '/charts';

  private readonly directory = path.join(STATE, 'charts');

  /** @param helm writes the index */
  public async prepare(helm: string): Promise<void> {
    fs.mkdirSync(this.directory, { recursive: true });
    const archives = fs.readdirSync(CHARTS).filter((name) => name.endsWith('.tgz'));
    archives.forEach((name) => fs.copyFileSync(path.join(CHARTS, name), path.join(this.directory, name)));
    await run(helm, ['repo', 'index', this.directory, '--url', `${Gateway.url}${Charts.path}`], { env: { HOME: STATE, PATH: process.env.PATH } });
  }

  public async answer(request: GatewayRequest): Promise<Answer> {
    const file = path.join(this.directory, path.basename(request.path));
    return fs.existsSync(file)
      ? { status: 200, type: 'application/octet-stream', body: fs.readFileSync(file) }
      : errorAnswer('sts', 'NotFound', request.path, 404);
  }
}
