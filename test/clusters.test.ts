import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Aspects, CfnResource, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { DeploymentGraph } from './deployment-graph';
import { kubernetesObjects, Module, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from './fixtures';
import { ControllerIdentity, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../src';

const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'game' }, spec: { ingressClassName: 'alb' } };
const HELM = 'Custom::AWSCDK-EKS-HelmChart';

/** The name, in the graph, of the one resource that a construct is. */
function nodeOf(construct: IConstruct): string {
  const resource = construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
  return `${resource.stack.artifactId}/${resource.stack.getLogicalId(resource)}`;
}

function manifest(scope: Construct, cluster: eks.ICluster | eks_v2.ICluster, object: Record<string, any> = INGRESS, id = 'Ingress'): Construct {
  return 'kubectlRole' in cluster
    ? new eks.KubernetesManifest(scope, id, { cluster: cluster as eks.ICluster, manifest: [object] })
    : new eks_v2.KubernetesManifest(scope, id, { cluster: cluster as eks_v2.ICluster, manifest: [object] });
}

function importCluster(scope: Construct, module: Module, attributes: Partial<eks.ClusterAttributes> = {}, id = 'Imported'): eks.ICluster | eks_v2.ICluster {
  const openIdConnectProvider = iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(scope, `${id}Oidc`,
    'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC');
  const handlerRole = iam.Role.fromRoleArn(scope, `${id}Handler`, 'arn:aws:iam::111122223333:role/handler');
  return module === 'aws-eks'
    ? eks.Cluster.fromClusterAttributes(scope, id, {
      clusterName: 'blue',
      openIdConnectProvider,
      kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(scope, `${id}Kubectl`, {
        functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl', kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl', handlerRole,
      }),
      ...attributes,
    })
    : eks_v2.Cluster.fromClusterAttributes(scope, id, {
      clusterName: 'blue',
      openIdConnectProvider,
      kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(scope, `${id}Kubectl`, {
        serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl', role: handlerRole,
      }),
      ...attributes as Partial<eks_v2.ClusterAttributes>,
    });
}

function kubectlLayer(scope: Construct): lambda.ILayerVersion {
  return new KubectlV35Layer(scope, 'Kubectl');
}

