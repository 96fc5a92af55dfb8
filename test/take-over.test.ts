import { RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { joined, kubernetesObjects, messagesOf, Module, MODULES, newAutoModeCluster, newCluster, newStack, newVpc } from './fixtures';
import { ControllerIdentity, ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps, KubernetesClusterTag } from '../src';
import { DeploymentGraph } from './support/deployment-graph';
import { manifestFile } from './support/manifest-fixtures';

type Resources = Record<string, { Type: string; Properties?: any; Metadata?: any; DeletionPolicy?: string }>;

interface App {
  readonly id?: string;
  readonly props?: Partial<EksAlbIngressSupportProps>;
  /** In place of the support. */
  readonly albController?: boolean;
}

function newAppStack(module: Module, { id = 'AlbIngress', props = {}, albController }: App): Stack {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  if (!albController) {
    new EksAlbIngressSupport(stack, id, { cluster, vpc, ...props });
  } else if (module === 'aws-eks') {
    new eks.AlbController(stack, 'AlbController', { cluster: cluster as eks.Cluster, version: eks.AlbControllerVersion.V2_8_2 });
  } else {
    new eks_v2.AlbController(stack, 'AlbController', { cluster: cluster as eks_v2.Cluster, version: eks_v2.AlbControllerVersion.V2_8_2 });
  }
  return stack;
}

const resourcesOf = (stack: Stack): Resources => Template.fromStack(stack).toJSON().Resources;

/** What CloudFormation has to do to get from one template to another. */
function changes(before: Resources, after: Resources) {
  const plain = ({ Type, Properties }: Resources[string]) => JSON.stringify([Type, Properties]);
  return {
    created: Object.keys(after).filter((id) => !before[id]).sort(),
    updated: Object.keys(after).filter((id) => before[id] && plain(before[id]) !== plain(after[id])).sort(),
    deleted: Object.keys(before).filter((id) => !after[id]).sort(),
  };
}

const OWN = ['AlbIngress70CF7BCB', 'AlbIngressPolicy1C03499E9', 'AlbIngressPolicy6520BC17', 'AlbIngressRoleAD401000', 'AlbIngressServiceAccount3F2B91B7'];

describe.each(MODULES)('a controller on a cluster of %s', (module) => {
  test('changes hands from AlbController in one deployment: all of the old goes, all that is needed of the new stays', () => {
    const before = resourcesOf(newAppStack(module, { albController: true }));
    const after = resourcesOf(newAppStack(module, { props: { takeOver: true } }));

    const { created, updated, deleted } = changes(before, after);
    expect(created.filter((id) => id.startsWith('AlbIngress') && !id.startsWith('AlbIngressTakeOver'))).toEqual(OWN);
    expect(updated).toEqual([]);
    expect(deleted.length).toBeGreaterThan(0);
    expect(deleted.filter((id) => !/^AlbController|^AWSCDKCfnUtilsProvider/.test(id))).toEqual([]);
    // One release and one ServiceAccount, which both sides mean.
    const names = (resources: Resources) => Object.values(resources).filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-HelmChart')
      .map(({ Properties }) => `${Properties.Namespace}/${Properties.Release}`);
    expect(names(after)).toEqual(names(before));
  });

  test('keeps what it needs when the deployment is rolled back, but not what guards it', () => {
    const resources = resourcesOf(newAppStack(module, { props: { takeOver: true, identity: ControllerIdentity.podIdentity() } }));
    const kept = Object.entries(resources).filter(([id, { DeletionPolicy }]) => id.startsWith('AlbIngress') && DeletionPolicy === 'Retain').map(([, { Type }]) => Type);
    expect(kept.sort()).toEqual([
      'AWS::EKS::PodIdentityAssociation', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role',
      'Custom::AWSCDK-EKS-HelmChart', 'Custom::AWSCDK-EKS-KubernetesResource',
    ]);
    expect(Object.entries(resources).filter(([id]) => id.includes('TakeOver')).map(([, { DeletionPolicy }]) => DeletionPolicy ?? 'Delete')).toEqual(['Delete', 'Delete', 'Delete']);
  });

  test('has the ServiceAccount only once its role may do something, and keeps it from Helm', () => {
    const stack = newAppStack(module, { props: { takeOver: true } });
    const account = kubernetesObjects(stack).find(({ kind }) => kind === 'ServiceAccount');
    expect(account.metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep', 'eks.amazonaws.com/role-arn': expect.stringContaining('AlbIngressRole'),
    });
    expect(resourcesOf(stack).AlbIngressServiceAccount3F2B91B7.Properties.Overwrite).toBe(true);
    const graph = DeploymentGraph.of(stack.node.root as never);
    for (const policy of ['AlbIngressPolicy6520BC17', 'AlbIngressPolicy1C03499E9']) {
      expect(graph.comesAfter('Stack/AlbIngressServiceAccount3F2B91B7', `Stack/${policy}`)).toBe(true);
    }
  });

  test('has no guard left in the next deployment, which changes nothing else', () => {
    const before = resourcesOf(newAppStack(module, { props: { takeOver: true } }));
    const after = resourcesOf(newAppStack(module, {}));
    const { created, updated, deleted } = changes(before, after);
    expect(created).toEqual([]);
    // Its annotation that keeps it from Helm goes.
    expect(updated).toEqual(['AlbIngressServiceAccount3F2B91B7']);
    expect(deleted).toHaveLength(3);
    expect(deleted.every((id) => id.startsWith('AlbIngressTakeOver'))).toBe(true);
    expect(Object.entries(after).filter(([id, { DeletionPolicy }]) => id.startsWith('AlbIngress') && DeletionPolicy === 'Retain')).toEqual([]);
  });

  test('that is renamed without asking meets its own ServiceAccount, before Helm is called', () => {
    const stack = newAppStack(module, { id: 'Renamed' });
    const resources = resourcesOf(stack);
    const [id] = Object.keys(resources).filter((one) => one.startsWith('RenamedServiceAccount'));
    // `kubectl create`, which fails where the object is there.
    expect(resources[id].Properties.Overwrite).toBeUndefined();
    const chart = Object.keys(resources).find((one) => resources[one].Type === 'Custom::AWSCDK-EKS-HelmChart' && one.startsWith('Renamed'))!;
    expect(DeploymentGraph.of(stack.node.root as never).comesAfter(`Stack/${chart}`, `Stack/${id}`)).toBe(true);
  });

  test('with an identity of pods no longer has the role of its ServiceAccount', () => {
    const stack = newAppStack(module, { props: { takeOver: true, identity: ControllerIdentity.podIdentity() } });
    const account = kubernetesObjects(stack).find(({ kind }) => kind === 'ServiceAccount');
    expect(account.metadata.annotations['eks.amazonaws.com/role-arn']).toBe('');
  });
});

