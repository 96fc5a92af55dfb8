import { readFileSync } from 'fs';
import * as path from 'path';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IngressClassParams, IngressTargetType, LoadBalancerScheme } from '../../src';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { AutoModeIngressClass, AutoModeIngressClassProps } from '../../src/ingress-class/auto-mode-ingress-class';
import { kubernetesObjects, newCluster, newStack } from '../fixtures';

function objects(props: Partial<AutoModeIngressClassProps> = {}): any[] {
  const stack = newStack();
  const target = new TargetCluster(newCluster(stack, 'aws-eks-v2'));
  new AutoModeIngressClass(stack, 'Class', { target, ingressClassName: 'alb', ...props });
  return kubernetesObjects(stack);
}

test('the class refers to params of its own name, in the API group of EKS', () => {
  const [params, ingressClass] = objects({ ingressClassName: 'public' });
  expect(params).toMatchObject({ apiVersion: 'eks.amazonaws.com/v1', kind: 'IngressClassParams', metadata: { name: 'public' } });
  expect(ingressClass).toMatchObject({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'public' },
    spec: { controller: 'eks.amazonaws.com/alb', parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: 'public' } },
  });
  expect(ingressClass.metadata.annotations).toBeUndefined();
});

test('the default class carries the annotation', () => {
  expect(objects({ defaultIngressClass: true })[1].metadata.annotations).toEqual({ 'ingressclass.kubernetes.io/is-default-class': 'true' });
});

test('nothing without a class', () => {
  expect(objects({ createIngressClass: false })).toEqual([]);
});

test('certificates and subnet tags have a spelling of their own', () => {
  const stack = newStack();
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
  const { spec } = objects({
    ingressClassParams: { certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', arn)], subnetTags: { tier: ['edge', 'web'] } },
  })[0];
  expect(spec).toEqual({ certificateARNs: [arn], subnets: { matchTags: [{ key: 'tier', values: ['edge', 'web'] }] } });
});

const OTHERS: IngressClassParams = {
  inboundCidrs: ['10.0.0.0/8'],
  ipv4IpamPoolId: 'ipam-pool-0123456789abcdef0',
  listeners: [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443, attributes: { 'routing.http.response.server.enabled': 'false' } }],
  loadBalancerName: 'shop',
  minimumCapacityUnits: 100,
  prefixListIds: ['pl-0123456789abcdef0'],
  sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
  sslRedirectPort: 443,
  targetType: IngressTargetType.IP,
  wafv2AclArn: 'none',
  wafv2AclName: 'edge',
};

test.each(Object.entries(OTHERS))('fails for %s, which EKS is not documented to have', (setting, value) => {
  expect(() => objects({ ingressClassParams: { [setting]: value } })).toThrow(new Error(
    `ingressClassParams.${setting} must be left out in EKS Auto Mode, whose IngressClassParams are not documented to have it, got ${JSON.stringify(value)}; `
    + 'leave it to the annotations of each Ingress'));
});

test('takes all that EKS is documented to have', () => {
  const stack = newStack();
  const documented: IngressClassParams = {
    certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/abc')],
    groupName: 'shop',
    ipAddressType: elbv2.IpAddressType.DUAL_STACK,
    loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' },
    namespaceSelector: { matchLabels: { team: 'shop' } },
    scheme: LoadBalancerScheme.INTERNAL,
    subnets: [ec2.Subnet.fromSubnetId(stack, 'Subnet', 'subnet-0123456789abcdef0')],
    tags: { team: 'shop' },
    wafv2AclArn: undefined,
  };
  expect(objects({ ingressClassParams: documented })[0].spec).toEqual({
    certificateARNs: ['arn:aws:acm:eu-west-1:111122223333:certificate/abc'],
    group: { name: 'shop' },
    ipAddressType: 'dualstack',
    loadBalancerAttributes: [{ key: 'idle_timeout.timeout_seconds', value: '30' }],
    namespaceSelector: { matchLabels: { team: 'shop' } },
    scheme: 'internal',
    subnets: { ids: ['subnet-0123456789abcdef0'] },
    tags: [{ key: 'team', value: 'shop' }],
  });
});

test('every setting is either taken or refused', () => {
  const source = readFileSync(path.join(__dirname, '..', '..', 'src', 'ingress-class', 'ingress-class.ts'), 'utf8');
  const settings = [.../export interface IngressClassParams \{(.*?)^\}/ms.exec(source)![1].matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => name);
  expect(settings.length).toBeGreaterThan(15);
  const documented = ['certificates', 'groupName', 'ipAddressType', 'loadBalancerAttributes', 'namespaceSelector', 'scheme', 'subnets', 'subnetTags', 'tags'];
  expect([...Object.keys(OTHERS), ...documented].sort()).toEqual(settings.sort());
});

test.each<[Partial<AutoModeIngressClassProps>, string]>([
  [{ defaultIngressClass: true }, 'defaultIngressClass'],
  [{ ingressClassParams: { subnets: [ec2.Subnet.fromSubnetId(newStack(), 'Subnet', 'subnet-0')] } }, 'ingressClassParams'],
])('fails for settings of a class that is not defined: %#', (props, prop) => {
  expect(() => objects({ createIngressClass: false, ...props })).toThrow(new Error(
    `createIngressClass must not be false with ${prop}, which is for the IngressClass, got false; leave out one of the two`));
});
