"""Argo CD, Flux or Terraform installs the controller. This app makes the role and the tags, and hands over the values of the chart.

The cluster needs no kubectl.
"""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from cdk_eks_alb_ingress_support import ControllerIdentity, EksAlbIngressSupport

app = cdk.App()
stack = cdk.Stack(app, "GitOps")

vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
cluster = eks.Cluster(
    stack,
    "Cluster",
    vpc=vpc,
    version=eks.KubernetesVersion.V1_35,
    default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
)

alb_ingress = EksAlbIngressSupport(
    stack,
    "AlbIngress",
    cluster=cluster,
    vpc=vpc,
    identity=ControllerIdentity.pod_identity(),
    install_controller=False,
    # A role that outlives the stack: the controller deletes its load balancers with it.
    removal_policy=cdk.RemovalPolicy.RETAIN,
)

cdk.CfnOutput(stack, "ChartVersion", value=alb_ingress.controller_version.chart_version)
cdk.CfnOutput(stack, "ChartValues", value=stack.to_json_string(alb_ingress.chart_values))

app.synth()
