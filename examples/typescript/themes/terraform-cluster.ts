/**
 * A cluster and a VPC that Terraform or eksctl made, known by their names and ids. The controller is installed by this app.
 */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v1 from 'aws-cdk-lib/aws-eks';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';

const CLUSTER_NAME = 'blue';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'TerraformCluster', { env: { account: '111122223333', region: 'eu-west-1' } });

// With `ec2.Vpc.fromLookup()` the CDK CLI asks your account for these.
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  publicSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef0'],
  privateSubnetIds: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
  privateSubnetRouteTableIds: ['rtb-0123456789abcdef1', 'rtb-0123456789abcdef2'],
});

// The function that runs kubectl and Helm has a role that the cluster admits by an access entry.
const kubectlRole = new iam.Role(stack, 'KubectlRole', {
  assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')],
});
kubectlRole.addToPolicy(new iam.PolicyStatement({
  actions: ['eks:DescribeCluster'],
  resources: [stack.formatArn({ service: 'eks', resource: 'cluster', resourceName: CLUSTER_NAME })],
}));
const access = new eks_v1.CfnAccessEntry(stack, 'KubectlAccess', {
  clusterName: CLUSTER_NAME,
  principalArn: kubectlRole.roleArn,
  accessPolicies: [{
    policyArn: `arn:${cdk.Aws.PARTITION}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
    accessScope: { type: 'cluster' },
  }],
});
const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
  clusterName: CLUSTER_NAME,
  vpc,
  kubectlProvider: new eks.KubectlProvider(stack, 'KubectlProvider', {
    cluster: eks.Cluster.fromClusterAttributes(stack, 'Name', { clusterName: CLUSTER_NAME }),
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
    role: kubectlRole,
  }),
});

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.podIdentity() });
albIngress.node.addDependency(access);
