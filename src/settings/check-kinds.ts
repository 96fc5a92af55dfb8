import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { PROP_KINDS } from './prop-kinds';
import { requireCluster, requireVpc } from '../cluster/required-constructs';
import { checkFields } from '../util/kinds';
import { invalidProp } from '../util/messages';

/** Rejects props of the wrong kind, before anything is made of any of them. */
export function checkKinds(props: unknown): void {
  if (typeof props !== 'object' || props === null) {
    throw invalidProp('props', 'must be a map with cluster and vpc', props, 'pass at least those two');
  }
  const { cluster, vpc, ...others } = props as Partial<EksAlbIngressSupportProps>;
  requireCluster(cluster);
  requireVpc(vpc);
  // Most apps have two props: the table of all others is not loaded for them.
  if (Object.values(others).some((value) => value !== undefined)) {
    checkFields(PROP_KINDS, others);
  }
}
