import { App, CfnParameter, CfnResource, CfnStack, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ControllerIdentity, ControllerTaintEffect, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { CapacityCheck } from '../../src/cluster/capacity-check';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { importCluster, messagesOf, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, OwnedCluster, soundGraph, warningsOf } from '../fixtures';

const error = (rest: string, remedy = 'a Fargate profile that selects its pods') =>
  `[Stack/AlbIngress] cluster Stack/Cluster has nothing that the controller could run on${rest}; add a node group, or ${remedy}`;

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc, nodes: false });
  });

  const synth = () => (stack.node.root as App).synth();
  const pathOf = (profile: Construct) => profile.node.findAll().find((child) =>
    CfnResource.isCfnResource(child) && child.cfnResourceType.endsWith('FargateProfile'))!.node.path;

  test('fails without any', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    expect(synth).toThrow(error(''));
  });

  test('fails with none but Fargate profiles for other pods', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const batch = cluster.addFargateProfile('Batch', { selectors: [{ namespace: 'batch' }] });
    const nginx = cluster.addFargateProfile('Nginx', { selectors: [{ namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'nginx' } }] });
    const misfit = 'selects other pods than the controller\'s: namespace kube-system, '
      + 'labels app.kubernetes.io/name=aws-load-balancer-controller, app.kubernetes.io/instance=aws-load-balancer-controller';
    expect(synth).toThrow(error(` (${[batch, nginx].map((profile) => `${pathOf(profile)} ${misfit}`).join('; ')})`));
  });

  test('fails with Pod Identity and nothing but Fargate', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: ControllerIdentity.podIdentity() });
    const profile = cluster.addFargateProfile('System', { selectors: [{ namespace: 'kube-system' }] });
    expect(synth).toThrow(error(` (${pathOf(profile)} is Fargate, where EKS Pod Identity does not work)`));
  });

  test('a Fargate profile that selects the controller by a label is enough', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addFargateProfile('System', {
      selectors: [{ namespace: 'batch' }, { namespace: 'kube-*', labels: { 'app.kubernetes.io/name': 'aws-load-*' } }],
    });
    soundGraph(stack.node.root as App);
  });

  test('fails where all nodes wait for the controller', () => {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    cluster.addNodegroupCapacity('Nodes').node.addDependency(support);
    expect(synth).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot wait for its nodes, Stack/Cluster/NodegroupNodes/Resource: '
      + 'Stack/Cluster/NodegroupNodes depends on Stack/AlbIngress/Resource; take that dependency away, or define this construct in the stack of the nodes '
      + 'or a later one');
  });
});

test('fails in EKS Auto Mode that has no node pools', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newAutoModeCluster(stack, { vpc, compute: { nodePools: [] } });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, installController: true, ingressClass: { ingressClassName: 'lbc' } });
  expect(() => (stack.node.root as App).synth()).toThrow(error('', 'a node pool'));
});