/** With aws-eks the role of nodes has to be in the stack of the cluster, whose aws-auth names it. */
function nodeRole(scope: Construct): iam.Role {
  return new iam.Role(scope, 'NodeRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
}

/** The graph of an app, of which all stacks are asserted to be free of errors and warnings about order. */
function soundGraph(app: Stage): DeploymentGraph {
  const graph = DeploymentGraph.of(app);
  graph.createOrder();
  for (const stack of app.node.findAll().filter((child): child is Stack => Stack.isStack(child) && !child.nested)) {
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-eks-alb-ingress-support'))).toEqual([]);
  }
  return graph;
}

/** What must be there for as long as the controller is; nested stacks hold what runs kubectl for aws-eks, functions for aws-eks-v2. */
const FOUNDATIONS = [
  'AWS::AutoScaling::AutoScalingGroup', 'AWS::CloudFormation::Stack', 'AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPCGatewayAttachment',
  'AWS::EKS::AccessEntry', 'AWS::EKS::Cluster', 'AWS::EKS::FargateProfile', 'AWS::EKS::Nodegroup', 'AWS::IAM::InstanceProfile', 'AWS::IAM::OIDCProvider',
  'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'Custom::AWSCDK-EKS-Cluster', 'Custom::AWSCDK-EKS-FargateProfile',
  'Custom::AWSCDK-EKS-KubernetesPatch',
];

interface Kind {
  readonly name: string;
  readonly module: Module;
  readonly vpc?: ec2.VpcProps;
  readonly make: (stack: Stack, vpc: ec2.Vpc) => OwnedCluster;
}

const IPV6: ec2.VpcProps = { ipProtocol: ec2.IpProtocol.DUAL_STACK };
const V1 = { version: eks.KubernetesVersion.of('1.35'), defaultCapacity: 0 };
const V2 = { version: eks_v2.KubernetesVersion.of('1.35'), defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP, defaultCapacity: 0 };
const nodesOf = <T extends OwnedCluster>(cluster: T): T => {
  cluster.addNodegroupCapacity('Nodes');
  return cluster;
};
const selfManaged = <T extends OwnedCluster>(cluster: T): T => {
  cluster.addAutoScalingGroupCapacity('Nodes', { instanceType: new ec2.InstanceType('m7i.large'), allowAllOutbound: false });
  return cluster;
};

const KINDS: Kind[] = [
  ...MODULES.map((module): Kind => ({ name: 'managed nodes', module, make: (stack, vpc) => newCluster(stack, module, { vpc }) })),
  ...MODULES.map((module): Kind => ({ name: 'self-managed nodes', module, make: (stack, vpc) => selfManaged(newCluster(stack, module, { vpc, nodes: false })) })),
  {
    name: 'private endpoint',
    module: 'aws-eks',
    make: (stack, vpc) => nodesOf(new eks.Cluster(stack, 'Cluster', {
      vpc, ...V1, kubectlLayer: kubectlLayer(stack), endpointAccess: eks.EndpointAccess.PRIVATE,
    })),
  },
  {
    name: 'private endpoint',
    module: 'aws-eks-v2',
    make: (stack, vpc) => nodesOf(new eks_v2.Cluster(stack, 'Cluster', {
      vpc,
      ...V2,
      endpointAccess: eks_v2.EndpointAccess.PRIVATE,
      kubectlProviderOptions: { kubectlLayer: kubectlLayer(stack), privateSubnets: vpc.privateSubnets },
    })),
  },
  {
    name: 'IPv6',
    module: 'aws-eks',
    vpc: IPV6,
    make: (stack, vpc) => nodesOf(new eks.Cluster(stack, 'Cluster', { vpc, ...V1, kubectlLayer: kubectlLayer(stack), ipFamily: eks.IpFamily.IP_V6 })),
  },
  {
    name: 'IPv6',
    module: 'aws-eks-v2',
    vpc: IPV6,
    make: (stack, vpc) => nodesOf(new eks_v2.Cluster(stack, 'Cluster', {
      vpc, ...V2, kubectlProviderOptions: { kubectlLayer: kubectlLayer(stack) }, ipFamily: eks_v2.IpFamily.IP_V6,
    })),
  },
  {
    name: 'Fargate only',
    module: 'aws-eks',
    make: (stack, vpc) => new eks.FargateCluster(stack, 'Cluster', { vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer: kubectlLayer(stack) }),
  },
  {
    name: 'Fargate only',
    module: 'aws-eks-v2',
    make: (stack, vpc) => new eks_v2.FargateCluster(stack, 'Cluster', {
      vpc, version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer: kubectlLayer(stack) },
    }),
  },
];

describe.each(KINDS)('$module, $name', ({ vpc: vpcProps, make }) => {
  test('the support stands on all of the cluster, and an Ingress on the support', () => {
    const stack = newStack();
    const vpc = newVpc(stack, vpcProps);
    const cluster = make(stack, vpc);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    const graph = soundGraph(stack.node.root as App);
    const chart = nodeOf(support.chart!);
    const foundations = FOUNDATIONS.flatMap((type) => graph.find(type));
    expect(foundations.length).toBeGreaterThan(10);
    expect(foundations.filter((node) => !graph.comesAfter(chart, node))).toEqual([]);
    expect(graph.comesAfter(ingress, chart)).toBe(true);
    const destroyed = graph.destroyOrder();
    const at = (node: string) => destroyed.indexOf(node);
    expect(foundations.every((node) => at(ingress) < at(chart) && at(chart) < at(node))).toBe(true);
  });
});

describe.each(MODULES)('permissions that outlive the controller, %s', (module) => {
  test('policies beside the role of the nodes', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc, nodes: false });
    const nodes = cluster.addNodegroupCapacity('Nodes');
    (nodes.role as iam.Role).addToPolicy(new iam.PolicyStatement({ actions: ['ec2:AssignIpv6Addresses'], resources: ['*'] }));
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

    const graph = soundGraph(stack.node.root as App);
    const policy = graph.theOne('AWS::IAM::Policy', ({ PolicyDocument }) => JSON.stringify(PolicyDocument).includes('AssignIpv6Addresses'));
    expect(graph.comesAfter(nodeOf(support.chart!), policy)).toBe(true);
  });

  test('add-ons that give pods network and names, but no other', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const [cni, dns, other] = ['vpc-cni', 'coredns', 'adot']
      .map((addonName) => new eks.CfnAddon(stack, addonName, { addonName, clusterName: cluster.clusterName }));

    const graph = soundGraph(stack.node.root as App);
    const after = (node: IConstruct) => graph.comesAfter(nodeOf(support.chart!), nodeOf(node));
    expect([cni, dns, other].map(after)).toEqual([true, true, false]);
  });

  test('the namespace of the controller, where the app defines it', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, namespace: 'ingress' });
    const [own, other] = ['ingress', 'shop'].map((name) => cluster.addManifest(name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));

    const graph = soundGraph(stack.node.root as App);
    const serviceAccount = nodeOf(support.node.findChild('ServiceAccount'));
    expect([own, other].map((namespace) => graph.comesAfter(serviceAccount, nodeOf(namespace)))).toEqual([true, false]);
  });
});

