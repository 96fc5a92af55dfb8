import { ControllerVersion } from './controller-version';

/** Names by which objects refer to a controller. */
export interface ControllerNames {
  /** Value of `spec.controller` in its IngressClasses. */
  readonly ingressController: string;
  /** API group of its IngressClassParams and TargetGroupBindings. */
  readonly apiGroup: string;
  /** API group and version of these objects. */
  readonly apiVersion: string;
}

/** The controller that serves the Ingresses and TargetGroupBindings of a cluster. */
export interface ServingController extends ControllerNames {
  /** Release whose rules apply. EKS Auto Mode does not publish one: the newest known. */
  readonly version: ControllerVersion;
  /** Whether it is the load balancing that is built into EKS Auto Mode. */
  readonly autoMode: boolean;
}

/** Names of the AWS Load Balancer Controller. */
export const CONTROLLER_NAMES: ControllerNames = {
  ingressController: 'ingress.k8s.aws/alb', apiGroup: 'elbv2.k8s.aws', apiVersion: 'elbv2.k8s.aws/v1beta1',
};

/** A release of the AWS Load Balancer Controller. */
export function loadBalancerController(version: ControllerVersion): ServingController {
  return { ...CONTROLLER_NAMES, version, autoMode: false };
}

/**
 * The load balancing of EKS Auto Mode: another controller, with an API group of its own.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
export function autoModeController(): ServingController {
  const apiGroup = 'eks.amazonaws.com';
  return { version: ControllerVersion._latest, autoMode: true, ingressController: `${apiGroup}/alb`, apiGroup, apiVersion: `${apiGroup}/v1` };
}
