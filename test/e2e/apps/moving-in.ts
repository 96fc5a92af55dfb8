/**
 * A game behind a load balancer, and whoever looks after that; the environment says who:
 *
 * - `OWNER`: `alb-controller`, the CDK's own; `hand`, a role for a chart that is installed beside the app; `nobody`; or this library
 * - `ID`, `STACK`: id of the construct, and the stack that it is in
 * - `TAKE_OVER`, `RETAIN`, `SERVICE_ACCOUNT`, `NAMESPACE`: props of the same meaning
 * - `INSTALL`: `elsewhere`, by something that takes the outputs
 * - `BREAK`: ends the deployment with something that fails, when all else is there
 */
import * as fs from 'fs';
import * as path from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerVersion, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { Construct } from 'constructs';
import { GameByManifests } from './game-by-manifests';

const { OWNER, ID = 'Alb', STACK, INSTALL, TAKE_OVER, RETAIN, BREAK, SERVICE_ACCOUNT, NAMESPACE } = process.env;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'MovingIn');
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
const cluster = new eks.Cluster(stack, 'Cluster', {
  vpc,
  version: eks.KubernetesVersion.V1_35,
  kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
  defaultCapacity: 2,
});
const removalPolicy = RETAIN ? cdk.RemovalPolicy.RETAIN : undefined;

/** Upstream's policy, as the CDK has it. */
function policyOfTheCdk() {
  const directory = path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'aws-eks-v2', 'lib', 'addons');
  return JSON.parse(fs.readFileSync(path.join(directory, 'alb-iam_policy-v3.2.2.json'), 'utf8'));
}

function defineOwner(): Construct | undefined {
  switch (OWNER) {
    case 'nobody':
      return undefined;
    case 'alb-controller': {
      const controller = new eks.AlbController(stack, 'AlbController', {
        cluster, version: eks.AlbControllerVersion.of('v3.5.0', '3.5.0'), policy: policyOfTheCdk(), removalPolicy, overwriteServiceAccount: TAKE_OVER !== undefined,
      });
      controller.node.addDependency(cluster.defaultNodegroup!);
      return controller;
    }
    case 'hand': {
      const issuer = cluster.openIdConnectProvider.openIdConnectProviderIssuer;
      const role = new iam.Role(stack, 'ByHand', {
        assumedBy: new iam.OpenIdConnectPrincipal(cluster.openIdConnectProvider, {
          StringEquals: new cdk.CfnJson(stack, 'Trust', { value: { [`${issuer}:sub`]: 'system:serviceaccount:kube-system:aws-load-balancer-controller' } }),
        }),
      });
      policyOfTheCdk().Statement.forEach((statement: unknown) => role.addToPolicy(iam.PolicyStatement.fromJson(statement)));
      new cdk.CfnOutput(stack, 'RoleArn', { value: role.roleArn });
      new cdk.CfnOutput(stack, 'ClusterName', { value: cluster.clusterName });
      new cdk.CfnOutput(stack, 'VpcId', { value: vpc.vpcId });
      return role;
    }
    default: {
      const own = STACK === undefined ? stack : new cdk.Stack(app, STACK);
      const support = new EksAlbIngressSupport(own, ID, {
        cluster,
        vpc,
        controllerVersion: ControllerVersion.V3_5_0,
        installController: INSTALL === 'elsewhere' ? false : undefined,
        takeOver: TAKE_OVER !== undefined ? true : undefined,
        removalPolicy,
        serviceAccountName: SERVICE_ACCOUNT,
        controllerNamespace: NAMESPACE,
      });
      if (INSTALL === 'elsewhere') {
        new cdk.CfnOutput(own, 'ChartVersion', { value: support.controllerVersion!.chartVersion });
        new cdk.CfnOutput(own, 'ChartValues', { value: own.toJsonString(support.chartValues) });
      }
      return support;
    }
  }
}

const owner = defineOwner();
if (process.env.GAME !== 'no') {
  const game = new GameByManifests(stack, 'Game2048', { cluster });
  if (owner && OWNER === 'alb-controller') {
    game.node.addDependency(owner);
  }
}
if (BREAK && owner) {
  const broken = new eks.KubernetesManifest(cdk.Stack.of(owner), 'Broken', { cluster, manifest: [{ apiVersion: 'example.com/v1', kind: 'Nothing', metadata: { name: 'x' } }] });
  broken.node.addDependency(owner);
}
