import type { IngressClassOptions } from './ingress-class-options';
import type { KubernetesObject } from '../cluster/manifest-objects';
import type { ServingController } from '../release/serving-controller';

/** What the manifests of an app are read against. */
export interface LintContext {
  /** Release of the controller; nothing in EKS Auto Mode. */
  readonly servedBy: ServingController;
  /** Settings of the classes of the support, by name. */
  readonly classes: ReadonlyMap<string, IngressClassOptions>;
  /** Names of the classes that manifests define. */
  readonly otherClasses: ReadonlySet<string>;
  /** Whether something that cannot be read may define further ones. */
  readonly mayHaveMoreClasses: boolean;
  /** Whether Ingresses without a class may get one. */
  readonly mayHaveDefaultClass: boolean;
  /** Services that manifests define, by namespace and name. */
  readonly services: ReadonlyMap<string, LintedService>;
  /** Whether something that cannot be read may define further ones in a namespace. */
  readonly mayHaveMoreServices: (namespace: string) => boolean;
  readonly defaultTargetType?: string;
  /** IP family of the cluster, if it is known. */
  readonly ipFamily?: string;
  /** The cluster by its path, where all of its pods run on Fargate. */
  readonly fargate?: string;
}

/** What matters of a Service to target groups. */
export interface LintedService {
  readonly type: string;
  /** What its own annotation asks for, which goes over that of an Ingress. */
  readonly targetType?: unknown;
  /** As the manifest has them. */
  readonly ports: unknown;
}

/** Something legal but wrong, for `warn()`. */
export interface LintWarning {
  readonly name: string;
  readonly message: string;
}

export function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ?? 'default';
}

export function nameOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata?.name}`;
}
