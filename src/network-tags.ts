import { Stack, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TargetCluster } from './private/cluster';
import { refusal, warn } from './private/messages';
import { TagAtDeploy } from './private/tag-at-deploy';

/**
 * Which subnets get tagged.
 */
export enum SubnetTagging {
  /**
   * Subnets of this app by CloudFormation, imported ones by a custom resource when the stack is deployed.
   */
  ALL = 'all',

  /**
   * Only subnets of this app. Imported ones carry their tags already, or their owner adds them.
   */
  OWNED_ONLY = 'owned-only',

  /**
   * No subnet.
   *
   * For a VPC shared through AWS RAM, where a participant's tags are not those that the owner sees; or where Ingresses name
   * their subnets, by IngressClassParams or annotation.
   */
  NONE = 'none',
}

/**
 * Value of the tag `kubernetes.io/cluster/<name>`.
 */
export enum ClusterTag {
  /**
   * The resource is this cluster's alone.
   */
  OWNED = 'owned',

  /**
   * Other clusters use the resource too.
   */
  SHARED = 'shared',
}

/**
 * What gets tagged in the VPC, so that the controller finds its subnets and security group.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
 */
export interface NetworkTagsOptions {
  /**
   * Subnets for internet-facing load balancers: tagged `kubernetes.io/role/elb` = `1`.
   *
   * @default - the public subnets of the VPC
   */
  readonly publicSubnets?: ec2.SubnetSelection;

  /**
   * Subnets for internal load balancers: tagged `kubernetes.io/role/internal-elb` = `1`.
   *
   * @default - all other subnets of the VPC: the private ones, and the isolated ones
   */
  readonly privateSubnets?: ec2.SubnetSelection;

  /**
   * Which subnets get tagged.
   *
   * @default SubnetTagging.ALL
   */
  readonly subnetTagging?: SubnetTagging;

  /**
   * Tags the subnets `kubernetes.io/cluster/<name>` as well.
   *
   * Only needed where several clusters share the VPC and each is to keep to its own subnets; the tag goes when the support goes.
   *
   * @default - subnets carry their role tags only, which the controller has found sufficient since v2.1.1
   */
  readonly subnetClusterTag?: ClusterTag;

  /**
   * Security group of worker nodes which do not carry the cluster security group, as nodes of a launch template of your own may.
   *
   * It is tagged `kubernetes.io/cluster/<name>`, and lets the control plane reach the controller's webhook at TCP 9443. Nodes
   * must carry exactly one tagged group, or the controller refuses to register them: EKS tags the cluster security group itself,
   * so leave this out for managed node groups and for the capacity that the CDK adds to a cluster.
   *
   * @default - nodes carry the cluster security group, which EKS tags
   * @see https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
   */
  readonly workerSecurityGroup?: ec2.ISecurityGroup;

  /**
   * Value of the tag on `workerSecurityGroup`.
   *
   * @default ClusterTag.OWNED
   */
  readonly workerSecurityGroupTag?: ClusterTag;
}

/**
 * What the tags are made from.
 *
 * @internal
 */
export interface NetworkTagsProps extends NetworkTagsOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** Port of the controller's webhooks, which the control plane calls. */
const WEBHOOK_PORT = 9443;

const ROLES = {
  public: { id: 'Public', prop: 'publicSubnets', tag: 'kubernetes.io/role/elb', scheme: 'internet-facing' },
  private: { id: 'Private', prop: 'privateSubnets', tag: 'kubernetes.io/role/internal-elb', scheme: 'internal' },
} as const;

type Role = keyof typeof ROLES;

/**
 * The tags by which the controller finds subnets and security groups.
 *
 * By CloudFormation where it can: the resource is of this app and the key is literal. Elsewhere by a custom resource: CDK's `Tags`
 * silently do nothing on what is imported, and a key with the name of a cluster of the same app would make the subnet wait
 * for the cluster that waits for the subnet.
 *
 * @internal
 */
export class NetworkTags extends Construct {
  private readonly clusterTagKey: string;

  constructor(scope: Construct, id: string, private readonly props: NetworkTagsProps) {
    super(scope, id);
    this.clusterTagKey = `kubernetes.io/cluster/${props.target.name}`;

    const subnets = {
      public: this.select('public', props.publicSubnets ?? { subnets: props.vpc.publicSubnets }),
      private: this.select('private', props.privateSubnets
        ?? { subnets: [...props.vpc.privateSubnets, ...props.vpc.isolatedSubnets] }),
    };
    this.refuseTwoRoles(subnets);
    this.tagSubnets('public', subnets.public);
    this.tagSubnets('private', subnets.private);
    this.tagWorkerSecurityGroup();
  }

  private select(role: Role, selection: ec2.SubnetSelection): ec2.ISubnet[] {
    // A VPC without that kind of subnet is fine; to the CDK's own selection an empty list would be a mistake.
    const subnets = selection.subnets ?? this.props.vpc.selectSubnets(selection).subnets;
    const { prop, scheme } = ROLES[role];
    if (liesInOneZone(subnets)) {
      warn(this, `${prop}InOneZone`,
        `${prop} lie in one Availability Zone: an ${scheme} Application Load Balancer needs subnets in at least two`);
    }
    return subnets;
  }

