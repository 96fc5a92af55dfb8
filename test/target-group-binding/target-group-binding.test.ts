import { App, CfnResource, Duration, Lazy, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, IngressTargetType, TargetGroupBinding, TargetGroupBindingOptions } from '../../src';
import {
  importCluster, INGRESS, messagesOf, MODULES, newApp, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, soundGraph, warningsOf,
} from '../fixtures';
import { bindingIn, bindingsIn, bindNetwork, bindShop, deployedNodeOf, manifestOf, newAutoModeSupported, newSupported, SHOP } from '../support/binding-fixtures';

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';

function newListener(stack: Stack, vpc: ec2.IVpc, props: Partial<elbv2.ApplicationLoadBalancerProps> = {}, id = 'Alb'): elbv2.ApplicationListener {
  return new elbv2.ApplicationLoadBalancer(stack, id, { vpc, ...props }).addListener('Http', { port: 80, open: false });
}

function importTargetGroup(stack: Stack, targetGroupArn = ARN): elbv2.IApplicationTargetGroup {
  return elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Theirs', { targetGroupArn });
}

describe.each(MODULES)('a target group that is made, %s', (module) => {
  test('gets the pods of the Service, and they the rules and the order', () => {
    const supported = newSupported(module);
    const { app, stack, vpc, support } = supported;
    const listener = newListener(stack, vpc);
    const shop = bindShop(supported, { healthCheck: { path: '/healthz' }, deregistrationDelay: Duration.seconds(20) });
    listener.addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

    const graph = soundGraph(app);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Protocol: 'HTTP',
      TargetType: 'ip',
      HealthCheckPath: '/healthz',
      VpcId: stack.resolve(vpc.vpcId),
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }]),
    });
    expect(bindingIn(stack)).toMatchObject({
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: { name: stack.resolve(shop.bindingName), namespace: 'shop' },
    });
    expect(bindingIn(stack).spec).toEqual({
      targetGroupARN: JSON.stringify(stack.resolve(shop.targetGroup.targetGroupArn)),
      targetType: 'ip',
      serviceRef: { name: 'shop', port: 80 },
    });
    const binding = deployedNodeOf(shop.node.findChild('Resource'));
    for (const before of [support.controller!, shop.targetGroup, listener]) expect(graph.comesAfter(binding, deployedNodeOf(before))).toBe(true);
  });

  test('lets the load balancer in at the port of the pods, and no further', () => {
    const supported = newSupported(module);
    const { stack, vpc, cluster } = supported;
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [bindShop(supported).targetGroup] });

    const template = Template.fromStack(stack);
    const groupId = stack.resolve(cluster.clusterSecurityGroup.securityGroupId);
    const ruleOfAlb = { SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlbSecurityGroup'), 'GroupId'] } };
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', ruleOfAlb, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { ...ruleOfAlb, GroupId: groupId, IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080 });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { DestinationSecurityGroupId: groupId, FromPort: 8080, ToPort: 8080 });
    expect(bindingIn(stack).spec).not.toHaveProperty('networking');
  });

  test('on an imported cluster', () => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = newVpc(stack);
    const cluster = importCluster(stack, module, { clusterSecurityGroupId: 'sg-0123456789abcdef0' });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [support.addTargetGroupBinding('Shop', SHOP).targetGroup] });

    soundGraph(stack.node.root as App);
    expect(bindingIn(stack).spec.serviceRef).toEqual({ name: 'shop', port: 80 });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-0123456789abcdef0', FromPort: 8080 });
  });
});

test('instances are registered at their node port', () => {
  const supported = newSupported();
  const { stack, vpc } = supported;
  const shop = bindShop(supported, {
    targetPort: undefined, targetType: IngressTargetType.INSTANCE, nodeSelector: { matchLabels: { pool: 'web' } },
  });
  newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

  expect(bindingIn(stack).spec).toMatchObject({ targetType: 'instance', nodeSelector: { matchLabels: { pool: 'web' } } });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { TargetType: 'instance' });
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 30000, ToPort: 32767 });
});

