import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, IngressClassOptions, IngressWebAcl, LoadBalancerScheme } from '../../src';
import {
  helmValues, importCluster, INGRESS, joined, kubernetesObjects, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc,
  OwnedCluster, soundGraph, warningsOf,
} from '../fixtures';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const HELM = 'Custom::AWSCDK-EKS-HelmChart';
const INTERNAL = { scheme: LoadBalancerScheme.INTERNAL };

let stack: Stack;
let vpc: ec2.Vpc;
let cluster: OwnedCluster;

beforeEach(() => {
  stack = newStack();
  vpc = newVpc(stack);
});

function support(props: Partial<EksAlbIngressSupportProps> = {}, module: typeof MODULES[number] = 'aws-eks-v2'): EksAlbIngressSupport {
  cluster = newCluster(stack, module, { vpc });
  return new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
}

const classes = () => kubernetesObjects(stack).filter(({ kind }) => kind.startsWith('IngressClass'));
/** Of a manifest, whether one of its objects has a name. */
const names = (name: string) => ({ Manifest }: Record<string, any>) => JSON.parse(joined(Manifest))
  .some(({ metadata }: any) => metadata.name === name);

describe('the class that comes with the controller', () => {
  test('has a name of one\'s own and can be the default one', () => {
    const { ingressClass } = support({ ingressClass: { ingressClassName: 'public.example', isDefault: true } });
    expect(ingressClass.ingressClassName).toBe('public.example');
    expect(helmValues(stack)).toMatchObject({
      ingressClass: 'public.example', createIngressClassResource: true, ingressClassConfig: { default: true },
    });
    expect(classes()).toEqual([]);
  });

  test('has the settings that it is given', () => {
    support({ ingressClass: { groupName: 'shared', ...INTERNAL } });
    expect(helmValues(stack).ingressClassParams).toEqual({ spec: { group: { name: 'shared' }, scheme: 'internal' } });
  });

  test('has no settings by default', () => {
    expect(support().ingressClass.ingressClassName).toBe('alb');
    expect(helmValues(stack)).not.toHaveProperty('ingressClassParams');
  });

  test('can be somebody else\'s', () => {
    support({ ingressClass: { create: false } });
    expect(helmValues(stack).createIngressClassResource).toBe(false);
  });

  test('takes a name that is a token', () => {
    const { ingressClass } = support({ ingressClass: { ingressClassName: Lazy.string({ produce: () => 'UP' }) } });
    expect(stack.resolve(ingressClass.ingressClassName)).toBe('UP');
  });
});

describe.each(MODULES)('a further class on a cluster of %s', (module) => {
  test('stands beside the first one with settings of its own', () => {
    const internal = support({}, module).addIngressClass('InternalShop', INTERNAL);
    expect(internal.ingressClassName).toBe('internal-shop');
    expect(classes()).toEqual([
      expect.objectContaining({ apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'IngressClassParams', spec: { scheme: 'internal' } }),
      expect.objectContaining({ kind: 'IngressClass', spec: expect.objectContaining({ controller: 'ingress.k8s.aws/alb' }) }),
    ]);
    expect(classes().map(({ metadata }) => metadata.name)).toEqual(['internal-shop', 'internal-shop']);
  });

  test('is there after the controller, and for as long as Ingresses are, wherever they are defined', () => {
    support({}, module).addIngressClass('Internal', INTERNAL);
    newManifest(stack, cluster);
    newManifest(newStack('Shop', {}, stack.node.root as App), cluster, { ...INGRESS, metadata: { name: 'shop' } });
    const graph = soundGraph(stack.node.root as App);
    const added = graph.theOne(MANIFEST, names('internal'));
    expect(graph.comesAfter(added, graph.theOne(HELM))).toBe(true);
    for (const ingress of ['game', 'shop']) {
      expect(graph.comesAfter(graph.theOne(MANIFEST, names(ingress)), added)).toBe(true);
    }
  });
});

