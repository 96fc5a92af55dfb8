import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { stringify } from 'yaml';
import { ControllerSource, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, GatewayApi } from '../../src';
import { BUILT_AGAINST, since } from '../../src/gateway/gateway-releases';
import { helmValues, importCluster, MODULES, newCluster, newLayer, newManifest, newStack, newVpc, soundGraph } from '../fixtures';
import { nodeOf } from '../support/deployment-graph';
import { manifestFile } from '../support/manifest-fixtures';

const UPGRADE = 'Custom::EksAlbIngressCrdUpgrade';
const addressOf = (release: string) => `https://github.com/kubernetes-sigs/gateway-api/releases/download/${release}/standard-install.yaml`;

const define = (module: typeof MODULES[number], props: Partial<EksAlbIngressSupportProps>) => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  return { stack, cluster, support: new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc, ...props }) };
};
const upgradesOf = (props: Partial<EksAlbIngressSupportProps>, module: typeof MODULES[number] = 'aws-eks-v2') =>
  Object.values(Template.fromStack(define(module, props).stack).findResources(UPGRADE)).map(({ Properties }) => Properties);

describe.each(MODULES)('with a cluster of %s', (module) => {
  test('managed() applies the release that the controller is built against, and the definitions of its chart', () => {
    expect(upgradesOf({ gatewayApi: GatewayApi.managed(), controllerVersion: ControllerVersion.V3_4_3 }, module)).toEqual(expect.arrayContaining([
      expect.objectContaining({ Url: addressOf('v1.5.0'), Version: 'v1.5.0' }),
      expect.objectContaining({ Chart: 'aws-load-balancer-controller', Version: '3.4.3' }),
    ]));
  });

  test('one function applies both', () => {
    Template.fromStack(define(module, { gatewayApi: GatewayApi.managed(), upgradeCrds: true }).stack).resourcePropertiesCountIs('AWS::Lambda::Function',
      { Description: Match.stringLikeRegexp('CustomResourceDefinitions') }, 1);
  });

  test('external() and no prop apply nothing, and templates are equal', () => {
    const templateOf = (props: Partial<EksAlbIngressSupportProps>) => JSON.stringify(Template.fromStack(define(module, props).stack).toJSON());
    expect(templateOf({ gatewayApi: GatewayApi.external() })).toBe(templateOf({}));
    expect(upgradesOf({}, module)).toEqual([]);
  });

  test('definitions come before the controller, and the controller before Gateways', () => {
    const { stack, cluster, support } = define(module, { gatewayApi: GatewayApi.managed() });
    const gatewayClass = newManifest(stack, cluster, {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'alb' }, spec: { controllerName: 'gateway.k8s.aws/alb' },
    });
    const graph = soundGraph(stack.node.root as never);
    expect(graph.comesAfter(nodeOf(support.controller!), nodeOf(support.node.findChild('CrdUpgrade').node.findChild('GatewayApi')))).toBe(true);
    expect(graph.comesAfter(nodeOf(gatewayClass), nodeOf(support.controller!))).toBe(true);
  });

  test('an imported cluster gets them too, if its kubectl handler is of the app', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const attributes = {
      clusterName: 'blue', vpc, openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Oidc', 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC'),
    };
    const kubectlLayer = newLayer(stack, 'Kubectl');
    const cluster = module === 'aws-eks'
      ? eks.Cluster.fromClusterAttributes(stack, 'Blue', { ...attributes, kubectlLayer, kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl' })
      : eks_v2.Cluster.fromClusterAttributes(stack, 'Blue', {
        ...attributes,
        kubectlProvider: new eks_v2.KubectlProvider(stack, 'KubectlProvider', { cluster: eks_v2.Cluster.fromClusterAttributes(stack, 'Name', attributes), kubectlLayer }),
      });
    new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc, gatewayApi: GatewayApi.managed() });
    Template.fromStack(stack).hasResourceProperties(UPGRADE, { ClusterName: 'blue', Url: addressOf('v1.6.0') });

    expect(() => new EksAlbIngressSupport(stack, 'Other', { cluster: importCluster(stack, module, { clusterName: 'green', vpc }), vpc, gatewayApi: GatewayApi.managed() })).toThrow(
      'gatewayApi must be left out with cluster Stack/Imported, whose kubectl handler is not defined in this app; install the definitions by hand, and use GatewayApi.external()');
  });
});