describe.each(MODULES)('imported cluster of %s', (module) => {
  test('gets all, and its manifests wait', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = importCluster(stack, module);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(manifest(stack, cluster));

    expect(soundGraph(stack.node.root as App).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
    Template.fromStack(stack).hasResourceProperties(HELM, { ClusterName: 'blue' });
  });

  test('imported twice under one name, its manifests in another stack wait', () => {
    const app = newApp();
    const stack = newStack('Support', {}, app);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, module), vpc: newVpc(stack) });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(manifest(workloads, importCluster(workloads, module)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
    expect(workloads.dependencies).toEqual([stack]);
    expect(stack.dependencies).toEqual([]);
  });

  test('imported twice by one export, its manifests in another stack wait', () => {
    const app = newApp();
    const stack = newStack('Support', {}, app);
    const named = (scope: Construct) => importCluster(scope, module, { clusterName: Fn.importValue('TheCluster') });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: named(stack), vpc: newVpc(stack) });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(manifest(workloads, named(workloads)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
  });

  test('one name in two stacks with a support each: each manifest waits for its own', () => {
    const app = newApp();
    const made = ['A', 'B'].map((id) => {
      const stack = newStack(id, {}, app);
      const cluster = importCluster(stack, module);
      const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack) });
      return { stack, ingress: nodeOf(manifest(stack, cluster)), chart: nodeOf(support.chart!) };
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
    manifest(elsewhere, importCluster(elsewhere, module));

    soundGraph(app);
    expect(elsewhere.dependencies).toEqual([]);
  });

  const kubectl = module === 'aws-eks' ? 'kubectlProvider (or kubectlRoleArn with kubectlLayer)' : 'kubectlProvider (kubectlProviderOptions do nothing there)';
  const nothing = { openIdConnectProvider: undefined, kubectlProvider: undefined };

  test.each<[string, Partial<eks.ClusterAttributes>, Partial<EksAlbIngressSupportProps>, string]>([
    ['IRSA', nothing, {}, `${kubectl}, openIdConnectProvider`],
    ['Pod Identity', nothing, { identity: ControllerIdentity.podIdentity() }, kubectl],
    ['IRSA, with kubectl', { openIdConnectProvider: undefined }, {}, 'openIdConnectProvider'],
  ])('fails, naming all that is missing, for %s', (_, attributes, props, missing) => {
    const stack = newStack();
    const cluster = importCluster(stack, module, attributes);
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack), ...props }))
      .toThrow(new Error(`cluster Stack/Imported must have ${missing}; give it to Cluster.fromClusterAttributes()`));
  });

  test('fails, naming all that is missing, with a security group of the nodes', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = importCluster(stack, module, nothing);
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, workerSecurityGroup: new ec2.SecurityGroup(stack, 'Nodes', { vpc }) }))
      .toThrow(new Error(`cluster Stack/Imported must have ${kubectl}, openIdConnectProvider, clusterSecurityGroupId; give it to Cluster.fromClusterAttributes()`));
  });

  test('Pod Identity needs no OIDC provider', () => {
    const stack = newStack();
    const cluster = importCluster(stack, module, { openIdConnectProvider: undefined });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack), identity: ControllerIdentity.podIdentity() });
    Template.fromStack(stack).hasResourceProperties('AWS::EKS::PodIdentityAssociation', { ClusterName: 'blue' });
  });

  test('without the LBC it is taken for one in Auto Mode', () => {
    const stack = newStack();
    new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: importCluster(stack, module, { openIdConnectProvider: undefined }), vpc: newVpc(stack), installController: false,
    });
    Template.fromStack(stack).resourceCountIs(HELM, 0);
    expect(kubernetesObjects(stack)).toContainEqual(expect.objectContaining({ kind: 'IngressClass', spec: expect.objectContaining({ controller: 'eks.amazonaws.com/alb' }) }));
  });
});

