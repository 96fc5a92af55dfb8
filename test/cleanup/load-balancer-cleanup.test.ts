import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LoadBalancerCleanup } from '../../src/cleanup/load-balancer-cleanup';

const TYPE = 'Custom::EksAlbIngressLoadBalancerCleanup';
const OF_CLUSTER = { 'aws:ResourceTag/elbv2.k8s.aws/cluster': 'blue' };

function stackWith(...clusterNames: string[]): Stack {
  const stack = new Stack(new App(), 'Stack');
  clusterNames.forEach(clusterName => new LoadBalancerCleanup(stack, `Cleanup-${clusterName}`, { clusterName, vpcId: 'vpc-1' }));
  return stack;
}

function arn(service: string, account: unknown, resource: string) {
  const parts = ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }];
  return { 'Fn::Join': ['', account === '*' ? [...parts, `:*:${resource}`] : [...parts, ':', account, `:${resource}`]] };
}

const ownArn = (service: string, resource: string) => arn(service, { Ref: 'AWS::AccountId' }, resource);
const IN_VPC = { 'ec2:Vpc': arn('ec2', '*', 'vpc/vpc-1') };

test('the custom resource names the cluster and the VPC', () => {
  Template.fromStack(stackWith('blue')).hasResource(TYPE, {
    Properties: { ClusterName: 'blue', VpcId: 'vpc-1' },
    // The program runs when CloudFormation deletes it, and only then.
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
});

test('names may be tokens', () => {
  const stack = new Stack(new App(), 'Stack');
  const cluster = new CfnParameter(stack, 'Cluster');
  const vpc = new CfnParameter(stack, 'Vpc');
  new LoadBalancerCleanup(stack, 'Cleanup', { clusterName: cluster.valueAsString, vpcId: vpc.valueAsString });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(TYPE, { ClusterName: { Ref: 'Cluster' }, VpcId: { Ref: 'Vpc' } });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({
        Action: 'elasticloadbalancing:DeleteLoadBalancer',
        Condition: { StringEquals: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': { Ref: 'Cluster' } } },
      })]),
    },
  });
});

test('deletes what has the tag of the cluster, revokes in the VPC, and nothing more', () => {
  const [policy] = Object.values(Template.fromStack(stackWith('blue')).findResources('AWS::IAM::Policy'));
  expect(policy.Properties.PolicyDocument.Statement).toEqual([
    { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
    {
      Effect: 'Allow',
      Action: [
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroupRules',
        'ec2:DescribeSecurityGroups',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: 'elasticloadbalancing:DeleteLoadBalancer',
      Resource: [ownArn('elasticloadbalancing', 'loadbalancer/app/*'), ownArn('elasticloadbalancing', 'loadbalancer/net/*')],
      Condition: { StringEquals: OF_CLUSTER },
    },
    {
      Effect: 'Allow',
      Action: 'elasticloadbalancing:DeleteTargetGroup',
      Resource: ownArn('elasticloadbalancing', 'targetgroup/*'),
      Condition: { StringEquals: OF_CLUSTER },
    },
    {
      Effect: 'Allow',
      Action: 'ec2:DeleteSecurityGroup',
      Resource: ownArn('ec2', 'security-group/*'),
      Condition: { StringEquals: OF_CLUSTER, ArnLike: IN_VPC },
    },
    {
      Effect: 'Allow',
      Action: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
      Resource: ownArn('ec2', 'security-group/*'),
      Condition: { ArnLike: IN_VPC },
    },
  ]);
});

test('goes before its rights, which go before the function', () => {
  const template = Template.fromStack(stackWith('blue'));
  template.hasResource(TYPE, {
    Properties: { ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EksAlbIngressLoadBalancerCleanupProviderHandler'), 'Arn'] } },
    DependsOn: Object.keys(template.findResources('AWS::IAM::Policy')),
  });
  template.hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('^EksAlbIngressLoadBalancerCleanupProviderRole') }] });
});

test('the function may run as long as Lambda lets it', () => {
  Template.fromStack(stackWith('blue')).hasResourceProperties('AWS::Lambda::Function', { Timeout: 900, Handler: '__entrypoint__.handler' });
});

test('clusters of one stack share the function and have rights of their own', () => {
  const template = Template.fromStack(stackWith('blue', 'green'));
  template.resourceCountIs(TYPE, 2);
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.resourceCountIs('AWS::IAM::Policy', 2);
});

test('rights are reported where the app brings its own roles', () => {
  const stack = new Stack(new App(), 'Stack');
  iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/EksAlbIngressLoadBalancerCleanupProvider/Role': 'precreated' } });
  new LoadBalancerCleanup(stack, 'Cleanup', { clusterName: 'blue', vpcId: 'vpc-1' });
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
});

test('logical ids are held: a changed one would clean up under a cluster that stays', () => {
  expect(Object.keys(Template.fromStack(stackWith('blue')).toJSON().Resources).sort()).toMatchInlineSnapshot(`
[
  "Cleanupblue62B2EDC0",
  "CleanupblueRights37E19BB2",
  "EksAlbIngressLoadBalancerCleanupProviderHandlerE2C58A5B",
  "EksAlbIngressLoadBalancerCleanupProviderRole62353429",
]
`);
});