test('a further class in EKS Auto Mode is of the API group of EKS, and the classes do not wait for each other', () => {
  const autoMode = newAutoModeCluster(stack, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: autoMode, vpc }).addIngressClass('Internal', INTERNAL);
  expect(classes().map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`)).toEqual([
    'eks.amazonaws.com/v1 alb', 'networking.k8s.io/v1 alb', 'eks.amazonaws.com/v1 internal', 'networking.k8s.io/v1 internal',
  ]);
  soundGraph(stack.node.root as App);
});

test('a further class in EKS Auto Mode waits for what lets the deployment in, as the first one does', () => {
  const autoMode = newAutoModeCluster(stack, { vpc });
  const made = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: autoMode, vpc });
  newManifest(stack, autoMode);
  made.addIngressClass('Internal', INTERNAL);
  autoMode.grantClusterAdmin('Admin', 'arn:aws:iam::111122223333:role/admin');
  const graph = soundGraph(stack.node.root as App);
  const entry = graph.theOne('AWS::EKS::AccessEntry', ({ PrincipalArn }) => PrincipalArn === 'arn:aws:iam::111122223333:role/admin');
  for (const name of ['internal', 'alb']) {
    const one = graph.theOne(MANIFEST, names(name));
    expect(graph.comesAfter(one, entry)).toBe(true);
  }
});

test('the logical id of a further class is the same for ever', () => {
  support().addIngressClass('Internal');
  const ids = Object.entries(Template.fromStack(stack).findResources(MANIFEST)).filter(([, { Properties }]) => names('internal')(Properties));
  expect(ids.map(([id]) => id)).toEqual(['AlbIngressIngressClassesInternal5B10A42C']);
});

test('a further class can be there already, and is defined by nobody then', () => {
  const legacy = support().addIngressClass('Legacy', { ingressClassName: 'alb-internal', create: false });
  expect(legacy.ingressClassName).toBe('alb-internal');
  expect(classes()).toEqual([]);
});

describe('fails for', () => {
  test.each(['Public', '-a', 'a..b', '', 'a'.repeat(254)])('the name %j', (ingressClassName) => {
    expect(() => support({ ingressClass: { ingressClassName } })).toThrow(new Error(
      `ingressClass.ingressClassName must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters), got "${ingressClassName}"; rename it`));
  });

  test('an id that gives no name', () => {
    expect(() => support().addIngressClass('Internal_Shop')).toThrow(new Error(
      'addIngressClass(Internal_Shop).ingressClassName must be a DNS subdomain (labels of a-z, 0-9 and \'-\', joined by \'.\', at most 253 characters), '
      + 'got "internal_shop"; rename it'));
  });

  test.each<[IngressClassOptions, string]>([
    [{ isDefault: true }, '.isDefault must be left out where the class is not defined, got ["isDefault"]'],
    [{ groupName: 'g', ...INTERNAL }, '.groupName must be left out where the class is not defined, got ["groupName","scheme"]'],
  ])('%j of a class that is not defined', (options, message) => {
    expect(() => support({ ingressClass: { create: false, ...options } })).toThrow(new Error(`ingressClass${message}; set ingressClass.create to true`));
    stack = newStack();
    vpc = newVpc(stack);
    expect(() => support().addIngressClass('B', { create: false, ...options })).toThrow(new Error(`addIngressClass(B)${message}; set addIngressClass(B).create to true`));
  });

  test.each([
    [IngressWebAcl.none(), 'none'],
    [IngressWebAcl.fromName('shop'), 'shop'],
  ])('a web ACL where the controller does not use WAFv2', (webAcl, got) => {
    expect(() => support({ enableWafv2: false }).addIngressClass('B', { webAcl })).toThrow(new Error(
      `addIngressClass(B).webAcl must be left out where the controller does not use WAFv2, got "${got}"; set enableWafv2 to true, if its API can be reached`));
  });

  test('one name for two classes', () => {
    expect(() => support().addIngressClass('Alb')).toThrow(new Error(
      'addIngressClass(Alb).ingressClassName must not be that of ingressClass too, got "alb"; choose another name'));
  });

  test('two classes that are the default one', () => {
    const made = support({ ingressClass: { isDefault: true } });
    expect(() => made.addIngressClass('B', { isDefault: true })).toThrow(new Error(
      'addIngressClass(B).isDefault must be left out where ingressClass has it, got true; keep it for one class: the API server allows no second'));
  });

  test('a scheme that no subnet is there for', () => {
    stack = newStack();
    vpc = newVpc(stack, { natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const imported = importCluster(stack, 'aws-eks-v2');
    const made = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: imported, vpc, ingressClass: INTERNAL });
    expect(() => made.addIngressClass('Public', { scheme: LoadBalancerScheme.INTERNET_FACING })).toThrow(new Error(
      'addIngressClass(Public).scheme must have public subnets to go with, and Stack/Vpc has none, got "internet-facing"; '
      + 'add some to the VPC, or name them in internetFacingSubnets'));
  });
});

test('further classes raise no warning', () => {
  support().addIngressClass('Internal', INTERNAL);
  expect(warningsOf(stack)).toEqual([]);
});

test('an imported cluster gets further classes too', () => {
  const imported = importCluster(stack, 'aws-eks-v2');
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: imported, vpc }).addIngressClass('Internal', INTERNAL);
  expect(classes()).toHaveLength(2);
});

test('fails for what is of another kind, by the method and the setting', () => {
  expect(() => support().addIngressClass('Internal', { scheme: 'private' as LoadBalancerScheme })).toThrow(new Error(
    'addIngressClass(Internal).scheme must be a value of LoadBalancerScheme, got "private"; use LoadBalancerScheme.INTERNAL or LoadBalancerScheme.INTERNET_FACING'));
});