test('fails for kubectlProviderOptions of an imported cluster of aws-eks-v2, which the CDK ignores', () => {
  const stack = newStack();
  const cluster = importCluster(stack, 'aws-eks-v2', {
    kubectlProvider: undefined, kubectlProviderOptions: { kubectlLayer: kubectlLayer(stack) },
  } as Partial<eks_v2.ClusterAttributes> as any);
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack) })).toThrow(new Error(
    'cluster Stack/Imported must have kubectlProvider (kubectlProviderOptions do nothing there); give it to Cluster.fromClusterAttributes()'));
});

test('fails for a kubectl role of an imported cluster of aws-eks without a kubectl to use it', () => {
  const stack = newStack();
  const cluster = importCluster(stack, 'aws-eks', { kubectlProvider: undefined, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl' });
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack) })).toThrow(new Error(
    'cluster Stack/Imported must have kubectlLayer beside kubectlRoleArn; give it to Cluster.fromClusterAttributes()'));
});

test('a kubectl role with its layer is enough for an imported cluster of aws-eks', () => {
  const stack = newStack();
  const cluster = importCluster(stack, 'aws-eks', {
    kubectlProvider: undefined, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl', kubectlLayer: kubectlLayer(stack),
  });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack) });
  Template.fromStack(stack).hasResourceProperties(HELM, { ClusterName: 'blue' });
});

describe.each(MODULES)('stacks, %s', (module) => {
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
    const ingress = nodeOf(manifest(stackOf(at.workloads), cluster));

    const graph = soundGraph(app);
    expect(graph.comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
    expect(Object.fromEntries(app.node.children.filter(Stack.isStack)
      .map((stack) => [stack.node.id, stack.dependencies.map(({ node }) => node.id).sort()]))).toEqual(dependencies);
  });

  test('a manifest in the stack of the cluster cannot wait for a support that comes later: a warning that can be acknowledged', () => {
    const app = newApp();
    const stack = newStack('Cluster', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    const later = newStack('Support', {}, app);
    new EksAlbIngressSupport(later, 'AlbIngress', { cluster, vpc });
    const ingress = cluster.addManifest('Ingress', INGRESS);

    const { path } = ingress.node.findAll().find((child) => CfnResource.isCfnResource(child))!.node;
    DeploymentGraph.of(app).createOrder();
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-eks-alb-ingress-support'));
    expect(warnings.map(({ id, entry }) => [id, entry.data])).toEqual([[`/${path}`,
      `${path} needs the controller of Support/AlbIngress, which depends on it or on its stack: it cannot be deployed after the controller `
      + 'and removed before it; define it in the stack of the support, or in a later one '
      + '[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.workloadNotOrdered]']]);
    expect(stack.dependencies).toEqual([]);
  });

  test('a stack that the support refers to is not made to wait for it', () => {
    const app = newApp();
    const clusters = newStack('Clusters', {}, app);
    const vpc = newVpc(clusters);
    const cluster = newCluster(clusters, module, { vpc });
    const shared = newStack('Shared', {}, app);
    const role = new iam.Role(shared, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    manifest(shared, cluster);
    new EksAlbIngressSupport(newStack('Support', {}, app), 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.irsa({ role }) });

    DeploymentGraph.of(app).createOrder();
    Annotations.fromStack(shared).hasWarning('*', Match.stringLikeRegexp('workloadNotOrdered'));
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

    expect(() => app.synth()).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot wait for its nodes, Nodes/Group/Resource: '
      + 'they depend on it or on its stack; define this construct in the stack of the nodes, or in a later one');
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

    expect(soundGraph(app).comesAfter(nodeOf(support.chart!), nodeOf(group.node.defaultChild!))).toBe(true);
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
    const outside = nodeOf(manifest(stack, cluster));

    const graph = DeploymentGraph.of(stack.node.root as App);
    graph.createOrder();
    expect(graph.comesAfter(outside, nodeOf(support.chart!))).toBe(true);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('workloadNotOrdered')).map(({ id }) => id))
      .toEqual([expect.stringMatching('^/Stack/Nested/Cluster/manifest-Ingress/')]);
  });

  test('two stages of one app with the same names', () => {
    const app = newApp();
    const stages = ['Dev', 'Prod'].map((id) => new Stage(app, id));
    for (const stage of stages) {
      const stack = new Stack(stage, 'Stack');
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, module, { vpc, clusterName: 'blue' });
      const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
      const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

      expect(soundGraph(stage).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
    }
  });

  test('a cluster with a name of its own is known by it where it is imported', () => {
    const app = newApp();
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc, clusterName: 'blue' }), vpc });
    const workloads = newStack('Workloads', {}, app);
    const ingress = nodeOf(manifest(workloads, importCluster(workloads, module)));

    expect(soundGraph(app).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
  });
});

