import { App, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  importCluster, INGRESS, kubernetesObjects, Module, MODULES, newApp, newAutoModeCluster, newCluster, newLayer, newManifest, newStack, newVpc,
  OwnedCluster, soundGraph,
} from './fixtures';
import { ControllerIdentity, EksAlbIngressSupport } from '../src';
import { nodeOf } from './support/deployment-graph';

const HELM = 'Custom::AWSCDK-EKS-HelmChart';

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
      vpc, ...V1, kubectlLayer: newLayer(stack, 'Kubectl'), endpointAccess: eks.EndpointAccess.PRIVATE,
    })),
  },
  {
    name: 'private endpoint',
    module: 'aws-eks-v2',
    make: (stack, vpc) => nodesOf(new eks_v2.Cluster(stack, 'Cluster', {
      vpc,
      ...V2,
      endpointAccess: eks_v2.EndpointAccess.PRIVATE,
      kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl'), privateSubnets: vpc.privateSubnets },
    })),
  },
  {
    name: 'IPv6',
    module: 'aws-eks',
    vpc: IPV6,
    make: (stack, vpc) => nodesOf(new eks.Cluster(stack, 'Cluster', { vpc, ...V1, kubectlLayer: newLayer(stack, 'Kubectl'), ipFamily: eks.IpFamily.IP_V6 })),
  },
  {
    name: 'IPv6',
    module: 'aws-eks-v2',
    vpc: IPV6,
    make: (stack, vpc) => nodesOf(new eks_v2.Cluster(stack, 'Cluster', {
      vpc, ...V2, kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') }, ipFamily: eks_v2.IpFamily.IP_V6,
    })),
  },
  {
    name: 'Fargate only',
    module: 'aws-eks',
    make: (stack, vpc) => new eks.FargateCluster(stack, 'Cluster', { vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer: newLayer(stack, 'Kubectl') }),
  },
  {
    name: 'Fargate only',
    module: 'aws-eks-v2',
    make: (stack, vpc) => new eks_v2.FargateCluster(stack, 'Cluster', {
      vpc, version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') },
    }),
  },
];

/** Served on every kind of cluster: by pods on Fargate, and with IPv6. */
const DUAL_STACK = {
  ...INGRESS,
  metadata: {
    name: 'game',
    annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip', 'alb.ingress.kubernetes.io/ip-address-type': 'dualstack' },
  },
};

describe.each(KINDS)('$module, $name', ({ vpc: vpcProps, make }) => {
  test('the support stands on all of the cluster, and an Ingress on the support', () => {
    const stack = newStack();
    const vpc = newVpc(stack, vpcProps);
    const cluster = make(stack, vpc);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(cluster.addManifest('Ingress', DUAL_STACK));

    const graph = soundGraph(stack.node.root as App);
    const chart = nodeOf(support.controller!);
    const foundations = FOUNDATIONS.flatMap((type) => graph.find(type));
    expect(foundations.length).toBeGreaterThan(10);
    expect(foundations.filter((node) => !graph.comesAfter(chart, node))).toEqual([]);
    expect(graph.comesAfter(ingress, chart)).toBe(true);
    const destroyed = graph.destroyOrder();
    const at = (node: string) => destroyed.indexOf(node);
    expect(foundations.every((node) => at(ingress) < at(chart) && at(chart) < at(node))).toBe(true);
  });
});

describe.each(MODULES)('imported cluster of %s', (module) => {
  test('gets all, and its manifests wait', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = importCluster(stack, module);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(newManifest(stack, cluster));

    expect(soundGraph(stack.node.root as App).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
    Template.fromStack(stack).hasResourceProperties(HELM, { ClusterName: 'blue' });
  });

  test('Pod Identity needs no OIDC provider', () => {
    const stack = newStack();
    const cluster = importCluster(stack, module, { openIdConnectProvider: undefined });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: newVpc(stack), identity: ControllerIdentity.podIdentity() });
    Template.fromStack(stack).hasResourceProperties('AWS::EKS::PodIdentityAssociation', { ClusterName: 'blue' });
  });
});

test.each(MODULES)('two stages of one app with the same names, %s', (module) => {
  const app = newApp();
  const stages = ['Dev', 'Prod'].map((id) => new Stage(app, id));
  for (const stage of stages) {
    const stack = new Stack(stage, 'Stack');
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc, clusterName: 'blue' });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const ingress = nodeOf(cluster.addManifest('Ingress', INGRESS));

    expect(soundGraph(stage).comesAfter(ingress, nodeOf(support.controller!))).toBe(true);
  }
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
        chart: nodeOf(support.controller!),
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

  test('the default of aws-eks-v2: tags and classes, no role, no chart', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { isDefault: true } });

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
    expect(support.controller).toBeUndefined();
    expect([support.role, support.controllerVersion]).toEqual([undefined, undefined]);
    expect(support.grantPrincipal).toBe(cluster.role);
  });

  test('a grant to what is imported is a warning that names it', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc, autoMode: true });
    iam.Grant.addToPrincipal({ grantee: support, actions: ['s3:GetObject'], resourceArns: ['*'] });
    Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress', Match.stringLikeRegexp('s3:GetObject'));
  });

  test('without a class of ours no kubectl is needed', () => {
    const cluster = newAutoModeCluster(stack, { vpc, kubectlProviderOptions: undefined });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { create: false } });
    Template.fromStack(stack).resourceCountIs('Custom::AWSCDK-EKS-KubernetesResource', 0);
  });

  test('both side by side, told apart by their class', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClass: { ingressClassName: 'alb-controller' } });

    soundGraph(stack.node.root as App);
    Template.fromStack(stack).resourceCountIs(HELM, 1);
    expect(support.ingressClass.ingressClassName).toBe('alb-controller');
    expect(kubernetesObjects(stack).filter(({ kind }) => kind === 'IngressClass')).toEqual([]);
  });
});
