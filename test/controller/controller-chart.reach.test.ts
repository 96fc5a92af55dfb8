import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { importCluster, newLayer, newStack, newVpc, warningsOf } from '../fixtures';

const SUBNET_TYPES = ['PUBLIC', 'PRIVATE_WITH_EGRESS', 'PRIVATE_ISOLATED'] as const;
const MIXED = { natGateways: 1, subnetConfiguration: SUBNET_TYPES.map((name) => ({ name, subnetType: ec2.SubnetType[name] })) };
const ISOLATED = { natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] };
const warning = (obstacle: string) => `the chart comes from https://aws.github.io/eks-charts, which a kubectl Lambda in Stack/Vpc cannot reach: ${obstacle}; `
  + 'use ControllerSource.fromAsset(), or ControllerSource.fromOci() with an Amazon ECR registry that has VPC endpoints there '
  + '[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.chartOutOfReach]';
const ALL_ISOLATED = warning('that VPC has isolated subnets only');
const SOME_ISOLATED = warning('its subnets there are isolated');
const vpcSubnets = [{ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }];
/** Clusters whose kubectl Lambda is in the VPC, as with the module's defaults, or outside of it. */
const CLUSTERS: Record<string, (stack: Stack, vpc: ec2.IVpc) => AnyCluster> = {
  'in the VPC': (stack, vpc) => new eks_v2.Cluster(stack, 'Cluster', {
    vpc,
    vpcSubnets,
    version: eks_v2.KubernetesVersion.of('1.35'),
    defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
    kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') },
  }),
  'in the VPC, with private subnets': (stack, vpc) => new eks_v2.Cluster(stack, 'Cluster', {
    vpc,
    version: eks_v2.KubernetesVersion.of('1.35'),
    defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
    kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') },
  }),
  'in isolated subnets, of aws-eks': (stack, vpc) => new eks.Cluster(stack, 'Cluster', {
    vpc, vpcSubnets, version: eks.KubernetesVersion.of('1.35'), endpointAccess: eks.EndpointAccess.PRIVATE, kubectlLayer: newLayer(stack, 'Kubectl'),
  }),
  'outside of the VPC': (stack, vpc) => new eks.Cluster(stack, 'Cluster', {
    vpc, vpcSubnets, version: eks.KubernetesVersion.of('1.35'), endpointAccess: eks.EndpointAccess.PUBLIC, kubectlLayer: newLayer(stack, 'Kubectl'),
  }),
  'imported': (stack) => importCluster(stack, 'aws-eks-v2'),
};

test.each<[string, string, Partial<EksAlbIngressSupportProps>, ec2.VpcProps, string[]]>([
  ['is warned of', 'in the VPC', {}, ISOLATED, [ALL_ISOLATED]],
  ['is warned of, also when asked for', 'in the VPC', { source: ControllerSource.fromRepository() }, ISOLATED, [ALL_ISOLATED]],
  ['may be out of reach', 'imported', {}, ISOLATED, [ALL_ISOLATED]],
  ['is out of reach', 'in the VPC', {}, MIXED, [SOME_ISOLATED]],
  ['is out of reach', 'in isolated subnets, of aws-eks', {}, MIXED, [SOME_ISOLATED]],
  ['can be had', 'in the VPC, with private subnets', {}, MIXED, []],
  ['can be had', 'outside of the VPC', {}, MIXED, []],
  ['may be in reach', 'imported', {}, MIXED, []],
  ['can be had', 'outside of the VPC', {}, ISOLATED, []],
  ['can be had through a NAT gateway', 'imported', {}, {}, []],
  ['may be a mirror', 'in the VPC', { source: ControllerSource.fromRepository('https://charts.internal') }, ISOLATED, []],
  ['may be in a registry', 'in the VPC', {
    source: ControllerSource.fromOci('oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/aws-load-balancer-controller'),
  }, ISOLATED, []],
])('%s, where the handler is %s', (_, where, props, network, warnings) => {
  const stack = newStack('Stack', { env: { region: 'eu-west-1' } });
  const vpc = newVpc(stack, network);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: CLUSTERS[where](stack, vpc), vpc, ...props });
  expect(warningsOf(stack)).toEqual(warnings.map((text) => ({ id: '/Stack/AlbIngress', text })));
});
