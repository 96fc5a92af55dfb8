// Constructs of other libraries, with this one: each case is a stack.
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks1 from 'aws-cdk-lib/aws-eks';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { Karpenter } from 'cdk-eks-karpenter';
import { App as Cdk8sApp, Chart } from 'cdk8s';
import { Deployment, Ingress, IngressBackend } from 'cdk8s-plus-33';

const app = new App({ context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true, '@aws-cdk/core:defaultCrossStackReferences': 'weak' } });

function newCluster(stack) {
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
  const cluster = new eks.Cluster(stack, 'Cluster', {
    vpc,
    version: eks.KubernetesVersion.V1_35,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
  });
  return { vpc, cluster };
}

// An Ingress of cdk8s-plus comes after the controller.
const cdk8sStack = new Stack(app, 'Cdk8s');
const withCdk8s = newCluster(cdk8sStack);
new EksAlbIngressSupport(cdk8sStack, 'AlbIngress', withCdk8s);
const chart = new Chart(new Cdk8sApp(), 'Shop');
const shop = new Deployment(chart, 'Deployment', { containers: [{ image: 'nginx', portNumber: 80 }] });
new Ingress(chart, 'Ingress', { className: 'alb', rules: [{ path: '/', backend: IngressBackend.fromService(shop.exposeViaService()) }] });
withCdk8s.cluster.addCdk8sChart('Shop', chart);

// The controller comes after the nodes that Karpenter makes.
const karpenterStack = new Stack(app, 'Karpenter');
const vpc = new ec2.Vpc(karpenterStack, 'Vpc', { maxAzs: 2 });
const cluster = new eks1.Cluster(karpenterStack, 'Cluster', {
  vpc,
  version: eks1.KubernetesVersion.V1_35,
  kubectlLayer: new KubectlV35Layer(karpenterStack, 'Kubectl'),
  defaultCapacity: 1,
});
new EksAlbIngressSupport(karpenterStack, 'AlbIngress', { cluster, vpc });
const karpenter = new Karpenter(karpenterStack, 'Nodes', { cluster, namespace: 'kube-system', version: '1.6.0' });
const nodeClass = karpenter.addEC2NodeClass('class', {
  amiFamily: 'AL2023',
  amiSelectorTerms: [{ alias: 'al2023@latest' }],
  role: karpenter.nodeRole.roleName,
  subnetSelectorTerms: [{ tags: { Name: 'private' } }],
  securityGroupSelectorTerms: [{ tags: { Name: 'nodes' } }],
});
karpenter.addNodePool('pool', {
  template: { spec: { nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass.name }, requirements: [] } },
});

// The cluster is in a stack of its own; references between the stacks are weak.
const clusterStack = new Stack(app, 'Cluster');
const elsewhere = newCluster(clusterStack);
const albStack = new Stack(app, 'AlbIngress');
new EksAlbIngressSupport(albStack, 'AlbIngress', elsewhere).addIngress('Shop', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });

app.synth();
