import { createPublicKey, verify } from 'crypto';
import { readFileSync } from 'fs';
import { isTrusted } from './decisions';
import { PodIdentityAssociation } from './eks';
import { Iam } from './iam';
import { ACCOUNT, ISSUER_HOST, REGION } from '../settings';

/** Who a ServiceAccount's token speaks for. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string[];
  readonly exp: number;
}

/** Reads a token of the cluster, and throws where the cluster did not sign it. */
export function verifyToken(token: string, publicKeyFile: string): Claims {
  const [header, payload, signature] = token.split('.');
  const key = createPublicKey(readFileSync(publicKeyFile));
  if (!verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))) {
    throw new Error('InvalidIdentityToken: not signed by the cluster');
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (claims.exp * 1000 < Date.now()) {
    throw new Error('ExpiredTokenException: the token has expired');
  }
  return { ...claims, aud: [claims.aud].flat() };
}

/**
 * `sts:AssumeRoleWithWebIdentity`: whether the role's trust policy lets the token's ServiceAccount take it.
 *
 * @returns why not; undefined where it does
 */
export function errorOfWebIdentity(iam: Iam, roleArn: string, claims: Claims): string | undefined {
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER_HOST}`;
  if (!iam.openIdConnectProviders.has(provider)) {
    return `No OpenIDConnect provider found in your account for https://${ISSUER_HOST}`;
  }
  const role = iam.findRole(roleArn);
  const context = { [`${ISSUER_HOST}:sub`]: claims.sub, [`${ISSUER_HOST}:aud`]: claims.aud[0] };
  const request = { action: 'sts:AssumeRoleWithWebIdentity', resource: roleArn, context };
  return role && isTrusted(role.trust, provider, request) ? undefined
    : `Not authorized to perform sts:AssumeRoleWithWebIdentity: the trust of ${roleArn} does not fit sub=${claims.sub}, aud=${claims.aud}`;
}

/** EKS Pod Identity: whether the service may take the role for a pod, by the trust policy and with the tags that it sets. */
export function errorOfPodIdentity(iam: Iam, { roleArn, clusterName, namespace, serviceAccount }: PodIdentityAssociation): string | undefined {
  const role = iam.findRole(roleArn);
  const tags = {
    'eks-cluster-arn': `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${clusterName}`,
    'eks-cluster-name': clusterName,
    'kubernetes-namespace': namespace,
    'kubernetes-service-account': serviceAccount,
  };
  const context = { 'aws:TagKeys': Object.keys(tags), ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])) };
  const rejected = ['sts:AssumeRole', 'sts:TagSession'].find((action) =>
    !role || !isTrusted(role.trust, 'pods.eks.amazonaws.com', { action, resource: roleArn, context }));
  return rejected && `the trust of ${roleArn} does not let pods.eks.amazonaws.com ${rejected}`;
}
