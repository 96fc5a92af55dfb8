// Load balancers of CDK's, with pods and nodes as targets. Environment variables say how.
import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ControllerVersion, EksAlbIngressSupport, IngressTargetType } from 'cdk-eks-alb-ingress-support';
import { newCluster, newOldCluster, newVpc } from './cluster';

const { SERVICE = 'shop', PROTOCOL = 'HTTP', MODULE = 'aws-eks-v2', CONTROLLER = 'V3_5_0' } = process.env;

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Targets');
const vpc = newVpc(stack);
const cluster = MODULE === 'aws-eks' ? newOldCluster(stack, vpc) : newCluster(stack, vpc);
const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, controllerVersion: ControllerVersion[CONTROLLER as 'V3_5_0'] });
const namespace = cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });

const pods = support.addTargetGroupBinding('Pods', { service: SERVICE, namespace: 'shop', port: 80, protocol: PROTOCOL as elbv2.Protocol });
const nodes = support.addTargetGroupBinding('Nodes', { service: 'shop', namespace: 'shop', port: 80, targetType: IngressTargetType.INSTANCE });
const tcp = support.addNetworkTargetGroupBinding('Tcp', { service: 'shop', namespace: 'shop', port: 80 });
[pods, nodes, tcp].forEach((binding) => binding.node.addDependency(namespace));

const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
alb.addListener('Pods', { port: 80, defaultTargetGroups: [pods.targetGroup] });
alb.addListener('Nodes', { port: 81, protocol: elbv2.ApplicationProtocol.HTTP, defaultTargetGroups: [nodes.targetGroup] });
const securityGroups = [new ec2.SecurityGroup(stack, 'Edge', { vpc })];
new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, securityGroups }).addListener('Tcp', { port: 80, defaultTargetGroups: [tcp.targetGroup] });
