import { Annotations, CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkIds, inBoth, isOwned, liesInOneZone, onTagged, tagSubnet } from './subnets';
import { DeployTag, TagAtDeploy } from './tag-at-deploy';
import { findTwoTaggedGroups } from './tagged-security-groups';
import { TargetCluster } from '../cluster/target-cluster';
import { IngressClassOptions, LoadBalancerScheme } from '../ingress-class/ingress-class-options';
import { refusal, warn } from '../util/messages';
import { isLookupDummy } from '../util/tokens';

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
export enum KubernetesClusterTag {
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
   * A cluster that the CDK defines tags all public and private subnets of its VPC itself: those left out here stay tagged, with
   * a warning.
   *
   * @default - the public subnets of the VPC
   */
  readonly internetFacingSubnets?: ec2.SubnetSelection;

  /**
   * Subnets for internal load balancers: tagged `kubernetes.io/role/internal-elb` = `1`.
   *
   * @default - all other subnets of the VPC: the private ones, and the isolated ones
   */
  readonly internalSubnets?: ec2.SubnetSelection;

  /**
   * Which subnets get tagged.
   *
   * @default SubnetTagging.ALL
   */
  readonly subnetTagging?: SubnetTagging;

  /**
   * Whether to tag the subnets `kubernetes.io/cluster/<name>` as well, and with which value.
   *
   * Only needed where several clusters share the VPC and each is to keep to its own subnets. The tag goes when this construct goes;
   * one that is there already stays as it is, then and in the end.
   *
   * @default - subnets carry their role tags only, which the controller has found sufficient since v2.1.1
   */
  readonly subnetClusterTag?: KubernetesClusterTag;

  /**
   * Security group of worker nodes which do not carry the cluster security group, as nodes of a launch template of your own may.
   *
   * It is tagged `kubernetes.io/cluster/<name>`, unless it is already, and lets the control plane reach the controller's webhook at TCP 9443. Nodes
   * must carry exactly one tagged group, or the controller refuses to register them: EKS tags the cluster security group itself,
   * so leave this out for managed node groups and for the capacity that the CDK adds to a cluster. Nodes of this app that have
   * two are refused when it is synthesized.
   *
   * @default - nodes carry the cluster security group, which EKS tags
   * @see https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
   */
  readonly workerSecurityGroup?: ec2.ISecurityGroup;

  /**
   * Value of the tag on `workerSecurityGroup`, without which it is refused.
   *
   * @default KubernetesClusterTag.OWNED
   */
  readonly workerSecurityGroupTag?: KubernetesClusterTag;
}

/**
 * What the tags are made from.
 *
 * @internal
 */
export interface NetworkTagsProps extends NetworkTagsOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** Asked for a scheme, subnets of that role are needed, unless the class says which. */
  readonly ingressClass?: IngressClassOptions;
  readonly defaultScheme?: LoadBalancerScheme;
}

/** Id of the warning that both of the CDK's modules give. */
const CDK_WARNING = '@aws-cdk/aws-eks:clusterMustManuallyTagSubnet';

/** Port of the controller's webhooks, which the control plane calls. */
const WEBHOOK_PORT = 9443;

const ROLES = {
  internetFacing: { id: 'Public', prop: 'internetFacingSubnets', kinds: 'public', tag: 'kubernetes.io/role/elb', scheme: LoadBalancerScheme.INTERNET_FACING },
  internal: { id: 'Private', prop: 'internalSubnets', kinds: 'private', tag: 'kubernetes.io/role/internal-elb', scheme: LoadBalancerScheme.INTERNAL },
} as const;

type Role = keyof typeof ROLES;
const ROLE_NAMES = Object.keys(ROLES) as Role[];

/**
 * The tags by which the controller finds subnets and security groups.
 *
 * Roles by CloudFormation where it can, on subnets of this app; on imported ones, where CDK's `Tags` silently do nothing, by a
 * custom resource.
 *
 * The cluster's name by a custom resource always. As a native tag, a name that is a token would make the subnet wait for the cluster
 * that waits for the subnet; and where the name is literal today, and was a token yesterday or will be tomorrow, the tag would move
 * between the two: CloudFormation removes a native tag when it rolls back, and does not ask the custom resource that is to have it again.
 *
 * @internal
 */
export class NetworkTags extends Construct {
  private readonly clusterTagKey: string;
  /** Apps may be synthesized more than once, and tell the same then. */
  private readonly capacity = new Set<CfnResource>();
  /** What gets tagged; nothing where the subnets are none of our business. */
  private subnets?: { readonly [role in Role]: ec2.ISubnet[] };

  constructor(scope: Construct, id: string, private readonly props: NetworkTagsProps) {
    super(scope, id);
    this.clusterTagKey = clusterTagKeyOf(literalNameOf(props.target) ?? props.target.name);

    if (props.subnetTagging === SubnetTagging.NONE) {
      this.refuseNothingToTag();
    } else {
      this.tagAllSubnets();
    }
    this.tagWorkerSecurityGroup();
    this.node.addValidation({ validate: () => this.refuseTwoTaggedGroups() });
  }