  private refuseTwoRoles(subnets: Record<Role, ec2.ISubnet[]>): void {
    const both = subnets.public.filter((subnet) => subnets.private.includes(subnet)
      || (!Token.isUnresolved(subnet.subnetId) && subnets.private.some(({ subnetId }) => subnetId === subnet.subnetId)));
    if (both.length > 0) {
      throw refusal('publicSubnets', 'and privateSubnets must have no subnet in common', both.map(({ node }) => node.path),
        'give each subnet one role');
    }
  }

  private tagSubnets(role: Role, subnets: ec2.ISubnet[]): void {
    const { subnetTagging = SubnetTagging.ALL, subnetClusterTag } = this.props;
    if (subnetTagging === SubnetTagging.NONE) {
      return;
    }
    const owned = subnets.filter(isOwned);
    const imported = subnetTagging === SubnetTagging.ALL ? subnets.filter((subnet) => !isOwned(subnet)) : [];

    owned.forEach((subnet) => tagNatively(subnet, { key: ROLES[role].tag, value: '1' }, 'AWS::EC2::Subnet'));
    // Every cluster of the VPC stands on the role tags: they stay when this support goes.
    this.tagAtDeploy(`${ROLES[role].id}Subnets`, imported, { key: ROLES[role].tag, value: '1' }, true);

    if (subnetClusterTag) {
      const nameable = Token.isUnresolved(this.clusterTagKey) ? [] : owned;
      nameable.forEach((subnet) => tagNatively(subnet, { key: this.clusterTagKey, value: subnetClusterTag }, 'AWS::EC2::Subnet'));
      const others = [...owned, ...imported].filter((subnet) => !nameable.includes(subnet));
      this.tagAtDeploy(`${ROLES[role].id}SubnetsOfCluster`, others, { key: this.clusterTagKey, value: subnetClusterTag }, false);
    }
  }

  private tagWorkerSecurityGroup(): void {
    const { workerSecurityGroup, workerSecurityGroupTag = ClusterTag.OWNED, target } = this.props;
    if (!workerSecurityGroup) {
      return;
    }
    if (workerSecurityGroup === target.cluster.clusterSecurityGroup) {
      throw refusal('workerSecurityGroup', 'must not be the cluster security group', workerSecurityGroup.node.path,
        'leave it out: EKS tags that group itself');
    }
    const tag = { key: this.clusterTagKey, value: workerSecurityGroupTag };
    if (workerSecurityGroup.node.defaultChild && !Token.isUnresolved(this.clusterTagKey)) {
      tagNatively(workerSecurityGroup, tag, 'AWS::EC2::SecurityGroup');
    } else {
      new TagAtDeploy(this, 'WorkerSecurityGroup', {
        resourceType: 'security-group',
        resourceIds: [workerSecurityGroup.securityGroupId],
        tags: [tag],
        keepOnDelete: false,
      });
    }
    workerSecurityGroup.connections.allowFrom(target.cluster.clusterSecurityGroup, ec2.Port.tcp(WEBHOOK_PORT),
      'AWS Load Balancer Controller webhook');
  }

  private tagAtDeploy(id: string, subnets: ec2.ISubnet[], tag: Tag, keepOnDelete: boolean): void {
    const ids = subnets.map(({ subnetId }) => subnetId);
    const lists = ids.filter(isListToken);
    const known = ids.filter((subnetId) => !lists.includes(subnetId));
    const tagOne = (name: string, resourceIds: string[]) =>
      new TagAtDeploy(this, name, { resourceType: 'subnet', resourceIds, tags: [tag], keepOnDelete });

    if (known.length > 0) {
      tagOne(id, known);
    }
    // A list that CloudFormation fills in cannot be joined with another one.
    lists.forEach((list, index) => tagOne(`${id}List${index}`, [list]));
  }
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

function tagNatively(resource: Construct, { key, value }: Tag, resourceType: string): void {
  // The subnet's construct holds its route table, NAT gateway and address too, which are none of the controller's business.
  Tags.of(resource).add(key, value, { includeResourceTypes: [resourceType] });
}

/** Whether a subnet is defined in this app, so that its template can hold tags. */
function isOwned(subnet: ec2.ISubnet): boolean {
  return ec2.Subnet.isVpcSubnet(subnet);
}

/** Whether an id is what an imported VPC has in place of a list that only CloudFormation knows. */
function isListToken(id: string): boolean {
  return Token.isUnresolved([id]) && !Token.isUnresolved(id);
}

/**
 * Whether subnets certainly lie in one zone.
 *
 * Zones that render alike are one; zones that do not may still be, so that the count is too high rather than too low.
 */
function liesInOneZone(subnets: ec2.ISubnet[]): boolean {
  const zones = subnets.map((subnet) => isListToken(subnet.subnetId) ? undefined : zoneOf(subnet));
  return zones.length > 0 && !zones.includes(undefined) && new Set(zones).size === 1;
}

function zoneOf(subnet: ec2.ISubnet): string | undefined {
  try {
    return JSON.stringify(Stack.of(subnet).resolve(subnet.availabilityZone));
  } catch {
    // An imported subnet does not have to say where it is, and throws when asked.
    return undefined;
  }
}
