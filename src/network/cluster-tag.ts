import { Token } from 'aws-cdk-lib';
import { KubernetesClusterTag } from './network-tags';
import { DeployTag } from './tag-at-deploy';
import { physicalNameOf } from '../cluster/cdk-internals';
import { TargetCluster } from '../cluster/target-cluster';

/** The tag with a cluster's name. The controller goes by either value: one that is there already serves it as it is. */
export function clusterTag(target: TargetCluster, value: KubernetesClusterTag): DeployTag {
  return { key: clusterTagKeyOf(literalNameOf(target) ?? target.name), value, alternatives: Object.values(KubernetesClusterTag) };
}

/** The tag's key in each spelling that the app may use: with the literal name, and with its token. */
export function clusterTagKeysOf(target: TargetCluster): string[] {
  return [literalNameOf(target) ?? target.name, target.name].map(clusterTagKeyOf);
}

function clusterTagKeyOf(clusterName: string): string {
  return `kubernetes.io/cluster/${clusterName}`;
}

/** The name that a cluster was given, where it is literal: an owned cluster says its own name as a reference to itself. */
function literalNameOf(target: TargetCluster): string | undefined {
  return [target.name, physicalNameOf(target.cluster)].find((name) => name && !Token.isUnresolved(name));
}