describe('several clusters', () => {
  test('in one stack and one VPC: each manifest and node belongs to one', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const made = ['Blue', 'Green'].map((id) => {
      const cluster = newCluster(stack, 'aws-eks-v2', { id, vpc });
      const support = new EksAlbIngressSupport(stack, `${id}Ingress`, { cluster, vpc });
      return {
        ingress: nodeOf(cluster.addManifest('Ingress', INGRESS)),
        chart: nodeOf(support.chart!),
        nodes: nodeOf(cluster.node.findChild('NodegroupNodes').node.defaultChild!),
      };
    });

    const graph = soundGraph(stack.node.root as App);
    const pairs = (fits: (a: typeof made[0], b: typeof made[0]) => boolean) => made.map((a) => made.map((b) => fits(a, b)));
    expect(pairs((a, b) => graph.comesAfter(a.ingress, b.chart))).toEqual([[true, false], [false, true]]);
    expect(pairs((a, b) => graph.comesAfter(a.chart, b.nodes))).toEqual([[true, false], [false, true]]);
  });

  test.each(MODULES)('of %s, in two stacks and one VPC', (module) => {
    const app = newApp();
    const vpc = newVpc(newStack('Network', {}, app));
    for (const id of ['Blue', 'Green']) {
      const stack = newStack(id, {}, app);
      const cluster = newCluster(stack, module, { vpc });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
      cluster.addManifest('Ingress', INGRESS);
    }
    soundGraph(app);
    expect(app.node.children.filter(Stack.isStack).map((stack) => stack.dependencies.map(({ node }) => node.id))).toEqual([[], ['Network'], ['Network']]);
  });
});

