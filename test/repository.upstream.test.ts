import { spawnSync } from 'child_process';
import { App, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { parse, parseAllDocuments } from 'yaml';
import { ControllerPolicyScope, ControllerVersion, IngressClassOptions, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../src';
import { SETTING_SINCE } from './support/class-settings';
import { grantsOf, renderedPolicy } from './support/policy-grants';
import { CHART_VALUE_TABLE, keyStatus } from '../src/controller/chart-values';
import { CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_SINCE } from '../src/iam/policy-opt-ins';
import { POLICY_PARTITIONS } from '../src/iam/policy-table';
import { renderIngressClassParams } from '../src/ingress/ingress-class-objects';
import { needsController } from '../src/order/object-kinds';
import { FEATURE_GATES, hasGate } from '../src/release/feature-gates';

/*
 * Everything that this library restates from the controller's repository, compared with each release in a clone of it. The clone is
 * not part of this repository: the tests are skipped where there is none.
 */
const CLONE = process.env.LBC_REPOSITORY_DIR;
const REASON = CLONE ? '' : ' (skipped: set LBC_REPOSITORY_DIR to a clone of github.com/kubernetes-sigs/aws-load-balancer-controller)';

const RELEASES = ControllerVersion._known();
const POLICY_FILES: { [partition: string]: string } = {
  'aws': 'docs/install/iam_policy.json',
  'aws-cn': 'docs/install/iam_policy_cn.json',
  'aws-us-gov': 'docs/install/iam_policy_us-gov.json',
  'aws-iso': 'docs/install/iam_policy_iso.json',
  'aws-iso-b': 'docs/install/iam_policy_isob.json',
  'aws-iso-e': 'docs/install/iam_policy_isoe.json',
  'aws-iso-f': 'docs/install/iam_policy_isof.json',
  'aws-eusc': 'docs/install/iam_policy_eusc.json',
};
const OPT_INS = {
  enableAcmCertificateManagement: { file: 'docs/install/iam_policy_acm_certs.json', since: CERTIFICATE_MANAGEMENT_SINCE },
  enableGlobalAccelerator: { file: 'docs/install/aga_controller_iam_policy.json', since: GLOBAL_ACCELERATOR_SINCE },
};
const GATES = 'pkg/config/feature_gates.go';
const CHART = 'helm/aws-load-balancer-controller/Chart.yaml';
const VALUES = 'helm/aws-load-balancer-controller/values.yaml';
const DEFINITIONS = 'helm/aws-load-balancer-controller/crds/crds.yaml';
const GATEWAY_DEFINITIONS = 'helm/aws-load-balancer-controller/crds/gateway-crds.yaml';

/** The files of all releases, by `<release>:<path>`; nothing for those that a release does not have. */
function readAll(): Map<string, string> {
  const wanted = RELEASES.flatMap(({ releaseTag }) =>
    [...Object.values(POLICY_FILES), ...Object.values(OPT_INS).map(({ file }) => file), GATES, CHART, VALUES, DEFINITIONS, GATEWAY_DEFINITIONS].map((file) => `${releaseTag}:${file}`));
  const { status, stdout, stderr } = spawnSync('git', ['-C', CLONE!, 'cat-file', '--batch'],
    { input: wanted.join('\n'), maxBuffer: 1024 ** 3 });
  if (status !== 0) throw new Error(`git cannot read ${CLONE}: ${stderr}`);
  const files = new Map<string, string>();
  let at = 0;
  for (const name of wanted) {
    const end = stdout.indexOf('\n', at);
    const [, type, size] = stdout.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (type === 'blob') {
      files.set(name, stdout.toString('utf8', at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
  return files;
}

(CLONE ? describe : describe.skip)(`the controller's repository${REASON}`, () => {
  let files: Map<string, string>;
  beforeAll(() => { files = readAll(); });

  describe.each(RELEASES.map((version): [string, ControllerVersion] => [version.releaseTag, version]))('at %s', (releaseTag, version) => {
    const read = (file: string): string => {
      const text = files.get(`${releaseTag}:${file}`);
      if (text === undefined) throw new Error(`${CLONE} has no ${file} at ${releaseTag}; fetch its tags`);
      return text;
    };

    test('has policies for the partitions of the table', () => {
      const published = Object.keys(POLICY_FILES).filter((partition) => files.has(`${releaseTag}:${POLICY_FILES[partition]}`));
      expect(published).toEqual(Object.keys(POLICY_PARTITIONS).filter((partition) => version._isAtLeast(POLICY_PARTITIONS[partition])));
    });

    test('grants in every partition what is granted here', () => {
      for (const [partition, file] of Object.entries(POLICY_FILES)) {
        if (!version._isAtLeast(POLICY_PARTITIONS[partition])) continue;
        expect([partition, grantsOf(renderedPolicy({ version, partition, policyScope: ControllerPolicyScope.UPSTREAM }))])
          .toEqual([partition, grantsOf(JSON.parse(read(file)))]);
      }
    });

    test('grants for what is opted in what is granted here', () => {
      for (const [option, { file, since }] of Object.entries(OPT_INS)) {
        if (!version._isAtLeast(since)) continue;
        const input = { version, partition: 'aws', policyScope: ControllerPolicyScope.UPSTREAM };
        const without = grantsOf(renderedPolicy(input));
        expect([option, grantsOf(renderedPolicy({ ...input, [option]: true })).filter((grant) => !without.includes(grant))])
          .toEqual([option, grantsOf(JSON.parse(read(file)))]);
      }
    });

    test('knows the feature gates of the table', () => {
      const known = [...read(GATES).matchAll(/^\s*\w+\s+Feature\s*=\s*"(\w+)"$/gm)].map(([, gate]) => gate);
      expect(known.sort()).toEqual(Object.keys(FEATURE_GATES).filter((gate) => hasGate(version, gate)).sort());
    });

    test('has no value that the table lacks', () => {
      expect(pathsOf(parse(read(VALUES))).filter((keys) => !keyStatus(version, keys).known).map((keys) => keys.join('.'))).toEqual([]);
    });

    test('has the values of the table', () => {
      // Of some releases a later chart was published, with values that the tag does not have.
      if (parse(read(CHART)).version !== version.chartVersion) return;
      const values = parse(read(VALUES));
      const ofTheTable = Object.values(CHART_VALUE_TABLE.KEYS_BY_FIRST_CHART).flatMap((keys) => keys.trim().split(/\s+/))
        // Templates read it, in releases too whose values.yaml does not show it.
        .filter((key) => key !== 'envFrom');
      const missing = ofTheTable.filter((key) => keyStatus(version, key.split('.')).known)
        .filter((key) => !has(values, key.split('.')));
      expect(missing).toEqual([]);
    });

    test('defines kinds whose objects are known to need the controller', () => {
      const definitions = [read(DEFINITIONS), files.get(`${releaseTag}:${GATEWAY_DEFINITIONS}`) ?? '']
        .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS())).filter((object) => object?.kind === 'CustomResourceDefinition');
      expect(definitions.length).toBeGreaterThanOrEqual(2);
      expect(definitions.map(({ spec: { group, names } }) => ({ apiVersion: `${group}/v1`, kind: names.kind }))
        .filter((object) => !needsController({ ...object, metadata: { name: 'shop' } }))).toEqual([]);
    });

    test('defines the settings of IngressClassParams that are allowed, and none that are rejected', () => {
      const definition = parseAllDocuments(read(DEFINITIONS)).map((document) => document.toJS())
        .find((object) => object?.metadata?.name === 'ingressclassparams.elbv2.k8s.aws');
      const { spec } = definition.spec.versions[0].schema.openAPIV3Schema.properties;
      const faults = Object.entries(settings()).filter(([setting, value]) => {
        const since = SETTING_SINCE[setting];
        const allowed = since === undefined || version._isAtLeast(since);
        // What is rejected is rendered as by the first release that has it.
        const rendered = renderIngressClassParams('ingressClass', { [setting]: value }, allowed ? version : ControllerVersion.of(since, chartOf(since)));
        return allowed !== fits(spec, rendered);
      });
      expect(faults.map(([setting]) => setting)).toEqual([]);
    });
  });
});

/** A value of each setting. */
function settings(): Omit<Required<IngressClassOptions>, 'ingressClassName' | 'create' | 'isDefault'> {
  const stack = new Stack(new App(), 'Stack');
  return {
    groupName: 'shop',
    scheme: LoadBalancerScheme.INTERNAL,
    ipAddressType: elbv2.IpAddressType.IPV4,
    subnets: [ec2.Subnet.fromSubnetId(stack, 'Subnet', 'subnet-0')],
    subnetTags: { tier: ['edge'] },
    inboundCidrs: ['10.0.0.0/8'],
    prefixListIds: ['pl-0'],
    certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/0')],
    sslPolicy: elbv2.SslPolicy.TLS12,
    sslRedirectPort: 443,
    targetType: IngressTargetType.IP,
    tags: { team: 'shop' },
    loadBalancerAttributes: { 'deletion_protection.enabled': 'true' },
    listeners: [{ protocol: elbv2.ApplicationProtocol.HTTP, port: 80, attributes: { 'routing.http.response.server.enabled': 'false' } }],
    loadBalancerName: 'shop',
    webAcl: IngressWebAcl.none(),
    minimumCapacityUnits: 100,
    ipv4IpamPoolId: 'ipam-pool-0',
    namespaceSelector: { matchLabels: { team: 'shop' } },
  };
}

function chartOf(releaseTag: string): string {
  return RELEASES.find((known) => known.releaseTag === releaseTag)!.chartVersion;
}

/** Whether a schema has every field of a value, and allows what stands in it. */
function fits(schema: any, value: any): boolean {
  if (Array.isArray(value)) {
    return schema.type === 'array' && value.every((element) => fits(schema.items, element));
  }
  if (typeof value === 'object') {
    return Object.entries(value).every(([key, child]) => {
      const field = schema.properties?.[key] ?? schema.additionalProperties;
      return field !== undefined && fits(field, child);
    });
  }
  return (schema.enum ?? [value]).includes(value) && (schema.type === 'integer' ? 'number' : schema.type) === typeof value;
}

function has(values: any, [key, ...rest]: string[]): boolean {
  return typeof values === 'object' && values !== null && key in values && (rest.length === 0 || has(values[key], rest));
}

/** Where the values of a chart end. */
function pathsOf(values: { [key: string]: any }, parent: string[] = []): string[][] {
  return Object.entries(values).flatMap(([key, value]) => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    return isMap ? pathsOf(value, [...parent, key]) : [[...parent, key]];
  });
}
