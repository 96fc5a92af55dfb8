import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport, ControllerPolicyScope } from '../../src';
import { newCluster, newStack, newVpc } from '../fixtures';
import { ACCOUNT, ApiCall, CONTROLLER_ROLE, isAllowed, isTrusted } from '../support/iam-simulation';

/*
 * What IAM makes of the template that the whole construct renders: who may take the controller's role, and what may be done with it.
 */

const REGION = 'eu-west-1';
const CLUSTER_NAME = 'shop';
const VPC_ID = 'vpc-0123456789abcdef0';
const CLUSTER_ARN = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${CLUSTER_NAME}`;
const ISSUER = `oidc.eks.${REGION}.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
const ROLE = CONTROLLER_ROLE.replace(':sts:', ':iam:').replace(/assumed-role\/(\w+)\/.*/, 'role/$1');

/** The controller's role and its permissions, as they are once deployed. */
interface Deployed {
  readonly trust: unknown;
  readonly permissions: { readonly Version: string; readonly Statement: unknown[] };
}

function deploy(identity: ControllerIdentity, options: { owned: boolean; policyScope?: ControllerPolicyScope }): Deployed {
  const stack = newStack('Stack', { env: { account: ACCOUNT, region: REGION } });
  const vpc = newVpc(stack);
  const cluster = options.owned ? newCluster(stack, 'aws-eks-v2', { vpc }) : importCluster(stack);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity, policyScope: options.policyScope });

  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, any> };
  const valueOf = (id: string, attribute = 'Ref'): string => {
    const type = Resources[id]?.Type ?? id;
    const value = DEPLOYED_VALUES[`${type}.${attribute}`];
    if (value === undefined) throw new Error(`no value for ${attribute} of ${type}`);
    return value;
  };
  const [role] = Object.entries(Resources).filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith('AlbIngressRole'));
  const trust = evaluate(role[1].Properties.AssumeRolePolicyDocument, valueOf);
  const policies = Object.values(Resources).filter(({ Type, Properties }) => Type === 'AWS::IAM::ManagedPolicy' && Properties.Roles[0].Ref === role[0]);
  return {
    trust: typeof trust === 'string' ? JSON.parse(trust) : trust,
    permissions: {
      Version: '2012-10-17',
      Statement: policies.flatMap(({ Properties }) => evaluate(Properties.PolicyDocument, valueOf).Statement),
    },
  };
}

const DEPLOYED_VALUES: { readonly [resource: string]: string } = {
  'AWS::Partition.Ref': 'aws',
  'AWS::Region.Ref': REGION,
  'AWS::EC2::VPC.Ref': VPC_ID,
  'AWS::EKS::Cluster.Ref': CLUSTER_NAME,
  'AWS::EKS::Cluster.Arn': CLUSTER_ARN,
  'AWS::IAM::OIDCProvider.Ref': PROVIDER,
};

/** A value of a template, with CloudFormation's functions done. */
function evaluate(value: any, valueOf: (id: string, attribute?: string) => string): any {
  const inner = (nested: any) => evaluate(nested, valueOf);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  if (value.Ref) return valueOf(value.Ref);
  if (value['Fn::GetAtt']) return valueOf(value['Fn::GetAtt'][0], value['Fn::GetAtt'][1]);
  if (value['Fn::Join']) return inner(value['Fn::Join'][1]).join(value['Fn::Join'][0]);
  if (value['Fn::Split']) return inner(value['Fn::Split'][1]).split(value['Fn::Split'][0]);
  if (value['Fn::Select']) return inner(value['Fn::Select'][1])[value['Fn::Select'][0]];
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, inner(nested)]));
}

