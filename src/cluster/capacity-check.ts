import { CfnResource, Token } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { IConstruct } from 'constructs';
import { capacityHints } from './capacity-hints';
import { isKarpenter } from './cluster-parts';
import { TargetCluster } from './target-cluster';
import { propertiesOf } from '../util/cfn-properties';
import { warn } from '../util/messages';

/** What is known of the pods that need a place. */
export interface PodsToPlace {
  readonly namespace: string;
  /** Labels by which a Fargate profile may choose. */
  readonly labels: Record<string, string>;
  /** Whether they can do without a node, as on Fargate. */
  readonly runOnFargate: boolean;
  /** Taints of nodes that they tolerate. */
  readonly tolerations?: readonly PodToleration[];
}

/** As Kubernetes has it; what is absent matches all. */
export interface PodToleration {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** Why capacity is none for the controller. */
interface Misfit {
  readonly reason: string;
  /** Whether it may run something else that makes nodes, such as a Karpenter that this app does not show. */
  readonly mayRunOperators: boolean;
}

/**
 * Says at synth that the controller has nothing to run on, rather than after Helm has waited for it.
 *
 * Only of an owned cluster everything that gives it nodes may be there to be seen. EKS Auto Mode makes nodes by itself, as long as it
 * has a node pool. Where something in the app may give nodes that it does not show, it is a warning.
 */
export class CapacityCheck {
  /** Paths of what is there and does not help, with the reason. */
  private readonly unfit = new Map<string, Misfit>();
  /** Paths of what the controller cannot wait for, with the reason. */
  private readonly unreachable = new Map<string, string>();
  private readonly releases = new Set<string>();
  private isMet = false;
  /** Apps may be synthesized more than once, as tests do. */
  private isWarned = false;

  constructor(private readonly support: IConstruct, private readonly target: TargetCluster, private readonly pods: PodsToPlace) {
    if (target.isOwned && (!target.isAutoMode || target.lacksNodePools)) {
      support.node.addValidation({ validate: () => this.validate() });
    }
  }

  public add(capacity: CfnResource, obstacle?: string): void {
    const misfit = this.misfitOf(capacity);
    if (misfit) {
      this.unfit.set(capacity.node.path, misfit);
    } else if (obstacle) {
      this.unreachable.set(capacity.node.path, obstacle);
    } else {
      this.isMet = true;
    }
  }

  /** Karpenter makes nodes as pods ask for them, which no template shows; what other charts do is not known. */
  public addRelease(release: CfnResource): void {
    this.isMet ||= isKarpenter(release);
    this.releases.add(release.node.path);
  }

  private validate(): string[] {
    if (this.isMet) {
      return [];
    }
    if (this.unreachable.size > 0) {
      return [`the controller of ${this.support.node.path} cannot wait for its nodes, ${[...this.unreachable.keys()].join(', ')}: `
        + `${[...new Set(this.unreachable.values())].join('; ')}; take that dependency away, or define this construct in the stack of the nodes `
        + 'or a later one'];
    }
    const misfits = [...this.unfit].map(([path, { reason }]) => `${path} ${reason}`).join('; ');
    const remedy = `add a node group, ${this.target.isAutoMode ? 'or a node pool' : 'or a Fargate profile that selects its pods'}`;
    const hints = this.hints();
    if (hints.length === 0) {
      return [`cluster ${this.target.cluster.node.path} has nothing that the controller could run on${misfits && ` (${misfits})`}; ${remedy}`];
    }
    if (!this.isWarned) {
      this.isWarned = true;
      const { support } = this;
      warn(support, 'capacityUnknown', `this app shows nothing on cluster ${this.target.cluster.node.path} that the controller could run on`
        + `${misfits && ` (${misfits})`}, and Helm would wait for it in vain: ${remedy}, or acknowledge this if it gets nodes by ${hints.join(', ')}`);
    }
    return [];
  }