test('a manifest file brings definitions of its own, and gets those of the Gateway API', () => {
  expect(upgradesOf({ source: ControllerSource.fromManifestFile(manifestFile()), gatewayApi: GatewayApi.managed() })).toEqual([expect.objectContaining({ Url: addressOf('v1.6.0') })]);
});

test.each(ControllerVersion._known().map((version) => [version.releaseTag, version] as const))('%s gets what it is built against, or an error', (_, controllerVersion) => {
  const needed = since(BUILT_AGAINST, controllerVersion);
  const upgrades = () => upgradesOf({ gatewayApi: GatewayApi.managed(), controllerVersion });
  if (needed) {
    expect(upgrades()).toEqual(expect.arrayContaining([expect.objectContaining({ Url: addressOf(needed) })]));
  } else {
    expect(upgrades).toThrow(`gatewayApi must be used with controller v2.13.0 or later, got "${controllerVersion.releaseTag}"; use a newer ControllerVersion, or leave it out`);
  }
});

test.each<[string, ControllerVersion, object | undefined, object | undefined]>([
  ['off by default: it is switched on', ControllerVersion.V3_1_0, undefined, { ALBGatewayAPI: true }],
  ['off by choice: it stays off', ControllerVersion.V3_1_0, { ALBGatewayAPI: false }, { ALBGatewayAPI: false }],
  ['on by default: the controller looks for the definitions itself', ControllerVersion.V3_2_0, undefined, undefined],
])('the feature gate is %s', (_, controllerVersion, featureGates, expected) => {
  const { stack } = define('aws-eks-v2', { gatewayApi: GatewayApi.managed(), controllerVersion, featureGates: featureGates as never });
  expect(helmValues(stack).controllerConfig?.featureGates).toEqual(expected);
});

test('is rejected where something else installs the controller', () => {
  expect(() => define('aws-eks-v2', { gatewayApi: GatewayApi.managed(), installController: false })).toThrow(
    'gatewayApi must not be managed with installController: false, since this app installs nothing, got "GatewayApi.managed()"; install the definitions with the chart, and use GatewayApi.external()');
  expect(() => define('aws-eks-v2', { gatewayApi: GatewayApi.external(), installController: false })).not.toThrow();
});

describe('a file of definitions', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-api-')); });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const definition = (name: string, channel = 'standard', bundle = 'v1.6.0') => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, annotations: { 'gateway.networking.k8s.io/channel': channel, 'gateway.networking.k8s.io/bundle-version': bundle } },
    spec: { versions: [{ schema: { description: 'Long.', properties: { description: { description: 'Long.', type: 'string' } } } }] },
  });
  const fileOf = (...objects: object[]) => {
    const file = path.join(folder, 'standard-install.yaml');
    fs.writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'));
    return file;
  };

  test('travels in the template: its definitions, without descriptions and without the admission policy', () => {
    const policy = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'safe-upgrades' } };
    const [{ Content, Url }] = upgradesOf({ gatewayApi: GatewayApi.managed({ definitions: fileOf(policy, definition('a'), definition('b')) }) }).filter((upgrade) => !('Chart' in upgrade));
    expect(Url).toBeUndefined();
    const [a, b] = gunzipSync(Buffer.from(Content, 'base64')).toString().split('\n---\n').map((text) => JSON.parse(text));
    expect([a.metadata.name, b.metadata.name]).toEqual(['a', 'b']);
    expect(a.spec).toEqual({ versions: [{ schema: { properties: { description: { type: 'string' } } } }] });
  });

  test.each<[string, () => string, RegExp]>([
    ['is not there', () => path.join(folder, 'none.yaml'), /^gatewayApi\.definitions must be a file, got ".*none\.yaml"; download standard-install\.yaml/],
    ['has no definition', () => fileOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }), /^gatewayApi\.definitions must have the standard channel of Gateway API v1\.6\.0 or later, got/],
    ['has experimental ones', () => fileOf(definition('a'), definition('b', 'experimental')), /or later, got "b of experimental v1\.6\.0"; take standard-install\.yaml of that release$/],
    ['is older than the controller needs', () => fileOf(definition('a', 'standard', 'v1.5.1')), /or later, got "a of standard v1\.5\.1"; take/],
  ])('fails where it %s', (_, file, message) => {
    expect(() => define('aws-eks-v2', { gatewayApi: GatewayApi.managed({ definitions: file() }), controllerVersion: ControllerVersion.V3_5_0 })).toThrow(message);
  });
});

test('an app with Ingresses alone has no trace of it', () => {
  const { stack } = define('aws-eks-v2', {});
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('gateway-api');
});
