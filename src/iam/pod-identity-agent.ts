import { CfnResource } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { Construct, IConstruct } from 'constructs';
import { propertiesOf } from '../cluster/cdk-internals';
import { clusterNamesOf } from '../cluster/cluster-resources';
import { TargetCluster } from '../cluster/target-cluster';
import { invalidProp } from '../util/messages';
import { StageResources } from '../util/stage';

/** Name of the EKS add-on that hands out the credentials of EKS Pod Identity. */
const AGENT = 'eks-pod-identity-agent';

/**
 * Installs the EKS Pod Identity Agent; without a version of its own, as the add-on that an owned cluster shares with all of the app.
 */
export function installAgent(scope: Construct, target: TargetCluster, addonVersion?: string): IConstruct {
  const shared = addonVersion === undefined ? target.cluster.eksPodIdentityAgent : undefined;
  const agent = shared ?? new eks.CfnAddon(scope, 'PodIdentityAgent', {
    clusterName: target.name,
    addonName: AGENT,
    addonVersion,
    // The agent serves all of the cluster: it stays where this construct goes.
    preserveOnDelete: true,
  });
  scope.node.addValidation({
    validate: () => {
      const other = otherAgent(target, agent);
      return other ? [invalidProp('agent', `must not install the add-on ${AGENT}, which the cluster gets already`, other.node.path,
        other.node.scopes.includes(target.cluster)
          ? 'use PodIdentityAgent.managed() to share it'
          : 'remove that one, or use PodIdentityAgent.alreadyInstalled()').message] : [];
    },
  });
  return agent;
}

/** A cluster has an add-on once: the second of its name fails to deploy. Others may define theirs after us, so this is asked late. */
function otherAgent(target: TargetCluster, agent: IConstruct): CfnResource | undefined {
  return StageResources.around(agent).ofType(eks.CfnAddon.CFN_RESOURCE_TYPE_NAME)
    .filter((addon) => !addon.node.scopes.includes(agent))
    .find((addon) => propertiesOf(addon).addonName === AGENT && clusterNamesOf(addon).some((name) => target.isNamedBy(name)));
}
