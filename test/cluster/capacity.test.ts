import { App, CfnParameter, CfnResource, CfnStack, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  ControllerIdentity, ControllerTaintEffect, EksAlbIngressSupport, EksAlbIngressSupportProps, IngressTargetType, TargetGroupBindingOptions,
} from '../../src';
import { ClusterCapacity } from '../../src/cluster/capacity';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { importCluster, messagesOf, Module, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, OwnedCluster, soundGraph, warningsOf } from '../fixtures';
import { SHOP } from '../support/binding-fixtures';

const error = (rest: string, remedy = 'a Fargate profile that selects its pods') =>
  `[Stack/AlbIngress] cluster Stack/Cluster has nothing that the controller could run on${rest}; add a node group or ${remedy}`;

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

  test('fails without any', () => {
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    expect(synth).toThrow(error(''));
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
    expect(synth).toThrow('[Stack/AlbIngress] the controller of Stack/AlbIngress cannot depend on its nodes, Stack/Cluster/NodegroupNodes/Resource: '
      + 'Stack/Cluster/NodegroupNodes depends on Stack/AlbIngress/Resource; remove that dependency, or define this construct in the stack of the nodes '
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
  /** What is reported for a cluster without capacity of its own: an error, or a warning with what may give it nodes. */
  function reportedOf(add: (stack: Stack, cluster: OwnedCluster) => void, props: Partial<EksAlbIngressSupportProps> = {}, module: 'aws-eks' | 'aws-eks-v2' = 'aws-eks-v2') {
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
  const warning = (path: string, misfits = '', remedy = 'add a node group or a Fargate profile that selects its pods') => [
    `/Stack/AlbIngress: the app defines nothing on cluster Stack/Cluster that the controller could certainly run on${misfits}, and without it the Helm release `
    + `times out; ${remedy}, or acknowledge this warning if the cluster gets nodes by ${path}`,
  ];
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
    expect(reportedOf(add)).toEqual(warning('Stack/It'));
  });

  test('warns with hybrid nodes, as the cluster says', () => {
    expect(reportedOf((_, cluster) => {
      (cluster.node.defaultChild as eks.CfnCluster).remoteNetworkConfig = { remoteNodeNetworks: [{ cidrs: ['10.1.0.0/16'] }] };
    })).toEqual(warning('Stack/Cluster, which has hybrid nodes'));
  });

  test('warns with a role of nodes in aws-auth', () => {
    expect(reportedOf((stack, cluster) => {
      (cluster as eks.Cluster).awsAuth.addRoleMapping(iam.Role.fromRoleArn(stack, 'Nodes', 'arn:aws:iam::111122223333:role/nodes'), {
        username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:bootstrappers', 'system:nodes'],
      });
    }, {}, 'aws-eks')).toEqual(warning('Stack/Cluster/AwsAuth/manifest/Resource/Default'));
  });

  test('warns with nodes in another stage', () => {
    expect(reportedOf((stack) => {
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
    const expected = warning(`a workload on ${path}`, ` (${path} has the taint CriticalAddonsOnly=true, which tolerations do not name)`);
    expect(reportedOf(tainted)).toEqual(expected);
    expect(reportedOf(tainted, { tolerations: [{ key: 'other' }] })).toEqual(expected);
    expect(reportedOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly', value: 'false' }] })).toEqual(expected);
    expect(reportedOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly', effect: ControllerTaintEffect.NO_EXECUTE }] })).toEqual(expected);
    expect(reportedOf(tainted, { tolerations: [{ key: 'CriticalAddonsOnly' }] })).toEqual([]);
    expect(reportedOf(tainted, { tolerations: [{}] })).toEqual([]);
    expect(reportedOf(tainted, { values: { tolerations: [{ operator: 'Exists' }] } })).toEqual([]);
  });

  const pathsOf = (profiles: Construct[]) => profiles.map((profile) => profile.node.findAll().find((child) =>
    CfnResource.isCfnResource(child) && child.cfnResourceType.endsWith('FargateProfile'))!.node.path);

  test.each(MODULES)('warns with Fargate profiles for other pods, where an operator may run, %s', (module) => {
    let paths: string[] = [];
    const reported = reportedOf((_, cluster) => {
      const batch = cluster.addFargateProfile('Batch', { selectors: [{ namespace: 'batch' }] });
      paths = pathsOf([batch, cluster.addFargateProfile('Nginx', { selectors: [{ namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'nginx' } }] })]);
    }, {}, module);
    const misfit = 'selects other pods than the controller\'s: namespace kube-system, '
      + 'labels app.kubernetes.io/name=aws-load-balancer-controller, app.kubernetes.io/instance=aws-load-balancer-controller';
    expect(reported).toEqual(warning(paths.map((path) => `a workload on ${path}`).join(', '), ` (${paths.map((path) => `${path} ${misfit}`).join('; ')})`));
  });

  test.each(MODULES)('warns with Pod Identity and nothing but Fargate, and names what works there, %s', (module) => {
    let paths: string[] = [];
    const reported = reportedOf((_, cluster) => {
      paths = pathsOf([cluster.addFargateProfile('System', { selectors: [{ namespace: 'kube-system' }] })]);
    }, { identity: ControllerIdentity.podIdentity() }, module);
    expect(reported).toEqual(warning(`a workload on ${paths[0]}`, ` (${paths[0]} is Fargate, where EKS Pod Identity does not work)`,
      'add a node group, or use ControllerIdentity.irsa(), which works on Fargate'));
  });

  test('warns with a node group of size 0', () => {
    const path = 'Stack/Cluster/NodegroupNodes/Resource';
    expect(reportedOf((_, cluster) => cluster.addNodegroupCapacity('Nodes', { minSize: 0, maxSize: 2 })))
      .toEqual(warning(`scaling of ${path}`, ` (${path} has a size of 0)`));
    expect(reportedOf((_, cluster) => cluster.addNodegroupCapacity('Nodes', { minSize: 0, desiredSize: 1 }))).toEqual([]);
  });

  test('warns with a node group that lacks a label of nodeSelector, where it certainly does', () => {
    const path = 'Stack/Cluster/NodegroupNodes/Resource';
    const labelled = (labels?: Record<string, string>) => (_: Stack, cluster: OwnedCluster) => {
      cluster.addNodegroupCapacity('Nodes', { labels });
    };
    const nodeSelector = { team: 'platform' };
    const expected = warning(`a workload on ${path}`, ` (${path} lacks the label team=platform of nodeSelector)`);
    expect(reportedOf(labelled(), { nodeSelector })).toEqual(expected);
    expect(reportedOf(labelled({ team: 'shop' }), { nodeSelector })).toEqual(expected);
    expect(reportedOf(labelled({ team: 'platform' }), { nodeSelector })).toEqual([]);
    expect(reportedOf(labelled({ team: Fn.importValue('Team') }), { nodeSelector })).toEqual([]);
    expect(reportedOf(labelled(), { nodeSelector: { 'kubernetes.io/arch': 'arm64', 'eks.amazonaws.com/capacityType': 'SPOT' } })).toEqual([]);
    expect(reportedOf((stack, cluster) => {
      const template = new ec2.CfnLaunchTemplate(stack, 'Template', { launchTemplateData: { userData: 'labels by kubelet' } });
      cluster.addNodegroupCapacity('Nodes', { launchTemplateSpec: { id: template.ref } });
    }, { nodeSelector })).toEqual([]);
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
    expect(reportedOf(add)).toEqual(nothing);
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
      const capacity = new ClusterCapacity(support, target);
      capacity.add(new CfnResource(support, 'Profile', props));
      capacity.checkFor({ namespace: 'kube-system', labels: { app: 'aws-load-balancer-controller' }, runOnFargate: true });
      support.node.validate();
      return support.node.metadata.length === 0;
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

describe('targets on Fargate', () => {
  const INSTANCES = { ...SHOP, targetType: IngressTargetType.INSTANCE, targetPort: 31080 };

  let stack: Stack;
  let vpc: ec2.Vpc;


  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack);
  });

  /** A cluster with two profiles of Fargate and nothing else. */
  function fargate(module: Module): eks.Cluster | eks_v2.Cluster {
    const cluster = newCluster(stack, module, { vpc, nodes: false });
    for (const namespace of ['kube-system', 'shop']) cluster.addFargateProfile(namespace, { selectors: [{ namespace }] });
    return cluster;
  }

  /** What is warned of about targets on Fargate. */
  function warned(cluster: eks.ICluster | eks_v2.ICluster, options: TargetGroupBindingOptions = INSTANCES): string[] {
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { ingressClassName: 'own' } });
    support.addTargetGroupBinding('Shop', options);
    (stack.node.root as App).synth();
    return warningsOf(stack).map(({ text }) => text).filter((text) => text.includes('instanceTargetsOnFargate'));
  }

  describe.each(MODULES)('on Fargate alone, %s', (module) => {
    test('instances are warned of, once', () => {
      expect(warned(fargate(module))).toEqual([
        'addTargetGroupBinding(Shop) registers instances, and cluster Stack/Cluster has none that the app shows, since all of it is Fargate: '
        + 'no target would ever be there; use targets of type IP [ack: cdk-eks-alb-ingress-support:EksAlbIngressSupport.instanceTargetsOnFargate]',
      ]);
    });

    test('pods are not', () => {
      expect(warned(fargate(module), SHOP)).toEqual([]);
    });

    test.each<[string, (cluster: eks.Cluster | eks_v2.Cluster) => unknown]>([
      ['a node group', (cluster) => cluster.addNodegroupCapacity('Nodes')],
      ['a node pool', (cluster) => newManifest(stack, cluster, { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'web' } })],
      ['Karpenter', (cluster) => cluster.addHelmChart('Autoscaler', { chart: 'karpenter', repository: 'oci://public.ecr.aws/karpenter/karpenter' })],
      ['what the app does not define', () => new CfnResource(stack, 'Elsewhere', { type: 'AWS::CloudFormation::StackSet' })],
    ])('nothing is said beside %s', (_, add) => {
      const cluster = fargate(module);
      add(cluster);
      expect(warned(cluster)).toEqual([]);
    });

    test('nothing is said of a cluster that others may give nodes', () => {
      stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
      vpc = newVpc(stack);
      expect(warned(importCluster(stack, module, { vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' }))).toEqual([]);
    });
  });

  test('nothing is said in EKS Auto Mode', () => {
    const cluster = newAutoModeCluster(stack, { vpc });
    cluster.addFargateProfile('Profile', { selectors: [{ namespace: 'shop' }] });
    expect(warned(cluster)).toEqual([]);
  });
});
