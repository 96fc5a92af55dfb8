import { IngressDescription, keyOf } from './ingress-description';
import { LintContext } from './lint-context';
import { tryRead } from '../util/constructs';
import { isUnknown } from '../util/tokens';

/** A warning, with its id. */
export interface BackendWarning {
  readonly warning: string;
  readonly message: string;
}

/** Finds where requests of an Ingress would reach no pods. */
export function findBackendFaults(ingress: IngressDescription, context: LintContext): BackendWarning[] {
  return [...findTargetFaults(ingress, context), ...findPortFaults(ingress, context)];
}

function findTargetFaults(ingress: IngressDescription, { services, defaultTargetType, fargate }: LintContext): BackendWarning[] {
  const ofClass = ingress.ingressClass?.description.get('targetType')?.value;
  return [...new Set(portsOf(ingress).map(({ service }) => service))].flatMap((service) => {
    const { type, targetType } = services.get(`${ingress.namespace}/${service}`) ?? {};
    const asked = ofClass ?? targetType ?? ingress.own.get('targetType')?.value ?? defaultTargetType ?? 'instance';
    const fault = isUnknown(asked) || isUnknown(type) ? undefined : targetFault(asked, type, fargate);
    return fault === undefined ? [] : [{
      warning: 'ingressTargetType',
      message: `Ingress ${keyOf(ingress)} has target type ${asked}, and its Service ${service} ${fault}`,
    }];
  });
}

/** Describes why a Service of a type has nothing to register; of one that is not in the app the type is not known. */
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

/** Finds Services of the app that have other ports, or another namespace. */
function findPortFaults(ingress: IngressDescription, context: LintContext): BackendWarning[] {
  const healthCheck: unknown = ingress.options.get('healthCheck.port')?.value;
  const isNamed = typeof healthCheck === 'string' && !isUnknown(healthCheck) && healthCheck !== 'traffic-port' && !/^\d+$/.test(healthCheck);
  const all = portsOf(ingress);
  return isUnknown(ingress.namespace) ? [] : all.flatMap((backend) => {
    const known = context.services.get(`${ingress.namespace}/${backend.service}`);
    if (!known) return findNamespaceFaults(ingress, backend.service, context);
    const ports = literalPorts(known.ports);
    // `buildTargetGroupHealthCheckPort` of `pkg/ingress/model_build_target_group.go` looks the name up in the Service.
    return [...findPortFault(ingress, backend, ports, 'sends requests to'), ...isNamed ? findPortFault(ingress, { ...backend, port: healthCheck }, ports, 'checks the health at') : []];
  });
}

function findPortFault(ingress: IngressDescription, backend: ServicePort, ports: LiteralPort[] | undefined, does: string): BackendWarning[] {
  const { service, port } = backend;
  return ports === undefined || port === undefined || isUnknown(port) || ports.some(({ name, number }) => [number, name].includes(port)) ? [] : [{
    warning: 'ingressServicePort',
    message: `Ingress ${keyOf(ingress)} ${does} port ${port} of the Service ${service}, which has ${
      ports.map(({ name, number }) => name === undefined ? `${number}` : `${number} (${name})`).join(', ')} only; use one of its ports`,
  }];
}

function findNamespaceFaults(ingress: IngressDescription, service: string, { services, mayHaveMoreServices }: LintContext): BackendWarning[] {
  const { namespace } = ingress;
  const names = [...services.keys()];
  const elsewhere = names.filter((name) => name.endsWith(`/${service}`)).map((name) => name.split('/')[0]);
  return elsewhere.length === 0 || names.some(isUnknown) || mayHaveMoreServices(namespace) ? [] : [{
    warning: 'ingressServiceNamespace',
    message: `Ingress ${keyOf(ingress)} names the Service ${service}, which the app defines in namespace ${elsewhere.join(', ')} and not in ${namespace}: `
      + 'an Ingress reaches those of its own namespace only; define it there',
  }];
}

interface LiteralPort {
  readonly number: unknown;
  readonly name?: unknown;
}

/** The ports of a Service, if all of them are known. */
function literalPorts(ports: unknown): LiteralPort[] | undefined {
  const read = Array.isArray(ports) ? tryRead(() => ports.map(({ port, name }): LiteralPort => ({ number: port, name }))) : undefined;
  const isLiteral = ({ number, name }: LiteralPort) => typeof number === 'number' && !isUnknown(number) && !isUnknown(name);
  return read && read.length > 0 && read.every(isLiteral) ? read : undefined;
}

/** A port of a Service that gets requests. */
interface ServicePort {
  readonly service: string;
  /** Number or name. */
  readonly port?: unknown;
}

function portsOf({ rules, defaultRule }: IngressDescription): ServicePort[] {
  const all = [...defaultRule ? [defaultRule] : [], ...rules.flat()].flatMap(({ action }) => action.targets
    .flatMap(({ service, port }) => service === undefined ? [] : [{ service, port }]));
  return all.filter(({ service, port }, index) => all.findIndex((other) => other.service === service && other.port === port) === index);
}
