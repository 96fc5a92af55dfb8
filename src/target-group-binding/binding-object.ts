import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LABEL_SELECTOR } from '../ingress/ingress-value-types';
import { check, describe, Options, rejectFindings, toSpec } from '../options/option';
import { flag, integer, oneOf, text } from '../options/value-types';
import type { ServingController } from '../release/serving-controller';

/**
 * The options of a binding that are fields of a TargetGroupBinding, each described once.
 *
 * Read from `crds/crds.yaml` of the charts; what is older than v2.4.0 has no release here. The API server drops a field that the definition
 * does not have, without an error.
 */
export const BINDING_OPTIONS = {
  targetGroup: { value: text(), plain: (targetGroup: elbv2.ITargetGroup) => targetGroup.targetGroupArn, spec: 'targetGroupARN' },
  targetType: { value: oneOf({ instance: true, ip: true }), spec: 'targetType' },
  ipAddressType: { value: oneOf({ ipv4: true, ipv6: true }), spec: 'ipAddressType' },
  vpc: { value: text(), plain: ({ vpcId }: ec2.IVpc) => vpcId, spec: { at: 'vpcID', since: 'v2.8.0' } },
  service: {
    value: text("a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters)", /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'rename it'),
    spec: 'serviceRef.name',
  },
  port: { value: integer(1, 65535, 'use the port of the Service'), spec: 'serviceRef.port' },
  nodeSelector: { value: LABEL_SELECTOR, spec: 'nodeSelector' },
  multiCluster: {
    value: flag(),
    plain: (isSet: boolean) => isSet || undefined,
    spec: { at: 'multiClusterTargetGroup', since: 'v2.10.0' },
  },
} satisfies Options;

/** Values by the names of the options, and the metadata. */
export type BindingObject = { readonly [option in keyof typeof BINDING_OPTIONS]?: unknown } & { readonly name: string; readonly namespace: string };

/**
 * Renders a TargetGroupBinding, in the API group of the controller or of EKS Auto Mode.
 *
 * It has no `networking`, so that the controller does not change security groups.
 *
 * @param prop name of the options in messages
 */
export function renderBinding(prop: string, binding: BindingObject, servedBy: ServingController): Record<string, unknown> {
  const description = describe(BINDING_OPTIONS, 'spec', prop, binding);
  rejectFindings(check(BINDING_OPTIONS, 'spec', description, servedBy));
  return {
    apiVersion: servedBy.apiVersion,
    kind: 'TargetGroupBinding',
    metadata: { name: binding.name, namespace: binding.namespace },
    spec: toSpec(BINDING_OPTIONS, description, servedBy),
  };
}
