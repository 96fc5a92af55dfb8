import * as fs from 'fs';
import { kubeconfig } from './kubeconfig';
import { Answer, errorAnswer, jsonAnswer } from '../aws/answers';
import { AwsEndpoint } from '../aws/aws-endpoint';
import { Eks } from '../aws/eks';
import { Gateway, GatewayRequest } from '../aws/gateway';
import { Iam } from '../aws/iam';
import { REGION } from '../settings';

/** In front of an access key: the token by which its role is known in the cluster. */
const TOKEN = 'e2e-role-';

/**
 * The cluster's access for IAM roles: what `aws eks update-kubeconfig` writes, and what EKS makes of the token in it.
 *
 * The access entry is looked up at each request, so one that is removed closes the door at once.
 */
export class Authenticator {
  public static readonly kubeconfigPath = '/harness/kubeconfig';
  public static readonly reviewPath = '/harness/token-review';
  public static readonly reviewUrl = `${Gateway.url}${Authenticator.reviewPath}`;

  constructor(private readonly iam: Iam, private readonly eks: Eks, private readonly aws: AwsEndpoint) {}

  /** `aws eks update-kubeconfig`: asks for the cluster as the calling role, and speaks as it, or as the one that it takes. */
  public async kubeconfig({ path }: GatewayRequest, authorityFile: string): Promise<Answer> {
    const query = new URL(path, Gateway.url).searchParams;
    const [accessKeyId, cluster, roleArn] = ['key', 'cluster', 'role'].map((name) => query.get(name) ?? undefined);
    const call = { region: REGION, accessKeyId };
    const denied = await this.aws.authorize({ ...call, service: 'eks', action: 'DescribeCluster', params: { name: cluster! } })
      ?? (roleArn && await this.aws.authorize({ ...call, service: 'sts', action: 'AssumeRole', params: { RoleArn: roleArn } }));
    if (denied) {
      return denied;
    }
    if (!this.eks.clusters.has(cluster!)) {
      return errorAnswer('eks', 'ResourceNotFoundException', `No cluster found for name: ${cluster}.`, 404);
    }
    const key = roleArn ? this.iam.issueCredentials(roleArn) : accessKeyId!;
    return { status: 200, type: 'application/json', body: kubeconfig(fs.realpathSync(authorityFile), { token: TOKEN + key }) };
  }

  /** The webhook that the API server asks about tokens which are not its own. */
  public async review({ body }: GatewayRequest): Promise<Answer> {
    const { apiVersion, kind, spec } = JSON.parse(body);
    const role = spec.token.startsWith(TOKEN) ? this.iam.roleOf(spec.token.slice(TOKEN.length)) : undefined;
    const user = role && this.eks.kubernetesUser(role);
    return { ...jsonAnswer({ apiVersion, kind, status: { authenticated: user !== undefined, user } }), type: 'application/json' };
  }
}
