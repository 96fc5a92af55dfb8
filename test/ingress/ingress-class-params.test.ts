import { Lazy, Stack, Token } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { renderIngressClassParams } from '../../src/ingress/ingress-class-objects';
import { subnet } from '../support/chart-fixtures';
import { SETTING_SINCE } from '../support/class-settings';
import { ControllerVersion, IngressClassOptions, IngressLabelOperator, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../support/subject';

const { V2_4_0, V2_7_2, V2_8_0, V2_13_0, V2_13_4, V2_14_0 } = ControllerVersion;
const spec = (params: IngressClassOptions, version = ControllerVersion._default) => renderIngressClassParams('ingressClass', params, { version, autoMode: false });

test('params are rendered in upstream\'s spelling', () => {
  const stack = new Stack();
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Cert', 'arn:aws:acm:eu-west-1:111122223333:certificate/a');
  expect(spec({
    groupName: 'shared.group-1',
    scheme: LoadBalancerScheme.INTERNET_FACING,
    ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4,
    subnets: [subnet('subnet-a'), subnet('subnet-b')],
    inboundCidrs: ['10.0.0.0/8', '2001:db8::/32'],
    prefixListIds: ['pl-0a'],
    certificates: [certificate],
    sslPolicy: elbv2.SslPolicy.TLS13_13,
    sslRedirectPort: 443,
    targetType: IngressTargetType.IP,
    tags: { b: '1', a: '2' },
    loadBalancerAttributes: { 'deletion_protection.enabled': 'true' },
    listeners: [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443, attributes: { k: 'v' } }, { protocol: elbv2.ApplicationProtocol.HTTP, port: 80 }],
    loadBalancerName: 'my-lb',
    webAcl: IngressWebAcl.fromArn('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b'),
    minimumCapacityUnits: 100,
    ipv4IpamPoolId: 'ipam-pool-0a',
    namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: IngressLabelOperator.IN, values: ['d'] }, { key: 'e', operator: IngressLabelOperator.EXISTS }] },
  })).toEqual({
    group: { name: 'shared.group-1' },
    scheme: 'internet-facing',
    ipAddressType: 'dualstack-without-public-ipv4',
    subnets: { ids: ['subnet-a', 'subnet-b'] },
    inboundCIDRs: ['10.0.0.0/8', '2001:db8::/32'],
    prefixListsIDs: ['pl-0a'],
    certificateArn: ['arn:aws:acm:eu-west-1:111122223333:certificate/a'],
    sslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06',
    sslRedirectPort: '443',
    targetType: 'ip',
    tags: [{ key: 'a', value: '2' }, { key: 'b', value: '1' }],
    loadBalancerAttributes: [{ key: 'deletion_protection.enabled', value: 'true' }],
    listeners: [{ protocol: 'HTTPS', port: 443, listenerAttributes: [{ key: 'k', value: 'v' }] }, { protocol: 'HTTP', port: 80 }],
    loadBalancerName: 'my-lb',
    wafv2AclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b',
    minimumLoadBalancerCapacity: { capacityUnits: 100 },
    ipamConfiguration: { ipv4IPAMPoolId: 'ipam-pool-0a' },
    namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }, { key: 'e', operator: 'Exists' }] },
  });
});

test.each<[IngressWebAcl, object]>([
  [IngressWebAcl.fromArn('arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/a/b'), { wafv2AclArn: 'arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/a/b' }],
  [IngressWebAcl.fromName('shop'), { wafv2AclName: 'shop' }],
  [IngressWebAcl.none(), { wafv2AclArn: 'none' }],
])('web ACL %#', (webAcl, rendered) => {
  expect(spec({ webAcl })).toEqual(rendered);
});

test('what is about the class itself is no setting', () => {
  expect(spec({ ingressClassName: 'public', create: true, isDefault: true })).toEqual({});
});

test('subnets by tags', () => {
  expect(spec({ subnetTags: { tier: ['web', 'edge'], team: ['a'] } }).subnets).toEqual({ tags: { tier: ['web', 'edge'], team: ['a'] } });
});

