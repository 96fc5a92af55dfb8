/**
 * From ingress-nginx: rewritten paths, allowed addresses, sticky sessions and a canary, side by side with the old controller.
 */
import * as cdk from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  EksAlbIngressSupport, IngressAction, IngressPathType, IngressRewrite, IngressTargetType, LoadBalancerScheme,
} from 'cdk-eks-alb-ingress-support';
import { newCluster } from './cluster';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'FromIngressNginx', { env: { account: '111122223333', region: 'eu-west-1' } });
const { cluster, vpc } = newCluster(stack);

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

const host = 'shop.example.com';
// Rules with regular expressions come after all rules of the type Prefix: what takes everything is an expression too.
const everything = { host, path: '/.*', pathType: IngressPathType.REGEX };

const shop = albIngress.addIngress('Shop', {
  ingressName: 'shop-alb',
  namespace: 'shop',
  scheme: LoadBalancerScheme.INTERNET_FACING,
  targetType: IngressTargetType.IP,
  // ssl-redirect: with a certificate, HTTP redirects to HTTPS.
  certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/shop')],
  // whitelist-source-range
  inboundCidrs: ['198.51.100.0/24'],
  // proxy-read-timeout
  loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '120' },
  // affinity: cookie
  targetGroupAttributes: { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' },
  rules: [
    // rewrite-target
    { host, path: '/api', service: 'api', port: 80, rewrite: IngressRewrite.stripPrefix('/api') },
    { host, path: '/old/(.*)', pathType: IngressPathType.REGEX, service: 'shop', port: 80, rewrite: IngressRewrite.path('^/old/(.*)$', '/new/$1') },
    // canary-by-header
    { ...everything, service: 'shop-canary', port: 80, conditions: [elbv2.ListenerCondition.httpHeader('x-canary', ['always'])] },
    // canary-weight
    { ...everything, action: IngressAction.weightedForward([{ service: 'shop', port: 80, weight: 90 }, { service: 'shop-canary', port: 80, weight: 10 }]) },
  ],
});

const namespace = cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
shop.node.addDependency(namespace);
