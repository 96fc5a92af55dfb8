import { CfnResource } from 'aws-cdk-lib';
import { propertiesOf } from '../util/cfn-properties';

/** A Kubernetes object, as far as it can be read before deployment. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: { readonly [key: string]: unknown };
  };
  /** As the kind has it. */
  readonly spec?: any;
  readonly data?: { readonly [key: string]: unknown };
  readonly items?: KubernetesObject[];
}

/** What an Ingress hands requests to. */
export interface KubernetesBackend {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string } };
}

/**
 * Stands for a token: JSON both within a string and in place of a value, and nothing that a manifest would say by itself.
 */
const UNKNOWN = '720031588431547';

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

/** Whether a value, or a part of it, is only known at deployment. */
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
