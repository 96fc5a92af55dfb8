import * as assert from 'assert';
import * as path from 'path';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { importCertificate } from '../certificates';
import { Harness } from '../harness';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster, SeenLoadBalancer, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

/** What `addIngress()` says in fields: admitted by the controller's webhook, and there in the load balancer that comes of it. */
export const INGRESSES: Scenario = {
  number: 11,
  name: 'ingresses',
  cases: { 'two classes': (harness) => serveAndLeave(harness) },
};

async function serveAndLeave(harness: Harness): Promise<void> {
  const before = await objectsInCluster(harness);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'ingresses.ts'));
  const certificate = await importCertificate();
  await app.deploy({ environment: { CERTIFICATE_ARN: certificate } });

  const [shop, admin] = await eventually('a load balancer of each class', 90, async () => {
    const all = await loadBalancers(harness);
    const found = ['internet-facing', 'internal'].map((scheme) => all.find(({ Scheme }) => Scheme === scheme));
    return found.every((one) => one !== undefined && one.listeners.length > 0 && one.listeners.every(({ rules }) => rules.length > 0))
      ? found as SeenLoadBalancer[]
      : undefined;
  });
  assert.equal(shop.tags.team, 'shop');
  assert.equal(admin.tags.team, undefined);
  lookAtListeners(shop, admin, certificate);
  await lookAtLoadBalancer(harness, shop);
  await eventually('pods are registered for each, with the health check of one', 90, async () => {
    const groups = await targetGroups(harness);
    return groups.length === 2 && groups.every(({ targets }) => targets.length === 2)
      && groups.filter(({ HealthCheckPath, HealthCheckIntervalSeconds, Matcher }) =>
        HealthCheckPath === '/healthz' && HealthCheckIntervalSeconds === 20 && Matcher?.HttpCode === '200-204').length === 1;
  });

  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
  assert.deepEqual(await leftInCluster(harness, before), []);
}

function lookAtListeners(shop: SeenLoadBalancer, admin: SeenLoadBalancer, certificate: string): void {
  assert.deepEqual(shop.listeners.map(({ Port, Protocol }) => `${Protocol} ${Port}`).sort(), ['HTTP 80', 'HTTPS 443']);
  assert.deepEqual(admin.listeners.map(({ Port, Protocol }) => `${Protocol} ${Port}`), ['HTTP 80']);
  const [http, https] = [80, 443].map((port) => shop.listeners.find(({ Port }) => Port === port)!);
  assert.deepEqual([...new Set(https.Certificates!.map(({ CertificateArn }) => CertificateArn))], [certificate]);
  const actionsOf = ({ rules }: SeenLoadBalancer['listeners'][number]) => rules.flatMap(({ Actions }) => Actions!.map(({ Type }) => Type)).sort();
  assert.ok(actionsOf(http).includes('redirect') && !actionsOf(http).includes('forward'), 'HTTP only redirects');
  assert.ok(actionsOf(https).includes('forward') && actionsOf(https).includes('fixed-response'));
}

async function lookAtLoadBalancer({ aws }: Harness, { LoadBalancerArn, SecurityGroups }: SeenLoadBalancer): Promise<void> {
  const { Attributes } = await aws.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  assert.equal(Attributes!.find(({ Key }) => Key === 'idle_timeout.timeout_seconds')?.Value, '120');
  const { SecurityGroups: groups } = await aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: SecurityGroups }));
  const cidrs = groups!.flatMap(({ IpPermissions }) => IpPermissions!.flatMap(({ IpRanges }) => IpRanges!.map(({ CidrIp }) => CidrIp)));
  assert.deepEqual([...new Set(cidrs)], ['10.0.0.0/8']);
}
