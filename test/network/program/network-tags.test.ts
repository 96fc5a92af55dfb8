import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { FakeEc2 } from './fake-ec2';
import { CustomResourceRequest } from '../../../src/custom-resource/program/aws';
import { ownershipTag } from '../../../src/network/network-tags-contract';
import { networkTags } from '../../../src/network/program/network-tags';
import { TagAtDeploy } from '../../../src/network/tag-at-deploy';

const ROLE = 'kubernetes.io/role/elb';
const CLUSTER = 'kubernetes.io/cluster/blue';
const TAGS = { [ROLE]: '1', [CLUSTER]: 'shared' };
const FOREIGN = { Name: 'public-a' };

const STACK = 'arn:aws:cloudformation:eu-west-1:111111111111:stack/s/1';

let rollsBack: () => Promise<boolean>;
const handler = networkTags({ permissionGraceMillis: 300, permissionPauseMillis: 20, isRollingBack: () => rollsBack() });
const MINUTES_15 = { getRemainingTimeInMillis: () => 15 * 60_000 };
const subnets = (count: number) => Array.from({ length: count }, (_, n) => `subnet-${String(n).padStart(4, '0')}`);

let ec2: FakeEc2;
const environment = process.env;

beforeEach(async () => {
  rollsBack = async () => false;
  ec2 = await FakeEc2.start();
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: ec2.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    NO_PROXY: '127.0.0.1',
  };
});

afterEach(async () => {
  process.env = environment;
  await ec2.stop();
});

function properties(ids: string[], tags: Record<string, string> = TAGS, keep = false): Record<string, unknown> {
  return {
    ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:f',
    ResourceIds: ids,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value, Alternatives: Key === ROLE ? [''] : ['owned', 'shared'] })),
    KeepOnDelete: String(keep),
  };
}

/** Properties as they are sent, by one of the custom resources of the stack. */
function request(
  RequestType: CustomResourceRequest['RequestType'], now: Record<string, unknown>, old?: Record<string, unknown>, LogicalResourceId = 'Tags',
): CustomResourceRequest {
  return { RequestType, StackId: STACK, LogicalResourceId, ResourceProperties: now, OldResourceProperties: old };
}

/** Ownership tags as the program writes them. */
function ownershipTags(tags: Record<string, string> = TAGS, logicalId = 'Tags', stack = STACK): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => ownershipTag(`${stack} ${logicalId}`, key, value)).map(({ Key, Value }) => [Key, Value]));
}

/** Tags that this custom resource set, with their ownership tags. */
const ours = (tags: Record<string, string> = TAGS) => ({ ...tags, ...ownershipTags(tags) });


const create = (now: Record<string, unknown>) => handler(request('Create', now), MINUTES_15);
const update = (now: Record<string, unknown>, old: Record<string, unknown>) => handler(request('Update', now, old), MINUTES_15);
const remove = (now: Record<string, unknown>) => handler(request('Delete', now), MINUTES_15);