  /** Takes note of what gives the cluster nodes, to look at their security groups when all of them have their tags. */
  public addCapacity(capacity: CfnResource): void {
    this.capacity.add(capacity);
  }

  /**
   * Refuses a scheme that no subnet is there for. Of an owned VPC all subnets are known; an imported one may have more than it was told.
   *
   * @param asking what asks for it
   */
  public requireSubnets(asking: string, scheme: LoadBalancerScheme): void {
    const { vpc } = this.props;
    const role = ROLE_NAMES.find((name) => ROLES[name].scheme === scheme)!;
    const { prop, kinds, tag } = ROLES[role];
    if (!this.subnets || this.subnets[role].length > 0) {
      return;
    }
    if (vpc.node.defaultChild) {
      throw refusal(asking, `must have ${kinds} subnets to go with, and ${vpc.node.path} has none`, scheme,
        `add some to the VPC, or name them in ${prop}`);
    }
    warn(this, `${prop}Missing`, `${asking} is ${scheme}, and ${vpc.node.path} was imported without ${kinds} subnets: `
      + `name them where it is imported, or in ${prop}, unless they are tagged ${tag} already`);
  }

  private refuseTwoTaggedGroups(): string[] {
    const clusterTagKeys = [this.clusterTagKey, clusterTagKeyOf(this.props.target.name)];
    return [...this.capacity].flatMap((capacity) => findTwoTaggedGroups(capacity, { ...this.props, clusterTagKeys }));
  }

  private refuseNothingToTag(): void {
    const { subnetClusterTag } = this.props;
    for (const prop of ['internetFacingSubnets', 'internalSubnets'] as const) {
      if (this.props[prop] !== undefined) {
        throw new Error(`${prop} must be left out where subnetTagging is none; choose another subnetTagging`);
      }
    }
    if (subnetClusterTag) {
      throw refusal('subnetClusterTag', 'must be left out where subnetTagging is none', subnetClusterTag, 'choose another subnetTagging');
    }
  }

  private tagAllSubnets(): void {
    const { vpc, internetFacingSubnets, internalSubnets } = this.props;
    const subnets = {
      internetFacing: this.select(internetFacingSubnets ?? { subnets: vpc.publicSubnets }),
      internal: this.select(internalSubnets ?? { subnets: [...vpc.privateSubnets, ...vpc.isolatedSubnets] }),
    };
    const both = inBoth(subnets.internetFacing, subnets.internal);
    if (both.length > 0) {
      throw refusal('internetFacingSubnets', 'and internalSubnets must have no subnet in common', both.map(({ node }) => node.path),
        'give each subnet one role');
    }
    this.subnets = subnets;
    const { defaultScheme, ingressClass } = this.props;
    if (defaultScheme && !ingressClass?.subnets && !ingressClass?.subnetTags) {
      this.requireSubnets('defaultScheme', defaultScheme);
    }
    for (const role of ROLE_NAMES) {
      checkIds(ROLES[role].prop, subnets[role]);
      this.checkZones(role, subnets[role]);
      this.checkLeftOut(role, subnets[role]);
      this.tagForRole(role, subnets[role]);
    }
    this.tagForCluster(subnets);
    this.acknowledgeUntagged(subnets);
  }

  /** The CDK's cluster says of each imported subnet that it must be tagged by hand. */
  private acknowledgeUntagged(subnets: Record<Role, ec2.ISubnet[]>): void {
    const { target, subnetTagging, vpc } = this.props;
    const { cluster } = target;
    if (!target.isOwned || subnetTagging === SubnetTagging.OWNED_ONLY) {
      return;
    }
    // What a selection leaves out is left out knowingly; what the VPC given here does not have is not known to this construct.
    const known = [...subnets.internetFacing, ...subnets.internal, ...vpc.publicSubnets, ...vpc.privateSubnets].map(({ subnetId }) => subnetId);
    const warnedOf = [...cluster.vpc.publicSubnets, ...cluster.vpc.privateSubnets].filter((subnet) => !isOwned(subnet));
    if (warnedOf.every(({ subnetId }) => known.includes(subnetId))) {
      Annotations.of(cluster).acknowledgeWarning(CDK_WARNING, 'EksAlbIngressSupport tags the subnets');
    }
  }

  private select(selection: ec2.SubnetSelection): ec2.ISubnet[] {
    // A VPC without that kind of subnet is fine; to the CDK's own selection an empty list would be a mistake.
    return selection.subnets?.length === 0 ? [] : this.props.vpc.selectSubnets(selection).subnets;
  }

  private checkZones(role: Role, subnets: ec2.ISubnet[]): void {
    const { prop, scheme } = ROLES[role];
    if (liesInOneZone(subnets)) {
      warn(this, `${prop}InOneZone`,
        `${prop} lie in one Availability Zone: an ${scheme} Application Load Balancer needs subnets in at least two`);
    }
  }

