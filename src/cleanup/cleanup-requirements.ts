import { CfnDeletionPolicy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { keepsController } from './controller-removal';
import { TargetCluster } from '../cluster/target-cluster';
import { invalidProp } from '../util/messages';

/** Of all the props, those that say what becomes of load balancers and controller in the end. */
export interface CleanupProps {
  readonly autoDeleteLoadBalancers?: boolean;
  readonly removalPolicy?: RemovalPolicy;
  readonly takeOver?: boolean;
}

/** Rejects to delete load balancers under a controller that is left running. */
export function rejectControllerThatStays({ autoDeleteLoadBalancers, removalPolicy, takeOver }: CleanupProps): void {
  if (autoDeleteLoadBalancers && takeOver) {
    throw invalidProp('autoDeleteLoadBalancers', 'must be left out with takeOver, which keeps the controller where the stack is deleted', true,
      'set it in the next deployment, without takeOver');
  }
  if (autoDeleteLoadBalancers && keepsController(removalPolicy)) {
    throw invalidProp('removalPolicy', 'must not keep the controller where autoDeleteLoadBalancers is set: it would make the load balancers anew',
      removalPolicy, 'leave one of them out');
  }
}

/** Says that load balancers would go and their cluster stay; to be called when the app is prepared, with all its removal policies. */
export function rejectToOutlive(target: TargetCluster, stack: Stack): string[] {
  const reason = reasonToOutlive(target, stack);
  return reason === undefined ? [] : [`autoDeleteLoadBalancers must be left out: cluster ${target.cluster.node.path} ${reason}, `
    + 'so that load balancers may still be in use when this stack is deleted'];
}

/** Why a cluster outlives a stack; nothing where it goes with it, as far as can be known. */
function reasonToOutlive(target: TargetCluster, stack: Stack): string | undefined {
  if (!target.isOwned) {
    return 'is imported';
  }
  if (!goesWith(target.stack, stack)) {
    return `belongs to the stack ${target.stack.node.path}`;
  }
  const kept = [CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE] as (CfnDeletionPolicy | undefined)[];
  const policy = target.resource?.cfnOptions.deletionPolicy;
  if (kept.includes(policy)) {
    return 'is retained by its removal policy';
  }
  // The load balancers would go first; then EKS rejects to delete the cluster.
  return target.isProtected ? 'has deletionProtection' : undefined;
}

/** Whether a stack is another one, or nested in it. */
function goesWith(stack: Stack | undefined, other: Stack): boolean {
  return stack !== undefined && (stack === other || goesWith(stack.nestedStackParent, other));
}
