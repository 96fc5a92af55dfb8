import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, IngressLabelOperator, IngressTargetType, TargetGroupBindingOptions } from '../../src';
import { importCluster, newCluster, newStack, newVpc } from '../fixtures';
import { bindingIn, bindingsIn, bindNetwork, bindShop, newAutoModeSupported, newSupported, SHOP, Supported } from '../support/binding-fixtures';

test.each<[Partial<TargetGroupBindingOptions>, string]>([
  [{ service: 'Shop' }, "service must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters), got \"Shop\"; rename it"],
  [{ namespace: 'my.shop' }, "namespace must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters), got \"my.shop\"; rename it"],
  [{ port: 0 }, 'port must be a whole number from 1 to 65535, got 0; use the port of the Service'],
  [{ port: 65536 }, 'port must be a whole number from 1 to 65535, got 65536; use the port of the Service'],
  [{ targetPort: 80.5 }, 'targetPort must be a whole number from 1 to 65535, got 80.5; use the port of the pods, or the node port with instance targets'],
  [{ protocol: 'GENEVE' as elbv2.Protocol },
    'protocol must be one of HTTP, HTTPS behind an Application Load Balancer, got "GENEVE"; use addNetworkTargetGroupBinding() for Network Load Balancers'],
  [{ nodeSelector: { matchLabels: { pool: 'web' } } }, 'nodeSelector must be used with instance targets only, got "ip"; leave it out, or set targetType to INSTANCE'],
  [{ targetType: IngressTargetType.INSTANCE, nodeSelector: { matchExpressions: [{ key: 'pool', operator: IngressLabelOperator.IN }] } },
    'nodeSelector must have values with operator In, as for pool, got []; list the values, or use EXISTS'],
])('fails for %j', (options, message) => {
  expect(() => bindShop(newSupported(), options)).toThrow(new Error(`addTargetGroupBinding(Shop).${message}`));
});

test.each<[Partial<TargetGroupBindingOptions>, string]>([
  [{ protocol: elbv2.Protocol.HTTP },
    'protocol must be one of TCP, TLS, UDP, TCP_UDP behind a Network Load Balancer, got "HTTP"; use addTargetGroupBinding() for Application Load Balancers'],
  [{ protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }, 'protocolVersion must be used with the protocols HTTP and HTTPS only, got "GRPC"; leave it out'],
])('fails behind a Network Load Balancer for %j', (options, message) => {
  expect(() => bindNetwork(newSupported(), options)).toThrow(new Error(`addNetworkTargetGroupBinding(Shop).${message}`));
});

test.each<Partial<TargetGroupBindingOptions>>([
  { port: 1 }, { port: 65535 }, { port: Token.asNumber({ Ref: 'Port' }) }, { service: Token.asString({ Ref: 'Service' }) }, { service: 'a'.repeat(63) },
])('takes %j', (options) => {
  expect(() => bindShop(newSupported(), options)).not.toThrow();
});

test.each<[string, Partial<EksAlbIngressSupportProps>]>([
  ['watchNamespace', { watchNamespace: 'web' }],
  ['values.watchNamespace', { values: { watchNamespace: 'web' } }],
])('fails in a namespace that the controller does not watch, by %s', (prop, props) => {
  const supported = newSupported('aws-eks-v2', props);
  expect(() => bindShop(supported)).toThrow(new Error(
    `addTargetGroupBinding(Shop).namespace must be web, the only one that the controller watches, got "shop"; use that one, or leave ${prop} out`));
  expect(() => bindShop(supported, { namespace: 'web' }, 'Other')).not.toThrow();
});

