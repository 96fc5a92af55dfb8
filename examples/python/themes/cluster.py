from typing import NamedTuple

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from constructs import Construct


class NewCluster(NamedTuple):
    cluster: eks.Cluster
    vpc: ec2.Vpc


def new_cluster(scope: Construct) -> NewCluster:
    """A cluster with a managed node group, in a VPC of its own."""
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2)
    cluster = eks.Cluster(
        scope,
        "Cluster",
        vpc=vpc,
        version=eks.KubernetesVersion.V1_35,
        kubectl_provider_options=eks.KubectlProviderOptions(
            kubectl_layer=KubectlV35Layer(scope, "Kubectl"),
        ),
        default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
        default_capacity=2,
    )
    return NewCluster(cluster, vpc)
