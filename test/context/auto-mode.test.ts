import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { KubernetesClusterTag, EksAlbIngressSupport, GatewayApi, EksAlbIngressSupportProps, SubnetTagging } from '../../src';
import { importCluster, kubernetesObjects, MODULES, newAutoModeCluster, newCluster, newStack, newVpc } from '../fixtures';

const HELM = 'Custom::AWSCDK-EKS-HelmChart';

let stack: Stack;
let vpc: ec2.Vpc;

beforeEach(() => {
  stack = newStack();
  vpc = newVpc(stack);
});

const enable = (cluster: eks_v2.ICluster, enabled: boolean) => (cluster.node.defaultChild as CfnResource).addPropertyOverride('ComputeConfig.Enabled', enabled);

test.each<[Partial<EksAlbIngressSupportProps>, string]>([
  [{ replicas: 3, controllerNamespace: 'ingress', source: undefined },
    'replicas, controllerNamespace configure a controller that is not installed on a cluster in EKS Auto Mode (the default of aws-eks-v2; for nodes of your own set defaultCapacityType '
    + 'of the cluster to DefaultCapacityType.NODEGROUP); leave them out, or set installController to true'],
  [{ autoDeleteLoadBalancers: true },
    'autoDeleteLoadBalancers must be left out in EKS Auto Mode: its load balancers have other tags than those that the clean-up looks for; '
    + 'delete Ingresses that the app does not define before the stack'],
  [{ installController: true },
    'ingressClass.ingressClassName must be set with EKS Auto Mode, to another name than the class of its own load balancing, got "alb"; try "alb-controller"'],
  [{ installController: true, ingressClass: { ingressClassName: 'alb' } },
    'ingressClass.ingressClassName must be set with EKS Auto Mode, to another name than the class of its own load balancing, got "alb"; try "alb-controller"'],
])('fails for %j in EKS Auto Mode', (props, message) => {
  const cluster = newAutoModeCluster(stack, { vpc });
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props })).toThrow(new Error(message));
});

test('takes what is about network and class', () => {
  const cluster = newAutoModeCluster(stack, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster,
    vpc,
    autoMode: true,
    internetFacingSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    internalSubnets: { subnets: [] },
    subnetTagging: SubnetTagging.ALL,
    subnetClusterTag: KubernetesClusterTag.SHARED,
    ingressClass: { ingressClassName: 'public', create: true, isDefault: true, groupName: 'shop' },
  });
  expect(kubernetesObjects(stack).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['IngressClassParams public', 'IngressClass public']);
});


test.each(MODULES)('an imported cluster of %s without the controller is taken for one in Auto Mode', (module) => {
  new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster: importCluster(stack, module, { openIdConnectProvider: undefined }), vpc, autoMode: true,
  });
  Template.fromStack(stack).resourceCountIs(HELM, 0);
  expect(kubernetesObjects(stack)).toContainEqual(expect.objectContaining({ kind: 'IngressClass', spec: expect.objectContaining({ controller: 'eks.amazonaws.com/alb' }) }));
});

test('switched off by an override: the controller is installed', () => {
  const cluster = newAutoModeCluster(stack, { vpc });
  enable(cluster, false);
  cluster.addNodegroupCapacity('Nodes');
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  Template.fromStack(stack).resourceCountIs(HELM, 1);
});

test('switched on by an override: the controller is not installed', () => {
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false }) as eks_v2.Cluster;
  enable(cluster, true);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  Template.fromStack(stack).resourceCountIs(HELM, 0);
});

test('fails where it is switched once the support is defined', () => {
  const cluster = newAutoModeCluster(stack, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  enable(cluster, false);
  expect(() => (stack.node.root as App).synth()).toThrow(
    '[Stack/AlbIngress] EKS Auto Mode of cluster Stack/Cluster was switched off after Stack/AlbIngress was defined; switch it before');
});

describe('the Gateway API of EKS Auto Mode', () => {
  const CLUSTER = 'AWS::EKS::Cluster';

  test.each([[true, GatewayApi.managed()], [false, GatewayApi.external()]])('is switched in the cluster: %s', (managed, gatewayApi) => {
    const cluster = newAutoModeCluster(stack, { vpc });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, gatewayApi });
    Template.fromStack(stack).hasResourceProperties(CLUSTER, {
      KubernetesNetworkConfig: { ElasticLoadBalancing: { Enabled: true, GatewayApi: { Crds: { Managed: managed } } } },
    });
  });

  test('is left as the cluster has it', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    Template.fromStack(stack).hasResourceProperties(CLUSTER, { KubernetesNetworkConfig: { ElasticLoadBalancing: { GatewayApi: Match.absent() } } });
  });

  test('fails on an imported cluster', () => {
    const imported = importCluster(stack, 'aws-eks-v2', { vpc });
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: imported, vpc, gatewayApi: GatewayApi.managed(), autoMode: true })).toThrow(new Error(
      'gatewayApi must be left out with an imported cluster in EKS Auto Mode, got "GatewayApi.managed()"; set it where the cluster is defined'));
  });
});
