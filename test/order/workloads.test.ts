/** What must not come before the controller, or before its namespace, where nothing in the app says so. */
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, LoadBalancerScheme } from '../../src';
import { AnyCluster, TargetCluster } from '../../src/cluster/target-cluster';
import { importCluster, INGRESS, MODULES, newCluster, newManifest, newStack, newVpc, soundGraph, warningsOf } from '../fixtures';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';

const KINDS = MODULES.flatMap((module) => (['owned', 'imported'] as const).map((kind) => [module, kind] as const));

describe.each(KINDS)('with a cluster of %s, %s', (module, kind) => {
  let stack: Stack;
  let cluster: AnyCluster;
  let support: EksAlbIngressSupport;
  const define = (props: Partial<EksAlbIngressSupportProps> = {}, vpcProps?: ec2.VpcProps) => {
    stack = newStack();
    const vpc = vpcProps ? new ec2.Vpc(stack, 'Vpc', vpcProps) : newVpc(stack);
    const vpcSubnets = vpcProps && [{ subnetType: ec2.SubnetType.PUBLIC }];
    cluster = kind === 'owned' ? newCluster(stack, module, { vpc, vpcSubnets }) : importCluster(stack, module, { vpc });
    support = new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc, ...props });
  };
  const graph = () => soundGraph(stack.node.root as App);

  describe('an Ingress of a manifest', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const ingress = { ...INGRESS, metadata: { name: 'game', namespace: 'shop' } };

    test('waits for its namespace, in a later stack too', () => {
      define();
      const shop = newManifest(stack, cluster, ingress);
      const home = newManifest(new Stack(stack.node.root, 'Later'), cluster, namespace, 'Home');
      // The stack of the namespace cannot depend on that of the Ingress then, where the cluster is.
      if (kind === 'owned') {
        expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringMatching(/needs its namespace \(Later\/Home\/.*\), and cannot be deployed after it/)]);
      } else {
        expect(graph().comesAfter(nodeOf(shop), nodeOf(home))).toBe(true);
      }
    });

    test('waits for its namespace in the same stack, whichever is defined first', () => {
      define();
      const shop = newManifest(stack, cluster, ingress);
      const home = newManifest(stack, cluster, namespace, 'Home');
      expect(graph().comesAfter(nodeOf(shop), nodeOf(home))).toBe(true);
    });

    test('does not wait for another namespace', () => {
      define();
      const shop = newManifest(stack, cluster, ingress);
      const home = newManifest(stack, cluster, { ...namespace, metadata: { name: 'web' } }, 'Home');
      expect(graph().comesAfter(nodeOf(shop), nodeOf(home))).toBe(false);
    });
  });

  describe('a Helm release', () => {
    const release = (values?: Record<string, any>, scope: Construct = stack) => new TargetCluster(cluster).newHelmChart(scope, 'Release', { chart: 'shop', values });

    test.each<[string, Record<string, any>]>([
      ['an annotation of the controller', { ingress: { annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' } } }],
      ['the class of the support', { ingress: { enabled: true, ingressClassName: 'alb' } }],
      ['that class, as other charts call it', { server: { ingress: { className: 'alb' } } }],
      ['a Network Load Balancer', { service: { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' } }],
    ])('comes after the controller with %s in its values', (_, values) => {
      define();
      const chart = release(values);
      expect(graph().comesAfter(nodeOf(chart), nodeOf(support.controller!))).toBe(true);
    });

    test('beside a value that only the deployment knows, too', () => {
      define();
      const chart = release({ host: new CfnParameter(stack, 'Host').valueAsString, ingress: { className: 'alb' } });
      expect(graph().comesAfter(nodeOf(chart), nodeOf(support.controller!))).toBe(true);
    });

    test.each<[string, Record<string, any> | undefined]>([
      ['nothing', undefined], ['the class of another controller', { ingress: { className: 'nginx' } }], ['a word like the class', { name: 'alb' }],
    ])('is not ordered with %s in its values', (_, values) => {
      define();
      const chart = release(values);
      expect(graph().comesAfter(nodeOf(chart), nodeOf(support.controller!))).toBe(false);
    });

    test('that the controller waits for is told about', () => {
      define();
      const chart = release({ ingress: { className: 'alb' } });
      support.node.addDependency(chart);
      expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringContaining('needs the controller of Stack/Alb, and cannot be deployed after it')]);
    });
  });

  describe('in a VPC with public subnets only', () => {
    const PUBLIC: ec2.VpcProps = { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC }] };
    const texts = () => warningsOf(stack).map(({ text }) => text).filter((text) => text.includes('load balancer is'));
    const expected = (at: string) => [expect.stringContaining(`${at} has no scheme, so that its load balancer is internal, and Stack/Vpc has no private subnets; set its scheme to internet-facing, or name its subnets`)];

    test('an Ingress of fields without a scheme is warned of', () => {
      define({}, PUBLIC);
      support.addIngress('Shop', { rules: [{ service: 'shop', port: 80 }] });
      expect(texts()).toEqual(expected('addIngress(Shop)'));
    });

    test('an Ingress of a manifest without a scheme is warned of', () => {
      define({}, PUBLIC);
      newManifest(stack, cluster, INGRESS);
      expect(texts()).toEqual(expected('Ingress default/game'));
    });

    test('a scheme says what is meant: of the class, of the Ingress, of the group, or where the settings of the class are not known', () => {
      define({ ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING } }, PUBLIC);
      newManifest(stack, cluster, INGRESS);
      expect(texts()).toEqual([]);

      define({}, PUBLIC);
      support.addIngress('One', { groupName: 'web', scheme: LoadBalancerScheme.INTERNET_FACING, rules: [{ host: 'a.example.com', service: 'shop', port: 80 }] });
      support.addIngress('Two', { groupName: 'web', rules: [{ host: 'b.example.com', service: 'shop', port: 80 }] });
      expect(texts()).toEqual([]);

      define({ ingressClass: { create: false } }, PUBLIC);
      newManifest(stack, cluster, INGRESS);
      expect(texts()).toEqual([]);
    });
  });
});

test('a Helm release in another stack comes after that of the controller', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  const support = new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc });
  const chart = new TargetCluster(cluster).newHelmChart(new Stack(stack.node.root, 'Team'), 'Release', { chart: 'shop', values: { ingress: { className: 'alb' } } });
  expect(DeploymentGraph.of(stack.node.root as App).comesAfter(nodeOf(chart), nodeOf(support.controller!))).toBe(true);
});
