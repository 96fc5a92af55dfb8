import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { ControllerVersion, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';

const app = new App({ context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true } });

const own = new Stack(app, 'OwnVpc');
const vpc = new ec2.Vpc(own, 'Vpc', { maxAzs: 2 });
const cluster = new eks.Cluster(own, 'Cluster', {
  vpc,
  version: eks.KubernetesVersion.V1_35,
  kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(own, 'Kubectl') },
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
});
new EksAlbIngressSupport(own, 'AlbIngress', { cluster, vpc });

const imported = new Stack(app, 'ImportedVpc');
const otherVpc = ec2.Vpc.fromVpcAttributes(imported, 'Vpc', {
  vpcId: 'vpc-1',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  publicSubnetIds: ['subnet-1', 'subnet-2'],
  privateSubnetIds: ['subnet-3', 'subnet-4'],
});
const otherCluster = new eks.Cluster(imported, 'Cluster', {
  vpc: otherVpc,
  version: eks.KubernetesVersion.V1_35,
  kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(imported, 'Kubectl') },
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
});
new EksAlbIngressSupport(imported, 'AlbIngress', { cluster: otherCluster, vpc: otherVpc, controllerVersion: ControllerVersion.V3_5_0 });

app.synth();
