import { renderLabelSelector } from '../ingress/ingress-class-objects';
import type { IngressLabelSelector } from '../ingress/ingress-class-options';
import type { ControllerVersion } from '../release/controller-version';
import type { ServingController } from '../release/serving-controller';
import { invalidProp } from '../util/messages';

/** A TargetGroupBinding; what is undefined is left to the controller. */
export interface BindingObject {
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly targetGroupArn: string;
  readonly targetType?: string;
  readonly ipAddressType?: string;
  readonly vpcId?: string;
  readonly nodeSelector?: IngressLabelSelector;
  readonly multiCluster?: boolean;
}

/**
 * The controller release whose definition first had each field.
 *
 * The API server drops fields it does not know without a word. Read from `crds/crds.yaml` of the charts; what is not listed was
 * there in v2.4.0.
 */
export const FIELD_SINCE = {
  vpcID: { prop: 'vpc', since: 'v2.8.0' },
  multiClusterTargetGroup: { prop: 'multiCluster', since: 'v2.10.0' },
} as const;

/**
 * Renders a TargetGroupBinding: of the controller's API group, or of that of EKS Auto Mode where there is no controller.
 *
 * Without `networking`, which says whom the security groups let in, the controller leaves them alone.
 *
 * @param prop what to call the options in messages
 */
export function renderBinding(prop: string, binding: BindingObject, servedBy: ServingController): Record<string, unknown> {
  const spec = {
    targetGroupARN: binding.targetGroupArn,
    targetType: binding.targetType,
    ipAddressType: binding.ipAddressType,
    vpcID: binding.vpcId,
    serviceRef: { name: binding.service, port: binding.port },
    nodeSelector: binding.nodeSelector && renderLabelSelector(`${prop}.nodeSelector`, binding.nodeSelector),
    multiClusterTargetGroup: binding.multiCluster || undefined,
  };
  if (!servedBy.autoMode) {
    requireReleases(prop, spec, servedBy.version);
  }
  return {
    apiVersion: servedBy.apiVersion,
    kind: 'TargetGroupBinding',
    metadata: { name: binding.name, namespace: binding.namespace },
    spec: Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)),
  };
}

function requireReleases(prop: string, spec: { readonly [field: string]: unknown }, version: ControllerVersion): void {
  for (const [field, { prop: option, since }] of Object.entries(FIELD_SINCE)) {
    if (spec[field] !== undefined && !version._isAtLeast(since)) {
      throw invalidProp(`${prop}.${option}`, `must be used with controller ${since} or later`, version.releaseTag, 'use a newer ControllerVersion, or leave it out');
    }
  }
}
