import * as cdk from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import type { ControllerStrategy, DefinedController, SupportContext } from './support-context';
import { permitTagsOfAutoMode } from '../iam/auto-mode-tags';
import { autoModeController } from '../release/serving-controller';
import { invalidProp } from '../util/messages';

/** The lowest CDK that this library works with has no validations, nor a way to acknowledge what they find. */
interface CdkWithValidations {
  readonly Validations?: { of(scope: IConstruct): { acknowledge(rule: { id: string; reason: string }): void } };
}

/** The props that apply without a controller. All others configure one. */
const AUTO_MODE_PROPS: readonly string[] = [
  'cluster', 'vpc', 'autoMode', 'installController', 'gatewayApi', 'internetFacingSubnets', 'internalSubnets', 'subnetTagging', 'subnetClusterTag',
  'ingressClass',
] satisfies (keyof EksAlbIngressSupportProps)[];

/** The load balancing that is built into EKS Auto Mode: no controller, no role. */
export class AutoMode implements ControllerStrategy {
  public readonly servedBy = autoModeController();
  public readonly installs = false;

  public checkProps({ target, props }: SupportContext): void {
    if (props.autoDeleteLoadBalancers) {
      throw new Error('autoDeleteLoadBalancers must be left out in EKS Auto Mode: its load balancers have other tags than those that the '
        + 'clean-up looks for; delete Ingresses that the app does not define before the stack');
    }
    const idle = Object.entries(props).filter(([prop, value]) => value !== undefined && !AUTO_MODE_PROPS.includes(prop)).map(([prop]) => prop);
    if (idle.length > 0) {
      // A new cluster of `aws-eks-v2` is in Auto Mode without anyone having chosen it.
      const turnOff = target.isOwned ? ' (the default of aws-eks-v2; for nodes of your own set defaultCapacityType of the cluster to DefaultCapacityType.NODEGROUP)' : '';
      throw new Error(`${idle.join(', ')} configure a controller that is not installed on a cluster in EKS Auto Mode${turnOff}; `
        + 'leave them out, or set installController to true');
    }
  }

  public define({ support, target }: SupportContext): DefinedController {
    let policies: Construct[] | undefined;
    return { apiClients: [], features: {}, permitTags: () => policies ??= permitTagsOfAutoMode(support, target) };
  }
}

/**
 * Lets EKS install the definitions of the Gateway API, which its load balancing then serves.
 *
 * By an override, since the lowest CDK that this library supports does not have the property yet.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-eks-cluster-gatewayapi.html
 */
export function switchGatewayApi({ gatewayApi, strategy, target }: SupportContext): void {
  if (gatewayApi === undefined || !strategy.servedBy.autoMode) {
    return;
  }
  if (!target.resource) {
    throw invalidProp('gatewayApi', 'must be left out with an imported cluster in EKS Auto Mode', `GatewayApi.${gatewayApi._isManaged ? 'managed' : 'external'}()`,
      'set it where the cluster is defined');
  }
  target.resource.addPropertyOverride('KubernetesNetworkConfig.ElasticLoadBalancing.GatewayApi.Crds.Managed', gatewayApi._isManaged);
  // With the flags of a new app that finding fails the synth.
  (cdk as unknown as CdkWithValidations).Validations?.of(target.resource).acknowledge({
    id: 'CloudFormation-Validate::F3002',
    reason: 'The property GatewayApi is newer than the schema that the template is checked against',
  });
}
