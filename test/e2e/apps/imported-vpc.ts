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
const availabilityZones = ['us-east-1a', 'us-east-1b'];
/** A group for each two subnets, which the CDK wants to have names where there are several. */
const groups = (name: string, ids: string[]) => ids.length > 2 ? ids.filter((_, index) => index % 2 === 0).map((id) => `${name}${id}`) : undefined;
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: VPC_ID,
  availabilityZones,
  publicSubnetIds,
  publicSubnetNames: groups('Public', publicSubnetIds),
  publicSubnetRouteTableIds: publicSubnetIds.map(() => 'rtb-public'),
  privateSubnetIds,
  privateSubnetNames: groups('Private', privateSubnetIds),
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
