/**
 * Program of `Custom::EksAlbIngressLoadBalancerCleanup`: when the stack is deleted, deletes what the controller of this cluster left in
 * this VPC, and waits until the network interfaces are deleted.
 *
 * It lists, deletes what can be deleted, and lists again until nothing is found. So it has no state to lose: an attempt that timed out
 * is continued by the next one.
 */
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Obstacle, Removal } from './cluster-removal';
import { ClusterInVpc, ClusterResources, Named, findClusterResources } from './cluster-resources';
import { CustomResourceRequest, InvocationContext, TimeBudget, clientWithin, failure, isBeingDeleted, listed, sleep } from '../../custom-resource/program/aws';
import { LoadBalancerCleanupProperties } from '../cleanup-contract';

export interface CleanupSettings {
  /** Pause between two lists. */
  readonly pauseMillis: number;
  /** Time reserved to finish a list: calls that are retried may take most of it. */
  readonly marginMillis: number;
  /** Of that, the time reserved to answer CloudFormation: all requests end before it. */
  readonly answerMillis: number;
  /** Time in which the function's rights may not have reached all of IAM: after a failed create they are seconds old. */
  readonly graceMillis: number;
  /** Whether the whole stack is being deleted, with its cluster. */
  readonly isBeingDeleted: (stackId: string, budget: TimeBudget) => Promise<boolean>;
}

export function loadBalancerCleanup(settings: CleanupSettings) {
  return async (request: CustomResourceRequest, context: InvocationContext): Promise<void> => {
    if (request.RequestType !== 'Delete') { return; }
    const cluster = clusterOf(request);
    const budget = new TimeBudget(context, settings.marginMillis, settings.graceMillis);
    const requests = new TimeBudget(context, settings.answerMillis);
    const clients = { ec2: clientWithin(requests, EC2Client), elb: clientWithin(requests, ElasticLoadBalancingV2Client) };
    const obstacle = new Obstacle();
    const removal = new Removal(clients.ec2, clients.elb, budget, obstacle);

    let found: ClusterResources | undefined;
    let isDeleted = false;
    do {
      try {
        if (!(isDeleted ||= await settings.isBeingDeleted(request.StackId, requests))) {
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
        obstacle.note({ id: '', name: 'a request' }, error);
      }
      console.log(`cluster ${cluster.clusterName} in ${cluster.vpcId}: ${found ? contents(found) : 'not listed yet'}`);
      await sleep(Math.max(0, Math.min(settings.pauseMillis, budget.remainingMillis)));
    } while (!budget.isSpent);

    throw failure(
      `time is out for cleaning up after cluster "${cluster.clusterName}" in ${cluster.vpcId}, last seen: ${found ? contents(found) : 'nothing yet'}`
      + `${obstacle.last ? `; last error: ${obstacle.last.slice(0, 400)}` : ''}; delete the stack again to continue`,
    );
  };
}

export const handler = loadBalancerCleanup({ pauseMillis: 10_000, marginMillis: 60_000, answerMillis: 20_000, graceMillis: 120_000, isBeingDeleted });

/** A missing name would match nothing, or too much. */
function clusterOf(request: CustomResourceRequest): ClusterInVpc {
  const { ClusterName, VpcId } = request.ResourceProperties as Partial<LoadBalancerCleanupProperties>;
  if (!ClusterName || !VpcId) {
    throw failure(`ClusterName and VpcId must be set, got ${JSON.stringify({ ClusterName, VpcId })}`);
  }
  return { clusterName: ClusterName, vpcId: VpcId, accountId: request.StackId.split(':')[4] };
}

/**
 * Security groups come last: they cannot be deleted while an interface uses them, and the rules that let traffic reach the nodes stay
 * as long as there is a load balancer.
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