describe('a Network Load Balancer', () => {
  const withSecurityGroup = (stack: Stack, vpc: ec2.Vpc) =>
    new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, securityGroups: [new ec2.SecurityGroup(stack, 'Edge', { vpc, allowAllOutbound: false })] });

  test('is let in by its security group', () => {
    const supported = newSupported();
    const { app, stack, vpc, cluster } = supported;
    const shop = bindNetwork(supported);
    const listener = withSecurityGroup(stack, vpc).addListener('Tcp', { port: 443, defaultTargetGroups: [shop.targetGroup] });

    const graph = soundGraph(app);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Protocol: 'TCP', TargetType: 'ip' });
    const edge = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Edge'), 'GroupId'] };
    const groupId = stack.resolve(cluster.clusterSecurityGroup.securityGroupId);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: groupId, SourceSecurityGroupId: edge, IpProtocol: 'tcp', FromPort: 8080 });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { GroupId: edge, DestinationSecurityGroupId: groupId, FromPort: 8080 });
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), deployedNodeOf(listener))).toBe(true);
  });

  test('is let in by UDP, and by TCP for the health checks', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const shop = bindNetwork(supported, { protocol: elbv2.Protocol.UDP });
    withSecurityGroup(stack, vpc).addListener('Udp', { port: 53, protocol: elbv2.Protocol.UDP, defaultTargetGroups: [shop.targetGroup] });
    const template = Template.fromStack(stack);
    for (const IpProtocol of ['udp', 'tcp']) template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { IpProtocol, FromPort: 8080 });
  });

  test('without a security group is warned of, unless its clients are let in', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const [shop, cart] = ['Shop', 'Cart'].map((id) => bindNetwork(supported, {}, id));
    const balancer = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc });
    balancer.addListener('Tcp', { port: 443, defaultTargetGroups: [shop.targetGroup] });
    balancer.addListener('More', { port: 444, defaultTargetGroups: [cart.targetGroup] });
    cart.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock));

    expect(warningsOf(stack).map(({ id, text }) => [id, text.split(';')[0]])).toEqual([[
      '/Stack/AlbIngressTargets/Shop',
      'the Network Load Balancer of Stack/Nlb/Tcp has no security group that the app knows, so that the pods do not let it in',
    ]]);
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', { CidrIp: stack.resolve(vpc.vpcCidrBlock), FromPort: 8080 });
  });

  test('of an imported listener is unknown', () => {
    const supported = newSupported();
    const { stack } = supported;
    const shop = bindNetwork(supported);
    (shop.targetGroup as elbv2.NetworkTargetGroup).registerListener(elbv2.NetworkListener.fromNetworkListenerArn(stack, 'Theirs',
      'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/net/theirs/0123456789abcdef/0123456789abcdef'));
    expect(warningsOf(stack)).toEqual([expect.objectContaining({ text: expect.stringContaining('the Network Load Balancer of Stack/Theirs has no security group') })]);
  });

  test('has a binding of another method', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const network = bindNetwork(supported, {}, 'Network');
    const application = bindShop(supported, {}, 'Application');
    const theirs = elbv2.NetworkTargetGroup.fromTargetGroupAttributes(stack, 'Theirs', { targetGroupArn: ARN });
    const own = new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc, targetType: elbv2.TargetType.IP });
    expect([network.targetGroup, application.targetGroup].map(({ node }) => node.path)).toEqual(
      ['Stack/AlbIngressTargets/Network/TargetGroup', 'Stack/AlbIngressTargets/Application/TargetGroup']);
    expect(() => bindShop(supported, { targetGroup: theirs })).toThrow(new Error('addTargetGroupBinding(Shop).targetGroup must be one of an Application '
      + 'Load Balancer, got "Stack/Theirs"; use addNetworkTargetGroupBinding() for Network Load Balancers'));
    expect(() => bindNetwork(supported, { targetGroup: own }, 'Tcp')).toThrow(new Error('addNetworkTargetGroupBinding(Tcp).targetGroup must be one of a Network '
      + 'Load Balancer, got "Stack/Own"; use addTargetGroupBinding() for Application Load Balancers'));
    expect(bindNetwork(supported, { targetGroup: theirs }, 'Bound').targetGroup).toBe(theirs);
  });
});

