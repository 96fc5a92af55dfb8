import { annotationOptions, findUnknown, PREFIX } from './annotations';
import { lintBackends } from './backend-lint';
import { checkCombinations, checkIpFamily, checkSupported } from './ingress-checks';
import { describeClass } from './ingress-class-objects';
import { LintContext, LintWarning, nameOf } from './lint-context';
import { KubernetesObject } from '../cluster/manifest-objects';
import { check, checkAgainstClass, read } from '../options/option';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Annotation of before there were classes. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Says what is wrong with an Ingress, or the annotations of a Service, that nobody else tells before the controller's log does. */
export function lintObject(object: KubernetesObject, context: LintContext): LintWarning[] {
  const name = `${object.kind} ${nameOf(object)}`;
  if (object.kind === 'Service') {
    return lintAnnotations(name, object, context);
  }
  return object.kind === 'Ingress' && isOurs(object, context)
    ? [lintAnnotations, lintClass].flatMap((lint) => lint(name, object, context)).concat(lintBackends(object, context))
    : [];
}

function lintAnnotations(name: string, object: KubernetesObject, { servedBy, classes, ipFamily }: LintContext): LintWarning[] {
  const annotations = object.metadata?.annotations ?? {};
  const known = Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(PREFIX) && !isUnknown(key)));
  const options = annotationOptions(Object.keys(known).map((key) => key.slice(PREFIX.length)));
  const { description, findings } = read(options, name, PREFIX, known, servedBy);
  const className = object.spec?.ingressClassName ?? '';
  const settings = classes.get(className);
  const ofClass = { name: className, description: settings ? describeClass('ingressClass', settings) : new Map() };
  const mayBeInGroup = settings === undefined || settings.create === false;
  return [
    ...findUnknown(name, known, servedBy),
    ...findings,
    ...check(options, 'annotation', description, servedBy),
    ...checkSupported(description, { features: {} }, servedBy),
    ...checkAgainstClass(options, description, ofClass),
    ...checkCombinations(description, ofClass, mayBeInGroup),
    ...object.kind === 'Ingress' ? checkIpFamily(name, description, ofClass, ipFamily, mayBeInGroup) : [],
  ].map(({ at, rule, value, remedy, warning }) => ({ name: warning, message: invalidProp(at, rule, value, remedy).message }));
}

function lintClass(name: string, { metadata, spec }: KubernetesObject, context: LintContext): LintWarning[] {
  const { servedBy, classes, otherClasses, mayHaveMoreClasses, mayHaveDefaultClass } = context;
  const ingressClassName = spec?.ingressClassName;
  if (metadata?.annotations?.[CLASS_ANNOTATION] !== undefined) {
    return !servedBy.autoMode ? [] : [{
      name: 'ingressAnnotationNotInAutoMode', message: `${name} has the annotation ${CLASS_ANNOTATION}, which EKS Auto Mode does not support; set spec.ingressClassName`,
    }];
  }
  if (ingressClassName === undefined) {
    return mayHaveDefaultClass ? [] : [{
      name: 'ingressClassMissing',
      message: `${name} has no class, and no class of the app is the default one: nobody serves it; set spec.ingressClassName, for example to ${[...classes.keys()][0]}`,
    }];
  }
  if (isUnknown(ingressClassName) || classes.has(ingressClassName) || otherClasses.has(ingressClassName) || mayHaveMoreClasses) {
    return [];
  }
  return [{
    name: 'ingressClassUnknown',
    message: `${name} is of the class ${ingressClassName}, which nothing in the app defines; classes of the app are ${[...classes.keys(), ...otherClasses].join(', ')}`,
  }];
}

/** Whether an Ingress is for an Application Load Balancer, as far as can be told: others have controllers, and annotations, of their own. */
function isOurs({ metadata, spec }: KubernetesObject, { classes, otherClasses }: LintContext): boolean {
  const keys = Object.keys(metadata?.annotations ?? {});
  const ofOthers = keys.some((key) => /(^|\.)ingress\.kubernetes\.io\//.test(key) && !key.startsWith(PREFIX)) || otherClasses.has(spec?.ingressClassName ?? '');
  return keys.some((key) => key.startsWith(PREFIX)) || classes.has(spec?.ingressClassName ?? '') || !ofOthers;
}
