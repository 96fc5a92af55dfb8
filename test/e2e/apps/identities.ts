// The controller's credentials, by IDENTITY: irsa, pod-identity or own-role.
import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newCluster, newVpc } from './cluster';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Identities');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const identities: Record<string, () => ControllerIdentity> = {
  'irsa': () => ControllerIdentity.irsa(),
  'pod-identity': () => ControllerIdentity.podIdentity(),
  // Trusts nobody that could use it, until the library adds the controller.
  'own-role': () => ControllerIdentity.irsa({ role: new iam.Role(stack, 'OwnRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }) }),
};
new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, identity: identities[process.env.IDENTITY!]() });
