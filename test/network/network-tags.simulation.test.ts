import { Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { Call, FakeEc2 } from './program/fake-ec2';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { HandlerProvider } from '../../src/custom-resource/handler-provider';
import { KubernetesClusterTag } from '../../src/network/network-tags';
import { OWNERSHIP_PREFIX } from '../../src/network/network-tags-contract';
import { networkTags } from '../../src/network/program/network-tags';
import { TaggedNetwork } from '../../src/network/tagged-network';
import { importCluster, newStack } from '../fixtures';
import { Choice, FakeCloudFormation, ResourceKind, Resources, resolveTemplate } from '../support/fake-cloudformation';

/*
 * Whole lives of a stack: the templates that the construct renders, deployed one after the other, each of them in any order that
 * CloudFormation may take, with failures and their roll-backs, up to the stack's end; against an EC2 that knows IAM.
 */

const ELB = 'kubernetes.io/role/elb';
const INTERNAL_ELB = 'kubernetes.io/role/internal-elb';
const STACK_ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/5e6f';
const TAGS_TYPE = 'Custom::EksAlbIngressNetworkTags';
const TYPES = ['AWS::EC2::Subnet', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', TAGS_TYPE];

const IMPORTED = ['subnet-a', 'subnet-b', 'subnet-c', 'subnet-d'] as const;
const OWNED = ['Own1', 'Own2'] as const;
const GROUPS = ['sg-1', 'sg-2'] as const;
type Part = 'public' | 'private' | 'isolated' | 'none';

/** What the app says at one time. */
interface Wish {
  readonly parts: Record<typeof IMPORTED[number], Part>;
  readonly owned: Record<typeof OWNED[number], Exclude<Part, 'isolated'>>;
  /** How imported subnets are known. */
  readonly ids: 'literal' | 'tokens' | 'lists';
  readonly name: 'literal' | 'token';
  readonly clusterName: 'blue' | 'green';
  readonly subnetClusterTag?: KubernetesClusterTag;
  readonly group?: typeof GROUPS[number];
  readonly groupTag: KubernetesClusterTag;
  /** Whether others of the stack leave no room in the inline policies of the function's role. */
  readonly isCrowded: boolean;
}

const part = fc.constantFrom<Part>('public', 'public', 'private', 'private', 'isolated', 'none');
const ownPart = fc.constantFrom('public' as const, 'private' as const, 'none' as const);
const wish: fc.Arbitrary<Wish> = fc.record({
  parts: fc.record({ 'subnet-a': part, 'subnet-b': part, 'subnet-c': part, 'subnet-d': part }),
  owned: fc.record({ Own1: ownPart, Own2: ownPart }),
  ids: fc.constantFrom('literal' as const, 'tokens' as const, 'lists' as const),
  name: fc.constantFrom('literal' as const, 'token' as const),
  clusterName: fc.constantFrom('blue' as const, 'blue' as const, 'blue' as const, 'green' as const),
  subnetClusterTag: fc.constantFrom(undefined, KubernetesClusterTag.SHARED, KubernetesClusterTag.SHARED, KubernetesClusterTag.OWNED),
  group: fc.constantFrom(undefined, ...GROUPS),
  groupTag: fc.constantFrom(KubernetesClusterTag.OWNED, KubernetesClusterTag.SHARED),
  isCrowded: fc.boolean(),
});

/** What befalls a deployment. */
type Mishap = { readonly kind: 'none' } | { readonly kind: 'elsewhere'; readonly after: number } | { readonly kind: 'rejected'; readonly id: string };

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.constant({ kind: 'none' as const }),
  fc.record({ kind: fc.constant('elsewhere' as const), after: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ kind: fc.constant('rejected' as const), id: fc.constantFrom(...IMPORTED, ...GROUPS) }),
);

interface Step {
  readonly wish: Wish;
  readonly mishap: Mishap;
  /** Subnets that go behind CloudFormation's back once the update has begun, where the app no longer wants them. */
  readonly goes: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({ wish, mishap, goes: fc.constantFrom(false, false, true) });

/** Tags that others set before: on a subnet or group, for one cluster or for a role. */
const before = fc.dictionary(
  fc.constantFrom(...IMPORTED, ...GROUPS),
  fc.dictionary(fc.constantFrom('kubernetes.io/cluster/blue', 'kubernetes.io/cluster/green'), fc.constantFrom('owned', 'shared'), { maxKeys: 2 }),
  { maxKeys: 3 },
);

const rendered = new Map<string, { Resources: Resources }>();

/** The template for a wish, and what its parameters are. */
function render({ parts, owned, ids, name, clusterName, subnetClusterTag, group, groupTag, isCrowded }: Wish): Resources {
  const of = (which: Part) => IMPORTED.filter((id) => parts[id] === which);
  const parameters: Record<string, unknown> = { Name: clusterName, ...Object.fromEntries(IMPORTED.map((id) => [id.replace('-', ''), id])) };
  (['public', 'private', 'isolated'] as const).forEach((which) => { parameters[which] = of(which); });

  const key = JSON.stringify([parts, owned, ids, name, name === 'literal' && clusterName, subnetClusterTag, group, groupTag, isCrowded]);
  if (!rendered.has(key)) {
    const stack = newStack();
    if (isCrowded) takeInlineRoom(stack);
    const idsOf = (which: Part) => {
      const known = of(which);
      switch (ids) {
        case 'literal': return known.length > 0 ? known : undefined;
        case 'tokens': return known.length > 0 ? known.map((id) => Token.asString({ Ref: id.replace('-', '') })) : undefined;
        case 'lists': return known.length > 0 ? Token.asList({ Ref: which }) : undefined;
      }
    };
    const namesOf = (which: Part) => idsOf(which)?.map((_, index) => `${which}${index}`);
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ids === 'lists' ? Token.asList({ Ref: 'Zones' }) : ['a'],
      publicSubnetIds: idsOf('public'),
      privateSubnetIds: idsOf('private'),
      isolatedSubnetIds: idsOf('isolated'),
      // One a subnet, as all lie in one zone.
      publicSubnetNames: namesOf('public'),
      privateSubnetNames: namesOf('private'),
      isolatedSubnetNames: namesOf('isolated'),
    });
    const own = (which: Part) => ownedIn(stack).filter(({ node }) => owned[node.id as typeof OWNED[number]] === which);
    const cluster = importCluster(stack, 'aws-eks-v2', {
      clusterName: name === 'literal' ? clusterName : Token.asString({ Ref: 'Name' }), vpc, clusterSecurityGroupId: 'sg-cluster',
    });
    new TaggedNetwork(stack, 'NetworkTags', {
      target: new TargetCluster(cluster),
      vpc,
      internetFacingSubnets: { subnets: [...vpc.publicSubnets, ...own('public')] },
      internalSubnets: { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets, ...own('private')] },
      subnetClusterTag,
      ...group && { workerSecurityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', group), workerSecurityGroupTag: groupTag },
    });
    rendered.set(key, Template.fromStack(stack).toJSON() as { Resources: Resources });
  }
  const pseudo = { 'AWS::StackId': STACK_ID, 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1' };
  const physical = Object.fromEntries(OWNED.map((id) => [logicalIdOf(id), `subnet-${id}`]));
  return resolveTemplate(rendered.get(key)!, TYPES, { ...pseudo, ...parameters, ...physical });
}

/** The rights of something else, in the place of another cluster's. */
function takeInlineRoom(stack: Stack): void {
  const provider = HandlerProvider.of(stack, 'EksAlbIngressNetworkTagsProvider', 'network/program/network-tags', 'Tags');
  const statement = new iam.PolicyStatement({
    actions: ['ec2:CreateTags'],
    resources: [`arn:aws:ec2:eu-west-1:111122223333:subnet/${'x'.repeat(4800)}`],
    conditions: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['other'] } },
  });
  provider.allow(new Construct(stack, 'Others'), 'Rights', [statement]);
}