describe('a target group that is handed in', () => {
  test('is bound as it is', () => {
    const supported = newSupported();
    const { app, stack, vpc } = supported;
    const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Own', {
      vpc, port: 80, targetType: elbv2.TargetType.INSTANCE, ipAddressType: elbv2.TargetGroupIpAddressType.IPV4, healthCheck: { port: '9000' },
    });
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [targetGroup] });
    const shop = bindShop(supported, { targetGroup, targetPort: 31080 });

    soundGraph(app);
    expect(shop.targetGroup).toBe(targetGroup);
    expect(bindingIn(stack).spec).toMatchObject({
      targetGroupARN: JSON.stringify(stack.resolve(targetGroup.targetGroupArn)), targetType: 'instance', ipAddressType: 'ipv4',
    });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 1);
    for (const port of [31080, 9000]) template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: port, ToPort: port });
  });

  test('may be imported: its load balancer has to be let in', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const shop = bindShop(supported, { targetGroup: importTargetGroup(stack) });
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringContaining(
      'Stack/Theirs is imported, so that the app does not know which load balancer is to reach the pods; let it in with connections.allowDefaultPortFrom(loadBalancer)')]);
    expect(messagesOf(stack)).toHaveLength(1);
    expect(bindingIn(stack).spec).toEqual({ targetGroupARN: ARN, serviceRef: { name: 'shop', port: 80 } });

    const again = newSupported();
    const edge = new ec2.SecurityGroup(again.stack, 'Edge', { vpc: again.vpc });
    bindShop(again, { targetGroup: importTargetGroup(again.stack) }).connections.allowDefaultPortFrom(edge);
    expect(warningsOf(again.stack)).toEqual([]);
    Template.fromStack(again.stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 });
    expect([shop.connections.defaultPort?.toString(), vpc.node.id]).toEqual(['8080', 'Vpc']);
  });

  test('is no longer changed in what the binding took from it', () => {
    const supported = newSupported();
    const { app, stack, vpc } = supported;
    const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    bindShop(supported, { targetGroup });
    targetGroup.configureHealthCheck({ path: '/healthz', port: '9000' });
    expect(() => app.synth()).toThrow(/Stack\/Own got another healthCheckPort when Stack\/AlbIngressTargets\/Shop had bound it already; set it before/);
  });

  test('must have no targets of the app, unless they are to be left alone', () => {
    const withTargets = (multiCluster: boolean) => {
      const supported = newSupported();
      const targetGroup = new elbv2.ApplicationTargetGroup(supported.stack, 'Own', { vpc: supported.vpc, port: 80, targetType: elbv2.TargetType.IP });
      bindShop(supported, { targetGroup, multiCluster });
      targetGroup.addTarget({ attachToApplicationTargetGroup: () => ({ targetType: elbv2.TargetType.IP, targetJson: { id: '10.0.0.1' } }) });
      return () => supported.app.synth();
    };
    expect(withTargets(false)).toThrow(/Stack\/Own has targets of its own, which the controller takes out where Stack\/AlbIngressTargets\/Shop binds it; leave them out, or set multiCluster/);
    expect(withTargets(true)).not.toThrow();
  });
});

