import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { Annotations as CoreAnnotations, App, CfnParameter, Fn, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KubernetesClusterTag, EksAlbIngressSupport, EksAlbIngressSupportProps, LoadBalancerScheme, SubnetTagging } from '../../src';
import { helmValues, MODULES, Module, newApp, newCluster, newStack, newVpc, OwnedCluster, messagesOf, warningsOf } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';

const TYPE = 'Custom::EksAlbIngressNetworkTags';
const ELB = 'kubernetes.io/role/elb';
const INTERNAL_ELB = 'kubernetes.io/role/internal-elb';
const ROLE_TAG = (Key: string) => [{ Key, Value: '1', Alternatives: [''] }];
const CLUSTER_TAG = (Key: unknown, Value: string) => [{ Key, Value, Alternatives: ['owned', 'shared'] }];
const ENV = { account: '111122223333', region: 'eu-central-1' };
const ALL_KINDS: ec2.SubnetConfiguration[] = [
  { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
  { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
];

/** A cluster that another app made: its name is literal. */
function importCluster(scope: Construct, module: Module, vpc: ec2.IVpc, clusterName = 'blue'): eks.ICluster | eks_v2.ICluster {
  const attributes = {
    clusterName,
    vpc,
    clusterSecurityGroupId: 'sg-cluster',
    openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(scope, 'Oidc',
      'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC'),
  };
  if (module === 'aws-eks') {
    const kubectlRoleArn = 'arn:aws:iam::111122223333:role/kubectl';
    return eks.Cluster.fromClusterAttributes(scope, 'Cluster', { ...attributes, kubectlRoleArn, kubectlLayer: new KubectlV35Layer(scope, 'Kubectl') });
  }
  const kubectlProvider = eks_v2.KubectlProvider.fromKubectlProviderAttributes(scope, 'Kubectl', {
    serviceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:kubectl',
    role: iam.Role.fromRoleArn(scope, 'KubectlRole', 'arn:aws:iam::111122223333:role/kubectl'),
  });
  return eks_v2.Cluster.fromClusterAttributes(scope, 'Cluster', { ...attributes, kubectlProvider });
}

function importVpc(scope: Construct, props: Partial<ec2.VpcAttributes> = {}): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    publicSubnetIds: ['subnet-pub-a', 'subnet-pub-b'],
    privateSubnetIds: ['subnet-priv-a', 'subnet-priv-b'],
    ...props,
  });
}

/** Properties of our custom resources by the last part of their path, and so of their id; without what they know of each other. */
function customTags(stack: Stack): Record<string, any> {
  return Object.fromEntries(Object.entries(Template.fromStack(stack).findResources(TYPE)).map(([id, { Properties }]) => {
    const { ServiceToken, ...properties } = Properties;
    return [id.replace(/^.*NetworkTags/, '').replace(/[0-9A-F]{8}$/, ''), properties];
  }));
}

/** Logical ids of a template's resources that have a tag, by their types. */
function taggedNatively(stack: Stack, key: unknown, value?: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [id, { Type, Properties }] of Object.entries<any>(Template.fromStack(stack).toJSON().Resources ?? {})) {
    const tags = Array.isArray(Properties?.Tags) && Type !== TYPE ? Properties.Tags as any[] : [];
    if (tags.some((tag) => JSON.stringify(tag.Key) === JSON.stringify(key) && (value === undefined || tag.Value === value))) {
      (found[Type] ??= []).push(id.replace(/[0-9A-F]{8}$/, ''));
    }
  }
  return found;
}

function ourWarnings(...stacks: Stack[]): string[] {
  return stacks.flatMap((stack) => warningsOf(stack)).map(({ text }) => text);
}

interface VpcKind {
  readonly name: string;
  readonly make: (stack: Stack) => ec2.IVpc;
  /** Custom resources, as tokens read in the stack of the VPC; none where tags are native. */
  readonly custom?: Record<string, { ids: unknown; tag: string }>;
  /** A cluster cannot be defined on lists that have no length. */
  readonly importedClusterOnly?: boolean;
}

const parameter = (stack: Stack, name: string) => new CfnParameter(stack, name).valueAsString;
const exportedList = (name: string) => Fn.split(',', Fn.importValue(name));

const KINDS: VpcKind[] = [
  {
    name: 'an owned VPC',
    make: (stack) => newVpc(stack, { subnetConfiguration: ALL_KINDS }),
  },
  {
    name: 'a VPC looked up, before the look-up',
    make: (stack) => ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' }),
    custom: { PublicSubnets: { ids: ['s-12345', 's-67890'], tag: ELB }, PrivateSubnets: { ids: ['p-12345', 'p-67890'], tag: INTERNAL_ELB } },
  },
  {
    name: 'an imported VPC with literal ids',
    make: (stack) => importVpc(stack, { isolatedSubnetIds: ['subnet-iso-a', 'subnet-iso-b'] }),
    custom: {
      PublicSubnets: { ids: ['subnet-pub-a', 'subnet-pub-b'], tag: ELB },
      PrivateSubnets: { ids: ['subnet-priv-a', 'subnet-priv-b', 'subnet-iso-a', 'subnet-iso-b'], tag: INTERNAL_ELB },
    },
  },
  {
    name: 'an imported VPC with token ids',
    make: (stack) => importVpc(stack, {
      publicSubnetIds: [parameter(stack, 'PublicA'), parameter(stack, 'PublicB')],
      privateSubnetIds: [parameter(stack, 'PrivateA'), parameter(stack, 'PrivateB')],
    }),
    custom: {
      PublicSubnets: { ids: [{ Ref: 'PublicA' }, { Ref: 'PublicB' }], tag: ELB },
      PrivateSubnets: { ids: [{ Ref: 'PrivateA' }, { Ref: 'PrivateB' }], tag: INTERNAL_ELB },
    },
  },
  {
    name: 'an imported VPC with lists of unknown length',
    make: (stack) => importVpc(stack, {
      availabilityZones: exportedList('Zones'),
      publicSubnetIds: exportedList('Public'),
      privateSubnetIds: exportedList('Private'),
      isolatedSubnetIds: exportedList('Isolated'),
    }),
    custom: {
      PublicSubnets: { ids: [{ 'Fn::Split': [',', { 'Fn::ImportValue': 'Public' }] }], tag: ELB },
      PrivateSubnets: {
        ids: [{ 'Fn::Split': [',', { 'Fn::ImportValue': 'Private' }] }, { 'Fn::Split': [',', { 'Fn::ImportValue': 'Isolated' }] }],
        tag: INTERNAL_ELB,
      },
    },
    importedClusterOnly: true,
  },
];