const ownedOf = new WeakMap<Stack, ec2.Subnet[]>();
function ownedIn(stack: Stack): ec2.Subnet[] {
  const made = ownedOf.get(stack)
    ?? OWNED.map((id, index) => new ec2.Subnet(stack, id, { vpcId: 'vpc-1', availabilityZone: 'a', cidrBlock: `10.0.${index}.0/24` }));
  ownedOf.set(stack, made);
  return made;
}

function logicalIdOf(id: string): string {
  const subnet = ownedIn(newStack()).find(({ node }) => node.id === id)!;
  return subnet.stack.resolve((subnet.node.findChild('Subnet') as ec2.CfnSubnet).logicalId);
}

/** The tags that a wish is about, by resource. */
function wantedTags({ parts, owned, clusterName, subnetClusterTag, group, groupTag }: Wish): Map<string, Record<string, string>> {
  const key = `kubernetes.io/cluster/${clusterName}`;
  const wanted = new Map<string, Record<string, string>>();
  const subnets = [...Object.entries(parts), ...Object.entries(owned).map(([id, which]) => [`subnet-${id}`, which] as const)];
  for (const [id, which] of subnets.filter(([, one]) => one !== 'none')) {
    wanted.set(id, { [which === 'public' ? ELB : INTERNAL_ELB]: '1', ...subnetClusterTag && { [key]: subnetClusterTag } });
  }
  if (group) wanted.set(group, { [key]: groupTag });
  return wanted;
}