describe('removalPolicy RETAIN', () => {
  const retained = () => newAppStack('aws-eks-v2', {
    props: { removalPolicy: RemovalPolicy.RETAIN, subnetClusterTag: KubernetesClusterTag.OWNED, upgradeCrds: true },
  });

  test('leaves a controller that can work: with ServiceAccount, role, policies and tags', () => {
    const kept = Object.entries(resourcesOf(retained())).filter(([id, { DeletionPolicy }]) => id.startsWith('AlbIngress') && DeletionPolicy === 'Retain');
    expect([...new Set(kept.map(([, { Type }]) => Type))].sort()).toEqual([
      'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role', 'Custom::AWSCDK-EKS-HelmChart', 'Custom::AWSCDK-EKS-KubernetesResource', 'Custom::EksAlbIngressNetworkTags',
    ]);
  });

  test('leaves no Lambda function, and no policy on a role that goes', () => {
    const gone = Object.values(resourcesOf(retained())).filter(({ Type, DeletionPolicy }) => ['AWS::Lambda::Function', 'AWS::IAM::Policy'].includes(Type) && DeletionPolicy === 'Retain');
    expect(gone).toEqual([]);
  });

  test('is noticed by CloudFormation, which looks past a deletion policy that is all there is to change', () => {
    const before = resourcesOf(newAppStack('aws-eks-v2', {}));
    const after = resourcesOf(newAppStack('aws-eks-v2', { props: { removalPolicy: RemovalPolicy.RETAIN } }));
    OWN.forEach((id) => expect([id, after[id].Metadata]).not.toEqual([id, before[id].Metadata]));
    expect(changes(before, after)).toEqual({ created: [], updated: [], deleted: [] });
  });
});

test('tags that an earlier owner took along are put back when the prop is left out', () => {
  const tags = (props: Partial<EksAlbIngressSupportProps>) => Object.entries(resourcesOf(newAppStack('aws-eks-v2', { props: { ...props, subnetClusterTag: KubernetesClusterTag.OWNED } })))
    .filter(([, { Type }]) => Type === 'Custom::EksAlbIngressNetworkTags');
  const [during, after] = [tags({ takeOver: true }), tags({})];
  expect(during.length).toBeGreaterThan(0);
  expect(during.map(([id]) => id)).toEqual(after.map(([id]) => id));
  during.forEach(([, { Properties }], index) => expect(Properties).not.toEqual(after[index][1].Properties));
});

