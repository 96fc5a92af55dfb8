// The game on a cluster of the older module, by `addManifest`, whose resources hang on the cluster.
import * as cdk from 'aws-cdk-lib';
import { EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newOldCluster, newVpc } from './cluster';
import { webApplication } from './web';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'GameOnAwsEks');
const vpc = newVpc(stack);
const cluster = newOldCluster(stack, vpc);
new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
const [namespace, ...objects] = webApplication('game', { 'scheme': 'internet-facing', 'target-type': 'ip' });
const home = cluster.addManifest('Namespace', namespace);
cluster.addManifest('Game', ...objects).node.addDependency(home);
