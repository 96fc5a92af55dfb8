import type { IngressSupport } from './ingress-environment';
import type { KubernetesObject } from '../cluster/manifest-objects';
import type { ClassDescription } from '../options/option';

/** What the manifests of an app are read against. */
export interface LintContext extends Pick<IngressSupport, 'servedBy' | 'features' | 'featureGates' | 'values' | 'enableCognito' | 'watchNamespace' | 'defaultTargetType'> {
  /** Classes of the support, by name. */
  readonly classes: ReadonlyMap<string, ClassDescription & { readonly isDefault?: boolean }>;
  /** Names of the classes of the support that it does not define, so that their settings are not known. */
  readonly notDefined: ReadonlySet<string>;
  /** Name of the class that comes with the controller, which the old annotation names. */
  readonly firstClass: string;
  /** Classes that manifests define, by name, with their controller. */
  readonly otherClasses: ReadonlyMap<string, unknown>;
  /** Whether something that cannot be read may define further ones. */
  readonly mayHaveMoreClasses: boolean;
  /** Whether Ingresses without a class may get one. */
  readonly mayHaveDefaultClass: boolean;
  /** Services that manifests define, by namespace and name. */
  readonly services: ReadonlyMap<string, LintedService>;
  /** Whether something that cannot be read may define further ones in a namespace. */
  readonly mayHaveMoreServices: (namespace: string) => boolean;
  /** Whether a Role of the app lets the controller read a Secret. */
  readonly secretReaders: (namespace: string, secret: string) => boolean;
  /** Region of the cluster, or a token. */
  readonly region: string;
  /** ServiceAccount of the controller. */
  readonly serviceAccount: string;
  /** IP family of the cluster, if it is known. */
  readonly ipFamily?: string;
  /** The cluster by its path, where all of its pods run on Fargate. */
  readonly fargate?: string;
}

/** What matters of a Service to target groups. */
export interface LintedService {
  readonly type: string;
  /** Its own annotation, which takes precedence over that of an Ingress. */
  readonly targetType?: unknown;
  /** As the manifest has them. */
  readonly ports: unknown;
}

export function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ?? 'default';
}

export function nameOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata?.name}`;
}
