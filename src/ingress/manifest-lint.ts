import { suggestion } from './annotation-suggestion';
import { annotationOf, knowsAnnotation, neededRelease, NOT_IN_AUTO_MODE, PREFIX, valueFault } from './annotations';
import { fieldNameOf } from './field-names';
import { OVER_FIELDS } from './ingress-checks';
import { isUnknownValue, KubernetesBackend, KubernetesObject } from '../cluster/manifest-objects';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';
import type { ControllerVersion } from '../release/controller-version';
import { tryRead } from '../util/try-read';

/** What the manifests of an app are read against. */
export interface LintContext {
  /** Release of the controller; nothing in EKS Auto Mode. */
  readonly version?: ControllerVersion;
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
  readonly defaultTargetType?: string;
  /** The cluster by its path, where all of its pods run on Fargate. */
  readonly fargate?: string;
}

/** What matters of a Service to target groups. */
export interface LintedService {
  readonly type: string;
  /** What its own annotation asks for, which goes over that of an Ingress. */
  readonly targetType?: unknown;
}

/** Something legal but wrong, for `warn()`. */
export interface LintWarning {
  readonly name: string;
  readonly message: string;
}

/** Annotation of before there were classes. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Says what is wrong with an Ingress, or the annotations of a Service, that nobody else tells before the controller's log does. */
export function lintObject(object: KubernetesObject, context: LintContext): LintWarning[] {
  const name = `${object.kind} ${nameOf(object)}`;
  if (object.kind === 'Service') {
    return lintAnnotations(name, object, context);
  }
  return object.kind === 'Ingress' && isOurs(object, context)
    ? [lintAnnotations, lintClass, lintOverridden].flatMap((lint) => lint(name, object, context)).concat(lintTargets(object, context))
    : [];
}

/** Says where targets of an Ingress are none that the load balancer could reach. */
export function lintTargets(object: KubernetesObject, context: LintContext): LintWarning[] {
  const { classes, services, defaultTargetType = 'instance', fargate } = context;
  const setting = classes.get(object.spec?.ingressClassName ?? '')?.targetType;
  return [...new Set(backendsOf(object))].flatMap((service) => {
    const { type, targetType } = services.get(`${namespaceOf(object)}/${service}`) ?? {};
    const asked = setting ?? targetType ?? object.metadata?.annotations?.[`${PREFIX}target-type`] ?? defaultTargetType;
    if (isUnknownValue(asked) || isUnknownValue(type)) {
      return [];
    }
    const fault = targetFault(asked, type, fargate);
    return fault === undefined ? [] : [{
      name: 'ingressTargetType',
      message: `Ingress ${nameOf(object)} has target type ${asked}, and its Service ${service} ${fault}`,
    }];
  });
}

/** Says why a Service of a type has nothing to register; of one that is not in the app the type is not known. */
function targetFault(asked: unknown, type: unknown, fargate: string | undefined): string | undefined {
  if (type === 'ExternalName') {
    return 'is of type ExternalName: there is nothing to register; use a Service with pods';
  }
  if (asked === 'instance' && fargate !== undefined) {
    return `has its pods on Fargate, which is all that cluster ${fargate} shows to run them on: there is no instance to register; use target type ip, `
      + 'for all Ingresses by defaultTargetType: IngressTargetType.IP';
  }
  return asked === 'instance' && type === 'ClusterIP'
    ? 'is of type ClusterIP: there is no node port to register; use target type ip, or type NodePort'
    : undefined;
}

function lintAnnotations(name: string, object: KubernetesObject, { version }: LintContext): LintWarning[] {
  return Object.entries(object.metadata?.annotations ?? {}).flatMap(([whole, value]): LintWarning[] => {
    if (!whole.startsWith(PREFIX) || isUnknownValue(whole)) {
      return [];
    }
    const key = whole.slice(PREFIX.length);
    if (!annotationOf(key)) {
      return version?._isNewerThanKnown ? [] : [{
        name: 'ingressAnnotationUnknown', message: `${name} has the annotation ${whole}, which the controller does not know: it means nothing; ${suggestion(key)}`,
      }];
    }
    const needed = neededRelease(key, String(value));
    if (version && (!knowsAnnotation(version, key) || !version._isAtLeast(needed))) {
      return [{
        name: 'ingressAnnotationTooNew',
        message: `${name} has the annotation ${whole} (${value}), which controller ${version.releaseTag} does not know: it came with ${needed}; use a newer ControllerVersion`,
      }];
    }
    if (!version && (NOT_IN_AUTO_MODE.includes(key) || (key === 'auth-type' && value === 'oidc'))) {
      return [{ name: 'ingressAnnotationNotInAutoMode', message: `${name} has the annotation ${whole} (${value}), which EKS Auto Mode does not support; leave it out` }];
    }
    const fault = typeof value !== 'string' ? 'must be a string: put it in quotes' : isUnknownValue(value) ? undefined : valueFault(key, value);
    return fault === undefined ? [] : [{ name: 'ingressAnnotationValue', message: `${name} has the annotation ${whole}, which ${fault}, got ${JSON.stringify(value)}` }];
  });
}

