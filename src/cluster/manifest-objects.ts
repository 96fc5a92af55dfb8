import { CfnResource, Token } from 'aws-cdk-lib';
import { propertiesOf } from './cdk-internals';
import { parseJson } from '../util/tokens';

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
 * The objects of a `KubernetesManifest` of the CDK, with tokens for values that are only known at deployment.
 *
 * The CDK keeps only their text, as it is rendered into the template.
 */
export function objectsOf(manifest: CfnResource): KubernetesObject[] {
  return parseObjects(manifest.stack.resolve(propertiesOf(manifest).Manifest));
}

/**
 * Parses the text of a manifest in a template, where CloudFormation joins what is only known at deployment into it.
 *
 * @param nameOf what to call such a value
 */
export function parseObjects(text: any, nameOf?: (part: unknown) => string): KubernetesObject[] {
  const parts: unknown[] = typeof text === 'string' ? [text] : text?.['Fn::Join']?.[1] ?? [];
  try {
    return flatten(parseJson(parts.map((part) => Token.asString(part, { displayHint: nameOf?.(part) })).join('')));
  } catch {
    // Not rendered by the CDK's KubernetesManifest, so that it cannot be read.
    return [];
  }
}

function flatten(objects: KubernetesObject | KubernetesObject[]): KubernetesObject[] {
  return [objects].flat().flatMap((object) => {
    if (typeof object !== 'object' || object === null) {
      return [];
    }
    return Array.isArray(object.items) ? flatten(object.items) : object;
  });
}
