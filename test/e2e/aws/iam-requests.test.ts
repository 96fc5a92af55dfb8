import { readApiCall } from './api-call';
import { isAllowed, missingStatement } from './decisions';
import { iamRequestsOf, ResourceFacts } from './iam-requests';

const LOAD_BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop/1';

const FACTS: ResourceFacts = {
  ec2Tags: async () => ({ 'elbv2.k8s.aws/cluster': 'mine' }),
  elbTags: async () => ({ 'elbv2.k8s.aws/cluster': 'theirs' }),
  vpcOfSecurityGroup: async () => 'vpc-1',
};

function call(service: string, params: Record<string, string>) {
  const authorization = `AWS4-HMAC-SHA256 Credential=ASIA1/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`;
  return readApiCall('POST', '/', { authorization }, new URLSearchParams(params).toString());
}

test('a new security group with tags is three requests', async () => {
  const requests = await iamRequestsOf(call('ec2', {
    'Action': 'CreateSecurityGroup',
    'VpcId': 'vpc-1',
    'TagSpecification.1.ResourceType': 'security-group',
    'TagSpecification.1.Tag.1.Key': 'elbv2.k8s.aws/cluster',
    'TagSpecification.1.Tag.1.Value': 'mine',
  }), FACTS);
  expect(requests.map(({ action, resource }) => `${action} ${resource.split(':')[5]}`)).toEqual([
    'ec2:CreateSecurityGroup vpc/vpc-1', 'ec2:CreateSecurityGroup security-group/0123456789abcdef0', 'ec2:CreateTags security-group/0123456789abcdef0',
  ]);
  expect(requests[2].context).toMatchObject({
    'aws:RequestTag/elbv2.k8s.aws/cluster': 'mine', 'aws:TagKeys': ['elbv2.k8s.aws/cluster'], 'ec2:CreateAction': 'CreateSecurityGroup',
  });
});

test('a change of a security group has its tags and its VPC', async () => {
  const [{ context }] = await iamRequestsOf(call('ec2', { Action: 'DeleteSecurityGroup', GroupId: 'sg-1' }), FACTS);
  expect(context).toMatchObject({
    'aws:ResourceTag/elbv2.k8s.aws/cluster': 'mine', 'ec2:Vpc': 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1', 'aws:RequestedRegion': 'us-east-1',
  });
});

test('a listener is made on its load balancer, with the tags of that', async () => {
  const [request] = await iamRequestsOf(call('elasticloadbalancing', { Action: 'CreateListener', LoadBalancerArn: LOAD_BALANCER }), FACTS);
  expect(request).toMatchObject({ resource: LOAD_BALANCER, context: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': 'theirs' } });
});

test('what is missing is told as a statement, which would do', async () => {
  const [request] = await iamRequestsOf(call('elasticloadbalancing', { Action: 'DeleteLoadBalancer', LoadBalancerArn: LOAD_BALANCER }), FACTS);
  const narrow = {
    Effect: 'Allow',
    Action: 'elasticloadbalancing:DeleteLoadBalancer',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': 'mine' } },
  };
  const policy = (Statement: object[]) => ({ Version: '2012-10-17', Statement });
  expect(isAllowed([policy([narrow])], request)).toBe(false);
  const missing = JSON.parse(missingStatement(request));
  expect(missing).toEqual({ ...narrow, Resource: LOAD_BALANCER, Condition: { StringEquals: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': 'theirs' } } });
  expect(isAllowed([policy([narrow]), policy([missing])], request)).toBe(true);
});
