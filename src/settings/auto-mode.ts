import * as cdk from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import type { IngressClassOptions } from '../ingress/ingress-class-options';
import type { NetworkTagsOptions } from '../network/network-tags';
import { invalidProp } from '../util/messages';

/** The lowest CDK that this library works with has no validations, nor a way to acknowledge what they find. */
interface CdkWithValidations {
  readonly Validations?: { of(scope: IConstruct): { acknowledge(rule: { id: string; reason: string }): void } };
}

/** Of all the props, those that say how a cluster in EKS Auto Mode gets its load balancing. */
export interface AutoModeProps {
  readonly ingressClass?: IngressClassOptions;
  readonly installController?: boolean;
  readonly autoDeleteLoadBalancers?: boolean;
  readonly autoModeGatewayApi?: boolean;
}

/** What may be said of a cluster whose load balancing is its own; all else configures a controller that is not installed. */
const AUTO_MODE_PROPS: readonly string[] = [
  'cluster', 'vpc', 'installController', 'autoModeGatewayApi', 'internetFacingSubnets', 'internalSubnets', 'subnetTagging', 'subnetClusterTag',
  'ingressClass',
] satisfies ('cluster' | 'vpc' | keyof AutoModeProps | keyof NetworkTagsOptions)[];

/** Whether the cluster gets the controller, rather than the load balancing that EKS Auto Mode has built in. */
export function installsController(props: AutoModeProps, target: TargetCluster): boolean {
  return props.installController ?? target.isAutoMode !== true;
}

/** Rejects props that do nothing on a cluster without the controller, and a class that both kinds of load balancing would work on. */
export function rejectAgainstAutoMode(props: AutoModeProps, target: TargetCluster): void {
  if (!installsController(props, target)) {
    rejectControllerProps(props, target);
  } else if (target.isAutoMode && (props.ingressClass?.ingressClassName ?? 'alb') === 'alb') {
    throw invalidProp('ingressClass.ingressClassName', 'must be set beside EKS Auto Mode, to other than the class of its own load balancing', 'alb',
      'try "alb-controller"');
  }
}

/**
 * Has EKS install the definitions of the Gateway API, which its load balancing then serves.
 *
 * By an override, since the lowest CDK that this library works with does not have the property yet.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-eks-cluster-gatewayapi.html
 */
export function switchGatewayApi({ autoModeGatewayApi }: AutoModeProps, target: TargetCluster): void {
  if (autoModeGatewayApi === undefined) {
    return;
  }
  if (!target.isAutoMode || !target.resource) {
    throw invalidProp('autoModeGatewayApi', 'must be left out where the cluster is not one of this app in EKS Auto Mode', autoModeGatewayApi,
      target.isOwned ? 'for the controller, switch the feature gates ALBGatewayAPI and NLBGatewayAPI' : 'set it where the cluster is defined');
  }
  target.resource.addPropertyOverride('KubernetesNetworkConfig.ElasticLoadBalancing.GatewayApi.Crds.Managed', autoModeGatewayApi);
  // With the flags of a new app that finding fails the synth.
  (cdk as unknown as CdkWithValidations).Validations?.of(target.resource).acknowledge({
    id: 'CloudFormation-Validate::F3002',
    reason: 'The property GatewayApi is newer than the schema that the template is checked against',
  });
}

function rejectControllerProps(props: AutoModeProps, target: TargetCluster): void {
  if (target.isAutoMode === false) {
    throw invalidProp('installController', 'must be true on a cluster that is not in EKS Auto Mode, which has no load balancing of its own', false,
      'leave it out');
  }
  if (props.autoDeleteLoadBalancers) {
    throw new Error('autoDeleteLoadBalancers must be left out in EKS Auto Mode: its load balancers carry other tags than those that the '
      + 'clean-up looks for; delete Ingresses that the app does not define before the stack');
  }
  const idle = Object.entries(props).filter(([prop, value]) => value !== undefined && !AUTO_MODE_PROPS.includes(prop)).map(([prop]) => prop);
  if (idle.length > 0) {
    throw new Error(`${idle.join(', ')} configure a controller that is not installed on a cluster in EKS Auto Mode; `
      + 'leave them out, or set installController to true');
  }
}
