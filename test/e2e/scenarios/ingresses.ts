import * as assert from 'assert';
import * as path from 'path';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancerPlan } from '../../../src/ingress/load-balancer-plan';
import { planOf } from '../../../src/summary/program/summary';
import { importCertificate } from '../certificates';
import { Harness } from '../harness';
import { leftInAws, leftInCluster, loadBalancers, objectsInCluster, SeenLoadBalancer, targetGroups } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

/** What `addIngress()` says in fields: admitted by the controller's webhook, and there in the load balancer that comes of it. */
export const INGRESSES: Scenario = {
  number: 11,
  name: 'ingresses',
  cases: { 'two classes': (harness) => serveAndLeave(harness), 'as planned': (harness) => buildsWhatIsPlanned(harness) },
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

/**
 * The whole load balancers of a dozen random groups are what the plan says: listeners, rules in their order, conditions, actions, targets.
 *
 * Other ones with `E2E_SEED=<number>`, which is printed.
 */
async function buildsWhatIsPlanned(harness: Harness): Promise<void> {
  const seed = process.env.E2E_SEED ?? String(Math.floor(Math.random() * 1e6));
  console.log(`random groups of E2E_SEED=${seed}`);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'random-groups.ts'));
  await app.deploy({ environment: { SEED: seed } });
  const { supports: [{ loadBalancers: planned }] } = planOf(app.assembly) as { supports: { loadBalancers: LoadBalancerPlan[] }[] };
  assert.equal(planned.length, 12);

  await eventually('a load balancer of each group, with all of its rules', 240, async () => {
    const all = await loadBalancers(harness);
    return planned.every(({ name, listeners }) => {
      const seen = all.find(({ tags }) => tags['ingress.k8s.aws/stack'] === name);
      return seen && listeners.every(({ port, rules }) => seen.listeners.find(({ Port }) => Port === port)?.rules.length === rules.length + 1);
    });
  });
  const services = new Map((await targetGroups(harness)).map(({ TargetGroupArn, tags }) => [TargetGroupArn, tags['ingress.k8s.aws/resource']]));
  for (const seen of await loadBalancers(harness)) {
    const plan = planned.find(({ name }) => name === seen.tags['ingress.k8s.aws/stack'])!;
    assert.deepEqual(seenAs(seen, services), plannedAs(plan), `E2E_SEED=${seed}, group ${plan.name}`);
    const { Attributes } = await harness.aws.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: seen.LoadBalancerArn }));
    for (const [key, value] of Object.entries(plan.settings.loadBalancerAttributes ?? {})) {
      assert.equal(Attributes!.find(({ Key }) => Key === key)?.Value, value);
    }
  }

  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
}

/** A load balancer in a form that both the plan and AWS can be brought to. */
interface Drawn {
  readonly scheme: string;
  readonly listeners: { readonly listener: string; readonly rules: { readonly conditions: string[]; readonly action: unknown }[] }[];
}

function plannedAs({ scheme, listeners }: LoadBalancerPlan): Drawn {
  return {
    scheme,
    listeners: listeners.map(({ protocol, port, rules }) => ({
      listener: `${protocol} ${port}`,
      rules: rules.map(({ ingress, conditions, action: { type, targets, redirectConfig, fixedResponseConfig } }) => ({
        conditions: conditions.map(({ field, header, values }) => `${field} ${header ?? ''} ${[...values].sort()}`).sort(),
        action: type === 'forward' ? targets.map(({ service, port: target }) => `${ingress}-${service}:${target}`)
          : type === 'redirect' ? [redirectConfig!.host, redirectConfig!.statusCode] : fixedResponseConfig!.statusCode,
      })),
    })).sort(byListener),
  };
}

function seenAs({ Scheme, listeners }: SeenLoadBalancer, services: ReadonlyMap<string | undefined, string>): Drawn {
  return {
    scheme: Scheme!,
    listeners: listeners.map(({ Protocol, Port, rules }) => ({
      listener: `${Protocol} ${Port}`,
      rules: rules.filter(({ IsDefault }) => !IsDefault).sort((a, b) => Number(a.Priority) - Number(b.Priority)).map(({ Conditions, Actions }) => {
        const { Type, TargetGroupArn, ForwardConfig, RedirectConfig, FixedResponseConfig } = Actions![Actions!.length - 1];
        const targets = ForwardConfig?.TargetGroups?.map((target) => target.TargetGroupArn) ?? [TargetGroupArn];
        return {
          conditions: Conditions!.map(({ Field, Values, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig, HttpRequestMethodConfig }) => {
            const config = HostHeaderConfig ?? PathPatternConfig ?? HttpHeaderConfig ?? HttpRequestMethodConfig;
            const values = Values?.length ? Values : config?.Values ?? [];
            return `${Field} ${HttpHeaderConfig?.HttpHeaderName ?? ''} ${[...values].sort()}`;
          }).sort(),
          action: Type === 'forward' ? targets.map((target) => services.get(target))
            : Type === 'redirect' ? [RedirectConfig!.Host, RedirectConfig!.StatusCode] : FixedResponseConfig!.StatusCode,
        };
      }),
    })).sort(byListener),
  };
}

function byListener(one: { readonly listener: string }, other: { readonly listener: string }): number {
  return one.listener < other.listener ? -1 : 1;
}
