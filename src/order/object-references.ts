import { isUnknownValue, KubernetesObject } from '../cluster/manifest-objects';
import { DEFAULT_CLASS } from '../util/default-class';

/** Whether an object refers to another one of a kind, by name. */
type Reference = (object: KubernetesObject, other: KubernetesObject) => boolean;

/** Only the Routes whose rules the controller reads filters of. */
const toRuleConfiguration: Reference = (object, other) => isBeside(object, other) && list(object.spec?.rules)
  .flatMap((rule) => list(rule?.filters)).some((filter) => isNamed(filter?.extensionRef?.name, other));

/**
 * What the objects of the controller refer to, by kind of both, where the one that refers cannot be made, or does not go away, without
 * the other one.
 *
 * By the controller's source:
 *
 * - Its webhook rejects an Ingress of a class that is not there. One left without its class, or a class without its parameters, keeps
 *   the other Ingresses of its group from being removed.
 * - A Gateway without its GatewayClass, or without its LoadBalancerConfiguration, is not looked at any more: it keeps its finalizer.
 * - GatewayClasses and configurations have finalizers too, and keep them for as long as something refers to them. A
 *   TargetGroupConfiguration is in use by way of the Routes of any Gateway.
 */
const REFERENCES: { readonly [kind: string]: { readonly [other: string]: Reference } } = {
  Ingress: {
    IngressClass: ({ spec, metadata }, other) => spec?.ingressClassName === undefined
      ? metadata?.annotations?.['kubernetes.io/ingress.class'] === undefined && other.metadata?.annotations?.[DEFAULT_CLASS] === 'true'
      : isNamed(spec.ingressClassName, other),
  },
  IngressClass: {
    IngressClassParams: ({ spec }, other) => isNamed(spec?.parameters?.name, other),
  },
  Gateway: {
    GatewayClass: ({ spec }, other) => isNamed(spec?.gatewayClassName, other),
    LoadBalancerConfiguration: (object, other) => isBeside(object, other) && isNamed(object.spec?.infrastructure?.parametersRef?.name, other),
    TargetGroupConfiguration: () => true,
  },
  GatewayClass: {
    LoadBalancerConfiguration: ({ spec }, other) => isNamed(spec?.parametersRef?.name, other)
      && isSame(spec?.parametersRef?.namespace, namespaceOf(other)),
  },
  LoadBalancerConfiguration: {
    TargetGroupConfiguration: (object, other) => isBeside(object, other) && isNamed(object.spec?.defaultTargetGroupConfiguration?.name, other),
  },
  HTTPRoute: { ListenerRuleConfiguration: toRuleConfiguration },
  GRPCRoute: { ListenerRuleConfiguration: toRuleConfiguration },
};

const KINDS = new Set(Object.entries(REFERENCES).flatMap(([kind, others]) => [kind, ...Object.keys(others)]));

/** Whether objects of a kind refer to others, or are referred to. */
export function isLinked({ kind = '' }: KubernetesObject): boolean {
  return KINDS.has(kind);
}

/** Whether an object must come after another one, and be gone before it. */
export function refersTo(object: KubernetesObject, other: KubernetesObject): boolean {
  return REFERENCES[object.kind ?? '']?.[other.kind ?? '']?.(object, other) ?? false;
}

function isNamed(name: unknown, { metadata }: KubernetesObject): boolean {
  return name !== undefined && isSame(name, metadata?.name);
}

function isBeside(object: KubernetesObject, other: KubernetesObject): boolean {
  return isSame(namespaceOf(object), namespaceOf(other));
}

function namespaceOf({ metadata }: KubernetesObject): unknown {
  return metadata?.namespace ?? 'default';
}

/** What only the deployment knows may be the same. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || isUnknownValue(one) || isUnknownValue(other);
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
