import { isUnknownValue, KubernetesObject } from '../cluster/manifest-objects';

/** Kinds by which Karpenter, and EKS Auto Mode with it, is told which nodes to make. */
const NODE_KINDS = ['NodePool', 'Provisioner'];
const NODE_SETTINGS = ['AWSNodeTemplate', 'EC2NodeClass', 'NodeClass'];
const NODE_GROUPS = ['eks.amazonaws.com', 'karpenter.k8s.aws', 'karpenter.sh'];

/** API groups whose kinds the controller's chart defines. */
const CONTROLLER_GROUPS = ['elbv2.k8s.aws', 'gateway.k8s.aws', 'aga.k8s.aws'];

/**
 * Whether the controller makes a load balancer of an object, or defines its kind: then the object must come after the controller,
 * and be gone before it. A Service whose type only the deployment knows may be one: waiting costs it little.
 */
export function needsController({ apiVersion = '', kind, spec }: KubernetesObject): boolean {
  const group = groupOf(apiVersion);
  return kind === 'Ingress'
    || (kind === 'Service' && (spec?.type === 'LoadBalancer' || isUnknownValue(spec?.type)))
    || (kind === 'Gateway' && group === 'gateway.networking.k8s.io')
    || CONTROLLER_GROUPS.includes(group);
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
