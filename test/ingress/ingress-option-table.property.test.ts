import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { ControllerVersion, IngressHealthCheck, IngressOptions, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../../src';
import { INGRESS_OPTIONS } from '../../src/ingress/ingress-option-table';
import { check, describe as describeOptions, Description, Option, Options, read, toAnnotations } from '../../src/options/option';

const TABLE: Options = INGRESS_OPTIONS;
const READER = { version: ControllerVersion._latest, autoMode: false };
const PREFIX = 'alb.ingress.kubernetes.io/';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const map = fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 });
const some = <T>(values: readonly T[]) => fc.constantFrom(...values);
const list = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { minLength: 1, maxLength: 3 });
const part = <T extends object>(all: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> }) =>
  fc.record(all, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;

const healthCheck = part<IngressHealthCheck>({
  path: word.map((text) => `/${text}`),
  port: fc.oneof(fc.integer({ min: 1, max: 65535 }).map(String), word),
  protocol: some([elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS]),
  interval: fc.integer({ min: 150, max: 300 }).map((n) => Duration.seconds(n)),
  timeout: fc.integer({ min: 2, max: 14 }).map((n) => Duration.seconds(n)),
  healthyThresholdCount: fc.integer({ min: 2, max: 10 }),
  unhealthyThresholdCount: fc.integer({ min: 2, max: 10 }),
  successCodes: some(['200', '200,302', '200-299']),
}).filter((given) => Object.keys(given).length > 0);

const shared = {
  groupName: word,
  scheme: some(Object.values(LoadBalancerScheme)),
  ipAddressType: some(Object.values(elbv2.IpAddressType)),
  subnets: list(word).map((ids) => ids.map((subnetId) => ({ subnetId }) as ec2.ISubnet)),
  inboundCidrs: list(fc.ipV4().map((ip) => `${ip}/32`)),
  prefixListIds: list(some(['pl-0a', 'pl-1b'])),
  certificates: list(word).map((ids) => ids.map((id) => ({ certificateArn: `arn:aws:acm:eu-west-1:111122223333:certificate/${id}` }) as acm.ICertificate)),
  sslPolicy: some(Object.values(elbv2.SslPolicy)),
  targetType: some(Object.values(IngressTargetType)),
  tags: map,
  loadBalancerAttributes: map,
  loadBalancerName: word.filter((name) => !name.startsWith('internal-')),
  webAcl: some([IngressWebAcl.none(), IngressWebAcl.fromName('shop'), IngressWebAcl.fromArn('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b')]),
  minimumCapacityUnits: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  ipv4IpamPoolId: some(['ipam-pool-0', 'ipam-pool-0a1b']),
};
const ingresses = part<any>({
  ...shared,
  groupOrder: fc.integer({ min: -1000, max: 1000 }),
  securityGroups: list(word).map((ids) => ids.map((securityGroupId) => ({ securityGroupId }) as ec2.ISecurityGroup)),
  shieldAdvancedProtection: fc.boolean(),
  backendProtocol: some(Object.values(elbv2.ApplicationProtocol)),
  backendProtocolVersion: some(Object.values(elbv2.ApplicationProtocolVersion)),
  healthCheck,
  targetGroupAttributes: map,
  targetNodeLabels: map,
}) as fc.Arbitrary<IngressOptions>;
const plain = (description: Description) => Object.fromEntries([...description].map(([name, { value }]) => [name, value]));

test('fields are formatted as annotations, and read back as the same description', () => {
  const keys = new Set<string>();
  fc.assert(fc.property(ingresses, (given) => {
    const description = describeOptions(TABLE, 'annotation', 'web', given);
    expect(check(TABLE, 'annotation', description, READER)).toEqual([]);
    const annotations = toAnnotations(TABLE, description);
    const back = read(TABLE, 'Ingress', PREFIX, Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value])), READER);
    expect(back.findings).toEqual([]);
    expect(plain(back.description)).toEqual(plain(description));
    Object.keys(annotations).forEach((key) => keys.add(key));
  }), { numRuns: 500 });
  expect(keys.size).toBeGreaterThan(30);
});

test('no row has more than eight keys, and those of one annotation are maps', () => {
  expect(Object.entries(TABLE).filter(([, row]) => Object.keys(row).length > 8)).toEqual([]);
  const keyOf = ({ annotation }: Option) => typeof annotation === 'string' ? annotation : annotation?.at;
  const rows = Object.values(TABLE).filter(({ annotation }) => annotation);
  const inCommon = rows.filter((row) => rows.filter((other) => keyOf(other) === keyOf(row)).length > 1);
  expect(inCommon.length).toBe(3);
  expect(inCommon.filter(({ value }) => value.parsedAs !== 'StringMap')).toEqual([]);
});
