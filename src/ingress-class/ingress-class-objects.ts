import { settingsIn } from './ingress-class-checks';
import type { IngressClassOptions } from './ingress-class-options';
import { renderIngressClassParams } from './ingress-class-params';
import { DEFAULT_CLASS } from '../cluster/manifest-objects';
import { ControllerVersion } from '../release/controller-version';
import { invalidProp } from '../util/messages';

/** An IngressClass with its settings. */
export interface IngressClassWithParams {
  readonly name: string;
  readonly isDefault?: boolean;
  /** Name of the controller that the class is for. */
  readonly controller: string;
  /** API group of its IngressClassParams, and the version in it. */
  readonly group: string;
  readonly version: string;
  /** Spec of the IngressClassParams. */
  readonly params: { readonly [key: string]: unknown };
  readonly labels?: { readonly [key: string]: string };
}

/** What the AWS Load Balancer Controller serves. */
export const OF_CONTROLLER = { controller: 'ingress.k8s.aws/alb', group: 'elbv2.k8s.aws', version: 'v1beta1' };

/**
 * What EKS Auto Mode serves, which has its load balancing built in: other API group, other controller.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
const OF_AUTO_MODE = { controller: 'eks.amazonaws.com/alb', group: 'eks.amazonaws.com', version: 'v1' };

/**
 * The settings that AWS documents for the IngressClassParams of EKS Auto Mode.
 *
 * The API server drops a field that it does not know without a word, so that any other would do nothing.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#ingress-reference
 */
const DOCUMENTED_IN_AUTO_MODE: readonly string[] = [
  'certificates', 'groupName', 'ipAddressType', 'loadBalancerAttributes', 'namespaceSelector', 'scheme', 'subnets', 'subnetTags', 'tags',
] satisfies (keyof IngressClassOptions)[];

/** Settings of IngressClassParams that EKS Auto Mode spells in its own way. */
const AUTO_MODE_SPELLING: { readonly [setting: string]: string } = { certificateArn: 'certificateARNs' };

/** Renders an IngressClass after the IngressClassParams of the same name, to which it refers. */
export function renderIngressClassObjects({ name, isDefault, controller, group, version, params, labels }: IngressClassWithParams) {
  const metadata = { name, ...labels && { labels } };
  return [
    {
      apiVersion: `${group}/${version}`,
      kind: 'IngressClassParams',
      metadata,
      spec: params,
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { ...metadata, ...isDefault && { annotations: { [DEFAULT_CLASS]: 'true' } } },
      spec: { controller, parameters: { apiGroup: group, kind: 'IngressClassParams', name } },
    },
  ];
}

/**
 * Renders the objects of a class by its options.
 *
 * @param prop what to call the options in messages
 * @param version release of the controller that serves it; nothing in EKS Auto Mode
 */
export function renderIngressClass(prop: string, name: string, options: IngressClassOptions, version: ControllerVersion | undefined) {
  return renderIngressClassObjects(version
    ? { ...OF_CONTROLLER, name, isDefault: options.isDefault, params: renderIngressClassParams(prop, options, version) }
    : { ...OF_AUTO_MODE, name, isDefault: options.isDefault, params: renderAutoModeParams(prop, options) });
}

function renderAutoModeParams(prop: string, options: IngressClassOptions): Record<string, unknown> {
  for (const setting of settingsIn(options)) {
    if (DOCUMENTED_IN_AUTO_MODE.includes(setting)) continue;
    throw invalidProp(`${prop}.${setting}`, 'must be left out in EKS Auto Mode, whose IngressClassParams are not documented to have it',
      options[setting as keyof IngressClassOptions], 'leave it to the annotations of each Ingress');
  }
  const { subnets, ...spec } = renderIngressClassParams(prop, options, ControllerVersion._latest) as
    { subnets?: { ids?: string[]; tags?: { [key: string]: string[] } } } & Record<string, unknown>;
  return {
    ...Object.fromEntries(Object.entries(spec).map(([setting, value]) => [AUTO_MODE_SPELLING[setting] ?? setting, value])),
    ...(subnets ? { subnets: subnets.ids ? { ids: subnets.ids } : { matchTags: matchTags(subnets.tags ?? {}) } } : {}),
  };
}

function matchTags(tags: { [key: string]: string[] }): { key: string; values: string[] }[] {
  return Object.entries(tags).map(([key, values]) => ({ key, values }));
}