describe('the name', () => {
  /** What would be deployed: the ids of the custom resource and of the object in the cluster. */
  function names(change: (shop: TargetGroupBinding) => void, options: Partial<TargetGroupBindingOptions> = {}, id = 'Shop'): [string, string] {
    const supported = newSupported();
    const shop = bindShop(supported, options, id);
    change(shop);
    const { name } = bindingIn(supported.stack).metadata;
    return [supported.stack.resolve(manifestOf(shop).logicalId), name];
  }
  const targetGroupOf = (shop: TargetGroupBinding) => shop.targetGroup.node.defaultChild as elbv2.CfnTargetGroup;
  const before = names(() => undefined);

  test('is literal, valid, and the same each time', () => {
    expect(before[1]).toMatch(/^shop-[0-9a-f]{8}$/);
    expect(names(() => undefined)).toEqual(before);
  });

  test.each<[string, (shop: TargetGroupBinding) => void, Partial<TargetGroupBindingOptions>]>([
    ['port', (shop) => { targetGroupOf(shop).port = 81; }, {}],
    ['name', (shop) => { targetGroupOf(shop).name = 'shop'; }, {}],
    ['IP address type', () => undefined, { ipAddressType: elbv2.TargetGroupIpAddressType.IPV6 }],
    ['protocol', () => undefined, { protocol: elbv2.Protocol.HTTPS }],
    ['protocol version', () => undefined, { protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }],
    ['target type', () => undefined, { targetType: IngressTargetType.INSTANCE }],
    ['logical id', (shop) => targetGroupOf(shop).overrideLogicalId('Other'), {}],
    ['protocol by override', (shop) => targetGroupOf(shop).addPropertyOverride('Protocol', 'HTTPS'), {}],
    ['binding to another namespace', () => undefined, { namespace: 'other' }],
  ])('is another one, with its resource, when the target group is replaced: %s', (_, change, options) => {
    const after = names(change, options);
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test.each<[string, (shop: TargetGroupBinding) => void, Partial<TargetGroupBindingOptions>]>([
    ['attributes', (shop) => (shop.targetGroup as elbv2.ApplicationTargetGroup).setAttribute('slow_start.duration_seconds', '30'), {}],
    ['health check', () => undefined, { healthCheck: { path: '/healthz' } }],
    ['tags', (shop) => Tags.of(shop).add('team', 'shop'), {}],
    ['Service and ports', () => undefined, { service: 'shop-v2', port: 8000, targetPort: 9090 }],
  ])('stays when the target group does: %s', (_, change, options) => {
    expect(names(change, options)).toEqual(before);
  });

  test('of an imported target group goes by its ARN', () => {
    const withArn = (arn: string) => {
      const supported = newSupported();
      bindShop(supported, { targetGroup: importTargetGroup(supported.stack, arn) });
      return bindingIn(supported.stack).metadata.name;
    };
    expect(withArn(ARN)).toBe(withArn(ARN));
    expect(withArn(`${ARN}0`)).not.toBe(withArn(ARN));
  });

  test('of a long or unusual id is a name that pods can have in a condition', () => {
    expect(names(() => undefined, {}, `Über_${'x'.repeat(80)}`)[1]).toMatch(/^ber-x{50}-[0-9a-f]{8}$/);
    expect(names(() => undefined, {}, '___')[1]).toMatch(/^[0-9a-f]{8}$/);
  });

  describe.each(MODULES)('with the target group in a nested stack, %s', (module) => {
    /** Templates, with a nested stack for each id, after an app has made so many other tokens. */
    function templates(tokens: number, ids: string[]) {
      Array.from({ length: tokens }, () => Lazy.string({ produce: () => 'other' }));
      const supported = newSupported(module);
      const shops = ids.map((id) => {
        const scope = new NestedStack(id === 'Inner' ? new NestedStack(supported.stack, 'Outer') : supported.stack, id);
        return bindShop(supported, { scope });
      });
      supported.app.synth();
      return shops.map((shop) => ({ name: Stack.of(shop).resolve(shop.bindingName), template: Template.fromStack(Stack.of(shop)).toJSON() }));
    }

    test('is the same whatever else the app defines', () => {
      expect(templates(100, ['Blue', 'Inner'])).toEqual(templates(0, ['Blue', 'Inner']));
    });

    test('is another one in each nested stack', () => {
      const all = templates(0, ['Blue', 'Green', 'Inner']).map(({ name }) => name);
      expect(all).toEqual([1, 2, 3].map(() => expect.stringMatching(/^shop-[0-9a-f]{8}$/)));
      expect(new Set(all).size).toBe(3);
    });

    test('is another one when CloudFormation replaces the nested stack', () => {
      const named = (logicalId?: string) => {
        const supported = newSupported(module);
        const nested = new NestedStack(supported.stack, 'Blue');
        if (logicalId) nested.nestedStackResource!.overrideLogicalId(logicalId);
        return nested.resolve(bindShop(supported, { scope: nested }).bindingName);
      };
      expect(named('Other')).not.toBe(named());
    });
  });

  test('in a stack whose name is a token goes by the stack\'s place in the app', () => {
    class Renamed extends Stack {
      private readonly token = Lazy.string({ produce: () => 'Renamed' });
      public get stackName(): string {
        // While the stack is made, the CDK checks the name.
        return this.token ?? 'Renamed';
      }
    }
    const nameIn = (id: string) => {
      const supported = newSupported();
      const stack = new Renamed(supported.app, id);
      const targetGroup = new elbv2.CfnTargetGroup(stack, 'Own', { targetType: 'ip' });
      return supported.stack.resolve(bindShop(supported, { targetGroup: importTargetGroup(supported.stack, targetGroup.ref) }).bindingName);
    };
    expect(nameIn('Blue')).toBe(nameIn('Blue'));
    expect(nameIn('Blue')).not.toBe(nameIn('Green'));
  });

  test('is the same when an app is synthesized again', () => {
    const supported = newSupported();
    const shop = bindShop(supported);
    supported.app.synth();
    const first = supported.stack.resolve(manifestOf(shop).logicalId);
    supported.app.synth({ force: true });
    expect(supported.stack.resolve(manifestOf(shop).logicalId)).toBe(first);
  });
});

describe('order', () => {
  test('the binding waits for what it is told to, which may wait for the support', () => {
    const supported = newSupported();
    const { app, stack, vpc, cluster, support } = supported;
    const chart = newManifest(stack, cluster, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } }, 'Chart');
    chart.node.addDependency(support);
    const shop = bindShop(supported);
    shop.node.addDependency(chart);
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

    const graph = soundGraph(app);
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), deployedNodeOf(chart))).toBe(true);
  });

  test('Ingresses that the binding waits for are ordered as ever', () => {
    const supported = newSupported();
    const { app, stack, vpc, cluster, support } = supported;
    const ingress = newManifest(stack, cluster, INGRESS, 'Chart');
    const shop = bindShop(supported);
    shop.node.addDependency(ingress);
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });
    expect(soundGraph(app).comesAfter(deployedNodeOf(ingress), deployedNodeOf(support.controller!))).toBe(true);
  });

  test('rules of listeners count as well, with the listener', () => {
    const supported = newSupported();
    const { app, stack, vpc } = supported;
    const listener = newListener(stack, vpc);
    listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    const shop = bindShop(supported);
    listener.addTargetGroups('Shop', { targetGroups: [shop.targetGroup], priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/shop'])] });

    const graph = soundGraph(app);
    const rule = graph.theOne('AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), rule)).toBe(true);
  });

  test('a target group that no listener uses is warned of', () => {
    const supported = newSupported();
    bindShop(supported);
    supported.app.synth();
    supported.app.synth({ force: true });
    expect(warningsOf(supported.stack).map(({ text }) => text)).toEqual([
      expect.stringContaining('Stack/AlbIngressTargets/Shop/TargetGroup is used by no listener that the app knows: it gets targets, and no traffic'),
    ]);
  });
});

describe.each(MODULES)('other stacks, %s', (module) => {
  /** The cluster with its support, and a stack on each side. */
  function newStacks() {
    const app = newApp();
    const network = newStack('Network', {}, app);
    const vpc = newVpc(network);
    const stack = newStack('Cluster', {}, app);
    const cluster = newCluster(stack, module, { vpc });
    return { app, network, vpc, stack, cluster, support: new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc }), shopStack: newStack('Shop', {}, app) };
  }
  const rulesIn = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('AWS::EC2::SecurityGroupIngress', { Properties: { FromPort: 8080 } }));

  test('a later one with load balancer and binding', () => {
    const { app, vpc, stack, support, shopStack } = newStacks();
    const listener = newListener(shopStack, vpc);
    const shop = support.addTargetGroupBinding('Shop', { ...SHOP, scope: shopStack });
    listener.addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

    const graph = soundGraph(app);
    expect(bindingsIn(stack)).toEqual([]);
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), deployedNodeOf(listener))).toBe(true);
    expect([rulesIn(stack), rulesIn(shopStack)].map(({ length }) => length)).toEqual([0, 1]);
  });

  test('a later one with the load balancer, and the binding beside the support', () => {
    const { app, vpc, stack, support, shopStack } = newStacks();
    const shop = support.addTargetGroupBinding('Shop', SHOP);
    newListener(shopStack, vpc).addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

    soundGraph(app);
    expect(bindingsIn(stack)).toHaveLength(1);
    expect([rulesIn(stack), rulesIn(shopStack)].map(({ length }) => length)).toEqual([0, 1]);
  });

  test('an earlier one with load balancer and target group', () => {
    const { app, network, vpc, stack, support } = newStacks();
    const listener = newListener(network, vpc);
    const targetGroup = new elbv2.ApplicationTargetGroup(network, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    listener.addTargetGroups('Shop', { targetGroups: [targetGroup] });
    const shop = support.addTargetGroupBinding('Shop', { ...SHOP, targetGroup });

    const graph = soundGraph(app);
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), deployedNodeOf(listener))).toBe(true);
    expect([rulesIn(network), rulesIn(stack)].map(({ length }) => length)).toEqual([0, 1]);
  });

  test('an earlier one with the load balancer, and a rule of its listener with the binding', () => {
    const { app, network, vpc, support, shopStack } = newStacks();
    const listener = newListener(network, vpc);
    listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    const shop = support.addTargetGroupBinding('Shop', { ...SHOP, scope: shopStack });
    const rule = new elbv2.ApplicationListenerRule(shopStack, 'Rule', {
      listener, priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/shop'])], action: elbv2.ListenerAction.forward([shop.targetGroup]),
    });

    const graph = soundGraph(app);
    expect(graph.comesAfter(deployedNodeOf(shop.node.findChild('Resource')), deployedNodeOf(rule))).toBe(true);
    expect([rulesIn(network), rulesIn(shopStack)].map(({ length }) => length)).toEqual([0, 1]);
  });

  test('an earlier one with the load balancer, a later one with a rule of its listener', () => {
    const { app, network, vpc, support, stack, shopStack } = newStacks();
    const listener = newListener(network, vpc);
    listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    const shop = support.addTargetGroupBinding('Shop', SHOP);
    new elbv2.ApplicationListenerRule(shopStack, 'Rule', {
      listener, priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/shop'])], action: elbv2.ListenerAction.forward([shop.targetGroup]),
    });
    soundGraph(app);
    expect([rulesIn(network), rulesIn(stack), rulesIn(shopStack)].map(({ length }) => length)).toEqual([0, 0, 1]);
  });

  test('an imported listener of a shared load balancer', () => {
    const { app, vpc, network, support, shopStack } = newStacks();
    const edge = new ec2.SecurityGroup(network, 'Edge', { vpc, allowAllOutbound: false });
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(shopStack, 'Shared', {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shared/0123456789abcdef/0123456789abcdef', securityGroup: edge,
    });
    const shop = support.addTargetGroupBinding('Shop', { ...SHOP, scope: shopStack });
    listener.addTargetGroups('Shop', { targetGroups: [shop.targetGroup], priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/shop'])] });
    soundGraph(app);
    expect(rulesIn(shopStack)).toHaveLength(1);
    Template.fromStack(shopStack).hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 8080 });
  });

  test('two that would make one rule', () => {
    const { app, network, vpc, support, shopStack } = newStacks();
    const listener = newListener(network, vpc);
    listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    const bindIn = (scope: Stack, priority: number, options: Partial<TargetGroupBindingOptions> = {}) => {
      const { targetGroup } = support.addTargetGroupBinding('Targets', { ...SHOP, ...options, scope });
      const conditions = [elbv2.ListenerCondition.pathPatterns([`/${priority}`])];
      new elbv2.ApplicationListenerRule(scope, 'Rule', { listener, priority, conditions, action: elbv2.ListenerAction.forward([targetGroup]) });
    };
    bindIn(shopStack, 1);
    bindIn(newStack('Cart', {}, app), 2, { targetPort: 9090 });
    bindIn(newStack('Docs', {}, app), 3, { securityGroups: [] });
    app.synth();
    app.synth({ force: true });
    bindIn(newStack('Help', {}, app), 4);
    expect(() => app.synth({ force: true })).toThrow(/Help\/Targets lets a load balancer reach the pods as Shop does already, at the same port, where EC2 accepts a rule once; set securityGroups to \[\] on the one whose stack is deployed later/);
  });

  test('a nested one', () => {
    const { app, vpc, stack, support } = newStacks();
    const nested = new NestedStack(stack, 'Nested');
    const inside = support.addTargetGroupBinding('Inside', { ...SHOP, scope: nested });
    newListener(nested, vpc).addTargetGroups('Shop', { targetGroups: [inside.targetGroup] });
    const outside = support.addTargetGroupBinding('Outside', { ...SHOP, targetPort: 9090 });
    newListener(nested, vpc, {}, 'Other').addTargetGroups('Shop', { targetGroups: [outside.targetGroup] });
    soundGraph(app);
    expect(rulesIn(nested)).toHaveLength(1);
  });
});

