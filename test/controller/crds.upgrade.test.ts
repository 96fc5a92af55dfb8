import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ControllerSource, ControllerIdentity, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { joined, MODULES, newApp, newCluster, newStack, newVpc } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';

const UPGRADE = 'Custom::EksAlbIngressCrdUpgrade';

describe.each(MODULES)('with a cluster of %s', (module) => {
  function support(props: Partial<EksAlbIngressSupportProps> = {}, ownStack = false): { app: App; stack: Stack } {
    const app = newApp();
    const clusterStack = newStack('Stack', {}, app);
    const vpc = newVpc(clusterStack);
    const cluster = newCluster(clusterStack, module, { vpc });
    const stack = ownStack ? newStack('Support', {}, app) : clusterStack;
    new EksAlbIngressSupport(stack, 'Support', { cluster, vpc, upgradeCrds: true, ...props });
    return { app, stack };
  }
  const ours = (template: Template) => Object.values<any>(template.findResources('AWS::Lambda::Function', {
    Properties: { Description: 'Upgrades the CustomResourceDefinitions of the AWS Load Balancer Controller' },
  }));

  test('a twin of the kubectl handler upgrades the definitions', () => {
    const { stack } = support();
    const template = Template.fromStack(stack);
    const [{ Properties }] = ours(template);
    expect(Properties).toMatchObject({ Handler: 'index.handler', Runtime: expect.stringMatching(/^python/), MemorySize: 1024 });
    expect(Properties.Layers).toHaveLength(2);
    expect(JSON.stringify(Properties.Role)).toMatch(/Kubectl(Provider|HandlerRole)/);
    // CloudFormation takes 4 MB; a template with everything in it has one.
    expect(Properties.Code.ZipFile.length).toBeLessThan(10_000);
    template.hasResourceProperties(UPGRADE, {
      Chart: 'aws-load-balancer-controller',
      Repository: 'https://aws.github.io/eks-charts',
      Version: ControllerVersion._default.chartVersion,
      ServiceTimeout: '660',
      RoleArn: module === 'aws-eks' ? Match.anyValue() : Match.absent(),
    });
  });

  test('it works from another stack', () => {
    const { app, stack } = support({}, true);
    expect(ours(Template.fromStack(stack))).toHaveLength(1);
    expect(() => app.synth()).not.toThrow();
  });

  test('after the ServiceAccount, before the controller', () => {
    const { app } = support();
    const graph = DeploymentGraph.of(app);
    const upgrade = graph.theOne(UPGRADE);
    const manifest = graph.find('Custom::AWSCDK-EKS-KubernetesResource', ({ Manifest }) => joined(Manifest).includes('"kind":"ServiceAccount"'));
    expect(manifest.every((serviceAccount) => graph.comesAfter(upgrade, serviceAccount))).toBe(true);
    expect(graph.comesAfter(graph.theOne('Custom::AWSCDK-EKS-HelmChart'), upgrade)).toBe(true);
  });

  test('another release is an update of it', () => {
    const [logicalIds, versions] = [ControllerVersion.V3_4_0, ControllerVersion.V3_5_0].map((controllerVersion) => {
      const [[logicalId, { Properties }]] = Object.entries<any>(Template.fromStack(support({ controllerVersion }).stack).findResources(UPGRADE));
      return [logicalId, Properties.Version];
    }).reduce<string[][]>(([ids, found], [logicalId, version]) => [[...ids, logicalId], [...found, version]], [[], []]);
    expect(versions).toEqual(['3.4.0', '3.5.0']);
    expect(new Set(logicalIds)).toEqual(new Set(['SupportCrdUpgradeA413349C']));
  });

  test('a registry is passed on', () => {
    const url = 'oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller';
    Template.fromStack(support({ source: ControllerSource.fromOci(url) }).stack).hasResourceProperties(UPGRADE, { Repository: url });
  });

  test('nothing of it by default', () => {
    const template = Template.fromStack(support({ upgradeCrds: undefined }).stack);
    template.resourceCountIs(UPGRADE, 0);
    expect(ours(template)).toEqual([]);
  });
});

test('the twin is in the network of the kubectl handler', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = new eks_v2.Cluster(stack, 'Cluster', {
    vpc,
    version: eks_v2.KubernetesVersion.of('1.33'),
    endpointAccess: eks_v2.EndpointAccess.PRIVATE,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'), privateSubnets: vpc.privateSubnets },
    defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
  });
  new EksAlbIngressSupport(stack, 'Support', { cluster, vpc, upgradeCrds: true });
  const networks = Object.values<any>(Template.fromStack(stack).findResources('AWS::Lambda::Function'))
    .filter(({ Properties }) => Properties.Handler === 'index.handler' && /CustomResourceDefinitions|kubectl/.test(Properties.Description))
    .map(({ Properties }) => Properties.VpcConfig);
  expect(networks).toHaveLength(2);
  expect(networks[0]).toEqual({ SubnetIds: [expect.anything(), expect.anything()], SecurityGroupIds: [expect.anything()] });
  expect(networks[1]).toEqual(networks[0]);
});

test.each(MODULES)('fails on an imported cluster of %s, whose handler is not to be seen', (module) => {
  const stack = newStack();
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
  const cluster = module === 'aws-eks'
    ? eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
      clusterName: 'demo',
      vpc,
      kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
        functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
        kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl',
        handlerRole: { roleArn: 'arn:aws:iam::111122223333:role/handler' } as any,
      }),
    })
    : eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', {
      clusterName: 'demo',
      vpc,
      kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
        serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
      }),
    });
  expect(() => new EksAlbIngressSupport(stack, 'Support', { cluster, vpc, identity: ControllerIdentity.podIdentity(), upgradeCrds: true })).toThrow(new Error(
    'upgradeCrds must be left out with cluster Stack/Cluster, whose kubectl handler is not defined in this app; '
    + 'use ControllerSource.fromAsset(), which needs no handler of its own'));
});