/** All that can be tagged. */
const ALL = [...IMPORTED, ...GROUPS, ...OWNED.map((one) => `subnet-${one}`)];

/** EC2 with the subnets and groups of the account, and CloudFormation with its kinds of resources. */
class World {
  public readonly policies = new Map<string, Statement[]>();
  public readonly cloudFormation: FakeCloudFormation;
  /** A resource that EC2 lets nobody tag, until that has made the deployment fail. */
  public rejected?: string;
  /** Called when something has been written. */
  public onWrite?: () => void;

  private readonly handler = networkTags({
    permissionGraceMillis: 0, permissionPauseMillis: 0, isRollingBack: async () => this.cloudFormation.status.startsWith('UPDATE_ROLLBACK_'),
  });

  constructor(public readonly fake: FakeEc2, choice: Choice) {
    this.cloudFormation = new FakeCloudFormation({
      'AWS::EC2::Subnet': this.subnets(),
      'AWS::IAM::ManagedPolicy': this.rights(),
      'AWS::IAM::Policy': this.rights(),
      [TAGS_TYPE]: {
        create: (id, now) => this.call('Create', id, now),
        update: (id, now, old) => this.call('Update', id, now, old),
        delete: (id, old) => this.call('Delete', id, old),
      },
    }, choice);
    // Each call is judged by the policies of its time, and seen when its predecessor has had its effect.
    fake.fault = (one) => {
      this.onWrite?.();
      return this.invalidProp(one);
    };
  }

  private async call(RequestType: 'Create' | 'Update' | 'Delete', LogicalResourceId: string, now: object, old?: object): Promise<void> {
    const properties = { ResourceProperties: { ...now }, ...old && { OldResourceProperties: { ...old } } };
    await this.handler({ RequestType, StackId: STACK_ID, LogicalResourceId, ...properties }, { getRemainingTimeInMillis: () => 15 * 60_000 });
    this.onWrite?.();
  }

  private invalidProp({ action, ids, tags }: Call) {
    if (action === 'DescribeTags') return undefined;
    const statements = [...this.policies.values()].flat();
    const denied = ids.find((id) => !statements.some((statement) => allows(statement, action, id, Object.keys(tags))));
    if (denied) return { code: 'UnauthorizedOperation', message: `${action} of ${Object.keys(tags).join(', ')} on ${denied}` };
    const goesForward = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'].includes(this.cloudFormation.status);
    return action === 'CreateTags' && goesForward && ids.includes(this.rejected ?? '') ? { code: 'OperationNotPermitted' } : undefined;
  }

  private rights(): ResourceKind {
    const set = async (id: string, { PolicyDocument }: Record<string, any>) => { this.policies.set(id, PolicyDocument.Statement); };
    return { create: set, update: set, delete: async (id) => { this.policies.delete(id); } };
  }

  private subnets(): ResourceKind {
    const idOf = (logicalId: string) => `subnet-${OWNED.find((one) => logicalId.startsWith(one))}`;
    const tagsOf = ({ Tags }: Record<string, any>): Record<string, string> => Object.fromEntries(Tags.map(({ Key, Value }: any) => [Key, Value]));
    const put = (id: string, now: object, old: object) => {
      const kept = Object.entries(this.fake.tagsOf(id)).filter(([key]) => !(key in old) || key in now);
      this.fake.add([id], { ...Object.fromEntries(kept), ...now });
      this.onWrite?.();
    };
    return {
      create: async (id, now) => put(idOf(id), tagsOf(now), {}),
      update: async (id, now, old) => put(idOf(id), tagsOf(now), tagsOf(old)),
      delete: async (id) => this.fake.drop(idOf(id)),
    };
  }
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition: Record<string, Record<string, string | string[]>>;
}

