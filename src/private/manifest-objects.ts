import { CfnResource } from 'aws-cdk-lib';
import { propertiesOf } from './cluster-resources';

/** A Kubernetes object, as far as it can be read before deployment. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly type?: string };
  readonly items?: KubernetesObject[];
}

/**
 * Stands for a token: JSON both within a string and in place of a value, and nothing that a manifest would say by itself.
 */
const UNKNOWN = '720031588431547';

/** Kinds by which Karpenter, and EKS Auto Mode with it, is told which nodes to make. */
const NODE_KINDS = ['NodePool', 'Provisioner'];
const NODE_SETTINGS = ['AWSNodeTemplate', 'EC2NodeClass', 'NodeClass'];
const NODE_GROUPS = ['eks.amazonaws.com', 'karpenter.k8s.aws', 'karpenter.sh'];

/** API groups whose kinds the controller's chart defines. */
const CONTROLLER_GROUPS = ['elbv2.k8s.aws', 'gateway.k8s.aws', 'aga.k8s.aws'];

/**
 * The objects of a `KubernetesManifest` of the CDK.
 *
 * The CDK keeps no object, only the text that goes into the template.
 */
export function objectsOf(manifest: CfnResource): KubernetesObject[] {
  const text = manifest.stack.resolve(propertiesOf(manifest).Manifest);
  const parts: unknown[] = typeof text === 'string' ? [text] : text?.['Fn::Join']?.[1] ?? [];
  try {
    return flatten(JSON.parse(parts.map((part) => typeof part === 'string' ? part : UNKNOWN).join('')));
  } catch {
    // Not written by the CDK's KubernetesManifest: nothing is known of it.
    return [];
  }
}

/**
 * Whether the controller makes a load balancer of an object, or defines its kind: then the object must come after the controller,
 * and be gone before it. A Service whose type only the deployment knows may be one: waiting costs it little.
 */
export function needsController({ apiVersion = '', kind, spec }: KubernetesObject): boolean {
  const group = groupOf(apiVersion);
  return kind === 'Ingress'
    || (kind === 'Service' && (spec?.type === 'LoadBalancer' || isUnknown(spec?.type)))
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

/** Whether a value, or a part of it, is only known at deployment. */
function isUnknown(value: unknown): boolean {
  return String(value).includes(UNKNOWN);
}

function flatten(objects: KubernetesObject | KubernetesObject[]): KubernetesObject[] {
  return [objects].flat().flatMap((object) => {
    if (typeof object !== 'object' || object === null) {
      return [];
    }
    return Array.isArray(object.items) ? flatten(object.items) : object;
  });
}
