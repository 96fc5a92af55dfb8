import * as assert from 'assert';
import * as path from 'path';
import { webApplication } from '../apps/web';
import { DeploymentFailed } from '../cloudformation/stack';
import { Harness } from '../harness';
import { addressOf, leftInAws, leftInCluster, objectsInCluster } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

const PLAIN = path.join(__dirname, '..', 'apps', 'plain.ts');
const OLD = { CONTROLLER: 'V2_8_3' };
const NEW = { CONTROLLER: 'V3_5_0' };

/** From an old release to the newest, over which an Ingress keeps its load balancer. */
export const UPGRADE: Scenario = {
  number: 5,
  name: 'upgrade',
  controllers: ['v2.8.3', 'v3.5.0'],
  cases: {
    'with upgradeCrds': async (harness) => {
      await upgrade(harness, { UPGRADE_CRDS: 'yes' }, (before, after) => {
        assert.equal(before.length, 2);
        assert.ok(after.length > before.length, 'the definitions that the new release brings');
        assert.ok(after.every(({ generator }) => !before.some((old) => old.generator === generator)), 'all are of the new release');
      });
    },
    'without upgradeCrds': async (harness) => {
      // As Helm leaves them, and as the documentation says: the controller's users look after them.
      await upgrade(harness, {}, (before, after) => assert.deepEqual(after, before));
    },
    'never ready': neverReady,
  },
};

interface Definition {
  readonly name: string;
  /** Release of the program that wrote it, which moves with the controller's. */
  readonly generator: string;
}

async function upgrade(harness: Harness, options: Record<string, string>, check: (before: Definition[], after: Definition[]) => void): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(PLAIN);
  await app.deploy({ environment: { ...OLD, ...options } });
  await harness.apply(...webApplication('old-shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  const address = await eventually('the Ingress has an address', 90, () => addressOf(harness, 'old-shop', 'old-shop'));
  const definitions = await definitionsOf(harness);
  const certificate = await webhookCertificate(harness);

  await app.deploy({ environment: { ...NEW, ...options } });
  assert.equal(app.stack().status, 'UPDATE_COMPLETE');
  assert.deepEqual(app.stack().cleanupFailures, []);
  assert.deepEqual(await imagesOf(harness), ['v3.5.0']);
  check(definitions, await definitionsOf(harness));
  assert.equal(await webhookCertificate(harness), certificate, 'the certificate stays, so that no webhook is called with another');

  // Admission of this one goes through the webhook of the new release.
  await harness.apply(...webApplication('new-shop', { 'scheme': 'internal', 'target-type': 'ip' }));
  await eventually('the new Ingress has an address', 90, () => addressOf(harness, 'new-shop', 'new-shop'));
  assert.equal(await addressOf(harness, 'old-shop', 'old-shop'), address);

  await harness.deleteNamespaces('old-shop', 'new-shop');
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}

/** An image that is not there: Helm takes the release back, the stack its changes, and the way is free for the next deployment. */
async function neverReady(harness: Harness): Promise<void> {
  const app = harness.app(PLAIN);
  await app.deploy({ environment: OLD });
  const broken = { ...NEW, IMAGE_TAG: 'v3.5.0-missing', TIMEOUT_SECONDS: '25' };
  await assert.rejects(app.deploy({ environment: broken }), (error: Error) => {
    assert.ok(error instanceof DeploymentFailed, error.stack);
    assert.doesNotMatch(error.message, /another operation/);
    return true;
  });
  assert.equal(app.stack().status, 'UPDATE_ROLLBACK_COMPLETE');
  assert.deepEqual(app.stack().cleanupFailures, []);
  await eventually('the old release runs', 90, async () => JSON.stringify(await imagesOf(harness)) === JSON.stringify(['v2.8.3']));

  await app.deploy({ environment: NEW });
  assert.equal(app.stack().status, 'UPDATE_COMPLETE');
  assert.deepEqual(await imagesOf(harness), ['v3.5.0']);
  await harness.apply(...webApplication('shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop'));
  await harness.kubectl(['delete', 'namespace', 'shop']);
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
}

async function definitionsOf({ kubernetes }: Harness): Promise<Definition[]> {
  const definitions = await kubernetes.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  return definitions.map(({ metadata }) => ({ name: metadata.name, generator: metadata.annotations['controller-gen.kubebuilder.io/version'] }));
}

async function webhookCertificate({ kubernetes }: Harness): Promise<string> {
  return (await kubernetes.get('/api/v1/namespaces/kube-system/secrets/aws-load-balancer-tls')).data['tls.crt'];
}

/** Releases of the controller's ready pods. */
async function imagesOf({ kubernetes }: Harness): Promise<string[]> {
  const pods = await kubernetes.list('/api/v1/namespaces/kube-system/pods?labelSelector=app.kubernetes.io/name=aws-load-balancer-controller');
  const ready = pods.filter(({ metadata, status }) => !metadata.deletionTimestamp
    && status.conditions?.some(({ type, status: state }: any) => type === 'Ready' && state === 'True'));
  return [...new Set(ready.map(({ spec }) => spec.containers[0].image.split(':')[1]))];
}
