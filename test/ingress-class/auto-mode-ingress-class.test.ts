import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
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

test('fails for attributes of listeners', () => {
  expect(() => objects({
    ingressClassParams: { listeners: [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443, attributes: { 'routing.http.response.server.enabled': 'false' } }] },
  })).toThrow(new Error('ingressClassParams must have no listener attributes in EKS Auto Mode, which does not support them; leave them out'));
});
