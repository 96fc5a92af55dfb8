// An application that moves from ingress-nginx: its old Ingress beside the new one, with rewritten paths.
import * as cdk from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, IngressPathType, IngressRewrite, IngressTargetType } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';
import { namespace, workload } from './web';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'IngressNginx');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

cluster.addManifest('Old', namespace('shop'), ...workload('shop'),
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'shop',
      namespace: 'shop',
      annotations: { 'nginx.ingress.kubernetes.io/use-regex': 'true', 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' },
    },
    spec: {
      ingressClassName: 'nginx',
      rules: [{ http: { paths: [{ path: '/api(/|$)(.*)', pathType: 'ImplementationSpecific', backend: { service: { name: 'shop', port: { number: 80 } } } }] } }],
    },
  });

const rule = { host: 'shop.example.com', service: 'shop', port: 80 };
albIngress.addIngress('New', {
  ingressName: 'shop-alb',
  namespace: 'shop',
  targetType: IngressTargetType.IP,
  rules: [
    { ...rule, path: '/api', rewrite: IngressRewrite.stripPrefix('/api'), conditions: [elbv2.ListenerCondition.httpHeader('x-version', ['2'])] },
    { ...rule, path: '/old/(.*)', pathType: IngressPathType.REGEX, rewrite: IngressRewrite.path('^/old/(.*)$', '/new/$1').host('shop.internal') },
  ],
});
