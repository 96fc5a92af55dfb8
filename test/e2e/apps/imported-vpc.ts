// A cluster in a VPC that is there already, with its subnets: VPC_ID, PUBLIC_SUBNETS, PRIVATE_SUBNETS, comma-separated.
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { KubernetesClusterTag, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newCluster } from './cluster';

const { VPC_ID = '', PUBLIC_SUBNETS = '', PRIVATE_SUBNETS = '', TAGGED_PRIVATE_SUBNETS, CLUSTER_TAG, CLEAN_UP } = process.env;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Imported');
const publicSubnetIds = PUBLIC_SUBNETS.split(',');
const privateSubnetIds = PRIVATE_SUBNETS.split(',');
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: VPC_ID,
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  publicSubnetIds,
  publicSubnetRouteTableIds: publicSubnetIds.map(() => 'rtb-public'),
  privateSubnetIds,
  privateSubnetRouteTableIds: privateSubnetIds.map(() => 'rtb-private'),
});
const cluster = newCluster(stack, vpc, { clusterName: 'mine' });
new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster,
  vpc,
  autoDeleteLoadBalancers: CLEAN_UP !== undefined,
  subnetClusterTag: CLUSTER_TAG === undefined ? undefined : KubernetesClusterTag.SHARED,
  internalSubnets: TAGGED_PRIVATE_SUBNETS === undefined ? undefined : { subnets: vpc.privateSubnets.slice(0, Number(TAGGED_PRIVATE_SUBNETS)) },
});