describe('create', () => {
  test('tags every subnet and leaves other tags alone', async () => {
    ec2.add(['subnet-a', 'subnet-b'], FOREIGN);
    await create(properties(['subnet-a', 'subnet-b']));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.tagsOf('subnet-b')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.calls.map(({ action }) => action)).toEqual(['DescribeTags', 'CreateTags']);
  });

  test('tags security groups', async () => {
    ec2.add(['sg-a']);
    await create(properties(['sg-a'], { [CLUSTER]: 'owned' }));
    expect(ec2.tagsOf('sg-a')).toEqual(ours({ [CLUSTER]: 'owned' }));
  });

  test('makes few calls for many subnets, each below the limit of the API', async () => {
    const ids = subnets(450);
    ec2.add(ids);
    await create(properties(ids));
    expect(ids.filter(id => ec2.tagsOf(id)[ROLE] !== '1')).toEqual([]);
    expect(ec2.writes.map(call => call.ids.length)).toEqual([200, 200, 50]);
    expect(ec2.calls).toHaveLength(6);
  });

  test('comes through throttling', async () => {
    const ids = subnets(250);
    ec2.add(ids);
    ec2.fault = (_, index) => index < 3 || index === 6 ? 'throttle' : undefined;
    await create(properties(ids));
    expect(ids.filter(id => ec2.tagsOf(id)[ROLE] !== '1')).toEqual([]);
    expect(ec2.calls).toHaveLength(8);
  });

  test('comes through an answer that is lost', async () => {
    ec2.add(['subnet-a']);
    ec2.fault = (_, index) => index === 1 ? 'drop' : undefined;
    await create(properties(['subnet-a']));
    expect(ec2.tagsOf('subnet-a')).toEqual(ours());
  });

  test('a second run changes nothing', async () => {
    ec2.add(['subnet-a'], FOREIGN);
    await create(properties(['subnet-a', 'subnet-a']));
    await create(properties(['subnet-a', 'subnet-a']));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.writes.map(call => call.ids)).toEqual([['subnet-a']]);
  });

  test('waits for a policy that has not reached EC2 yet', async () => {
    ec2.add(['subnet-a']);
    ec2.fault = (_, index) => index < 3 || index === 4 ? { code: 'UnauthorizedOperation' } : undefined;
    await create(properties(['subnet-a']));
    expect(ec2.tagsOf('subnet-a')).toEqual(ours());
  });

  test.each(['DescribeTags', 'CreateTags'])('fails with the ids when the policy for %s never comes', async action => {
    ec2.add(['subnet-a', 'subnet-b']);
    ec2.fault = call => call.action !== action ? undefined : ({ code: 'UnauthorizedOperation', message: 'You are not authorized' });
    await expect(create(properties(['subnet-a', 'subnet-b']))).rejects.toThrow(
      'could not tag 2 of 2: subnet-a, subnet-b (UnauthorizedOperation: You are not authorized)',
    );
    expect(ec2.tagsOf('subnet-a')).toEqual({});
  });

  test('fails with the ids of the missing ones, and takes back what it tagged', async () => {
    const ids = subnets(300);
    ec2.add(ids, FOREIGN);
    ec2.drop('subnet-0007');
    ec2.drop('subnet-0250');
    await expect(create(properties(ids))).rejects.toThrow(
      "could not tag 2 of 300: subnet-0007, subnet-0250 (InvalidSubnetID.NotFound: The subnet ID '…' does not exist)",
    );
    const left = ids.filter(id => id !== 'subnet-0007' && id !== 'subnet-0250');
    expect(left.map(id => ec2.tagsOf(id)).filter(tags => Object.keys(tags).length !== 1)).toEqual([]);
  });

  test('fails with what is still tagged when taking back fails as well', async () => {
    ec2.add(['subnet-a', 'subnet-b']);
    ec2.fault = call => call.action === 'DeleteTags' && call.ids.includes('subnet-a') ? { code: 'OperationNotPermitted' } : undefined;
    await expect(create(properties(['subnet-a', 'subnet-b', 'subnet-gone']))).rejects.toThrow(
      /^could not tag 1 of 3: subnet-gone \(.*\); still tagged: 1 of 3: subnet-a \(OperationNotPermitted: injected\)$/,
    );
    expect(ec2.tagsOf('subnet-b')).toEqual({});
  });

  test('a failed create keeps tags that are kept, and has no right to delete them', async () => {
    ec2.add(['subnet-a']);
    await expect(create(properties(['subnet-a', 'subnet-gone'], TAGS, true))).rejects.toThrow('could not tag 1 of 2: subnet-gone');
    expect(ec2.tagsOf('subnet-a')).toEqual(TAGS);
    expect(ec2.writes.filter(call => call.action === 'DeleteTags')).toEqual([]);
  });

  test('fails in time to say so', async () => {
    ec2.add(['subnet-a']);
    const late = handler(request('Create', properties(['subnet-a'])), { getRemainingTimeInMillis: () => 90_000 });
    await expect(late).rejects.toThrow('could not tag 1 of 1: subnet-a (OutOfTime: no time left in this invocation)');
    expect(ec2.tagsOf('subnet-a')).toEqual({});
  });

  test('the message is all that CloudFormation shows', async () => {
    const error: Error = await create(properties(['subnet-gone'])).then(() => { throw new Error('no failure'); }, reason => reason);
    expect(error.stack).toBe(error.message);
  });
});

