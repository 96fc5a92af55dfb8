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
 * What IAM allows in a role, in the middle of an update: the policies of the template before, and those of the one after it. The templates
 * are those of whole stacks; the sizes are counted here independently, with the longest values that a deployment can have.
 */

const INLINE_POLICIES_LIMIT = 10_240;

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

/** Sizes of the inline policies of one role, by name. */
type Sizes = Map<string, number>;

function inlinePolicies(stack: Stack): Map<string, Sizes> {
  const resources = Object.entries<any>(Template.fromStack(stack).toJSON().Resources);
  return new Map(resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([role, { Properties }]) => {
    const own = (Properties.Policies ?? []).map(({ PolicyName, PolicyDocument }: any) => [PolicyName, sizeOf(PolicyDocument)] as const);
    const others = resources
      .filter(([, { Type, Properties: { Roles } }]) => Type === 'AWS::IAM::Policy' && Roles.some(({ Ref }: any) => Ref === role))
      .map(([id, resource]) => [id, sizeOf(resource.Properties.PolicyDocument)] as const);
    return [role, new Map([...own, ...others])];
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

/** A value of a template, with the longest values that a deployment can have: names of clusters. */
function longest(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(longest);
  if ('Ref' in value) return PSEUDO[value.Ref] ?? 'n'.repeat(100);
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(longest).join(value['Fn::Join'][0]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, longest(inner)]));
}

/** Size of both together; a policy with the same id is changed in place. */
function totalOf(before: Sizes, after: Sizes): number {
  return [...new Set([...before.keys(), ...after.keys()])].reduce((all, id) => all + Math.max(before.get(id) ?? 0, after.get(id) ?? 0), 0);
}

const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('IAM allows in inline policies'));

/** Roles that would exceed the limit in the middle of an update. */
function overfull(before: Stack, after: Stack): string[] {
  const old = inlinePolicies(before);
  return [...inlinePolicies(after)].filter(([role, now]) => totalOf(old.get(role) ?? now, now) > INLINE_POLICIES_LIMIT).map(([role]) => role);
}

test('an update to other subnets stays within the limit, or the app was warned; what is too much for a role is an error', () => {
  const updates = fc.array(fc.tuple(clusterOf(6), clusterOf(6)), { minLength: 2, maxLength: 9 }).map((pairs) => [
    pairs.map(([before]) => before),
    pairs.map(([before, { subnets, firstSubnet }]) => ({ ...before, subnets, firstSubnet })),
  ]);
  const seen = { fits: 0, warned: 0, rejected: 0 };
  fc.assert(fc.property(updates, (both) => {
    const stacks = both.map((clusters) => {
      try {
        return stackWith(clusters);
      } catch (error) {
        expect((error as Error).message).toContain('must find room for its rights');
        seen.rejected += 1;
        return undefined;
      }
    }).filter((stack) => stack !== undefined);
    stacks.forEach((stack) => expect(overfull(stack, stack)).toEqual([]));
    if (stacks.length === 2 && stacks.every((stack) => warnings(stack).length === 0)) {
      seen.fits += 1;
      expect(overfull(stacks[0], stacks[1])).toEqual([]);
    } else {
      seen.warned += 1;
    }
  }), { numRuns: 40, endOnFailure: true });
  expect(seen.fits).toBeGreaterThan(2);
  expect(seen.warned).toBeGreaterThan(2);
});

test('too many clusters are an error', () => {
  const cluster = { subnets: 3, firstSubnet: 0, hasClusterTag: true, hasNodeGroup: true, name: 'token', isCleanedUp: true } as const;
  expect(() => stackWith(new Array<Cluster>(12).fill(cluster))).toThrow('must find room for its rights in the role of its function');
});

test('two clusters have no warning, and one with up to three subnets per role lists them all', () => {
  fc.assert(fc.property(fc.array(clusterOf(3), { minLength: 1, maxLength: 2 }), (clusters) => {
    const stack = stackWith(clusters);
    expect(warnings(stack)).toEqual([]);
    if (clusters.length === 1) {
      expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('subnet/*');
    }
  }), { numRuns: 25 });
});
