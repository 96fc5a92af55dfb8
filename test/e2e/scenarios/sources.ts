import * as assert from 'assert';
import * as fs from 'fs';
import * as path from 'path';
import { webApplication } from '../apps/web';
import { controllerManifest } from '../build/controller-files';
import { Harness } from '../harness';
import { CertManager } from '../kubernetes/cert-manager';
import { CHARTS } from '../kubernetes/charts';
import { addressOf, leftInAws, leftInCluster, objectsInCluster } from '../look';
import { eventually, run } from '../processes';
import { Scenario } from '../scenario';
import { STATE } from '../settings';

/** Where the controller may come from, in addition to the chart repository. */
export const SOURCES: Scenario = {
  number: 7,
  name: 'sources',
  manifests: ['v3.5.0'],
  cases: {
    'a local chart': async (harness) => {
      const directory = fs.mkdtempSync(path.join(STATE, 'chart-'));
      await run('tar', ['-xzf', path.join(CHARTS, 'aws-load-balancer-controller-3.5.0.tgz'), '-C', directory]);
      await serveFrom(harness, { CHART_DIRECTORY: path.join(directory, 'aws-load-balancer-controller') });
    },
    'a manifest file': async (harness) => {
      const certManager = await CertManager.install(harness.kubernetes);
      try {
        await serveFrom(harness, { MANIFEST_FILE: controllerManifest('v3.5.0')! });
      } finally {
        await certManager.stop();
      }
    },
  },
};

async function serveFrom(harness: Harness, environment: Record<string, string>): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'plain.ts'));
  await app.deploy({ environment });
  await harness.apply(...webApplication('shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop'));
  await harness.kubectl(['delete', 'namespace', 'shop']);
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  // The secret is cert-manager's, which keeps it when the Certificate goes.
  assert.deepEqual((await leftInCluster(harness, before)).filter((left) => left !== 'secrets kube-system/aws-load-balancer-webhook-tls'), []);
}
