import * as assert from 'assert';
import * as path from 'path';
import { OWNERSHIP_PREFIX } from '../../../src/network/network-tags-contract';
import { webApplication } from '../apps/web';
import { DeploymentFailed } from '../cloudformation/stack';
import { Template } from '../cloudformation/template';
import { Harness } from '../harness';
import { addressOf, leftInAws, subnetTags } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';
import { ForeignVpc, makeVpc } from '../surroundings';

const APPS = path.join(__dirname, '..', 'apps');
const OF_THE_OWNER = { 'owner': 'network-team', 'kubernetes.io/cluster/other': 'shared' };
const INTERNET_FACING = { 'kubernetes.io/role/elb': '1' };
const INTERNAL = { 'kubernetes.io/role/internal-elb': '1' };
const CLUSTER = { 'kubernetes.io/cluster/mine': 'shared' };

/** What is there before the stack, and stays after it. */
export const IMPORTED: Scenario = {
  number: 4,
  name: 'imported',
  cases: {
    'a VPC': tagsOfAVpc,
    'a VPC with many subnets': tagsOfManySubnets,
    'a cluster': supportOfAnotherApp,
  },
};

async function tagsOfAVpc(harness: Harness): Promise<void> {
  const vpc = await makeVpc(harness, Object.entries(OF_THE_OWNER).map(([Key, Value]) => ({ Key, Value })));
  const app = harness.app(path.join(APPS, 'imported-vpc.ts'));
  const deploy = (options: Record<string, string> = {}, alter?: (template: Template) => void) =>
    app.deploy({ alter, environment: { ...vpc.environment, ...options } });

  await deploy();
  await expectTags(harness, vpc, [INTERNET_FACING, INTERNET_FACING], [INTERNAL, INTERNAL]);
  // The subnets have another cluster's tag and not this one's: the controller passes them over, as docs/network.md says.
  await harness.apply(...webApplication('shop', { 'scheme': 'internal', 'target-type': 'ip' }));
  await eventually('the controller says why it finds no subnet', 60, async () =>
    (await harness.kubernetes.list('/api/v1/namespaces/shop/events')).some(({ message }) => /tagged for other clusters/.test(message)));

  await deploy({ CLUSTER_TAG: 'yes' });
  const tagged: [object[], object[]] = [[{ ...INTERNET_FACING, ...CLUSTER }, { ...INTERNET_FACING, ...CLUSTER }],
    [{ ...INTERNAL, ...CLUSTER }, { ...INTERNAL, ...CLUSTER }]];
  await expectTags(harness, vpc, ...tagged);
  await harness.apply(...webApplication('second-shop', { 'scheme': 'internal', 'target-type': 'ip' }));
  await eventually('the second Ingress has an address', 90, () => addressOf(harness, 'second-shop', 'second-shop'));

  await assert.rejects(deploy({ CLUSTER_TAG: 'yes', TAGGED_PRIVATE_SUBNETS: '1' }, failAfterTags), DeploymentFailed);
  assert.equal(app.stack().status, 'UPDATE_ROLLBACK_COMPLETE');
  await expectTags(harness, vpc, ...tagged);

  // Role tags are every cluster's, and stay; the one with this cluster's name goes.
  await deploy({ CLUSTER_TAG: 'yes', TAGGED_PRIVATE_SUBNETS: '1' });
  await expectTags(harness, vpc, tagged[0], [{ ...INTERNAL, ...CLUSTER }, INTERNAL]);
  await deploy();
  await expectTags(harness, vpc, [INTERNET_FACING, INTERNET_FACING], [INTERNAL, INTERNAL]);

  await harness.deleteNamespaces('shop', 'second-shop');
  await app.destroy();
  await expectTags(harness, vpc, [INTERNET_FACING, INTERNET_FACING], [INTERNAL, INTERNAL]);
  assert.deepEqual(await leftInAws(harness), [`VPC ${vpc.id}`]);
}

/** More rights than inline policies have room for: some go into managed ones, and come back when there is room. */
async function tagsOfManySubnets(harness: Harness): Promise<void> {
  const vpc = await makeVpc(harness, [], 24);
  const app = harness.app(path.join(APPS, 'imported-vpc.ts'));
  const deploy = (count: number, alter?: (template: Template) => void) => app.deploy({
    alter,
    environment: {
      ...vpc.environment,
      PUBLIC_SUBNETS: vpc.publicSubnets.slice(0, count).join(),
      PRIVATE_SUBNETS: vpc.privateSubnets.slice(0, count).join(),
      CLUSTER_TAG: 'yes',
    },
  });
  const expectClusterTagOn = async (count: number) => {
    const seen = await subnetTags(harness, vpc.id);
    const wanted = [vpc.publicSubnets, vpc.privateSubnets].flatMap((ids) => ids.slice(0, count)).sort();
    assert.deepEqual(Object.keys(seen).filter((id) => seen[id]['kubernetes.io/cluster/mine'] !== undefined).sort(), wanted);
  };

  await deploy(8);
  await expectClusterTagOn(8);
  await assert.rejects(deploy(24, failAfterTags), DeploymentFailed);
  await expectClusterTagOn(8);
  await deploy(24);
  await expectClusterTagOn(24);
  await deploy(20);
  await expectClusterTagOn(20);
  await deploy(8);
  await expectClusterTagOn(8);
  await app.destroy();
  await expectClusterTagOn(0);
  assert.deepEqual(await leftInAws(harness), [`VPC ${vpc.id}`]);
}

/** A resource that cannot be made, and comes when the tags are there. */
function failAfterTags({ Resources }: Template): void {
  const tags = Object.keys(Resources!).filter((id) => Resources![id].Type.includes('NetworkTags'));
  assert.notEqual(tags.length, 0);
  Object.assign(Resources!, {
    Impossible: { Type: 'AWS::EC2::Route', DependsOn: tags, Properties: { RouteTableId: 'rtb-missing', DestinationCidrBlock: '0.0.0.0/0' } },
  });
}

async function expectTags(harness: Harness, vpc: ForeignVpc, publicTags: object[], privateTags: object[]): Promise<void> {
  const seen = await subnetTags(harness, vpc.id);
  const wanted = [...publicTags, ...privateTags].map((tags) => ({ ...OF_THE_OWNER, ...tags }));
  const isClaim = ([key]: [string, string]) => key.startsWith(OWNERSHIP_PREFIX);
  const all = [...vpc.publicSubnets, ...vpc.privateSubnets].map((id) => Object.entries(seen[id]));
  assert.deepEqual(all.map((tags) => Object.fromEntries(tags.filter((tag) => !isClaim(tag)))), wanted);
  // The one tag that is taken back has a claim beside it, and only as long as it is there.
  assert.deepEqual(all.map((tags) => tags.filter(isClaim).length), wanted.map((tags) => Object.keys(CLUSTER)[0] in tags ? 1 : 0));
}

/** The cluster is one app's, the support another's, which knows it by its attributes. */
async function supportOfAnotherApp(harness: Harness): Promise<void> {
  const owner = harness.app(path.join(APPS, 'cluster-alone.ts'));
  await owner.deploy();
  const support = harness.app(path.join(APPS, 'imported-cluster.ts'));
  await support.deploy({ environment: owner.stack().outputs as Record<string, string> });

  await harness.apply(...webApplication('shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop'));
  await harness.kubectl(['delete', 'namespace', 'shop']);

  await support.destroy();
  assert.equal(owner.stack().status, 'CREATE_COMPLETE');
  await owner.destroy();
  assert.deepEqual(await leftInAws(harness), []);
}
