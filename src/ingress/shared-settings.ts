import type { IngressClassOptions } from './ingress-class-options';
import type { IngressOptions } from './ingress-options';
import type { RenderedLogs } from './load-balancer-logs';

/** What a field speaks of: the load balancer, each port that the Ingress listens on, or the Ingress and its targets alone. */
type Scope = 'loadBalancer' | 'port' | 'ingress';

/** Of each field, so that nobody adds one without saying what it means in a group, where load balancer and ports are shared. */
const SCOPES = {
  namespace: 'ingress',
  ingressName: 'ingress',
  groupName: 'ingress',
  groupOrder: 'ingress',
  rules: 'ingress',
  defaultRule: 'port',
  listeners: 'port',
  // Those of all Ingresses go to the listeners that they share.
  certificates: 'ingress',
  discoverCertificates: 'ingress',
  sslPolicy: 'port',
  redirectHttp: 'loadBalancer',
  targetType: 'ingress',
  backendProtocol: 'ingress',
  backendProtocolVersion: 'ingress',
  healthCheck: 'ingress',
  targetGroupAttributes: 'ingress',
  targetNodeLabels: 'ingress',
  auth: 'ingress',
  zone: 'ingress',
  annotations: 'ingress',
  labels: 'ingress',
  scheme: 'loadBalancer',
  ipAddressType: 'loadBalancer',
  loadBalancerName: 'loadBalancer',
  subnets: 'loadBalancer',
  securityGroups: 'loadBalancer',
  manageNodeRules: 'loadBalancer',
  inboundCidrs: 'port',
  prefixListIds: 'port',
  loadBalancerAttributes: 'loadBalancer',
  accessLogs: 'loadBalancer',
  connectionLogs: 'loadBalancer',
  webAcl: 'loadBalancer',
  shieldAdvancedProtection: 'loadBalancer',
  tags: 'loadBalancer',
  minimumCapacityUnits: 'loadBalancer',
  ipv4IpamPoolId: 'loadBalancer',
} as const satisfies { readonly [field in keyof IngressOptions]-?: Scope };

/** Values by the fields of a scope, none of which may be forgotten. A map has one value a key. */
type ValuesOf<S extends Scope> = {
  readonly [field in keyof typeof SCOPES as (typeof SCOPES)[field] extends S ? field : never]: unknown;
};

/** One thing that an Ingress says of what its group shares. */
export interface SharedSetting {
  /** The field, and the key in it, that say it. */
  readonly field: string;
  /** What it is about: the same for each Ingress that says something of it. */
  readonly about: string;
  /** Port of the listener, unless it is about the whole load balancer. */
  readonly port?: number;
  readonly value: unknown;
  /** Whether one Ingress alone may say it, alike or not. */
  readonly once?: boolean;
}

/** A listener, as far as it is shared. */
export interface SharedListener {
  readonly protocol: string;
  readonly port: number;
  readonly attributes?: { readonly [key: string]: string };
}

/** A listener in words. */
export function listenerText({ protocol, port }: SharedListener): string {
  return `${protocol} on port ${port}`;
}

/** What becomes of fields that depend on each other. */
export interface SettledFields {
  readonly listeners: SharedListener[];
  readonly redirectPort?: number;
  readonly logs: RenderedLogs;
}

/** Says what an Ingress, with its class over it, settles for all Ingresses that share a load balancer with it. */
export function sharedSettings(options: IngressOptions, settings: IngressClassOptions, settled: SettledFields): SharedSetting[] {
  const { listeners, redirectPort, logs } = settled;
  const webAcl = settings.webAcl ?? options.webAcl;
  const ofLoadBalancer: ValuesOf<'loadBalancer'> = {
    scheme: settings.scheme ?? options.scheme,
    ipAddressType: settings.ipAddressType ?? options.ipAddressType,
    loadBalancerName: settings.loadBalancerName ?? options.loadBalancerName,
    subnets: subnetsOf(options, settings),
    securityGroups: options.securityGroups?.map(({ securityGroupId }) => securityGroupId),
    manageNodeRules: options.securityGroups && (options.manageNodeRules ?? true),
    webAcl: webAcl?._name ?? webAcl?._arn,
    shieldAdvancedProtection: options.shieldAdvancedProtection,
    redirectHttp: redirectPort,
    tags: { ...options.tags, ...settings.tags },
    minimumCapacityUnits: settings.minimumCapacityUnits ?? options.minimumCapacityUnits,
    ipv4IpamPoolId: settings.ipv4IpamPoolId ?? options.ipv4IpamPoolId,
    loadBalancerAttributes: { ...options.loadBalancerAttributes, ...settings.loadBalancerAttributes },
    accessLogs: logs.accessLogs,
    connectionLogs: logs.connectionLogs,
  };
  const onPort = ({ protocol, port, attributes }: SharedListener): ValuesOf<'port'> => ({
    listeners: { protocol, ...attributesOf(attributes, settings, protocol, port) },
    inboundCidrs: sorted(settings.inboundCidrs ?? options.inboundCidrs),
    prefixListIds: sorted(settings.prefixListIds ?? options.prefixListIds),
    sslPolicy: protocol === 'HTTPS' ? settings.sslPolicy ?? options.sslPolicy : undefined,
    defaultRule: options.defaultRule,
  });
  return [...flat(ofLoadBalancer), ...listeners.flatMap((listener) => flat(onPort(listener), listener.port))];
}

/** Fields that say the same thing in other words. */
const ATTRIBUTES: readonly string[] = ['loadBalancerAttributes', 'accessLogs', 'connectionLogs'] satisfies (keyof IngressOptions)[];

function flat(values: { readonly [field: string]: unknown }, port?: number): SharedSetting[] {
  return Object.entries(values).flatMap(([field, value]): SharedSetting[] => {
    if (value === undefined) {
      return [];
    }
    if (field === 'defaultRule') {
      return [{ field, about: field, port, value, once: true }];
    }
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, part]) => ({ field: `${field} ${key}`, about: `${ATTRIBUTES.includes(field) ? 'attribute' : field} ${key}`, port, value: part }))
      : [{ field, about: field, port, value }];
  });
}

/** The controller compares those of classes with each other, in their order, and takes none of an Ingress beside them. */
function subnetsOf(options: IngressOptions, { subnets, subnetTags }: IngressClassOptions): string[] | undefined {
  return subnets ? ['those of its class', ...subnets.map(({ subnetId }) => subnetId)]
    : subnetTags ? ['those of its class', ...sorted(Object.entries(subnetTags).map(([key, values]) => `${key}=${values.join('|')}`))!]
      : sorted(options.subnets?.map(({ subnetId }) => subnetId));
}

function attributesOf(own: SharedListener['attributes'], settings: IngressClassOptions, protocol: string, port: number): { [key: string]: string } {
  const ofClass = settings.listeners?.find((listener) => String(listener.protocol) === protocol && listener.port === port)?.attributes;
  return Object.fromEntries(Object.entries({ ...own, ...ofClass }).map(([key, value]) => [`attribute ${key}`, value]));
}

function sorted(values: string[] | undefined): string[] | undefined {
  return values && [...values].sort();
}
