import { PREFIX } from './annotations';
import { LintContext, LintWarning, nameOf, namespaceOf } from './lint-context';
import { KubernetesBackend, KubernetesObject } from '../cluster/manifest-objects';
import { tryRead } from '../util/constructs';
import { isUnknown } from '../util/tokens';

/** Says where requests of an Ingress would come to nobody. */
export function lintBackends(object: KubernetesObject, context: LintContext): LintWarning[] {
  return [...lintTargets(object, context), ...lintPorts(object, context), ...lintPaths(object)];
}

/** Says where targets of an Ingress are none that the load balancer could reach. */
function lintTargets(object: KubernetesObject, context: LintContext): LintWarning[] {
  const { classes, services, defaultTargetType = 'instance', fargate } = context;
  const setting = classes.get(object.spec?.ingressClassName ?? '')?.targetType;
  return [...new Set(backendsOf(object).map(({ service }) => service))].flatMap((service) => {
    const { type, targetType } = services.get(`${namespaceOf(object)}/${service}`) ?? {};
    const asked = setting ?? targetType ?? object.metadata?.annotations?.[`${PREFIX}target-type`] ?? defaultTargetType;
    if (isUnknown(asked) || isUnknown(type)) {
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

/** Says where the Services that the app defines have another port, or lie in another namespace, than the Ingress says. */
function lintPorts(object: KubernetesObject, context: LintContext): LintWarning[] {
  const namespace = namespaceOf(object);
  return isUnknown(namespace) ? [] : backendsOf(object).flatMap((backend) => {
    const known = context.services.get(`${namespace}/${backend.service}`);
    return known ? lintPort(object, backend, literalPorts(known.ports)) : lintNamespace(object, backend, context);
  });
}

function lintPort(object: KubernetesObject, { service, port }: ServicePort, ports: LiteralPort[] | undefined): LintWarning[] {
  if (ports === undefined || port === undefined || isUnknown(port) || ports.some(({ name, number }) => [number, name].includes(port))) {
    return [];
  }
  return [{
    name: 'ingressServicePort',
    message: `Ingress ${nameOf(object)} sends requests to port ${port} of the Service ${service}, which has ${
      ports.map(({ name, number }) => name === undefined ? `${number}` : `${number} (${name})`).join(', ')} only; use one of its ports`,
  }];
}

function lintNamespace(object: KubernetesObject, { service }: ServicePort, { services, mayHaveMoreServices }: LintContext): LintWarning[] {
  const namespace = namespaceOf(object);
  const names = [...services.keys()];
  const elsewhere = names.filter((name) => name.endsWith(`/${service}`)).map((name) => name.split('/')[0]);
  return elsewhere.length === 0 || names.some(isUnknown) || mayHaveMoreServices(namespace) ? [] : [{
    name: 'ingressServiceNamespace',
    message: `Ingress ${nameOf(object)} names the Service ${service}, which the app defines in namespace ${elsewhere.join(', ')} and not in ${namespace}: `
      + 'an Ingress reaches those of its own namespace only; define it there',
  }];
}

interface LiteralPort {
  readonly number: unknown;
  readonly name?: unknown;
}

/** The ports of a Service, if nothing of them is left to the deployment. */
function literalPorts(ports: unknown): LiteralPort[] | undefined {
  const read = Array.isArray(ports) ? tryRead(() => ports.map(({ port, name }): LiteralPort => ({ number: port, name }))) : undefined;
  const isLiteral = ({ number, name }: LiteralPort) => typeof number === 'number' && !isUnknown(number) && !isUnknown(name);
  return read && read.length > 0 && read.every(isLiteral) ? read : undefined;
}

/** Says where the controller looks at a path only after one that all requests have: those with wildcards come behind prefixes. */
function lintPaths(object: KubernetesObject): LintWarning[] {
  const rules: { host?: string; http?: { paths?: any[] } }[] = tryRead(() => [...object.spec?.rules ?? []]) ?? [];
  return rules.flatMap(({ host, http }) => {
    const paths = tryRead(() => [...http?.paths ?? []]) ?? [];
    if (!paths.some((path) => path?.pathType === 'Prefix' && path.path === '/' && !isConditional(object, path.backend))) {
      return [];
    }
    return paths.filter((path) => path?.pathType === 'ImplementationSpecific').map(({ path }) => ({
      name: 'ingressPathUnreachable',
      message: `Ingress ${nameOf(object)} has the path ${path}${host === undefined ? '' : ` of host ${host}`} of type ImplementationSpecific beside / of type Prefix, `
        + 'which the controller puts before it: it gets no requests; make / of type ImplementationSpecific too, as /* after the other',
    }));
  });
}

function isConditional({ metadata }: KubernetesObject, backend: KubernetesBackend | undefined): boolean {
  return metadata?.annotations?.[`${PREFIX}conditions.${backend?.service?.name}`] !== undefined;
}

/** A port of a Service that gets requests. */
interface ServicePort {
  readonly service: string;
  /** Number or name. */
  readonly port?: unknown;
}

function backendsOf({ metadata, spec }: KubernetesObject): ServicePort[] {
  // What a manifest says may be of any shape.
  const backends = tryRead((): (KubernetesBackend | undefined)[] =>
    [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }: any) => (http?.paths ?? []).map(({ backend }: any) => backend))]) ?? [];
  return backends.flatMap((backend): ServicePort[] => {
    const { name, port }: { name?: string; port?: { name?: string; number?: unknown } } = backend?.service ?? {};
    if (name === undefined) {
      return [];
    }
    return port?.name === 'use-annotation' ? forwardedTo(metadata?.annotations?.[`${PREFIX}actions.${name}`]) : [{ service: name, port: port?.number ?? port?.name }];
  });
}

/** The Services that an action names. */
function forwardedTo(action: unknown): ServicePort[] {
  const targets: any[] = tryRead(() => [...JSON.parse(String(action)).forwardConfig.targetGroups]) ?? [];
  return targets.flatMap((target) => typeof target?.serviceName !== 'string' ? [] : {
    service: target.serviceName, port: /^\d+$/.test(target.servicePort) ? Number(target.servicePort) : target.servicePort,
  });
}
