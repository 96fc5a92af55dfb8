import { App, Aspects, CfnResource, Lazy, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { ControllerIdentity, EksAlbIngressSupport } from '../../src';
import { INGRESS, Module, MODULES, newApp, newCluster, newManifest, newStack, newVpc, OwnedCluster, warningsOf } from '../fixtures';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { type: 'LoadBalancer' } };

describe.each(MODULES)('the support does not depend on what depends on it, and does on the rest, %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc, nodes: false });
  });

  const newNodes = () => cluster.addNodegroupCapacity('Nodes');
  const newSupport = () => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  const graphOf = () => {
    const graph = DeploymentGraph.of(stack.node.root as App);
    graph.createOrder();
    return graph;
  };
  const texts = () => warningsOf(stack).map(({ text }) => text);

  test('nodes let a security group in that lies in what depends on the support', () => {
    const support = newSupport();
    const nodes = cluster.addAutoScalingGroupCapacity('More', { instanceType: new ec2.InstanceType('m7i.large') });
    const shop = new Construct(stack, 'Shop');
    const group = new ec2.SecurityGroup(shop, 'Group', { vpc });
    newHelmChart(shop, module, cluster);
    shop.node.addDependency(support);
    nodes.connections.allowFrom(group, ec2.Port.tcp(8080));
    const ingress = cluster.addManifest('Ingress', INGRESS);

    const graph = graphOf();
    const chart = nodeOf(support.controller!);
    const rule = graph.theOne('AWS::EC2::SecurityGroupIngress', ({ FromPort }) => FromPort === 8080);
    expect(graph.comesAfter(chart, rule)).toBe(false);
    // All else of the nodes is there before, and goes after.
    expect(graph.comesAfter(chart, graph.theOne('AWS::AutoScaling::AutoScalingGroup'))).toBe(true);
    expect(graph.find('AWS::EC2::SecurityGroupIngress').filter((other) => !graph.comesAfter(chart, other))).toEqual([rule]);
    expect(graph.comesAfter(nodeOf(ingress), chart)).toBe(true);
    expect(texts()).toEqual([expect.stringMatching(
      /^the controller of Stack\/AlbIngress cannot depend on .*: .* refers to Stack\/Shop\/Group\/Resource, and Stack\/Shop depends on Stack\/AlbIngress\/Resource; .*controllerNotOrdered\]$/,
    )]);
  });

  test('access is granted to a role in what depends on the support', () => {
    newNodes();
    const support = newSupport();
    const team = new Construct(stack, 'Team');
    const role = new iam.Role(team, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    team.node.addDependency(support);
    module === 'aws-eks' ? (cluster as eks.Cluster).awsAuth.addMastersRole(role) : (cluster as eks_v2.Cluster).grantAccess('Team', role.roleArn, []);
    const ingress = cluster.addManifest('Ingress', INGRESS);

    const graph = graphOf();
    expect(graph.comesAfter(nodeOf(ingress), nodeOf(support.controller!))).toBe(true);
    expect(texts()).toEqual([expect.stringContaining('refers to Stack/Team/Role/Resource, and Stack/Team depends on Stack/AlbIngress')]);
  });

  test.each([true, false])('a node group depends on an Ingress; there are other nodes: %s', (others) => {
    if (others) newNodes();
    const ingress = cluster.addManifest('Ingress', INGRESS);
    const nodes = cluster.addNodegroupCapacity('More');
    nodes.node.addDependency(ingress);
    const support = newSupport();

    const graph = graphOf();
    const [workload, chart, group] = [nodeOf(ingress), nodeOf(support.controller!), nodeOf(nodes)];
    // With no other nodes the controller needs these, and the Ingress has to do without it.
    expect([graph.comesAfter(workload, chart), graph.comesAfter(chart, group)]).toEqual([others, !others]);
    const manifest = ingress.node.findAll().find((child) => CfnResource.isCfnResource(child))!.node.path;
    expect(texts()).toEqual([others
      ? expect.stringContaining(`${nodes.node.path} depends on ${ingress.node.path}, and ${manifest} waits for Stack/AlbIngress/`)
      : expect.stringMatching(`^${manifest} needs the controller of Stack/AlbIngress, .*${nodes.node.path} depends on ${ingress.node.path};`)]);
  });

  test('the support depends on what depends on a Service of type LoadBalancer', () => {
    newNodes();
    const database = new Construct(stack, 'Database');
    const chart = newHelmChart(database, module, cluster);
    const service = cluster.addManifest('Service', SERVICE);
    chart.node.addDependency(service);
    const support = newSupport();
    support.node.addDependency(database);

    const graph = graphOf();
    expect(graph.comesAfter(nodeOf(support.controller!), nodeOf(service))).toBe(true);
    expect(texts()).toEqual([expect.stringContaining(`Stack/AlbIngress depends on Stack/Database, and ${chart.node.path} depends on ${service.node.path};`)]);
  });

  test('a dependency between resources, by reference, override and logical id', () => {
    newNodes();
    const support = newSupport();
    const chart = support.controller!.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
    const resource = (id: string, properties = {}) => new CfnResource(stack, id, { type: 'AWS::CloudFormation::WaitConditionHandle', properties });
    const depends = [
      resource('ByLazy', { Text: Lazy.any({ produce: () => ({ 'Fn::Join': ['', [chart.ref]] }) }) }),
      resource('ByLogicalId', { Text: { 'Fn::Sub': `\${${stack.getLogicalId(chart)}}` } }),
      resource('ByOverride'), resource('ByDependsOn'), resource('ByMetadata'),
    ];
    depends[2].addPropertyOverride('Text', chart.getAtt('X'));
    depends[3].addOverride('DependsOn', [stack.getLogicalId(chart)]);
    depends[4].addMetadata('Text', chart.ref);
    const nodes = depends.map((one) => {
      const group = cluster.addNodegroupCapacity(`After${one.node.id}`);
      group.node.addDependency(one);
      return group;
    });

    const graph = graphOf();
    expect(nodes.filter((node) => graph.comesAfter(nodeOf(chart), nodeOf(node)))).toEqual([]);
    expect(texts()).toHaveLength(depends.length);
  });
});