test('prefix lists are spelled as the release spells them', () => {
  expect(spec({ prefixListIds: ['pl-1'] }, V2_13_4)).toEqual({ PrefixListsIDs: ['pl-1'] });
  expect(spec({ prefixListIds: ['pl-1'] }, V2_14_0)).toEqual({ prefixListsIDs: ['pl-1'] });
});

test('tokens pass every check', () => {
  const token = Lazy.string({ produce: () => 'Not_Valid' });
  const number = Token.asNumber({ Ref: 'N' });
  const rendered = spec({
    groupName: token,
    inboundCidrs: [token],
    prefixListIds: [token, token],
    webAcl: IngressWebAcl.fromArn(token),
    loadBalancerName: token,
    sslRedirectPort: number,
    minimumCapacityUnits: number,
  });
  expect(new Stack().resolve(rendered)).toMatchObject({
    group: { name: 'Not_Valid' }, sslRedirectPort: { Ref: 'N' }, minimumLoadBalancerCapacity: { capacityUnits: { Ref: 'N' } },
  });
});

const samples: { [setting in keyof IngressClassOptions]?: any } = {
  subnets: [subnet('subnet-a')],
  subnetTags: { a: ['b'] },
  inboundCidrs: ['10.0.0.0/8'],
  sslPolicy: elbv2.SslPolicy.TLS13_13,
  certificates: [{ certificateArn: 'arn' }],
  listeners: [{ protocol: 'HTTP', port: 80 }],
  minimumCapacityUnits: 1,
  ipv4IpamPoolId: 'ipam-pool-0a',
  prefixListIds: ['pl-0a'],
  targetType: 'ip',
  loadBalancerName: 'lb',
  sslRedirectPort: 443,
  webAcl: IngressWebAcl.none(),
};
const releases = ControllerVersion._known();
test.each(Object.entries(SETTING_SINCE))('fails for %s before %s', (setting, since) => {
  const first = releases.findIndex((version) => version.releaseTag === since);
  const params = { [setting]: samples[setting as keyof IngressClassOptions] };
  const before = releases[first - 1];
  expect(() => spec(params, before)).toThrow(new Error(
    `ingressClass.${setting} must be used with controller ${since} or later, got "${before.releaseTag}"; `
    + `use a newer ControllerVersion${setting === 'subnetTags' ? '' : ', or leave it to the annotations of each Ingress'}`));
  expect(() => spec(params, releases[first])).not.toThrow();
});

test('fails for dual stack without public IPv4 before v2.8.0', () => {
  const params = { ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 };
  expect(() => spec(params, V2_7_2)).toThrow(/^ingressClass\.ipAddressType must not be dualstack-without-public-ipv4 before controller v2\.8\.0, got "v2\.7\.2"; /);
  expect(() => spec(params, V2_8_0)).not.toThrow();
  expect(() => spec({ ipAddressType: elbv2.IpAddressType.DUAL_STACK }, V2_4_0)).not.toThrow();
  expect(() => spec({ targetType: IngressTargetType.INSTANCE }, V2_13_0)).not.toThrow();
});

