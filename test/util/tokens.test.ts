import { App, Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { ControllerSource, ControllerIdentity, ControllerImage, EksAlbIngressSupport, EksAlbIngressSupportProps, IngressWebAcl, PodIdentityAgent } from '../../src';
import { isLookupDummy, isUnknown } from '../../src/util/tokens';
import { importCluster, newApp, newStack } from '../fixtures';

let stack: Stack;
beforeEach(() => { stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }); });

const parameter = (name = '/a/Parameter') => ssm.StringParameter.valueFromLookup(stack, name);
const vpcOf = (id: string, vpcId: string) => ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a'] });

test('a lookup that was not made yet is unknown, as a token is', () => {
  const lookups = [
    ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: 'main' }).vpcId,
    ec2.Vpc.fromLookup(stack, 'Range', { vpcName: 'main' }).vpcCidrBlock,
    ...ec2.Vpc.fromLookup(stack, 'Subnets', { vpcName: 'main' }).publicSubnets.map(({ subnetId }) => subnetId),
    ...ec2.Vpc.fromLookup(stack, 'Others', { vpcName: 'main' }).privateSubnets.map(({ subnetId }) => subnetId),
    ec2.SecurityGroup.fromLookupById(stack, 'Group', 'sg-1').securityGroupId,
    ec2.PrefixList.fromLookup(stack, 'Prefixes', { prefixListName: 'office' }).prefixListId,
    iam.Role.fromLookup(stack, 'Role', { roleName: 'lbc' }).roleArn,
    parameter(),
    `oci://${parameter()}/charts`,
  ];
  expect(lookups.map(isLookupDummy)).toEqual(lookups.map(() => true));
  expect(lookups.map(isUnknown)).toEqual(lookups.map(() => true));
  expect([Aws.REGION, 'vpc-0123456789abcdef0', 'sg-0123456789abcdef0', '', 1, undefined].map(isLookupDummy)).not.toContain(true);
  expect([Aws.REGION, 'vpc-0123456789abcdef0', ''].map(isUnknown)).toEqual([true, false, false]);
});

describe('the first synth, before anything was looked up, passes', () => {
  const expectSynth = () => expect((stack.node.root as App).synth().manifest.missing).not.toBeUndefined();
  const expectSynthWith = (props: Partial<EksAlbIngressSupportProps>) => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc: vpcOf('Vpc', 'vpc-1'), ...props });
    expectSynth();
  };

  test.each<[string, () => [ec2.IVpc, ec2.IVpc]]>([
    ['that of the support', () => [vpcOf('Own', 'vpc-1'), ec2.Vpc.fromLookup(stack, 'Lookup', { vpcName: 'main' })]],
    ['that of the cluster', () => [ec2.Vpc.fromLookup(stack, 'Lookup', { vpcName: 'main' }), vpcOf('Given', 'vpc-1')]],
  ])('with a VPC by lookup: %s', (_, vpcs) => {
    const [own, vpc] = vpcs();
    expectSynthWith({ cluster: importCluster(stack, 'aws-eks-v2', { vpc: own }, 'InVpc'), vpc });
  });

  test('with security groups by lookup', () => {
    const group = (id: string) => ec2.SecurityGroup.fromLookupById(stack, id, `sg-${id}`);
    const cluster = importCluster(stack, 'aws-eks-v2', { clusterSecurityGroupId: group('cluster').securityGroupId }, 'WithGroup');
    expectSynthWith({ cluster, workerSecurityGroup: group('workers') });
  });

  test('with a role by lookup', () => {
    const role = iam.Role.fromLookup(stack, 'Role', { roleName: 'lbc' });
    expectSynthWith({ identity: ControllerIdentity.podIdentity({ role, agent: PodIdentityAgent.alreadyInstalled() }) });
  });

  test.each<[string, () => Partial<EksAlbIngressSupportProps>]>([
    ['controllerNamespace', () => ({ controllerNamespace: parameter() })],
    ['serviceAccountName', () => ({ serviceAccountName: parameter() })],
    ['ingressClass.ingressClassName', () => ({ ingressClass: { ingressClassName: parameter() } })],
    ['watchNamespace', () => ({ watchNamespace: parameter() })],
    ['defaultTags', () => ({ defaultTags: { Team: parameter('/comma, and: colon') } })],
    ['resources', () => ({ resources: { cpuLimit: parameter() } })],
    ['source from a repository', () => ({ source: ControllerSource.fromRepository(parameter()) })],
    ['source from a registry', () => ({ source: ControllerSource.fromOci(parameter()) })],
    ['image repository', () => ({ image: ControllerImage.fromRegistry(parameter()) })],
    ['registry of the image', () => ({ image: ControllerImage.fromRegistry(`${parameter()}/lbc`) })],
    ['image tag', () => ({ image: ControllerImage.fromRegistry('registry.example.com/lbc', { tag: parameter() }) })],
    ['image digest', () => ({ image: ControllerImage.fromRegistry('registry.example.com/lbc', { digest: parameter() }) })],
    ['addonVersion', () => ({ identity: ControllerIdentity.podIdentity({ agent: PodIdentityAgent.pinned(parameter()) }) })],
    ['settings of the class', () => ({
      ingressClass: {
        groupName: parameter(),
        loadBalancerName: parameter(),
        webAcl: IngressWebAcl.fromArn(parameter()),
        ipv4IpamPoolId: parameter(),
        inboundCidrs: [parameter(), ec2.Vpc.fromLookup(stack, 'Range', { vpcName: 'main' }).vpcCidrBlock],
        prefixListIds: [parameter(), ec2.PrefixList.fromLookup(stack, 'Prefixes', { prefixListName: 'office' }).prefixListId],
      },
    })],
  ])('with a parameter for %s', (_, props) => expectSynthWith(props()));
});

test('what was looked up is judged', () => {
  const app = newApp();
  app.node.setContext('ssm:account=111122223333:parameterName=/a/Parameter:region=eu-west-1', 'Kube_System');
  stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }, app);
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster: importCluster(stack, 'aws-eks-v2'), vpc: vpcOf('Vpc', 'vpc-1'), controllerNamespace: parameter(),
  })).toThrow(/^controllerNamespace must be a DNS label .*, got "Kube_System"/);
});
