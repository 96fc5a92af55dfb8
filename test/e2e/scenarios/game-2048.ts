import * as assert from 'assert';
import * as path from 'path';
import { Harness } from '../harness';
import { addressOf, leftInAws, leftInCluster, loadBalancers, objectsInCluster, subnetTags, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';
import { ROOT } from '../settings';

interface Game {
  /** File of the app. */
  readonly file: string;
  readonly namespace: string;
  readonly ingress: string;
  readonly replicas: number;
  /** Tags of the load balancer, beside the controller's. */
  readonly tags: Record<string, string>;
}

/** The game 2048, as in the README: from nothing to a load balancer and back. */
export const GAME_2048: Scenario = {
  number: 1,
  name: 'game-2048',
  cases: {
    'aws-eks-v2': (harness) => playAndLeave(harness, {
      file: path.join(ROOT, 'examples', 'typescript', 'app.ts'), namespace: 'game-2048', ingress: 'ingress-2048', replicas: 5, tags: { game: '2048' },
    }),
    'aws-eks': (harness) => playAndLeave(harness, {
      file: path.join(__dirname, '..', 'apps', 'game-on-aws-eks.ts'), namespace: 'game', ingress: 'game', replicas: 2, tags: {},
    }),
  },
};

async function playAndLeave(harness: Harness, game: Game): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(game.file);
  await app.deploy();

  const address = await eventually('the Ingress has an address', 60, () => addressOf(harness, game.namespace, game.ingress));
  const [balancer, ...others] = await loadBalancers(harness);
  assert.deepEqual(others, []);
  assert.equal(balancer.DNSName, address);
  assert.equal(balancer.Scheme, 'internet-facing');
  assert.deepEqual(Object.entries(game.tags).filter(([key, value]) => balancer.tags[key] !== value), []);

  const tags = await subnetTags(harness, app.stack().physicalId('AWS::EC2::VPC'));
  const publicSubnets = Object.keys(tags).filter((id) => tags[id]['kubernetes.io/role/elb'] === '1');
  assert.equal(publicSubnets.length, 2);
  assert.deepEqual(balancer.AvailabilityZones!.map(({ SubnetId }) => SubnetId!).sort(), publicSubnets.sort());

  assert.deepEqual(balancer.listeners.map(({ Port, Protocol }) => [Port, Protocol]), [[80, 'HTTP']]);
  assert.equal(balancer.listeners[0].rules.length, 2, 'the default rule, and the one of the Ingress');
  const pods = await harness.kubernetes.list(`/api/v1/namespaces/${game.namespace}/pods`);
  assert.equal(pods.length, game.replicas);
  await eventually('all pods are registered, and nothing else', 60, async () => {
    const groups = await targetGroups(harness);
    return JSON.stringify(groups.map(({ targets }) => targets.sort())) === JSON.stringify([pods.map(({ status }) => status.podIP).sort()]);
  });

  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}