test.each<[IngressClassOptions, string]>([
  [{ groupName: 'Shared' }, "groupName must be at most 63 of a-z, 0-9, '-' and '.', starting and ending alphanumeric, got \"Shared\"; correct it, or leave it out"],
  [{ groupName: 'a'.repeat(64) }, `groupName must be at most 63 of a-z, 0-9, '-' and '.', starting and ending alphanumeric, got "${'a'.repeat(64)}"; correct it, or leave it out`],
  [{ groupName: '' }, "groupName must be at most 63 of a-z, 0-9, '-' and '.', starting and ending alphanumeric, got \"\"; correct it, or leave it out"],
  [{ loadBalancerName: 'internal-lb' }, "loadBalancerName must be at most 32 of A-Z, a-z, 0-9 and '-', not starting or ending with '-' nor starting with 'internal-', got \"internal-lb\"; correct it, or leave it out"],
  [{ subnets: [subnet('s')], subnetTags: { a: [] } }, 'subnets must be left out where subnetTags is set, got ["subnets","subnetTags"]; keep one of them'],
  [{ subnets: [] }, 'subnets must not be an empty list, got []; leave it out'],
  [{ subnets: [subnet('s'), subnet('s')] }, 'subnets must not repeat subnets, got "s"; list it once'],
  [{ subnetTags: { tier: [] } }, 'subnetTags must have values for each key, got {"tier":[]}; list the values of tier, or leave it out'],
  [{ subnetTags: {} }, 'subnetTags must have at least one key, got {}; leave it out for discovery by role tags'],
  [{ subnetTags: { a: ['x', 'x'] } }, 'subnetTags must not repeat values, as those of a, got "x"; list it once'],
  [{ inboundCidrs: ['10.0.0.1/8'] }, 'inboundCidrs must have no bits set outside its prefix, got "10.0.0.1/8"; write it like "10.0.0.0/8" or "2001:db8::/32"'],
  [{ prefixListIds: ['list'] }, 'prefixListIds must be ids of prefix lists, like pl-0123456789abcdef0, got "list"; correct it, or leave it out'],
  [{ ipv4IpamPoolId: 'pool' }, 'ipv4IpamPoolId must be the id of an IPAM pool, like ipam-pool-0123456789abcdef0, got "pool"; correct it, or leave it out'],
  [{ sslRedirectPort: 65536 }, 'sslRedirectPort must be a whole number from 1 to 65535, got 65536; use the port of an HTTPS listener'],
  [{ minimumCapacityUnits: 0 }, 'minimumCapacityUnits must be a whole number from 1 to 2147483647, got 0; leave it out to reserve nothing'],
  [{ listeners: [{ protocol: elbv2.ApplicationProtocol.HTTP, port: 0 }] }, 'listeners must have ports from 1 to 65535, got 0; use the port of a listener'],
  [{ listeners: [80, 80].map((port) => ({ protocol: elbv2.ApplicationProtocol.HTTP, port })) }, 'listeners must not repeat ports, got 80; list it once'],
  [{ tags: { 'aws:x': 'y' } }, "tags must have keys of 1 to 128 characters that do not start with 'aws:', got \"aws:x\"; choose another key"],
  [{ namespaceSelector: { matchLabels: { 'a b': 'c' } } },
    "namespaceSelector must have label keys of at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', which may have a DNS prefix, got \"a b\"; correct it"],
  [{ namespaceSelector: { matchExpressions: [{ key: 'k', operator: IngressLabelOperator.IN, values: ['-v'] }] } },
    "namespaceSelector must have label values of at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', as that of k, got \"-v\"; correct it"],
  [{ namespaceSelector: { matchExpressions: [{ key: 'k', operator: IngressLabelOperator.IN }] } },
    'namespaceSelector must have values with operator In, as for k, got []; list the values, or use EXISTS'],
  [{ namespaceSelector: { matchExpressions: [{ key: 'k', operator: IngressLabelOperator.DOES_NOT_EXIST, values: ['v'] }] } },
    'namespaceSelector must not have values with operator DoesNotExist, as for k, got ["v"]; leave them out, or use IN'],
])('fails for %j', (params, message) => {
  expect(() => spec(params)).toThrow(new Error(`ingressClass.${message}`));
});

test.each<IngressClassOptions>([
  { groupName: 'a'.repeat(63) },
  { groupName: 'a' },
  { loadBalancerName: 'L'.repeat(32) },
  { sslRedirectPort: 65535 },
  { sslRedirectPort: 1 },
])('takes %j', (params) => {
  expect(() => spec(params)).not.toThrow();
});

test('fails for a web ACL by name where the controller does not find it', () => {
  const webAcl = IngressWebAcl.fromName('shop');
  expect(() => spec({ webAcl }, V2_14_0)).toThrow(new Error('ingressClass.webAcl must not be a name before controller v2.14.1, '
    + 'got "v2.14.0"; use a newer ControllerVersion, or IngressWebAcl.fromArn()'));
  expect(spec({ webAcl }, ControllerVersion.V2_14_1)).toEqual({ wafv2AclName: 'shop' });
});
