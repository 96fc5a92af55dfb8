/**
 * A load balancer of the CDK's own, with alarms, a record and blue/green weights, in front of pods: target group bindings.
 */
import * as cdk from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { EksAlbIngressSupport } from 'cdk-eks-alb-ingress-support';
import { newCluster } from './cluster';

const app = new cdk.App();
const stack = new cdk.Stack(app, 'TargetGroups');
const { cluster, vpc } = newCluster(stack);

const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });

const namespace = cluster.addManifest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
const [blue, green] = ['blue', 'green'].map((service) => {
  const binding = albIngress.addTargetGroupBinding(service, { namespace: 'shop', service, port: 80, targetPort: 8080, healthCheck: { path: '/healthz' } });
  binding.node.addDependency(namespace);
  return binding;
});

const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
alb.addListener('Http', {
  port: 80,
  defaultAction: elbv2.ListenerAction.weightedForward([
    { targetGroup: blue.targetGroup, weight: 90 },
    { targetGroup: green.targetGroup, weight: 10 },
  ]),
});

new cloudwatch.Alarm(stack, 'NoHealthyPods', {
  metric: blue.targetGroup.metrics.healthyHostCount({ statistic: 'Minimum', period: cdk.Duration.minutes(1) }),
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  threshold: 1,
  evaluationPeriods: 3,
});
new route53.ARecord(stack, 'Record', {
  zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' }),
  recordName: 'shop',
  target: route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(alb)),
});
