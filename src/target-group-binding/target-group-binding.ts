import { createHash } from 'crypto';
import { AspectPriority, Aspects, CfnResource, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { BINDING_OPTIONS } from './binding-kinds';
import { renderBinding } from './binding-object';
import { checkOptions, checkScope, checkTargetGroup, checkTargets } from './binding-requirements';
import { BoundTargetGroup, TargetGroupFacts } from './bound-target-group';
import { AddedRules, importGroups, LoadBalancerRules } from './load-balancer-rules';
import { newTargetGroup } from './new-target-group';
import { NodeSecurityGroups } from './node-security-groups';
import { rejectSecondBinding } from './one-binding';
import { NotedConnections } from './target-connections';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { isNoNodePort, portsOf } from './target-ports';
import { ClusterCapacity } from '../cluster/capacity';
import { requireAttributes } from '../cluster/cluster-requirements';
import { TargetCluster } from '../cluster/target-cluster';
import { IngressTargetType } from '../ingress/ingress-class-options';
import type { WatchSettings } from '../release/feature-gates';
import type { ServingController } from '../release/serving-controller';
import { warn } from '../util/messages';

/**
 * What fills the target groups: EksAlbIngressSupport, as far as bindings have to do with it.
 *
 * @internal
 */
export interface BindingHost extends WatchSettings {
  readonly support: Construct;
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly servedBy: ServingController;
  readonly nodeSecurityGroups: NodeSecurityGroups;
  readonly nodeCapacity: ClusterCapacity;
}

/** Without it, the policy of EKS Auto Mode does not let targets be registered. */
const AUTO_MODE_TAG = 'eks:eks-cluster-name';

/**
 * Pods as the targets of a load balancer that CDK defines: a target group, and the TargetGroupBinding that has the controller fill it.
 *
 * Defined by `albIngress.addTargetGroupBinding()`. The load balancers whose listeners use the target group may reach the pods. The
 * binding is deployed after that construct and those listeners, and removed before them; in EKS Auto Mode, which deletes the target
 * group with the binding, it is not ordered against the listeners. What else it has to wait for, such as the chart that makes its
 * namespace, name with `binding.node.addDependency(chart)`.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
 */
export class TargetGroupBinding extends Construct implements ec2.IConnectable {
  /**
   * @param scope where bindings are defined that do not say it
   *
   * @internal
   */
  public static _define(scope: () => Construct, id: string, options: TargetGroupBindingOptions, host: BindingHost): TargetGroupBinding {
    BINDING_OPTIONS.check(nameOf(id), options);
    return new TargetGroupBinding(options.scope ?? scope(), id, options, host);
  }

  /**
   * Name of the TargetGroupBinding: the id, with a hash that changes when the target group is replaced.
   *
   * A token, known when the app is synthesized.
   */
  public readonly bindingName: string;

  /**
   * The security groups of pods or nodes, to let in what is not found by itself. Their default port is that of the targets.
   */
  public readonly connections: ec2.Connections;

  /** What the options are called in messages. */
  private readonly prop: string;
  private readonly bound: BoundTargetGroup;
  private readonly rules: LoadBalancerRules;
  private readonly manifest: Construct;
  /** Apps may be synthesized more than once, as tests do. */
  private addedRules?: AddedRules;

  private constructor(scope: Construct, id: string, private readonly options: TargetGroupBindingOptions, private readonly host: BindingHost) {
    super(scope, id);
    const { target, vpc, support, nodeSecurityGroups } = host;
    const prop = this.prop = nameOf(id);
    checkOptions(prop, options, host);
    checkScope(prop, this, support);
    requireAttributes(target, { kubectl: true, openIdConnectProvider: false, clusterSecurityGroup: options.securityGroups === undefined });
    this.bound = new BoundTargetGroup(options.targetGroup ?? newTargetGroup(prop, this, options, options.vpc ?? vpc, target));
    const facts = { ...this.bound.facts, targetType: this.bound.facts.targetType ?? options.targetType };
    this.checkTargetGroup(facts);

    if (facts.targetType === IngressTargetType.INSTANCE) {
      this.checkInstances();
    }

    const stack = Stack.of(this);
    const groups = () => options.securityGroups ?? nodeSecurityGroups.all;
    const ports = portsOf(options, facts);
    this.connections = new NotedConnections({ securityGroups: importGroups(stack, groups()), defaultPort: ports[0] });
    this.rules = new LoadBalancerRules({ bound: this.bound, stack, groups, ports });
    this.bindingName = Lazy.string({ produce: () => `${labelOf(id)}${this.hash}` });
    this.manifest = this.bind(facts);
    if (this.isAutoMode) {
      this.tagForAutoMode();
    }
    this.node.addValidation({ validate: () => this.rejectRulesOfOtherStacks() });
    if (!options.securityGroups) {
      nodeSecurityGroups.onFound(() => this.letInBy(groups()));
    }
    Aspects.of(this).add({ visit: (node) => node === this ? this.prepare() : undefined }, { priority: AspectPriority.READONLY });
  }

  /**
   * The target group, for listeners of Application Load Balancers.
   *
   * Asking for it where it is a Network Load Balancer's is an error.
   */
  public get targetGroup(): elbv2.IApplicationTargetGroup {
    if (!this.bound.application) {
      throw new Error(`${this.node.path} has a target group of a Network Load Balancer; ask for networkTargetGroup`);
    }
    return this.bound.application;
  }

  /**
   * The target group, for listeners of Network Load Balancers.
   *
   * Asking for it where it is an Application Load Balancer's is an error.
   */
  public get networkTargetGroup(): elbv2.INetworkTargetGroup {
    if (this.bound.application) {
      throw new Error(`${this.node.path} has a target group of an Application Load Balancer; ask for targetGroup, or set another protocol`);
    }
    return this.bound.targetGroup as elbv2.INetworkTargetGroup;
  }

  private get isAutoMode(): boolean {
    return this.host.servedBy.autoMode;
  }

  /** VPC of the target group, where it is not the cluster's. */
  private get foreignVpc(): ec2.IVpc | undefined {
    return this.options.vpc === this.host.vpc ? undefined : this.options.vpc;
  }

  private checkTargetGroup(facts: TargetGroupFacts): void {
    const { prop, options, host, bound, isAutoMode } = this;
    if (options.targetGroup) {
      checkTargetGroup(prop, bound, { scope: this, options, vpc: options.vpc ?? host.vpc, needsTargetType: isAutoMode });
      this.node.addValidation({ validate: () => this.rejectLaterChanges(facts) });
    }
    checkTargets(prop, facts.targetType, options, { foreignVpc: this.foreignVpc, isAutoMode });
    rejectSecondBinding(prop, this, bound, options.multiCluster ?? false);
  }

  private checkInstances(): void {
    const { prop, options: { targetPort }, host: { nodeCapacity, target: { cluster } } } = this;
    if (targetPort !== undefined && isNoNodePort(targetPort)) {
      warn(this, 'targetPortNoNodePort', `${prop}.targetPort is ${targetPort}, and instances are registered at the nodePort of the Service, 30000 to 32767: `
        + 'the load balancer would be let in where nothing listens; name the nodePort, or leave it out');
    }
    let isWarned = false;
    this.node.addValidation({
      validate: () => {
        if (!isWarned && nodeCapacity.isFargateOnly) {
          isWarned = true;
          warn(this, 'instanceTargetsOnFargate', `${prop} registers instances, and cluster ${cluster.node.path} has none that the app shows, since all of it `
            + 'is Fargate: no target would ever be there; use targets of type IP');
        }
        return [];
      },
    });
  }

  /** What is said of the targets was taken from the target group as it was. */
  private rejectLaterChanges(before: TargetGroupFacts): string[] {
    const { resource, targetGroup: { node: { path } }, facts, hasTargets } = this.bound;
    const changed = (Object.keys(facts) as (keyof TargetGroupFacts)[]).filter((fact) => resource && facts[fact] !== before[fact]);
    return [
      ...changed.length > 0 ? [`${path} got another ${changed.join(', ')} when ${this.node.path} had bound it already; set it before`] : [],
      ...hasTargets && !this.options.multiCluster ? [`${path} has targets of its own, which the controller takes out where ${this.node.path} `
        + 'binds it; leave them out, or set multiCluster'] : [],
    ];
  }

  private bind({ targetType, ipAddressType }: TargetGroupFacts): Construct {
    const { prop, options, host: { support, target, servedBy }, bound } = this;
    const manifest = target.newManifest(this, 'Resource', {
      manifest: [renderBinding(prop, {
        ...options,
        name: this.bindingName,
        targetGroupArn: bound.targetGroup.targetGroupArn,
        targetType,
        ipAddressType,
        vpcId: this.foreignVpc?.vpcId,
      }, servedBy)],
    });
    manifest.node.addDependency(support, this.listenersBefore());
    return manifest;
  }

  /** The listeners that the binding can wait for; asked for when the app is prepared. */
  private listenersBefore(): IDependable {
    const before = () => this.isAutoMode ? [] : this.attachments.filter((attachment) =>
      // One in a stack that refers to this one waits for the binding, and so goes first on destroy too.
      [Stack.of(this), this.bound.stack].includes(Stack.of(attachment)));
    const dependable: IDependable = {};
    Dependable.implement(dependable, { get dependencyRoots() { return before(); } });
    return dependable;
  }

  /** Listeners, and rules of listeners, that use the target group, as far as the app knows. */
  private get attachments(): IConstruct[] {
    return Dependable.of(this.bound.targetGroup.loadBalancerAttached).dependencyRoots;
  }

  private tagForAutoMode(): void {
    const { bound, host: { target } } = this;
    const isNameable = [Stack.of(this), target.stack].includes(bound.stack!) || !Token.isUnresolved(target.name);
    if (bound.knowsListeners && isNameable) {
      Tags.of(bound.targetGroup).add(AUTO_MODE_TAG, target.name, { includeResourceTypes: [bound.resource!.cfnResourceType] });
    } else {
      warn(this, 'targetGroupNotTagged', `${bound.targetGroup.node.path} cannot be tagged from here: EKS Auto Mode registers targets only in a target `
        + `group with the tag ${AUTO_MODE_TAG} and the name of the cluster; tag it where it is defined`);
    }
    if (this.options.targetGroup) {
      warn(this, 'targetGroupGoesWithBinding', `EKS Auto Mode deletes ${bound.targetGroup.node.path} when ${this.node.path} is removed: `
        + 'let them live and go together');
    }
  }

  /** When all listeners are there, and the target group is as it is deployed. */
  private prepare(): void {
    const { attachments, bound, connections } = this;
    const isFirst = this.addedRules === undefined;
    const { unknown } = this.addedRules = this.rules.add(attachments);
    this.rename();
    if (!isFirst) {
      return;
    }
    const isLetIn = (connections as NotedConnections).isUsed || connections.securityGroups.length === 0;
    if (bound.knowsListeners && attachments.length === 0) {
      warn(this, 'targetGroupNotAttached', `${bound.targetGroup.node.path} is used by no listener that the app knows: it gets targets, and no traffic`);
    }
    if (!bound.knowsListeners && !isLetIn) {
      warn(this, 'loadBalancerUnknown', `${bound.targetGroup.node.path} is imported, so that the app does not know which load balancer is to reach the `
        + 'pods; let it in with connections.allowDefaultPortFrom(loadBalancer)');
    }
    if (unknown.length > 0 && !isLetIn) {
      warn(this, 'loadBalancerWithoutSecurityGroup', `the Network Load Balancer of ${unknown.map(({ node }) => node.path).join(', ')} has no security group that `
        + 'the app knows, so that the pods do not let it in; give it one, or let its clients in with connections.allowDefaultPortFrom()');
    }
  }

  /** Groups of nodes are found when the app is prepared, some of them after the binding was. */
  private letInBy(groups: ec2.ISecurityGroup[]): void {
    this.connections.addSecurityGroup(...importGroups(Stack.of(this), groups).filter((group) => !this.connections.securityGroups.includes(group)));
    this.addedRules = this.addedRules && this.rules.add(this.attachments);
  }

  private rejectRulesOfOtherStacks(): string[] {
    return (this.addedRules?.elsewhere ?? []).map(({ node }) => `${this.node.path} lets a load balancer reach the pods as ${node.path} does already, at the `
      + 'same port, where EC2 takes a rule once; set securityGroups to [] on the one whose stack is deployed later');
  }

  /** The custom resource gets another id with each name, or the object with the old name would stay. */
  private rename(): void {
    const { resource } = this;
    resource.overrideLogicalId(resource.stack.getLogicalId(resource).slice(0, 247) + this.hash);
  }

  /**
   * Another one with each object that cannot be changed into this one: the ARN of the target group is fixed once it is set, and so is
   * a namespace. The same with each Service: a second object for the target group would be rejected.
   */
  private get hash(): string {
    const { resource, bound, foreignVpc, options: { namespace } } = this;
    const parts = [resource.stack.getLogicalId(resource), bound.identity, ...[namespace, foreignVpc?.vpcId].map((value) => bound.spell(value))];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  }

  private get resource(): CfnResource {
    return this.manifest.node.findAll().find(CfnResource.isCfnResource)!;
  }
}

/** What to call the options in messages. */
function nameOf(id: string): string {
  return `addTargetGroupBinding(${id})`;
}

/** An id as the start of a Kubernetes name, with which a hash makes at most 63 characters: pods name the binding in a condition. */
function labelOf(id: string): string {
  const label = id.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-/, '').slice(0, 54).replace(/-$/, '');
  return label && `${label}-`;
}
