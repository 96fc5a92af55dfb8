import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MODULES, newCluster, newStack, newVpc } from './fixtures';
import { KubernetesClusterTag, ControllerIdentity, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, ControllerPolicyScope } from '../src';
import { bindingIn, bindShop, manifestOf, newSupported } from './support/binding-fixtures';

/**
 * A logical id that changes makes CloudFormation replace what is live: a role in use, or the controller itself.
 * Whoever changes this list changes it for every user, and needs a major release.
 */
function ownIds(module: typeof MODULES[number], props: Partial<EksAlbIngressSupportProps> = {}): string[] {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
  return Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => id.startsWith('AlbIngress')).sort();
}

const DEFAULT_IDS = [
  'AlbIngress70CF7BCB',
  'AlbIngressPolicy1C03499E9',
  'AlbIngressPolicy6520BC17',
  'AlbIngressRoleAD401000',
  'AlbIngressServiceAccount3F2B91B7',
];

test.each(MODULES)('the ids are the same for ever, %s', (module) => {
  expect(ownIds(module)).toEqual(DEFAULT_IDS);
});

test.each<[string, Partial<EksAlbIngressSupportProps>]>([
  ['another release', { controllerVersion: ControllerVersion.V3_4_0 }],
  ['another ServiceAccount', { controllerNamespace: 'ingress', serviceAccountName: 'lbc' }],
  ['another class', { ingressClass: { ingressClassName: 'public' } }],
  ['more replicas', { replicas: 3, values: { podLabels: { team: 'platform' } } }],
  ['a description of the role', { identity: ControllerIdentity.irsa({ description: 'mine' }) }],
])('%s replaces nothing', (_name, props) => {
  expect(ownIds('aws-eks-v2', props)).toEqual(DEFAULT_IDS);
});

test('a policy that fits into one document loses the second, and nothing else changes its id', () => {
  expect(ownIds('aws-eks-v2', { policyScope: ControllerPolicyScope.UPSTREAM })).toEqual(DEFAULT_IDS.filter((id) => id !== 'AlbIngressPolicy1C03499E9'));
});

test('what is made on request has ids of its own', () => {
  const stack = newStack();
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-1', 'subnet-2'], privateSubnetIds: ['subnet-3', 'subnet-4'],
  });
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster,
    vpc,
    identity: ControllerIdentity.podIdentity(),
    subnetClusterTag: KubernetesClusterTag.SHARED,
    autoDeleteLoadBalancers: true,
  });
  const template = Template.fromStack(stack);
  const idsOf = (type: string) => Object.keys(template.findResources(type)).filter((id) => id.startsWith('AlbIngress')).sort();
  expect({
    tags: idsOf('Custom::EksAlbIngressNetworkTags'),
    cleanup: idsOf('Custom::EksAlbIngressLoadBalancerCleanup'),
    association: idsOf('AWS::EKS::PodIdentityAssociation'),
  }).toEqual({
    tags: [
      'AlbIngressNetworkTagsPrivateSubnets521D518C',
      'AlbIngressNetworkTagsPublicSubnets2C240D18',
      'AlbIngressNetworkTagsSubnetsOfCluster8270CCEC',
    ],
    cleanup: ['AlbIngressLoadBalancerCleanupE9A036B5'],
    association: ['AlbIngressPodIdentityAssociationCEB5361C'],
  });
});

test('a target group binding has ids of its own, one of them with a hash of what replaces the target group', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
  support.addTargetGroupBinding('Shop', { service: 'shop', namespace: 'shop', port: 80 });
  expect(Object.keys(Template.fromStack(stack).toJSON().Resources).filter((id) => id.startsWith('AlbIngressTargets')).sort())
    .toEqual(['AlbIngressTargetsShop62AF66A4c2024963', 'AlbIngressTargetsShopTargetGroup75DC6A3A']);
});

test('what keeps a controller while it is taken over has ids of its own, and changes no other', () => {
  const ids = ownIds('aws-eks-v2', { takeOver: true });
  expect(ids.filter((id) => !id.startsWith('AlbIngressTakeOver'))).toEqual(DEFAULT_IDS);
  expect(ids.filter((id) => id.startsWith('AlbIngressTakeOver'))).toEqual([
    'AlbIngressTakeOverBinding1A35E5B5', 'AlbIngressTakeOverPolicyBC4DACFA', 'AlbIngressTakeOverReady67B3519F',
  ]);
});

test.each(MODULES)('the name of a binding is the same for ever, and the id of its resource, %s', (module) => {
  const supported = newSupported(module);
  const shop = bindShop(supported);
  expect(bindingIn(supported.stack).metadata.name).toBe('shop-c2024963');
  expect(supported.stack.resolve(manifestOf(shop).logicalId)).toBe('AlbIngressTargetsShop62AF66A4c2024963');
});