describe('update', () => {
  beforeEach(() => ec2.add(['subnet-a', 'subnet-b'], { ...FOREIGN, ...ours() }));

  test('adds a subnet and removes one', async () => {
    ec2.add(['subnet-c'], FOREIGN);
    await update(properties(['subnet-b', 'subnet-c']), properties(['subnet-a', 'subnet-b']));
    expect(ec2.tagsOf('subnet-a')).toEqual(FOREIGN);
    expect(ec2.tagsOf('subnet-b')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.tagsOf('subnet-c')).toEqual({ ...FOREIGN, ...ours() });
  });

  test('adds a tag, changes one and removes one', async () => {
    const green = 'kubernetes.io/cluster/green';
    await update(properties(['subnet-a'], { [ROLE]: '', [green]: 'owned' }), properties(['subnet-a', 'subnet-b']));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours({ [ROLE]: '', [green]: 'owned' }) });
    expect(ec2.tagsOf('subnet-b')).toEqual(FOREIGN);
  });

  test('removes nothing that is kept', async () => {
    await update(properties(['subnet-b'], { [ROLE]: '1' }, true), properties(['subnet-a', 'subnet-b'], TAGS, true));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.tagsOf('subnet-b')).toEqual({ ...FOREIGN, ...ours() });
  });

  test('spares a tag that somebody changed', async () => {
    ec2.add(['subnet-a'], { ...ours(), [CLUSTER]: 'owned' });
    await update(properties(['subnet-b']), properties(['subnet-a', 'subnet-b']));
    expect(ec2.tagsOf('subnet-a')).toEqual({ [CLUSTER]: 'owned' });
  });

  test('a removed subnet may be gone', async () => {
    ec2.drop('subnet-a');
    await update(properties(['subnet-b']), properties(['subnet-a', 'subnet-b', 'subnet-malformed']));
    expect(ec2.tagsOf('subnet-b')).toEqual({ ...FOREIGN, ...ours() });
  });

  test('fails before it removes anything, and the rollback restores all', async () => {
    ec2.add(['subnet-c'], FOREIGN);
    const before = properties(['subnet-a', 'subnet-b']);
    const after = properties(['subnet-b', 'subnet-c', 'subnet-gone']);
    await expect(update(after, before)).rejects.toThrow('could not tag 1 of 3: subnet-gone');
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours() });

    await update(before, after);
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.tagsOf('subnet-b')).toEqual({ ...FOREIGN, ...ours() });
    expect(ec2.tagsOf('subnet-c')).toEqual(FOREIGN);
  });
});