  /** What may give the cluster nodes that the app does not show. */
  private hints(): string[] {
    const operators = [...this.unfit].filter(([, { mayRunOperators }]) => mayRunOperators).map(([path]) => `what runs on ${path}`);
    return [
      ...operators,
      // With nothing to run on, charts bring nothing either.
      ...this.unfit.size > 0 ? this.releases : [],
      ...capacityHints(this.target, this.support),
    ];
  }

  private misfitOf(capacity: CfnResource): Misfit | undefined {
    switch (capacity.cfnResourceType) {
      case 'AWS::EKS::FargateProfile':
      case 'Custom::AWSCDK-EKS-FargateProfile':
        return this.misfitOfProfile(capacity);
      case 'AWS::EKS::Nodegroup':
        return this.misfitOfGroup(capacity);
      default:
        return undefined;
    }
  }

  private misfitOfProfile(profile: CfnResource): Misfit | undefined {
    const { namespace, labels, runOnFargate } = this.pods;
    const { selectors: given, Config } = propertiesOf(profile);
    const selectors = [given ?? Config?.selectors ?? []].flat() as eks.CfnFargateProfile.SelectorProperty[];
    const mayRunOperators = selectors.some((selector) => matches(selector.namespace, 'karpenter'));
    if (!runOnFargate) {
      return { reason: 'is Fargate, where EKS Pod Identity does not work', mayRunOperators };
    }
    return selectors.some((selector) => matches(selector.namespace, namespace) && labelsOf(selector).every(({ key, value }) =>
      labels[key] !== undefined && matches(value, labels[key])))
      ? undefined
      : {
        reason: `selects other pods than the controller's: namespace ${namespace}, labels ${
          Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')}`,
        mayRunOperators,
      };
  }

  private misfitOfGroup(group: CfnResource): Misfit | undefined {
    const { amiType, taints } = propertiesOf(group) as eks.CfnNodegroupProps;
    if (typeof amiType === 'string' && amiType.startsWith('WINDOWS_')) {
      return { reason: 'is of Windows nodes, and the controller is for Linux', mayRunOperators: false };
    }
    const repelling = (Array.isArray(taints) ? taints as eks.CfnNodegroup.TaintProperty[] : []).find((taint) => this.isRepelledBy(taint));
    return repelling && {
      reason: `has the taint ${repelling.key}${repelling.value ? `=${repelling.value}` : ''}, which tolerations do not name`, mayRunOperators: true,
    };
  }

  private isRepelledBy(taint: eks.CfnNodegroup.TaintProperty): boolean {
    const effect = EFFECTS[taint.effect ?? ''];
    return effect !== undefined && !(this.pods.tolerations ?? []).some((toleration) =>
      mayBe(toleration.key, taint.key) && mayBe(toleration.value, taint.value ?? '') && mayBe(toleration.effect, effect));
  }
}

/** Effects of taints that keep pods away, as EKS and as Kubernetes write them. What is a token may be the one that does not. */
const EFFECTS: { readonly [effect: string]: string | undefined } = { NO_SCHEDULE: 'NoSchedule', NO_EXECUTE: 'NoExecute' };

/** Whether what is tolerated is, or may be, what a taint has. */
function mayBe(tolerated: string | undefined, value: string | undefined): boolean {
  return tolerated === undefined || tolerated === value || Token.isUnresolved(tolerated) || Token.isUnresolved(value);
}

/** Labels that a profile chooses by: a list for CloudFormation, a map for the custom resource of `aws-eks`. */
function labelsOf({ labels }: eks.CfnFargateProfile.SelectorProperty): eks.CfnFargateProfile.LabelProperty[] {
  if (typeof labels !== 'object' || Token.isUnresolved(labels)) {
    return [];
  }
  return Array.isArray(labels)
    ? labels as eks.CfnFargateProfile.LabelProperty[]
    : Object.entries(labels).map(([key, value]) => ({ key, value }));
}

/** As Fargate matches: `*` for any characters, `?` for one. What is a token may match. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || Token.isUnresolved(pattern) || Token.isUnresolved(value)) {
    return true;
  }
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}
