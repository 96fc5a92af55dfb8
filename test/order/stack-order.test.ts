import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ControllerIdentity, EksAlbIngressSupport } from '../../src';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { INGRESS, MODULES, newApp, newCluster, newManifest, newStack, newVpc, soundGraph, warningsOf } from '../fixtures';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';

/** With aws-eks the role of nodes has to be in the stack of the cluster, whose aws-auth names it. */
function nodeRole(scope: Construct): iam.Role {
  return new iam.Role(scope, 'NodeRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
}

describe.each(MODULES)('the order of stacks, %s', (module) => {
  interface Apart {
    readonly network?: string;
    readonly cluster?: string;
    readonly support?: string;
    readonly workloads?: string;
  }

  test.each<[string, Apart, Record<string, string[]>]>([
    ['all in one', {}, { One: [] }],
    ['VPC apart', { network: 'Network' }, { Network: [], One: ['Network'] }],
    ['support apart', { support: 'Support', workloads: 'Support' }, { One: [], Support: ['One'] }],
    ['VPC, cluster and support apart', { network: 'Network', cluster: 'Cluster', support: 'Support', workloads: 'Support' },
      { Network: [], Cluster: ['Network'], Support: ['Cluster', 'Network'] }],
    ['workloads apart', { workloads: 'Workloads' }, { One: [], Workloads: ['One'] }],
    ['all apart', { network: 'Network', cluster: 'Cluster', support: 'Support', workloads: 'Workloads' },
      { Network: [], Cluster: ['Network'], Support: ['Cluster', 'Network'], Workloads: ['Cluster', 'Support'] }],
  ])('%s', (_, at, dependencies) => {
    const app = newApp();
    const stackOf = (id = 'One') => (app.node.tryFindChild(id) as Stack | undefined) ?? newStack(id, {}, app);
    const vpc = newVpc(stackOf(at.network));
    const cluster = newCluster(stackOf(at.cluster), module, { vpc });
    const support = new EksAlbIngressSupport(stackOf(at.support), 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(newManifest(stackOf(at.workloads), cluster));

    const graph = soundGraph(app);
    expect(graph.comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
    expect(Object.fromEntries(app.node.children.filter(Stack.isStack)
      .map((stack) => [stack.node.id, stack.dependencies.map(({ node }) => node.id).sort()]))).toEqual(dependencies);
  });

  test('a manifest in the stack of the cluster cannot depend on a support that comes later: a warning that can be acknowledged', () => {
    const app = newApp();
    const stack = newStack('Cluster', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const later = newStack('Support', {}, app);
    new EksAlbIngressSupport(later, 'AlbIngress', { cluster, vpc });
    const ingress = cluster.addManifest('Ingress', INGRESS);

    const { path } = ingress.node.findAll().find((child) => CfnResource.isCfnResource(child))!.node;
    DeploymentGraph.of(app).createOrder();
    expect(warningsOf(stack).map(({ id, text }) => [id, text])).toEqual([[`/${path}`,
      `${path} needs the controller of Support/AlbIngress, and cannot be deployed after it and deleted before it: `
      + 'Support/AlbIngress/Role/Resource refers to Cluster/Cluster/OidcProviderNative/Resource; remove that dependency, or define the manifest '
      + 'in the stack of the construct or a later one [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.workloadNotOrdered]']]);
    expect(stack.dependencies).toEqual([]);
  });

  test('a stack that the support refers to is not made to wait for it', () => {
    const app = newApp();
    const clusters = newStack('Clusters', {}, app);
    const vpc = newVpc(clusters);
    const cluster = newCluster(clusters, module, { vpc });
    const shared = newStack('Shared', {}, app);
    const role = new iam.Role(shared, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    newManifest(shared, cluster);
    new EksAlbIngressSupport(newStack('Support', {}, app), 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.irsa({ role }) });

    DeploymentGraph.of(app).createOrder();
    expect(warningsOf(shared)).toEqual([expect.objectContaining({ text: expect.stringContaining('workloadNotOrdered') })]);
  });

  test('nodes of a stack that comes later are no nodes for the controller', () => {
    const app = newApp();
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc, nodes: false });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const nodes = newStack('Nodes', {}, app);
    module === 'aws-eks'
      ? new eks.Nodegroup(nodes, 'Group', { cluster: cluster as eks.Cluster, nodeRole: nodeRole(stack) })
      : new eks_v2.Nodegroup(nodes, 'Group', { cluster: cluster as eks_v2.Cluster });

    expect(() => app.synth()).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot depend on its nodes, Nodes/Group/Resource: '
      + `Nodes/Group/Resource refers to ${new TargetCluster(cluster).resource!.node.path}; remove that dependency, or define this construct in `
      + 'the stack of the nodes or a later one');
  });

  test('nodes of a stack that comes before are waited for', () => {
    const app = newApp();
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc, nodes: false });
    const nodes = newStack('Nodes', {}, app);
    const group = module === 'aws-eks'
      ? new eks.Nodegroup(nodes, 'Group', { cluster: cluster as eks.Cluster, nodeRole: nodeRole(stack) })
      : new eks_v2.Nodegroup(nodes, 'Group', { cluster: cluster as eks_v2.Cluster });
    const support = new EksAlbIngressSupport(newStack('Support', {}, app), 'AlbIngress', { cluster, vpc });

    expect(soundGraph(app).comesAfter(nodeOf(support.controller!), nodeOf(group.node.defaultChild!))).toBe(true);
  });

  test('a support in a nested stack', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const nested = new NestedStack(stack, 'Nested');
    new EksAlbIngressSupport(nested, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    const graph = soundGraph(stack.node.root as App);
    const whole = nodeOf(nested.nestedStackResource!);
    expect(graph.comesAfter(ingress, whole)).toBe(true);
    expect([...graph.find('AWS::EKS::Nodegroup'), ...graph.find('AWS::EC2::Route')].filter((node) => !graph.comesAfter(whole, node))).toEqual([]);
  });

  test('a cluster in a nested stack: its own manifests cannot wait, others do', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const nested = new NestedStack(stack, 'Nested');
    const cluster = newCluster(nested, module, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addManifest('Ingress', INGRESS);
    const outside = nodeOf(newManifest(stack, cluster, { ...INGRESS, metadata: { name: 'outside' } }));

    const graph = DeploymentGraph.of(stack.node.root as App);
    graph.createOrder();
    expect(graph.comesAfter(outside, nodeOf(support.controller!))).toBe(true);
    expect(warningsOf(stack).map(({ id }) => id))
      .toEqual([expect.stringMatching('^/Stack/Nested/Cluster/manifest-Ingress/')]);
  });
});
