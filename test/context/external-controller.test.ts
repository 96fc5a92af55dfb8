import * as path from 'path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  ControllerIdentity, ControllerSource, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, IngressTargetType, LoadBalancerScheme,
} from '../../src';
import {
  helmValues, importCluster, Module, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, soundGraph, warningsOf,
} from '../fixtures';
import { CHART_DIR, CHART_REASON, hasChart, helmOfTheLayer, helmTemplate } from '../support/helm';

let stack: Stack;
let vpc: ec2.Vpc;

beforeEach(() => {
  stack = newStack();
  vpc = newVpc(stack);
});

const external = (props: Partial<EksAlbIngressSupportProps> = {}, module: Module = 'aws-eks-v2') =>
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc, installController: false, ...props });

/** Types of the resources below the support, sorted. */
function ownTypes(): string[] {
  const { Resources } = Template.fromStack(stack).toJSON();
  return Object.entries<{ Type: string }>(Resources).filter(([id]) => id.startsWith('AlbIngress')).map(([, { Type }]) => Type).sort();
}

/** A cluster of `aws-eks-v2` as it is by default: without a function that runs kubectl. */
const withoutKubectl = () => new eks_v2.Cluster(stack, 'Cluster', {
  vpc, version: eks_v2.KubernetesVersion.of('1.35'), defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
});

describe('with Pod Identity and without kubectl', () => {
  const identity = ControllerIdentity.podIdentity();
  const OWN = ['AWS::EKS::Addon', 'AWS::EKS::PodIdentityAssociation', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'];

  test('an owned cluster gets role, policies, association and add-on, and the app no Lambda function and no custom resource', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: withoutKubectl(), vpc, installController: false, identity });
    expect(ownTypes().filter((type) => type !== 'AWS::EKS::Addon')).toEqual(OWN.slice(1));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EKS::Addon', 1);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    expect(Object.values<{ Type: string }>(template.toJSON().Resources).filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(MODULES)('an imported cluster of %s gets the same', (module) => {
    new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: importCluster(stack, module, { kubectlProvider: undefined, openIdConnectProvider: undefined }),
      vpc,
      installController: false,
      identity,
    });
    const template = Template.fromStack(stack);
    const types = Object.values<{ Type: string }>(template.toJSON().Resources).map(({ Type }) => Type);
    const own = types.filter((type) => !type.startsWith('AWS::EC2::')).sort();
    // With the literal name of the cluster the policy fits into one document.
    expect(own).toEqual([...new Set(OWN)]);
    template.hasResourceProperties('AWS::EC2::Subnet', { Tags: expectTag('kubernetes.io/role/elb') });
  });

  test('an owned cluster of aws-eks gets nothing from this library that calls the cluster', () => {
    external({ identity }, 'aws-eks');
    expect(ownTypes().filter((type) => type !== 'AWS::EKS::Addon')).toEqual(OWN.slice(1));
  });

  test('fails for an Ingress, a class and a target group binding, which need kubectl', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: withoutKubectl(), vpc, installController: false, identity });
    const error = /cluster Stack\/Cluster must have kubectlProviderOptions; set kubectlProviderOptions: \{ kubectlLayer: new KubectlV35Layer\(this, 'Kubectl'\) \}/;
    expect(() => support.addIngress('Shop', { rules: [{ service: 'shop', port: 80 }] })).toThrow(error);
    expect(() => support.addIngressClass('Internal')).toThrow(error);
    expect(() => support.addTargetGroupBinding('Shop2', { service: 'shop', namespace: 'shop', port: 80 })).toThrow(error);
  });
});

function expectTag(key: string) {
  const { Match } = jest.requireActual<typeof import('aws-cdk-lib/assertions')>('aws-cdk-lib/assertions');
  return Match.arrayWith([{ Key: key, Value: '1' }]);
}

test.each(MODULES)('with IRSA the role trusts the ServiceAccount that the chart makes, %s', (module) => {
  const support = external({ controllerNamespace: 'ingress', serviceAccountName: 'lbc' }, module);
  expect(ownTypes()).toEqual(['AWS::IAM::ManagedPolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role']);
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Role'))).toContain('system:serviceaccount:ingress:lbc');
  expect(stack.resolve(support.chartValues).serviceAccount).toEqual({
    create: true, name: 'lbc', annotations: { 'eks.amazonaws.com/role-arn': { 'Fn::GetAtt': [expect.stringMatching(/^AlbIngressRole/), 'Arn'] } },
  });
  expect(support.controller).toBeUndefined();
  expect(support.controllerVersion).toBe(ControllerVersion._default);
});

