/**
 * Argo CD, Flux or Terraform installs the controller. This app makes the role and the tags, and hands over the values of the chart.
 * The cluster needs no kubectl.
 */
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { ControllerIdentity, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'GitOps');

const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
const cluster = new eks.Cluster(stack, 'Cluster', {
  vpc,
  version: eks.KubernetesVersion.V1_35,
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
});

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster,
  vpc,
  identity: ControllerIdentity.podIdentity(),
  installController: false,
  // A role that outlives the stack: the controller deletes its load balancers with it.
  removalPolicy: cdk.RemovalPolicy.RETAIN,
});

new cdk.CfnOutput(stack, 'ChartVersion', { value: albIngress.controllerVersion!.chartVersion });
new cdk.CfnOutput(stack, 'ChartValues', { value: stack.toJsonString(albIngress.chartValues) });
