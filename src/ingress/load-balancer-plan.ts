import { CfnResource } from 'aws-cdk-lib';
import { IngressDescription, keyOf, RuleDescription } from './ingress-description';
import { INGRESS_OPTIONS } from './ingress-option-table';
import { ListenerDescription, LoadBalancerDescription, sharedOption } from './load-balancer-description';
import { propertiesOf } from '../cluster/cdk-internals';
import type { Options } from '../options/option';

/**
 * The plan of an app: what it gets in a cluster, as plain data. The summary command reads it.
 *
 * It is metadata of the support, which is part of what `cdk synth` writes and not of any template.
 */
export interface Plan {
  readonly loadBalancers: readonly LoadBalancerPlan[];
  /** Ingresses of which only the deployment knows the group. */
  readonly ungrouped: readonly string[];
  /** Objects in manifests of the app. */
  readonly objects: readonly { readonly kind: string; readonly namespace?: string; readonly name: string; readonly stack: string }[];
}

/** Type of the metadata. */
export const PLAN = 'cdk-eks-alb-ingress-support:plan';

/** A load balancer that the controller is going to create. */
export interface LoadBalancerPlan {
  /** Name of the group, or namespace and name of the Ingress. */
  readonly name: string;
  readonly isGroup: boolean;
  readonly ingresses: readonly MemberPlan[];
  readonly scheme: string;
  /** Other options of the load balancer, by the names of their fields. */
  readonly settings: { readonly [option: string]: unknown };
  readonly listeners: readonly ListenerPlan[];
  /** Whether the listeners of all Ingresses could be read. */
  readonly isKnown: boolean;
}

interface MemberPlan {
  readonly name: string;
  readonly ingressClass?: string;
  /** Path of its construct. */
  readonly path?: string;
  /** Names of its records in Route 53. */
  readonly records: readonly string[];
}

interface ListenerPlan {
  readonly protocol: string;
  readonly port: number;
  /** Port to which all requests are redirected. */
  readonly redirectPort?: number;
  readonly certificates: readonly string[];
  /** Other options of the listener, by the names of their fields. */
  readonly settings: { readonly [option: string]: unknown };
  readonly attributes: { readonly [key: string]: string };
  /** In order of priority. */
  readonly rules: readonly RulePlan[];
  /** What answers all other requests; nothing if that is the controller's 404. */
  readonly defaultRule?: RulePlan;
}

export interface RulePlan extends Pick<RuleDescription, 'conditions' | 'action' | 'transforms' | 'isKnown'> {
  readonly ingress: string;
  /** Who signs users in before: `cognito` or `oidc`. */
  readonly auth?: string;
}

/** Options that are maps, of which members of a group may each set other keys. */
const MERGED = ['tags', 'loadBalancerAttributes', 'accessLogs', 'connectionLogs'];

/** Makes the plan of a load balancer. */
export function planOf(loadBalancer: LoadBalancerDescription, defaultScheme = 'internal'): LoadBalancerPlan {
  const { group, members, listeners, isKnown, redirectPort } = loadBalancer;
  const setting = (name: string) => MERGED.includes(name)
    ? Object.assign({}, ...members.map(({ options }) => options.get(name)?.value).reverse())
    : sharedOption(loadBalancer, name)?.value;
  const { scheme = defaultScheme, sslRedirectPort: _, ...settings } = optionsOf('loadBalancer', setting);
  return {
    name: group ?? keyOf(members[0]),
    isGroup: group !== undefined,
    ingresses: members.map((member) => (
      { name: keyOf(member), ingressClass: member.ingressClass?.name, path: member.scope?.node.path, records: recordsOf(member) })),
    scheme: scheme as string,
    settings,
    listeners: listeners.map((listener) => planOfListener(listener, redirectPort)),
    isKnown,
  };
}

function planOfListener(listener: ListenerDescription, redirectPort: number | undefined): ListenerPlan {
  const { protocol, port, members, redirects, certificates, attributes, rules, defaults } = listener;
  const planOfRule = (member: IngressDescription, { conditions, action, transforms, isKnown }: RuleDescription): RulePlan => {
    const auth = member.options.get('auth.type')?.value;
    const logsIn = protocol === 'HTTPS' && auth !== undefined && auth !== 'none';
    return { conditions, action, transforms, isKnown, ingress: keyOf(member), ...logsIn && { auth } };
  };
  return {
    protocol,
    port,
    ...redirects && { redirectPort },
    certificates,
    settings: optionsOf('port', (name) => members.map(({ options }) => options.get(name)?.value).find((value) => value !== undefined)),
    attributes,
    rules: rules.map(({ member, rule }) => planOfRule(member, rule)),
    ...defaults.length > 0 && { defaultRule: planOfRule(defaults[0].member, defaults[0].rule) },
  };
}

/** The options that are shared by a load balancer or a port, and set. */
function optionsOf(shared: 'loadBalancer' | 'port', setting: (name: string) => unknown): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(INGRESS_OPTIONS as Options).flatMap(([name, option]): [string, unknown][] => {
    const value = option.shared === shared ? setting(name) : undefined;
    return value === undefined || (MERGED.includes(name) && Object.keys(value as object).length === 0) ? [] : [[name, value]];
  }));
}

/** Names of the records in Route 53 that an Ingress has by its `zone`. */
function recordsOf({ scope, isTyped }: IngressDescription): string[] {
  const records = isTyped && scope ? scope.node.findAll().filter(CfnResource.isCfnResource).filter(({ cfnResourceType }) => cfnResourceType === 'AWS::Route53::RecordSet') : [];
  return [...new Set(records.map((record) => String(propertiesOf(record).name).replace(/\.$/, '')))];
}
