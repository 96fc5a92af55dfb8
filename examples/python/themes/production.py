"""Production: one load balancer open to the internet, with HTTPS, DNS, AWS WAF, access logs and a login, and an internal one beside it."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_wafv2 as wafv2
from cdk_eks_alb_ingress_support import (
    EksAlbIngressSupport,
    IngressAuth,
    IngressClassOptions,
    IngressLogs,
    IngressRule,
    IngressTargetType,
    IngressWebAcl,
    LoadBalancerScheme,
)

from cluster import new_cluster

DOMAIN = "example.com"

app = cdk.App()
# Access logs need the region: AWS writes them with an account of its own in each.
stack = cdk.Stack(app, "Production", env=cdk.Environment(account="111122223333", region="eu-west-1"))
cluster, vpc = new_cluster(stack)

zone = route53.HostedZone.from_hosted_zone_attributes(
    stack, "Zone", zone_name=DOMAIN, hosted_zone_id="Z0123456789ABCDEFGHIJ"
)
certificate = acm.Certificate(
    stack,
    "Certificate",
    domain_name=DOMAIN,
    subject_alternative_names=[f"*.{DOMAIN}"],
    validation=acm.CertificateValidation.from_dns(zone),
)
web_acl = wafv2.CfnWebACL(
    stack,
    "WebAcl",
    scope="REGIONAL",
    default_action=wafv2.CfnWebACL.DefaultActionProperty(allow=wafv2.CfnWebACL.AllowActionProperty()),
    visibility_config=wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name="web", sampled_requests_enabled=True
    ),
    rules=[
        wafv2.CfnWebACL.RuleProperty(
            name="common",
            priority=0,
            override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
            statement=wafv2.CfnWebACL.StatementProperty(
                managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS", name="AWSManagedRulesCommonRuleSet"
                )
            ),
            visibility_config=wafv2.CfnWebACL.VisibilityConfigProperty(
                cloud_watch_metrics_enabled=True, metric_name="common", sampled_requests_enabled=True
            ),
        )
    ],
)
logs = s3.Bucket(stack, "Logs", lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(90))])

# Who may sign in to the page of the team. The callback is the path that an ALB answers itself.
user_pool = cognito.UserPool(stack, "Users")
user_pool_client = user_pool.add_client(
    "Web",
    generate_secret=True,
    o_auth=cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[cognito.OAuthScope.OPENID],
        callback_urls=[f"https://team.{DOMAIN}/oauth2/idpresponse"],
    ),
)
user_pool_domain = user_pool.add_domain(
    "Login", cognito_domain=cognito.CognitoDomainOptions(domain_prefix="example-login")
)

alb_ingress = EksAlbIngressSupport(
    stack,
    "AlbIngress",
    cluster=cluster,
    vpc=vpc,
    # What all internet-facing load balancers share. An Ingress cannot change what its class sets.
    ingress_class=IngressClassOptions(
        scheme=LoadBalancerScheme.INTERNET_FACING,
        target_type=IngressTargetType.IP,
        web_acl=IngressWebAcl.from_arn(web_acl.attr_arn),
        load_balancer_attributes={
            "deletion_protection.enabled": "false",
            "routing.http.drop_invalid_header_fields.enabled": "true",
        },
    ),
    default_tags={"environment": "production"},
)
internal = alb_ingress.add_ingress_class(
    "Internal", scheme=LoadBalancerScheme.INTERNAL, target_type=IngressTargetType.IP
)

namespace = cluster.add_manifest(
    "Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
)

# Three Ingresses of one group: one load balancer, and one price.
shared = {
    "namespace": "shop",
    "group_name": "web",
    "certificates": [certificate],
    "access_logs": IngressLogs(bucket=logs, prefix="web"),
    "zone": zone,
}
ingresses = [
    alb_ingress.add_ingress(
        "Shop", **shared, group_order=10, rules=[IngressRule(host=f"shop.{DOMAIN}", service="shop", port=80)]
    ),
    alb_ingress.add_ingress(
        "Api", **shared, group_order=20, rules=[IngressRule(host=f"api.{DOMAIN}", service="api", port=80)]
    ),
    alb_ingress.add_ingress(
        "Team",
        **shared,
        group_order=30,
        auth=IngressAuth.cognito(
            user_pool=user_pool, user_pool_client=user_pool_client, user_pool_domain=user_pool_domain
        ),
        rules=[IngressRule(host=f"team.{DOMAIN}", service="team", port=80)],
    ),
    internal.add_ingress("Admin", namespace="shop", rules=[IngressRule(service="admin", port=80)]),
]
for ingress in ingresses:
    ingress.node.add_dependency(namespace)

app.synth()