interface Layout {
  readonly name: string;
  /** Names of the stacks of VPC, cluster and support. */
  readonly stacks: readonly [string, string, string];
}

const LAYOUTS: Layout[] = [
  { name: 'all in one stack', stacks: ['One', 'One', 'One'] },
  { name: 'the VPC in another stack', stacks: ['Network', 'Cluster', 'Cluster'] },
  { name: 'the cluster in another stack', stacks: ['Cluster', 'Cluster', 'Support'] },
  { name: 'each in a stack of its own', stacks: ['Network', 'Cluster', 'Support'] },
];

describe.each(MODULES)('with a cluster of %s', (module) => {
  describe.each(KINDS)('and $name', (kind) => {
    describe.each(LAYOUTS)('$name', ({ stacks }) => {
      function build(clusterIs: 'owned' | 'imported', props: Partial<EksAlbIngressSupportProps> = {}) {
        const app = newApp();
        const byName = new Map([...new Set(stacks)].map((name) => [name, newStack(name, { env: ENV }, app)]));
        const [vpcStack, clusterStack, stack] = stacks.map((name) => byName.get(name)!);
        const vpc = kind.make(vpcStack);
        const cluster = clusterIs === 'imported' ? importCluster(clusterStack, module, vpc) : newCluster(clusterStack, module, { vpc });
        const workerSecurityGroup = new ec2.SecurityGroup(vpcStack, 'Workers', { vpc });
        const withAll = { subnetClusterTag: KubernetesClusterTag.SHARED, workerSecurityGroup };
        new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...(props.subnetClusterTag ? withAll : props) });
        return { app, vpcStack, stack, all: [...byName.values()] };
      }

      /** The custom resources, with imports from other stacks read through, each of them in the stack of the support. */
      function customResources({ all, stack }: ReturnType<typeof build>): Record<string, any> {
        all.filter((one) => one !== stack).forEach((one) => Template.fromStack(one).resourceCountIs(TYPE, 0));
        const exports = all.flatMap((one) => Object.values<any>(Template.fromStack(one).toJSON().Outputs ?? {}));
        return JSON.parse(JSON.stringify(customTags(stack)), (_, part) =>
          exports.find((output) => part?.['Fn::ImportValue'] && output.Export?.Name === part['Fn::ImportValue'])?.Value ?? part);
      }

      function expectRoles(built: ReturnType<typeof build>): void {
        const roles = Object.entries(customResources(built)).filter(([id]) => !id.includes('OfCluster') && !id.startsWith('Worker'));
        expect(Object.fromEntries(roles)).toEqual(Object.fromEntries(Object.entries(kind.custom ?? {}).map(([id, { ids, tag }]) =>
          [id, { ResourceIds: ids, Tags: ROLE_TAG(tag), KeepOnDelete: 'true' }])));
        if (!kind.custom) {
          expect(taggedNatively(built.vpcStack, ELB, '1')['AWS::EC2::Subnet']).toEqual(['VpcPublicSubnet1Subnet', 'VpcPublicSubnet2Subnet']);
          expect(taggedNatively(built.vpcStack, INTERNAL_ELB, '1')['AWS::EC2::Subnet']).toEqual([
            'VpcPrivateSubnet1Subnet', 'VpcPrivateSubnet2Subnet', 'VpcIsolatedSubnet1Subnet', 'VpcIsolatedSubnet2Subnet',
          ]);
        }
      }

      function expectOrderAndNoWarning({ app, all }: ReturnType<typeof build>): void {
        expect(() => new DeploymentGraph(app.synth()).createOrder()).not.toThrow();
        expect(ourWarnings(...all)).toEqual([]);
      }

      /** In the stack of the support, which is deployed after both groups' stacks. */
      function expectWebhookRule({ stack, vpcStack, all }: ReturnType<typeof build>): void {
        const rules = all.flatMap((one) =>
          Object.values(Template.fromStack(one).findResources('AWS::EC2::SecurityGroupIngress', { Properties: { FromPort: 9443 } }))
            .map(({ Properties }) => [one.node.id, Properties.ToPort, Properties.IpProtocol, Properties.Description]));
        const inline = Object.values(Template.fromStack(vpcStack).findResources('AWS::EC2::SecurityGroup'))
          .flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? []);
        expect([rules, inline]).toEqual([[[stack.node.id, 9443, 'tcp', 'AWS Load Balancer Controller webhook']], []]);
      }

      test('tags the subnets for their roles, and they stay', () => {
        const built = build(kind.importedClusterOnly ? 'imported' : 'owned');
        expectRoles(built);
        expectOrderAndNoWarning(built);
      });

      if (!kind.importedClusterOnly) {
        test('tags with a name known to CloudFormation only at deploy, and these go', () => {
          const built = build('owned', { subnetClusterTag: KubernetesClusterTag.SHARED });

          expectRoles(built);
          expectOrderAndNoWarning(built);
          expectWebhookRule(built);
          const { PublicSubnets, SubnetsOfCluster, WorkerSecurityGroup } = customResources(built);
          const withTag = (count: number, value: string) => ({
            ResourceIds: Array(count).fill(expect.anything()),
            Tags: CLUSTER_TAG({ 'Fn::Join': ['', ['kubernetes.io/cluster/', { Ref: expect.stringMatching(/^Cluster/) }]] }, value),
            KeepOnDelete: 'false',
          });
          const privateCount = kind.custom ? [kind.custom.PrivateSubnets.ids].flat().length : 4;
          expect(SubnetsOfCluster).toEqual(withTag(2 + privateCount, 'shared'));
          const publicIds = SubnetsOfCluster.ResourceIds.slice(0, 2);
          expect(publicIds).toEqual(PublicSubnets?.ResourceIds ?? publicIds);
          expect(WorkerSecurityGroup).toEqual(withTag(1, 'owned'));
        });
      }

      test('tags with a literal name the same way: a tag that moved from one way to another could be lost', () => {
        const built = build('imported', { subnetClusterTag: KubernetesClusterTag.SHARED });

        expectRoles(built);
        expectOrderAndNoWarning(built);
        expectWebhookRule(built);
        const key = 'kubernetes.io/cluster/blue';
        const { SubnetsOfCluster, WorkerSecurityGroup } = customResources(built);
        const withTag = (ids: unknown, value: string) => ({ ResourceIds: ids, Tags: CLUSTER_TAG(key, value), KeepOnDelete: 'false' });
        const ids = kind.custom ? [kind.custom.PublicSubnets.ids, kind.custom.PrivateSubnets.ids].flat() : Array(6).fill(expect.anything());
        expect(SubnetsOfCluster).toEqual(withTag(ids, 'shared'));
        expect(WorkerSecurityGroup).toEqual(withTag([expect.anything()], 'owned'));
        built.all.forEach((one) => expect(taggedNatively(one, key)).toEqual({}));
      });
    });
  });
});

