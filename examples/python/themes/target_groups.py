"""A load balancer of the CDK's own, with alarms, a record and blue/green weights, in front of pods: target group bindings."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from cdk_eks_alb_ingress_support import EksAlbIngressSupport

from cluster import new_cluster

app = cdk.App()
stack = cdk.Stack(app, "TargetGroups")
cluster, vpc = new_cluster(stack)

alb_ingress = EksAlbIngressSupport(stack, "AlbIngress", cluster=cluster, vpc=vpc)

namespace = cluster.add_manifest(
    "Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
)


def bind(service: str):
    binding = alb_ingress.add_target_group_binding(
        service,
        namespace="shop",
        service=service,
        port=80,
        target_port=8080,
        health_check=elbv2.HealthCheck(path="/healthz"),
    )
    binding.node.add_dependency(namespace)
    return binding


blue, green = bind("blue"), bind("green")

alb = elbv2.ApplicationLoadBalancer(stack, "Alb", vpc=vpc, internet_facing=True)
alb.add_listener(
    "Http",
    port=80,
    default_action=elbv2.ListenerAction.weighted_forward(
        [
            elbv2.WeightedTargetGroup(target_group=blue.target_group, weight=90),
            elbv2.WeightedTargetGroup(target_group=green.target_group, weight=10),
        ]
    ),
)

cloudwatch.Alarm(
    stack,
    "NoHealthyPods",
    metric=blue.target_group.metrics.healthy_host_count(statistic="Minimum", period=cdk.Duration.minutes(1)),
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold=1,
    evaluation_periods=3,
)
route53.ARecord(
    stack,
    "Record",
    zone=route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", zone_name="example.com", hosted_zone_id="Z0123456789ABCDEFGHIJ"
    ),
    record_name="shop",
    target=route53.RecordTarget.from_alias(targets.LoadBalancerTarget(alb)),
)

app.synth()