describe('a target group of the user\'s', () => {
  const own = ({ stack, vpc }: Supported, props: Partial<elbv2.ApplicationTargetGroupProps> = {}) =>
    new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP, ...props });

  test.each<Partial<TargetGroupBindingOptions>>([
    { protocol: elbv2.Protocol.HTTP }, { healthCheck: { path: '/' } }, { deregistrationDelay: Duration.seconds(5) },
    { protocolVersion: elbv2.ApplicationProtocolVersion.HTTP1 }, { ipAddressType: elbv2.TargetGroupIpAddressType.IPV4 },
  ])('takes no settings here: %j', (options) => {
    const supported = newSupported();
    const [option] = Object.keys(options);
    expect(() => bindShop(supported, { targetGroup: own(supported), ...options })).toThrow(new Error(
      `addTargetGroupBinding(Shop).${option} must be left out with a target group of your own, got ["${option}"]; `
      + 'set it where the target group is defined, or leave out targetGroup'));
  });

  test.each<[string, (supported: Supported) => elbv2.ITargetGroup, RegExp]>([
    ['of a Lambda function', (supported) => own(supported, { port: undefined, targetType: elbv2.TargetType.LAMBDA }),
      /^addTargetGroupBinding\(Shop\)\.targetGroup must have targets of type ip or instance, got "lambda"; choose one of them where Stack\/Own is defined$/],
    ['of a Gateway Load Balancer', (supported) => {
      const targetGroup = own(supported);
      (targetGroup.node.defaultChild as elbv2.CfnTargetGroup).protocol = 'GENEVE';
      return targetGroup;
    }, /^addTargetGroupBinding\(Shop\)\.targetGroup must be one of an Application or a Network Load Balancer, got "GENEVE"; choose another protocol where Stack\/Own is defined$/],
    ['of another VPC of the app', (supported) => own(supported, { vpc: new ec2.Vpc(supported.stack, 'Other') }),
      /^addTargetGroupBinding\(Shop\)\.targetGroup must be in the VPC Stack\/Vpc, got "Stack\/Own"; define it there, or name its VPC as vpc where both are connected$/],
  ])('%s', (_, make, message) => {
    const supported = newSupported();
    expect(() => bindShop(supported, { targetGroup: make(supported) })).toThrow(message);
  });

  test('with an Application Load Balancer as its target', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const targetGroup = new elbv2.NetworkTargetGroup(stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.ALB });
    expect(() => bindNetwork(supported, { targetGroup })).toThrow(new Error('addNetworkTargetGroupBinding(Shop).targetGroup must have targets of type ip or '
      + 'instance, got "alb"; choose one of them where Stack/Own is defined'));
  });

  test('of another VPC than the imported one', () => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
    const other = ec2.Vpc.fromVpcAttributes(stack, 'Other', { vpcId: 'vpc-2', availabilityZones: ['a'], privateSubnetIds: ['subnet-2'] });
    const cluster = importCluster(stack, 'aws-eks-v2', { clusterSecurityGroupId: 'sg-0123456789abcdef0' });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const bind = (id: string, where: ec2.IVpc) => () => support.addTargetGroupBinding(id, {
      ...SHOP, targetGroup: new elbv2.ApplicationTargetGroup(stack, `Of${id}`, { vpc: where, port: 80, targetType: elbv2.TargetType.IP }),
    });
    expect(bind('One', other)).toThrow(/^addTargetGroupBinding\(One\)\.targetGroup must be in the VPC Stack\/Vpc, got "Stack\/OfOne"; /);
    expect(bind('Two', vpc)).not.toThrow();
  });

  test.each([
    ['region', 'eu-central-1', '111122223333', 'eu-west-1'],
    ['account', 'eu-west-1', '444455556666', '111122223333'],
  ])('imported from another %s', (part, region, account, expected) => {
    const supported = newSupported('aws-eks-v2', {}, newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }));
    const targetGroup = elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(supported.stack, 'Own', {
      targetGroupArn: `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/shop/0123456789abcdef`,
    });
    expect(() => bindShop(supported, { targetGroup })).toThrow(new Error(
      `addTargetGroupBinding(Shop).targetGroup must be in the ${part} of the cluster, ${expected}, got "${part === 'region' ? region : account}"; use a target group of that ${part} instead of Stack/Own`));
  });

  test('of a stack in another region', () => {
    const supported = newSupported('aws-eks-v2', {}, newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }));
    const other = new Stack(supported.app, 'Other', { env: { account: '111122223333', region: 'us-east-1' } });
    const vpc = newVpc(other);
    const targetGroup = new elbv2.ApplicationTargetGroup(other, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    expect(() => bindShop(supported, { targetGroup, vpc })).toThrow(
      new Error('addTargetGroupBinding(Shop).targetGroup must be in the region of the cluster, eu-west-1, got "us-east-1"; use a target group of that region instead of Other/Own'));
  });

  test('has the targets that it has', () => {
    const supported = newSupported();
    expect(() => bindShop(supported, { targetGroup: own(supported), targetType: IngressTargetType.INSTANCE }))
      .toThrow(new Error('addTargetGroupBinding(Shop).targetType must be that of Stack/Own, ip, got "instance"; leave it out'));
  });

  test('of a lookup that is still to be made is not judged', () => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0' });
    const other = ec2.Vpc.fromVpcAttributes(stack, 'Other', { vpcId: 'vpc-2', availabilityZones: ['a'], privateSubnetIds: ['subnet-2'] });
    const cluster = importCluster(stack, 'aws-eks-v2', { clusterSecurityGroupId: 'sg-0123456789abcdef0' });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc: other, port: 80, targetType: elbv2.TargetType.IP });
    expect(() => support.addTargetGroupBinding('Shop', { ...SHOP, targetGroup })).not.toThrow();
  });
});

