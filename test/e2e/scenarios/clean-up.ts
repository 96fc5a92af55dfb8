import * as assert from 'assert';
import * as path from 'path';
import { ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { App } from '../app';
import { ingress, webApplication } from '../apps/web';
import { DeploymentFailed } from '../cloudformation/stack';
import { Harness } from '../harness';
import { addressOf, leftInAws, loadBalancers } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';
import { ForeignVpc, isUntouched, makeNeighbour, makeVpc, Neighbour } from '../surroundings';

const NAMES = ['shop', 'blog'];

/** `autoDeleteLoadBalancers`: Ingresses that no stack knows of, which nobody deletes before the cluster. */
export const CLEAN_UP: Scenario = {
  number: 6,
  name: 'clean-up',
  cases: {
    'of what kubectl made': async (harness) => {
      const world = await deployWithIngresses(harness);
      await world.app.destroy();
      await expectOnlyTheNeighbour(harness, world);
    },
    'a protected load balancer': protectedLoadBalancer,
    'in spite of faults': async (harness) => {
      const world = await deployWithIngresses(harness);
      const isCleanUp = () => world.app.stack().status === 'DELETE_IN_PROGRESS';
      for (const action of ['elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags', 'ec2:DescribeSecurityGroups']) {
        harness.faults.inject({ action, code: 'Throttling', times: 3, fits: isCleanUp });
      }
      harness.faults.inject({ action: 'ec2:DeleteSecurityGroup', code: 'DependencyViolation', times: 2, fits: isCleanUp });
      // Longer than the handler's patience with one request.
      harness.faults.inject({ action: 'elasticloadbalancing:DeleteTargetGroup', code: 'InternalFailure', status: 500, times: 1, delayMillis: 40_000 });
      harness.calls.tolerate(({ fault }) => fault !== undefined);
      await world.app.destroy();
      await expectOnlyTheNeighbour(harness, world);
      assert.ok(harness.calls.records.filter(({ fault }) => fault !== undefined).length >= 9, 'the faults were met');
    },
  },
};

interface World {
  readonly app: App;
  readonly vpc: ForeignVpc;
  readonly neighbour: Neighbour;
}

async function deployWithIngresses(harness: Harness): Promise<World> {
  const vpc = await makeVpc(harness);
  const neighbour = await makeNeighbour(harness, vpc);
  const app = harness.app(path.join(__dirname, '..', 'apps', 'imported-vpc.ts'));
  await app.deploy({ environment: { ...vpc.environment, CLEAN_UP: 'yes' } });
  for (const name of NAMES) {
    await harness.apply(...webApplication(name, { 'scheme': 'internet-facing', 'target-type': 'ip' }));
  }
  for (const name of NAMES) {
    await eventually(`Ingress ${name} has an address`, 90, () => addressOf(harness, name, name));
  }
  assert.equal((await loadBalancers(harness)).length, 1 + NAMES.length);
  return { app, vpc, neighbour };
}

async function expectOnlyTheNeighbour(harness: Harness, { vpc, neighbour }: World): Promise<void> {
  assert.ok(await isUntouched(harness, neighbour));
  assert.deepEqual(await leftInAws(harness), [
    `VPC ${vpc.id}`, 'load balancer k8s-shop-web-neighbour', 'security group k8s-shop-web-neighbour', 'target group k8s-shop-web-neighbour',
  ]);
}

/** Somebody has decided that it stays: the deletion says so, touches nothing, and goes on when the protection is taken off. */
async function protectedLoadBalancer(harness: Harness): Promise<void> {
  const world = await deployWithIngresses(harness);
  await harness.apply(ingress('shop', {
    'scheme': 'internet-facing', 'target-type': 'ip', 'load-balancer-attributes': 'deletion_protection.enabled=true',
  }));
  const balancer = (await loadBalancers(harness)).find(({ tags }) => tags['ingress.k8s.aws/stack'] === 'shop/shop')!;
  const protection = (value: string) => ({ LoadBalancerArn: balancer.LoadBalancerArn, Attributes: [{ Key: 'deletion_protection.enabled', Value: value }] });
  await eventually('the controller protects the load balancer', 60, async () =>
    harness.calls.find({ action: 'elasticloadbalancing:ModifyLoadBalancerAttributes' }).length > 0);

  await assert.rejects(world.app.destroy(), (error: Error) => {
    assert.ok(error instanceof DeploymentFailed, error.stack);
    assert.match(error.message, new RegExp(balancer.LoadBalancerName!));
    return true;
  });
  assert.equal((await loadBalancers(harness)).length, 1 + NAMES.length, 'none is deleted as long as one is protected');

  await harness.aws.elb.send(new ModifyLoadBalancerAttributesCommand(protection('false')));
  await world.app.destroy();
  await expectOnlyTheNeighbour(harness, world);
}
