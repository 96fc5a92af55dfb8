import { DEFAULT_CLASS, KubernetesObject } from '../cluster/manifest-objects';
import { isUnknown } from '../util/tokens';

/** Kinds that define which nodes Karpenter and EKS Auto Mode make. */
const NODE_KINDS = ['NodePool', 'Provisioner'];
const NODE_SETTINGS = ['AWSNodeTemplate', 'EC2NodeClass', 'NodeClass'];
const AUTO_MODE = 'eks.amazonaws.com';
const NODE_GROUPS = [AUTO_MODE, 'karpenter.k8s.aws', 'karpenter.sh'];

/** API groups of the kinds that the controller's chart defines. */
const CONTROLLER_GROUPS = ['elbv2.k8s.aws', 'gateway.k8s.aws', 'aga.k8s.aws'];

const GATEWAY_API = 'gateway.networking.k8s.io';

/** Prefixes of `controllerName` in GatewayClasses: `gateway.k8s.aws/alb` of the controller, `eks.amazonaws.com/gateway-alb` of EKS Auto Mode, the same for `nlb`. */
const GATEWAY_CONTROLLERS = ['gateway.k8s.aws/', 'eks.amazonaws.com/gateway-'];

/** Kinds that EKS Auto Mode defines and adds finalizers to. A class leaves nothing to clean up. */
const AUTO_MODE_KINDS = ['TargetGroupBinding'];

/**
 * Whether the controller adds a finalizer to an object, which no other controller removes, or defines its kind. Such an object must be
 * created after the controller and deleted before it. EKS Auto Mode does the same.
 *
 * In the controller's source these are Ingresses, Services of type LoadBalancer, Gateways and GatewayClasses of its own, and its own
 * kinds: TargetGroupBindings, GlobalAccelerators, and the configurations of load balancers, target groups and rules. It only reads
 * Routes, ListenerSets and IngressClasses. A Service whose type is known at deployment only may be one, and waiting costs it little.
 */
export function needsController({ apiVersion = '', kind = '', spec }: KubernetesObject): boolean {
  const group = groupOf(apiVersion);
  return kind === 'Ingress'
    || (kind === 'Service' && (spec?.type === 'LoadBalancer' || isUnknown(spec?.type)))
    || (kind === 'Gateway' && group === GATEWAY_API)
    || (kind === 'GatewayClass' && (isUnknown(spec?.controllerName) || GATEWAY_CONTROLLERS.some((prefix) => String(spec?.controllerName).startsWith(prefix))))
    || (AUTO_MODE_KINDS.includes(kind) && group === AUTO_MODE)
    || CONTROLLER_GROUPS.includes(group);
}

/** Whether an object defines a kind of the Gateway API. The controller looks for these once, when it starts. */
export function isGatewayDefinition({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition' && String(metadata?.name).endsWith(`.${GATEWAY_API}`);
}

/** Whether an object is the ConfigMap that gives nodes access. */
export function isAwsAuth({ kind, metadata }: KubernetesObject): boolean {
  return kind === 'ConfigMap' && metadata?.name === 'aws-auth';
}

/** Whether Karpenter or EKS Auto Mode makes nodes for an object. */
export function isNodePool({ apiVersion = '', kind = '' }: KubernetesObject): boolean {
  return NODE_KINDS.includes(kind) && NODE_GROUPS.includes(groupOf(apiVersion));
}

/** Whether an object is what node pools refer to. */
export function isNodeClass({ apiVersion = '', kind = '' }: KubernetesObject): boolean {
  return NODE_SETTINGS.includes(kind) && NODE_GROUPS.includes(groupOf(apiVersion));
}

export function isNamespace(name: string, { kind, metadata }: KubernetesObject): boolean {
  return kind === 'Namespace' && metadata?.name === name;
}

function groupOf(apiVersion: string): string {
  return String(apiVersion).split('/')[0];
}

/** Whether an object refers to another one of some kind, by name. */
type Reference = (object: KubernetesObject, other: KubernetesObject) => boolean;

/** Of Routes whose rules have filters that the controller reads. */
const toRuleConfiguration: Reference = (object, other) => isInSameNamespace(object, other) && list(object.spec?.rules)
  .flatMap((rule) => list(rule?.filters)).some((filter) => isNamed(filter?.extensionRef?.name, other));

/**
 * References between objects that the controller reconciles, by the kind of both, where the first one cannot be created or deleted
 * without the other one.
 *
 * In the controller's source:
 *
 * - Its webhook rejects an Ingress whose class does not exist. An Ingress without its class, or a class without its parameters, keeps
 *   the other Ingresses of its group from being deleted.
 * - A Gateway without its GatewayClass, or without its LoadBalancerConfiguration, is not reconciled any more and keeps its finalizer.
 * - GatewayClasses and configurations have finalizers too, and keep them while another object refers to them. A TargetGroupConfiguration
 *   is in use through the Routes of any Gateway.
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
    LoadBalancerConfiguration: (object, other) => isInSameNamespace(object, other)
      && isNamed(object.spec?.infrastructure?.parametersRef?.name, other),
    TargetGroupConfiguration: () => true,
  },
  GatewayClass: {
    LoadBalancerConfiguration: ({ spec }, other) => isNamed(spec?.parametersRef?.name, other)
      && isSame(spec?.parametersRef?.namespace, namespaceOf(other)),
  },
  LoadBalancerConfiguration: {
    TargetGroupConfiguration: (object, other) => isInSameNamespace(object, other)
      && isNamed(object.spec?.defaultTargetGroupConfiguration?.name, other),
  },
  HTTPRoute: { ListenerRuleConfiguration: toRuleConfiguration },
  GRPCRoute: { ListenerRuleConfiguration: toRuleConfiguration },
};

const LINKED_KINDS = new Set(Object.entries(REFERENCES).flatMap(([kind, others]) => [kind, ...Object.keys(others)]));

/** Whether objects of its kind refer to others, or others to them. */
export function isLinked({ kind = '' }: KubernetesObject): boolean {
  return LINKED_KINDS.has(kind);
}

/** Whether an object must be created after another one and deleted before it. */
export function refersTo(object: KubernetesObject, other: KubernetesObject): boolean {
  return REFERENCES[object.kind ?? '']?.[other.kind ?? '']?.(object, other) ?? false;
}

function isNamed(name: unknown, { metadata }: KubernetesObject): boolean {
  return name !== undefined && isSame(name, metadata?.name);
}

function isInSameNamespace(object: KubernetesObject, other: KubernetesObject): boolean {
  return isSame(namespaceOf(object), namespaceOf(other));
}

function namespaceOf({ metadata }: KubernetesObject): unknown {
  return metadata?.namespace ?? 'default';
}

/** Values that are known at deployment only may be the same. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || isUnknown(one) || isUnknown(other);
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
