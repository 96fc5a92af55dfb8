import { CfnResource } from 'aws-cdk-lib';
import { propertiesOf } from './cdk-internals';

/** Annotation of the IngressClass that applies to Ingresses without a class. */
export const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

/** A Kubernetes object, as far as it can be read before deployment. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: { readonly [key: string]: unknown };
  };
  /** Depends on the kind. */
  readonly spec?: any;
  readonly data?: { readonly [key: string]: unknown };
  readonly items?: KubernetesObject[];
}

/** Where an Ingress routes requests to. */
export interface KubernetesBackend {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string } };
}

/**
 * Stands in place of a token: valid JSON both inside a string and as a value, and unlikely in a manifest.
 */
const UNKNOWN = '720031588431547';

/**
 * The objects of a `KubernetesManifest` of the CDK.
 *
 * The CDK keeps only their text, as it is rendered into the template.
 */
export function objectsOf(manifest: CfnResource): KubernetesObject[] {
  const text = manifest.stack.resolve(propertiesOf(manifest).Manifest);
  const parts: unknown[] = typeof text === 'string' ? [text] : text?.['Fn::Join']?.[1] ?? [];
  try {
    return flatten(JSON.parse(parts.map((part) => typeof part === 'string' ? part : UNKNOWN).join('')));
  } catch {
    // Not rendered by the CDK's KubernetesManifest, so that it cannot be read.
    return [];
  }
}

/** Whether a value, or a part of it, is known at deployment only. */
export function isUnknownValue(value: unknown): boolean {
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
