import { createHash } from 'crypto';
import { AspectPriority, Aspects, CfnResource, Lazy, Stack, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { checkOptions, checkScope, checkTargetGroup, checkTargets, rejectSecondBinding } from './binding-checks';
import { renderBinding } from './binding-object';
import { BoundTargetGroup, isNoNodePort, portsOf, TargetGroupFacts } from './bound-target-group';
import { AddedRules, importGroups, LoadBalancerRules, RecordingConnections } from './load-balancer-rules';
import { LOAD_BALANCER_TYPES, LoadBalancerType, newTargetGroup, otherMethod } from './new-target-group';
import { NodeSecurityGroups } from './node-security-groups';
import type { TargetGroupBindingOptions } from './target-group-binding-options';
import { ClusterCapacity } from '../cluster/capacity';
import { requireAttributes } from '../cluster/cluster-requirements';
import { requireVpc } from '../cluster/required-constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { IngressTargetType } from '../ingress/ingress-class-options';
import type { WatchSettings } from '../release/feature-gates';
import type { ServingController } from '../release/serving-controller';
import { isSameConstruct, unwrapConstruct } from '../util/constructs';
import { acknowledgeWith, invalidProp, warn } from '../util/messages';
import { checkStruct } from '../util/struct-check';

/**
 * What registers the targets: EksAlbIngressSupport, as far as bindings need it.
 *
 * @internal
 */
export interface BindingHost extends WatchSettings {
  readonly support: Construct;
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly servedBy: ServingController;
  /** Called for each binding that the app defines. */
  readonly onWorkload?: () => void;
  readonly nodeSecurityGroups: NodeSecurityGroups;
  readonly nodeCapacity: ClusterCapacity;
}

/** The policy of EKS Auto Mode requires this tag to register targets. */
const AUTO_MODE_TAG = 'eks:eks-cluster-name';

/** Checks the types of the options, and unwraps the constructs among them. */
export function readBindingOptions(type: LoadBalancerType, id: string, options: TargetGroupBindingOptions): TargetGroupBindingOptions {
  checkStruct('TargetGroupBindingOptions', nameOf(type, id), options);
  if (options.vpc !== undefined) requireVpc(options.vpc, `${nameOf(type, id)}.vpc`);
  const { targetGroup, vpc, scope, securityGroups } = options;
  return {
    ...options,
    targetGroup: unwrapConstruct(targetGroup),
    vpc: unwrapConstruct(vpc),
    scope: unwrapConstruct(scope),
    securityGroups: securityGroups?.map(unwrapConstruct),
  };
}

/** Everything that a binding defines below its construct: target group, security group rules and the TargetGroupBinding. */
export class BindingDefinition {
  public readonly bindingName: string;
  public readonly connections: ec2.Connections;
  public readonly bound: BoundTargetGroup;

  /** Name of the options in messages. */
  private readonly prop: string;
  private readonly rules: LoadBalancerRules;
  private readonly manifest: Construct;
  /** Apps may be synthesized more than once, as tests do. */
  private addedRules?: AddedRules;

  constructor(
    type: LoadBalancerType,
    private readonly binding: Construct,
    private readonly options: TargetGroupBindingOptions,
    private readonly host: BindingHost,
  ) {
    const { target, vpc, support, nodeSecurityGroups } = host;
    host.onWorkload?.();
    const { id } = binding.node;
    const prop = this.prop = nameOf(type, id);
    checkOptions(prop, options, host);
    checkScope(prop, binding, support);
    requireAttributes(target, { kubectl: true, openIdConnectProvider: false, clusterSecurityGroup: options.securityGroups === undefined });
    this.bound = new BoundTargetGroup(options.targetGroup ?? newTargetGroup(type, prop, binding, options, { vpc: options.vpc ?? vpc, target }));
    this.checkType(type);
    const facts = { ...this.bound.facts, targetType: this.bound.facts.targetType ?? options.targetType };
    this.checkTargetGroup(facts);

    if (facts.targetType === IngressTargetType.INSTANCE) {
      this.checkInstances();
    }

    const stack = Stack.of(binding);
    const groups = () => options.securityGroups ?? nodeSecurityGroups.all;
    const ports = portsOf(options, facts);
    this.connections = new RecordingConnections({ securityGroups: importGroups(stack, groups()), defaultPort: ports[0] });
    this.rules = new LoadBalancerRules({ bound: this.bound, stack, groups, ports });
    this.bindingName = Lazy.string({ produce: () => `${labelOf(id)}${this.hash}` });
    this.manifest = this.bind(facts);
    if (this.isAutoMode) {
      this.tagForAutoMode();
    }
    binding.node.addValidation({ validate: () => this.rejectRulesOfOtherStacks() });
    acknowledgeWith(binding, support);
    if (!options.securityGroups) {
      nodeSecurityGroups.onFound(() => this.letInBy(groups()));
    }
    Aspects.of(binding).add({ visit: (node) => node === binding ? this.prepare() : undefined }, { priority: AspectPriority.READONLY });
  }

  private checkType(type: LoadBalancerType): void {
    if ((this.bound.application === undefined) === (type === 'application')) {
      throw invalidProp(`${this.prop}.targetGroup`, `must be one of ${type === 'application' ? 'an' : 'a'} ${LOAD_BALANCER_TYPES[type].label} Load Balancer`,
        this.bound.targetGroup.node.path, otherMethod(type));
    }
  }

  private get isAutoMode(): boolean {
    return this.host.servedBy.autoMode;
  }

  /** VPC of the target group, if it is not the cluster's. */
  private get foreignVpc(): ec2.IVpc | undefined {
    return isSameConstruct(this.options.vpc, this.host.vpc) ? undefined : this.options.vpc;
  }

  private checkTargetGroup(facts: TargetGroupFacts): void {
    const { prop, options, host, bound, isAutoMode } = this;
    if (options.targetGroup) {
      checkTargetGroup(prop, bound, { scope: this.binding, options, vpc: options.vpc ?? host.vpc, needsTargetType: isAutoMode });
      this.binding.node.addValidation({ validate: () => this.rejectLaterChanges(facts) });
    }
    checkTargets(prop, facts.targetType, options, { foreignVpc: this.foreignVpc, isAutoMode });
    rejectSecondBinding(prop, this.binding, bound, options.multiCluster ?? false);
  }

  private checkInstances(): void {
    const { prop, options: { targetPort }, host: { nodeCapacity, target: { cluster } } } = this;
    if (targetPort !== undefined && isNoNodePort(targetPort)) {
      warn(this.binding, 'targetPortNoNodePort', `${prop}.targetPort is ${targetPort}, and instances are registered at the nodePort of the Service, 30000 to 32767: `
        + 'the load balancer would be let in where nothing listens; name the nodePort, or leave it out');
    }
    let isWarned = false;
    this.binding.node.addValidation({
      validate: () => {
        if (!isWarned && nodeCapacity.isFargateOnly) {
          isWarned = true;
          warn(this.binding, 'instanceTargetsOnFargate', `${prop} registers instances, and cluster ${cluster.node.path} has none that the app shows, since all of it `
            + 'is Fargate: no target would ever be there; use targets of type IP');
        }
        return [];
      },
    });
  }

  /** The binding was rendered from the target group as it was before. */
  private rejectLaterChanges(before: TargetGroupFacts): string[] {
    const { resource, targetGroup: { node: { path } }, facts, hasTargets } = this.bound;
    const changed = (Object.keys(facts) as (keyof TargetGroupFacts)[]).filter((fact) => resource && facts[fact] !== before[fact]);
    return [
      ...changed.length > 0 ? [`${path} got another ${changed.join(', ')} when ${this.binding.node.path} had bound it already; set it before`] : [],
      ...hasTargets && !this.options.multiCluster ? [`${path} has targets of its own, which the controller takes out where ${this.binding.node.path} `
        + 'binds it; leave them out, or set multiCluster'] : [],
    ];
  }

  private bind({ targetType, ipAddressType }: TargetGroupFacts): Construct {
    const { prop, options, host: { support, target, servedBy }, bound } = this;
    const manifest = target.newManifest(this.binding, 'Resource', {
      manifest: [renderBinding(prop, {
        ...options,
        name: this.bindingName,
        targetGroup: bound.targetGroup,
        targetType,
        ipAddressType,
        vpc: this.foreignVpc,
      }, servedBy)],
    });
    manifest.node.addDependency(support, this.listenersBefore());
    return manifest;
  }

  /** The listeners that the binding can depend on; read while the app is synthesized. */
  private listenersBefore(): IDependable {
    const before = () => this.isAutoMode ? [] : this.attachments.filter((attachment) =>
      // One in a stack that depends on this one is deployed after the binding, and deleted before it.
      [Stack.of(this.binding), this.bound.stack].includes(Stack.of(attachment)));
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
    const isNameable = [Stack.of(this.binding), target.stack].includes(bound.stack!) || !Token.isUnresolved(target.name);
    if (bound.knowsListeners && isNameable) {
      Tags.of(bound.targetGroup).add(AUTO_MODE_TAG, target.name, { includeResourceTypes: [bound.resource!.cfnResourceType] });
    } else {
      warn(this.binding, 'targetGroupNotTagged', `${bound.targetGroup.node.path} cannot be tagged from here: EKS Auto Mode registers targets only in a target `
        + `group with the tag ${AUTO_MODE_TAG} and the name of the cluster; tag it where it is defined`);
    }
    if (this.options.targetGroup) {
      warn(this.binding, 'targetGroupGoesWithBinding', `EKS Auto Mode deletes ${bound.targetGroup.node.path} when ${this.binding.node.path} is removed: `
        + 'let them live and go together');
    }
  }

  /** After all listeners are defined, and the target group is as it is deployed. */
  private prepare(): void {
    const { attachments, bound, connections } = this;
    const isFirst = this.addedRules === undefined;
    const { unknown } = this.addedRules = this.rules.add(attachments);
    this.rename();
    if (!isFirst) {
      return;
    }
    const isLetIn = (connections as RecordingConnections).isUsed || connections.securityGroups.length === 0;
    if (bound.knowsListeners && attachments.length === 0) {
      warn(this.binding, 'targetGroupNotAttached', `${bound.targetGroup.node.path} is used by no listener that the app knows: it gets targets, and no traffic`);
    }
    if (!bound.knowsListeners && !isLetIn) {
      warn(this.binding, 'loadBalancerUnknown', `${bound.targetGroup.node.path} is imported, so that the app does not know which load balancer is to reach the `
        + 'pods; let it in with connections.allowDefaultPortFrom(loadBalancer)');
    }
    if (unknown.length > 0 && !isLetIn) {
      warn(this.binding, 'loadBalancerWithoutSecurityGroup', `the Network Load Balancer of ${unknown.map(({ node }) => node.path).join(', ')} has no security group that `
        + 'the app knows, so that the pods do not let it in; give it one, or let its clients in with connections.allowDefaultPortFrom()');
    }
  }

  /** Groups of nodes are found while the app is synthesized, some of them after this binding is prepared. */
  private letInBy(groups: ec2.ISecurityGroup[]): void {
    const imported = importGroups(Stack.of(this.binding), groups);
    this.connections.addSecurityGroup(...imported.filter((group) => !this.connections.securityGroups.includes(group)));
    this.addedRules = this.addedRules && this.rules.add(this.attachments);
  }

  private rejectRulesOfOtherStacks(): string[] {
    return (this.addedRules?.elsewhere ?? []).map(({ node }) => `${this.binding.node.path} lets a load balancer reach the pods as ${node.path} does already, at the `
      + 'same port, where EC2 accepts a rule once; set securityGroups to [] on the one whose stack is deployed later');
  }

  /** The custom resource gets another id with each name; otherwise the object with the old name would stay. */
  private rename(): void {
    const { resource } = this;
    resource.overrideLogicalId(resource.stack.getLogicalId(resource).slice(0, 247) + this.hash);
  }

  /**
   * Changes with the fields that the API server does not let change: the ARN of the target group and the namespace. It does not change with the
   * Service: a second object for the target group would be rejected.
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

/** Name of the options in messages. */
function nameOf(type: LoadBalancerType, id: string): string {
  return `${LOAD_BALANCER_TYPES[type].method}(${id})`;
}

/** An id as the start of a Kubernetes name. With the hash it has at most 63 characters, since pods have a condition with the name. */
function labelOf(id: string): string {
  const label = id.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-/, '').slice(0, 54).replace(/-$/, '');
  return label && `${label}-`;
}
