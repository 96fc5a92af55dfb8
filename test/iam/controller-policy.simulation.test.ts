import { Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ControllerPolicyOptions, ControllerPolicyScope } from '../../src/iam/controller-policy';
import { ACCOUNT, ApiCall, isAllowed, isTrusted } from '../support/iam-simulation';
import { CLUSTER_NAME, REGION, renderedPolicy, VPC_ID } from '../support/policy-grants';

/*
 * Calls the controller makes (pkg/deploy and pkg/networking of its repository), put to the policies that we render.
 * The tags are those of pkg/deploy/tracking: on all it creates, in the request that creates it.
 */

const OTHER = 'another-cluster';
const TAG = 'elbv2.k8s.aws/cluster';

const elb = (resource: string) => `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:${resource}`;
const LOAD_BALANCER = elb('loadbalancer/app/k8s-shop-web-0123456789/50dc6c495c0c9188');
const NETWORK_LOAD_BALANCER = elb('loadbalancer/net/k8s-shop-tcp-0123456789/60dc6c495c0c9188');
const TARGET_GROUP = elb('targetgroup/k8s-shop-web-0123456789/73e2d6bc24d8a067');
const LISTENER = elb('listener/app/k8s-shop-web-0123456789/50dc6c495c0c9188/0467ef3c8400ae65');
const RULE = elb('listener-rule/app/k8s-shop-web-0123456789/50dc6c495c0c9188/0467ef3c8400ae65/1291d13826f405c3');
const SECURITY_GROUP = `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/sg-0123456789abcdef0`;
const ACCELERATOR = `arn:aws:globalaccelerator::${ACCOUNT}:accelerator/1234abcd`;
const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/12345678-1234-1234-1234-123456789012`;

const vpc = (id: string, owner = ACCOUNT) => `arn:aws:ec2:${REGION}:${owner}:vpc/${id}`;
const inVpc = (id: string) => ({ 'ec2:Vpc': vpc(id) });
const OWN_VPC = inVpc(VPC_ID);
const OTHER_VPC = inVpc('vpc-0fedcba9876543210');

const requestTag = (cluster: string) => ({ [`aws:RequestTag/${TAG}`]: cluster });
const resourceTag = (cluster: string) => ({ [`aws:ResourceTag/${TAG}`]: cluster });
const furtherTag = { 'aws:RequestTag/team': 'shop' };
const ofAccelerator = { 'aws:ResourceTag/aga.k8s.aws/resource': 'GlobalAccelerator' };
const newAccelerator = { 'aws:RequestTag/aga.k8s.aws/resource': 'GlobalAccelerator' };

const optIns: ControllerPolicyOptions = { enableGlobalAccelerator: true, enableAcmCertificateManagement: true };
const scoped = renderedPolicy({ ...optIns, policyScope: ControllerPolicyScope.CLUSTER });
const upstream = renderedPolicy({ ...optIns, policyScope: ControllerPolicyScope.UPSTREAM });

type Row = [name: string, call: ApiCall];

/** The same calls, for the resources of whichever cluster. */
const callsOf = (cluster: string): Row[] => [
  ['create a load balancer', { action: 'elasticloadbalancing:CreateLoadBalancer', resource: LOAD_BALANCER, context: requestTag(cluster) }],
  ['create a network load balancer', {
    action: 'elasticloadbalancing:CreateLoadBalancer', resource: NETWORK_LOAD_BALANCER, context: requestTag(cluster),
  }],
  ['create a target group', { action: 'elasticloadbalancing:CreateTargetGroup', resource: TARGET_GROUP, context: requestTag(cluster) }],
  ['tag the load balancer it creates', {
    action: 'elasticloadbalancing:AddTags',
    resource: LOAD_BALANCER,
    context: { ...requestTag(cluster), 'elasticloadbalancing:CreateAction': 'CreateLoadBalancer' },
  }],
  ['tag the target group it creates', {
    action: 'elasticloadbalancing:AddTags',
    resource: TARGET_GROUP,
    unlisted: true,
    context: { ...requestTag(cluster), 'elasticloadbalancing:CreateAction': 'CreateTargetGroup' },
  }],
  ['add a tag to a load balancer', {
    action: 'elasticloadbalancing:AddTags', resource: LOAD_BALANCER, context: { ...resourceTag(cluster), ...furtherTag },
  }],
  ['remove a tag from a network load balancer', {
    action: 'elasticloadbalancing:RemoveTags', resource: NETWORK_LOAD_BALANCER, context: resourceTag(cluster),
  }],
  // The simulator's table has the two for load balancers only.
  ...['AddTags', 'RemoveTags'].flatMap((action) => [TARGET_GROUP, LISTENER, RULE].map((resource): Row => [
    `${action} on ${resource.split(':')[5].split('/')[0]}`,
    { action: `elasticloadbalancing:${action}`, resource, context: resourceTag(cluster), unlisted: true },
  ])),
  ...[
    'CreateListener', 'DeleteLoadBalancer', 'ModifyCapacityReservation', 'ModifyIpPools', 'ModifyLoadBalancerAttributes',
    'SetIpAddressType', 'SetSecurityGroups', 'SetSubnets',
  ].map((action): Row => [action, { action: `elasticloadbalancing:${action}`, resource: LOAD_BALANCER, context: resourceTag(cluster) }]),
  ...['DeleteTargetGroup', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes'].map((action): Row =>
    [action, { action: `elasticloadbalancing:${action}`, resource: TARGET_GROUP, context: resourceTag(cluster) }]),
  ...[
    'AddListenerCertificates', 'CreateRule', 'DeleteListener', 'ModifyListener', 'ModifyListenerAttributes', 'RemoveListenerCertificates',
  ].map((action): Row => [action, { action: `elasticloadbalancing:${action}`, resource: LISTENER, context: resourceTag(cluster) }]),
  ...['DeleteRule', 'ModifyRule', 'SetRulePriorities'].map((action): Row =>
    [action, { action: `elasticloadbalancing:${action}`, resource: RULE, context: resourceTag(cluster) }]),

  ['tag the security group it creates', {
    action: 'ec2:CreateTags', resource: SECURITY_GROUP, context: { ...requestTag(cluster), 'ec2:CreateAction': 'CreateSecurityGroup' },
  }],
  ['add a tag to a security group', {
    action: 'ec2:CreateTags', resource: SECURITY_GROUP, context: { ...resourceTag(cluster), ...furtherTag },
  }],
  ['remove a tag from a security group', { action: 'ec2:DeleteTags', resource: SECURITY_GROUP, context: resourceTag(cluster) }],
  ...['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress', 'DeleteSecurityGroup'].map((action): Row =>
    [action, { action: `ec2:${action}`, resource: SECURITY_GROUP, context: { ...resourceTag(cluster), ...OWN_VPC } }]),

  ['create an accelerator', {
    action: 'globalaccelerator:CreateAccelerator', context: { ...requestTag(cluster), ...newAccelerator },
  }],
  ['tag the accelerator it creates', {
    action: 'globalaccelerator:TagResource', resource: ACCELERATOR, context: { ...requestTag(cluster), ...newAccelerator },
  }],
  ...['CreateListener', 'DeleteAccelerator', 'DescribeAccelerator', 'UntagResource', 'UpdateAccelerator'].map((action): Row =>
    [action, { action: `globalaccelerator:${action}`, resource: ACCELERATOR, context: { ...resourceTag(cluster), ...ofAccelerator } }]),

  ['request a certificate', { action: 'acm:RequestCertificate', context: requestTag(cluster) }],
  ['delete a certificate', { action: 'acm:DeleteCertificate', resource: CERTIFICATE, context: resourceTag(cluster) }],
];

describe('resources of the own cluster', () => {
  test.each(callsOf(CLUSTER_NAME))('%s', async (_name, call) => {
    expect(await isAllowed(scoped, call)).toBe(true);
    expect(await isAllowed(upstream, call)).toBe(true);
  });
});

describe('resources of another cluster are out of reach in the cluster\'s scope, and within it in upstream\'s', () => {
  test.each(callsOf(OTHER))('%s', async (_name, call) => {
    expect(await isAllowed(scoped, call)).toBe(false);
    expect(await isAllowed(upstream, call)).toBe(true);
  });
});

describe('another VPC is out of reach in the cluster\'s scope, and within it in upstream\'s', () => {
  test.each<Row>([
    ['open a security group of nodes', { action: 'ec2:AuthorizeSecurityGroupIngress', resource: SECURITY_GROUP, context: OTHER_VPC }],
    ['close a security group of nodes', { action: 'ec2:RevokeSecurityGroupIngress', resource: SECURITY_GROUP, context: OTHER_VPC }],
    ['delete a security group of a cluster with the same name', {
      action: 'ec2:DeleteSecurityGroup', resource: SECURITY_GROUP, context: { ...resourceTag(CLUSTER_NAME), ...OTHER_VPC },
    }],
    ['create a security group', { action: 'ec2:CreateSecurityGroup', resource: vpc('vpc-0fedcba9876543210') }],
  ])('%s', async (_name, call) => {
    expect(await isAllowed(scoped, call)).toBe(false);
    expect(await isAllowed(upstream, call)).toBe(true);
  });
});

describe('what has no tag of a cluster but belongs to its work', () => {
  test.each<Row>([
    ['open a security group of nodes', { action: 'ec2:AuthorizeSecurityGroupIngress', resource: SECURITY_GROUP, context: OWN_VPC }],
    ['close a security group of nodes', { action: 'ec2:RevokeSecurityGroupIngress', resource: SECURITY_GROUP, context: OWN_VPC }],
    ['open a security group in a VPC shared by another account', {
      action: 'ec2:AuthorizeSecurityGroupIngress', resource: SECURITY_GROUP, context: { 'ec2:Vpc': vpc(VPC_ID, '999988887777') },
    }],
    ['create a security group, in its VPC', { action: 'ec2:CreateSecurityGroup', resource: vpc(VPC_ID) }],
    ['create a security group, in a VPC shared by another account', { action: 'ec2:CreateSecurityGroup', resource: vpc(VPC_ID, '999988887777') }],
    ['create a security group, the group itself', {
      action: 'ec2:CreateSecurityGroup', resource: SECURITY_GROUP, context: requestTag(CLUSTER_NAME),
    }],
    ['change a listener that is not tagged', { action: 'elasticloadbalancing:ModifyListener', resource: LISTENER }],
    ['delete a rule that is not tagged', { action: 'elasticloadbalancing:DeleteRule', resource: RULE }],
    ['tag the listener it creates', {
      action: 'elasticloadbalancing:AddTags',
      resource: LISTENER,
      unlisted: true,
      context: { ...requestTag(CLUSTER_NAME), 'elasticloadbalancing:CreateAction': 'CreateListener' },
    }],
    ['register targets in a target group of the user', { action: 'elasticloadbalancing:RegisterTargets', resource: TARGET_GROUP }],
    ['register targets in a target group that clusters share', {
      action: 'elasticloadbalancing:RegisterTargets', resource: TARGET_GROUP, context: resourceTag(OTHER),
    }],
    ['deregister targets', { action: 'elasticloadbalancing:DeregisterTargets', resource: TARGET_GROUP }],
    ['put a web ACL on a load balancer', { action: 'elasticloadbalancing:SetWebAcl' }],
    ['look up load balancers', { action: 'elasticloadbalancing:DescribeLoadBalancers' }],
    ['look up subnets', { action: 'ec2:DescribeSubnets' }],
    ['look up certificates', { action: 'acm:ListCertificates' }],
    ['protect a load balancer with Shield', { action: 'shield:GetSubscriptionState' }],
    ['have the service-linked role made', {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
      context: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
    }],
  ])('%s', async (_name, call) => {
    expect(await isAllowed(scoped, call)).toBe(true);
    expect(await isAllowed(upstream, call)).toBe(true);
  });
});

describe('what neither scope allows', () => {
  test.each<Row>([
    ['create a load balancer without the tag', { action: 'elasticloadbalancing:CreateLoadBalancer', resource: LOAD_BALANCER }],
    ['delete a load balancer without the tag', { action: 'elasticloadbalancing:DeleteLoadBalancer', resource: LOAD_BALANCER }],
    ['adopt a load balancer by tagging it', {
      action: 'elasticloadbalancing:AddTags', resource: LOAD_BALANCER, context: requestTag(CLUSTER_NAME),
    }],
    ['give its load balancer to another cluster', {
      action: 'elasticloadbalancing:AddTags', resource: LOAD_BALANCER, context: { ...resourceTag(CLUSTER_NAME), ...requestTag(OTHER) },
    }],
    ['adopt a security group by tagging it', { action: 'ec2:CreateTags', resource: SECURITY_GROUP, context: requestTag(CLUSTER_NAME) }],
    ['delete a security group without the tag', { action: 'ec2:DeleteSecurityGroup', resource: SECURITY_GROUP, context: OWN_VPC }],
    ['delete an accelerator of somebody else', { action: 'globalaccelerator:DeleteAccelerator', resource: ACCELERATOR }],
    ['delete a certificate of somebody else', { action: 'acm:DeleteCertificate', resource: CERTIFICATE }],
    ['have another service-linked role made', {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS`,
      context: { 'iam:AWSServiceName': 'eks.amazonaws.com' },
    }],
  ])('%s', async (_name, call) => {
    expect(await isAllowed(scoped, call)).toBe(false);
    expect(await isAllowed(upstream, call)).toBe(false);
  });
});