function lintClass(name: string, { metadata, spec }: KubernetesObject, context: LintContext): LintWarning[] {
  const { version, classes, otherClasses, mayHaveMoreClasses, mayHaveDefaultClass } = context;
  const ingressClassName = spec?.ingressClassName;
  if (metadata?.annotations?.[CLASS_ANNOTATION] !== undefined) {
    return version ? [] : [{
      name: 'ingressAnnotationNotInAutoMode', message: `${name} has the annotation ${CLASS_ANNOTATION}, which EKS Auto Mode does not support; set spec.ingressClassName`,
    }];
  }
  if (ingressClassName === undefined) {
    return mayHaveDefaultClass ? [] : [{
      name: 'ingressClassMissing',
      message: `${name} has no class, and no class of the app is the default one: nobody serves it; set spec.ingressClassName, for example to ${[...classes.keys()][0]}`,
    }];
  }
  if (isUnknownValue(ingressClassName) || classes.has(ingressClassName) || otherClasses.has(ingressClassName) || mayHaveMoreClasses) {
    return [];
  }
  return [{
    name: 'ingressClassUnknown',
    message: `${name} is of the class ${ingressClassName}, which nothing in the app defines; classes of the app are ${[...classes.keys(), ...otherClasses].join(', ')}`,
  }];
}

function lintOverridden(name: string, { metadata, spec }: KubernetesObject, { classes }: LintContext): LintWarning[] {
  const settings = classes.get(spec?.ingressClassName ?? '');
  if (!settings) {
    return [];
  }
  return Object.keys(metadata?.annotations ?? {}).flatMap((whole) => {
    const field = whole.startsWith(PREFIX) ? fieldNameOf(whole.slice(PREFIX.length)) : undefined;
    const setting = field === 'redirectHttp' ? 'sslRedirectPort' : field === 'subnets' && settings.subnetTags ? 'subnetTags' : field;
    const isSet = setting !== undefined && settings[setting as keyof IngressClassOptions] !== undefined;
    // A name comes before ARNs, wherever the two stand.
    const beats = whole === `${PREFIX}wafv2-acl-name` && settings.webAcl?._name === undefined;
    const goesOver = !beats && (OVER_FIELDS.some((over) => over === field) || field === 'redirectHttp');
    return isSet && goesOver ? [{
      name: 'ingressSettingOverridden',
      message: `${name} has the annotation ${whole}, over which ${setting} of its class ${spec!.ingressClassName} goes: it means nothing; leave it out, or use another class`,
    }] : [];
  });
}

/** Whether an Ingress is for an Application Load Balancer, as far as can be told: others have controllers, and annotations, of their own. */
function isOurs({ metadata, spec }: KubernetesObject, { classes, otherClasses }: LintContext): boolean {
  const keys = Object.keys(metadata?.annotations ?? {});
  const ofOthers = keys.some((key) => /(^|\.)ingress\.kubernetes\.io\//.test(key) && !key.startsWith(PREFIX)) || otherClasses.has(spec?.ingressClassName ?? '');
  return keys.some((key) => key.startsWith(PREFIX)) || classes.has(spec?.ingressClassName ?? '') || !ofOthers;
}

function backendsOf({ spec }: KubernetesObject): string[] {
  // What a manifest says may be of any shape.
  const backends = tryRead((): (KubernetesBackend | undefined)[] =>
    [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }: any) => (http?.paths ?? []).map(({ backend }: any) => backend))]) ?? [];
  return backends.flatMap((backend) => backend?.service?.name === undefined || backend.service.port?.name === 'use-annotation' ? [] : backend.service.name);
}

export function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata?.namespace ?? 'default';
}

export function nameOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${object.metadata?.name}`;
}