test('bindings of one load balancer share its rules', () => {
  const supported = newSupported();
  const { app, stack, vpc } = supported;
  const listener = newListener(stack, vpc);
  const shops = ['Blue', 'Green'].map((id) => bindShop(supported, {}, id));
  listener.addAction('Weighted', { action: elbv2.ListenerAction.weightedForward(shops.map(({ targetGroup }, weight) => ({ targetGroup, weight }))) });
  soundGraph(app);
  Template.fromStack(stack).resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 }, 1);
});

describe('security groups', () => {
  test('nodes with a group of their own let the load balancer in by it too', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const workerSecurityGroup = new ec2.SecurityGroup(stack, 'Workers', { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, workerSecurityGroup });
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [support.addTargetGroupBinding('Shop', SHOP).targetGroup] });

    const template = Template.fromStack(stack);
    for (const { securityGroupId } of [workerSecurityGroup, cluster.clusterSecurityGroup]) {
      template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: stack.resolve(securityGroupId), FromPort: 8080 });
    }
  });

  test.each(['before', 'after'])('nodes of a launch template with groups of its own, defined %s the binding', (when) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc }) as eks_v2.Cluster;
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
    const own = new ec2.SecurityGroup(stack, 'OwnNodes', { vpc });
    const addNodes = () => {
      const launch = (id: string, groups: string[]) => cluster.addNodegroupCapacity(id, {
        launchTemplateSpec: {
          id: new ec2.CfnLaunchTemplate(stack, `${id}Template`, { launchTemplateData: { networkInterfaces: [{ deviceIndex: 0, groups }] } }).ref,
        },
      });
      launch('Own', [own.securityGroupId]);
      launch('Literal', ['sg-0123456789abcdef0']);
      launch('Both', [new ec2.SecurityGroup(stack, 'Extra', { vpc }).securityGroupId, cluster.clusterSecurityGroup.securityGroupId]);
    };
    if (when === 'before') {
      addNodes();
    }
    const shop = support.addTargetGroupBinding('Shop', SHOP);
    const edge = new ec2.SecurityGroup(stack, 'Edge', { vpc });
    shop.connections.allowFrom(edge, ec2.Port.tcp(9090));
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });
    if (when === 'after') {
      addNodes();
    }
    soundGraph(stack.node.root as App);
    for (const port of [8080, 9090]) {
      const rules = Template.fromStack(stack).findResources('AWS::EC2::SecurityGroupIngress', { Properties: { FromPort: port } });
      expect(Object.values(rules).map(({ Properties }) => JSON.stringify(Properties.GroupId)).sort()).toEqual(
        [cluster.clusterSecurityGroup.securityGroupId, own.securityGroupId, 'sg-0123456789abcdef0'].map((id) => JSON.stringify(stack.resolve(id))).sort());
    }
  });

  test('those named, and no others', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    const pods = new ec2.SecurityGroup(stack, 'Pods', { vpc });
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [bindShop(supported, { securityGroups: [pods] }).targetGroup] });
    const template = Template.fromStack(stack);
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: stack.resolve(pods.securityGroupId), FromPort: 8080 });
  });

  test('none at all', () => {
    const supported = newSupported();
    const { stack, vpc } = supported;
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [bindShop(supported, { securityGroups: [] }).targetGroup] });
    expect(warningsOf(stack)).toEqual([]);
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 }, 0);
  });

  test('an imported cluster has to say which is its own', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc });
    expect(() => support.addTargetGroupBinding('Shop', SHOP))
      .toThrow(new Error('cluster Stack/Imported must have clusterSecurityGroupId; pass it to Cluster.fromClusterAttributes()'));
    expect(() => support.addTargetGroupBinding('Other', { ...SHOP, securityGroups: [] })).not.toThrow();
  });

  test('a rule that the app has already is not made twice', () => {
    const supported = newSupported();
    const { stack, vpc, cluster } = supported;
    const balancer = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc });
    cluster.clusterSecurityGroup.connections.allowFrom(balancer, ec2.Port.tcp(8080));
    balancer.addListener('Http', { port: 80, open: false, defaultTargetGroups: [bindShop(supported).targetGroup] });
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 }, 1);
  });
});

