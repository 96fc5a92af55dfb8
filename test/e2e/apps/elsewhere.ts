// Role and tags for a controller that something else installs, on a cluster without kubectl; the credentials by IDENTITY: irsa or pod-identity.
import * as cdk from 'aws-cdk-lib';
import { ControllerIdentity, ControllerVersion, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Elsewhere');
const vpc = newVpc(stack);
const support = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster: newCluster(stack, vpc, { kubectlProviderOptions: undefined }),
  vpc,
  controllerVersion: ControllerVersion.V3_5_0,
  identity: process.env.IDENTITY === 'pod-identity' ? ControllerIdentity.podIdentity() : ControllerIdentity.irsa(),
  installController: false,
});
new cdk.CfnOutput(stack, 'ChartVersion', { value: support.controllerVersion!.chartVersion });
new cdk.CfnOutput(stack, 'ChartValues', { value: stack.toJsonString(support.chartValues) });
