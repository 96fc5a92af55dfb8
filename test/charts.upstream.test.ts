import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { parse, parseAllDocuments } from 'yaml';
import { kubernetesObjects, newCluster, newStack, newVpc } from './fixtures';
import { ControllerVersion, EksAlbIngressSupport, GatewayClassOptions, IngressClassOptions, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../src';
import { SETTING_SINCE } from './support/class-settings';
import { CHART_DIR } from './support/helm';
import { describeWithUpstream } from './support/upstream';
import { CHART_VALUE_TABLE, keyStatus } from '../src/controller/chart-values';
import { renderIngressClassParams } from '../src/ingress/ingress-class-objects';
import { needsController } from '../src/order/object-kinds';

const RELEASES = ControllerVersion._known();
const DEFINITIONS = 'crds/crds.yaml';

describeWithUpstream('charts', 'the published charts', () => {
  describe.each(RELEASES.map((version): [string, ControllerVersion] => [version.releaseTag, version]))('of %s', (_tag, version) => {
    const fileOf = (name: string) => path.join(CHART_DIR!, version.chartVersion, name);
    const objectsIn = (name: string): any[] => existsSync(fileOf(name))
      ? parseAllDocuments(readFileSync(fileOf(name), 'utf8')).map((document) => document.toJS()) : [];
    const values = () => parse(readFileSync(fileOf('values.yaml'), 'utf8'));

    test('has no value that the table lacks', () => {
      // In chart 1.4.3 alone, where no template reads it.
      const { controller: _, ...all } = values();
      expect(pathsOf(all).filter((keys) => !keyStatus(version, keys).known).map((keys) => keys.join('.'))).toEqual([]);
    });

    test('has the values of the table', () => {
      const ofTheTable = Object.values(CHART_VALUE_TABLE.KEYS_BY_FIRST_CHART).flatMap((keys) => keys.trim().split(/\s+/))
        // Templates read it, in releases too whose values.yaml does not show it.
        .filter((key) => key !== 'envFrom');
      const all = values();
      const missing = ofTheTable.filter((key) => keyStatus(version, key.split('.')).known)
        .filter((key) => !has(all, key.split('.')));
      expect(missing).toEqual([]);
    });

    test('defines kinds whose objects are known to need the controller', () => {
      const definitions = [DEFINITIONS, 'crds/gateway-crds.yaml'].flatMap(objectsIn).filter((object) => object?.kind === 'CustomResourceDefinition');
      expect(definitions.length).toBeGreaterThanOrEqual(2);
      expect(definitions.map(({ spec: { group, names } }) => ({ apiVersion: `${group}/v1`, kind: names.kind }))
        .filter((object) => !needsController({ ...object, metadata: { name: 'shop' } }))).toEqual([]);
    });

    test('defines the settings of IngressClassParams that are allowed, and none that are rejected', () => {
      const definition = objectsIn(DEFINITIONS)
        .find((object) => object?.metadata?.name === 'ingressclassparams.elbv2.k8s.aws');
      const { spec } = definition.spec.versions[0].schema.openAPIV3Schema.properties;
      const faults = Object.entries(settings()).filter(([setting, value]) => {
        const since = SETTING_SINCE[setting];
        const allowed = since === undefined || version._isAtLeast(since);
        // What is rejected is rendered as by the first release that has it.
        const rendered = renderIngressClassParams('ingressClass', { [setting]: value }, { version: allowed ? version : ControllerVersion.of(since, chartOf(since)), autoMode: false });
        return allowed !== fits(spec, rendered);
      });
      expect(faults.map(([setting]) => setting)).toEqual([]);
    });

    test('defines what addGatewayClass() writes', () => {
      const objects = gatewayClassOf(version);
      const schemaOf = (kind: string, apiVersion: string) => objectsIn('crds/gateway-crds.yaml').find((object) => object?.spec?.names?.kind === kind)?.spec.versions
        .find(({ name, served }: any) => served && `gateway.k8s.aws/${name}` === apiVersion).schema.openAPIV3Schema.properties.spec;
      expect(objects.length > 0).toBe(version._isAtLeast('v2.14.0'));
      const own = objects.filter(({ kind }) => kind !== 'GatewayClass');
      expect(own.filter(({ kind, apiVersion, spec }) => !fits(schemaOf(kind, apiVersion), spec))).toEqual([]);
    });
  });
});

/** The objects of a class with each option that the release has; none if it serves no Gateways. */
function gatewayClassOf(version: ControllerVersion): any[] {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, controllerVersion: version, featureGates: version._isAtLeast('v2.14.0') && !version._isAtLeast('v3.2.0') ? { ALBGatewayAPI: true } : undefined });
  const certificate = (id: string) => acm.Certificate.fromCertificateArn(stack, id, `arn:aws:acm:${stack.region}:111122223333:certificate/${id}`);
  const options: GatewayClassOptions = {
    scheme: LoadBalancerScheme.INTERNAL,
    ipAddressType: elbv2.IpAddressType.DUAL_STACK,
    subnets: vpc.privateSubnets,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0')],
    certificates: [certificate('a'), certificate('b')],
    sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
    targetType: version._isAtLeast('v3.2.0') ? IngressTargetType.IP : undefined,
    webAcl: IngressWebAcl.fromArn('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b'),
    shieldAdvancedProtection: true,
    minimumCapacityUnits: 100,
    loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' },
    tags: { team: 'shop' },
  };
  try {
    support.addGatewayClass('All', options);
    support.addGatewayClass('Open', { inboundCidrs: ['10.0.0.0/8'] });
  } catch (error) {
    expect((error as Error).message).toMatch(/^addGatewayClass\(All\) must be used with controller v2\.14\.0 or later/);
    return [];
  }
  return kubernetesObjects(stack).filter(({ kind, apiVersion }: any) => kind === 'GatewayClass' || apiVersion.startsWith('gateway.k8s.aws/'));
}

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