describe('EKS Auto Mode', () => {
  let stack: Stack;
  let vpc: ec2.Vpc;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
  });

  function autoCluster(props: Partial<eks_v2.ClusterProps> = {}): eks_v2.Cluster {
    return new eks_v2.Cluster(stack, 'Cluster', {
      vpc, version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer: kubectlLayer(stack) }, ...props,
    });
  }

  test('the default of aws-eks-v2: tags and classes, no role, no chart', () => {
    const cluster = autoCluster();
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, defaultIngressClass: true });

    const template = Template.fromStack(stack);
    template.resourceCountIs(HELM, 0);
    expect(Object.keys(template.toJSON().Resources).filter((id) => id.startsWith('AlbIngress'))).toEqual([expect.stringMatching(/^AlbIngressIngressClass/)]);
    template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    template.hasResourceProperties('AWS::EC2::Subnet', { Tags: Match.arrayWith([{ Key: 'kubernetes.io/role/elb', Value: '1' }]) });
    expect(kubernetesObjects(stack)).toEqual([
      { apiVersion: 'eks.amazonaws.com/v1', kind: 'IngressClassParams', metadata: expect.objectContaining({ name: 'alb' }), spec: {} },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: expect.objectContaining({ name: 'alb', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }),
        spec: { controller: 'eks.amazonaws.com/alb', parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: 'alb' } },
      },
    ]);
    expect(support.chart).toBeUndefined();
    expect(() => support.role).toThrow(new Error(
      'Stack/AlbIngress has no role: the load balancing of EKS Auto Mode works with the cluster\'s; grant it to cluster.role'));
  });

  test('an Ingress waits for the class, and on destroy goes before it, the network and what lets kubectl in', () => {
    const cluster = autoCluster();
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
    const cluster = autoCluster();
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, createIngressClass: false });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    const graph = soundGraph(stack.node.root as App);
    const network = ['AWS::EC2::Route', 'AWS::EC2::VPCGatewayAttachment'].flatMap((type) => graph.find(type));
    expect(network.length).toBeGreaterThan(4);
    expect(network.filter((node) => !graph.comesAfter(ingress, node))).toEqual([]);
  });

  test('without a class of ours no kubectl is needed', () => {
    const cluster = autoCluster({ kubectlProviderOptions: undefined });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, createIngressClass: false });
    Template.fromStack(stack).resourceCountIs('Custom::AWSCDK-EKS-KubernetesResource', 0);
  });

  test('both side by side, told apart by their class', () => {
    const cluster = autoCluster();
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClassName: 'alb-controller' });

    soundGraph(stack.node.root as App);
    Template.fromStack(stack).resourceCountIs(HELM, 1);
    expect(support.ingressClassName).toBe('alb-controller');
    expect(kubernetesObjects(stack).filter(({ kind }) => kind === 'IngressClass')).toEqual([]);
  });

  test('fails side by side under one class', () => {
    const cluster = autoCluster();
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true })).toThrow(new Error(
      'ingressClassName must be set beside EKS Auto Mode, to other than the class of its own load balancing, got "alb"; try "alb-controller"'));
  });

  test.each<[Partial<EksAlbIngressSupportProps>, string]>([
    [{ replicas: 3, namespace: 'ingress' },
      'replicas, namespace configure a controller that is not installed on a cluster in EKS Auto Mode; leave them out, or set installController to true'],
    [{ deleteLoadBalancersOnDestroy: true },
      'deleteLoadBalancersOnDestroy must be left out in EKS Auto Mode: its load balancers carry other tags than those that the clean-up looks for; '
      + 'delete Ingresses that the app does not define before the stack'],
  ])('fails for %j', (props, message) => {
    const cluster = autoCluster();
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props })).toThrow(new Error(message));
  });

  test('switched off by an override: the controller is installed', () => {
    const cluster = autoCluster();
    (cluster.node.defaultChild as CfnResource).addPropertyOverride('ComputeConfig.Enabled', false);
    cluster.addNodegroupCapacity('Nodes');
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    Template.fromStack(stack).resourceCountIs(HELM, 1);
  });

  test('switched on by an override: the controller is not installed', () => {
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
    (cluster.node.defaultChild as CfnResource).addPropertyOverride('ComputeConfig.Enabled', true);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    Template.fromStack(stack).resourceCountIs(HELM, 0);
  });

  test('fails where it is switched once the support is defined', () => {
    const cluster = autoCluster();
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    (cluster.node.defaultChild as CfnResource).addPropertyOverride('ComputeConfig.Enabled', false);
    expect(() => (stack.node.root as App).synth()).toThrow(
      '[Stack/AlbIngress] EKS Auto Mode of cluster Stack/Cluster was switched off after Stack/AlbIngress was defined; switch it before');
  });

  test.each(MODULES)('fails for installController false on a cluster of %s that has no load balancing of its own', (module) => {
    const cluster = newCluster(stack, module, { vpc });
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: false })).toThrow(new Error(
      'installController must be true on a cluster that is not in EKS Auto Mode, which has no load balancing of its own, got false; leave it out'));
  });

  test('without node pools the controller has nothing to run on', () => {
    const cluster = autoCluster({ compute: { nodePools: [] } });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClassName: 'lbc' });
    expect(() => (stack.node.root as App).synth()).toThrow(
      '[Stack/AlbIngress] cluster Stack/Cluster has nothing that the controller could run on; add a node group, or a node pool');
  });

  test('without node pools of its own, one that the app defines is enough, and outlives the controller', () => {
    const cluster = autoCluster({ compute: { nodePools: [] } });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClassName: 'lbc' });
    const pool = nodeOf(cluster.addManifest('Pool', { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'own' } }));
    const nodeClass = nodeOf(cluster.addManifest('Class', { apiVersion: 'eks.amazonaws.com/v1', kind: 'NodeClass', metadata: { name: 'own' } }));

    const graph = soundGraph(stack.node.root as App);
    expect([pool, nodeClass].map((node) => graph.comesAfter(nodeOf(support.chart!), node))).toEqual([true, true]);
  });
});

