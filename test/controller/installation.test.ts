import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { renderInstallation } from '../../src/controller/installation';
import { importCluster, newLayer, newStack, newVpc, warningsOf } from '../fixtures';

test('waits ten minutes and rolls back by default', () => {
  const { timeout, ...rest } = renderInstallation({});
  expect(timeout.toSeconds()).toBe(600);
  expect(rest).toEqual({ wait: true, atomic: true, removalPolicy: undefined });
  expect(renderInstallation({ atomic: false, removalPolicy: RemovalPolicy.RETAIN })).toMatchObject({ atomic: false, removalPolicy: 'retain' });
});

test.each([
  [true, 10], [false, 14],
])('with atomic %s takes up to %d minutes', (atomic, minutes) => {
  expect(renderInstallation({ atomic, installTimeout: Duration.minutes(minutes) }).timeout.toMinutes()).toBe(minutes);
  const longer = Duration.seconds(minutes * 60 + 1);
  expect(() => renderInstallation({ atomic, installTimeout: longer })).toThrow(new Error(
    `installTimeout must be whole seconds, at least one and at most ${minutes} minutes ${atomic ? 'with' : 'without'} atomic, got "${minutes * 60 + 1} seconds"; `
    + (atomic ? 'shorten it, or set atomic to false for up to 14 minutes' : 'shorten it')));
});

test.each([0, 1500])('fails for %d ms', (ms) => {
  expect(() => renderInstallation({ installTimeout: Duration.millis(ms) })).toThrow(/^installTimeout must be whole seconds/);
});

test('fails for a token', () => {
  expect(() => renderInstallation({ installTimeout: Duration.minutes(Token.asNumber({ Ref: 'M' })) })).toThrow(new Error(
    'installTimeout must be known at synth, got "a token"; use a literal Duration'));
});

describe('a chart that has to come from the internet', () => {
  const ISOLATED = { natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] };
  const WARNING = 'the chart comes from https://aws.github.io/eks-charts, which a kubectl Lambda in Stack/Vpc cannot reach: that VPC has isolated subnets only; '
    + 'use ControllerSource.fromAsset(), or ControllerSource.fromOci() with an Amazon ECR registry that has VPC endpoints there '
    + '[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.chartOutOfReach]';
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
    'outside of the VPC': (stack, vpc) => new eks.Cluster(stack, 'Cluster', {
      vpc, vpcSubnets, version: eks.KubernetesVersion.of('1.35'), endpointAccess: eks.EndpointAccess.PUBLIC, kubectlLayer: newLayer(stack, 'Kubectl'),
    }),
    'imported': (stack) => importCluster(stack, 'aws-eks-v2'),
  };

  test.each<[string, string, Partial<EksAlbIngressSupportProps>, ec2.VpcProps, string[]]>([
    ['is warned of', 'in the VPC', {}, ISOLATED, [WARNING]],
    ['is warned of, also when asked for', 'in the VPC', { source: ControllerSource.fromRepository() }, ISOLATED, [WARNING]],
    ['may be out of reach', 'imported', {}, ISOLATED, [WARNING]],
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
});
