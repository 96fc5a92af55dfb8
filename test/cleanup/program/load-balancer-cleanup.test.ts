import { DeleteLoadBalancerCommand, ModifyLoadBalancerAttributesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Moto, motoMissing } from './moto';
import { Neighbourhood, Vpc } from './neighbourhood';
import { loadBalancerCleanup } from '../../../src/cleanup/program/load-balancer-cleanup';
import { CustomResourceRequest } from '../../../src/custom-resource/program/aws';

const missing = motoMissing();
const describeWithMoto = missing ? describe.skip : describe;

let stackIsDeleted: () => boolean = () => true;
/** Time for a look that has begun, on a machine that may be busy. */
const marginMillis = 30_000;
const settings = { pauseMillis: 50, marginMillis, answerMillis: 0, graceMillis: 0, isBeingDeleted: async () => stackIsDeleted() };
const handler = loadBalancerCleanup(settings);
const ACCOUNT = '123456789012';

// moto reads its tables at the first calls, which takes seconds where the machine is busy.
jest.setTimeout(60_000);

let moto: Moto;
let aws: Neighbourhood;
let vpc: Vpc;
const environment = process.env;

interface Attempt {
  readonly type?: CustomResourceRequest['RequestType'];
  readonly millis?: number;
  readonly account?: string;
  readonly properties?: Record<string, unknown>;
}

async function cleanUp({ type = 'Delete', millis = 60_000, account = ACCOUNT, properties }: Attempt = {}): Promise<void> {
  await handler({
    RequestType: type,
    StackId: `arn:aws:cloudformation:eu-west-1:${account}:stack/s/1`,
    LogicalResourceId: 'Cleanup',
    ResourceProperties: properties ?? { ClusterName: 'blue', VpcId: vpc.id },
  }, { getRemainingTimeInMillis: () => millis + marginMillis });
}

/** Lets AWS release interfaces after this many looks at them. */
function releasingAfter(looks: number) {
  let seen = 0;
  return async (action: string) => {
    if (action === 'DescribeNetworkInterfaces' && ++seen > looks) {
      await aws.releaseInterfaces();
    }
  };
}