describe('takeOver is rejected', () => {
  test('on a Kubernetes without admission policies', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    expect(() => new EksAlbIngressSupport(stack, 'A', { cluster: newCluster(stack, 'aws-eks-v2', { vpc, version: '1.29' }), vpc, takeOver: true }))
      .toThrow(new Error('takeOver needs Kubernetes 1.30 or later, got "1.29"; upgrade the cluster first'));
    const other = newStack();
    const otherVpc = newVpc(other);
    new EksAlbIngressSupport(other, 'A', { cluster: newCluster(other, 'aws-eks-v2', { vpc: otherVpc, version: '1.30' }), vpc: otherVpc, takeOver: true });
  });

  test.each<[string, Partial<EksAlbIngressSupportProps>, string]>([
    ['autoDeleteLoadBalancers', { autoDeleteLoadBalancers: true }, 'autoDeleteLoadBalancers must be left out with takeOver, which keeps the controller where the stack is deleted, got true; '
      + 'set it in the next deployment, without takeOver'],
    ['a manifest file', { source: ControllerSource.fromManifestFile(manifestFile()) }, 'takeOver must be left out with ControllerSource.fromManifestFile(), since kubectl cannot take over what Helm has made, got true; '
      + 'remove the earlier installation in one deployment, and define this one in the next'],
  ])('beside %s', (_, props, message) => {
    expect(() => newAppStack('aws-eks-v2', { props: { takeOver: true, ...props } })).toThrow(new Error(message));
  });

  test('in EKS Auto Mode, where there is no controller', () => {
    const stack = newStack();
    const cluster = newAutoModeCluster(stack);
    expect(() => new EksAlbIngressSupport(stack, 'A', { cluster, vpc: cluster.vpc, takeOver: true })).toThrow(/^takeOver configure a controller that is not installed/);
  });
});

test('it is said at synth that takeOver is for one deployment', () => {
  const text = 'takeOver keeps the controller from being removed, with this stack too: leave it out in the deployment after this one';
  Annotations.fromStack(newAppStack('aws-eks-v2', { props: { takeOver: true } })).hasInfo('/Stack/AlbIngress', text);
  expect(Annotations.fromStack(newAppStack('aws-eks-v2', {})).findInfo('*', text)).toEqual([]);
});

test('a guard that would never go is an error', () => {
  const stack = newAppStack('aws-eks-v2', { props: { takeOver: true } });
  RemovalPolicies.of(stack).retain();
  expect(() => Template.fromStack(stack)).toThrow('Stack/AlbIngress/TakeOver must go when takeOver is left out, but a removal policy retains it; exclude it from that policy');
});

test('AlbController beside the support is an error that tells how to replace it', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc }) as eks_v2.Cluster;
  new eks_v2.AlbController(stack, 'AlbController', { cluster, version: eks_v2.AlbControllerVersion.V2_8_2 });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, takeOver: true });
  expect(messagesOf(stack, 'error').map(({ text }) => text)).toEqual([expect.stringMatching(
    /installed on this cluster by Stack\/AlbController\/Resource.* already; remove that and set takeOver here, both in one deployment, and leave takeOver out in the next/)]);
});

test('a rename that keeps the logical ids moves nothing but a label', () => {
  const before = resourcesOf(newAppStack('aws-eks-v2', {}));
  const [old, now] = ['AlbIngress', 'Ingress'].map((id) => Object.keys(resourcesOf(newAppStack('aws-eks-v2', { id }))).filter((one) => one.startsWith(id)).sort());
  const stack = newAppStack('aws-eks-v2', { id: 'Ingress' });
  now.forEach((id, index) => stack.renameLogicalId(id, old[index]));
  expect(changes(before, resourcesOf(stack))).toEqual({ created: [], updated: ['AlbIngressServiceAccount3F2B91B7'], deleted: [] });
  // As the page on migrating has them.
  expect(now).toEqual(expect.arrayContaining(['Ingress72968116', 'IngressRoleF140690A']));
});

test.each<[string, Partial<EksAlbIngressSupportProps>]>([
  ['takeOver', { takeOver: true }],
  ['a removal policy', { removalPolicy: RemovalPolicy.RETAIN }],
])('%s keeps the controller, and no Ingress that its app takes away', (_, props) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
  support.addIngress('Shop', { rules: [{ service: 'shop', port: 80 }] });

  const manifests = Object.values(resourcesOf(stack)).filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-KubernetesResource');
  const [ingress] = manifests.filter(({ Properties }) => joined(Properties.Manifest).includes('"kind":"Ingress"'));
  // Under a new id it fails to be made while the old one is there: what is made over would be deleted with the old one.
  expect(ingress.Properties.Overwrite).toBeUndefined();
  expect(ingress.DeletionPolicy).toBe('Delete');
  expect(manifests.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain').length).toBeGreaterThan(0);
});
