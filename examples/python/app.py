import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cdk_eks_alb_ingress_support import (
    ControllerVersion,
    EksAlbIngressSupport,
    IngressClassOptions,
)

from game_2048 import Game2048

app = cdk.App()
stack = cdk.Stack(app, "Game2048OnEks")

vpc = ec2.Vpc(stack, "Vpc", max_azs=2)

cluster = eks.Cluster(
    stack,
    "Cluster",
    vpc=vpc,
    version=eks.KubernetesVersion.V1_35,
    kubectl_provider_options=eks.KubectlProviderOptions(
        kubectl_layer=KubectlV35Layer(stack, "Kubectl"),
    ),
    default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
    default_capacity=2,
)

alb_ingress = EksAlbIngressSupport(
    stack,
    "AlbIngress",
    # These two make the cluster ready for ALB Ingresses.
    cluster=cluster,
    vpc=vpc,
    # The others are choices: a release that stays until it is changed here, settings of every
    # load balancer, and another namespace for the controller with `cdk synth -c namespace=...`.
    controller_version=ControllerVersion.V3_5_0,
    ingress_class=IngressClassOptions(tags={"game": "2048"}),
    controller_namespace=app.node.try_get_context("namespace"),
)

Game2048(stack, "Game2048", cluster=cluster, alb_ingress=alb_ingress)

app.synth()
