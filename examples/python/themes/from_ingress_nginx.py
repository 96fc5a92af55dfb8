"""From ingress-nginx: rewritten paths, allowed addresses, sticky sessions and a canary, side by side with the old controller."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from cdk_eks_alb_ingress_support import (
    EksAlbIngressSupport,
    IngressAction,
    IngressPathType,
    IngressRewrite,
    IngressRule,
    IngressTargetType,
    IngressWeightedTarget,
    LoadBalancerScheme,
)

from cluster import new_cluster

app = cdk.App()
stack = cdk.Stack(app, "FromIngressNginx", env=cdk.Environment(account="111122223333", region="eu-west-1"))
cluster, vpc = new_cluster(stack)

alb_ingress = EksAlbIngressSupport(stack, "AlbIngress", cluster=cluster, vpc=vpc)

host = "shop.example.com"
# Rules with regular expressions come after all rules of the type Prefix: what takes everything is an expression too.
everything = {"host": host, "path": "/.*", "path_type": IngressPathType.REGEX}

shop = alb_ingress.add_ingress(
    "Shop",
    ingress_name="shop-alb",
    namespace="shop",
    scheme=LoadBalancerScheme.INTERNET_FACING,
    target_type=IngressTargetType.IP,
    # ssl-redirect: with a certificate, HTTP redirects to HTTPS.
    certificates=[
        acm.Certificate.from_certificate_arn(
            stack, "Certificate", "arn:aws:acm:eu-west-1:111122223333:certificate/shop"
        )
    ],
    # whitelist-source-range
    inbound_cidrs=["198.51.100.0/24"],
    # proxy-read-timeout
    load_balancer_attributes={"idle_timeout.timeout_seconds": "120"},
    # affinity: cookie
    target_group_attributes={"stickiness.enabled": "true", "stickiness.type": "lb_cookie"},
    rules=[
        # rewrite-target
        IngressRule(
            host=host, path="/api", service="api", port=80, rewrite=IngressRewrite.strip_prefix("/api")
        ),
        IngressRule(
            host=host,
            path="/old/(.*)",
            path_type=IngressPathType.REGEX,
            service="shop",
            port=80,
            rewrite=IngressRewrite.path("^/old/(.*)$", "/new/$1"),
        ),
        # canary-by-header
        IngressRule(
            **everything,
            service="shop-canary",
            port=80,
            conditions=[elbv2.ListenerCondition.http_header("x-canary", ["always"])],
        ),
        # canary-weight
        IngressRule(
            **everything,
            action=IngressAction.weighted_forward(
                [
                    IngressWeightedTarget(service="shop", port=80, weight=90),
                    IngressWeightedTarget(service="shop-canary", port=80, weight=10),
                ]
            ),
        ),
    ],
)

namespace = cluster.add_manifest(
    "Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
)
shop.node.add_dependency(namespace)

app.synth()
