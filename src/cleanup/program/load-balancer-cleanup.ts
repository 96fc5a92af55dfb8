/**
 * Program behind `Custom::EksAlbIngressLoadBalancerCleanup`: when the stack goes, deletes what the
 * controller of this cluster left in this VPC, and waits until the network interfaces are gone.
 *
 * It looks, deletes what can be deleted, and looks again until nothing is found. So there is no state
 * to lose: an attempt that ran out of time is continued by the next one.
 */
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Hindrance, Removal } from './cluster-removal';
import { ClusterInVpc, ClusterResources, Named, findClusterResources } from './cluster-resources';
import { CustomResourceRequest, InvocationContext, TimeBudget, clientWithin, failure, listed, sleep } from '../../custom-resource/program/aws';
import { isGoing } from '../../custom-resource/program/stack-status';
import { LoadBalancerCleanupProperties } from '../cleanup-contract';

export interface CleanupSettings {
  /** Pause between two looks. */
  readonly pauseMillis: number;
  /** Time kept back to end a look: calls that are being retried may take most of it. */
  readonly marginMillis: number;
  /** Of that, the time kept back to answer CloudFormation: no request lasts into it. */
  readonly answerMillis: number;
  /** Time in which IAM may not know the function's rights everywhere yet: after a failed create they are seconds old. */
  readonly graceMillis: number;
  /** Whether all of a stack goes, and its cluster with it. */
  readonly isGoing: (stackId: string, budget: TimeBudget) => Promise<boolean>;
}

export function loadBalancerCleanup(settings: CleanupSettings) {
  return async (request: CustomResourceRequest, context: InvocationContext): Promise<void> => {
    if (request.RequestType !== 'Delete') { return; }
    const cluster = clusterOf(request);
    const budget = new TimeBudget(context, settings.marginMillis, settings.graceMillis);
    const requests = new TimeBudget(context, settings.answerMillis);
    const clients = { ec2: clientWithin(requests, EC2Client), elb: clientWithin(requests, ElasticLoadBalancingV2Client) };
    const hindrance = new Hindrance();
    const removal = new Removal(clients.ec2, clients.elb, budget, hindrance);

    let found: ClusterResources | undefined;
    let stackGoes = false;
    do {
      try {
        if (!(stackGoes ||= await settings.isGoing(request.StackId, requests))) {
          console.log('the stack stays, and its cluster may use its load balancers: nothing is deleted');
          return;
        }
        found = await findClusterResources(clients, cluster);
        if (isEmpty(found)) { return; }
        await removeSome(removal, found, cluster);
      } catch (error) {
        if (!budget.mayRetry(error)) {
          throw error;
        }
        hindrance.note({ id: '', name: 'a request' }, error);
      }
      console.log(`cluster ${cluster.clusterName} in ${cluster.vpcId}: ${found ? contents(found) : 'not listed yet'}`);
      await sleep(Math.max(0, Math.min(settings.pauseMillis, budget.remainingMillis)));
    } while (!budget.isSpent);

    throw failure(
      `time is out for cleaning up after cluster "${cluster.clusterName}" in ${cluster.vpcId}, last seen: ${found ? contents(found) : 'nothing yet'}`
      + `${hindrance.last ? `; last error: ${hindrance.last.slice(0, 400)}` : ''}; delete the stack again to continue`,
    );
  };
}

export const handler = loadBalancerCleanup({ pauseMillis: 10_000, marginMillis: 60_000, answerMillis: 20_000, graceMillis: 120_000, isGoing });

/** A missing name would match nothing or, worse, too much. */
function clusterOf(request: CustomResourceRequest): ClusterInVpc {
  const { ClusterName, VpcId } = request.ResourceProperties as Partial<LoadBalancerCleanupProperties>;
  if (!ClusterName || !VpcId) {
    throw failure(`ClusterName and VpcId must be set, got ${JSON.stringify({ ClusterName, VpcId })}`);
  }
  return { clusterName: ClusterName, vpcId: VpcId, accountId: request.StackId.split(':')[4] };
}

/**
 * Security groups come last: they cannot go while an interface holds them, and the rules that let
 * traffic reach the nodes stay in place as long as there is a load balancer.
 */
async function removeSome(removal: Removal, found: ClusterResources, cluster: ClusterInVpc): Promise<void> {
  await removal.rejectProtected(found.loadBalancers);
  await removal.deleteLoadBalancers(found.loadBalancers);
  await removal.deleteTargetGroups(found.targetGroups);
  if (found.loadBalancers.length === 0 && found.networkInterfaces.length === 0) {
    await removal.deleteSecurityGroups(found.securityGroups, cluster.vpcId);
  }
}

function isEmpty(found: ClusterResources): boolean {
  return Object.values(found).every((things: Named[]) => things.length === 0);
}

/** Shape: `2 load balancers (a, b), 1 security groups (sg-1)`. */
function contents(found: ClusterResources): string {
  const kinds: [string, string[]][] = [
    ['load balancers', found.loadBalancers.map(thing => thing.name)],
    ['target groups', found.targetGroups.map(thing => thing.name)],
    ['network interfaces', found.networkInterfaces.map(thing => `${thing.id} ${thing.name}`)],
    ['security groups', found.securityGroups.map(thing => thing.id)],
  ];
  return kinds.filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${names.length} ${kind} (${listed(names, 5)})`)
    .join(', ');
}