describe.each(MODULES)('with a cluster of %s in one stack', (module) => {
  let stack: Stack;

  beforeEach(() => {
    stack = newStack();
  });

  function support(vpc: ec2.IVpc, props: Partial<EksAlbIngressSupportProps> = {}): EksAlbIngressSupport {
    return new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, module, vpc), vpc, ...props });
  }

  describe('native tags', () => {
    test('are on subnets, and on nothing else of their constructs', () => {
      support(newVpc(stack, { subnetConfiguration: ALL_KINDS }), { subnetClusterTag: KubernetesClusterTag.SHARED });

      for (const key of [ELB, INTERNAL_ELB]) {
        expect(Object.keys(taggedNatively(stack, key))).toEqual(['AWS::EC2::Subnet']);
      }
    });

    test('are not used for the name of an owned cluster, which is written out where it is literal', () => {
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, module, { vpc, clusterName: 'blue' });
      const workerSecurityGroup = new ec2.SecurityGroup(stack, 'Workers', { vpc });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, subnetClusterTag: KubernetesClusterTag.SHARED, workerSecurityGroup });

      expect(taggedNatively(stack, 'kubernetes.io/cluster/blue')).toEqual({});
      expect(Object.values(customTags(stack)).flatMap(({ Tags: tags }) => tags.map(({ Key }: any) => Key))).toEqual(Array(2).fill('kubernetes.io/cluster/blue'));
      expect(() => DeploymentGraph.of(stack.node.root as App).createOrder()).not.toThrow();
    });

    test('reach subnets in the parent of a nested stack', () => {
      const vpc = newVpc(stack);
      const nested = new NestedStack(stack, 'Nested');
      new EksAlbIngressSupport(nested, 'AlbIngress', { cluster: importCluster(stack, module, vpc), vpc });
      expect(taggedNatively(stack, ELB, '1')['AWS::EC2::Subnet']).toHaveLength(2);
    });

    test('are used for subnets that the app defines beside an imported VPC', () => {
      const vpc = importVpc(stack);
      const own = new ec2.PublicSubnet(stack, 'Own', { vpcId: 'vpc-1', availabilityZone: 'eu-central-1a', cidrBlock: '10.0.9.0/24' });
      support(vpc, { internetFacingSubnets: { subnets: [own, ...vpc.publicSubnets] } });

      expect(taggedNatively(stack, ELB, '1')).toEqual({ 'AWS::EC2::Subnet': ['OwnSubnet'] });
      expect(customTags(stack).PublicSubnets.ResourceIds).toEqual(['subnet-pub-a', 'subnet-pub-b']);
    });
  });

  describe('a tag with the cluster\'s name that moves', () => {
    const ofCluster = (made = stack) => Object.entries(Template.fromStack(made).findResources(TYPE)).filter(([id]) => id.includes('OfCluster'));

    test('between public and private subnets: one custom resource has the subnets of both', () => {
      support(importVpc(stack), { subnetClusterTag: KubernetesClusterTag.SHARED });
      expect(ofCluster().map(([, { Properties }]) => Properties.ResourceIds)).toEqual([['subnet-pub-a', 'subnet-pub-b', 'subnet-priv-a', 'subnet-priv-b']]);
    });

    test('between a list token and literal ids: the custom resource is the same', () => {
      support(importVpc(stack, { publicSubnetIds: exportedList('Public'), availabilityZones: exportedList('Zones'), privateSubnetIds: exportedList('Private') }),
        { subnetClusterTag: KubernetesClusterTag.SHARED });
      const literal = newStack();
      new EksAlbIngressSupport(literal, 'AlbIngress', {
        cluster: importCluster(literal, module, importVpc(literal)), vpc: literal.node.findChild('Vpc') as unknown as ec2.IVpc, subnetClusterTag: KubernetesClusterTag.SHARED,
      });
      expect(Object.keys(customTags(stack))).toEqual(Object.keys(customTags(literal)));
      expect(ofCluster().map(([id]) => id)).toEqual(ofCluster(literal).map(([id]) => id));
    });

    test('between a name that is a token and a literal one: the custom resource is the same, on subnets of the app too', () => {
      const idsWith = (clusterName: string) => {
        stack = newStack();
        const vpc = newVpc(stack);
        new EksAlbIngressSupport(stack, 'AlbIngress', {
          cluster: importCluster(stack, module, vpc, clusterName),
          vpc,
          subnetClusterTag: KubernetesClusterTag.SHARED,
          workerSecurityGroup: new ec2.SecurityGroup(stack, 'Workers', { vpc }),
        });
        return Object.entries(customTags(stack)).map(([id, { ResourceIds }]) => [id, ResourceIds]);
      };
      expect(idsWith(Fn.importValue('Name'))).toEqual(idsWith('blue'));
      expect(idsWith('blue')).toHaveLength(2);
    });
  });

  describe('a subnet added or removed later', () => {
    const tagsOf = (ids: string[]) => {
      stack = newStack();
      support(importVpc(stack, { availabilityZones: ids.map((_, index) => `eu-central-1${'abc'[index]}`), publicSubnetIds: ids, privateSubnetIds: undefined }));
      return Object.entries(Template.fromStack(stack).findResources(TYPE));
    };

    test('updates one custom resource in place', () => {
      const [[[idOfTwo, two]], [[idOfThree, three]]] = [tagsOf(['subnet-a', 'subnet-b']), tagsOf(['subnet-a', 'subnet-b', 'subnet-c'])];

      expect(idOfThree).toBe(idOfTwo);
      expect(three.Properties).toEqual({ ...two.Properties, ResourceIds: ['subnet-a', 'subnet-b', 'subnet-c'] });
    });
  });

  test('logical ids are held: a changed one would take the tags away and bring them again', () => {
    support(importVpc(stack), {
      subnetClusterTag: KubernetesClusterTag.SHARED,
      workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Workers', 'sg-workers'),
    });
    expect(Object.keys(Template.fromStack(stack).findResources(TYPE)).sort()).toEqual([
      'AlbIngressNetworkTagsPrivateSubnets521D518C',
      'AlbIngressNetworkTagsPublicSubnets2C240D18',
      'AlbIngressNetworkTagsSubnetsOfCluster8270CCEC',
      'AlbIngressNetworkTagsWorkerSecurityGroupF5C43251',
    ]);
  });

  describe('choices', () => {
    test('subnets count as public or private by selection', () => {
      const vpc = newVpc(stack, {
        subnetConfiguration: [{ name: 'Edge', subnetType: ec2.SubnetType.PUBLIC }, ...ALL_KINDS],
      });
      support(vpc, { internetFacingSubnets: { subnetGroupName: 'Edge' }, internalSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });

      expect(taggedNatively(stack, ELB)).toEqual({ 'AWS::EC2::Subnet': ['VpcEdgeSubnet1Subnet', 'VpcEdgeSubnet2Subnet'] });
      expect(taggedNatively(stack, INTERNAL_ELB)).toEqual({ 'AWS::EC2::Subnet': ['VpcIsolatedSubnet1Subnet', 'VpcIsolatedSubnet2Subnet'] });
      expect(ourWarnings(stack)).toEqual([]);
    });

    test('filters apply, and an empty list is no subnet', () => {
      const vpc = importVpc(stack);
      support(vpc, {
        internetFacingSubnets: { subnets: [] },
        internalSubnets: { subnetFilters: [ec2.SubnetFilter.byIds(['subnet-priv-b'])] },
      });
      expect(customTags(stack)).toEqual({
        PrivateSubnets: { ResourceIds: ['subnet-priv-b'], Tags: ROLE_TAG(INTERNAL_ELB), KeepOnDelete: 'true' },
      });
    });

    test('only what CloudFormation owns', () => {
      const vpc = importVpc(stack);
      const own = new ec2.PublicSubnet(stack, 'Own', { vpcId: 'vpc-1', availabilityZone: 'eu-central-1a', cidrBlock: '10.0.9.0/24' });
      support(vpc, {
        subnetTagging: SubnetTagging.OWNED_ONLY,
        internetFacingSubnets: { subnets: [own, ...vpc.publicSubnets] },
        subnetClusterTag: KubernetesClusterTag.SHARED,
      });

      expect(taggedNatively(stack, ELB)).toEqual({ 'AWS::EC2::Subnet': ['OwnSubnet'] });
      expect(customTags(stack)).toEqual({
        SubnetsOfCluster: {
          ResourceIds: [{ Ref: expect.stringMatching(/^OwnSubnet/) }], Tags: CLUSTER_TAG('kubernetes.io/cluster/blue', 'shared'), KeepOnDelete: 'false',
        },
      });
    });

    test('nothing, owned or imported', () => {
      support(newVpc(stack, { maxAzs: 1 }), { subnetTagging: SubnetTagging.NONE });

      expect([taggedNatively(stack, ELB), taggedNatively(stack, INTERNAL_ELB), ourWarnings(stack)]).toEqual([{}, {}, []]);
      Template.fromStack(stack).resourceCountIs(TYPE, 0);
    });

    test('a VPC shared through RAM: no tag, and the ids in IngressClassParams', () => {
      const vpc = importVpc(stack);
      support(vpc, {
        subnetTagging: SubnetTagging.NONE,
        ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING, subnets: vpc.publicSubnets },
      });

      const template = Template.fromStack(stack);
      template.resourceCountIs(TYPE, 0);
      expect(helmValues(stack).ingressClassParams.spec).toEqual({
        scheme: 'internet-facing',
        subnets: { ids: ['subnet-pub-a', 'subnet-pub-b'] },
      });
      expect(ourWarnings(stack)).toEqual([]);
    });
  });

  describe('said at synth', () => {
    test.each<[string, Partial<ec2.VpcProps>, string[]]>([
      ['one zone', { maxAzs: 1 }, ['internetFacingSubnets', 'internalSubnets']],
      ['one zone, public subnets only', { maxAzs: 1, natGateways: 0, subnetConfiguration: ALL_KINDS.slice(0, 1) }, ['internetFacingSubnets']],
      ['two zones', {}, []],
    ])('fewer than two Availability Zones: %s', (_, props, expected) => {
      support(newVpc(stack, props));

      const schemes: Record<string, string> = { internetFacingSubnets: 'internet-facing', internalSubnets: 'internal' };
      expect(ourWarnings(stack)).toHaveLength(expected.length);
      expected.forEach((prop) => Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress/NetworkTags', Match.stringLikeRegexp(
        `^${prop} are in one Availability Zone: an ${schemes[prop]} Application Load Balancer needs subnets in at least two `
        + `\\[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.${prop}InOneZone\\]$`)));
    });

    test('zones that are not known are not warned of', () => {
      const vpc = importVpc(stack);
      support(vpc, { internetFacingSubnets: { subnets: [ec2.Subnet.fromSubnetId(stack, 'Bare', 'subnet-bare')] } });
      expect(ourWarnings(stack)).toEqual([]);
    });

    describe('of subnets that the CDK cannot tag', () => {
      const asked = (props: Partial<EksAlbIngressSupportProps> = {}, vpc = importVpc(stack)) => {
        new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc, ...props });
        return messagesOf(stack).filter(({ text }) => text.includes('Could not auto-tag')).length;
      };

      test.each<[string, Partial<EksAlbIngressSupportProps>]>([
        ['they are tagged here', {}],
        ['one is left out by choice', { internalSubnets: { subnetFilters: [ec2.SubnetFilter.byIds(['subnet-priv-b'])] } }],
      ])('it asks for nothing where %s', (_, props) => {
        expect(asked(props)).toBe(0);
      });

      test.each([SubnetTagging.OWNED_ONLY, SubnetTagging.NONE])('it asks for it still with subnetTagging %s', (subnetTagging) => {
        expect(asked({ subnetTagging })).toBe(4);
      });

      test('it asks for it still where the VPC given here does not have all of them', () => {
        const fewer = ec2.Vpc.fromVpcAttributes(stack, 'Fewer', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], publicSubnetIds: ['subnet-pub-a'] });
        expect(asked({ vpc: fewer })).toBe(4);
      });
    });

    test('a warning can be acknowledged at the support', () => {
      const made = support(newVpc(stack, { maxAzs: 1 }));
      CoreAnnotations.of(made).acknowledgeWarning('cdk-eks-alb-ingress-support:EksAlbIngressSupport.internetFacingSubnetsInOneZone');
      expect(ourWarnings(stack)).toEqual([expect.stringContaining('internalSubnetsInOneZone')]);
    });

    const ONLY_PRIVATE = { natGateways: 0, subnetConfiguration: ALL_KINDS.slice(2) };
    const ONLY_PUBLIC = { natGateways: 0, subnetConfiguration: ALL_KINDS.slice(0, 1) };

    test.each<[Partial<EksAlbIngressSupportProps>, Partial<ec2.VpcProps>, string]>([
      [{ ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING } }, ONLY_PRIVATE,
        'ingressClass.scheme must have public subnets to go with, and Stack/Vpc has none, got "internet-facing"; '
        + 'add some to the VPC, or name them in internetFacingSubnets'],
      [{ defaultScheme: LoadBalancerScheme.INTERNET_FACING }, ONLY_PRIVATE,
        'defaultScheme must have public subnets to go with, and Stack/Vpc has none, got "internet-facing"; '
        + 'add some to the VPC, or name them in internetFacingSubnets'],
      [{ ingressClass: { scheme: LoadBalancerScheme.INTERNAL } }, ONLY_PUBLIC,
        'ingressClass.scheme must have private subnets to go with, and Stack/Vpc has none, got "internal"; '
        + 'add some to the VPC, or name them in internalSubnets'],
    ])('fails for %j without subnets of that role', (props, vpc, message) => {
      expect(() => support(newVpc(stack, vpc), props)).toThrow(new Error(message));
    });

    test.each<[string, (vpc: ec2.IVpc) => Partial<EksAlbIngressSupportProps>]>([
      ['named by the class', (vpc) => ({
        ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING, subnets: vpc.isolatedSubnets },
      })],
      ['found by other tags', () => ({
        ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING, subnetTags: { Edge: ['true'] } },
      })],
      ['of another role', () => ({ ingressClass: { scheme: LoadBalancerScheme.INTERNAL } })],
      ['brought by the user', () => ({
        ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING },
        internetFacingSubnets: { subnets: ['a', 'b'].map((id) => ec2.Subnet.fromSubnetId(stack, id, `subnet-${id}`)) },
      })],
    ])('a scheme needs no public subnets of the VPC where subnets are %s', (_, props) => {
      const vpc = newVpc(stack, ONLY_PRIVATE);
      expect(() => support(vpc, props(vpc))).not.toThrow();
      expect(ourWarnings(stack).filter((warning) => warning.includes('Missing'))).toEqual([]);
    });

    test('a scheme without subnets in an imported VPC is a warning: they may be there', () => {
      support(importVpc(stack, { publicSubnetIds: undefined }), { ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING } });
      Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress/NetworkTags', Match.stringLikeRegexp(
        '^ingressClass.scheme is internet-facing, and Stack/Vpc was imported without public subnets: name them where it is imported, '
        + 'or in internetFacingSubnets, unless they are tagged kubernetes.io/role/elb already '
        + '\\[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.internetFacingSubnetsMissing\\]$'));
    });

    describe('a VPC imported without any subnets', () => {
      const none = { publicSubnetIds: undefined, privateSubnetIds: undefined };
      const WARNING = 'Stack/Vpc has no subnets that the app knows, so that none is tagged for load balancers: name them where the VPC is imported, or in '
        + 'internetFacingSubnets and internalSubnets; if they are tagged already, or the controller is to find them by their routes, as it does from v2.13.0 on, '
        + 'set subnetTagging to owned-only [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.subnetsMissing]';

      test('is a warning also where no scheme is asked for', () => {
        support(importVpc(stack, none)).addIngress('Shop', { rules: [{ service: 'shop', port: 80 }] });
        expect(warningsOf(stack)).toEqual([{ id: '/Stack/AlbIngress/NetworkTags', text: WARNING }]);
        expect(customTags(stack)).toEqual({});
      });

      test('is a warning that can be acknowledged', () => {
        const made = support(importVpc(stack, none));
        CoreAnnotations.of(made).acknowledgeWarning('cdk-eks-alb-ingress-support:EksAlbIngressSupport.subnetsMissing');
        expect(ourWarnings(stack)).toEqual([]);
      });

      test.each<[string, Partial<EksAlbIngressSupportProps>, (made: EksAlbIngressSupport) => void]>([
        ['by the class', { ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING } }, () => undefined],
        ['by default', { defaultScheme: LoadBalancerScheme.INTERNET_FACING }, () => undefined],
        ['later, by a further class', {}, (made) => made.addIngressClass('Facing', { scheme: LoadBalancerScheme.INTERNET_FACING })],
      ])('is said once where a scheme is asked for %s', (_, props, then) => {
        then(support(importVpc(stack, none), props));
        expect(ourWarnings(stack)).toEqual([expect.stringContaining('internetFacingSubnetsMissing')]);
      });

      test.each<[string, Partial<EksAlbIngressSupportProps>]>([
        ['nothing is to be tagged', { subnetTagging: SubnetTagging.NONE }],
        ['others tag what is imported', { subnetTagging: SubnetTagging.OWNED_ONLY }],
        ['the class finds its subnets by other tags', { ingressClass: { subnetTags: { Edge: ['yes'] } } }],
        ['the controller makes no load balancers', { targetGroupBindingOnly: true }],
        ['some are named', { internalSubnets: { subnets: ['a', 'b'].map((id) => ec2.Subnet.fromSubnetId(newStack(), id, `subnet-${id}`)) } }],
      ])('is fine where %s', (_, props) => {
        support(importVpc(stack, none), props);
        expect(ourWarnings(stack)).toEqual([]);
      });

      test.each<[string, Partial<EksAlbIngressSupportProps>]>([
        ['', {}],
        [', of a scheme either', { ingressClass: { scheme: LoadBalancerScheme.INTERNAL } }],
      ])('says nothing of a VPC that is yet to be looked up%s', (_, props) => {
        stack = newStack('Stack', { env: ENV });
        const byId = { subnetFilters: [ec2.SubnetFilter.byIds(['subnet-a', 'subnet-b'])] };
        support(ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' }), { internetFacingSubnets: byId, internalSubnets: byId, ...props });
        expect(ourWarnings(stack)).toEqual([]);
      });
    });

    test('fails for a subnet in both roles', () => {
      const vpc = newVpc(stack);
      expect(() => support(vpc, { internetFacingSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } })).toThrow(new Error(
        'internetFacingSubnets and internalSubnets must have no subnet in common, got ["Stack/Vpc/PrivateSubnet1","Stack/Vpc/PrivateSubnet2"]; '
        + 'give each subnet one role, or set both props where a subnet is to have both'));
    });

    test.each([['literal', () => 'subnet-x'], ['token', (scope: Stack) => parameter(scope, 'X')]])(
      'a subnet has both roles if both selections have it, also imported twice by %s id', (_, idIn) => {
        const id = idIn(stack);
        const [one, two] = ['One', 'Two'].map((name) => ec2.Subnet.fromSubnetId(stack, name, id));
        support(importVpc(stack), {
          internetFacingSubnets: { subnets: [one] }, internalSubnets: { subnets: [two] }, subnetClusterTag: KubernetesClusterTag.SHARED,
        });
        const ids = [stack.resolve(id)];
        expect(Object.entries(customTags(stack)).map(([name, { ResourceIds }]) => [name, ResourceIds])).toEqual(
          expect.arrayContaining([['PublicSubnets', ids], ['PrivateSubnets', ids], ['SubnetsOfCluster', ids]]));
      });

    describe.each(['us-west-2-lax-1a', 'us-east-1-wl1-bos-wlz-1'])('subnets in %s, which is no Availability Zone', (zone) => {
      const edge = () => ec2.Subnet.fromSubnetAttributes(stack, 'Edge', { subnetId: 'subnet-edge', availabilityZone: zone });

      test('get no role tag by default, imported', () => {
        support(importVpc(stack, { availabilityZones: ['us-west-2a', zone] }));
        expect([customTags(stack).PublicSubnets.ResourceIds, customTags(stack).PrivateSubnets.ResourceIds]).toEqual([['subnet-pub-a'], ['subnet-priv-a']]);
      });

      test('get none of ours by default in a VPC of the app, and a warning if the CDK tags them', () => {
        const located = newStack('Located', { env: { region: 'us-west-2', account: '111122223333' } });
        const vpc = new ec2.Vpc(located, 'Vpc', { availabilityZones: ['us-west-2a', 'us-west-2b', zone], natGateways: 1 });
        new EksAlbIngressSupport(located, 'AlbIngress', { cluster: newCluster(located, module, { vpc }), vpc });
        expect(ourWarnings(located).map((text) => text.split(':')[0])).toEqual([
          'Located/Vpc/PublicSubnet3 is not among internetFacingSubnets but is tagged kubernetes.io/role/elb, as the CDK does for a cluster\'s VPC',
          'Located/Vpc/PrivateSubnet3 is not among internalSubnets but is tagged kubernetes.io/role/internal-elb, as the CDK does for a cluster\'s VPC',
        ]);
      });

      test('fail together with subnets of Availability Zones, and not alone', () => {
        const vpc = importVpc(stack, { availabilityZones: ['us-west-2a', 'us-west-2b'] });
        const both = { subnets: [vpc.publicSubnets[0], edge()] };
        expect(() => support(vpc, { internetFacingSubnets: both })).toThrow(new Error('internetFacingSubnets must not have subnets of Availability Zones and of '
          + `Local Zones or Wavelength Zones, for which the controller creates no load balancer, got ["us-west-2a","${zone}"]; leave one of the two out`));
        const other = newStack('Other');
        const theirs = importVpc(other, { availabilityZones: ['us-west-2a', 'us-west-2b'] });
        expect(() => new EksAlbIngressSupport(other, 'AlbIngress', {
          cluster: importCluster(other, module, theirs), vpc: theirs, ingressClass: { subnets: [theirs.publicSubnets[0], edge2()] },
        })).toThrow(/^ingressClass\.subnets must not have subnets of Availability Zones and of Local Zones or Wavelength Zones/);
      });
      const edge2 = () => ec2.Subnet.fromSubnetAttributes(stack, 'Edge2', { subnetId: 'subnet-edge2', availabilityZone: zone });

      test('are accepted alone, and next to subnets whose zone is a token', () => {
        const vpc = importVpc(stack, { availabilityZones: [parameter(stack, 'ZoneA'), parameter(stack, 'ZoneB')] });
        support(vpc, { internetFacingSubnets: { subnets: [edge()] }, internalSubnets: { subnets: [vpc.privateSubnets[0], edge2()] } });
        expect(customTags(stack).PublicSubnets.ResourceIds).toEqual(['subnet-edge']);
        expect(customTags(stack).PrivateSubnets.ResourceIds).toEqual(['subnet-priv-a', 'subnet-edge2']);
      });
    });

    test.each(['internetFacingSubnets', 'internalSubnets'] as const)('fails for %s of another VPC, which the controller would not see', (prop) => {
      const other = new ec2.Vpc(stack, 'Other', { maxAzs: 2 });
      const vpc = newVpc(stack);
      expect(() => support(vpc, { [prop]: { subnets: [...vpc.isolatedSubnets, ...other.publicSubnets] } })).toThrow(new Error(
        `${prop} must be in the VPC of the cluster, Stack/Vpc, got ["Stack/Other/PublicSubnet1","Stack/Other/PublicSubnet2"]; name subnets of that VPC`));
    });

    test('fails for subnets of a VPC imported with another id, and takes those of the same', () => {
      const [same, other] = [['Same', 'vpc-1'], ['Another', 'vpc-2']].map(([id, vpcId]) =>
        ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a', 'b'], publicSubnetIds: [`subnet-a-${vpcId}`, `subnet-b-${vpcId}`] }));
      const vpc = importVpc(stack);
      expect(() => support(vpc, { internetFacingSubnets: { subnets: other.publicSubnets } }))
        .toThrow('internetFacingSubnets must be in the VPC of the cluster, Stack/Vpc, got ["Stack/Another/PublicSubnet1","Stack/Another/PublicSubnet2"]');
      new EksAlbIngressSupport(stack, 'Again', {
        cluster: newCluster(stack, module, { vpc, id: 'Second' }), vpc, internetFacingSubnets: { subnets: same.publicSubnets },
      });
    });

    test.each(['internetFacingSubnets', 'internalSubnets'] as const)('fails for %s where none is tagged', (prop) => {
      expect(() => support(importVpc(stack), { subnetTagging: SubnetTagging.NONE, [prop]: { subnets: [] } })).toThrow(new Error(
        `${prop} must be left out where subnetTagging is none; choose another subnetTagging`));
    });

    test('fails for a tag of the cluster on no subnet', () => {
      expect(() => support(importVpc(stack), { subnetTagging: SubnetTagging.NONE, subnetClusterTag: KubernetesClusterTag.SHARED })).toThrow(new Error(
        'subnetClusterTag must be left out where subnetTagging is none, got "shared"; choose another subnetTagging'));
    });

    test('fails for a tag of no security group', () => {
      expect(() => support(importVpc(stack), { workerSecurityGroupTag: KubernetesClusterTag.SHARED })).toThrow(new Error(
        'workerSecurityGroupTag must come with workerSecurityGroup, got "shared"; leave it out'));
    });

    test('subnets left out that the CDK tags for its cluster are a warning', () => {
      const vpc = newVpc(stack, { maxAzs: 2, subnetConfiguration: [{ name: 'Edge', subnetType: ec2.SubnetType.PUBLIC }, ...ALL_KINDS] });
      const cluster = newCluster(stack, module, { vpc });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, internetFacingSubnets: { subnetGroupName: 'Edge' } });

      expect(ourWarnings(stack)).toHaveLength(2);
      Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress/NetworkTags', Match.stringLikeRegexp(
        '^Stack/Vpc/PublicSubnet1 is not among internetFacingSubnets but is tagged kubernetes.io/role/elb, as the CDK does for a cluster\'s VPC: '
        + 'the controller may choose it; if no other cluster needs the tag, remove it with Tags.of\\(subnet\\).remove\\(\'kubernetes.io/role/elb\'\\) '
        + '\\[ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.internetFacingSubnetsTaggedOtherwise\\]$'));
    });

    test('such a warning goes when the tag is removed, even afterwards', () => {
      const vpc = newVpc(stack, { maxAzs: 2, subnetConfiguration: [{ name: 'Edge', subnetType: ec2.SubnetType.PUBLIC }, ...ALL_KINDS] });
      const cluster = newCluster(stack, module, { vpc });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, internetFacingSubnets: { subnetGroupName: 'Edge' } });
      vpc.selectSubnets({ subnetGroupName: 'Public' }).subnets.forEach((subnet) => Tags.of(subnet).remove(ELB));

      expect(ourWarnings(stack)).toEqual([]);
      expect(taggedNatively(stack, ELB)['AWS::EC2::Subnet']).toEqual(['VpcEdgeSubnet1Subnet', 'VpcEdgeSubnet2Subnet']);
    });
  });
});

