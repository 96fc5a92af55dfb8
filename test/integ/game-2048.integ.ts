/**
 * The game 2048 on a cluster of its own: deployed to AWS it answers through its load balancer, and when it is destroyed nothing is left
 * that carries the cluster's tag.
 *
 *   npx projen integ:deploy     deploys, asserts, destroys; CONTRIBUTING.md says what that needs and costs
 */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport } from '../../src';

/** Fixed, so that what is left of it can be looked for when the stack is gone. */
const CLUSTER = 'alb-ingress-integ';
const NAMESPACE = 'game-2048';
const LABELS = { app: 'game-2048' };

export const app = new App({ postCliContext: { '@aws-cdk/aws-eks:useNativeOidcProvider': true } });
const stack = new Stack(app, 'EksAlbIngressGame2048');
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
const cluster = new eks.Cluster(stack, 'Cluster', {
  vpc,
  clusterName: CLUSTER,
  version: eks.KubernetesVersion.V1_35,
  kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
  defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
});
new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, autoDeleteLoadBalancers: true });

const game = cluster.addManifest('Game',
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: NAMESPACE, name: 'deployment-2048' },
    spec: {
      replicas: 2,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { containers: [{ name: 'game', image: 'public.ecr.aws/l6m2t8p7/docker-2048:latest', ports: [{ containerPort: 80 }] }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: NAMESPACE, name: 'service-2048' },
    spec: { type: 'NodePort', selector: LABELS, ports: [{ port: 80 }] },
  });
const ingress = cluster.addManifest('Ingress', {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace: NAMESPACE,
    name: 'ingress-2048',
    annotations: { 'alb.ingress.kubernetes.io/scheme': 'internet-facing', 'alb.ingress.kubernetes.io/target-type': 'ip' },
  },
  spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'service-2048', port: { number: 80 } } } },
});
ingress.node.addDependency(game);
const address = new eks.KubernetesObjectValue(stack, 'Address', {
  cluster,
  objectType: 'ingress',
  objectName: 'ingress-2048',
  objectNamespace: NAMESPACE,
  jsonPath: '.status.loadBalancer.ingress[0].hostname',
  timeout: Duration.minutes(10),
});
address.node.addDependency(ingress);

const test = new IntegTest(app, 'Game2048', { testCases: [stack] });
// A new load balancer takes two to three minutes to become active, and its name as long to resolve.
test.assertions.httpApiCall(`http://${address.value}`)
  .expect(ExpectedResult.objectLike({ status: 200 }))
  .waitForAssertions({ totalTimeout: Duration.minutes(15), interval: Duration.seconds(30) });