describe.each(MODULES)('capacity, %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;
  const error = (rest: string) => `[Stack/AlbIngress] cluster Stack/Cluster has nothing that the controller could run on${rest}; `
    + 'add a node group, or a Fargate profile that selects its pods';

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc, nodes: false });
  });

  const synth = () => (stack.node.root as App).synth();

  test('fails without any', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    expect(synth).toThrow(error(''));
  });

  test('fails with none but a Fargate profile for other pods', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const profile = cluster.addFargateProfile('Batch', { selectors: [{ namespace: 'batch' }] });
    const { path } = profile.node.findChild('Resource').node.findAll().find((child) => CfnResource.isCfnResource(child))!.node;
    expect(synth).toThrow(error(` (${path} selects other pods than those of namespace kube-system)`));
  });

  test('fails with Pod Identity and nothing but Fargate', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.podIdentity() });
    const profile = cluster.addFargateProfile('System', { selectors: [{ namespace: 'kube-system' }] });
    const { path } = profile.node.findChild('Resource').node.findAll().find((child) => CfnResource.isCfnResource(child))!.node;
    expect(synth).toThrow(error(` (${path} is Fargate, where EKS Pod Identity does not work)`));
  });

  test.each<[string, eks.Selector]>([
    ['the namespace', { namespace: 'kube-system' }],
    ['a wildcard', { namespace: 'kube-*' }],
    ['one character', { namespace: 'kube-syste?' }],
    ['a label of the controller', { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'aws-load-*' } }],
  ])('a Fargate profile that selects by %s', (_, selector) => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addFargateProfile('System', { selectors: [{ namespace: 'batch' }, selector] });
    soundGraph(stack.node.root as App);
  });

  test.each<[string, eks.Selector]>([
    ['part of the namespace', { namespace: 'kube' }],
    ['a label that the controller lacks', { namespace: 'kube-system', labels: { team: 'a' } }],
    ['another value', { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'nginx' } }],
    ['a dot, which is no wildcard', { namespace: 'kube.system' }],
  ])('fails for a Fargate profile that selects by %s', (_, selector) => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addFargateProfile('System', { selectors: [selector] });
    expect(synth).toThrow('selects other pods than those of namespace kube-system');
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
    expect([karpenter, pool].map((node) => graph.comesAfter(nodeOf(support.chart!), nodeOf(node)))).toEqual([true, true]);
  });

  test('Karpenter that the user has put after the controller stays there', () => {
    cluster.addNodegroupCapacity('Nodes');
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const karpenter = cluster.addHelmChart('Karpenter', { chart: 'karpenter' });
    karpenter.node.addDependency(support);

    const graph = soundGraph(stack.node.root as App);
    expect(graph.comesAfter(nodeOf(karpenter), nodeOf(support.chart!))).toBe(true);
  });

  test('fails where all nodes wait for the controller', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addNodegroupCapacity('Nodes').node.addDependency(support);
    expect(synth).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot wait for its nodes, Stack/Cluster/NodegroupNodes/Resource: '
      + 'they depend on it or on its stack; define this construct in the stack of the nodes, or in a later one');
  });
});

describe.each([undefined, false, true])('Aspects, with @aws-cdk/core:aspectStabilization %s', (stabilized) => {
  const context = { '@aws-cdk/core:aspectStabilization': stabilized, '@aws-cdk/core:aspectPrioritiesMutating': stabilized };

  test.each(['App', 'Stack', 'Cluster'])('a manifest that an Aspect adds when it sees %s is ordered', (at) => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const seen = { App: app, Stack: stack, Cluster: cluster }[at];
    Aspects.of(app).add({
      visit: (node) => {
        if (node === seen && !cluster.node.tryFindChild('manifest-Late')) {
          cluster.addManifest('Late', INGRESS);
        }
      },
    });
    const graph = soundGraph(app);
    expect(graph.comesAfter(nodeOf(cluster.node.findChild('manifest-Late')), nodeOf(support.chart!))).toBe(true);
  });

  test('self-managed nodes are known by the tag that an Aspect gives them', () => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = selfManaged(newCluster(stack, 'aws-eks-v2', { vpc, nodes: false }));
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const graph = soundGraph(app);
    expect(graph.comesAfter(nodeOf(support.chart!), graph.theOne('AWS::AutoScaling::AutoScalingGroup'))).toBe(true);
  });

  test('a stage in a stage is ordered by itself', () => {
    const app = new App({ context });
    const stack = newStack('Stack', {}, app);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc: newVpc(stack) });
    const inner = new Stack(new Stage(app, 'Inner'), 'Stack');
    const cluster = importCluster(inner, 'aws-eks-v2');
    const support = new EksAlbIngressSupport(inner, 'AlbIngress', { cluster, vpc: newVpc(inner) });
    const ingress = nodeOf(manifest(inner, cluster));

    soundGraph(app);
    expect(soundGraph(Stage.of(inner)!).comesAfter(ingress, nodeOf(support.chart!))).toBe(true);
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