function importCluster(stack: Stack): eks_v2.ICluster {
  return eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: CLUSTER_NAME,
    openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', PROVIDER),
    kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
      serviceToken: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:kubectl`,
      role: iam.Role.fromRoleName(stack, 'KubectlRole', 'kubectl'),
    }),
  });
}

describe.each([
  ['owned', true],
  ['imported', false],
])('the trust of IRSA on an %s cluster', (_name, owned) => {
  const { trust } = deploy(ControllerIdentity.irsa(), { owned });
  const token = { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: 'system:serviceaccount:kube-system:aws-load-balancer-controller' };
  const call = (context: ApiCall['context'], action = 'sts:AssumeRoleWithWebIdentity'): ApiCall => ({ action, resource: ROLE, context });

  test('lets the controller\'s ServiceAccount in', () => {
    expect(isTrusted(trust, PROVIDER, call(token))).toBe(true);
  });

  test.each<[string, ApiCall['context']]>([
    ['another ServiceAccount', { ...token, [`${ISSUER}:sub`]: 'system:serviceaccount:kube-system:default' }],
    ['its name in another namespace', { ...token, [`${ISSUER}:sub`]: 'system:serviceaccount:default:aws-load-balancer-controller' }],
    ['a name that starts like it', { ...token, [`${ISSUER}:sub`]: 'system:serviceaccount:kube-system:aws-load-balancer-controller-2' }],
    ['a pattern in place of a name', { ...token, [`${ISSUER}:sub`]: 'system:serviceaccount:kube-system:*' }],
    ['another audience', { ...token, [`${ISSUER}:aud`]: 'vault' }],
    ['no audience', { [`${ISSUER}:sub`]: token[`${ISSUER}:sub`] }],
    ['no subject', { [`${ISSUER}:aud`]: token[`${ISSUER}:aud`] }],
    ['nothing', {}],
  ])('keeps out a token with %s', (_token, context) => {
    expect(isTrusted(trust, PROVIDER, call(context))).toBe(false);
  });

  test.each([
    ['another provider', `${PROVIDER}0`],
    ['the provider of another account', PROVIDER.replace(ACCOUNT, '444455556666')],
    ['EKS Pod Identity', 'pods.eks.amazonaws.com'],
    ['the account', `arn:aws:iam::${ACCOUNT}:root`],
  ])('keeps out who comes with the right token from %s', (_who, principal) => {
    expect(isTrusted(trust, principal, call(token))).toBe(false);
  });

  test.each(['sts:AssumeRole', 'sts:TagSession', 'sts:AssumeRoleWithSAML'])('does not let the ServiceAccount %s', (action) => {
    expect(isTrusted(trust, PROVIDER, call(token, action))).toBe(false);
  });
});

describe.each([
  ['owned', true],
  ['imported', false],
])('the trust of EKS Pod Identity on an %s cluster', (_name, owned) => {
  const { trust } = deploy(ControllerIdentity.podIdentity(), { owned });
  const tag = (name: string) => `aws:RequestTag/${name}`;
  const tags = {
    [tag('eks-cluster-arn')]: CLUSTER_ARN,
    [tag('kubernetes-namespace')]: 'kube-system',
    [tag('kubernetes-service-account')]: 'aws-load-balancer-controller',
    // EKS sends these too; they must not matter.
    [tag('eks-cluster-name')]: CLUSTER_NAME,
    [tag('kubernetes-pod-name')]: 'aws-load-balancer-controller-5d4f8c9b7-abcde',
  };
  const PODS = 'pods.eks.amazonaws.com';

  describe.each(['sts:AssumeRole', 'sts:TagSession'])('by %s', (action) => {
    const call = (context: ApiCall['context']): ApiCall => ({ action, resource: ROLE, context });

    test('lets the controller\'s ServiceAccount in', () => {
      expect(isTrusted(trust, PODS, call(tags))).toBe(true);
    });

    test.each<[string, ApiCall['context']]>([
      ['another ServiceAccount', { ...tags, [tag('kubernetes-service-account')]: 'default' }],
      ['another namespace', { ...tags, [tag('kubernetes-namespace')]: 'default' }],
      ['another cluster', { ...tags, [tag('eks-cluster-arn')]: `${CLUSTER_ARN}-2` }],
      ['a cluster of this name in another region', { ...tags, [tag('eks-cluster-arn')]: CLUSTER_ARN.replace(REGION, 'us-east-1') }],
      ['a cluster of this name in another account', { ...tags, [tag('eks-cluster-arn')]: CLUSTER_ARN.replace(ACCOUNT, '444455556666') }],
      ['no session tags', {}],
    ])('keeps out %s', (_pod, context) => {
      expect(isTrusted(trust, PODS, call(context))).toBe(false);
    });

    test.each(['ec2.amazonaws.com', 'eks.amazonaws.com', PROVIDER, `arn:aws:iam::${ACCOUNT}:root`])('keeps out %s with the right tags', (principal) => {
      expect(isTrusted(trust, principal, call(tags))).toBe(false);
    });
  });

  test('does not take web identities', () => {
    expect(isTrusted(trust, PODS, { action: 'sts:AssumeRoleWithWebIdentity', resource: ROLE, context: tags })).toBe(false);
  });
});

describe('the permissions of the role', () => {
  const TAG = 'elbv2.k8s.aws/cluster';
  const LOAD_BALANCER = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/app/k8s-shop-web-0123456789/50dc6c495c0c9188`;
  const create = (cluster: string): ApiCall =>
    ({ action: 'elasticloadbalancing:CreateLoadBalancer', resource: LOAD_BALANCER, context: { [`aws:RequestTag/${TAG}`]: cluster } });
  const remove = (cluster: string): ApiCall =>
    ({ action: 'elasticloadbalancing:DeleteLoadBalancer', resource: LOAD_BALANCER, context: { [`aws:ResourceTag/${TAG}`]: cluster } });
  const newSecurityGroup = (vpcId: string): ApiCall =>
    ({ action: 'ec2:CreateSecurityGroup', resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${vpcId}` });

  test.each([
    ['IRSA', ControllerIdentity.irsa(), true],
    ['IRSA', ControllerIdentity.irsa(), false],
    ['EKS Pod Identity', ControllerIdentity.podIdentity(), true],
  ])('reach this cluster\'s load balancers and no other\'s, with %s', async (_name, identity, owned) => {
    const { permissions } = deploy(identity, { owned });

    expect(await isAllowed(permissions, create(CLUSTER_NAME))).toBe(true);
    expect(await isAllowed(permissions, remove(CLUSTER_NAME))).toBe(true);
    expect(await isAllowed(permissions, newSecurityGroup(VPC_ID))).toBe(true);
    expect(await isAllowed(permissions, create('another'))).toBe(false);
    expect(await isAllowed(permissions, remove('another'))).toBe(false);
    expect(await isAllowed(permissions, newSecurityGroup('vpc-0fedcba9876543210'))).toBe(false);
    expect(await isAllowed(permissions, { action: 'iam:PassRole', resource: ROLE })).toBe(false);
  });

  test('reach every cluster\'s in upstream\'s scope', async () => {
    const { permissions } = deploy(ControllerIdentity.irsa(), { owned: true, policyScope: ControllerPolicyScope.UPSTREAM });

    expect(await isAllowed(permissions, remove(CLUSTER_NAME))).toBe(true);
    expect(await isAllowed(permissions, remove('another'))).toBe(true);
  });
});
