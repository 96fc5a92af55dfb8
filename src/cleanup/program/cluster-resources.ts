/**
 * Finds what the AWS Load Balancer Controller of one cluster left in one VPC.
 */
import { EC2Client, Filter, paginateDescribeNetworkInterfaces, paginateDescribeSecurityGroups } from '@aws-sdk/client-ec2';
import {
  DescribeTagsCommand, ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers, paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chunksOf, codeOf, inParallel } from '../../custom-resource/program/aws';
import { CLUSTER_TAG } from '../cleanup-contract';

/** Limits of the APIs: ARNs per DescribeTags call, values per filter, items per page. */
const ARNS_PER_CALL = 20;
export const VALUES_PER_FILTER = 200;
const ELB_PAGE = 400;
const EC2_PAGE = 1000;

/** Description of a load balancer's network interfaces: `ELB app/<name>/<id>`. */
const OF_LOAD_BALANCER = /^ELB ((app|net)\/[^/]+\/[^/]+)$/;

export interface Clients {
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
}

/** What the controller of one cluster created in one VPC. */
export interface ClusterInVpc {
  readonly clusterName: string;
  readonly vpcId: string;
  /** Account of the stack: the owner of a shared VPC sees other accounts' interfaces too. */
  readonly accountId: string;
}

export interface Named {
  /** ARN or id. */
  readonly id: string;
  readonly name: string;
}

export interface ClusterResources {
  readonly loadBalancers: Named[];
  readonly targetGroups: Named[];
  readonly securityGroups: Named[];
  /** Interfaces of deleted load balancers, and those that use one of the security groups. */
  readonly networkInterfaces: Named[];
}

export async function findClusterResources(clients: Clients, cluster: ClusterInVpc): Promise<ClusterResources> {
  const inVpc = await loadBalancersOf(clients.elb, cluster.vpcId);
  const loadBalancers = await tagged(clients.elb, inVpc, cluster.clusterName);
  const targetGroups = await tagged(clients.elb, await targetGroupsOf(clients.elb, cluster.vpcId), cluster.clusterName);
  const securityGroups = await securityGroupsOf(clients.ec2, cluster);
  const networkInterfaces = await networkInterfacesOf(clients.ec2, cluster, inVpc, securityGroups);
  return { loadBalancers, targetGroups, securityGroups, networkInterfaces };
}

async function loadBalancersOf(elb: ElasticLoadBalancingV2Client, vpcId: string): Promise<Named[]> {
  const found: Named[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: elb, pageSize: ELB_PAGE }, {})) {
    for (const balancer of page.LoadBalancers ?? []) {
      if (balancer.VpcId === vpcId) {
        found.push({ id: balancer.LoadBalancerArn!, name: balancer.LoadBalancerName! });
      }
    }
  }
  return found;
}

async function targetGroupsOf(elb: ElasticLoadBalancingV2Client, vpcId: string): Promise<Named[]> {
  const found: Named[] = [];
  for await (const page of paginateDescribeTargetGroups({ client: elb, pageSize: ELB_PAGE }, {})) {
    for (const group of page.TargetGroups ?? []) {
      if (group.VpcId === vpcId) {
        found.push({ id: group.TargetGroupArn!, name: group.TargetGroupName! });
      }
    }
  }
  return found;
}

async function tagged(elb: ElasticLoadBalancingV2Client, candidates: Named[], clusterName: string): Promise<Named[]> {
  const owned = new Set<string>();
  const ask = async (part: Named[]): Promise<void> => {
    try {
      const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: part.map(candidate => candidate.id) }));
      for (const { ResourceArn, Tags } of TagDescriptions ?? []) {
        if (Tags?.some(tag => tag.Key === CLUSTER_TAG && tag.Value === clusterName)) {
          owned.add(ResourceArn!);
        }
      }
    } catch (error) {
      if (!/NotFound$/.test(codeOf(error))) {
        throw error;
      }
      // Deleted between the two calls, which fails this one for all others.
      if (part.length > 1) {
        const half = Math.ceil(part.length / 2);
        await ask(part.slice(0, half));
        await ask(part.slice(half));
      }
    }
  };
  await inParallel(chunksOf(candidates, ARNS_PER_CALL), ask);
  return candidates.filter(candidate => owned.has(candidate.id));
}

async function securityGroupsOf(ec2: EC2Client, { clusterName, vpcId }: ClusterInVpc): Promise<Named[]> {
  const found: Named[] = [];
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }, { Name: `tag:${CLUSTER_TAG}`, Values: [clusterName] }];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: EC2_PAGE }, { Filters })) {
    for (const group of page.SecurityGroups ?? []) {
      // Filters of EC2 have wildcards; the name must be equal.
      const exact = group.Tags?.some(tag => tag.Key === CLUSTER_TAG && tag.Value === clusterName);
      if (exact && group.VpcId === vpcId) {
        found.push({ id: group.GroupId!, name: group.GroupName! });
      }
    }
  }
  return found;
}

/**
 * A deleted load balancer leaves its interfaces for minutes. An attempt that continues an earlier one no longer knows its name, so it
 * waits for the interfaces of any deleted load balancer, and changes none of them.
 */
async function networkInterfacesOf(ec2: EC2Client, cluster: ClusterInVpc, alive: Named[], groups: Named[]): Promise<Named[]> {
  const found = new Map<string, Named>();
  const living = new Set(alive.map(({ id }) => id.slice(id.indexOf(':loadbalancer/') + ':loadbalancer/'.length)));
  const collect = async (filter: Filter, counts: (description: string) => boolean) => {
    const Filters = [{ Name: 'vpc-id', Values: [cluster.vpcId] }, filter];
    for await (const page of paginateDescribeNetworkInterfaces({ client: ec2, pageSize: EC2_PAGE }, { Filters })) {
      for (const { NetworkInterfaceId, Description = '', OwnerId } of page.NetworkInterfaces ?? []) {
        if (OwnerId === cluster.accountId && counts(Description)) {
          found.set(NetworkInterfaceId!, { id: NetworkInterfaceId!, name: Description });
        }
      }
    }
  };
  await collect({ Name: 'description', Values: ['ELB *'] }, description => {
    const balancer = OF_LOAD_BALANCER.exec(description)?.[1];
    return balancer !== undefined && !living.has(balancer);
  });
  for (const part of chunksOf(groups, VALUES_PER_FILTER)) {
    await collect({ Name: 'group-id', Values: part.map(group => group.id) }, () => true);
  }
  return [...found.values()];
}