test('the names of the GitOps bridge', () => {
  const support = external({ controllerNamespace: 'ingress', serviceAccountName: 'lbc' });
  expect(stack.resolve(support.gitOpsMetadata)).toEqual({
    aws_load_balancer_controller_iam_role_arn: { 'Fn::GetAtt': [expect.stringMatching(/^AlbIngressRole/), 'Arn'] },
    aws_load_balancer_controller_namespace: 'ingress',
    aws_load_balancer_controller_service_account: 'lbc',
    aws_cluster_name: { Ref: expect.stringMatching(/^Cluster/) },
    aws_region: { Ref: 'AWS::Region' },
    aws_account_id: { Ref: 'AWS::AccountId' },
    aws_vpc_id: { Ref: expect.stringMatching(/^Vpc/) },
  });
});

test('a support that installs the controller has neither values nor names to hand over', () => {
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks', { vpc }), vpc });
  expect([support.chartValues, support.gitOpsMetadata]).toEqual([undefined, undefined]);
});

const PROPS: Partial<EksAlbIngressSupportProps>[] = [
  {},
  {
    replicas: 3,
    defaultTags: { team: 'web' },
    defaultTargetType: IngressTargetType.IP,
    enableShield: true,
    featureGates: { WeightedTargetGroups: true },
    ingressClass: { ingressClassName: 'public', isDefault: true, scheme: LoadBalancerScheme.INTERNET_FACING },
    values: { podLabels: { a: 'b' } },
  },
];

test.each(MODULES.flatMap((module) => PROPS.map((props) => [module, props] as const)))('the values are those of our own release, %s %#', (module, props) => {
  const values = stack.resolve(external(props, module).chartValues);
  const other = newStack('Other', {}, stack.node.root as any);
  const otherVpc = newVpc(other);
  new EksAlbIngressSupport(other, 'AlbIngress', { cluster: newCluster(other, module, { vpc: otherVpc }), vpc: otherVpc, ...props });
  const { serviceAccount: own, ...release } = helmValues(other);
  const { serviceAccount, ...handedOver } = values;
  const names = (value: unknown) => JSON.stringify(value).replace(/\\"|"/g, '').replace(/(Cluster|Vpc|AlbIngress\w*?)[0-9A-F]{8}\w*/g, '$1');
  expect(names(handedOver)).toBe(names(release));
  expect([own.create, serviceAccount.create]).toEqual([false, true]);
});

test.each<[Partial<EksAlbIngressSupportProps>, string]>([
  [{ source: ControllerSource.fromRepository() }, 'source must be left out with installController: false, since this app installs nothing, got "ControllerSource"; '
    + 'name the chart where it is installed'],
  [{ atomic: true }, 'atomic must be left out with installController: false, since this app installs nothing, got true; set it where the chart is installed'],
  [{ takeOver: true }, 'takeOver must be left out with installController: false, since this app installs nothing, got true; '
    + 'leave out installController in the deployment that takes over'],
  [{ upgradeCrds: true }, 'upgradeCrds must be left out with installController: false, since this app installs nothing, got true; '
    + 'upgrade the definitions with the chart: Argo CD does, Flux does with crds: CreateReplace'],
  [{ autoDeleteLoadBalancers: true }, 'autoDeleteLoadBalancers must be left out with installController: false, since this app installs nothing, got true; '
    + 'delete the Ingresses before the controller: docs/gitops.md'],
  [{ serviceAccountLabels: { a: 'b' } }, 'serviceAccountLabels must be left out with installController: false, since this app installs nothing, got {"a":"b"}; '
    + 'the ServiceAccount comes from the chart: set additionalLabels in values'],
])('fails for %j', (props, message) => {
  expect(() => external(props)).toThrow(new Error(message));
});

test.each(MODULES)('workloads of the app depend on role and policies, and are warned about the controller, %s', (module) => {
  const support = external({}, module);
  support.addIngress('Shop', { rules: [{ service: 'shop', port: 80 }], targetType: IngressTargetType.IP });
  support.addIngress('Other', { rules: [{ service: 'other', port: 80 }], targetType: IngressTargetType.IP });
  expect(warningsOf(stack).filter(({ text }) => text.includes('controllerInstalledElsewhere'))).toHaveLength(1);
  const manifests = Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-KubernetesResource');
  const ingress = Object.entries(manifests).find(([id]) => id.startsWith('AlbIngressIngressClassIngressesShop'))![1];
  expect(ingress.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^AlbIngressPolicy/), expect.stringMatching(/^AlbIngressRole/)]));
});

