import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { App, Aspects, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { newApp, newCluster, newLayer, newStack, newVpc } from './fixtures';
import { ControllerIdentity, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../src';

const ROOT = path.join(__dirname, '..');
const PAGE = readFileSync(path.join(ROOT, 'docs', 'troubleshooting.md'), 'utf8');

function section(title: string): string {
  return PAGE.split(/^## /m).find((text) => text.startsWith(`${title}\n`))!;
}

/** What stands in the first column of the tables of a text. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
}

describe('the errors at synth', () => {
  const support = (stack: Stack, props: Partial<EksAlbIngressSupportProps> = {}) => {
    const vpc = newVpc(stack);
    return new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
  };
  const supportWith = (stack: Stack, clusterProps: Partial<eks_v2.ClusterProps>) => {
    const vpc = newVpc(stack);
    const cluster = new eks_v2.Cluster(stack, 'Cluster', {
      vpc, version: eks_v2.KubernetesVersion.of('1.35'), defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP, ...clusterProps,
    });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  };
  const setUps: ((stack: Stack) => void)[] = [
    (stack) => supportWith(stack, {}),
    (stack) => support(stack, { cluster: eks_v2.Cluster.fromClusterAttributes(stack, 'Other', { clusterName: 'blue' }) }),
    (stack) => {
      const vpc = newVpc(stack);
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc, nodes: false }), vpc });
    },
    (stack) => {
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
      cluster.addNodegroupCapacity('Nodes').node.addDependency(new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc }));
    },
    () => {
      const app = new App({ context: { '@aws-cdk/core:aspectStabilization': false } });
      const stack = newStack('Stack', {}, app);
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
      Aspects.of(cluster).add({ visit: (node) => node === cluster && void new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc }) });
      app.synth();
    },
    (stack) => support(stack).cluster.addServiceAccount('Account', { name: 'aws-load-balancer-controller', namespace: 'kube-system' }),
    (stack) => {
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
      role.node.addDependency(support(stack, { identity: ControllerIdentity.irsa({ role }) }));
    },
    (stack) => {
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
      new EksAlbIngressSupport(stack, 'Again', { cluster, vpc });
    },
    (stack) => supportWith(stack, {
      kubectlProviderOptions: { kubectlLayer: newLayer(stack, 'Kubectl') },
      albController: { version: eks_v2.AlbControllerVersion.V2_8_2 },
    }),
    (stack) => support(stack, { vpc: new ec2.Vpc(stack, 'Other') }),
    (stack) => support(stack, { values: { clusterName: 'blue' } }),
    (stack) => support(stack, { values: { replicas: 3 } }),
    (stack) => support(stack, { featureGates: { Nonsense: true } }),
  ];
  const documented = firstColumn(section('Errors at synth')).filter((code) => code.includes(' '));

  test('are those of the page, in its order', () => {
    const shapes = documented.map((message) => message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/…/g, '\\S+'));
    expect(setUps).toHaveLength(shapes.length);
    setUps.forEach((setUp, index) => {
      const app: App = newApp();
      expect(() => {
        setUp(newStack('Stack', {}, app));
        app.synth();
      }).toThrow(new RegExp(shapes[index]));
    });
  });
});

test('every warning is on the page, and no other', () => {
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(ROOT, 'src', file), 'utf8'));
  const names = sources.flatMap((source) => [...source.matchAll(/\b(?:warn|report)\([\w.]+,\s*['`](.+?)['`],|\bname: ['`]([a-z]\w+(?:\.\$\{\w+\})?)['`],\s*message:/g)])
    .map(([, direct, listed]) => direct ?? listed)
    .flatMap((name) => name.startsWith('${prop}') ? ['internetFacingSubnets', 'internalSubnets'].map((prop) => name.replace('${prop}', prop)) : name)
    .map((name) => name.replace(/\$\{\w+\}/, '<key>'));
  // Findings of Ingresses, which are errors for fields and warnings for manifests.
  const findings = sources.filter((source) => /\bFinding\b|\bwarning: '/.test(source))
    .flatMap((source) => [...source.matchAll(/(?:warning: |warning = |, )'((?:ingress|targetGroup)[A-Z]\w+)'/g)].map(([, name]) => name))
    .concat(sources.flatMap((source) => [...source.matchAll(/'(ingress(?:Annotation|Setting|InboundCidrs|NeedsDualStack)\w*)'/g)].map(([, name]) => name)));
  expect(names.length).toBeGreaterThan(10);
  expect(findings.length).toBeGreaterThan(5);
  expect(firstColumn(section('Warnings at synth')).sort()).toEqual([...new Set([...names, ...findings])].sort());
});

test.each(['docs/network.md', 'docs/upgrading.md'])('%s quotes messages as the page does', (file) => {
  const elsewhere = ['While it is deployed', 'In the cluster'].flatMap((title) => firstColumn(section(title))).filter((code) => code.includes(' '));
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const quoted = elsewhere.filter((message) => text.includes(message.split(' (')[0]));
  expect(quoted.length).toBeGreaterThan(0);
  for (const message of quoted) expect(text).toContain(message);
});
