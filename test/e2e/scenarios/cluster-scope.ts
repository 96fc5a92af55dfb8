import * as assert from 'assert';
import * as path from 'path';
import {
  AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, CreateTagsCommand, DeleteSecurityGroupCommand, DeleteTagsCommand,
  DescribeSecurityGroupsCommand, DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import {
  AddTagsCommand, CreateListenerCommand, CreateTargetGroupCommand, DeleteListenerCommand, DeleteLoadBalancerCommand, DeleteTargetGroupCommand,
  ModifyLoadBalancerAttributesCommand, RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ingress, namespace, webApplication, workload } from '../apps/web';
import { importCertificate } from '../certificates';
import { Harness } from '../harness';
import { addressOf, leftInAws, loadBalancers, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';
import { isUntouched, makeNeighbour, makeVpc, Neighbour } from '../surroundings';

const APPS = path.join(__dirname, '..', 'apps');

/** The policies that are narrowed to one cluster: wide enough for what it does, and no wider. */
export const CLUSTER_SCOPE: Scenario = {
  number: 3,
  name: 'cluster-scope',
  cases: {
    'beside a neighbour': besideNeighbour,
    'all kinds of targets': allKindsOfTargets,
  },
};

async function besideNeighbour(harness: Harness): Promise<void> {
  const vpc = await makeVpc(harness);
  const neighbour = await makeNeighbour(harness, vpc);
  const app = harness.app(path.join(APPS, 'imported-vpc.ts'));
  await app.deploy({ environment: vpc.environment });
  await harness.apply(...webApplication('shop', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the Ingress has an address', 90, () => addressOf(harness, 'shop', 'shop'));

  const role = harness.iam.role(app.stack().physicalId('AWS::IAM::Role', 'AlbIngressRole'));
  for (const [what, attempt] of Object.entries(attemptsOn(harness, role.arn, neighbour))) {
    await assert.rejects(attempt(), /not authorized/, what);
  }
  harness.calls.tolerate(({ denied, params }) => denied !== undefined && Object.values(neighbour).some((id) => Object.values(params).includes(id)));

  await harness.kubectl(['delete', 'namespace', 'shop']);
  await app.destroy();
  assert.ok(await isUntouched(harness, neighbour));
  assert.deepEqual(await leftInAws(harness), [
    `VPC ${vpc.id}`, 'load balancer k8s-shop-web-neighbour', 'security group k8s-shop-web-neighbour', 'target group k8s-shop-web-neighbour',
  ]);
}

/** What a controller that has gone astray might do to another cluster's resources. */
function attemptsOn(harness: Harness, roleArn: string, of: Neighbour): Record<string, () => Promise<unknown>> {
  const { ec2, elb } = harness.as(roleArn);
  const mine = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'mine' }];
  return {
    'delete its load balancer': () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: of.loadBalancer })),
    'change its load balancer': () => elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: of.loadBalancer, Attributes: [] })),
    'add a listener': () => elb.send(new CreateListenerCommand({
      LoadBalancerArn: of.loadBalancer, Protocol: 'HTTP', Port: 81, DefaultActions: [{ Type: 'forward', TargetGroupArn: of.targetGroup }],
    })),
    'delete its listener': () => elb.send(new DeleteListenerCommand({ ListenerArn: of.listener })),
    'take it over by its tag': () => elb.send(new AddTagsCommand({ ResourceArns: [of.loadBalancer], Tags: mine })),
    'take its tag away': () => elb.send(new RemoveTagsCommand({ ResourceArns: [of.loadBalancer], TagKeys: ['elbv2.k8s.aws/cluster'] })),
    'delete its target group': () => elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: of.targetGroup })),
    'delete its security group': () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: of.securityGroup })),
    'open its security group': () => ec2.send(new AuthorizeSecurityGroupIngressCommand({
      GroupId: of.securityGroup, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })),
    'take its security group over': () => ec2.send(new CreateTagsCommand({ Resources: [of.securityGroup], Tags: mine })),
    'take the tag of its security group away': () => ec2.send(new DeleteTagsCommand({
      Resources: [of.securityGroup], Tags: [{ Key: 'elbv2.k8s.aws/cluster' }],
    })),
  };
}

