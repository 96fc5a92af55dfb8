import { IConstruct } from 'constructs';
import { BoundTargetGroup } from './bound-target-group';
import { invalidProp } from '../util/messages';
import { registryOf } from '../util/stage';

interface Claim {
  readonly path: string;
  readonly multiCluster: boolean;
}

/**
 * Rejects a second binding of a target group that one of them takes for its own: it would take the other's targets out.
 *
 * @param prop what to call the options in messages
 */
export function rejectSecondBinding(prop: string, binding: IConstruct, { resource, targetGroup }: BoundTargetGroup, multiCluster: boolean): void {
  const bindings = registryOf<Claim[]>(binding, 'target-group-bindings');
  const key = resource?.node.path ?? targetGroup.targetGroupArn;
  const claims = bindings.get(key) ?? [];
  const conflict = claims.find((claim) => !claim.multiCluster || !multiCluster);
  if (conflict) {
    throw invalidProp(`${prop}.targetGroup`, `must not be that of ${conflict.path}: one binding takes out what another one has registered`,
      targetGroup.node.path, 'set multiCluster on both, or give each a target group of its own');
  }
  bindings.set(key, [...claims, { path: binding.node.path, multiCluster }]);
}