describe.each(MODULES)('the security group of nodes, with a cluster of %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
  });

  function support(props: Partial<EksAlbIngressSupportProps> = {}): void {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
  }

  const synth = () => Template.fromStack(stack);

  test('the cluster security group is left to EKS', () => {
    support();
    const template = synth();
    template.resourceCountIs(TYPE, 0);
    expect(taggedNatively(stack, 'kubernetes.io/cluster/blue')).toEqual({});
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('an imported group is tagged at deploy, and lets the webhook in', () => {
    support({ workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Theirs', 'sg-theirs'), workerSecurityGroupTag: KubernetesClusterTag.SHARED });

    expect(customTags(stack).WorkerSecurityGroup).toEqual({
      ResourceIds: ['sg-theirs'],
      Tags: CLUSTER_TAG({ 'Fn::Join': ['', ['kubernetes.io/cluster/', { Ref: expect.stringMatching(/^Cluster/) }]] }, 'shared'),
      KeepOnDelete: 'false',
    });
    synth().hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-theirs',
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Cluster'), 'ClusterSecurityGroupId'] },
      FromPort: 9443,
      ToPort: 9443,
      IpProtocol: 'tcp',
    });
  });

  test('a group imported with a token id is tagged at deploy', () => {
    support({ workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Theirs', parameter(stack, 'Id')) });
    expect(customTags(stack).WorkerSecurityGroup.ResourceIds).toEqual([{ Ref: 'Id' }]);
  });

  test('fails for a group of another VPC, which no node of the cluster can have', () => {
    const workerSecurityGroup = new ec2.SecurityGroup(stack, 'Theirs', { vpc: new ec2.Vpc(stack, 'Other') });
    expect(() => support({ workerSecurityGroup })).toThrow(new Error(
      'workerSecurityGroup must be in the VPC of the cluster, Stack/Vpc, got "Stack/Theirs"; '
      + 'pass a group of that VPC, or import this one by its id where it is associated with that VPC'));
  });

  test('takes a group of another VPC that is imported, since it may be associated with the VPC of the cluster', () => {
    const theirs = new ec2.SecurityGroup(stack, 'Theirs', { vpc: new ec2.Vpc(stack, 'Other') });
    support({ workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Associated', theirs.securityGroupId) });
    expect(customTags(stack).WorkerSecurityGroup.ResourceIds).toEqual([stack.resolve(theirs.securityGroupId)]);
  });

  test.each<[string, () => ec2.ISecurityGroup]>([
    ['', () => cluster.clusterSecurityGroup],
    [', imported again', () => ec2.SecurityGroup.fromSecurityGroupId(stack, 'Again', cluster.clusterSecurityGroupId)],
  ])('fails for the cluster security group%s', (_, group) => {
    const workerSecurityGroup = group();
    expect(() => support({ workerSecurityGroup })).toThrow(new Error(
      `workerSecurityGroup must not be the cluster security group, got "${workerSecurityGroup.node.path}"; leave it out: EKS tags that group itself`));
  });
});
