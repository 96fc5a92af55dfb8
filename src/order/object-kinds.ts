import { isUnknownValue, KubernetesObject } from '../cluster/manifest-objects';

/** Kinds by which Karpenter, and EKS Auto Mode with it, is told which nodes to make. */
const NODE_KINDS = ['NodePool', 'Provisioner'];
const NODE_SETTINGS = ['AWSNodeTemplate', 'EC2NodeClass', 'NodeClass'];
const AUTO_MODE = 'eks.amazonaws.com';
const NODE_GROUPS = [AUTO_MODE, 'karpenter.k8s.aws', 'karpenter.sh'];

/** API groups whose kinds the controller's chart defines. */
const CONTROLLER_GROUPS = ['elbv2.k8s.aws', 'gateway.k8s.aws', 'aga.k8s.aws'];

const GATEWAY_API = 'gateway.networking.k8s.io';

/** What the GatewayClasses of the controller say: `gateway.k8s.aws/alb` and `gateway.k8s.aws/nlb`. */
const GATEWAY_CONTROLLERS = 'gateway.k8s.aws/';

/** Kinds that EKS Auto Mode defines, and puts finalizers on, like the controller on its own; of a class nothing is left to clean up. */
const AUTO_MODE_KINDS = ['TargetGroupBinding'];

/**
 * Whether the controller puts a finalizer on an object, which nobody else takes away, or defines its kind: then the object must come
 * after the controller, and be gone before it. EKS Auto Mode does the same.
 *
 * By the controller's source these are Ingresses, Services of type LoadBalancer, Gateways and GatewayClasses of its own, and its own
 * kinds: TargetGroupBindings, GlobalAccelerators, and the configurations of load balancers, target groups and rules. Not so Routes,
 * ListenerSets and IngressClasses, which it only reads. A Service whose type only the deployment knows may be one: waiting costs it
 * little.
 */
export function needsController({ apiVersion = '', kind = '', spec }: KubernetesObject): boolean {
  const group = groupOf(apiVersion);
  return kind === 'Ingress'
    || (kind === 'Service' && (spec?.type === 'LoadBalancer' || isUnknownValue(spec?.type)))
    || (kind === 'Gateway' && group === GATEWAY_API)
    || (kind === 'GatewayClass' && (isUnknownValue(spec?.controllerName) || String(spec?.controllerName).startsWith(GATEWAY_CONTROLLERS)))
    || (AUTO_MODE_KINDS.includes(kind) && group === AUTO_MODE)
    || CONTROLLER_GROUPS.includes(group);
}

/** Whether an object defines a kind of the Gateway API: the controller looks for them once, when it starts. */
export function isGatewayDefinition({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition' && String(metadata?.name).endsWith(`.${GATEWAY_API}`);
}

/** Whether an object is the ConfigMap by which EKS lets nodes in. */
export function isAwsAuth({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata?.name === 'aws-auth';
}

/** Whether an object makes nodes, by Karpenter or EKS Auto Mode. */
export function isNodePool({ apiVersion = '', kind = '' }: KubernetesObject): boolean {
  return NODE_KINDS.includes(kind) && NODE_GROUPS.includes(groupOf(apiVersion));
}

/** Whether an object is what node pools refer to. */
export function isNodeClass({ apiVersion = '', kind = '' }: KubernetesObject): boolean {
  return NODE_SETTINGS.includes(kind) && NODE_GROUPS.includes(groupOf(apiVersion));
}

export function isNamespace(name: string, { kind, metadata }: KubernetesObject): boolean {
  return kind === 'Namespace' && metadata?.name === name;
}

function groupOf(apiVersion: string): string {
  return String(apiVersion).split('/')[0];
}
