import { App, Aspects, Fn, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import { Construct, IConstruct } from 'constructs';
import { EksAlbIngressSupport } from '../../src';
import {
  importCluster, INGRESS, MODULES, newApp, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, OwnedCluster, soundGraph,
} from '../fixtures';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';

describe.each(MODULES)('what the controller stands on, %s', (module) => {
  test('add-ons that give pods network and names, but no other', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const [cni, dns, other] = ['vpc-cni', 'coredns', 'adot']
      .map((addonName) => new eks.CfnAddon(stack, addonName, { addonName, clusterName: cluster.clusterName }));

    const graph = soundGraph(stack.node.root as App);
    const after = (node: IConstruct) => graph.comesAfter(nodeOf(support.controller!), nodeOf(node));
    expect([cni, dns, other].map(after)).toEqual([true, true, false]);
  });

  test('the namespace of the controller, where the app defines it', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, controllerNamespace: 'ingress' });
    const [own, other] = ['ingress', 'shop'].map((name) => cluster.addManifest(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));

    const graph = soundGraph(stack.node.root as App);
    const serviceAccount = nodeOf(support.node.findChild('ServiceAccount'));
    expect([own, other].map((namespace) => graph.comesAfter(serviceAccount, nodeOf(namespace)))).toEqual([true, false]);
  });
});

describe.each(MODULES)('an imported cluster of %s', (module) => {
  test('imported twice under one name, its manifests in another stack wait', () => {
    const app = newApp();
    const stack = newStack('Support', {}, app);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, module), vpc: newVpc(stack) });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(newManifest(workloads, importCluster(workloads, module)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
    expect(workloads.dependencies).toEqual([stack]);
    expect(stack.dependencies).toEqual([]);
  });

  test('imported twice by one export, its manifests in another stack wait', () => {
    const app = newApp();
    const stack = newStack('Support', {}, app);
    const named = (scope: Construct) => importCluster(scope, module, { clusterName: Fn.importValue('TheCluster') });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: named(stack), vpc: newVpc(stack) });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(newManifest(workloads, named(workloads)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
  });

  test('one name in two stacks with a support each: each manifest waits for its own', () => {
    const app = newApp();
    const made = ['A', 'B'].map((id) => {
      const stack = newStack(id, {}, app);
      const cluster = importCluster(stack, module);
      const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack) });
      return { stack, ingress: nodeOf(newManifest(stack, cluster)), chart: nodeOf(support.controller!) };
    });

    const graph = soundGraph(app);
    expect(made.map(({ ingress }) => made.map(({ chart }) => graph.comesAfter(ingress, chart)))).toEqual([[true, false], [false, true]]);
    expect(made.flatMap(({ stack }) => stack.dependencies)).toEqual([]);
  });

  test('a cluster of that name in another region is another one', () => {
    const app = newApp();
    const stack = newStack('Support', { env: { region: 'eu-west-1' } }, app);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, module), vpc: newVpc(stack) });
    const elsewhere = newStack('Elsewhere', { env: { region: 'us-east-1' } }, app);
    newManifest(elsewhere, importCluster(elsewhere, module));

    soundGraph(app);
    expect(elsewhere.dependencies).toEqual([]);
  });

  test('a cluster with a name of its own is known by it where it is imported', () => {
    const app = newApp();
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc, clusterName: 'blue' }), vpc });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(newManifest(workloads, importCluster(workloads, module)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
  });
});

describe.each(MODULES)('Karpenter, %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc, nodes: false });
  });

  test.each<[string, eks.HelmChartOptions]>([
    ['its chart', { chart: 'karpenter' }],
    ['its release', { release: 'karpenter', chart: 'mirror' }],
    ['its repository', { chart: 'x', repository: 'oci://public.ecr.aws/karpenter/karpenter' }],
  ])('Karpenter, known by %s, makes nodes, and outlives the controller', (_, options) => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const karpenter = cluster.addHelmChart('Karpenter', options);
    const pool = cluster.addManifest('Pool', { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'own' } });

    const graph = soundGraph(stack.node.root as App);
    expect([karpenter, pool].map((node) => graph.comesAfter(nodeOf(support.controller!), nodeOf(node)))).toEqual([true, true]);
  });

  test('Karpenter that the user has put after the controller stays there', () => {
    cluster.addNodegroupCapacity('Nodes');
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const karpenter = cluster.addHelmChart('Karpenter', { chart: 'karpenter' });
    karpenter.node.addDependency(support);

    const graph = soundGraph(stack.node.root as App);
    expect(graph.comesAfter(nodeOf(karpenter), nodeOf(support.controller!))).toBe(true);
  });
});

