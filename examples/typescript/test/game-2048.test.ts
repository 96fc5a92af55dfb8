import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { Game2048 } from '../game-2048';

function newCluster() {
  const stack = new cdk.Stack(new cdk.App(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    vpc,
    version: eks.KubernetesVersion.V1_35,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
  });
  return { stack, vpc, cluster };
}

test('installs the controller', () => {
  const { stack, vpc, cluster } = newCluster();
  const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  new Game2048(stack, 'Game2048', { cluster, albIngress });

  Template.fromStack(stack).hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', { Chart: 'aws-load-balancer-controller' });
});

test('rejects a namespace that Kubernetes does', () => {
  const { stack, vpc, cluster } = newCluster();

  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, controllerNamespace: 'Kube_System' }))
    .toThrow('controllerNamespace must be a DNS label');
});
