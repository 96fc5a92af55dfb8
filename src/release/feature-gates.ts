import { Token } from 'aws-cdk-lib';
import type { ControllerVersion } from './controller-version';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/**
 * Feature gates by the first controller release that knows them, and the first that no longer does.
 *
 * A controller that is given a gate it does not know ends at once, so a wrong name must not reach it.
 * Read from `pkg/config/feature_gates.go` of each release; what is older stands at v2.4.0.
 */
export const FEATURE_GATES: { readonly [gate: string]: { readonly since: string; readonly until?: string } } = {
  ListenerRulesTagging: { since: 'v2.4.0' },
  ServiceTypeLoadBalancerOnly: { since: 'v2.4.0' },
  WeightedTargetGroups: { since: 'v2.4.0' },
  EndpointsFailOpen: { since: 'v2.4.1' },
  EnableIPTargetType: { since: 'v2.4.3' },
  EnableServiceController: { since: 'v2.4.3' },
  SubnetsClusterTagCheck: { since: 'v2.4.3' },
  NLBHealthCheckAdvancedConfig: { since: 'v2.4.6' },
  EnableRGTAPI: { since: 'v2.5.2' },
  NLBSecurityGroup: { since: 'v2.6.0' },
  ALBSingleSubnet: { since: 'v2.7.0' },
  LBCapacityReservation: { since: 'v2.11.0' },
  ALBGatewayAPI: { since: 'v2.13.0' },
  EnableTCPUDPListener: { since: 'v2.13.0' },
  NLBGatewayAPI: { since: 'v2.13.0' },
  SubnetDiscoveryByReachability: { since: 'v2.13.0' },
  EnhancedDefaultBehavior: { since: 'v2.14.0' },
  AGAController: { since: 'v2.14.1', until: 'v2.17.0' },
  EnableDefaultTagsLowPriority: { since: 'v2.14.1' },
  ALBTargetControlAgent: { since: 'v2.16.0' },
  GlobalAcceleratorController: { since: 'v2.17.0' },
  GatewayListenerSet: { since: 'v3.2.2' },
  EnableCertificateManagement: { since: 'v3.3.0' },
  IngressPlanAnnotation: { since: 'v3.4.0' },
};

/** Gates with a prop of their own, since the controller needs permissions with them. */
export const GATES_WITH_PROP: { readonly [gate: string]: string } = {
  GlobalAcceleratorController: 'enableGlobalAccelerator',
  EnableCertificateManagement: 'enableAcmCertificateManagement',
};

/** Whether the controller of `version` knows a gate. */
export function hasGate(version: ControllerVersion, gate: string): boolean {
  const range = Object.hasOwn(FEATURE_GATES, gate) ? FEATURE_GATES[gate] : undefined;
  return range !== undefined && version._isAtLeast(range.since) && !(range.until !== undefined && version._isAtLeast(range.until));
}

/** Rejects gates that the controller of `version` does not know, and those that a prop sets. */
export function validateFeatureGates(prop: string, gates: { [gate: string]: unknown }, version: ControllerVersion): void {
  for (const [gate, enabled] of Object.entries(gates)) {
    if (Object.hasOwn(GATES_WITH_PROP, gate)) {
      throw invalidProp(prop, `must leave out ${gate}, which goes together with permissions`, enabled, `set the prop ${GATES_WITH_PROP[gate]} instead`);
    }
    if (hasGate(version, gate)) continue;
    const range = Object.hasOwn(FEATURE_GATES, gate) ? FEATURE_GATES[gate] : undefined;
    // A release newer than this table may have gates it has never heard of.
    if (range === undefined && version._isNewerThanKnown) continue;
    const known = Object.keys(FEATURE_GATES).filter((name) => hasGate(version, name)).sort();
    throw invalidProp(prop, `must have gates of controller ${version.releaseTag} only${range ? ` (${gate} is of ${span(range)})` : ''}`, gate,
      range ? 'use another ControllerVersion, or leave it out' : `its gates are ${known.join(', ')}`);
  }
}

/** Where gates are switched. */
export interface GateSettings {
  readonly featureGates?: { readonly [gate: string]: boolean };
  /** Values of the chart, whose gates are the controller's too. */
  readonly values?: { readonly [key: string]: any };
}

/** Whether a gate is switched on, or may be for all that is known at synth. */
export function mayBeOn(gate: string, { featureGates, values }: GateSettings): boolean {
  const { controllerConfig } = values ?? {};
  const gates = Token.isUnresolved(controllerConfig) ? controllerConfig : controllerConfig?.featureGates;
  return [featureGates, gates].some((switches) => Token.isUnresolved(switches)
    || Token.isUnresolved(switches?.[gate]) || String(switches?.[gate]) === 'true');
}

/** How a gate is switched; undefined if it is left to the controller, or known at deployment only. */
export function switchedGate(gate: string, { featureGates, values }: GateSettings): boolean | undefined {
  const { controllerConfig } = values ?? {};
  const gates = Token.isUnresolved(controllerConfig) ? undefined : controllerConfig?.featureGates;
  const [ofValues, ofProp] = [gates?.[gate], featureGates?.[gate]].map((value) => Token.isUnresolved(value) || value === undefined ? undefined : String(value) === 'true');
  return ofValues ?? ofProp;
}

function span({ since, until }: { since: string; until?: string }): string {
  return until === undefined ? `${since} and later` : `${since} up to ${until}`;
}

/** Where it is said which namespace the controller watches. */
export interface WatchSettings {
  readonly watchNamespace?: string;
  /** Values of the chart, which go over the props. */
  readonly values?: { readonly [key: string]: any };
}

/**
 * Rejects what lies in another namespace than the one that the controller watches.
 *
 * It sees nothing of the others, whatever the kind of object: they would be ignored without a message.
 *
 * @param prop what to call the namespace in messages
 */
export function rejectUnwatched(prop: string, namespace: string, { watchNamespace, values }: WatchSettings): void {
  const [by, watched] = values?.watchNamespace !== undefined ? ['values.watchNamespace', values.watchNamespace] : ['watchNamespace', watchNamespace];
  // The chart leaves out the flag where the value is empty.
  if (!watched || isUnknown(watched) || isUnknown(namespace) || watched === namespace) return;
  throw invalidProp(prop, `must be ${watched}, the only one that the controller watches`, namespace, `use that one, or leave ${by} out`);
}
