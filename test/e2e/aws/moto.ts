import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Daemon, eventually } from '../processes';
import { ACCOUNT, PORTS, PYTHON, REGION } from '../settings';

/** The fake AWS, asked directly: as CloudFormation and as the tests do, past the proxy and its policies. */
export class Moto {
  public static readonly url = `http://127.0.0.1:${PORTS.moto}`;

  public static async start(): Promise<Moto> {
    const program = `from moto.server import main; main(['-H', '127.0.0.1', '-p', '${PORTS.moto}'])`;
    const daemon = new Daemon('moto', PYTHON, ['-c', program], { env: { ...process.env, MOTO_ACCOUNT_ID: ACCOUNT } });
    await eventually('moto answers', 60, async () => {
      if (!daemon.isRunning) { throw new Error('moto ended, see its log'); }
      return (await fetch(`${Moto.url}/moto-api/data.json`)).ok;
    });
    return new Moto(daemon);
  }

  public readonly ec2: EC2Client;
  public readonly elb: ElasticLoadBalancingV2Client;

  private constructor(private readonly daemon: Daemon) {
    const settings = { endpoint: Moto.url, region: REGION, credentials: { accessKeyId: 'AKIADIRECT', secretAccessKey: 'x' } };
    this.ec2 = new EC2Client(settings);
    this.elb = new ElasticLoadBalancingV2Client(settings);
  }

  public async stop(): Promise<void> {
    this.ec2.destroy();
    this.elb.destroy();
    await this.daemon.stop(500);
  }
}
