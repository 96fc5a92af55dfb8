import { CfnResource } from 'aws-cdk-lib';
import { propertiesOf } from './cluster';

/** A Kubernetes object, as far as it can be read before deployment. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly type?: string };
  readonly items?: KubernetesObject[];
}

/** API groups whose kinds the controller's chart defines. */
const CONTROLLER_GROUPS = ['elbv2.k8s.aws', 'gateway.k8s.aws', 'aga.k8s.aws'];

/**
 * The objects of a `KubernetesManifest` of the CDK.
 *
 * The CDK keeps no object, only the text that goes into the template. What is a token in it reads as `0`, which is JSON both
 * within a string and in place of a value.
 */
export function objectsOf(manifest: CfnResource): KubernetesObject[] {
  const text = manifest.stack.resolve(propertiesOf(manifest).Manifest);
  const parts: unknown[] = typeof text === 'string' ? [text] : text?.['Fn::Join']?.[1] ?? [];
  try {
    return flatten(JSON.parse(parts.map((part) => typeof part === 'string' ? part : '0').join('')));
  } catch {
    // Not written by the CDK's KubernetesManifest: nothing is known of it.
    return [];
  }
}

/**
 * Whether the controller makes a load balancer of an object, or defines its kind: then the object must come after the controller,
 * and be gone before it.
 */
export function needsController({ apiVersion = '', kind, spec }: KubernetesObject): boolean {
  const [group] = apiVersion.split('/');
  return kind === 'Ingress'
    || (kind === 'Service' && spec?.type === 'LoadBalancer')
    || (kind === 'Gateway' && group === 'gateway.networking.k8s.io')
    || CONTROLLER_GROUPS.includes(group);
}

/** Whether an object is the ConfigMap by which EKS lets nodes in. */
export function isAwsAuth({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata?.name === 'aws-auth';
}

function flatten(objects: KubernetesObject[]): KubernetesObject[] {
  return objects.flatMap((object) => object?.items ? flatten(object.items) : object ?? []);
}
