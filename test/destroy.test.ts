import { App, CfnResource, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { joined, Module, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from './fixtures';
import { EksAlbIngressSupport } from '../src';
import { DeploymentGraph } from './support/deployment-graph';

const CLEANUP = 'Custom::EksAlbIngressLoadBalancerCleanup';
const HELM = 'Custom::AWSCDK-EKS-HelmChart';
const NETWORK = [
  'AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route', 'AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
];
const CLUSTER = ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'];
const NODES = ['AWS::EKS::AccessEntry', 'AWS::EKS::Nodegroup', 'AWS::IAM::OIDCProvider'];

function withCleanup(module: Module): { stack: Stack; cluster: OwnedCluster; graph: () => DeploymentGraph } {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, autoDeleteLoadBalancers: true });
  return { stack, cluster, graph: () => DeploymentGraph.of(stack.node.root as App) };
}

describe.each(MODULES)('clean-up, %s', (module) => {
  test('is not there unless asked for', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc });
    Template.fromStack(stack).resourceCountIs(CLEANUP, 0);
  });

  test('on destroy: workloads, controller, clean-up, and then nodes, cluster and network in any order', () => {
    const { cluster, graph: graphOf } = withCleanup(module);
    cluster.addManifest('Ingress', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'game' } });

    const graph = graphOf();
    const ingress = graph.theOne('Custom::AWSCDK-EKS-KubernetesResource', ({ Manifest }) => joined(Manifest).includes('"kind":"Ingress"'));
    const [chart, cleanup] = [graph.theOne(HELM), graph.theOne(CLEANUP)];
    const first = [ingress, chart, cleanup];
    const before = [...NETWORK, ...CLUSTER].flatMap((type) => graph.find(type));
    expect(before.length).toBeGreaterThan(15);
    expect(graph.comesAfter(ingress, chart)).toBe(true);
    expect(graph.comesAfter(chart, cleanup)).toBe(true);
    expect(before.filter((node) => !graph.comesAfter(cleanup, node))).toEqual([]);
    expect(NODES.flatMap((type) => graph.find(type)).filter((node) => !graph.comesAfter(chart, node))).toEqual([]);

    const order = graph.destroyOrder();
    const places = first.map((node) => order.indexOf(node));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...before.map((node) => order.indexOf(node)))).toBeGreaterThan(places[2]);
  });

  test('its rights and its function are there when it runs', () => {
    const graph = withCleanup(module).graph();
    const cleanup = graph.theOne(CLEANUP);
    const policy = graph.theOne('AWS::IAM::Policy', ({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes('DeleteLoadBalancer'));
    const handler = graph.theOne('AWS::Lambda::Function', ({ Description }) => Description?.startsWith('Deletes what the AWS Load Balancer Controller'));
    expect([policy, handler].map((node) => graph.comesAfter(cleanup, node))).toEqual([true, true]);
  });

  test('a VPC of another stack goes later with its stack', () => {
    const app = newApp();
    const network = newStack('Network', {}, app);
    const vpc = newVpc(network);
    const stack = newStack('Stack', {}, app);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc, autoDeleteLoadBalancers: true });

    const graph = DeploymentGraph.of(app);
    const cleanup = graph.theOne(CLEANUP);
    expect(NETWORK.flatMap((type) => graph.find(type)).filter((node) => !graph.comesAfter(cleanup, node))).toEqual([]);
    expect(network.dependencies).toEqual([]);
  });

  test('a cluster in a nested stack goes with the stack', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(new NestedStack(stack, 'Nested'), module, { vpc });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, autoDeleteLoadBalancers: true });
    expect(() => DeploymentGraph.of(stack.node.root as App).createOrder()).not.toThrow();
  });

  test('a retained role of the cluster is not the cluster', () => {
    const { cluster, graph } = withCleanup(module);
    (cluster.role.node.defaultChild as CfnResource).applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(() => graph().createOrder()).not.toThrow();
  });
});

test('two clusters of one stack are cleaned up after each by itself', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  for (const id of ['Blue', 'Green']) {
    const cluster = newCluster(stack, 'aws-eks-v2', { id, vpc });
    new EksAlbIngressSupport(stack, `${id}Ingress`, { cluster, vpc, autoDeleteLoadBalancers: true });
  }
  const graph = DeploymentGraph.of(stack.node.root as App);
  graph.createOrder();
  const after = ['Blue', 'Green'].map((id) => graph.find(CLEANUP).filter((cleanup) =>
    graph.comesAfter(graph.theOne(HELM, ({ Values }) => JSON.stringify(Values).includes(`"Ref":"${id}`)), cleanup)));
  expect(after).toEqual([[expect.stringContaining('BlueIngress')], [expect.stringContaining('GreenIngress')]]);
});
