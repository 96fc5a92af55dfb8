import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { ControllerVersion, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { Game2048 } from './game-2048';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Game2048OnEks');

const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });

const cluster = new eks.Cluster(stack, 'Cluster', {
  vpc,
  version: eks.KubernetesVersion.V1_35,
  kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
  defaultCapacity: 2,
});

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', {
  // These two make the cluster ready for ALB Ingresses.
  cluster,
  vpc,
  // The others are choices: a release that stays until it is changed here, settings of every load balancer, and
  // another namespace for the controller with `cdk synth -c namespace=...`.
  controllerVersion: ControllerVersion.V3_5_0,
  ingressClass: { tags: { game: '2048' } },
  controllerNamespace: app.node.tryGetContext('namespace'),
});

new Game2048(stack, 'Game2048', { cluster, albIngress });