  /** Each cluster that the CDK defines tags all public and private subnets of its VPC, and has no prop against it. */
  private checkLeftOut(role: Role, subnets: ec2.ISubnet[]): void {
    const { vpc, internetFacingSubnets, internalSubnets } = this.props;
    if (!internetFacingSubnets && !internalSubnets) {
      return;
    }
    const { prop, tag } = ROLES[role];
    const all = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets];
    all.filter((subnet) => isOwned(subnet) && !subnets.includes(subnet)).forEach((subnet) => onTagged(subnet, tag, () =>
      warn(this, `${prop}TaggedOtherwise`, `${subnet.node.path} is not among ${prop} and is tagged ${tag} all the same, as the CDK does for a `
        + `cluster's VPC: the controller may choose it; where no other cluster needs the tag, Tags.of(subnet).remove('${tag}')`)));
  }

  /** Every cluster of the VPC stands on the role tags: those of a custom resource stay when this support goes. */
  private tagForRole(role: Role, subnets: ec2.ISubnet[]): void {
    const { id, tag } = ROLES[role];
    subnets.filter(isOwned).forEach((subnet) => tagSubnet(subnet, tag, '1'));
    this.tagAtDeploy(`${id}Subnets`, this.imported(subnets), { key: tag, value: '1', alternatives: [''] }, true);
  }

  private tagForCluster(subnets: Record<Role, ec2.ISubnet[]>): void {
    const { subnetClusterTag } = this.props;
    if (!subnetClusterTag) {
      return;
    }
    const [facing, internal] = ROLE_NAMES.map((role) => {
      const all = [...subnets[role].filter(isOwned), ...this.imported(subnets[role])];
      return this.tagAtDeploy(`${ROLES[role].id}SubnetsOfCluster`, all, clusterTag(this.clusterTagKey, subnetClusterTag), false);
    });
    if (facing && internal) {
      facing.exchangeWith(internal);
    }
  }

  private imported(subnets: ec2.ISubnet[]): ec2.ISubnet[] {
    return this.props.subnetTagging === SubnetTagging.OWNED_ONLY ? [] : subnets.filter((subnet) => !isOwned(subnet));
  }

  /** One owner of a key on all subnets of a role, whatever ids they are known by: what moves from one to another owner has to be handed over. */
  private tagAtDeploy(id: string, subnets: ec2.ISubnet[], tag: DeployTag, keepOnDelete: boolean): TagAtDeploy | undefined {
    const resourceIds = [...new Set(subnets.map(({ subnetId }) => subnetId))];
    return resourceIds.length > 0 ? new TagAtDeploy(this, id, { resourceType: 'subnet', resourceIds, tags: [tag], keepOnDelete }) : undefined;
  }

  private tagWorkerSecurityGroup(): void {
    const { workerSecurityGroup, workerSecurityGroupTag, target } = this.props;
    if (!workerSecurityGroup) {
      if (workerSecurityGroupTag) {
        throw refusal('workerSecurityGroupTag', 'must come with workerSecurityGroup', workerSecurityGroupTag, 'leave it out');
      }
      return;
    }
    const { clusterSecurityGroup } = target.cluster;
    const { securityGroupId } = workerSecurityGroup;
    if (securityGroupId === clusterSecurityGroup.securityGroupId && !isLookupDummy(securityGroupId)) {
      throw refusal('workerSecurityGroup', 'must not be the cluster security group', workerSecurityGroup.node.path,
        'leave it out: EKS tags that group itself');
    }
    new TagAtDeploy(this, 'WorkerSecurityGroup', {
      resourceType: 'security-group',
      resourceIds: [securityGroupId],
      tags: [clusterTag(this.clusterTagKey, workerSecurityGroupTag ?? KubernetesClusterTag.OWNED)],
      keepOnDelete: false,
    });
    this.rulesOf(workerSecurityGroup).connections.allowFrom(clusterSecurityGroup, ec2.Port.tcp(WEBHOOK_PORT),
      'AWS Load Balancer Controller webhook');
  }

  /**
   * The group, in this stack.
   *
   * The CDK puts a rule beside its group. Where that stack is deployed before the cluster's, as a network stack is, it would have
   * to wait for the cluster that waits for it.
   */
  private rulesOf(group: ec2.ISecurityGroup): ec2.ISecurityGroup {
    return Stack.of(group) === Stack.of(this)
      ? group
      : ec2.SecurityGroup.fromSecurityGroupId(this, 'WorkerSecurityGroupRules', group.securityGroupId);
  }
}

/** The controller goes by either value: a tag that is there already serves it as it is. */
function clusterTag(key: string, value: KubernetesClusterTag): DeployTag {
  return { key, value, alternatives: Object.values(KubernetesClusterTag) };
}

function clusterTagKeyOf(clusterName: string): string {
  return `kubernetes.io/cluster/${clusterName}`;
}

/** The name that a cluster was given, where it is literal: an owned cluster says its own name as a reference to itself. */
function literalNameOf(target: TargetCluster): string | undefined {
  const { physicalName } = target.cluster as unknown as { readonly physicalName?: string };
  return [target.name, physicalName].find((name) => name && !Token.isUnresolved(name));
}
