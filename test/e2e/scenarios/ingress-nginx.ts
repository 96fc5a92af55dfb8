import * as assert from 'assert';
import * as path from 'path';
import { Harness } from '../harness';
import { addressOf, leftInAws, leftInCluster, objectsInCluster, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

/** Ingresses of two controllers in one cluster, of which the other is not even installed; and rewritten paths, which the webhook admits. */
export const INGRESS_NGINX: Scenario = {
  number: 13,
  name: 'from-ingress-nginx',
  cases: { 'side by side': sideBySide },
};

async function sideBySide(harness: Harness): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'ingress-nginx.ts'));
  await app.deploy();
  await eventually('the new Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop-alb'));
  await eventually('its pods are registered', 90, async () => (await targetGroups(harness)).some(({ targets }) => targets.length === 2));

  // The fake AWS keeps no transforms of rules: what the controller asked for.
  const rules = harness.calls.find({ action: 'elasticloadbalancing:CreateRule' }).map(({ params }) => params);
  const transformsOf = (priority: string) => Object.entries(rules.find(({ Priority }) => Priority === priority)!)
    .filter(([name]) => /^Transforms\..*\.(Type|Regex|Replace)$/.test(name)).map(([, value]) => value).sort();
  assert.equal(rules.length, 2);
  assert.deepEqual(transformsOf('1'), ['/$1$2', '^/api(?:/([^?]*))?(\\?.*)?$', 'url-rewrite'].sort());
  assert.deepEqual(transformsOf('2'), ['/new/$1', '^/old/(.*)$', 'host-header-rewrite', 'shop.internal', '^.*$', 'url-rewrite'].sort());
  // A rule has its conditions beside its transforms.
  assert.ok(Object.values(rules.find(({ Priority }) => Priority === '1')!).includes('x-version'));

  const old = await harness.kubernetes.get('/apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop');
  assert.deepEqual([old!.metadata.finalizers, old!.status.loadBalancer], [undefined, {}]);

  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}
