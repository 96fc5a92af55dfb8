import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, DescribeTagsCommand, DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand, Listener, LoadBalancer, Rule, TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Harness } from './harness';

export interface SeenLoadBalancer extends LoadBalancer {
  readonly tags: Record<string, string>;
  readonly listeners: (Listener & { readonly rules: Rule[] })[];
}

export interface SeenTargetGroup extends TargetGroup {
  readonly tags: Record<string, string>;
  /** Ids: addresses of pods, or instances. */
  readonly targets: string[];
}

/** Load balancers of the account, with listeners and rules. */
export async function loadBalancers({ aws }: Harness): Promise<SeenLoadBalancer[]> {
  const { LoadBalancers } = await aws.elb.send(new DescribeLoadBalancersCommand({}));
  return Promise.all(LoadBalancers!.map(async (balancer) => {
    const { Listeners } = await aws.elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }));
    const listeners = await Promise.all(Listeners!.map(async (listener) => {
      const { Rules } = await aws.elb.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }));
      return { ...listener, rules: Rules! };
    }));
    return { ...balancer, listeners, tags: await elbTags(aws, balancer.LoadBalancerArn!) };
  }));
}

export async function targetGroups({ aws }: Harness): Promise<SeenTargetGroup[]> {
  const { TargetGroups } = await aws.elb.send(new DescribeTargetGroupsCommand({}));
  return Promise.all(TargetGroups!.map(async (group) => {
    const { TargetHealthDescriptions } = await aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group.TargetGroupArn }));
    return { ...group, tags: await elbTags(aws, group.TargetGroupArn!), targets: TargetHealthDescriptions!.map(({ Target }) => Target!.Id!) };
  }));
}

/** Address in the status of an Ingress. */
export async function addressOf({ kubernetes }: Harness, namespace: string, name: string): Promise<string | undefined> {
  const ingress = await kubernetes.get(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}`);
  return ingress?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

/** Tags of all subnets of a VPC, by the subnet's id. */
export async function subnetTags({ aws }: Harness, vpc: string): Promise<Record<string, Record<string, string>>> {
  const { Subnets } = await aws.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  return Object.fromEntries(Subnets!.map(({ SubnetId, Tags }) => [SubnetId!, record(Tags)]));
}

/** Names of what an account holds that a stack may have left: everything but what AWS puts into each account. */
export async function leftInAws(harness: Harness): Promise<string[]> {
  const { SecurityGroups } = await harness.aws.ec2.send(new DescribeSecurityGroupsCommand({}));
  const { Vpcs } = await harness.aws.ec2.send(new DescribeVpcsCommand({}));
  return [
    ...(await loadBalancers(harness)).map(({ LoadBalancerName }) => `load balancer ${LoadBalancerName}`),
    ...(await targetGroups(harness)).map(({ TargetGroupName }) => `target group ${TargetGroupName}`),
    ...SecurityGroups!.filter(({ GroupName }) => GroupName !== 'default').map(({ GroupName }) => `security group ${GroupName}`),
    ...Vpcs!.filter(({ IsDefault }) => !IsDefault).map(({ VpcId }) => `VPC ${VpcId}`),
    ...harness.iam.roleNames.map((name) => `role ${name}`),
  ].sort();
}

const KINDS_IN_CLUSTER = [
  '/apis/apps/v1/deployments', '/api/v1/services', '/api/v1/serviceaccounts', '/api/v1/secrets', '/api/v1/configmaps',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  '/apis/rbac.authorization.k8s.io/v1/roles', '/apis/rbac.authorization.k8s.io/v1/rolebindings',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
  '/apis/networking.k8s.io/v1/ingressclasses', '/apis/networking.k8s.io/v1/ingresses', '/apis/policy/v1/poddisruptionbudgets',
  '/apis/elbv2.k8s.aws/v1beta1/ingressclassparams', '/apis/elbv2.k8s.aws/v1beta1/targetgroupbindings', '/apis/coordination.k8s.io/v1/leases',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', '/api/v1/namespaces',
];

/** All objects that a chart, a manifest or a controller may make, as `kind namespace/name`. Taken before and after, the difference is what is left. */
export async function objectsInCluster({ kubernetes }: Harness): Promise<Set<string>> {
  const lists = await Promise.all(KINDS_IN_CLUSTER.map(async (path) => {
    const kind = path.slice(path.lastIndexOf('/') + 1);
    return (await kubernetes.list(path)).map(({ metadata }) => `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`);
  }));
  return new Set(lists.flat());
}

/**
 * What a deployment and its destruction left, but for what stays on purpose: definitions, with which all their objects would go, and the
 * lease by which the controller elects its leader, which it does not take along.
 *
 * @param before what `objectsInCluster` found before
 */
export async function leftInCluster(harness: Harness, before: Set<string>): Promise<string[]> {
  const meantToStay = /^customresourcedefinitions .*\.((elbv2|gateway|aga)\.k8s\.aws|gateway\.networking\.k8s\.io)$|^leases \S+\/aws-load-balancer-controller-leader$/;
  return [...await objectsInCluster(harness)].filter((object) => !before.has(object) && !meantToStay.test(object)).sort();
}

async function elbTags(aws: Harness['aws'], arn: string): Promise<Record<string, string>> {
  const { TagDescriptions } = await aws.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return record(TagDescriptions?.[0]?.Tags);
}

function record(tags: { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value ?? '']));
}