describe('where the app does not show what gives the cluster nodes', () => {
  /** What is said of a cluster without capacity of its own: an error, or a warning with what may give it some. */
  function saidOf(add: (stack: Stack, cluster: OwnedCluster) => void, props: Partial<EksAlbIngressSupportProps> = {}, module: 'aws-eks' | 'aws-eks-v2' = 'aws-eks-v2') {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc, nodes: false });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
    add(stack, cluster);
    try {
      return warningsOf(stack).filter(({ text }) => text.includes('capacityUnknown')).map(({ id, text }) => `${id}: ${text.replace(/ \[ack: .*/, '')}`);
    } catch (thrown) {
      return (thrown as Error).message;
    }
  }
  const warning = (path: string, misfits = '') => ['/Stack/AlbIngress: this app shows nothing on cluster Stack/Cluster that the controller could run on'
    + `${misfits}, and Helm would wait for it in vain: add a node group, or a Fargate profile that selects its pods, or acknowledge this if it gets nodes by ${path}`];
  const nothing = expect.stringContaining('cluster Stack/Cluster has nothing that the controller could run on');
  const resource = (stack: Stack, type: string, properties = {}) => new CfnResource(stack, 'It', { type, properties });
  const unknownName = (stack: Stack) => new CfnParameter(stack, 'ClusterName').valueAsString;

  test.each<[string, (stack: Stack, cluster: OwnedCluster) => void]>([
    ['a plain instance', (stack) => resource(stack, 'AWS::EC2::Instance')],
    ['a fleet', (stack) => resource(stack, 'AWS::EC2::EC2Fleet')],
    ['an Auto Scaling group of an included template', (stack) => resource(stack, 'AWS::AutoScaling::AutoScalingGroup')],
    ['a node group of a cluster that a parameter names', (stack) => new eks.CfnNodegroup(stack, 'It', { clusterName: unknownName(stack), nodeRole: 'arn', subnets: [] })],
    ['a template from elsewhere', (stack) => new CfnStack(stack, 'It', { templateUrl: 'https://example.com/nodes.json' })],
    ['a call of AWS', (stack) => resource(stack, 'Custom::AWS')],
    ['an EKS Capability', (stack) => resource(stack, 'AWS::EKS::Capability')],
    ['access for hybrid nodes', (stack, cluster) => new eks.CfnAccessEntry(stack, 'It', { clusterName: cluster.clusterName, principalArn: 'arn', type: 'HYBRID_LINUX' })],
  ])('warns with %s', (_, add) => {
    expect(saidOf(add)).toEqual(warning('Stack/It'));
  });

  test('warns with hybrid nodes, as the cluster says', () => {
    expect(saidOf((_, cluster) => {
      (cluster.node.defaultChild as eks.CfnCluster).remoteNetworkConfig = { remoteNodeNetworks: [{ cidrs: ['10.1.0.0/16'] }] };
    })).toEqual(warning('Stack/Cluster, which is for hybrid nodes too'));
  });

  test('warns with objects by which an operator makes nodes', () => {
    expect(saidOf((stack, cluster) => {
      newManifest(stack, cluster, { apiVersion: 'eks.services.k8s.aws/v1alpha1', kind: 'Nodegroup', metadata: { name: 'a' } });
    })).toEqual(warning('Stack/Ingress/Resource/Default'));
  });

  test('warns with a role of nodes in aws-auth', () => {
    expect(saidOf((stack, cluster) => {
      (cluster as eks.Cluster).awsAuth.addRoleMapping(iam.Role.fromRoleArn(stack, 'Nodes', 'arn:aws:iam::111122223333:role/nodes'), {
        username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:bootstrappers', 'system:nodes'],
      });
    }, {}, 'aws-eks')).toEqual(warning('Stack/Cluster/AwsAuth/manifest/Resource/Default'));
  });

  test('warns with what belongs to a Karpenter that the app does not install', () => {
    expect(saidOf((stack) => new iam.Role(stack, 'KarpenterRole', { assumedBy: new iam.AccountRootPrincipal() }))).toEqual(warning('Stack/KarpenterRole'));
  });

  test('warns with nodes in another stage', () => {
    expect(saidOf((stack) => {
      resource(new Stack(new Stage(stack.node.root, 'Stage'), 'Nodes', { env: stack }), 'AWS::EC2::Instance');
    })).toEqual(warning('Stage/Nodes/It'));
  });

  test('warns with tainted nodes, on which an operator may run, and takes them with a toleration', () => {
    const tainted = (_: Stack, cluster: OwnedCluster) => {
      cluster.addNodegroupCapacity('Nodes', {
        taints: [{ key: 'soft', effect: eks.TaintEffect.PREFER_NO_SCHEDULE }, { key: 'CriticalAddonsOnly', value: 'true', effect: eks.TaintEffect.NO_SCHEDULE }],
      });
    };
    const path = 'Stack/Cluster/NodegroupNodes/Resource';
    const expected = warning(`what runs on ${path}`, ` (${path} has the taint CriticalAddonsOnly=true, which tolerations do not name)`);
    expect(saidOf(tainted)).toEqual(expected);
    expect(saidOf(tainted, { tolerations: [{ key: 'other' }] })).toEqual(expected);
    expect(saidOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly', value: 'false' }] })).toEqual(expected);
    expect(saidOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly', effect: ControllerTaintEffect.NO_EXECUTE }] })).toEqual(expected);
    expect(saidOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly' }] })).toEqual([]);
    expect(saidOf(tainted, { tolerations: [{}] })).toEqual([]);
    expect(saidOf(tainted, { values: { tolerations: [{ operator: 'Exists' }] } })).toEqual([]);
  });

  test('warns with a Fargate profile for others, where a chart may bring an operator, or Karpenter may run', () => {
    const [withChart] = saidOf((_, cluster) => {
      cluster.addFargateProfile('Argo', { selectors: [{ namespace: 'argo' }] });
      cluster.addHelmChart('Chart', { chart: 'argo-cd' });
    });
    expect(withChart).toContain('gets nodes by Stack/Cluster/chart-Chart/Resource');
    const [withKarpenter] = saidOf((_, cluster) => cluster.addFargateProfile('Argo', { selectors: [{ namespace: 'karp*' }] }));
    expect(withKarpenter).toContain('gets nodes by what runs on ');
  });

  test.each<[string, (stack: Stack, cluster: OwnedCluster) => void]>([
    ['Windows nodes only', (_, cluster) => cluster.addNodegroupCapacity('Nodes', { amiType: eks.NodegroupAmiType.WINDOWS_CORE_2022_X86_64 })],
    ['a chart, which has nothing to run on either', (_, cluster) => cluster.addHelmChart('Chart', { chart: 'argo-cd' })],
    ['nested stacks of the app itself', (stack) => new iam.Role(new NestedStack(stack, 'Nested'), 'Role', { assumedBy: new iam.AccountRootPrincipal() })],
    ['nodes of another cluster', (stack) => newCluster(stack, 'aws-eks-v2', { id: 'Other', vpc: stack.node.findChild('Vpc') as ec2.Vpc })],
    ['nodes of an imported cluster', (stack) => new eks.CfnNodegroup(stack, 'It', {
      clusterName: importCluster(stack, 'aws-eks-v2').clusterName, nodeRole: 'arn', subnets: [],
    })],
    ['access for people', (stack, cluster) => new eks.CfnAccessEntry(stack, 'It', { clusterName: cluster.clusterName, principalArn: 'arn', type: 'STANDARD' })],
  ])('fails with %s', (_, add) => {
    expect(saidOf(add)).toEqual(nothing);
  });

  test('the warning is acknowledged, and given once', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc, nodes: false }), vpc });
    resource(stack, 'AWS::EC2::Instance');
    expect(messagesOf(stack).filter(({ text }) => text.includes('capacityUnknown'))).toHaveLength(1);
    expect(support.node.metadata.filter(({ data }) => String(data).includes('capacityUnknown'))).toHaveLength(1);
  });
});

