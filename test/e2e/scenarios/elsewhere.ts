import * as assert from 'assert';
import * as path from 'path';
import { webApplication } from '../apps/web';
import { Harness } from '../harness';
import { addressOf, leftInAws, leftInCluster, loadBalancers, objectsInCluster, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

const RELEASE = 'aws-load-balancer-controller';

/** The chart is installed from outside, with nothing but the outputs of the stack. */
export const ELSEWHERE: Scenario = {
  number: 12,
  name: 'installed-elsewhere',
  cases: {
    'irsa': (harness) => serveAndLeave(harness, 'irsa'),
    'pod identity': (harness) => serveAndLeave(harness, 'pod-identity'),
  },
};

async function serveAndLeave(harness: Harness, identity: string): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'elsewhere.ts'));
  await app.deploy({ environment: { IDENTITY: identity } });
  // The stack brings nothing into the cluster.
  assert.deepEqual([...await objectsInCluster(harness)].filter((object) => !before.has(object)), []);

  await harness.installChart(RELEASE, app.stack().outputs);
  await harness.apply(...webApplication('shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop'));
  await eventually('its pods are registered', 90, async () => (await targetGroups(harness)).some(({ targets }) => targets.length === 2));
  const role = harness.iam.role(app.stack().physicalId('AWS::IAM::Role', 'AlbIngressRole')).arn;
  assert.deepEqual([...new Set(harness.calls.records.filter(({ action }) => action === 'CreateLoadBalancer').map(({ caller }) => caller))], [role]);

  // In the order that docs/gitops.md gives: Ingresses, the controller, the stack.
  await harness.deleteNamespaces('shop');
  assert.deepEqual(await loadBalancers(harness), []);
  await harness.helm(['uninstall', RELEASE, '--namespace', 'kube-system', '--wait']);
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}
