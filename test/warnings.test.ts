import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { importCluster, INGRESS, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, warningsOf } from './fixtures';
import { ControllerIdentity, EksAlbIngressSupport, EksAlbIngressSupportProps, Ingress, IngressTargetType, LoadBalancerScheme } from '../src';
import { SHOP } from './support/binding-fixtures';
import { AnyCluster } from '../src/cluster/target-cluster';

interface Situation {
  readonly stack: Stack;
  readonly cluster: AnyCluster;
  readonly vpc: ec2.Vpc;
  readonly support: EksAlbIngressSupport;
}

interface Warned {
  readonly props?: (stack: Stack) => Partial<EksAlbIngressSupportProps>;
  /** Adds what is warned of, and returns it where it is not part of the support. */
  readonly add?: (situation: Situation) => Construct | void;
  readonly autoMode?: boolean;
}

const importedGroup = (stack: Stack) => elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Imported', {
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef',
});

const inOtherStack = ({ stack, support }: Situation, options: object) => new Ingress(
  newStack('Workloads', { env: { region: stack.region, account: stack.account } }, stack.node.root as any), 'Shop', {
    ingressClass: support.ingressClass, rules: [{ service: 'shop', port: 80 }], ...options,
  });

/** One situation for each construct that warnings are attached to, and each time at which they are. */
const WARNED: Record<string, Warned> = {
  singleReplica: { props: () => ({ replicas: 1 }) },
  roleTrustNotManaged: { props: (stack) => ({ identity: ControllerIdentity.irsa({ role: iam.Role.fromRoleName(stack, 'Role', 'controller') }) }) },
  ingressAnnotationUnknown: {
    add: ({ stack, cluster }) => newManifest(stack, cluster, { ...INGRESS, metadata: { name: 'game', annotations: { 'alb.ingress.kubernetes.io/shceme': 'internal' } } }),
  },
  workloadNotOrdered: {
    add: ({ stack, cluster, support }) => {
      const manifest = newManifest(stack, cluster);
      support.node.addDependency(manifest);
      return manifest;
    },
  },
  targetPortNoNodePort: {
    add: ({ support }) => support.addTargetGroupBinding('Shop', { ...SHOP, targetType: IngressTargetType.INSTANCE }),
  },
  targetGroupNotAttached: { add: ({ support }) => support.addTargetGroupBinding('Shop', SHOP) },
  loadBalancerWithoutSecurityGroup: {
    add: ({ stack, vpc, support }) => {
      const binding = support.addNetworkTargetGroupBinding('Mqtt', SHOP);
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, disableSecurityGroups: true }).addListener('Mqtt', { port: 1883, defaultTargetGroups: [binding.targetGroup] });
      return binding;
    },
  },
  loadBalancerUnknown: {
    add: ({ stack, support }) => support.addTargetGroupBinding('Shop', { ...SHOP, targetGroup: importedGroup(stack) }),
  },
  targetGroupGoesWithBinding: {
    autoMode: true,
    add: ({ stack, vpc, support }) => support.addTargetGroupBinding('Shop', {
      ...SHOP, targetGroup: new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targetType: elbv2.TargetType.IP }),
    }),
  },
  internetFacingInPrivateSubnets: {
    add: (situation) => inOtherStack(situation, { scheme: LoadBalancerScheme.INTERNET_FACING, subnets: situation.vpc.privateSubnets }),
  },
};

const names = Object.keys(WARNED);

function build(module: typeof MODULES[number], { props, add, autoMode }: Warned): Situation & { readonly warned: Construct } {
  const stack = newStack('Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
  const vpc = newVpc(stack);
  const cluster = autoMode ? newAutoModeCluster(stack, { vpc }) : newCluster(stack, module, { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props?.(stack) });
  const situation = { stack, cluster, vpc, support };
  return { ...situation, warned: add?.(situation) ?? support };
}

/** Ids of the warnings of the whole app. */
function warningsIn({ stack }: Situation): string[] {
  const stacks = stack.node.root.node.children.filter((child): child is Stack => Stack.isStack(child));
  return stacks.flatMap(warningsOf).map(({ text }) => /EksAlbIngressSupport\.(\w+)\]$/.exec(text)![1]);
}

const idOf = (name: string) => `cdk-eks-alb-ingress-support:EksAlbIngressSupport.${name}`;

describe.each(MODULES)('the warning %s', (module) => {
  test.each(names)('%s is there as long as nothing acknowledges it', (name) => {
    expect(warningsIn(build(module, WARNED[name]))).toContain(name);
  });

  test.each(names)('%s can be acknowledged on the support, as docs/troubleshooting.md shows', (name) => {
    const situation = build(module, WARNED[name]);
    Annotations.of(situation.support).acknowledgeWarning(idOf(name), 'known');
    expect(warningsIn(situation)).not.toContain(name);
  });

  test.each(names)('%s can be acknowledged where it is attached', (name) => {
    const situation = build(module, WARNED[name]);
    Annotations.of(situation.warned).acknowledgeWarning(idOf(name), 'known');
    expect(warningsIn(situation)).not.toContain(name);
  });

  test.each(names)('%s is not acknowledged by the id of another warning, and the support gets no children', (name) => {
    const situation = build(module, WARNED[name]);
    const before = situation.support.node.findAll().length;
    Annotations.of(situation.support).acknowledgeWarning(idOf('capacityUnknown'), 'known');
    expect(warningsIn(situation)).toContain(name);
    expect(situation.support.node.findAll()).toHaveLength(before);
  });
});

test('of two supports, each acknowledges its own', () => {
  const stack = newStack();
  const [blue, green] = ['Blue', 'Green'].map((id) => {
    const vpc = newVpc(new Construct(stack, `${id}Network`));
    const cluster = importCluster(stack, 'aws-eks-v2', { clusterName: id.toLowerCase() }, id);
    const support = new EksAlbIngressSupport(stack, `AlbIngress${id}`, { cluster, vpc });
    newManifest(stack, cluster, { ...INGRESS, metadata: { name: 'game', annotations: { 'alb.ingress.kubernetes.io/shceme': 'internal' } } }, `Game${id}`);
    return support;
  });
  Annotations.of(blue).acknowledgeWarning(idOf('ingressAnnotationUnknown'));
  expect(green.node.path).toBe('Stack/AlbIngressGreen');
  expect(warningsOf(stack).filter(({ text }) => text.includes('ingressAnnotationUnknown')).map(({ id }) => id))
    .toEqual([expect.stringMatching(/^\/Stack\/GameGreen/)]);
});
