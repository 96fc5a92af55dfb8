// Ingresses with fields in place of annotations, of two classes.
import * as cdk from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { EksAlbIngressSupport, IngressAction, IngressTargetType, LoadBalancerScheme } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';
import { namespace, workload } from './web';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Ingresses');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster, vpc, ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING, targetType: IngressTargetType.IP },
});
const internal = albIngress.addIngressClass('Internal', { scheme: LoadBalancerScheme.INTERNAL, targetType: IngressTargetType.IP });
// Defined after what needs it, and in no order with it: it is found.
cluster.addManifest('Web', namespace('shop'), ...workload('shop'));

albIngress.addIngress('Shop', {
  namespace: 'shop',
  rules: [
    { host: 'shop.example.com', service: 'shop', port: 80 },
    { host: 'shop.example.com', path: '/health', action: IngressAction.fixedResponse(204) },
  ],
  certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', process.env.CERTIFICATE_ARN!)],
  healthCheck: { path: '/healthz', interval: cdk.Duration.seconds(20), successCodes: '200-204' },
  loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '120' },
  inboundCidrs: ['10.0.0.0/8'],
  tags: { team: 'shop' },
});
internal.addIngress('Admin', { namespace: 'shop', rules: [{ service: 'shop', port: 80 }] });
