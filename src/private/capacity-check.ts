import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { IConstruct } from 'constructs';
import { propertiesOf, TargetCluster } from './cluster';
import { chartOf } from './deployment-order';

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
 * Only of an owned cluster everything that gives it nodes is there to be seen.
 */
export class CapacityCheck {
  private readonly unfit: string[] = [];
  private readonly unreachable: CfnResource[] = [];
  private isMet = false;

  constructor(private readonly support: IConstruct, private readonly target: TargetCluster, private readonly pods: PodsToPlace) {
    if (target.isOwned && !target.isAutoMode) {
      support.node.addValidation({ validate: () => this.validate() });
    }
  }

  public add(capacity: CfnResource, reachable: boolean): void {
    const misfit = this.misfitOf(capacity);
    if (misfit) {
      this.unfit.push(`${capacity.node.path} ${misfit}`);
    } else if (!reachable) {
      this.unreachable.push(capacity);
    } else {
      this.isMet = true;
    }
  }

  /** Karpenter makes nodes as pods ask for them, which no template shows. */
  public addRelease(release: CfnResource): void {
    this.isMet ||= chartOf(release)?.includes('karpenter') ?? false;
  }

  private validate(): string[] {
    if (this.isMet) {
      return [];
    }
    if (this.unreachable.length > 0) {
      const stacks = new Set(this.unreachable.map((capacity) => Stack.of(capacity).node.path));
      return [`the controller cannot wait for its nodes: the stack ${[...stacks].join(', ')} is deployed after ${Stack.of(this.support).node.path}; `
        + 'define this construct there, or in a stack of its own'];
    }
    return [`cluster ${this.target.cluster.node.path} has nothing that the controller could run on`
      + (this.unfit.length > 0 ? ` (${this.unfit.join('; ')})` : '')
      + '; add a node group, or a Fargate profile that selects its pods'];
  }

  private misfitOf(capacity: CfnResource): string | undefined {
    switch (capacity.cfnResourceType) {
      case 'AWS::EKS::AccessEntry':
        return 'lets nodes in but has none';
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
          : `selects other pods than those of namespace ${namespace}`;
      }
      default:
        return undefined;
    }
  }
}

function labelsOf(selector: eks.CfnFargateProfile.SelectorProperty): eks.CfnFargateProfile.LabelProperty[] {
  return Array.isArray(selector.labels) ? selector.labels as eks.CfnFargateProfile.LabelProperty[] : [];
}

/** As Fargate matches: `*` for any characters, `?` for one. What is a token may match. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || Token.isUnresolved(pattern) || Token.isUnresolved(value)) {
    return true;
  }
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}