describe('a Fargate profile', () => {
  const stack = newStack();
  const target = new TargetCluster(newCluster(stack, 'aws-eks-v2', { nodes: false }));

  /** Whether pods of the controller would run on a profile, in the words of CloudFormation and of the CDK's custom resource. */
  function fits(id: string, namespace: string, labels: Record<string, string> = {}): boolean[] {
    const list = Object.entries(labels).map(([key, value]) => ({ key, value }));
    return [
      { type: 'AWS::EKS::FargateProfile', properties: { clusterName: target.name, selectors: [{ namespace, labels: list }] } },
      { type: 'Custom::AWSCDK-EKS-FargateProfile', properties: { Config: { clusterName: target.name, selectors: [{ namespace, labels }] } } },
    ].map((props, index) => {
      const support = new Construct(stack, `${id}${index}`);
      const check = new CapacityCheck(support, target, { namespace: 'kube-system', labels: { app: 'aws-load-balancer-controller' }, runOnFargate: true });
      check.add(new CfnResource(support, 'Profile', props));
      return support.node.validate().length === 0;
    });
  }

  test.each<[string, string, eks.Selector['labels'], boolean]>([
    ['the namespace', 'kube-system', {}, true],
    ['a wildcard', 'kube-*', {}, true],
    ['one character', 'kube-syste?', {}, true],
    ['a token', Fn.importValue('Namespace'), {}, true],
    ['part of the namespace', 'kube', {}, false],
    ['a dot, which is no wildcard', 'kube.system', {}, false],
    ['a label of the controller', 'kube-system', { app: 'aws-*' }, true],
    ['a label that the controller lacks', 'kube-system', { team: 'a' }, false],
    ['another value', 'kube-system', { app: 'nginx' }, false],
    ['one label of the controller and another', 'kube-system', { app: '*', team: 'a' }, false],
  ])('that selects by %s', (name, namespace, labels, expected) => {
    expect(fits(name, namespace, labels)).toEqual([expected, expected]);
  });
});