describe('EKS Auto Mode', () => {
  test('has its own API group, and needs the tag', () => {
    const supported = newAutoModeSupported();
    const { app, stack, vpc, support, cluster } = supported;
    const listener = newListener(stack, vpc);
    const shop = bindShop(supported);
    listener.addTargetGroups('Shop', { targetGroups: [shop.targetGroup] });

    const graph = soundGraph(app);
    expect(bindingIn(stack)).toMatchObject({ apiVersion: 'eks.amazonaws.com/v1', spec: { targetType: 'ip' } });
    Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      Tags: [{ Key: 'eks:eks-cluster-name', Value: stack.resolve(cluster.clusterName) }],
    });
    const binding = deployedNodeOf(shop.node.findChild('Resource'));
    expect(graph.comesAfter(binding, deployedNodeOf(support.node.findChild('IngressClass')))).toBe(true);
    // It deletes the target group with the binding, which no listener may use then.
    expect(graph.comesAfter(binding, deployedNodeOf(listener))).toBe(false);
  });

  test('says that it deletes a target group of the user\'s, and tags it', () => {
    const supported = newAutoModeSupported();
    const { stack, vpc } = supported;
    const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    newListener(stack, vpc).addTargetGroups('Shop', { targetGroups: [targetGroup] });
    bindShop(supported, { targetGroup });
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([
      expect.stringContaining('EKS Auto Mode deletes Stack/Own when Stack/AlbIngressTargets/Shop is removed: let them live and go together'),
    ]);
    Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Tags: [Match.objectLike({ Key: 'eks:eks-cluster-name' })] });
  });

  test.each([['a token', undefined, true], ['literal', 'blue', false]])('a target group of an earlier stack, with the name of the cluster %s', (_, clusterName, isWarned) => {
    const app = newApp();
    const network = newStack('Network', {}, app);
    const vpc = newVpc(network);
    const stack = newStack('Stack', {}, app);
    const cluster = clusterName
      ? eks_v2.Cluster.fromClusterAttributes(stack, 'Imported', {
        clusterName,
        clusterSecurityGroupId: 'sg-0123456789abcdef0',
        kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
          serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
          role: undefined as any,
        }),
      })
      : newAutoModeCluster(stack, { vpc });
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, autoMode: true });
    const targetGroup = new elbv2.ApplicationTargetGroup(network, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    newListener(network, vpc).addTargetGroups('Shop', { targetGroups: [targetGroup] });
    support.addTargetGroupBinding('Shop', { ...SHOP, targetGroup });
    app.synth();
    expect(warningsOf(stack).filter(({ text }) => text.includes('cannot be tagged from here'))).toHaveLength(isWarned ? 1 : 0);
    expect(JSON.stringify(Template.fromStack(network)).includes('eks:eks-cluster-name')).toBe(!isWarned);
  });

  test('wants to know the targets of an imported target group', () => {
    const supported = newAutoModeSupported();
    const targetGroup = importTargetGroup(supported.stack);
    expect(() => bindShop(supported, { targetGroup })).toThrow(new Error(
      'addTargetGroupBinding(Shop).targetType must be set in EKS Auto Mode for a target group that is imported, as Stack/Theirs; set it to that of the target group, ip or instance'));
    bindShop(supported, { targetGroup, targetType: IngressTargetType.INSTANCE }, 'Again');
    expect(bindingIn(supported.stack).spec.targetType).toBe('instance');
    expect(warningsOf(supported.stack).filter(({ text }) => text.includes('cannot be tagged from here'))).toHaveLength(1);
  });

  test('beside the controller, where both are', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', {
      cluster: newAutoModeCluster(stack, { vpc }), vpc, installController: true, ingressClass: { ingressClassName: 'alb-controller' },
    });
    support.addTargetGroupBinding('Shop', SHOP);
    expect(bindingIn(stack).apiVersion).toBe('elbv2.k8s.aws/v1beta1');
  });
});