describe('another VPC', () => {
  const peered = ({ stack }: Supported) => new ec2.Vpc(stack, 'Peered');

  test('is told to the controller, and is that of the target group', () => {
    const supported = newSupported();
    const vpc = peered(supported);
    const shop = bindShop(supported, { vpc });
    expect(bindingIn(supported.stack).spec.vpcID).toBe(JSON.stringify(supported.stack.resolve(vpc.vpcId)));
    const { stack } = supported;
    expect(stack.resolve((shop.targetGroup.node.defaultChild as elbv2.CfnTargetGroup).vpcId)).toEqual(stack.resolve(vpc.vpcId));
    const targetGroup = new elbv2.ApplicationTargetGroup(supported.stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    expect(() => bindShop(supported, { vpc, targetGroup }, 'Again')).not.toThrow();
  });

  test('is none where it is the cluster\'s', () => {
    const supported = newSupported();
    bindShop(supported, { vpc: supported.vpc });
    expect(bindingIn(supported.stack).spec).not.toHaveProperty('vpcID');
  });

  test('fails for instances, and in EKS Auto Mode', () => {
    const supported = newSupported();
    expect(() => bindShop(supported, { vpc: peered(supported), targetType: IngressTargetType.INSTANCE }))
      .toThrow(new Error('addTargetGroupBinding(Shop).vpc must be the VPC of the cluster with instance targets, got "Stack/Peered"; leave it out'));
    const autoMode = newAutoModeSupported();
    expect(() => bindShop(autoMode, { vpc: peered(autoMode) }))
      .toThrow(new Error('addTargetGroupBinding(Shop).vpc must be the VPC of the cluster in EKS Auto Mode, got "Stack/Peered"; leave it out'));
  });
});

/** Two bindings of one target group, by the same support or by that of another cluster. */
function bindTwice(first: boolean | undefined, second: boolean | undefined, otherCluster = false) {
  const supported = newSupported();
  const { stack, vpc } = supported;
  const support = otherCluster
    ? new EksAlbIngressSupport(stack, 'Green', { cluster: newCluster(stack, 'aws-eks-v2', { id: 'GreenCluster', vpc }), vpc })
    : supported.support;
  const { targetGroup } = bindShop(supported, { multiCluster: first });
  support.addTargetGroupBinding('Again', { ...SHOP, multiCluster: second, targetGroup });
  return stack;
}

test.each([[undefined, undefined], [true, undefined], [false, true]])('is rejected where not both say so: %s, %s', (first, second) => {
  for (const otherCluster of [false, true]) {
    expect(() => bindTwice(first, second, otherCluster)).toThrow(new Error('addTargetGroupBinding(Again).targetGroup must not be that of '
      + 'Stack/AlbIngressTargets/Shop: one binding deregisters the targets of another one, got "Stack/AlbIngressTargets/Shop/TargetGroup"; '
      + 'set multiCluster on both, or give each a target group of its own'));
  }
});

test.each([false, true])('is for several where both say so, in another cluster: %s', (otherCluster) => {
  const bindings = bindingsIn(bindTwice(true, true, otherCluster));
  expect(bindings.map(({ spec }) => spec.multiClusterTargetGroup)).toEqual([true, true]);
  expect(new Set(bindings.map(({ spec }) => spec.targetGroupARN)).size).toBe(1);
  expect(new Set(bindings.map(({ metadata }) => metadata.name)).size).toBe(2);
});

test('one imported twice is one, by its ARN or by what that refers to', () => {
  const supported = newSupported();
  const { stack } = supported;
  const shop = bindShop(supported);
  const imported = (id: string, targetGroupArn: string) => elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, id, { targetGroupArn });
  expect(() => bindShop(supported, { targetGroup: imported('Same', shop.targetGroup.targetGroupArn) }, 'Again')).toThrow(/^addTargetGroupBinding\(Again\)\.targetGroup must not be that of .*, got "Stack\/Same"/);
  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';
  bindShop(supported, { targetGroup: imported('One', arn) }, 'One1');
  expect(() => bindShop(supported, { targetGroup: imported('Two', arn) }, 'Two2')).toThrow(/must not be that of Stack\/AlbIngressTargets\/One1: .*, got "Stack\/Two"/);
  expect(() => bindShop(supported, { targetGroup: imported('Three', `${arn}0`) }, 'Three3')).not.toThrow();
});
