// A cluster with the support, and no workload: Ingresses come by kubectl. Environment variables say how.
import * as cdk from 'aws-cdk-lib';
import { ControllerImage, ControllerSource, ControllerVersion, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';

const { CONTROLLER = 'V3_5_0', UPGRADE_CRDS, IMAGE_TAG, TIMEOUT_SECONDS, CLEAN_UP, CHART_DIRECTORY, MANIFEST_FILE } = process.env;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Plain');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster,
  vpc,
  controllerVersion: ControllerVersion[CONTROLLER as 'V3_5_0'],
  upgradeCrds: UPGRADE_CRDS !== undefined,
  image: IMAGE_TAG === undefined ? undefined
    : ControllerImage.fromRegistry('public.ecr.aws/eks/aws-load-balancer-controller', { tag: IMAGE_TAG }),
  source: CHART_DIRECTORY !== undefined ? ControllerSource.fromAsset(CHART_DIRECTORY)
    : MANIFEST_FILE !== undefined ? ControllerSource.fromManifestFile(MANIFEST_FILE) : undefined,
  installTimeout: TIMEOUT_SECONDS === undefined ? undefined : cdk.Duration.seconds(Number(TIMEOUT_SECONDS)),
  autoDeleteLoadBalancers: CLEAN_UP !== undefined,
});
