import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { EksAlbIngressSupport } from '../../src';
import { rejectSecondSupport } from '../../src/cluster/one-support';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { MODULES, newApp, newCluster, newLayer, newStack, newVpc } from '../fixtures';

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
    .toThrow(new Error('cluster Stack/Cluster has ALB Ingress support by Stack/First already; define it once'));
});

test.each(MODULES)('fails for a cluster of %s that is imported by its own name beside it', (module) => {
  const stack = newStack();
  const cluster = newCluster(stack, module);
  claim(stack, 'First', new TargetCluster(cluster));
  expect(() => claim(stack, 'Second', imported(stack, cluster.clusterName, module)))
    .toThrow(new Error('cluster Stack/Imported has ALB Ingress support by Stack/First already; define it once'));
});

test.each(MODULES)('fails for a cluster of %s that is imported by the literal name it was given', (module) => {
  const stack = newStack('Stack', ENV);
  claim(stack, 'First', new TargetCluster(newCluster(stack, module, { clusterName: 'blue' })));
  expect(() => claim(stack, 'Second', imported(stack, 'blue', module)))
    .toThrow(new Error('cluster Stack/Imported has ALB Ingress support by Stack/First already; define it once'));
});

test('fails for one literal name in one environment', () => {
  const app = newApp();
  const [a, b] = ['A', 'B'].map((id) => newStack(id, ENV, app));
  claim(a, 'First', imported(a));
  expect(() => claim(b, 'Second', imported(b)))
    .toThrow(new Error('cluster B/Imported has ALB Ingress support by A/First already; define it once'));
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
    + 'and leave takeOver out in the next (docs/migrating.md tells what happens meanwhile)'));
});
