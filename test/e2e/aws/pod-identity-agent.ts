import { Answer, errorAnswer, jsonAnswer } from './answers';
import { CallLog } from './call-log';
import { Eks } from './eks';
import { Gateway, GatewayRequest } from './gateway';
import { Iam } from './iam';
import { Claims, errorOfPodIdentity } from './web-identity';
import { ACCOUNT } from '../settings';

/** Audience of the tokens that the agent takes. */
export const POD_IDENTITY_AUDIENCE = 'pods.eks.amazonaws.com';

/**
 * The agent of EKS Pod Identity, which runs on each node as an add-on: credentials for the token of a pod's ServiceAccount.
 */
export class PodIdentityAgent {
  public static readonly path = '/v1/credentials';
  public static readonly url = `${Gateway.url}${PodIdentityAgent.path}`;

  constructor(
    private readonly iam: Iam,
    private readonly eks: Eks,
    private readonly calls: CallLog,
    private readonly verifyToken: (token: string) => Claims,
  ) {}

  public async answer({ headers }: GatewayRequest): Promise<Answer> {
    try {
      const { sub, aud } = this.verifyToken(headers.authorization ?? '');
      const association = [...this.eks.podIdentityAssociations.values()]
        .find(({ namespace, serviceAccount }) => sub === `system:serviceaccount:${namespace}:${serviceAccount}`);
      const error = !this.eks.addons.has('eks-pod-identity-agent') ? 'no add-on eks-pod-identity-agent'
        : !aud.includes(POD_IDENTITY_AUDIENCE) ? `a token for ${aud}`
          : !association ? `no association for ${sub}`
            : errorOfPodIdentity(this.iam, association);
      if (error) {
        throw new Error(error);
      }
      this.write(200);
      const AccessKeyId = this.iam.issueCredentials(association!.roleArn);
      return jsonAnswer({ AccessKeyId, SecretAccessKey: 'x', Token: 'x', Expiration: '2099-01-01T00:00:00Z', AccountId: ACCOUNT });
    } catch (error) {
      this.write(403, String(error));
      return errorAnswer('pod-identity', 'AccessDeniedException', String(error), 403);
    }
  }

  private write(status: number, unexpected?: string): void {
    this.calls.add({ caller: 'pod', service: 'eks-auth', action: 'AssumeRoleForPodIdentity', params: {}, status, error: unexpected, unexpected });
  }
}
