// The support for a cluster of another app, whose outputs are environment variables here.
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';

const { ClusterName, VpcId, PublicSubnets, PrivateSubnets, Provider, KubectlProvider } = process.env as Record<string, string>;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Support');
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: VpcId,
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  publicSubnetIds: PublicSubnets.split(','),
  privateSubnetIds: PrivateSubnets.split(','),
});
const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
  clusterName: ClusterName,
  vpc,
  openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', Provider),
  kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: KubectlProvider }),
});
new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
