import * as assert from 'assert';
import * as fs from 'fs';
import * as path from 'path';
import { Harness } from '../harness';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster } from '../look';
import { eventually, sleep } from '../processes';
import { Scenario } from '../scenario';
import { GATEWAY_DEFINITIONS } from '../settings';

const APP = path.join(__dirname, '..', 'apps', 'gateway.ts');
const DEFINITIONS = GATEWAY_DEFINITIONS;
const ANNOTATIONS = 'gateway.networking.k8s.io';

/** Gateways, and the definitions that they need. */
export const GATEWAY: Scenario = {
  number: 14,
  name: 'gateway',
  controllers: ['v3.4.3', 'v3.5.0'],
  gatewayApi: true,
  cases: {
    'fresh cluster': freshCluster,
    'upgrade with managed definitions': (harness) => upgrade(harness, { DEFINITIONS }, true),
    // As without the prop: so that the case above can fail.
    'upgrade with definitions of others': (harness) => upgrade(harness, {}, false),
    'experimental definitions': (harness) => leaveAlone(harness, 'experimental', 'v1.6.0'),
    'newer definitions': (harness) => leaveAlone(harness, 'standard', 'v9.0.0'),
  },
};

async function freshCluster(harness: Harness): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(APP);
  await app.deploy({ environment: { DEFINITIONS } });
  await eventually('a load balancer has the rule of the route', 90, () => hasRule(harness, '/api'));
  assert.equal(app.stack().outputs.Kept, '');
  const policies = await harness.kubernetes.list('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies');
  assert.deepEqual(policies.map(({ metadata }) => metadata.name).filter((name: string) => name.includes('safe-upgrades')), []);

  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}

/** v3.5.0 looks for a version of the controller's own kinds that Helm does not bring along. */
async function upgrade(harness: Harness, environment: Record<string, string>, isServed: boolean): Promise<void> {
  const app = harness.app(APP);
  if (!environment.DEFINITIONS) {
    await harness.kubectl(['apply', '--server-side', '-f', DEFINITIONS]);
  }
  await app.deploy({ environment: { CONTROLLER: 'V3_4_3', ...environment } });
  await eventually('a load balancer has the rule of the route', 90, () => hasRule(harness, '/api'));
  const [{ LoadBalancerArn }] = await loadBalancers(harness);

  await app.deploy({ environment: { CONTROLLER: 'V3_5_0', ROUTE_PATH: '/new', ...environment } });
  if (isServed) {
    await eventually('the changed route is served', 90, () => hasRule(harness, '/new'));
  } else {
    await sleep(30_000);
    assert.equal(await hasRule(harness, '/new'), false);
  }
  assert.deepEqual((await loadBalancers(harness)).map((one) => one.LoadBalancerArn), [LoadBalancerArn]);
}

/** Another product has installed one of the definitions. */
async function leaveAlone(harness: Harness, channel: string, bundleVersion: string): Promise<void> {
  const [text] = fs.readFileSync(DEFINITIONS, 'utf8').split(/^---$/m).filter((one) => /^ {2}name: httproutes\./m.test(one));
  const theirs = text.replace(/(channel|bundle-version): .*/g, (_, key) => `${key}: ${key === 'channel' ? channel : bundleVersion}`);
  await harness.kubectl(['apply', '--server-side', '-f', '-'], theirs);
  const app = harness.app(APP);
  await app.deploy({ environment: { DEFINITIONS, ROUTES: 'no' } });

  const definitions = (await harness.kubernetes.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions'))
    .filter(({ metadata }) => metadata.name.endsWith(`.${ANNOTATIONS}`));
  assert.deepEqual(definitions.map(({ metadata: { name, annotations } }) => [name, annotations[`${ANNOTATIONS}/channel`], annotations[`${ANNOTATIONS}/bundle-version`]]),
    [['httproutes.gateway.networking.k8s.io', channel, bundleVersion]]);
  assert.equal(app.stack().outputs.Kept, 'httproutes.gateway.networking.k8s.io');
}

async function hasRule(harness: Harness, route: string): Promise<boolean> {
  return (await loadBalancers(harness)).some(({ listeners }) => listeners.some(({ rules }) => rules.some(({ Conditions }) =>
    Conditions!.some(({ PathPatternConfig, Values }) => (PathPatternConfig?.Values ?? Values ?? []).includes(route)))));
}
