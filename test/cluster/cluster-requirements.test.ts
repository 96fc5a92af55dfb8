import { Aws, CfnResource, Fn, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ControllerIdentity, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { rejectSecondSupport } from '../../src/cluster/cluster-requirements';
import { AnyCluster, TargetCluster } from '../../src/cluster/target-cluster';
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
    ['EKS Auto Mode', nothing, () => ({ autoMode: true }), kubectl],
  ])('fails, imported, by the names of all that is missing for %s', (_, attributes, props, missing) => {
    const stack = newStack();
    expect(() => support(importCluster(stack, module, attributes), props(stack)))
      .toThrow(new Error(`cluster Stack/Imported must have ${missing}; pass it to Cluster.fromClusterAttributes()`));
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
      + 'pass Cluster.fromClusterAttributes() one whose function is in that region'));
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
      support(importCluster(autoMode, module, nothing), { autoMode: true, ingressClass: { create: false } });
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
    .toThrow(new Error('cluster Stack/Cluster must have kubectlProviderOptions; '
      + 'set kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(this, \'Kubectl\') } where the cluster is defined, with the class of '
      + '@aws-cdk/lambda-layer-kubectl-v35; or set installController to false if something else installs the controller'));
});

test('fails for kubectlProviderOptions of an imported cluster of aws-eks-v2, which the CDK ignores', () => {
  const stack = newStack();
  const options: Partial<eks_v2.ClusterAttributes> = { kubectlProvider: undefined, kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') } };
  expect(() => support(importCluster(stack, 'aws-eks-v2', options as Partial<eks.ClusterAttributes>))).toThrow(new Error(
    'cluster Stack/Imported must have kubectlProvider (kubectlProviderOptions do nothing there); pass it to Cluster.fromClusterAttributes()'));
});

test('fails for a kubectl role of an imported cluster of aws-eks without a kubectl to use it', () => {
  const attributes = { kubectlProvider: undefined, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl' };
  expect(() => support(importCluster(newStack(), 'aws-eks', attributes))).toThrow(new Error(
    'cluster Stack/Imported must have kubectlLayer in addition to kubectlRoleArn; pass it to Cluster.fromClusterAttributes()'));
  const stack = newStack();
  support(importCluster(stack, 'aws-eks', { ...attributes, kubectlLayer: newLayer(stack, 'Kubectl') }));
});

const ENV = { env: { region: 'eu-west-1', account: '111122223333' } };
const imported = (scope: Construct, clusterName = 'blue', module = 'aws-eks-v2') => new TargetCluster(module === 'aws-eks'
  ? eks.Cluster.fromClusterAttributes(scope, 'Imported', { clusterName })
  : eks_v2.Cluster.fromClusterAttributes(scope, 'Imported', { clusterName }));
const claim = (scope: Construct, id: string, target: TargetCluster) => rejectSecondSupport(new Construct(scope, id), target);

test.each(MODULES)('fails for the same cluster of %s, wherever in the app', (module) => {
  const stack = newStack();
  const target = new TargetCluster(newCluster(stack, module));
  claim(stack, 'First', target);
  expect(() => claim(new Stack(stack.node.root, 'Other'), 'Second', target))
    .toThrow(new Error('cluster Stack/Cluster already has ALB Ingress support by Stack/First; define it once'));
});

test.each(MODULES)('fails for a cluster of %s that is imported by its own name beside it', (module) => {
  const stack = newStack();
  const cluster = newCluster(stack, module);
  claim(stack, 'First', new TargetCluster(cluster));
  expect(() => claim(stack, 'Second', imported(stack, cluster.clusterName, module)))
    .toThrow(new Error('cluster Stack/Imported already has ALB Ingress support by Stack/First; define it once'));
});

test.each(MODULES)('fails for a cluster of %s that is imported by the literal name it was given', (module) => {
  const stack = newStack('Stack', ENV);
  claim(stack, 'First', new TargetCluster(newCluster(stack, module, { clusterName: 'blue' })));
  expect(() => claim(stack, 'Second', imported(stack, 'blue', module)))
    .toThrow(new Error('cluster Stack/Imported already has ALB Ingress support by Stack/First; define it once'));
});

test('fails for one literal name in one environment', () => {
  const app = newApp();
  const [a, b] = ['A', 'B'].map((id) => newStack(id, ENV, app));
  claim(a, 'First', imported(a));
  expect(() => claim(b, 'Second', imported(b)))
    .toThrow(new Error('cluster B/Imported already has ALB Ingress support by A/First; define it once'));
});

test.each<[string, string, (app: Stage) => [Construct, Construct]]>([
  ['two regions', 'blue', (app) => [new Stack(app, 'A', ENV), new Stack(app, 'B', { env: { ...ENV.env, region: 'us-east-1' } })]],
  ['two accounts', 'blue', (app) => [new Stack(app, 'A', ENV), new Stack(app, 'B', { env: { ...ENV.env, account: '444455556666' } })]],
  ['two stacks that may be deployed anywhere', 'blue', (app) => [new Stack(app, 'A'), new Stack(app, 'B')]],
  ['two stages', 'blue', (app) => [new Stack(new Stage(app, 'Dev'), 'Stack', ENV), new Stack(new Stage(app, 'Prod'), 'Stack', ENV)]],
  ['a stage and one in it', 'blue', (app) => {
    const outer = new Stage(app, 'Outer');
    return [new Stack(outer, 'Stack', ENV), new Stack(new Stage(outer, 'Inner'), 'Stack', ENV)];
  }],
  ['two names', 'green', (app) => [new Stack(app, 'A', ENV), new Stack(app, 'B', ENV)]],
])('none is taken for another in %s', (_, name, scopes) => {
  const [a, b] = scopes(newApp());
  claim(a, 'Support', imported(a));
  expect(() => claim(b, 'Support', imported(b, name))).not.toThrow();
});

test('two clusters that one resource names are two', () => {
  const stack = newStack();
  const names = new CfnResource(stack, 'Names', { type: 'Custom::Names' });
  claim(stack, 'First', imported(new Construct(stack, 'A'), names.getAtt('Blue').toString()));
  claim(stack, 'Second', imported(new Construct(stack, 'B'), names.getAtt('Green').toString()));
  expect(() => claim(stack, 'Third', imported(new Construct(stack, 'C'), names.getAtt('Blue').toString()))).toThrow('define it once');
});

test('two owned clusters of one stack are two', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const [blue, green] = ['Blue', 'Green'].map((id) => new TargetCluster(newCluster(stack, 'aws-eks-v2', { id, vpc })));
  claim(stack, 'BlueSupport', blue);
  expect(() => claim(stack, 'GreenSupport', green)).not.toThrow();
});

test('fails beside the albController of an aws-eks cluster', () => {
  const stack = newStack();
  const cluster = new eks.Cluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.of('1.35'),
    kubectlLayer: newLayer(stack, 'Kubectl'),
    albController: { version: eks.AlbControllerVersion.V2_8_2 },
  });
  expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: cluster.vpc })).toThrow(new Error(
    'cluster Stack/Cluster has a controller by its own albController; leave albController out of its props and set takeOver here, both in one deployment, '
    + 'and leave takeOver out in the next (docs/migrating.md describes each step)'));
});