describe('delete', () => {
  test('takes the tags away, from hundreds of subnets of which some are gone', async () => {
    const ids = subnets(400);
    ec2.add(ids, { ...FOREIGN, ...ours() });
    ids.filter((_, n) => n % 90 === 5).forEach(id => ec2.drop(id));
    ec2.fault = (_, index) => index === 2 ? 'throttle' : undefined;
    await remove(properties(ids));
    const left = ids.filter((_, n) => n % 90 !== 5);
    expect(left.filter(id => Object.keys(ec2.tagsOf(id)).join() !== 'Name')).toEqual([]);
    expect(ec2.calls.length).toBeLessThan(120);
  });

  test('spares a tag that somebody changed', async () => {
    ec2.add(['subnet-a'], { ...ours(), [CLUSTER]: 'owned' });
    await remove(properties(['subnet-a']));
    expect(ec2.tagsOf('subnet-a')).toEqual({ [CLUSTER]: 'owned' });
  });

  test('makes no call for tags that are kept', async () => {
    ec2.add(['subnet-a'], TAGS);
    await remove(properties(['subnet-a'], TAGS, true));
    expect(ec2.calls).toEqual([]);
  });

  test.each(['InvalidSubnetID.NotFound', 'InvalidGroup.NotFound', 'InvalidID', 'InvalidSubnetId.Malformed'])('%s is no error', async code => {
    ec2.add(['subnet-a'], ours());
    ec2.fault = ({ action }) => action === 'DeleteTags' ? { code } : undefined;
    await remove(properties(['subnet-a']));
    await remove(properties(['subnet-a']));
    expect(ec2.writes).toHaveLength(2);
  });

  test('fails with the ids of those that reject, the others are done; the next attempt ends it', async () => {
    ec2.add(['subnet-a', 'subnet-b', 'subnet-c'], ours());
    ec2.fault = call => call.ids.includes('subnet-b') ? { code: 'OperationNotPermitted' } : undefined;
    await expect(remove(properties(['subnet-a', 'subnet-b', 'subnet-c']))).rejects.toThrow(
      'could not remove tags from 1 of 3: subnet-b (OperationNotPermitted: injected)',
    );
    expect(ec2.tagsOf('subnet-a')).toEqual({});
    expect(ec2.tagsOf('subnet-c')).toEqual({});
    ec2.fault = () => undefined;
    await remove(properties(['subnet-a', 'subnet-b', 'subnet-c']));
    expect(ec2.tagsOf('subnet-b')).toEqual({});
  });

  test('without a tag it makes no call, which would take all tags', async () => {
    ec2.add(['subnet-a'], FOREIGN);
    await remove(properties(['subnet-a'], {}));
    expect(ec2.writes).toEqual([]);
  });
});

