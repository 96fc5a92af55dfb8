import * as assert from 'assert';
import * as path from 'path';
import { workload } from '../apps/web';
import { Harness } from '../harness';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster, SeenTargetGroup, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

/** Load balancers that CDK defines: the controller registers targets, and that is all it does. */
export const TARGETS: Scenario = {
  number: 9,
  name: 'targets',
  controllers: ['v2.8.3', 'v3.5.0'],
  cases: {
    'aws-eks-v2': (harness) => bindAndLeave(harness, { MODULE: 'aws-eks-v2' }),
    'aws-eks': (harness) => bindAndLeave(harness, { MODULE: 'aws-eks' }),
    'an old controller': (harness) => bindAndLeave(harness, { CONTROLLER: 'V2_8_3' }),
  },
};

const BINDINGS = '/apis/elbv2.k8s.aws/v1beta1/namespaces/shop/targetgroupbindings';

async function bindAndLeave(harness: Harness, settings: Record<string, string>): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'targets.ts'));
  await app.deploy({ environment: settings });
  assert.equal((await loadBalancers(harness)).length, 2);
  const bindings = await namesOf(harness);
  assert.equal(bindings.length, 3);

  // The Services may come later than their bindings.
  const [shop, other] = ['shop', 'other'].map((name) => workload(name).map((object: any) => ({ ...object, metadata: { name, namespace: 'shop' } })));
  await harness.apply(...shop, ...other);
  await eventually('pods, nodes and pods again are registered', 90, async () => {
    const { Pods, Nodes, Tcp } = await groupsOf(harness);
    return same(Pods, await podsOf(harness, 'shop')) && same(Tcp, await podsOf(harness, 'shop')) && Nodes.targets.every((id) => id.startsWith('i-'))
      && Nodes.targets.length === 2;
  });

  // Another Service is no other binding.
  await app.deploy({ environment: { ...settings, SERVICE: 'other' } });
  assert.deepEqual(await namesOf(harness), bindings);
  await eventually('the pods of the other Service are registered, and nothing else', 90, async () =>
    same((await groupsOf(harness)).Pods, await podsOf(harness, 'other')));

  // Another target group is: the ARN of a binding can never be changed.
  const { Pods: replaced } = await groupsOf(harness);
  await app.deploy({ environment: { ...settings, SERVICE: 'other', PROTOCOL: 'HTTPS' } });
  assert.deepEqual(app.stack().cleanupFailures, []);
  const after = await namesOf(harness);
  assert.equal(after.length, 3);
  assert.equal(after.filter((name) => bindings.includes(name)).length, 2);
  assert.ok((await targetGroups(harness)).every(({ TargetGroupArn }) => TargetGroupArn !== replaced.TargetGroupArn));
  await eventually('pods are registered with the new target group', 90, async () => same((await groupsOf(harness)).Pods, await podsOf(harness, 'other')));

  const callsOf = (action: string) => harness.calls.find({ caller: 'AlbIngressRole', action });
  assert.ok(callsOf('elasticloadbalancing:RegisterTargets').length >= 5);
  assert.deepEqual(callsOf('ec2:AuthorizeSecurityGroupIngress'), [], 'the controller opens no security group');
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}

async function namesOf({ kubernetes }: Harness): Promise<string[]> {
  return (await kubernetes.list(BINDINGS)).map(({ metadata }) => metadata.name).sort();
}

/** The target groups by the ids of their bindings. */
async function groupsOf(harness: Harness): Promise<Record<'Pods' | 'Nodes' | 'Tcp', SeenTargetGroup>> {
  const groups = await targetGroups(harness);
  const bindings = await harness.kubernetes.list(BINDINGS);
  const bindingOf = (id: string) => bindings.find(({ metadata }) => metadata.name.startsWith(id));
  const of = (id: string) => groups.find(({ TargetGroupArn }) => TargetGroupArn === bindingOf(id)?.spec.targetGroupARN)!;
  return { Pods: of('pods-'), Nodes: of('nodes-'), Tcp: of('tcp-') };
}

async function podsOf({ kubernetes }: Harness, name: string): Promise<string[]> {
  return (await kubernetes.list('/api/v1/namespaces/shop/pods')).filter(({ metadata }) => metadata.labels.app === name).map(({ status }) => status.podIP);
}

function same({ targets }: SeenTargetGroup, addresses: string[]): boolean {
  return addresses.length > 0 && JSON.stringify([...targets].sort()) === JSON.stringify([...addresses].sort());
}
