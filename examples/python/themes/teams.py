"""Several teams, each with a stack of its own, on one cluster and one load balancer."""

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from cdk_eks_alb_ingress_support import (
    EksAlbIngressSupport,
    Ingress,
    IngressClassOptions,
    IngressLabelSelector,
    IngressRule,
    IngressTargetType,
    LoadBalancerScheme,
)

from cluster import new_cluster

LABELS = {"example.com/public": "true"}


class PlatformStack(cdk.Stack):
    """What the platform team hands out: the cluster, and a class for everyone's Ingresses."""

    def __init__(self, scope: cdk.App, id: str) -> None:
        super().__init__(scope, id)
        cluster, vpc = new_cluster(self)
        alb_ingress = EksAlbIngressSupport(
            self, "AlbIngress", cluster=cluster, vpc=vpc, ingress_class=IngressClassOptions(create=False)
        )
        self.cluster = cluster
        # The group belongs to the class, so that only namespaces with the label can join the load balancer.
        self.ingress_class = alb_ingress.add_ingress_class(
            "Teams",
            group_name="teams",
            scheme=LoadBalancerScheme.INTERNET_FACING,
            target_type=IngressTargetType.IP,
            namespace_selector=IngressLabelSelector(match_labels=LABELS),
        )


class TeamStack(cdk.Stack):
    """The stack of a team: a namespace, and the team's part of the load balancer."""

    def __init__(self, scope: cdk.App, team: str, platform: PlatformStack) -> None:
        super().__init__(scope, team)
        name = team.lower()
        namespace = eks.KubernetesManifest(
            self,
            "Namespace",
            cluster=platform.cluster,
            manifest=[{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": LABELS}}],
        )
        ingress = Ingress(
            self,
            "Web",
            ingress_class=platform.ingress_class,
            namespace=name,
            rules=[IngressRule(host=f"{name}.example.com", service="web", port=80)],
        )
        ingress.node.add_dependency(namespace)


app = cdk.App()
platform = PlatformStack(app, "Platform")
TeamStack(app, "Shop", platform)
TeamStack(app, "Blog", platform)
app.synth()