/** Every way to reach pods, at once; a call that the policies lack would fail the case. */
async function allKindsOfTargets(harness: Harness): Promise<void> {
  const app = harness.app(path.join(APPS, 'plain.ts'));
  await app.deploy();
  const vpc = app.stack().physicalId('AWS::EC2::VPC');
  const foreignGroup = await securityGroup(harness, vpc, 'users-own');
  await addNodesWithUntaggedGroup(harness, vpc);
  const foreignTargetGroup = await targetGroupOfOthers(harness, vpc);
  await importCertificate();

  const shared = { 'scheme': 'internet-facing', 'target-type': 'ip', 'group.name': 'shared' };
  await harness.apply(
    ...webApplication('by-instance', { 'scheme': 'internet-facing', 'target-type': 'instance' }),
    ...webApplication('by-ip', { 'scheme': 'internal', 'target-type': 'ip' }, 6),
    namespace('first'), ...workload('first'), ingress('first', shared, '/first'),
    namespace('second'), ...workload('second'), ingress('second', shared, '/second'),
    namespace('secure'), ...workload('secure'), ingress('secure', {
      'scheme': 'internet-facing', 'target-type': 'ip', 'listen-ports': '[{"HTTPS":443},{"HTTP":80}]', 'ssl-redirect': '443',
    }, '/', { tls: [{ hosts: ['localhost'] }] }),
    ...webApplication('own-group', {
      'scheme': 'internet-facing', 'target-type': 'ip', 'security-groups': foreignGroup, 'manage-backend-security-group-rules': 'true',
    }),
    namespace('bound'), ...workload('bound'), {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: { name: 'bound', namespace: 'bound' },
      spec: { serviceRef: { name: 'bound', port: 80 }, targetGroupARN: foreignTargetGroup, targetType: 'ip' },
    },
  );
  for (const name of ['by-instance', 'by-ip', 'first', 'second', 'secure', 'own-group']) {
    await eventually(`Ingress ${name} has an address`, 120, () => addressOf(harness, name, name));
  }
  assert.equal(await addressOf(harness, 'first', 'first'), await addressOf(harness, 'second', 'second'));
  const balancers = await loadBalancers(harness);
  assert.equal(balancers.length, 5);
  const secure = balancers.find(({ listeners }) => listeners.some(({ Port }) => Port === 443))!;
  assert.deepEqual(secure.listeners.map(({ Port }) => Port).sort(), [443, 80]);
  await eventually('pods are registered with the target group of others', 60, async () =>
    (await targetGroups(harness)).find(({ TargetGroupArn }) => TargetGroupArn === foreignTargetGroup)?.targets.length === 2);
  await eventually('all target groups are filled', 60, async () => (await targetGroups(harness)).every(({ targets }) => targets.length > 0));

  // Changes: a path, a scheme, which needs another load balancer, and members of a group that leave.
  await harness.apply(ingress('first', shared, '/other'));
  await harness.apply(ingress('by-ip', { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  await eventually('the load balancer has the new scheme', 90, async () =>
    (await loadBalancers(harness)).every(({ Scheme }) => Scheme === 'internet-facing'));
  await harness.kubectl(['scale', 'deployment', '--namespace', 'by-ip', 'by-ip', '--replicas', '2']);
  await harness.deleteNamespaces('second', 'by-instance', 'by-ip', 'secure', 'own-group', 'bound', 'first');

  assert.deepEqual((await targetGroups(harness)).map(({ TargetGroupArn }) => TargetGroupArn), [foreignTargetGroup]);
  assert.deepEqual(await loadBalancers(harness), []);
  const { SecurityGroups } = await harness.aws.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  assert.deepEqual(SecurityGroups!.map(({ GroupName }) => GroupName!).filter((name) => name.startsWith('k8s-')), []);
}

async function securityGroup({ aws }: Harness, vpc: string, name: string): Promise<string> {
  return (await aws.ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpc }))).GroupId!;
}

/** Nodes with one group, which no cluster has tagged: the controller opens it all the same. */
async function addNodesWithUntaggedGroup(harness: Harness, vpc: string): Promise<void> {
  const { Subnets } = await harness.aws.ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
  await harness.nodes.create('untagged', {
    clusterName: [...harness.eks.clusters][0],
    subnets: [Subnets![0].SubnetId!],
    size: 1,
    securityGroups: [await securityGroup(harness, vpc, 'nodes-without-tag')],
  });
}

/** As one stack makes a target group that another one's pods are to be bound to. */
async function targetGroupOfOthers({ aws }: Harness, vpc: string): Promise<string> {
  const { TargetGroups } = await aws.elb.send(new CreateTargetGroupCommand({ Name: 'of-others', Protocol: 'HTTP', Port: 80, VpcId: vpc, TargetType: 'ip' }));
  return TargetGroups![0].TargetGroupArn!;
}