describe('what was there before', () => {
  test.each([
    ['the same value', 'shared'],
    ['another value that the controller goes by', 'owned'],
  ])('%s: stays as it is, through create, update and delete', async (_, value) => {
    const before = { ...FOREIGN, [CLUSTER]: value };
    ec2.add(['sg-a', 'sg-b'], before);
    const wanted = { [CLUSTER]: 'shared' };
    await create(properties(['sg-a'], wanted));
    await update(properties(['sg-a', 'sg-b'], wanted), properties(['sg-a'], wanted));
    await update(properties(['sg-b'], wanted), properties(['sg-a', 'sg-b'], wanted));
    await remove(properties(['sg-b'], wanted));
    expect([ec2.tagsOf('sg-a'), ec2.tagsOf('sg-b')]).toEqual([before, before]);
    expect(ec2.writes).toEqual([]);
  });

  test('a role tag without a value is left alone too, and one is put where there is none', async () => {
    ec2.add(['subnet-a'], { [ROLE]: '' });
    ec2.add(['subnet-b']);
    await create(properties(['subnet-a', 'subnet-b'], { [ROLE]: '1' }, true));
    expect([ec2.tagsOf('subnet-a'), ec2.tagsOf('subnet-b')]).toEqual([{ [ROLE]: '' }, { [ROLE]: '1' }]);
  });

  test('a deployment that fails takes back its own tags only', async () => {
    ec2.add(['subnet-a'], { [CLUSTER]: 'owned' });
    ec2.add(['subnet-b']);
    await expect(create(properties(['subnet-a', 'subnet-b', 'subnet-gone']))).rejects.toThrow('could not tag 1 of 3: subnet-gone');
    expect([ec2.tagsOf('subnet-a'), ec2.tagsOf('subnet-b')]).toEqual([{ [CLUSTER]: 'owned' }, {}]);
  });

  test('an event that is delivered twice still knows what was put and what was found', async () => {
    ec2.add(['subnet-a'], { [CLUSTER]: 'shared' });
    ec2.add(['subnet-b']);
    await create(properties(['subnet-a', 'subnet-b']));
    await create(properties(['subnet-a', 'subnet-b']));
    await remove(properties(['subnet-a', 'subnet-b']));
    await remove(properties(['subnet-a', 'subnet-b']));
    expect([ec2.tagsOf('subnet-a'), ec2.tagsOf('subnet-b')]).toEqual([{ [CLUSTER]: 'shared' }, {}]);
  });

  test.each([false, true])('a value that the controller does not go by is not overwritten (kept tags: %s)', async keep => {
    ec2.add(['subnet-a', 'subnet-b'], { [ROLE]: '0' });
    ec2.add(['subnet-c']);
    await expect(create(properties(['subnet-a', 'subnet-b', 'subnet-c'], { [ROLE]: '1' }, keep))).rejects.toThrow(
      'could not tag 2 of 3: subnet-a, subnet-b (is tagged kubernetes.io/role/elb = "0", which the controller does not accept: '
      + 'correct that tag or remove it)');
    expect([ec2.tagsOf('subnet-a'), ec2.tagsOf('subnet-c')]).toEqual([{ [ROLE]: '0' }, keep ? { [ROLE]: '1' } : {}]);
  });

  test('our own value follows the option', async () => {
    ec2.add(['subnet-a']);
    await create(properties(['subnet-a'], { [CLUSTER]: 'owned' }));
    await update(properties(['subnet-a'], { [CLUSTER]: 'shared' }), properties(['subnet-a'], { [CLUSTER]: 'owned' }));
    expect(ec2.tagsOf('subnet-a')).toEqual(ours({ [CLUSTER]: 'shared' }));
  });

  test('hundreds of subnets with all their tags are looked at page by page', async () => {
    const ids = subnets(250);
    ec2.pageSize = 30;
    ec2.add(ids, { [CLUSTER]: 'shared' });
    await create(properties(ids));
    await remove(properties(ids));
    expect(ids.filter(id => JSON.stringify(ec2.tagsOf(id)) !== JSON.stringify({ [CLUSTER]: 'shared' }))).toEqual([]);
  });
});

describe('several owners of one tag', () => {
  const WANTED = { [CLUSTER]: 'shared' };
  const PUBLIC = 'Public';
  const PRIVATE = 'Private';

  const run = (type: CustomResourceRequest['RequestType'], id: string, now: Record<string, unknown>, old?: Record<string, unknown>) =>
    handler(request(type, now, old, id), MINUTES_15);
  test('a custom resource that goes leaves what another one of the stack wants', async () => {
    ec2.add(['subnet-a']);
    await run('Create', 'List0', properties(['subnet-a'], WANTED));
    await run('Create', 'Known', properties(['subnet-a'], WANTED));
    await run('Delete', 'List0', properties(['subnet-a'], WANTED));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...WANTED, ...ownershipTags(WANTED, 'Known') });
    await run('Delete', 'Known', properties(['subnet-a'], WANTED));
    expect(ec2.tagsOf('subnet-a')).toEqual({});
  });

  test('or another stack', async () => {
    ec2.add(['subnet-a'], { ...WANTED, ...ownershipTags(WANTED, 'Tags', STACK.replace('/s/', '/other/')) });
    await create(properties(['subnet-a'], WANTED));
    await remove(properties(['subnet-a'], WANTED));
    expect(ec2.tagsOf('subnet-a')).toEqual({ ...WANTED, ...ownershipTags(WANTED, 'Tags', STACK.replace('/s/', '/other/')) });
  });

  test('who comes second has its value, and who stays has its own back', async () => {
    ec2.add(['subnet-a']);
    await run('Create', PUBLIC, properties(['subnet-a'], { [CLUSTER]: 'owned' }));
    await run('Create', PRIVATE, properties(['subnet-a'], { [CLUSTER]: 'shared' }));
    expect(ec2.tagsOf('subnet-a')[CLUSTER]).toBe('shared');
    await run('Delete', PRIVATE, properties(['subnet-a'], { [CLUSTER]: 'shared' }));
    expect(ec2.tagsOf('subnet-a')).toEqual({ [CLUSTER]: 'owned', ...ownershipTags({ [CLUSTER]: 'owned' }, PUBLIC) });
  });

  test('lists among the ids, and their ids spelt out, are the same ids', async () => {
    ec2.add(['subnet-a', 'subnet-b', 'subnet-c']);
    const lists = { ...properties([], WANTED), ResourceIds: ['subnet-a', ['subnet-b', 'subnet-c']] };
    await create(lists);
    const writes = ec2.writes.length;
    await update(properties(['subnet-c', 'subnet-b', 'subnet-a'], WANTED), lists);
    expect(ec2.writes).toHaveLength(writes);
    expect(ec2.tagsOf('subnet-b')).toEqual(ours(WANTED));
  });
});

