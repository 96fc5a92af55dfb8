import { ArnFormat, Stack, Stage, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct, IConstruct } from 'constructs';
import { BoundTargetGroup } from './bound-target-group';
import { TargetGroupBindingOptions } from './target-group-binding-options';
import { IngressTargetType } from '../ingress/ingress-class-options';
import { rejectUnwatched, WatchSettings } from '../release/feature-gates';
import { differenceOf, Environment } from '../util/environment';
import { invalidProp } from '../util/messages';
import { registryOf } from '../util/stage';
import { isLookupDummy } from '../util/tokens';
import { validateDnsLabel, validateInteger } from '../util/validation';

/** Options that create a target group, and have no effect on an existing one. */
const TARGET_GROUP_OPTIONS = ['protocol', 'protocolVersion', 'ipAddressType', 'healthCheck', 'deregistrationDelay'] as const satisfies
  (keyof TargetGroupBindingOptions)[];

/**
 * Rejects options that contradict each other, that Kubernetes rejects, or that the controller does not read.
 *
 * @param prop name of the options in messages, here and below
 */
export function checkOptions(prop: string, options: TargetGroupBindingOptions, watch: WatchSettings): void {
  validateDnsLabel(`${prop}.namespace`, options.namespace);
  rejectUnwatched(`${prop}.namespace`, options.namespace, watch);
  if (options.targetPort !== undefined) {
    validateInteger(`${prop}.targetPort`, options.targetPort, 1, 65535, 'use the port of the pods, or the node port with instance targets');
  }
  if (Token.isUnresolved(options.targetType)) {
    throw invalidProp(`${prop}.targetType`, 'must not be a token: it decides what the template contains', options.targetType, 'use IngressTargetType.INSTANCE or IngressTargetType.IP');
  }
  const given = TARGET_GROUP_OPTIONS.filter((option) => options.targetGroup && options[option] !== undefined);
  if (given.length > 0) {
    throw invalidProp(`${prop}.${given[0]}`, 'must be left out with a target group of your own', given,
      'set it where the target group is defined, or leave out targetGroup');
  }
}

/** Rejects a scope from where the binding cannot reach the cluster. */
export function checkScope(prop: string, scope: Construct, support: Construct): void {
  if (Stage.of(scope) !== Stage.of(support)) {
    throw invalidProp(`${prop}.scope`, 'must be in the stage of the construct', scope.node.path, `define the binding below ${Stage.of(support)?.node.path || 'the app'}`);
  }
  checkEnvironment(Stack.of(scope), Stack.of(support), (part, got, expected) =>
    invalidProp(`${prop}.scope`, `must be in a stack of the construct's ${part}, ${expected}`, got, `use a stack of that ${part}`));
}

/** What a binding requires of its target group. */
export interface TargetGroupNeeds {
  readonly scope: Construct;
  readonly options: TargetGroupBindingOptions;
  /** Its VPC. */
  readonly vpc: ec2.IVpc;
  /** Whether the target type must be known, as in EKS Auto Mode. */
  readonly needsTargetType: boolean;
}

/** Rejects an existing target group that the controller cannot register targets in, or that differs from the options. */
export function checkTargetGroup(prop: string, bound: BoundTargetGroup, { scope, options, vpc, needsTargetType }: TargetGroupNeeds): void {
  const { targetGroup, facts: { targetType, protocol } } = bound;
  const { path } = targetGroup.node;
  if (targetType !== undefined && !Token.isUnresolved(targetType) && !['instance', 'ip'].includes(targetType)) {
    throw invalidProp(`${prop}.targetGroup`, 'must have targets of type ip or instance', targetType, `choose one of them where ${path} is defined`);
  }
  if (targetType !== undefined && options.targetType !== undefined && targetType !== options.targetType) {
    throw invalidProp(`${prop}.targetType`, `must be that of ${path}, ${targetType}`, options.targetType, 'leave it out');
  }
  if (needsTargetType && targetType === undefined && options.targetType === undefined) {
    throw new Error(`${prop}.targetType must be set in EKS Auto Mode for a target group that is imported, as ${path}; set it to that of the target group, ip or instance`);
  }
  if (protocol === 'GENEVE') {
    throw invalidProp(`${prop}.targetGroup`, 'must be one of an Application or a Network Load Balancer', protocol, `choose another protocol where ${path} is defined`);
  }
  if (bound.isOutside(vpc)) {
    throw invalidProp(`${prop}.targetGroup`, `must be in the VPC ${vpc.node.path}`, path, 'define it there, or name its VPC as vpc where both are connected');
  }
  checkPlace(prop, bound, Stack.of(scope));
}

/** A controller registers targets in its own region and account. */
function checkPlace(prop: string, { targetGroup, stack }: BoundTargetGroup, own: Stack): void {
  const { targetGroupArn: arn, node: { path } } = targetGroup;
  const fault = (part: string, got: string, expected: string) =>
    invalidProp(`${prop}.targetGroup`, `must be in the ${part} of the cluster, ${expected}`, got, `use a target group of that ${part} instead of ${path}`);
  if (stack) {
    checkEnvironment(stack, own, fault);
  } else if (!Token.isUnresolved(arn) && !isLookupDummy(arn)) {
    const { region = '', account = '' } = own.splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME);
    checkEnvironment({ region, account }, own, fault);
  }
}

function checkEnvironment(got: Environment, expected: Environment, fault: (part: string, got: string, expected: string) => Error): void {
  const part = differenceOf(got, expected);
  if (part) {
    throw fault(part, got[part], expected[part]);
  }
}

/** Where the targets are. */
export interface TargetsLocation {
  /** VPC of the target group, where it is not the cluster's. */
  readonly foreignVpc?: ec2.IVpc;
  readonly isAutoMode: boolean;
}

/** Rejects options that need another target type or another cluster. */
export function checkTargets(
  prop: string, targetType: string | undefined, { nodeSelector }: TargetGroupBindingOptions, location: TargetsLocation,
): void {
  if (nodeSelector && targetType !== IngressTargetType.INSTANCE) {
    throw invalidProp(`${prop}.nodeSelector`, 'must be used with instance targets only', targetType ?? 'no targetType', 'leave it out, or set targetType to INSTANCE');
  }
  const { foreignVpc, isAutoMode } = location;
  const kind = isAutoMode ? 'in EKS Auto Mode' : targetType === IngressTargetType.INSTANCE ? 'with instance targets' : undefined;
  if (foreignVpc && kind) {
    throw invalidProp(`${prop}.vpc`, `must be the VPC of the cluster ${kind}`, foreignVpc.node.path, 'leave it out');
  }
}

interface RegisteredBinding {
  readonly path: string;
  readonly multiCluster: boolean;
}

/** Rejects a second binding of a target group, unless both have `multiCluster`: one would deregister the targets of the other. */
export function rejectSecondBinding(prop: string, binding: IConstruct, { resource, targetGroup }: BoundTargetGroup, multiCluster: boolean): void {
  const bindings = registryOf<RegisteredBinding[]>(binding, 'target-group-bindings');
  const key = resource?.node.path ?? targetGroup.targetGroupArn;
  const others = bindings.get(key) ?? [];
  const conflict = others.find((other) => !other.multiCluster || !multiCluster);
  if (conflict) {
    throw invalidProp(`${prop}.targetGroup`, `must not be that of ${conflict.path}: one binding deregisters the targets of another one`,
      targetGroup.node.path, 'set multiCluster on both, or give each a target group of its own');
  }
  bindings.set(key, [...others, { path: binding.node.path, multiCluster }]);
}