describe('EKS Auto Mode', () => {
  let stack: Stack;
  let vpc: ec2.Vpc;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
  });

  test('an Ingress waits for the class, and on destroy goes before it, the network and what lets kubectl in', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    const graph = soundGraph(stack.node.root as App);
    const before = [
      nodeOf(support.node.findChild('IngressClass')),
      ...['AWS::EC2::Route', 'AWS::EC2::VPCGatewayAttachment', 'AWS::EC2::InternetGateway', 'AWS::EKS::AccessEntry'].flatMap((type) => graph.find(type)),
    ];
    expect(before.length).toBeGreaterThan(6);
    expect(before.filter((node) => !graph.comesAfter(ingress, node))).toEqual([]);
  });

  test('without a class of ours the network outlives an Ingress all the same', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { create: false } });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    const graph = soundGraph(stack.node.root as App);
    const network = ['AWS::EC2::Route', 'AWS::EC2::VPCGatewayAttachment'].flatMap((type) => graph.find(type));
    expect(network.length).toBeGreaterThan(4);
    expect(network.filter((node) => !graph.comesAfter(ingress, node))).toEqual([]);
  });

  test('without node pools of its own, one that the app defines is enough, and outlives the controller', () => {
    const cluster = newAutoModeCluster(stack, { vpc, compute: { nodePools: [] } });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClass: { ingressClassName: 'lbc' } });
    const pool = nodeOf(cluster.addManifest('Pool', { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'own' } }));
    const nodeClass = nodeOf(cluster.addManifest('Class', { apiVersion: 'eks.amazonaws.com/v1', kind: 'NodeClass', metadata: { name: 'own' } }));

    const graph = soundGraph(stack.node.root as App);
    expect([pool, nodeClass].map((node) => graph.comesAfter(nodeOf(support.controller!), node))).toEqual([true, true]);
  });
});

test('the controller waits for the rule that lets the control plane in to nodes with a group of another stack', () => {
  const app = newApp();
  const network = newStack('Network', {}, app);
  const vpc = newVpc(network);
  const workerSecurityGroup = new ec2.SecurityGroup(network, 'Workers', { vpc });
  const stack = newStack('Stack', {}, app);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, workerSecurityGroup });

  const graph = DeploymentGraph.of(app);
  const rule = graph.theOne('AWS::EC2::SecurityGroupIngress', ({ FromPort }) => FromPort === 9443);
  expect(rule).toMatch(/^Stack\//);
  expect(graph.comesAfter(graph.theOne('Custom::AWSCDK-EKS-HelmChart'), rule)).toBe(true);
});

describe.each([undefined, false, true])('Aspects, with @aws-cdk/core:aspectStabilization %s', (stabilized) => {
  const context = { '@aws-cdk/core:aspectStabilization': stabilized, '@aws-cdk/core:aspectPrioritiesMutating': stabilized };

  test('manifests that an Aspect adds when it sees the app, a stack or a cluster are ordered', () => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const late = new Map<IConstruct, IConstruct>();
    Aspects.of(app).add({
      visit: (node) => {
        if ([app, stack, cluster].includes(node as any) && !late.has(node)) {
          late.set(node, cluster.addManifest(`Late${late.size}`, { ...INGRESS, metadata: { name: `late-${late.size}` } }));
        }
      },
    });
    const graph = soundGraph(app);
    expect([app, stack, cluster].map((node) => graph.comesAfter(nodeOf(late.get(node)!), nodeOf(support.controller!)))).toEqual([true, true, true]);
  });

  test('self-managed nodes are known by the tag that an Aspect gives them', () => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
    cluster.addAutoScalingGroupCapacity('Nodes', { instanceType: new ec2.InstanceType('m7i.large') });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const graph = soundGraph(app);
    expect(graph.comesAfter(nodeOf(support.controller!), graph.theOne('AWS::AutoScaling::AutoScalingGroup'))).toBe(true);
  });

  test('a stage in a stage is ordered by itself', () => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc: newVpc(stack) });
    const inner = new Stack(new Stage(app, 'Inner'), 'Stack');
    const cluster = importCluster(inner, 'aws-eks-v2');
    const support = new EksAlbIngressSupport(inner, 'AlbIngress', { cluster, vpc: newVpc(inner) });
    const ingress = nodeOf(newManifest(inner, cluster));

    soundGraph(app);
    expect(soundGraph(Stage.of(inner)!).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
  });
});

test('synthesized twice, an app is warned once and ordered the same', () => {
  const app = newApp();
  const stack = newStack('Cluster', {}, app);
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new EksAlbIngressSupport(newStack('Support', {}, app), 'AlbIngress', { cluster, vpc });
  cluster.addManifest('Ingress', INGRESS);

  const [first, second] = [0, 1].map(() => app.synth({ force: true }).stacks.map(({ template }) => template));
  expect(second).toEqual(first);
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('workloadNotOrdered'))).toHaveLength(1);
});