describe('a rollback', () => {
  const before = properties(['subnet-a', 'subnet-gone']);
  const after = properties(['subnet-a', 'subnet-b']);

  beforeEach(() => {
    jest.spyOn(console, 'log').mockImplementation();
    ec2.add(['subnet-a', 'subnet-b'], ours());
  });
  afterEach(() => jest.restoreAllMocks());

  test('to a set of which one subnet is gone goes on without it', async () => {
    rollsBack = async () => true;
    await update(before, after);
    expect([ec2.tagsOf('subnet-a'), ec2.tagsOf('subnet-b')]).toEqual([ours(), {}]);
  });

  test('to a subnet that somebody tagged otherwise meanwhile leaves that tag', async () => {
    rollsBack = async () => true;
    ec2.add(['subnet-gone'], { [CLUSTER]: 'mine' });
    await update(before, after);
    expect(ec2.tagsOf('subnet-gone')).toEqual({ [CLUSTER]: 'mine', ...ours({ [ROLE]: '1' }) });
  });

  test.each<[string, () => Promise<boolean>]>([
    ['an update is not told from', async () => false],
    ['where CloudFormation does not say, an update is not told from', async () => { throw new Error('not authorized'); }],
  ])('%s one: it fails', async (_, answer) => {
    rollsBack = answer;
    await expect(update(before, after)).rejects.toThrow('could not tag 1 of 2: subnet-gone');
    expect(ec2.tagsOf('subnet-b')).toEqual(ours());
  });

  test('fails on what another attempt may change', async () => {
    rollsBack = async () => true;
    ec2.add(['subnet-gone']);
    ec2.fault = ({ action }) => action === 'CreateTags' ? { code: 'TagLimitExceeded' } : undefined;
    await expect(update(before, after)).rejects.toThrow('could not tag 1 of 2: subnet-gone (TagLimitExceeded: injected)');
  });
});

describe('messages', () => {
  test('name twenty of those with the same reason, and say how many more', async () => {
    await expect(create(properties(subnets(30)))).rejects.toThrow(
      /^could not tag 30 of 30: subnet-0000, (subnet-\d{4}, ){18}subnet-0019 and 10 more \(InvalidSubnetID.NotFound: The subnet ID '…' does not exist\)$/);
  });

  test('give five reasons, and say how many more there are', async () => {
    ec2.add(subnets(9));
    ec2.fault = ({ action, ids }) => action !== 'CreateTags' ? undefined : { code: 'OperationNotPermitted', message: `no ${Number(ids[0].slice(-1)) % 7}` };
    await expect(create(properties(subnets(9)))).rejects.toThrow(
      /^could not tag 9 of 9: subnet-0000, subnet-0007 \(OperationNotPermitted: no 0\); .*subnet-0004 \(OperationNotPermitted: no 4\); and 2 more$/);
  });
});

