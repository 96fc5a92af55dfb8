import { Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { LoadBalancerCleanup } from '../../src/cleanup/load-balancer-cleanup';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { KubernetesClusterTag } from '../../src/network/network-tags';
import { TaggedNetwork } from '../../src/network/tagged-network';
import { importCluster, newStack } from '../fixtures';

/*
 * What IAM lets a role hold, in the middle of an update: everything of the template before, and everything of the one after it. The
 * templates are those of whole stacks; the sizes are counted here anew, with the longest values that a deployment can bring.
 */

const INLINE_POLICIES_LIMIT = 10_240;
const MANAGED_POLICY_LIMIT = 6_144;
const MANAGED_POLICIES = 10;

interface Cluster {
  /** Subnets of each role, and which of those that the account has. */
  readonly subnets: number;
  readonly firstSubnet: number;
  readonly hasClusterTag: boolean;
  readonly hasNodeGroup: boolean;
  readonly name: 'literal' | 'token';
  readonly isCleanedUp: boolean;
}

const clusterOf = (subnets: number): fc.Arbitrary<Cluster> => fc.record({
  subnets: fc.integer({ min: 1, max: subnets }),
  firstSubnet: fc.nat(3),
  hasClusterTag: fc.boolean(),
  hasNodeGroup: fc.boolean(),
  name: fc.constantFrom('literal' as const, 'literal' as const, 'token' as const),
  isCleanedUp: fc.boolean(),
});

function stackWith(clusters: Cluster[]): Stack {
  const stack = newStack();
  clusters.forEach(({ subnets, firstSubnet, hasClusterTag, hasNodeGroup, name, isCleanedUp }, index) => {
    const ids = (role: string) => Array.from({ length: subnets }, (_, number) => `subnet-${role}${String(firstSubnet + number).padStart(16, '0')}`);
    const names = (role: string) => ids(role).map((id) => `${role}${id}`);
    const vpcId = Token.asString({ Ref: `Vpc${index}` });
    const vpc = ec2.Vpc.fromVpcAttributes(stack, `Vpc${index}`, {
      vpcId, availabilityZones: ['a'], publicSubnetIds: ids('a'), privateSubnetIds: ids('b'), publicSubnetNames: names('a'), privateSubnetNames: names('b'),
    });
    const clusterName = name === 'literal' ? `cluster-${index}` : Token.asString({ Ref: `Cluster${index}` });
    const cluster = importCluster(stack, 'aws-eks-v2', { clusterName, vpc, clusterSecurityGroupId: 'sg-cluster' }, `Cluster${index}`);
    new TaggedNetwork(stack, `NetworkTags${index}`, {
      target: new TargetCluster(cluster),
      vpc,
      subnetClusterTag: hasClusterTag ? KubernetesClusterTag.SHARED : undefined,
      workerSecurityGroup: hasNodeGroup ? ec2.SecurityGroup.fromSecurityGroupId(stack, `Nodes${index}`, `sg-${index}`) : undefined,
    });
    if (isCleanedUp) new LoadBalancerCleanup(stack, `Cleanup${index}`, { clusterName, vpcId });
  });
  return stack;
}

/** Policies of one role, and how long they are. */
interface Holding {
  readonly inline: Map<string, number>;
  readonly managed: Map<string, number>;
}

function holdings(stack: Stack): Map<string, Holding> {
  const resources = Object.entries<any>(Template.fromStack(stack).toJSON().Resources);
  return new Map(resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([role, { Properties }]) => {
    const own = (Properties.Policies ?? []).map(({ PolicyName, PolicyDocument }: any) => [PolicyName, sizeOf(PolicyDocument)] as const);
    const attached = Properties.ManagedPolicyArns.map((arn: unknown) => [JSON.stringify(arn), 0] as const);
    const of = (type: string) => resources
      .filter(([, resource]) => resource.Type === type && resource.Properties.Roles.some(({ Ref }: any) => Ref === role))
      .map(([id, resource]) => [id, sizeOf(resource.Properties.PolicyDocument)] as const);
    return [role, { inline: new Map([...own, ...of('AWS::IAM::Policy')]), managed: new Map([...attached, ...of('AWS::IAM::ManagedPolicy')]) }];
  }));
}

