import { CfnResource, Token } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { IConstruct } from 'constructs';
import { isKarpenter } from './cluster-parts';
import { TargetCluster } from './target-cluster';
import { propertiesOf } from '../util/cfn-properties';

/** What is known of the pods that need a place. */
export interface PodsToPlace {
  readonly namespace: string;
  /** Labels by which a Fargate profile may choose. */
  readonly labels: Record<string, string>;
  /** Whether they can do without a node, as on Fargate. */
  readonly runOnFargate: boolean;
}

/**
 * Says at synth that the controller has nothing to run on, rather than after Helm has waited for it.
 *
 * Only of an owned cluster everything that gives it nodes is there to be seen. EKS Auto Mode makes nodes by itself, as long as it
 * has a node pool.
 */
export class CapacityCheck {
  /** Paths of what is there and does not help, with the reason. */
  private readonly unfit = new Map<string, string>();
  /** Paths of what the controller cannot wait for, with the reason. */
  private readonly unreachable = new Map<string, string>();
  private isMet = false;

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

  /** Karpenter makes nodes as pods ask for them, which no template shows. */
  public addRelease(release: CfnResource): void {
    this.isMet ||= isKarpenter(release);
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
    const misfits = [...this.unfit].map(([path, misfit]) => `${path} ${misfit}`).join('; ');
    return [`cluster ${this.target.cluster.node.path} has nothing that the controller could run on${misfits && ` (${misfits})`}; `
      + `add a node group, ${this.target.isAutoMode ? 'or a node pool' : 'or a Fargate profile that selects its pods'}`];
  }

  private misfitOf(capacity: CfnResource): string | undefined {
    switch (capacity.cfnResourceType) {
      case 'AWS::EKS::FargateProfile':
      case 'Custom::AWSCDK-EKS-FargateProfile': {
        const { namespace, labels, runOnFargate } = this.pods;
        if (!runOnFargate) {
          return 'is Fargate, where EKS Pod Identity does not work';
        }
        const { selectors: given, Config } = propertiesOf(capacity);
        const selectors = [given ?? Config?.selectors ?? []].flat() as eks.CfnFargateProfile.SelectorProperty[];
        return selectors.some((selector) => matches(selector.namespace, namespace) && labelsOf(selector).every(({ key, value }) =>
          labels[key] !== undefined && matches(value, labels[key])))
          ? undefined
          : `selects other pods than the controller's: namespace ${namespace}, labels ${
            Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')}`;
      }
      default:
        return undefined;
    }
  }
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