describe('pods with IPv6 addresses', () => {
  test.each([
    ['aws-eks', (stack: Stack, vpc: ec2.IVpc) => new eks.Cluster(stack, 'Cluster', {
      vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer: {} as any, ipFamily: eks.IpFamily.IP_V6, defaultCapacity: 0,
    })],
  ])('%s', (_, make) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: make(stack, vpc), vpc });
    const shop = support.addTargetGroupBinding('Shop', SHOP);
    const { ipAddressType } = shop.targetGroup.node.defaultChild as elbv2.CfnTargetGroup;
    expect(ipAddressType).toBe('ipv6');
  });
});

test('in another stage, a binding is rejected', () => {
  const supported = newSupported();
  const stage = new Stage(supported.app, 'Prod');
  expect(() => bindShop(supported, { scope: new Stack(stage, 'Shop') })).toThrow(
    new Error('addTargetGroupBinding(Shop).scope must be in the stage of the construct, got "Prod/Shop/Shop"; define the binding below the app'));
});

test('with the CDK\'s way to visit what Aspects add', () => {
  const app = new App({
    context: { '@aws-cdk/core:aspectStabilization': true, '@aws-cdk/aws-eks:useNativeOidcProvider': true }, treeMetadata: false,
  });
  const supported = newSupported('aws-eks-v2', {}, newStack('Stack', {}, app));
  Tags.of(app).add('team', 'shop');
  newListener(supported.stack, supported.vpc).addTargetGroups('Shop', { targetGroups: [bindShop(supported).targetGroup] });
  soundGraph(app);
  Template.fromStack(supported.stack).resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { FromPort: 8080 }, 1);
});

test('a Service with a name that only the deployment knows', () => {
  const supported = newSupported();
  bindShop(supported, { service: Lazy.string({ produce: () => 'later' }) });
  expect(bindingIn(supported.stack).spec.serviceRef.name).toBe('later');
  expect(CfnResource.isCfnResource(manifestOf(supported.stack.node.findChild('AlbIngressTargets').node.findChild('Shop') as TargetGroupBinding))).toBe(true);
});
