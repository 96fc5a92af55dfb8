import { suggestion } from './annotation-suggestion';
import { annotationOf, knowsAnnotation, neededRelease, NOT_IN_AUTO_MODE, PREFIX, valueFault } from './annotations';
import { lintBackends } from './backend-lint';
import { fieldNameOf } from './field-names';
import { OVER_FIELDS } from './ingress-checks';
import { LintContext, LintWarning, nameOf } from './lint-context';
import { isUnknownValue, KubernetesObject } from '../cluster/manifest-objects';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';

/** Annotation of before there were classes. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Says what is wrong with an Ingress, or the annotations of a Service, that nobody else tells before the controller's log does. */
export function lintObject(object: KubernetesObject, context: LintContext): LintWarning[] {
  const name = `${object.kind} ${nameOf(object)}`;
  if (object.kind === 'Service') {
    return lintAnnotations(name, object, context);
  }
  return object.kind === 'Ingress' && isOurs(object, context)
    ? [lintAnnotations, lintClass, lintOverridden].flatMap((lint) => lint(name, object, context)).concat(lintBackends(object, context))
    : [];
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