test('a circle that the user closes with the support is told as what it is', () => {
  const app = newApp();
  const stack = newStack('Stack', {}, app);
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.irsa({ role }) });
  role.node.addDependency(support);
  expect(() => app.synth()).toThrow(new RegExp('\\[Stack/AlbIngress\\] circular dependency: .*Stack/Role/Resource depends on Stack/AlbIngress/.*; '
    + 'of that, this construct has added: Stack/AlbIngress/.* refers to Stack/Role/Resource'));
});

describe('an Aspect', () => {
  /** An app whose Aspect defines the support when it visits a construct of some id. */
  const newAppWithAspect = (id: string, stabilized: boolean) => {
    const app = new App({ context: { '@aws-cdk/core:aspectStabilization': stabilized } });
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const ingress = cluster.addManifest('Ingress', INGRESS);
    let support: EksAlbIngressSupport | undefined;
    Aspects.of(app).add({
      visit: (node: IConstruct) => {
        if (node.node.id === id && !support) {
          support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
        }
      },
    });
    return { app, chart: () => nodeOf(support!.controller!), ingress: nodeOf(ingress) };
  };

  test.each<[string, boolean]>([['Stack', false], ['Stack', true], ['Cluster', true]])(
    'that defines the support with %s, stabilized: %s', (id, stabilized) => {
      const { app, chart, ingress } = newAppWithAspect(id, stabilized);
      const graph = DeploymentGraph.of(app);
      graph.createOrder();
      expect(graph.comesAfter(ingress, chart())).toBe(true);
      expect(graph.comesAfter(chart(), graph.theOne('AWS::EKS::Nodegroup'))).toBe(true);
      expect(graph.find('AWS::EC2::Subnet', ({ Tags }) => JSON.stringify(Tags).includes('kubernetes.io/role/'))).toHaveLength(4);
    });

  test('that defines the support when its tags come too late', () => {
    const { app } = newAppWithAspect('Cluster', false);
    expect(() => app.synth()).toThrow('[Stack/AlbIngress] Stack/AlbIngress was defined by an Aspect, after Aspects had visited Stack/Vpc, so that its '
      + 'subnets do not get their tags; define it where the app is built, or set the feature flag @aws-cdk/core:aspectStabilization');
  });

  test('of a VPC in a stage around that of the support is none of its business', () => {
    const app = newApp();
    const vpc = newVpc(newStack('Network', {}, app));
    const stage = new Stage(app, 'Stage');
    const inner = new Stack(stage, 'Stack');
    const own = newVpc(inner);
    new EksAlbIngressSupport(inner, 'AlbIngress', { cluster: newCluster(inner, 'aws-eks-v2', { vpc: own }), vpc: own });
    expect(vpc.node.path).toBe('Network/Vpc');
    DeploymentGraph.of(stage).createOrder();
  });

  test('that asks for dependencies before all is there changes nothing', () => {
    const app = newApp();
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    let ingress: IConstruct | undefined;
    Aspects.of(app).add({
      visit: (node) => {
        void node.node.dependencies;
        if (node === stack) {
          ingress ??= newManifest(stack, cluster);
        }
      },
    });
    const graph = DeploymentGraph.of(app);
    graph.createOrder();
    expect(graph.comesAfter(nodeOf(ingress!), nodeOf(support.controller!))).toBe(true);
  });
});

function newHelmChart(scope: Construct, module: Module, cluster: OwnedCluster): Construct {
  return module === 'aws-eks'
    ? new eks.HelmChart(scope, 'Chart', { cluster: cluster as eks.Cluster, chart: 'shop' })
    : new eks_v2.HelmChart(scope, 'Chart', { cluster: cluster as eks_v2.Cluster, chart: 'shop' });
}
