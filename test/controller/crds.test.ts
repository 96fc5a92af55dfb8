import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import { parseAllDocuments, stringify } from 'yaml';
import { ControllerSource, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { ControllerChart } from '../../src/controller/controller-chart';
import { ControllerCrds } from '../../src/controller/crds';
import { importCluster, joined, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';
import { CHART_DIR, CHART_REASON, hasChart, helmOfTheLayer } from '../support/helm';
import { crd, manifestFile } from '../support/manifest-fixtures';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const HELM = 'Custom::AWSCDK-EKS-HelmChart';

/** A chart of our own, under the name of the controller's. */
function chart(definitions: any[], files: Record<string, string> = {}, version = '3.5.0'): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'chart-'));
  mkdirSync(path.join(directory, 'crds'));
  const content: Record<string, string> = {
    'Chart.yaml': `apiVersion: v2\nname: aws-load-balancer-controller\nversion: ${version}\n`,
    'crds/crds.yaml': definitions.map((definition) => stringify(definition)).join('---\n'),
    ...files,
  };
  Object.entries(content).forEach(([file, text]) => writeFileSync(path.join(directory, file), text));
  return directory;
}

function definitionsIn(stack: Stack): { logicalId: string; resource: any; object: any }[] {
  return Object.entries(Template.fromStack(stack).findResources(MANIFEST))
    .flatMap(([logicalId, resource]) => JSON.parse(joined(resource.Properties.Manifest)).map((object: any) => ({ logicalId, resource, object })))
    .filter(({ object }) => object.kind === 'CustomResourceDefinition');
}

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let cluster: OwnedCluster;

  function support(props: Partial<EksAlbIngressSupportProps> = {}): EksAlbIngressSupport {
    stack = newStack();
    const vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
    return new EksAlbIngressSupport(stack, 'Support', { cluster, vpc, ...props });
  }

  const sources: [string, () => Partial<EksAlbIngressSupportProps>][] = [
    ['a local chart', () => ({ source: ControllerSource.fromAsset(chart([crd('targetgroupbindings'), crd('ingressclassparams')])) })],
    ['a manifest file', () => ({ source: ControllerSource.fromManifestFile(manifestFile()) })],
  ];

  test.each(sources)('the definitions of %s are applied over those that are there, and stay', (_, source) => {
    support(source());
    const definitions = definitionsIn(stack);
    expect(definitions.map(({ object }) => object.metadata)).toEqual([{ name: 'targetgroupbindings.elbv2.k8s.aws' }, { name: 'ingressclassparams.elbv2.k8s.aws' }]);
    for (const { resource, object } of definitions) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { Overwrite: true } });
      // What the handler prunes by: a definition that a later release drops must stay.
      expect(resource.Properties.PruneLabel).toBeUndefined();
      expect(object.status).toBeUndefined();
    }
  });

  test.each(sources)('ids of the definitions of %s stay as they are', (_, source) => {
    support(source());
    expect(definitionsIn(stack).map(({ logicalId }) => logicalId)).toEqual([
      'SupportCrdstargetgroupbindingselbv2k8sawsE423766C', 'SupportCrdsingressclassparamselbv2k8saws466DB7C6',
    ]);
  });

  test.each(sources)('the definitions of %s come before the controller', (_, source) => {
    const { controller: installation } = support(source());
    const graph = DeploymentGraph.of(stack.node.root as App);
    const [controller] = installation!.node.findAll().flatMap((child) => Stack.isStack(child) ? [] : child.node.defaultChild ? [child] : []);
    expect(controller).toBeDefined();
    const isDefinition = ({ Manifest }: Record<string, any>) => Manifest !== undefined && joined(Manifest).includes('CustomResourceDefinition');
    const definitions = graph.find(MANIFEST, isDefinition);
    expect(definitions).toHaveLength(2);
    const others = [
      ...graph.find(HELM, ({ Release }) => Release === 'aws-load-balancer-controller'),
      ...graph.find(MANIFEST, ({ Manifest }) => Manifest !== undefined && /"kind":"(Deployment|IngressClass)"/.test(joined(Manifest))),
    ];
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      for (const definition of definitions) expect(graph.comesAfter(other, definition)).toBe(true);
    }
  });

  test('a release with a further definition leaves the ids of the others', () => {
    support({ source: ControllerSource.fromAsset(chart([crd('a')])) });
    const [before] = definitionsIn(stack);
    support({ source: ControllerSource.fromAsset(chart([crd('0'), crd('a')])) });
    expect(definitionsIn(stack).map(({ logicalId }) => logicalId)).toContain(before.logicalId);
  });

  test('a chart from afar brings its definitions itself, and only once', () => {
    support();
    expect(definitionsIn(stack)).toEqual([]);
  });
});

