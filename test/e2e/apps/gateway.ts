/**
 * A Gateway with a route; the environment says what else:
 *
 * - `CONTROLLER`: release of the controller, such as `V3_5_0`
 * - `DEFINITIONS`: file with the definitions of the Gateway API; without it they come from elsewhere
 * - `ROUTES`: `no` for none of the objects
 */
import * as cdk from 'aws-cdk-lib';
import { ControllerVersion, EksAlbIngressSupport, GatewayApi } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';
import { namespace, workload } from './web';

const { CONTROLLER = 'V3_5_0', DEFINITIONS, ROUTES } = process.env;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Gateways');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const support = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster,
  vpc,
  controllerVersion: (ControllerVersion as unknown as Record<string, ControllerVersion>)[CONTROLLER],
  gatewayApi: DEFINITIONS ? GatewayApi.managed({ definitions: DEFINITIONS }) : undefined,
});
if (DEFINITIONS) {
  const upgrade = support.node.findChild('CrdUpgrade').node.findChild('GatewayApi') as cdk.CustomResource;
  new cdk.CfnOutput(stack, 'Kept', { value: upgrade.getAttString('Kept') });
}
if (ROUTES !== 'no') {
  const api = 'gateway.networking.k8s.io/v1';
  const web = cluster.addManifest('Web', namespace('shop'), ...workload('shop'));
  cluster.addManifest('Class', { apiVersion: api, kind: 'GatewayClass', metadata: { name: 'alb' }, spec: { controllerName: 'gateway.k8s.aws/alb' } });
  const gateway = cluster.addManifest('Gateway', {
    apiVersion: api,
    kind: 'Gateway',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { gatewayClassName: 'alb', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
  });
  gateway.node.addDependency(web);
  cluster.addManifest('Route', {
    apiVersion: api,
    kind: 'HTTPRoute',
    metadata: { name: 'shop', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'web' }],
      hostnames: ['shop.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: process.env.ROUTE_PATH ?? '/api' } }], backendRefs: [{ name: 'shop', port: 80 }] }],
    },
  }).node.addDependency(gateway);
}