describe('options', () => {
  const targetGroupBindingOnly = renderedPolicy({ targetGroupBindingOnly: true });

  test.each<[string, ApiCall, boolean]>([
    ['registers targets', { action: 'elasticloadbalancing:RegisterTargets', resource: TARGET_GROUP }, true],
    ['looks up target health', { action: 'elasticloadbalancing:DescribeTargetHealth' }, true],
    ['makes no load balancers', {
      action: 'elasticloadbalancing:CreateLoadBalancer', resource: LOAD_BALANCER, context: requestTag(CLUSTER_NAME),
    }, false],
    ['opens no security groups', { action: 'ec2:AuthorizeSecurityGroupIngress', resource: SECURITY_GROUP, context: OWN_VPC }, false],
  ])('a controller of TargetGroupBindings only %s', async (_name, call, expected) => {
    expect(await isAllowed(targetGroupBindingOnly, call)).toBe(expected);
  });

  test.each<[string, ControllerPolicyOptions, ApiCall]>([
    ['WAFv2', { enableWafv2: false }, { action: 'wafv2:GetWebACLForResource', resource: LOAD_BALANCER }],
    ['WAF', { enableWafv2: false }, { action: 'elasticloadbalancing:SetWebAcl' }],
    ['Shield', { enableShield: false }, { action: 'shield:GetSubscriptionState' }],
    ['Cognito', { enableCognito: false }, {
      action: 'cognito-idp:DescribeUserPoolClient', resource: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/eu-west-1_AbCdEf`,
    }],
  ])('%s switched off is not granted in the cluster\'s scope', async (_name, options, call) => {
    expect(await isAllowed(renderedPolicy({}), call)).toBe(true);
    expect(await isAllowed(renderedPolicy(options), call)).toBe(false);
    expect(await isAllowed(renderedPolicy({ ...options, policyScope: ControllerPolicyScope.UPSTREAM }), call)).toBe(true);
  });

  test('WAF Classic, which AWS has retired, is granted in the scope of upstream only', async () => {
    const call = { action: 'waf-regional:GetWebACLForResource', resource: LOAD_BALANCER };
    expect(await isAllowed(renderedPolicy({}), call)).toBe(false);
    expect(await isAllowed(renderedPolicy({ policyScope: ControllerPolicyScope.UPSTREAM }), call)).toBe(true);
  });

  const VALIDATION_RECORD = {
    'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_a79865eb4cd1a6ab990a45779b4e0b96.www.example.com'],
  };
  const changeRecord = (zone: string, context: ApiCall['context']): ApiCall =>
    ({ action: 'route53:ChangeResourceRecordSets', resource: `arn:aws:route53:::hostedzone/${zone}`, context });

  test.each<[string, ApiCall, { anyZone: boolean; oneZone: boolean; upstream: boolean }]>([
    ['a validation record', changeRecord('ZOWN', VALIDATION_RECORD), { anyZone: true, oneZone: true, upstream: true }],
    ['a validation record of another zone', changeRecord('ZOTHER', VALIDATION_RECORD), { anyZone: true, oneZone: false, upstream: true }],
    ['a record of another name', changeRecord('ZOWN', { ...VALIDATION_RECORD, 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['www.example.com'] }),
      { anyZone: false, oneZone: false, upstream: true }],
    ['a record of another type', changeRecord('ZOWN', { ...VALIDATION_RECORD, 'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'] }),
      { anyZone: false, oneZone: false, upstream: true }],
    ['a record of another name among others', changeRecord('ZOWN', {
      ...VALIDATION_RECORD, 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_a79865eb.www.example.com', 'example.com'],
    }), { anyZone: false, oneZone: false, upstream: true }],
  ])('certificate management changes %s', async (_name, call, expected) => {
    const oneZone = renderedPolicy({
      enableAcmCertificateManagement: true, certificateHostedZones: [route53.HostedZone.fromHostedZoneId(new Stack(), 'Zone', 'ZOWN')],
    });
    const [inAnyZone, inOneZone, inUpstream] = await Promise.all([scoped, oneZone, upstream].map((policy) => isAllowed(policy, call)));
    expect({ anyZone: inAnyZone, oneZone: inOneZone, upstream: inUpstream }).toEqual(expected);
  });

  test.each<[string, string, boolean]>([
    ['one that is named', 'arn:aws:iam::444455556666:role/target-groups', true],
    ['another', 'arn:aws:iam::444455556666:role/target-groups-2', false],
  ])('of the roles of other accounts, %s can be assumed', async (_name, resource, expected) => {
    const policy = renderedPolicy({ targetGroupBindingRoleArns: ['arn:aws:iam::444455556666:role/target-groups'], sessionTags: true });
    expect(await isAllowed(policy, { action: 'sts:AssumeRole', resource })).toBe(expected);
    expect(await isAllowed(policy, { action: 'sts:TagSession', resource })).toBe(expected);
    expect(await isAllowed(renderedPolicy({}), { action: 'sts:AssumeRole', resource })).toBe(false);
  });

  test('Global Accelerator and certificates are not granted unless asked for', async () => {
    const policy = renderedPolicy({});
    expect(await isAllowed(policy, { action: 'globalaccelerator:ListAccelerators' })).toBe(false);
    expect(await isAllowed(policy, { action: 'acm:RequestCertificate', context: requestTag(CLUSTER_NAME) })).toBe(false);
  });
});

describe('the simulation', () => {
  test('rejects a key that the action does not have', async () => {
    await expect(isAllowed(upstream, { action: 'ec2:DescribeSubnets', context: { 'ec2:Vpc': vpc(VPC_ID) } }))
      .rejects.toThrow('ec2:DescribeSubnets has no ec2:Vpc');
  });

  test('rejects an action that does not exist', async () => {
    await expect(isAllowed(upstream, { action: 'ec2:DescribeEverything' })).rejects.toThrow('cannot be simulated');
  });

  test('tells who may take a role', () => {
    const host = `oidc.eks.${REGION}.amazonaws.com/id/0123456789ABCDEF`;
    const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;
    const trust = {
      Version: '2012-10-17',
      Statement: [{
        Effect: 'Allow',
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: provider },
        Condition: { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:kube-system:controller' } },
      }],
    };
    const callAs = (account: string): ApiCall => ({
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: `arn:aws:iam::${ACCOUNT}:role/controller`,
      context: { [`${host}:sub`]: `system:serviceaccount:kube-system:${account}` },
    });

    expect(isTrusted(trust, provider, callAs('controller'))).toBe(true);
    expect(isTrusted(trust, provider, callAs('default'))).toBe(false);
    expect(isTrusted(trust, `${provider}0`, callAs('controller'))).toBe(false);
  });
});
