import * as assert from 'assert';
import * as path from 'path';
import { Harness } from '../harness';
import { CHARTS } from '../kubernetes/charts';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster, targetGroups } from '../look';
import { eventually, sleep } from '../processes';
import { Scenario } from '../scenario';

const APP = path.join(__dirname, '..', 'apps', 'moving-in.ts');
const RELEASE = 'aws-load-balancer-controller';

/** Controllers that change hands while they serve an Ingress: nothing of it may be noticed. */
export const MOVING_IN: Scenario = {
  number: 10,
  name: 'moving-in',
  cases: {
    'alb-controller': (harness) => swap(harness, { OWNER: 'alb-controller' }, { TAKE_OVER: '1' }, {}),
    'rename': (harness) => swap(harness, { ID: 'Alb' }, { ID: 'Ingress', TAKE_OVER: '1' }, { ID: 'Ingress' }),
    'rename-unprepared': renameUnprepared,
    'another-stack': anotherStack,
    'by-hand': byHand,
    'rolled-back': rolledBack,
    'leaving': leaving,
    'to GitOps and back': toGitOpsAndBack,
    'service-account': serviceAccount,
    'namespace': namespace,
  },
};

type Environment = Record<string, string>;

/** One deployment to take over, one to leave the prop out, and the end. */
async function swap(harness: Harness, before: Environment, during: Environment, after: Environment): Promise<void> {
  const start = await objectsInCluster(harness);
  const app = harness.app(APP);
  await app.deploy({ environment: before });
  const served = await Served.of(harness);

  await served.throughout(() => app.deploy({ environment: during }));
  assert.deepEqual(app.stack().cleanupFailures, []);
  await expectOneController(harness);
  await served.throughout(() => app.deploy({ environment: after }));
  await expectOneController(harness);
  await served.followsPods();

  await app.destroy();
  await expectNothingLeft(harness, start);
}

/** Who does not ask to take over is told so, and the old controller is as it was. */
async function renameUnprepared(harness: Harness): Promise<void> {
  const app = harness.app(APP);
  await app.deploy({ environment: { ID: 'Alb' } });
  const served = await Served.of(harness);
  const before = await helmRevision(harness);

  await served.throughout(() => assert.rejects(app.deploy({ environment: { ID: 'Ingress' } }), /serviceaccounts \\?"aws-load-balancer-controller\\?" already exists/));
  assert.equal(await helmRevision(harness), before);
  await expectOneController(harness);
  await served.followsPods();
}

/** The stack of the cluster is deployed before the one that the construct moves to: there the old one goes first. */
async function anotherStack(harness: Harness): Promise<void> {
  const app = harness.app(APP);
  await app.deploy({ environment: {} });
  const served = await Served.of(harness);

  await served.throughout(() => app.deploy({ environment: { RETAIN: '1' } }));
  await served.throughout(() => app.deploy({ environment: { STACK: 'Later', TAKE_OVER: '1' } }));
  await expectOneController(harness);
  await served.throughout(() => app.deploy({ environment: { STACK: 'Later' } }));
  await expectOneController(harness);
  await served.followsPods();
}

/** A release that was installed by hand, with a ServiceAccount that its chart made. */
async function byHand(harness: Harness): Promise<void> {
  const start = await objectsInCluster(harness);
  const app = harness.app(APP);
  await app.deploy({ environment: { OWNER: 'hand', GAME: 'no' } });
  const { RoleArn, ClusterName, VpcId } = app.stack().outputs;
  await harness.helm(['install', RELEASE, path.join(CHARTS, `${RELEASE}-3.5.0.tgz`), '--namespace', 'kube-system', '--wait', '--set', `clusterName=${ClusterName}`, '--set', 'region=us-east-1', '--set', `vpcId=${VpcId}`,
    '--set', `serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=${RoleArn}`]);
  await app.deploy({ environment: { OWNER: 'hand' } });
  const served = await Served.of(harness);

  await served.throughout(() => app.deploy({ environment: { TAKE_OVER: '1' } }));
  await expectOneController(harness);
  await served.throughout(() => app.deploy({ environment: {} }));
  await served.followsPods();

  await app.destroy();
  await expectNothingLeft(harness, start);
}