test('an endpoint that accepts and stays silent does not keep it from saying so, in time', async () => {
  ec2.add(['subnet-a']);
  ec2.fault = ({ action }) => action === 'CreateTags' ? 'silence' : undefined;
  const start = Date.now();
  await expect(handler(request('Create', properties(['subnet-a'])), { getRemainingTimeInMillis: () => 122_000 })).rejects.toThrow(
    /^could not tag 1 of 1: subnet-a \((TimeoutError: no answer within \d+ seconds|OutOfTime: no time left in this invocation)\)$/);
  expect(Date.now() - start).toBeLessThan(20_000);
});

describe('the asset as it ships, behind the entry point of CDK', () => {
  // Below node_modules, where the bundle finds the SDK that Lambda has built in.
  const cache = path.join(__dirname, '..', '..', 'node_modules', '.cache');
  let directory: string;
  let answers: { Status: string; Reason: string; PhysicalResourceId: string }[];
  let invoke: (event: object) => Promise<void>;

  beforeAll(() => {
    fs.mkdirSync(cache, { recursive: true });
    directory = fs.mkdtempSync(path.join(cache, 'network-tags-'));
    const app = new App({ outdir: directory, postCliContext: { 'aws:cdk:disable-asset-staging': false } });
    new TagAtDeploy(new Stack(app, 'Stack'), 'Tags', {
      resourceType: 'subnet', resourceIds: ['subnet-a'], tags: [{ key: ROLE, value: '1' }], keepOnDelete: false,
    });
    const asset = fs.readdirSync(app.synth().directory).find(name => name.startsWith('asset.'))!;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const entrypoint = require(path.join(directory, asset, '__entrypoint__.js'));
    entrypoint.external.log = () => {};
    entrypoint.external.sendHttpRequest = async (_: unknown, body: string) => { answers.push(JSON.parse(body)); };
    invoke = event => entrypoint.handler({ RequestId: 'r1', StackId: STACK, LogicalResourceId: 'Tags', ResponseURL: 'https://cfn/x', ...event }, MINUTES_15);
  });

  beforeEach(() => { answers = []; });
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

  test('holds the entry point and the program, nothing else', () => {
    const asset = fs.readdirSync(directory).find(name => name.startsWith('asset.'))!;
    expect(fs.readdirSync(path.join(directory, asset)).sort()).toEqual(['__entrypoint__.js', 'index.js']);
  });

  test('an update keeps the physical id, so nothing is ever replaced', async () => {
    ec2.add(['subnet-a', 'subnet-b']);
    await invoke({ RequestType: 'Create', ResourceProperties: properties(['subnet-a']) });
    const { PhysicalResourceId } = answers[0];
    await invoke({
      RequestType: 'Update',
      RequestId: 'r2',
      PhysicalResourceId,
      ResourceProperties: properties(['subnet-b']),
      OldResourceProperties: properties(['subnet-a']),
    });
    expect(answers.map(answer => [answer.Status, answer.PhysicalResourceId])).toEqual([['SUCCESS', 'r1'], ['SUCCESS', 'r1']]);
    expect(ec2.tagsOf('subnet-a')).toEqual({});
    expect(ec2.tagsOf('subnet-b')).toEqual(ours());
  });

  test('after a failed create nothing is left, although the delete never reaches the program', async () => {
    ec2.add(['subnet-a']);
    await invoke({ RequestType: 'Create', ResourceProperties: properties(['subnet-a', 'subnet-gone']) });
    expect(answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^could not tag 1 of 2: subnet-gone [^\n]*$/) });
    const calls = ec2.calls.length;
    await invoke({ RequestType: 'Delete', PhysicalResourceId: answers[0].PhysicalResourceId, ResourceProperties: properties(['subnet-a']) });
    expect(answers[1].Status).toBe('SUCCESS');
    expect(ec2.calls).toHaveLength(calls);
    expect(ec2.tagsOf('subnet-a')).toEqual({});
  });
});
