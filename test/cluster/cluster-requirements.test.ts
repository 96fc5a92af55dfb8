import { Aws, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { importCluster, MODULES, newApp, newAutoModeCluster, newCluster, newLayer, newStack, newVpc } from '../fixtures';

const WEST = { region: 'eu-west-1', account: '111122223333' };
const EAST = { region: 'us-east-1', account: '444455556666' };

/** Defines the support in the cluster's stack, with a VPC of its own where nothing is said. */
function support(cluster: AnyCluster, props: Partial<EksAlbIngressSupportProps> = {}, stack = Stack.of(cluster)): void {
  const vpc = props.vpc ?? ec2.Vpc.fromVpcAttributes(stack, 'AnyVpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, ...props, vpc });
}

describe.each(MODULES)('a cluster of %s', (module) => {
  const kubectl = module === 'aws-eks' ? 'kubectlProvider (or kubectlRoleArn with kubectlLayer)' : 'kubectlProvider (kubectlProviderOptions do nothing there)';
  const nothing = { openIdConnectProvider: undefined, kubectlProvider: undefined };
  const nodes = (stack: Stack) => ec2.SecurityGroup.fromSecurityGroupId(stack, 'Nodes', 'sg-nodes');

  test.each<[string, Partial<eks.ClusterAttributes>, (stack: Stack) => Partial<EksAlbIngressSupportProps>, string]>([
    ['IRSA', nothing, () => ({}), `${kubectl}, openIdConnectProvider`],
    ['Pod Identity', nothing, () => ({ identity: ControllerIdentity.podIdentity() }), kubectl],
    ['IRSA, with kubectl', { openIdConnectProvider: undefined }, () => ({}), 'openIdConnectProvider'],
    ['a security group of the nodes', nothing, (stack) => ({ workerSecurityGroup: nodes(stack) }), `${kubectl}, openIdConnectProvider, clusterSecurityGroupId`],
    ['EKS Auto Mode', nothing, () => ({ installController: false }), kubectl],
  ])('fails, imported, by the names of all that is missing for %s', (_, attributes, props, missing) => {
    const stack = newStack();
    expect(() => support(importCluster(stack, module, attributes), props(stack)))
      .toThrow(new Error(`cluster Stack/Imported must have ${missing}; give it to Cluster.fromClusterAttributes()`));
  });

  const kubectlAt = (stack: Stack, token: string) => module === 'aws-eks'
    ? eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'OwnKubectl', {
      functionArn: token, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl', handlerRole: iam.Role.fromRoleArn(stack, 'Handler', 'arn:aws:iam::111122223333:role/h'),
    })
    : eks_v2.KubectlProvider.fromKubectlProviderAttributes(stack, 'OwnKubectl', { serviceToken: token });

  test.each(['lambda:us-east-1:111122223333:function:kubectl', 'sns:us-east-1:111122223333:kubectl'])('fails with kubectl of another region: %s', (name) => {
    const stack = newStack('Stack', { env: WEST });
    expect(() => support(importCluster(stack, module, { kubectlProvider: kubectlAt(stack, `arn:aws:${name}`) } as object))).toThrow(new Error(
      'cluster must have a kubectlProvider in the region of its stack, eu-west-1, got "us-east-1"; '
      + 'give Cluster.fromClusterAttributes() one whose function is in that region'));
    // Where it goes anywhere, it may go there.
    const anywhere = newStack('Anywhere');
    support(importCluster(anywhere, module, { kubectlProvider: kubectlAt(anywhere, `arn:aws:${name}`) } as object));
  });

  test.each([
    'arn:aws:lambda:eu-west-1:444455556666:function:shared', `arn:aws:lambda:${Aws.REGION}:111122223333:function:kubectl`, Fn.importValue('kubectl'),
  ])('takes kubectl that may be of its region: case %#', (token) => {
    const stack = newStack('Stack', { env: WEST });
    expect(() => support(importCluster(stack, module, { kubectlProvider: kubectlAt(stack, token) } as object))).not.toThrow();
  });

  test('imported, may have no more than what is needed', () => {
    const [podIdentity, autoMode, irsa] = ['PodIdentity', 'AutoMode', 'Irsa'].map((id) => newStack(id));
    expect(() => {
      support(importCluster(podIdentity, module, { openIdConnectProvider: undefined }), { identity: ControllerIdentity.podIdentity() });
      support(importCluster(autoMode, module, nothing), { installController: false, ingressClass: { create: false } });
      support(importCluster(irsa, module, { clusterSecurityGroupId: 'sg-1' }), { workerSecurityGroup: nodes(irsa) });
    }).not.toThrow();
  });

  test('fails with a Kubernetes that the controller is too new for, where it is known', () => {
    const [old, current, unknown] = ['Old', 'Current', 'Unknown'].map((id) => newStack(id));
    const cluster = newCluster(old, module, { version: '1.21' });
    expect(() => support(cluster, { vpc: cluster.vpc })).toThrow(new Error(
      `controllerVersion must be a release that runs on the cluster's Kubernetes 1.21, got "${ControllerVersion._default.releaseTag}"; `
      + 'upgrade the cluster to 1.22 or later, or choose an older release'));
    const next = newCluster(current, module, { version: '1.22' });
    support(next, { vpc: next.vpc });
    support(importCluster(unknown, module));
  });

  test('runs an older controller with an older Kubernetes', () => {
    const cluster = newCluster(newStack(), module, { version: '1.21' });
    expect(() => support(cluster, { vpc: cluster.vpc, controllerVersion: ControllerVersion.V2_4_0 })).not.toThrow();
  });

  test('fails, defined in this app, with another VPC of it', () => {
    const stack = newStack();
    const [vpc, other] = ['Vpc', 'Other'].map((id) => new ec2.Vpc(stack, id));
    expect(() => support(newCluster(stack, module, { vpc }), { vpc: other }))
      .toThrow(new Error('vpc must be the VPC of the cluster, got "Stack/Other"; pass Stack/Vpc'));
  });

  test('fails, imported, with a VPC of another id', () => {
    const stack = newStack();
    const [vpc, other] = ['vpc-1', 'vpc-2'].map((vpcId) => ec2.Vpc.fromVpcAttributes(stack, vpcId, { vpcId, availabilityZones: ['a'] }));
    expect(() => support(importCluster(stack, module, { vpc }), { vpc: other }))
      .toThrow(new Error('vpc must be the VPC of the cluster, got "Stack/vpc-2"; pass Stack/vpc-1'));
  });

  test.each<[string, (scope: Stack) => ec2.IVpc]>([
    ['imported again', (scope) => ec2.Vpc.fromVpcAttributes(scope, 'Again', { vpcId: 'vpc-1', availabilityZones: ['a'] })],
    ['of which only the deployment knows the id', (scope) => newVpc(scope)],
  ])('takes a VPC %s', (_, vpcOf) => {
    const stack = newStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Theirs', { vpcId: 'vpc-1', availabilityZones: ['a'] });
    expect(() => support(importCluster(stack, module, { vpc }), { vpc: vpcOf(stack) })).not.toThrow();
  });

  test.each(['region', 'account'] as const)('fails in another %s, where both are known', (part) => {
    const app = newApp();
    const cluster = importCluster(newStack('Cluster', { env: WEST }, app), module);
    expect(() => support(cluster, {}, newStack('Support', { env: { ...WEST, [part]: EAST[part] } }, app))).toThrow(new Error(
      `cluster must be in the ${part} of the stack that supports it, ${EAST[part]}, got "${WEST[part]}"; define the construct in a stack of that ${part}`));
  });

  test.each([WEST, {}])('may be in the same environment, or in one that the deployment tells: %j', (env) => {
    const app = newApp();
    const cluster = importCluster(newStack('Cluster', { env: WEST }, app), module);
    expect(() => support(cluster, {}, newStack('Support', { env }, app))).not.toThrow();
  });
});

test('fails, defined in aws-eks-v2, without a way to run kubectl', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  expect(() => support(newAutoModeCluster(stack, { vpc, kubectlProviderOptions: undefined }), { vpc }))
    .toThrow(new Error('cluster Stack/Cluster must have kubectlProviderOptions; set it where the cluster is defined'));
});

test('fails for kubectlProviderOptions of an imported cluster of aws-eks-v2, which the CDK ignores', () => {
  const stack = newStack();
  const options: Partial<eks_v2.ClusterAttributes> = { kubectlProvider: undefined, kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') } };
  expect(() => support(importCluster(stack, 'aws-eks-v2', options as Partial<eks.ClusterAttributes>))).toThrow(new Error(
    'cluster Stack/Imported must have kubectlProvider (kubectlProviderOptions do nothing there); give it to Cluster.fromClusterAttributes()'));
});

test('fails for a kubectl role of an imported cluster of aws-eks without a kubectl to use it', () => {
  const attributes = { kubectlProvider: undefined, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl' };
  expect(() => support(importCluster(newStack(), 'aws-eks', attributes))).toThrow(new Error(
    'cluster Stack/Imported must have kubectlLayer beside kubectlRoleArn; give it to Cluster.fromClusterAttributes()'));
  const stack = newStack();
  support(importCluster(stack, 'aws-eks', { ...attributes, kubectlLayer: newLayer(stack, 'Kubectl') }));
});