/** Something fails when the controller has been taken over: it is not taken down with the rest. */
async function rolledBack(harness: Harness): Promise<void> {
  const app = harness.app(APP);
  await app.deploy({ environment: { OWNER: 'alb-controller' } });
  const served = await Served.of(harness);

  await served.throughout(() => assert.rejects(app.deploy({ environment: { TAKE_OVER: '1', BREAK: '1' } }), /Broken/));
  await expectOneController(harness);
  await served.followsPods();
  // Both ways are open. Back: what runs has the role of the attempt, until it is told otherwise.
  const attempted = await roleOf(harness);
  assert.match(attempted, /AlbRole/);
  await served.throughout(async () => {
    await harness.helm(['rollback', RELEASE, '--namespace', 'kube-system', '--wait']);
    const role = harness.iam.roleNames.find((name) => name.includes('AlbControlleralbsaRole'))!;
    await harness.kubectl(['annotate', 'serviceaccount', RELEASE, '--namespace', 'kube-system', '--overwrite',
      `eks.amazonaws.com/role-arn=${attempted.replace(/role\/.*/, `role/${role}`)}`]);
    await harness.kubectl(['rollout', 'restart', `deployment/${RELEASE}`, '--namespace', 'kube-system']);
    await harness.kubectl(['rollout', 'status', `deployment/${RELEASE}`, '--namespace', 'kube-system', '--timeout=180s']);
  });
  await served.followsPods();
  // Or once more.
  await served.throughout(() => app.deploy({ environment: { TAKE_OVER: '1' } }));
  await served.throughout(() => app.deploy({ environment: {} }));
  await expectOneController(harness);
  await served.followsPods();
}

/** From this library to none, and from there to the CDK's own. */
async function leaving(harness: Harness): Promise<void> {
  const app = harness.app(APP);
  await app.deploy({ environment: {} });
  const served = await Served.of(harness);

  await served.throughout(() => app.deploy({ environment: { RETAIN: '1' } }));
  await served.throughout(() => app.deploy({ environment: { OWNER: 'nobody' } }));
  await expectOneController(harness);
  await served.followsPods();
  await served.throughout(() => app.deploy({ environment: { OWNER: 'alb-controller', TAKE_OVER: '1' } }));
  await expectOneController(harness);
  await served.followsPods();
}

/** From our release to one that something else installs, and back; by the steps of docs/migrating.md. */
async function toGitOpsAndBack(harness: Harness): Promise<void> {
  const start = await objectsInCluster(harness);
  const app = harness.app(APP);
  await app.deploy({ environment: {} });
  const served = await Served.of(harness);

  await served.throughout(() => app.deploy({ environment: { RETAIN: '1' } }));
  await served.throughout(() => app.deploy({ environment: { RETAIN: '1', INSTALL: 'elsewhere' } }));
  await expectOneController(harness);
  await served.throughout(async () => {
    const account = ['serviceaccount', RELEASE, '--namespace', 'kube-system', '--overwrite'];
    await harness.kubectl(['label', ...account, 'app.kubernetes.io/managed-by=Helm']);
    await harness.kubectl(['annotate', ...account, `meta.helm.sh/release-name=${RELEASE}`, 'meta.helm.sh/release-namespace=kube-system']);
    await harness.installChart(RELEASE, app.stack().outputs);
  });
  await expectOneController(harness);
  await served.followsPods();

  await served.throughout(() => app.deploy({ environment: { TAKE_OVER: '1' } }));
  await expectOneController(harness);
  await served.throughout(() => app.deploy({ environment: {} }));
  await expectOneController(harness);
  await served.followsPods();

  await app.destroy();
  await expectNothingLeft(harness, start);
}

/** Another ServiceAccount, in one deployment. */
async function serviceAccount(harness: Harness): Promise<void> {
  const app = harness.app(APP);
  await app.deploy({ environment: {} });
  const served = await Served.of(harness);
  await served.throughout(() => app.deploy({ environment: { SERVICE_ACCOUNT: 'lbc' } }));
  // The old one stays: kubectl prunes no ServiceAccounts.
  await harness.kubectl(['delete', 'serviceaccount', RELEASE, '--namespace', 'kube-system']);
  await expectOneController(harness, 'lbc');
  await served.followsPods();
}

