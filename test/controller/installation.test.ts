import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { renderInstallation } from '../../src/controller/installation';
import { importCluster, joined, newCluster, newLayer, newStack, newVpc, warningsOf } from '../fixtures';

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

describe('the name of the Helm release', () => {
  function installed(props: Partial<EksAlbIngressSupportProps>): Template {
    const stack = newStack();
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
    return Template.fromStack(stack);
  }
  const releasesOf = (template: Template) => Object.values(template.findResources('Custom::AWSCDK-EKS-HelmChart')).map(({ Properties }) => Properties);

  test('is that of the chart by default', () => {
    expect(releasesOf(installed({})).map(({ Release }) => Release)).toEqual(['aws-load-balancer-controller']);
  });

  test('is the one given, also where pods are told by it', () => {
    const [{ Release, Values }] = releasesOf(installed({ releaseName: 'lbc' }));
    expect(Release).toBe('lbc');
    const { topologySpreadConstraints } = JSON.parse(joined(Values));
    expect(topologySpreadConstraints.map(({ labelSelector }: any) => labelSelector.matchLabels)).toEqual([
      { 'app.kubernetes.io/instance': 'lbc' }, { 'app.kubernetes.io/instance': 'lbc' },
    ]);
  });

  test.each([
    ['LBC', 'releaseName must be a DNS subdomain (labels of a-z, 0-9 and \'-\', joined by \'.\', at most 253 characters), got "LBC"; rename it'],
    ['l'.repeat(54), `releaseName must have at most 53 characters, as Helm demands, got "${'l'.repeat(54)}"; shorten it`],
  ])('fails for %s', (releaseName, message) => {
    expect(() => installed({ releaseName })).toThrow(new Error(message));
  });

  test('of 53 characters is one that Helm takes', () => {
    expect(releasesOf(installed({ releaseName: 'l'.repeat(53) }))).toHaveLength(1);
  });

  test('decides which Fargate profile selects the pods', () => {
    const synth = (props: Partial<EksAlbIngressSupportProps>) => {
      const stack = newStack();
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
      new eks_v2.FargateProfile(stack, 'Profile', {
        cluster: cluster as eks_v2.Cluster, selectors: [{ namespace: 'kube-system', labels: { 'app.kubernetes.io/instance': 'lbc' } }],
      });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
      return Template.fromStack(stack);
    };
    expect(() => synth({})).toThrow('selects other pods than the controller\'s');
    expect(releasesOf(synth({ releaseName: 'lbc' })).map(({ Release }) => Release)).toEqual(['lbc']);
  });
});
