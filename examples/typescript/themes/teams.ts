/**
 * Several teams, each with a stack of its own, on one cluster and one load balancer.
 */
import * as cdk from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport, Ingress, IngressClass, IngressTargetType, LoadBalancerScheme } from 'cdk-eks-alb-ingress-support';
import { newCluster } from './cluster';

/** What the platform team hands out. */
interface Platform {
  readonly cluster: eks.Cluster;
  readonly ingressClass: IngressClass;
}

class PlatformStack extends cdk.Stack implements Platform {
  public readonly cluster: eks.Cluster;
  public readonly ingressClass: IngressClass;

  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const { cluster, vpc } = newCluster(this);
    const albIngress = new EksAlbIngressSupport(this, 'AlbIngress', { cluster, vpc, ingressClass: { create: false } });
    this.cluster = cluster;
    // The group belongs to the class, so that only namespaces with the label can join the load balancer.
    this.ingressClass = albIngress.addIngressClass('Teams', {
      groupName: 'teams',
      scheme: LoadBalancerScheme.INTERNET_FACING,
      targetType: IngressTargetType.IP,
      namespaceSelector: { matchLabels: { 'example.com/public': 'true' } },
    });
  }
}

/** The stack of a team: a namespace, and the team's part of the load balancer. */
class TeamStack extends cdk.Stack {
  constructor(scope: cdk.App, team: string, { cluster, ingressClass }: Platform) {
    super(scope, team);
    const name = team.toLowerCase();
    const namespace = new eks.KubernetesManifest(this, 'Namespace', {
      cluster,
      manifest: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'example.com/public': 'true' } } }],
    });
    const ingress = new Ingress(this, 'Web', { ingressClass, namespace: name, rules: [{ host: `${name}.example.com`, service: 'web', port: 80 }] });
    ingress.node.addDependency(namespace);
  }
}

const app = new cdk.App();
const platform = new PlatformStack(app, 'Platform');
new TeamStack(app, 'Shop', platform);
new TeamStack(app, 'Blog', platform);