/** Another namespace takes two deployments, between which nobody looks after the load balancer. In one it fails, and changes nothing. */
async function namespace(harness: Harness): Promise<void> {
  await harness.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ingress' } });
  const app = harness.app(APP);
  await app.deploy({ environment: {} });
  const served = await Served.of(harness);
  await served.throughout(() => assert.rejects(app.deploy({ environment: { NAMESPACE: 'ingress' } }), /invalid ownership metadata/));
  await expectOneController(harness);
  await served.followsPods();
  // Left of the attempt, for the same reason.
  await harness.kubectl(['delete', 'serviceaccount', RELEASE, '--namespace', 'ingress']);
  await served.throughout(async () => {
    await app.deploy({ environment: { OWNER: 'nobody' } });
    await app.deploy({ environment: { NAMESPACE: 'ingress' } });
  });
  await served.followsPods();
}

/** The load balancer of the game, and what it forwards to. */
class Served {
  public static async of(harness: Harness): Promise<Served> {
    const balancer = await eventually('the load balancer serves five pods', 90, async () => {
      const [seen] = await loadBalancers(harness);
      return seen && (await targetsOf(harness)).length === 5 ? seen : undefined;
    });
    return new Served(harness, `${balancer.LoadBalancerArn} ${balancer.DNSName}`);
  }

  private constructor(private readonly harness: Harness, private readonly identity: string) {}

  /** Looks all the while, and is not satisfied with what was there at the end. */
  public async throughout(deployment: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const seen = new Set<string>();
    const watch = (async () => {
      while (!isOver) {
        const balancers = await loadBalancers(this.harness);
        seen.add(`${balancers.map(({ LoadBalancerArn, DNSName }) => `${LoadBalancerArn} ${DNSName}`).join()}; targets ${(await targetsOf(this.harness)).length}`);
        await sleep(200);
      }
    })();
    try {
      await deployment();
    } finally {
      isOver = true;
      await watch;
    }
    assert.deepEqual([...seen], [`${this.identity}; targets 5`]);
  }

  /** Whether the controller that runs may still change what is in AWS, rather than only run. */
  public async followsPods(): Promise<void> {
    for (const replicas of [3, 5]) {
      await this.harness.kubectl(['scale', 'deployment/deployment-2048', '--namespace', 'game-2048', `--replicas=${replicas}`]);
      await eventually(`${replicas} pods are registered`, 90, async () => (await targetsOf(this.harness)).length === replicas);
    }
  }
}

async function targetsOf(harness: Harness): Promise<string[]> {
  return (await targetGroups(harness)).flatMap(({ targets }) => targets);
}

async function expectOneController(harness: Harness, account = RELEASE): Promise<void> {
  const deployments = (await harness.kubernetes.list('/apis/apps/v1/deployments')).filter(({ metadata }) => metadata.name.includes('load-balancer'));
  assert.deepEqual(deployments.map(({ metadata, status }) => [metadata.name, status.readyReplicas, status.updatedReplicas]), [[RELEASE, 2, 2]]);
  const classes = await harness.kubernetes.list('/apis/networking.k8s.io/v1/ingressclasses');
  assert.deepEqual(classes.map(({ metadata }) => metadata.name), ['alb']);
  const accounts = (await harness.kubernetes.list('/api/v1/namespaces/kube-system/serviceaccounts')).map(({ metadata }) => metadata.name);
  assert.deepEqual(accounts.filter((name) => [RELEASE, 'lbc'].includes(name)), [account]);
}

async function roleOf(harness: Harness): Promise<string> {
  const account = await harness.kubernetes.get(`/api/v1/namespaces/kube-system/serviceaccounts/${RELEASE}`);
  return account!.metadata.annotations['eks.amazonaws.com/role-arn'];
}

async function helmRevision(harness: Harness): Promise<number> {
  const [release] = JSON.parse(await harness.helm(['list', '--namespace', 'kube-system', '--output', 'json']));
  return Number(release.revision);
}

async function expectNothingLeft(harness: Harness, start: Set<string>): Promise<void> {
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, start), []);
  for (const kind of ['validatingadmissionpolicies', 'validatingadmissionpolicybindings']) {
    assert.deepEqual(await harness.kubernetes.list(`/apis/admissionregistration.k8s.io/v1/${kind}`), []);
  }
}