describeWithMoto(missing ? `clean-up after a cluster, skipped: ${missing}` : 'clean-up after a cluster', () => {
  beforeAll(async () => {
    process.env = {
      ...environment, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', NO_PROXY: '127.0.0.1',
    };
    moto = await Moto.start();
    process.env.AWS_ENDPOINT_URL = moto.url;
    jest.spyOn(console, 'log').mockImplementation(() => {});
  });

  beforeEach(async () => {
    await moto.reset();
    aws = new Neighbourhood(moto.directUrl);
    vpc = await aws.addVpc();
  });

  afterAll(async () => {
    process.env = environment;
    await moto.stop();
  });

  test('takes nothing where the stack stays: the clean-up was taken back, or an update that added it is rolled back', async () => {
    await aws.addCluster(vpc, 'used', 'blue', 2);
    const before = await aws.inventory();
    stackIsDeleted = () => false;
    try {
      await cleanUp();
    } finally {
      stackIsDeleted = () => true;
    }
    expect(await aws.inventory()).toEqual(before);
  });

  test('comes through rights that do not hold everywhere yet', async () => {
    await aws.addCluster(vpc, 'gone', 'blue', 1);
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDenied' });
    let errors = 2;
    const isBeingDeleted = async () => {
      if (errors-- > 0) { throw denied; }
      return true;
    };
    const request: CustomResourceRequest = {
      RequestType: 'Delete',
      StackId: `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/s/1`,
      LogicalResourceId: 'Cleanup',
      ResourceProperties: { ClusterName: 'blue', VpcId: vpc.id },
    };
    await expect(loadBalancerCleanup({ ...settings, isBeingDeleted })(request, { getRemainingTimeInMillis: () => 60_000 })).rejects.toThrow('not authorized');

    errors = 2;
    const release = releasingAfter(0);
    moto.fault = async (action) => {
      await release(action);
      return undefined;
    };
    await loadBalancerCleanup({ ...settings, graceMillis: 60_000, isBeingDeleted })(request, { getRemainingTimeInMillis: () => 60_000 });
    expect((await aws.inventory()).balancers).toEqual([]);
  });

  test('takes more than a hundred load balancers with all that belongs to them, and nothing of anybody else', async () => {
    const otherVpc = await aws.addVpc();
    const nodes = await aws.addGroup(vpc, 'nodes', '');
    await aws.addRule(nodes, 'ingress', '10.0.0.0/8', 8080);
    await aws.addRule(nodes, 'ingress', nodes, 443);
    // Neighbours: another cluster (its name begins like ours, its things fill the first page of each list),
    // our name in another VPC, nobody's.
    const green = await aws.addCluster(vpc, 'aqua', 'blue-green', 45, 5);
    await aws.addRule(nodes, 'ingress', green.backendGroup, 8080);
    await aws.addRule(green.frontGroup, 'ingress', green.backendGroup, 80);
    await aws.addCluster(vpc, 'capital', 'Blue', 3);
    await aws.addCluster(otherVpc, 'elsewhere', 'blue', 10, 5);
    await aws.addCluster(vpc, 'byhand', '', 5, 2);
    const probe = await aws.addGroup(vpc, 'probe', '');
    const others = await aws.inventory();

    const blue = await aws.addCluster(vpc, 'blue', 'blue', 120, 20);
    for (const [group, direction, peer] of [
      [nodes, 'ingress', blue.backendGroup], [probe, 'egress', blue.frontGroup], [green.frontGroup, 'ingress', blue.frontGroup],
      [blue.frontGroup, 'ingress', '0.0.0.0/0'], [blue.frontGroup, 'egress', blue.backendGroup], [blue.backendGroup, 'ingress', blue.frontGroup],
    ] as const) {
      await aws.addRule(group, direction, peer, 8080);
    }

    moto.pageSizes = { elb: 40, ec2: 4 };
    const release = releasingAfter(6);
    moto.fault = async (action, _, index) => {
      await release(action);
      return index % 60 === 7 ? { status: 400, code: action.includes('Security') ? 'RequestLimitExceeded' : 'Throttling' } : undefined;
    };
    await cleanUp({ millis: 150_000 });

    expect(await aws.inventory()).toEqual(others);
    expect(moto.calls.filter(action => action === 'DeleteLoadBalancer').length).toBeGreaterThanOrEqual(120);
    // Whatever refers to a group goes before the group.
    expect(moto.calls.indexOf('RevokeSecurityGroupIngress')).toBeLessThan(moto.calls.indexOf('DeleteSecurityGroup'));
  }, 180_000);

  test('finds nothing, deletes nothing', async () => {
    await aws.addCluster(vpc, 'green', 'green', 2);
    const before = await aws.inventory();
    await cleanUp();
    expect(await aws.inventory()).toEqual(before);
    expect(moto.calls.filter(action => !action.startsWith('Describe'))).toEqual([]);
  });

  test.each(['Create', 'Update'] as const)('%s makes no call', async type => {
    await aws.addCluster(vpc, 'blue', 'blue', 1);
    await cleanUp({ type });
    expect(moto.calls).toEqual([]);
  });

  test.each([{ VpcId: 'vpc-1' }, { ClusterName: 'blue', VpcId: '' }])('fails without a call for %j', async properties => {
    await expect(cleanUp({ properties })).rejects.toThrow(`ClusterName and VpcId must be set, got ${JSON.stringify(properties)}`);
    expect(moto.calls).toEqual([]);
  });

  describe('deletion protection', () => {
    const protect = async (LoadBalancerArn: string, on: boolean) => {
      await aws.elb.send(new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn, Attributes: [{ Key: 'deletion_protection.enabled', Value: String(on) }],
      }));
    };

    test('fails with the names before anything is deleted; released, the next attempt takes all', async () => {
      const { balancerArns } = await aws.addCluster(vpc, 'blue', 'blue', 6, 0);
      const named = (name: string) => balancerArns.find(arn => arn.includes(`/${name}/`))!;
      await protect(named('blue-2'), true);
      await protect(named('blue-4'), true);
      const before = await aws.inventory();
      await expect(cleanUp()).rejects.toThrow(
        'deletion protection is on for load balancers of this cluster: blue-2, blue-4; '
        + 'turn it off (attribute deletion_protection.enabled) or delete them, then delete the stack again',
      );
      expect(await aws.inventory()).toEqual(before);

      await protect(named('blue-2'), false);
      await protect(named('blue-4'), false);
      await cleanUp();
      expect((await aws.inventory()).balancers).toEqual([]);
    });

    test("a neighbour's does not matter", async () => {
      const green = await aws.addCluster(vpc, 'green', 'green', 1);
      await protect(green.balancerArns[0], true);
      await aws.addCluster(vpc, 'blue', 'blue', 1, 0);
      await cleanUp();
      expect((await aws.inventory()).balancers).toEqual(green.balancerArns);
    });

    test('turned on after the look, it fails with the name as well', async () => {
      await aws.addCluster(vpc, 'blue', 'blue', 1, 0);
      moto.fault = action => action === 'DeleteLoadBalancer' ? { code: 'OperationNotPermitted' } : undefined;
      await expect(cleanUp()).rejects.toThrow('deletion protection is on for load balancers of this cluster: blue-0;');
      expect(moto.calls).not.toContain('DeleteTargetGroup');
    });
  });

  describe('time', () => {
    test('fails before it is out and says what is left; the next attempt continues', async () => {
      const { frontGroup, backendGroup } = await aws.addCluster(vpc, 'blue', 'blue', 4);
      const [first] = (await aws.inventory()).interfaces;
      const groups = [frontGroup, backendGroup];
      await expect(cleanUp({ millis: 3_000 })).rejects.toThrow(new RegExp(
        `^time is out for cleaning up after cluster "blue" in ${vpc.id}, last seen: 4 network interfaces \\(.*${first} ELB .*\\), `
        + `2 security groups \\((${frontGroup}, ${backendGroup}|${backendGroup}, ${frontGroup})\\).*; delete the stack again to continue$`,
      ));
      const between = await aws.inventory();
      expect([between.balancers, between.targetGroups]).toEqual([[], []]);
      expect(between.securityGroups).toEqual(expect.arrayContaining(groups));

      // Only the interfaces tell this attempt that there was a load balancer.
      const release = releasingAfter(3);
      moto.fault = async action => { await release(action); return undefined; };
      await cleanUp();
      const after = await aws.inventory();
      expect(after.interfaces).toEqual([]);
      expect(after.securityGroups).not.toEqual(expect.arrayContaining(groups));
    });

    test('waits for interfaces of a load balancer that an earlier attempt deleted, security group or not', async () => {
      await aws.addInterface(vpc, 'ELB net/blue-0/0123456789abcdef');
      await expect(cleanUp({ millis: 300 })).rejects.toThrow('last seen: 1 network interfaces (eni-');
      await aws.releaseInterfaces();
      await cleanUp();
    });

    test('does not wait for interfaces of living load balancers, of other things or of other accounts', async () => {
      await aws.addCluster(vpc, 'green', 'green', 2);
      await aws.addInterface(vpc, 'aws-K8S-i-0123456789abcdef0');
      await aws.addInterface(vpc, 'ELB classic-one');
      await expect(cleanUp({ millis: 5_000 })).resolves.toBeUndefined();
      await aws.addInterface(vpc, 'ELB app/shared/0123456789abcdef');
      await expect(cleanUp({ millis: 5_000, account: '999999999999' })).resolves.toBeUndefined();
    });

    test('an AWS that accepts and stays silent does not keep it from saying so', async () => {
      moto.fault = () => new Promise(() => {});
      const silent = loadBalancerCleanup({ ...settings, marginMillis: 500, answerMillis: 200 });
      const request = { RequestType: 'Delete', StackId: 's', LogicalResourceId: 'l', ResourceProperties: { ClusterName: 'blue', VpcId: vpc.id } } as const;
      await expect(silent(request, { getRemainingTimeInMillis: () => 2_000 })).rejects.toThrow(new RegExp(
        `^time is out for cleaning up after cluster "blue" in ${vpc.id}, last seen: nothing yet; last error: a request \\((TimeoutError|OutOfTime): `));
    });

    test('deletes nothing once it is out', async () => {
      await aws.addCluster(vpc, 'blue', 'blue', 3, 0);
      const before = await aws.inventory();
      await expect(cleanUp({ millis: 1 })).rejects.toThrow('last seen: 3 load balancers (blue-');
      expect(await aws.inventory()).toEqual(before);
    });
  });

  describe('errors of AWS', () => {
    test.each([
      ['DeleteTargetGroup', 'ResourceInUse'],
      ['DeleteLoadBalancer', 'ResourceInUse'],
      ['DeleteSecurityGroup', 'DependencyViolation'],
      ['RevokeSecurityGroupIngress', 'InternalError'],
    ])('%s: %s is tried again', async (rejected, code) => {
      const { frontGroup, backendGroup } = await aws.addCluster(vpc, 'blue', 'blue', 2, 0);
      await aws.addRule(frontGroup, 'ingress', backendGroup, 80);
      let times = 0;
      moto.fault = action => action === rejected && times++ < 3 ? { status: code === 'InternalError' ? 500 : 400, code } : undefined;
      await cleanUp();
      const { balancers, targetGroups, securityGroups } = await aws.inventory();
      expect([balancers, targetGroups]).toEqual([[], []]);
      expect(securityGroups).not.toContain(frontGroup);
      expect(times).toBeGreaterThan(3);
    });

    test('the one that stays is reported', async () => {
      await aws.addCluster(vpc, 'blue', 'blue', 1, 0);
      moto.fault = action => action === 'DeleteTargetGroup' ? { code: 'ResourceInUse', message: 'in use by a listener' } : undefined;
      await expect(cleanUp({ millis: 4_000 })).rejects.toThrow(
        /last seen: 1 target groups \(blue-0\).*; last error: blue-0 \(ResourceInUse: in use by a listener\); delete the stack again/,
      );
    });

    test('a missing permission fails at once, with the name', async () => {
      await aws.addCluster(vpc, 'blue', 'blue', 1, 0);
      moto.fault = action => action === 'DeleteLoadBalancer' ? { status: 403, code: 'AccessDenied', message: 'not authorized' } : undefined;
      await expect(cleanUp()).rejects.toThrow('could not delete blue-0: AccessDenied: not authorized');
    });

    test.each(['DescribeTags', 'DescribeLoadBalancerAttributes', 'DeleteLoadBalancer'])('a load balancer may go just before %s', async action => {
      const { balancerArns } = await aws.addCluster(vpc, 'blue', 'blue', 5, 0);
      const [fast] = balancerArns;
      moto.fault = async (current, params) => {
        if (current !== action || ![...params.values()].includes(fast)) { return undefined; }
        await aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: fast }));
        return { code: 'LoadBalancerNotFound' };
      };
      await cleanUp();
      expect((await aws.inventory()).balancers).toEqual([]);
    });

    test('the same clean-up twice is no error', async () => {
      await aws.addCluster(vpc, 'blue', 'blue', 2, 0);
      await cleanUp();
      await cleanUp();
      expect((await aws.inventory()).balancers).toEqual([]);
    });
  });
});
