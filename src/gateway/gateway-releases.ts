import type { ControllerVersion } from '../release/controller-version';
import { hasGate, GateSettings, switchedGate } from '../release/feature-gates';

/**
 * The Gateway API that each release of the controller is built against, by the first release: `sigs.k8s.io/gateway-api` in its `go.mod`.
 *
 * Older definitions lack kinds or versions that the controller looks for; newer ones serve it too.
 */
export const BUILT_AGAINST: { readonly [release: string]: string } = {
  'v2.13.0': 'v1.2.0',
  'v2.14.0': 'v1.3.0',
  'v3.2.0': 'v1.5.0',
  'v3.5.0': 'v1.6.0',
};

/**
 * Version of the controller's own kinds in `gateway.k8s.aws`, by the first release that looks for it when it starts, in
 * `pkg/gateway/crddetect`. Without it the controller serves no Gateway, and only its log has a line about it.
 */
export const OWN_VERSION: { readonly [release: string]: string } = {
  'v3.3.0': 'v1beta1',
  'v3.5.0': 'v1',
};

/** The release that has the gates below switched on by default, where it finds the definitions. */
const ON_BY_DEFAULT_SINCE = 'v3.2.0';

/** Feature gates by the controller in a GatewayClass. */
const GATE_OF_CLASS: { readonly [controllerName: string]: string } = {
  'gateway.k8s.aws/alb': 'ALBGatewayAPI',
  'gateway.k8s.aws/nlb': 'NLBGatewayAPI',
};

/** What serves the objects of the Gateway API in a cluster. */
export interface GatewaySupport extends GateSettings {
  /** Release of the controller; undefined in EKS Auto Mode, which has controllers of its own. */
  readonly version?: ControllerVersion;
  /** Whether the controller has permissions for target groups only: its gates are switched off then. */
  readonly targetGroupBindingOnly?: boolean;
  /** Whether the definitions of the controller's own kinds are brought up to date with the release. */
  readonly upgradesDefinitions: boolean;
  /** Whether the app says who installs the definitions, or may install them in a way that cannot be read. */
  readonly mayHaveDefinitions: boolean;
}

/** The value of a table for a release; undefined before its first one. */
export function since<T>(table: { readonly [release: string]: T }, version: ControllerVersion): T | undefined {
  return Object.entries(table).filter(([release]) => version._isAtLeast(release)).map(([, value]) => value).pop();
}

/** Why the controller does not serve the Gateways of a class, and how to fix it; undefined if it does, or may. */
export function whyUnserved(controllerName: string, support: GatewaySupport): { readonly reason: string; readonly remedy: string } | undefined {
  const { version } = support;
  const gate = Object.hasOwn(GATE_OF_CLASS, controllerName) ? GATE_OF_CLASS[controllerName] : undefined;
  if (gate === undefined) {
    return undefined;
  }
  if (version === undefined) {
    return { reason: 'EKS Auto Mode does not serve', remedy: `use eks.amazonaws.com/gateway-${controllerName.slice(-3)}` };
  }
  if (!hasGate(version, gate)) {
    return { reason: `controller ${version.releaseTag} does not serve`, remedy: 'use controller v3.2.0 or later' };
  }
  const switched = switchedGate(gate, support) ?? (support.targetGroupBindingOnly ? false : version._isAtLeast(ON_BY_DEFAULT_SINCE));
  return switched ? undefined : {
    reason: `the feature gate ${gate} of controller ${version.releaseTag} is off, so that it does not serve`,
    remedy: `set ${gate} in featureGates, or use controller v3.2.0 or later, which has it on`,
  };
}

/** The controller's own kinds in a release: their API version, and whether a LoadBalancerConfiguration has target groups by default. */
export function gatewayKindsOf(version: ControllerVersion): { readonly apiVersion: string; readonly hasDefaultTargetGroups: boolean } {
  return { apiVersion: `gateway.k8s.aws/${since(OWN_VERSION, version) ?? 'v1beta1'}`, hasDefaultTargetGroups: version._isAtLeast('v3.2.0') };
}

/** What to say where nothing in the app installs the definitions of the Gateway API. */
export function missingDefinitions(gatewayClass: string, version: ControllerVersion): string {
  return `${gatewayClass} needs the definitions of the Gateway API before controller ${version.releaseTag} starts, which nothing in this app installs; ${DEFINITIONS_REMEDY}`;
}

export const DEFINITIONS_REMEDY = 'set gatewayApi to GatewayApi.managed(), or to GatewayApi.external() if something else installs them';