test.each(MODULES)('the app may install the chart itself, and order Ingresses after it, %s', (module) => {
  const cluster = newCluster(stack, module, { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: false });
  const application = newManifest(stack, cluster, {
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'lbc', namespace: 'argocd' }, spec: { source: { helm: { valuesObject: support.chartValues } } },
  }, 'Application');
  const ingress = newManifest(stack, cluster);
  ingress.node.addDependency(application);
  expect(() => soundGraph(stack.node.root as any)).not.toThrow();
});

test('with RETAIN the role and its policies stay', () => {
  external({ removalPolicy: RemovalPolicy.RETAIN });
  const template = Template.fromStack(stack);
  template.allResources('AWS::IAM::ManagedPolicy', { DeletionPolicy: 'Retain' });
  expect(Object.entries(template.findResources('AWS::IAM::Role', { DeletionPolicy: 'Retain' })).map(([id]) => id)).toEqual([expect.stringMatching(/^AlbIngressRole/)]);
});

describe('autoMode', () => {
  test('fails where the cluster of the app is not in Auto Mode, or is', () => {
    expect(() => new EksAlbIngressSupport(stack, 'A', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, autoMode: true })).toThrow(new Error(
      'autoMode must be left out: cluster Stack/Cluster is defined without EKS Auto Mode, got true; set it on imported clusters only'));
    const other = newStack('Other', {}, stack.node.root as any);
    const otherVpc = newVpc(other);
    expect(() => new EksAlbIngressSupport(other, 'B', { cluster: newAutoModeCluster(other, { vpc: otherVpc }), vpc: otherVpc, autoMode: false })).toThrow(new Error(
      'autoMode must be left out: cluster Other/Cluster is defined in EKS Auto Mode, got false; set installController to true for the AWS Load Balancer Controller'));
  });

  test('installController false changes nothing in Auto Mode', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newAutoModeCluster(stack, { vpc }), vpc, installController: false });
    expect([support.role, support.controllerVersion, support.chartValues]).toEqual([undefined, undefined, undefined]);
  });
});

(CHART_DIR === undefined ? describe.skip : describe)(`the published charts${CHART_REASON}`, () => {
  let helm: string;
  beforeAll(() => { helm = helmOfTheLayer(); });

  const literal = (id: string, props: Partial<EksAlbIngressSupportProps>) => {
    const own = newStack(id, { env: { region: 'eu-west-1', account: '111122223333' } });
    const role = iam.Role.fromRoleArn(own, 'Role', 'arn:aws:iam::111122223333:role/lbc');
    const network = ec2.Vpc.fromVpcAttributes(own, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-0a', 'subnet-0b'], privateSubnetIds: ['subnet-0c', 'subnet-0d'],
    });
    return {
      own,
      support: new EksAlbIngressSupport(own, 'AlbIngress', {
        cluster: importCluster(own, 'aws-eks-v2', { vpc: network }), vpc: network, identity: ControllerIdentity.irsa({ role }), ...props,
      }),
    };
  };

  test.each(ControllerVersion._known().map((version) => [version.releaseTag, version] as const))('%s: the same objects as our own release, and a ServiceAccount', (_, version) => {
    expect(hasChart(version.chartVersion)).toBe(true);
    const chart = path.join(CHART_DIR!, version.chartVersion);
    const { own, support } = literal('Elsewhere', { controllerVersion: version, installController: false });
    const elsewhere = helmTemplate(helm, chart, own.resolve(support.chartValues));
    const release = helmTemplate(helm, chart, helmValues(literal('Release', { controllerVersion: version }).own));
    expect([elsewhere.error, release.error]).toEqual([undefined, undefined]);
    const withoutAccount = elsewhere.objects.filter(({ kind }) => kind !== 'ServiceAccount');
    // The certificate of the webhook is made anew by each rendering.
    const comparable = (objects: any[]) => JSON.parse(JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'), (key, value) => key === 'caBundle' ? 'any' : value));
    expect(comparable(withoutAccount)).toEqual(comparable(release.objects));
    expect(elsewhere.objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual([
      ['aws-load-balancer-controller', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/lbc' }],
    ]);
  });
});
