import { readFileSync } from 'fs';
import * as path from 'path';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { renderIngressClass } from '../../src/ingress/ingress-class-objects';
import { autoModeController, loadBalancerController } from '../../src/release/serving-controller';
import { newStack } from '../fixtures';
import { ControllerVersion, IngressClassOptions, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../support/subject';

const autoMode = (options: IngressClassOptions = {}, name = 'alb') => renderIngressClass('ingressClass', name, options, autoModeController());

test('a class of the controller refers to params of its own name', () => {
  expect(renderIngressClass('ingressClass', 'internal', { scheme: LoadBalancerScheme.INTERNAL }, loadBalancerController(ControllerVersion.V3_5_0))).toEqual([
    { apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'IngressClassParams', metadata: { name: 'internal' }, spec: { scheme: 'internal' } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'internal' },
      spec: { controller: 'ingress.k8s.aws/alb', parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'internal' } },
    },
  ]);
});

test('in EKS Auto Mode both are of the API group of EKS', () => {
  const [params, ingressClass] = autoMode({}, 'public');
  expect(params).toEqual({ apiVersion: 'eks.amazonaws.com/v1', kind: 'IngressClassParams', metadata: { name: 'public' }, spec: {} });
  expect(ingressClass).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'public' },
    spec: { controller: 'eks.amazonaws.com/alb', parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: 'public' } },
  });
});

test('the default class carries the annotation', () => {
  expect(autoMode({ isDefault: true })[1].metadata).toEqual({ name: 'alb', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } });
});

test('in EKS Auto Mode certificates and subnet tags have a spelling of their own', () => {
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
  const certificate = acm.Certificate.fromCertificateArn(newStack(), 'Certificate', arn);
  expect(autoMode({ certificates: [certificate], subnetTags: { tier: ['edge', 'web'] } })[0]).toMatchObject({
    spec: { certificateARNs: [arn], subnets: { matchTags: [{ key: 'tier', values: ['edge', 'web'] }] } },
  });
});

describe('in EKS Auto Mode', () => {
  const DOCUMENTED: IngressClassOptions = {
    certificates: [acm.Certificate.fromCertificateArn(newStack(), 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/abc')],
    groupName: 'shop',
    ipAddressType: elbv2.IpAddressType.DUAL_STACK,
    loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' },
    namespaceSelector: { matchLabels: { team: 'shop' } },
    scheme: LoadBalancerScheme.INTERNAL,
    subnets: [ec2.Subnet.fromSubnetId(newStack(), 'Subnet', 'subnet-0')],
    tags: { team: 'shop' },
  };
  const OTHERS: IngressClassOptions = {
    inboundCidrs: ['10.0.0.0/8'],
    ipv4IpamPoolId: 'ipam-pool-0',
    listeners: [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443 }],
    loadBalancerName: 'shop',
    minimumCapacityUnits: 100,
    prefixListIds: ['pl-0'],
    sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
    sslRedirectPort: 443,
    targetType: IngressTargetType.IP,
    webAcl: IngressWebAcl.none(),
  };

  test('all is taken that EKS is documented to have', () => {
    expect(autoMode({ ...DOCUMENTED, webAcl: undefined })[0]).toMatchObject({
      spec: {
        certificateARNs: ['arn:aws:acm:eu-west-1:111122223333:certificate/abc'],
        group: { name: 'shop' },
        ipAddressType: 'dualstack',
        loadBalancerAttributes: [{ key: 'idle_timeout.timeout_seconds', value: '30' }],
        namespaceSelector: { matchLabels: { team: 'shop' } },
        scheme: 'internal',
        subnets: { ids: ['subnet-0'] },
        tags: [{ key: 'team', value: 'shop' }],
      },
    });
  });

  test.each(Object.entries(OTHERS))('fails for %s, which EKS is not documented to have', (setting, value) => {
    const got = setting === 'webAcl' ? '"none"' : JSON.stringify(value);
    expect(() => autoMode({ [setting]: value })).toThrow(new Error(`ingressClass.${setting} must be left out in EKS Auto Mode, `
      + `whose IngressClassParams are not documented to have it, got ${got}; leave it to the annotations of each Ingress`));
  });

  test('every setting is either taken or rejected', () => {
    const source = readFileSync(path.join(__dirname, '..', '..', 'src', 'ingress', 'ingress-class-options.ts'), 'utf8');
    const all = [.../export interface IngressClassOptions \{(.*?)^\}/ms.exec(source)![1].matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => name);
    expect([...Object.keys(OTHERS), ...Object.keys(DOCUMENTED), 'subnetTags', 'ingressClassName', 'create', 'isDefault'].sort()).toEqual(all.sort());
  });
});