test('the definitions of a local chart wait for the access entry that lets kubectl in', () => {
  const stack = newStack();
  const cluster = importCluster(stack, 'aws-eks-v2');
  new eks.CfnAccessEntry(stack, 'Access', { clusterName: 'blue', principalArn: 'arn:aws:iam::111122223333:role/kubectl' });
  new EksAlbIngressSupport(stack, 'AlbIngress', {
    cluster, vpc: newVpc(stack), source: ControllerSource.fromAsset(chart([crd('targetgroupbindings')])),
  });

  const graph = DeploymentGraph.of(stack.node.root as App);
  const definition = graph.theOne(MANIFEST, ({ Manifest }) => joined(Manifest).includes('CustomResourceDefinition'));
  expect(graph.comesAfter(definition, graph.theOne('AWS::EKS::AccessEntry'))).toBe(true);
});

describe('the definitions of a local chart', () => {
  const source = (definitions: any[], files: Record<string, string> = {}) =>
    ControllerChart.fromAsset(chart(definitions, files)).crds.map(({ metadata }) => metadata.name);

  test('are those of all files in crds/, and nothing else that is there', () => {
    expect(source([crd('a'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } }], {
      'crds/gateway-crds.yaml': stringify(crd('c')),
      'crds/more.yml': stringify(crd('d')),
      'crds/kustomization.yaml': 'resources:\n- crds.yaml\n',
      'crds/README.md': '# no YAML: [',
    })).toEqual(['a.elbv2.k8s.aws', 'c.elbv2.k8s.aws', 'd.elbv2.k8s.aws']);
  });

  test('fails on a file that is no YAML', () => {
    expect(() => source([], { 'crds/crds.yaml': 'a: [' })).toThrow(/^source must be YAML \(.*\), got "crds\/crds.yaml"; take the file as it was published$/);
  });
});

describe("what the layer's own helm would take from crds/", () => {
  let helm: string;
  beforeAll(() => { helm = helmOfTheLayer(); });

  const shown = (directory: string) => {
    const { status, stdout, stderr } = spawnSync(helm, ['show', 'crds', directory], { encoding: 'utf8', maxBuffer: 10_000_000 });
    expect([status, stderr]).toEqual([0, '']);
    return parseAllDocuments(stdout).map((document) => document.toJS()).filter((object) => object?.kind === 'CustomResourceDefinition');
  };

  test('is what we take', () => {
    const directory = chart([crd('b'), crd('a')], { 'crds/gateway-crds.yaml': stringify(crd('c')) });
    expect(ControllerChart.fromAsset(directory).crds).toEqual(shown(directory));
  });

  const released = CHART_DIR === undefined ? [] : ControllerVersion._known().filter(({ chartVersion }) => hasChart(chartVersion));
  (CHART_DIR === undefined ? test.skip : test)(`is what we take, in every release${CHART_REASON}`, () => {
    for (const { chartVersion } of released) {
      const directory = path.join(CHART_DIR!, chartVersion);
      const source = ControllerChart.fromAsset(directory);
      expect(source.crds.length).toBeGreaterThanOrEqual(2);
      expect(source.crds).toEqual(shown(directory));
      for (const definition of source.crds) expect(JSON.stringify(JSON.stringify([definition])).length).toBeLessThan(60_000);
    }
    expect(released.length).toBeGreaterThan(0);
  });
});

describe('the size of a definition', () => {
  const define = (description: string) => () => {
    const stack = new Stack(newApp(), 'Stack');
    const cluster = newCluster(stack, 'aws-eks-v2');
    new ControllerCrds(stack, 'Crds', { target: new TargetCluster(cluster), definitions: [crd('a', 'b.c', { description })] });
  };
  const overhead = JSON.stringify(JSON.stringify([crd('a', 'b.c', { description: '' })])).length;

  test('may be what CloudFormation can carry twice', () => {
    expect(define('x'.repeat(120_000 - overhead))).not.toThrow();
  });

  test('fails beyond it', () => {
    expect(define('x'.repeat(120_001 - overhead))).toThrow(new Error(
      'source must have no more than 120000 characters in a.b.c, got 120001; take the file as it was published'));
  });
});