/** Just what these policies use of IAM: a type of resource or one of them, and keys that are all among those allowed. */
function allows({ Action, Resource, Condition }: Statement, action: string, id: string, keys: string[]): boolean {
  const matches = (pattern: string, value: string) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`).test(value);
  const arn = `arn:aws:ec2:eu-west-1:111122223333:${id.startsWith('sg-') ? 'security-group' : 'subnet'}/${id}`;
  const exactly = Condition['ForAllValues:StringEquals']?.['aws:TagKeys'];
  const like = Condition['ForAllValues:StringLike']?.['aws:TagKeys'];
  return [Action].flat().includes(`ec2:${action}`)
    && [Resource].flat().some((one) => matches(one, arn))
    && keys.length > 0
    && keys.every((key) => exactly ? [exactly].flat().includes(key) : [like!].flat().some((one) => matches(one, key)));
}

/** Each takes about a second. */
const RUNS = Number(process.env.LIVES ?? 30);
const environment = process.env;

beforeEach(() => jest.spyOn(console, 'log').mockImplementation());
afterEach(() => {
  process.env = environment;
  jest.restoreAllMocks();
});

test('a tag that is wanted is there, one that was there before still is, and nothing of ours is left in the end', async () => {
  const chances = fc.infiniteStream(fc.nat(2 ** 20));
  const lives = fc.asyncProperty(before, fc.array(step, { minLength: 1, maxLength: 5 }), chances, async (theirs, steps, chance) => {
    const fake = await FakeEc2.start();
    const aws = { AWS_ENDPOINT_URL: fake.url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', NO_PROXY: '127.0.0.1' };
    process.env = { ...environment, ...aws };
    try {
      await live(new World(fake, (below) => chance.next().value! % below), theirs, steps);
    } finally {
      await fake.stop();
    }
  });
  await fc.assert(lives, { numRuns: RUNS });
}, 60_000 * RUNS);

async function live(world: World, theirs: Record<string, Record<string, string>>, steps: Step[]): Promise<void> {
  const { fake, cloudFormation } = world;
  const gone = new Set<string>();
  [...IMPORTED, ...GROUPS].forEach((id) => fake.add([id], { Name: id, ...theirs[id] }));
  let is: Map<string, Record<string, string>> = new Map();
  /** Role tags of custom resources stay, and so do those that were put before a failure. */
  const keptRoles = new Set<string>();

  const check = () => {
    for (const id of ALL.filter((one) => !gone.has(one))) {
      const tags = fake.tagsOf(id);
      const wanted = is.get(id) ?? {};
      for (const [key, value] of Object.entries(wanted)) expect([id, key, tags[key]]).toEqual([id, key, theirs[id]?.[key] ?? value]);
      const extra = Object.keys(tags).filter((key) => key !== 'Name' && !(key in wanted) && !(key in (theirs[id] ?? {})));
      const claimed = extra.filter((key) => key.startsWith(OWNERSHIP_PREFIX)).map((key) => tags[key].split('=')[0]);
      // A claim for each tag of ours, and none without.
      expect([id, claimed.filter((key) => !(key in wanted) || key in (theirs[id] ?? {}))]).toEqual([id, []]);
      expect([id, [...new Set(claimed)].length]).toEqual([id, claimed.length]);
      expect([id, extra.filter((key) => !key.startsWith(OWNERSHIP_PREFIX) && !keptRoles.has(`${id} ${key}`))]).toEqual([id, []]);
    }
  };

  for (const { wish: next, mishap: bad, goes } of steps) {
    const resources = render(next);
    const will = wantedTags(next);
    const was = is;
    // What is wanted before and after, by custom resources at both times or by CloudFormation, is there all the time; what was there before too.
    let lost: string | undefined;
    world.onWrite = () => {
      for (const [id, tags] of Object.entries(theirs)) {
        const missing = Object.keys(tags).find((key) => !gone.has(id) && fake.tagsOf(id)[key] !== tags[key]);
        lost ??= missing && `${id} ${missing}`;
      }
      for (const id of ALL.filter((one) => !gone.has(one))) {
        const missing = Object.keys(was.get(id) ?? {}).find((key) => key in (will.get(id) ?? {}) && fake.tagsOf(id)[key] === undefined);
        lost ??= missing && `${id} ${missing}`;
      }
    };
    for (const [id, tags] of will) Object.keys(tags).filter((key) => key.includes('/role/')).forEach((key) => keptRoles.add(`${id} ${key}`));
    if (goes && was.size > 0) {
      IMPORTED.filter((id) => !will.has(id)).forEach((id) => {
        gone.add(id);
        fake.drop(id);
      });
    }
    world.rejected = bad.kind === 'rejected' ? bad.id : undefined;
    const succeeded = await cloudFormation.deploy({ resources, failsAfter: bad.kind === 'elsewhere' ? bad.after : undefined });
    if (succeeded) is = will;
    // A custom resource that takes back what it has just put may do so before another one has it again.
    if (bad.kind !== 'rejected') expect(lost).toBeUndefined();
    if (!succeeded && bad.kind === 'none') expect([cloudFormation.failure, gone.size > 0]).toEqual([expect.stringContaining('NotFound'), true]);
    check();
  }
  world.onWrite = undefined;
  await cloudFormation.destroy();
  is = new Map();
  check();
  expect(world.policies.size).toBe(0);
}
