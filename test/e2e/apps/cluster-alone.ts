// A cluster, and what another app needs to know of it.
import * as cdk from 'aws-cdk-lib';
import { newCluster, newVpc } from './cluster';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Owner');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const outputs = {
  ClusterName: cluster.clusterName,
  VpcId: vpc.vpcId,
  PublicSubnets: cdk.Fn.join(',', vpc.publicSubnets.map(({ subnetId }) => subnetId)),
  PrivateSubnets: cdk.Fn.join(',', vpc.privateSubnets.map(({ subnetId }) => subnetId)),
  Provider: cluster.openIdConnectProvider.openIdConnectProviderArn,
  KubectlProvider: cluster.kubectlProvider!.serviceToken,
};
Object.entries(outputs).forEach(([name, value]) => new cdk.CfnOutput(stack, `${name}Output`, { value }).overrideLogicalId(name));
