import { Token, TokenComparison } from 'aws-cdk-lib';
import { annotationOf, annotationOptions, findUnknown, PREFIX } from './annotations';
import { checkCombinations, checkIpFamily, checkSupported } from './ingress-checks';
import { describeIngress, IngressDescription } from './ingress-description';
import { LintContext, nameOf } from './lint-context';
import { regionIn } from './load-balancer-location';
import { describeOtherControllers } from './other-controllers';
import type { KubernetesObject } from '../cluster/manifest-objects';
import { check, checkAgainstClass, ClassDescription, Finding, read } from '../options/option';
import { isUnknown } from '../util/tokens';

/** Annotation that names a class, from before Kubernetes had IngressClasses. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Versions of the API that Kubernetes 1.22 removed. */
const OLD_VERSIONS: readonly unknown[] = ['extensions/v1beta1', 'networking.k8s.io/v1beta1'];

/** What the controller reads from a Service too: options of its target group, and of authentication. */
const OF_SERVICES = /^(target-|backend-protocol|healthcheck-|healthy-|unhealthy-|success-codes|auth-|tags$|multi-cluster-target-group$)/;

/** What a class sets that protects the load balancer. */
const PROTECTIONS = ['scheme', 'inboundCidrs', 'prefixListIds', 'webAcl.arn', 'webAcl.name'];

/** An Ingress of a manifest, as far as the controller of the cluster reads it. */
export interface ReadIngress {
  /** Nothing if another controller serves it, or none. */
  readonly description?: IngressDescription;
  readonly findings: readonly Finding[];
}

/** Whose Ingress it is, as `classifyIngress` of `pkg/ingress/group_loader.go` decides. */
interface Classification {
  readonly isOurs: boolean;
  readonly ofClass?: ClassDescription;
  readonly findings: readonly Finding[];
}

/** Reads an Ingress of a manifest. One of another controller is not read. */
export function readIngress(object: KubernetesObject, context: LintContext, scope: IngressDescription['scope']): ReadIngress {
  const at = `Ingress ${nameOf(object)}`;
  const { isOurs, ofClass, findings } = classify(at, object, context);
  if (!isOurs) {
    return { findings };
  }
  if (OLD_VERSIONS.includes(object.apiVersion)) {
    return { findings: [...findings, shapeFinding(at, 'must be of apiVersion networking.k8s.io/v1, since Kubernetes 1.22 removed others', object.apiVersion, 'rewrite it')] };
  }
  const { servedBy } = context;
  const description = describeIngress({ at, scope, object, ingressClass: ofClass }, servedBy);
  const mayBeInGroup = ofClass === undefined || context.notDefined.has(ofClass.name);
  const settings = ofClass ?? { name: '', description: new Map() };
  const own = new Map([...description.own].filter(([name]) => name !== 'listeners'));
  return {
    description,
    findings: [
      ...findings,
      ...findShapeFaults(at, object),
      ...findUnknown(at, description.annotations, servedBy),
      ...findOtherControllers(at, object),
      ...description.findings,
      ...checkSupported(description.own, context, servedBy),
      ...checkAgainstClass(annotationOptions([...own.keys()]), own, settings),
      ...checkCombinations(description.own, settings, mayBeInGroup),
      ...checkIpFamily(at, description.own, settings, context.ipFamily, mayBeInGroup),
      ...findMissingActions(description, object),
      ...findRedirectFaults(description),
      ...findUnusedTls(description, object),
      ...findSettingFaults(description, context),
    ],
  };
}

/** Finds annotations of other controllers: one finding for all of an Ingress. */
function findOtherControllers(at: string, { metadata }: KubernetesObject): Finding[] {
  const annotations = metadata?.annotations ?? {};
  const described = describeOtherControllers(annotations);
  return described === undefined ? [] : [{
    at,
    rule: `must leave out annotations that have no effect with this controller: ${described}`,
    value: Object.keys(annotations),
    remedy: 'see docs/migrating-from-nginx.md',
    warning: 'ingressOtherController',
  }];
}

/** Finds annotations of a Service that the controller does not read there. */
export function findServiceFaults(object: KubernetesObject, { servedBy }: LintContext): Finding[] {
  const at = `Service ${nameOf(object)}`;
  const isRead = ([key]: [string, unknown]) => key.startsWith(PREFIX) && !isUnknown(key);
  const annotations = Object.fromEntries(Object.entries(object.metadata?.annotations ?? {}).filter(isRead));
  const keys = Object.keys(annotations).map((key) => key.slice(PREFIX.length));
  const { description, findings } = read(annotationOptions(keys), at, PREFIX, annotations, servedBy);
  return [
    ...findUnknown(at, annotations, servedBy),
    ...findings,
    ...check(annotationOptions(keys), 'annotation', description, servedBy),
    ...keys.filter((key) => annotationOf(key) && !OF_SERVICES.test(key)).map((key): Finding => ({
      at: `${at} ${PREFIX}${key}`,
      rule: 'must be an annotation of the Ingress, since the controller does not read it from a Service',
      value: annotations[`${PREFIX}${key}`],
      remedy: 'move it to the Ingress',
      warning: 'ingressAnnotationOnService',
    })),
  ];
}