function sizeOf(document: unknown): number {
  return JSON.stringify(longest(document)).length;
}

const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Partition': 'aws-us-gov',
  'AWS::Region': 'us-isof-south-1',
  'AWS::AccountId': '111122223333',
  'AWS::StackId': `arn:aws-us-gov:cloudformation:us-isof-south-1:111122223333:stack/${'s'.repeat(128)}/01234567-89ab-cdef-0123-456789abcdef`,
};

/** A value of a template with the longest that a deployment can put in: a cluster's name. */
function longest(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(longest);
  if ('Ref' in value) return PSEUDO[value.Ref] ?? 'n'.repeat(100);
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(longest).join(value['Fn::Join'][0]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, longest(inner)]));
}

/** Both at a time; what has the same id is changed in place. */
function between(before: Holding, after: Holding): Holding {
  const both = (kind: keyof Holding) => new Map([...before[kind].keys(), ...after[kind].keys()]
    .map((id) => [id, Math.max(before[kind].get(id) ?? 0, after[kind].get(id) ?? 0)]));
  return { inline: both('inline'), managed: both('managed') };
}

const sum = (sizes: Map<string, number>) => [...sizes.values()].reduce((all, size) => all + size, 0);
const isWithinLimits = ({ inline, managed }: Holding) => sum(inline) <= INLINE_POLICIES_LIMIT && managed.size <= MANAGED_POLICIES
  && [...managed.values()].every((size) => size <= MANAGED_POLICY_LIMIT);
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('lets a role hold'));

/** Roles that would hold more than they can, in the middle of an update. */
function overfull(before: Stack, after: Stack): string[] {
  const old = holdings(before);
  return [...holdings(after)].filter(([role, now]) => !isWithinLimits(between(old.get(role) ?? now, now))).map(([role]) => role);
}

test('an update from any clusters to any others stays within what a role holds, or the app was warned', () => {
  const apps = fc.array(clusterOf(12), { minLength: 1, maxLength: 7 }).map(stackWith);
  let unwarned = 0;
  fc.assert(fc.property(apps, apps, (before, after) => {
    if (warnings(before).length === 0 && warnings(after).length === 0) {
      unwarned += 1;
      expect(overfull(before, after)).toEqual([]);
    }
    // What is warned of can be deployed, anew at least.
    expect(overfull(after, after)).toEqual([]);
  }), { numRuns: 25, endOnFailure: true });
  expect(unwarned).toBeGreaterThan(5);
});

test('four clusters of up to six subnets a role go with no warning, and every subnet is named', () => {
  fc.assert(fc.property(fc.array(clusterOf(6), { minLength: 1, maxLength: 4 }), (clusters) => {
    const stack = stackWith(clusters);
    expect(warnings(stack)).toEqual([]);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('subnet/*');
  }), { numRuns: 25 });
});

test.each([[2, 6], [4, 3], [4, 6]])('%i clusters with %i subnets a role get three more, and lose them again', (clusters, subnets) => {
  const cluster = { firstSubnet: 0, hasClusterTag: true, hasNodeGroup: true, name: 'literal', isCleanedUp: true } as const;
  const [few, many] = [subnets, subnets + 3].map((each) => stackWith(new Array<Cluster>(clusters).fill({ ...cluster, subnets: each })));
  expect([...overfull(few, many), ...overfull(many, few)]).toEqual([]);
});

test('one cluster with few subnets has inline policies alone', () => {
  const stack = stackWith([{ subnets: 6, firstSubnet: 0, hasClusterTag: true, hasNodeGroup: true, name: 'literal', isCleanedUp: true }]);
  Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 6);
});