function classify(at: string, { metadata, spec }: KubernetesObject, context: LintContext): Classification {
  const { servedBy, classes, otherClasses, mayHaveMoreClasses, mayHaveDefaultClass, firstClass } = context;
  const annotations = metadata?.annotations ?? {};
  const [annotation, className] = [annotations[CLASS_ANNOTATION], spec?.ingressClassName];
  const ofOthers = Object.keys(annotations).some((key) => /(^|\.)ingress\.kubernetes\.io\//.test(key) && !key.startsWith(PREFIX));
  const hasOwn = Object.keys(annotations).some((key) => key.startsWith(PREFIX));
  const finding = (rule: string, value: unknown, remedy: string, warning: string): Finding => ({ at, rule, value, remedy, warning });
  if (annotation !== undefined) {
    // The annotation decides before spec.ingressClassName, and has no settings.
    if (isUnknown(annotation)) return { isOurs: false, findings: [] };
    if (servedBy.autoMode) {
      return {
        isOurs: false,
        findings: hasOwn || classes.has(String(annotation)) ? [finding(`must leave out the annotation ${CLASS_ANNOTATION}, which EKS Auto Mode does not support`,
          annotation, 'set spec.ingressClassName', 'ingressAnnotationNotInAutoMode')] : [],
      };
    }
    if (annotation !== firstClass) {
      const isMeant = classes.has(String(annotation)) || (hasOwn && !ofOthers && !mayHaveMoreClasses && !otherClasses.has(String(annotation)));
      return {
        isOurs: false,
        findings: isMeant ? [finding(`must have the name ${firstClass} in the annotation ${CLASS_ANNOTATION}: the controller serves no other one`, annotation,
          'set spec.ingressClassName in place of the annotation', 'ingressClassUnknown')] : [],
      };
    }
    const lost = PROTECTIONS.filter((name) => classes.get(firstClass)?.description.has(name));
    return {
      isOurs: true,
      findings: [
        ...className !== undefined ? [finding(`must have either spec.ingressClassName or the annotation ${CLASS_ANNOTATION}: Kubernetes rejects both`, className,
          'leave the annotation out', 'ingressClassAnnotation')] : [],
        ...lost.length > 0 ? [finding(`must have spec.ingressClassName: with the annotation ${CLASS_ANNOTATION} the settings of the class do not apply, such as ${lost.join(', ')}`,
          annotation, `set spec.ingressClassName to ${firstClass}, and leave the annotation out`, 'ingressClassAnnotation')] : [],
      ],
    };
  }
  if (className === undefined || className === null) {
    const ofDefault = [...classes.values()].find(({ isDefault }) => isDefault);
    return mayHaveDefaultClass || ofOthers ? { isOurs: ofDefault !== undefined && !ofOthers, ofClass: ofDefault, findings: [] } : {
      isOurs: hasOwn,
      findings: [finding('must have a class, since no class of the app is the default one', className, `set spec.ingressClassName, for example to ${firstClass}`, 'ingressClassMissing')],
    };
  }
  if (isUnknown(className)) return { isOurs: false, findings: [] };
  const known = classes.get(className);
  if (known || otherClasses.has(className)) {
    return { isOurs: known !== undefined || otherClasses.get(className) === servedBy.ingressController, ofClass: known, findings: [] };
  }
  return mayHaveMoreClasses || (ofOthers && !hasOwn) ? { isOurs: false, findings: [] } : {
    isOurs: hasOwn,
    findings: [finding(`must be of a class that the app defines: ${[...classes.keys(), ...otherClasses.keys()].join(', ')}`, className, 'use one of them', 'ingressClassUnknown')],
  };
}

/** What the API server rejects, and paths that the controller rejects or reads in another way than they look. */
function findShapeFaults(at: string, { spec, metadata }: KubernetesObject): Finding[] {
  const findings: Finding[] = [];
  const add = (place: string, rule: string, value: unknown, remedy: string) => findings.push(shapeFinding(`${at} ${place}`, rule, value, remedy));
  const usesRegex = metadata?.annotations?.[`${PREFIX}use-regex-path-match`] === 'true';
  const rules: unknown = spec?.rules ?? [];
  if (typeof spec !== 'object' || spec === null) {
    add('spec', 'must have rules or a defaultBackend', spec, 'add the Service that gets the requests');
  } else if (!Array.isArray(rules)) {
    add('spec.rules', 'must be a list', rules, 'correct it');
  } else {
    rules.forEach((rule: any, index: number) => {
      const place = `spec.rules[${index}]`;
      if (typeof rule !== 'object' || rule === null) {
        add(place, 'must be a rule with a host or paths', rule, 'correct it');
        return;
      }
      const { host, http } = rule;
      if (host !== undefined && !isUnknown(host) && !/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(String(host))) {
        add(`${place}.host`, 'must be a DNS name in lower case, which may start with *.', host, 'write it like "shop.example.com"');
      }
      if (http === undefined || http === null) return;
      if (!Array.isArray(http.paths) || http.paths.length === 0) {
        add(`${place}.http.paths`, 'must be a list of paths', http.paths, 'add the path / with its backend');
        return;
      }
      http.paths.forEach((path: any, position: number) => findPathFaults(`${place}.http.paths[${position}]`, path, usesRegex, add));
    });
  }
  if (spec?.defaultBackend) {
    findBackendFaults('spec.defaultBackend', spec.defaultBackend, add);
  }
  return findings;
}

type Add = (place: string, rule: string, value: unknown, remedy: string) => void;

function findPathFaults(place: string, given: any, usesRegex: boolean, add: Add): void {
  if (typeof given !== 'object' || given === null) {
    add(place, 'must be a path with its backend', given, 'correct it');
    return;
  }
  const { path, pathType, backend } = given;
  if (!isUnknown(pathType) && !['Exact', 'Prefix', 'ImplementationSpecific'].includes(pathType)) {
    add(`${place}.pathType`, 'must be Exact, Prefix or ImplementationSpecific', pathType, 'add it');
  }
  if (path !== undefined && typeof path !== 'string') {
    add(`${place}.path`, 'must be text', path, 'put it in quotes');
  } else if (path !== undefined && !isUnknown(path)) {
    if (!path.startsWith('/')) {
      add(`${place}.path`, 'must start with /', path, `try ${JSON.stringify(`/${path}`)}`);
    } else if (['Exact', 'Prefix'].includes(pathType) && /[*?]/.test(path)) {
      add(`${place}.path`, `must have no wildcards with pathType ${pathType}`, path, path === '/*' ? 'use / with pathType Prefix' : 'use pathType ImplementationSpecific for them');
    } else if (path === '/' && pathType === 'ImplementationSpecific' && !usesRegex) {
      add(`${place}.path`, 'must not be / with pathType ImplementationSpecific, which matches this one path only', path, 'use pathType Prefix, or /*');
    }
  }
  findBackendFaults(`${place}.backend`, backend, add);
}

function findBackendFaults(place: string, backend: any, add: Add): void {
  if (isUnknown(backend)) return;
  const { service, serviceName } = typeof backend === 'object' && backend !== null ? backend : {} as any;
  if (typeof service !== 'object' || service === null || service.name === undefined) {
    add(place, 'must have a service with its name and port', backend,
      serviceName === undefined ? 'add service.name and service.port' : 'use service.name and service.port.number in place of serviceName and servicePort');
    return;
  }
  const { name, number } = typeof service.port === 'object' && service.port !== null ? service.port : {} as any;
  if ((name === undefined) === (number === undefined)) {
    add(`${place}.service.port`, 'must have either a name or a number', service.port, 'add the port of the Service');
  } else if (number !== undefined && !isUnknown(number) && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
    add(`${place}.service.port.number`, 'must be a whole number from 1 to 65535', number, typeof number === 'string' ? 'leave out the quotes' : 'use the port of the Service');
  } else if (name !== undefined && !isUnknown(name) && !/^(?=.*[a-z])[a-z0-9-]{1,15}$/.test(String(name)) && name !== 'use-annotation') {
    add(`${place}.service.port.name`, 'must be the name of a port', name, 'use port.number for a number');
  }
}

function shapeFinding(at: string, rule: string, value: unknown, remedy: string): Finding {
  return { at, rule, value, remedy, warning: 'ingressSpec' };
}

/** As `buildActionViaAnnotation` of `pkg/ingress/enhanced_backend_builder.go`: without it the load balancer answers with 503. */
function findMissingActions(description: IngressDescription, { spec }: KubernetesObject): Finding[] {
  const backends: any[] = [spec?.defaultBackend, ...listIn(spec?.rules).flatMap((rule) => listIn(rule?.http?.paths).map((path) => path?.backend))];
  const missing = backends.map((backend) => backend?.service).filter((service) => service?.port?.name === 'use-annotation' && !isUnknown(service.name)
    && description.annotations[`${PREFIX}actions.${service.name}`] === undefined);
  return [...new Set<string>(missing.map(({ name }) => name))].map((name) => ({
    at: description.at,
    rule: `must have the annotation ${PREFIX}actions.${name}, to which a backend refers by the port use-annotation`,
    value: Object.keys(description.annotations),
    remedy: 'add it, or use the port of a Service',
    warning: 'ingressActionMissing',
  }));
}

function listIn(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

/** As `buildSSLRedirectConfig` of `pkg/ingress/model_builder.go`. In a group another member may have the listener. */
function findRedirectFaults({ own, options, listeners }: IngressDescription): Finding[] {
  const redirect = own.get('sslRedirectPort');
  const isKnown = listeners?.every(({ protocol, port }) => !isUnknown(protocol) && !isUnknown(port));
  return !redirect || isUnknown(redirect.value) || !isKnown || options.has('groupName')
    || listeners!.some(({ protocol, port }) => protocol === 'HTTPS' && port === redirect.value) ? [] : [{
      at: redirect.at,
      rule: 'must be the port of an HTTPS listener',
      value: redirect.value,
      remedy: `add it to ${PREFIX}listen-ports, like [{"HTTP":80},{"HTTPS":443}]`,
      warning: 'ingressAnnotationConflict',
    }];
}

/** The controller reads `spec.tls` only to find certificates, and only for HTTPS listeners, which it has by default if certificates are named. */
function findUnusedTls({ at, options, listeners }: IngressDescription, { spec }: KubernetesObject): Finding[] {
  const isRead = listeners === undefined || listeners.some(({ protocol }) => isUnknown(protocol) || protocol === 'HTTPS') || options.has('groupName');
  return spec?.tls === undefined || isRead ? [] : [{
    at: `${at} spec.tls`,
    rule: 'must come with an HTTPS listener: without one the load balancer has HTTP only',
    value: spec.tls,
    remedy: `add ${PREFIX}certificate-arn, or ${PREFIX}listen-ports with HTTPS to find certificates by host`,
    warning: 'ingressTlsWithoutListener',
  }];
}

/** What the options of the construct exclude. */
function findSettingFaults(description: IngressDescription, context: LintContext): Finding[] {
  const { features, values, watchNamespace, secretReaders, servedBy, mayHaveMoreClasses } = context;
  const { at, own, namespace } = description;
  const findings: Finding[] = [];
  const add = (place: string, rule: string, value: unknown, remedy: string, warning = 'ingressAnnotationNotSupported') => findings.push({ at: place, rule, value, remedy, warning });
  if (features.targetGroupBindingOnly) {
    add(at, 'must be left out with targetGroupBindingOnly: the controller has no permission to create load balancers', true, 'leave one of them out', 'ingressNotServed');
  }
  const watched = values?.watchNamespace ?? watchNamespace;
  if (watched && ![watched, namespace].some(isUnknown) && watched !== namespace) {
    add(`${at} metadata.namespace`, `must be ${watched}, the only one that the controller watches`, namespace, 'use that one, or leave watchNamespace out', 'ingressNotServed');
  }
  const groupName = own.get('groupName');
  if (groupName && values?.disableIngressGroupNameAnnotation === true) {
    add(groupName.at, 'must be left out where values.disableIngressGroupNameAnnotation is true', groupName.value, 'set groupName of the class');
  }
  for (const name of ['waf-acl-id', 'web-acl-id']) {
    const classic = own.get(name);
    if (classic && !servedBy.autoMode) {
      add(classic.at, 'must be left out: AWS has retired WAF Classic, which the controller does not use here', classic.value, `use ${PREFIX}wafv2-acl-arn with a web ACL of AWS WAF`);
    }
  }
  for (const name of ['certificates', 'webAcl.arn']) {
    const setting = own.get(name);
    const other = [setting?.value].flat().find((arn) => {
      const region = regionIn(arn);
      return region !== undefined && Token.compareStrings(region, context.region) === TokenComparison.DIFFERENT;
    });
    if (setting && other !== undefined) {
      add(setting.at, `must be of the region of the load balancer, ${context.region}`, other, 'use one of that region', 'ingressAnnotationValue');
    }
  }
  const oidc = own.get('auth.oidc');
  const secret: unknown = oidc?.value?.secretName;
  if (oidc && !servedBy.autoMode && own.get('auth.type')?.value === 'oidc' && typeof secret === 'string' && ![secret, namespace].some(isUnknown)
    && !mayHaveMoreClasses && values?.clusterSecretsPermissions?.allowAllSecrets !== true && !secretReaders(namespace, secret)) {
    add(oidc.at, 'must name a Secret that a Role of the app lets the controller read, since its own permissions are for none', secret,
      `define a Role with get, list and watch for that Secret, and a RoleBinding to ServiceAccount ${context.serviceAccount}`, 'ingressSecretUnreadable');
  }
  return findings;
}
