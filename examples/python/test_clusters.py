"""The prop `cluster` takes clusters of both modules, and nothing else."""

import unittest

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk.assertions import Template
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cdk_eks_alb_ingress_support import EksAlbIngressSupport


class ClusterTest(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = cdk.Stack(cdk.App(), "Stack")
        self.vpc = ec2.Vpc(self.stack, "Vpc", max_azs=2)
        self.layer = KubectlV35Layer(self.stack, "Kubectl")

    def assert_installs(self, cluster) -> None:
        support = EksAlbIngressSupport(self.stack, "Alb", cluster=cluster, vpc=self.vpc)
        self.assertEqual("alb", support.ingress_class.ingress_class_name)
        Template.from_stack(self.stack).has_resource_properties(
            "Custom::AWSCDK-EKS-HelmChart", {"Chart": "aws-load-balancer-controller"}
        )

    def test_cluster_of_eks_v1(self) -> None:
        cluster = eks_v1.Cluster(
            self.stack,
            "Cluster",
            vpc=self.vpc,
            version=eks_v1.KubernetesVersion.V1_35,
            kubectl_layer=self.layer,
        )
        self.assert_installs(cluster)

    def test_cluster_of_eks_v2(self) -> None:
        cluster = eks_v2.Cluster(
            self.stack,
            "Cluster",
            vpc=self.vpc,
            version=eks_v2.KubernetesVersion.V1_35,
            kubectl_provider_options=eks_v2.KubectlProviderOptions(kubectl_layer=self.layer),
            default_capacity_type=eks_v2.DefaultCapacityType.NODEGROUP,
        )
        self.assert_installs(cluster)

    def test_name_instead_of_cluster_is_refused(self) -> None:
        with self.assertRaisesRegex((TypeError, RuntimeError), "cluster"):
            EksAlbIngressSupport(self.stack, "Alb", cluster="my-cluster", vpc=self.vpc)

    def test_other_construct_instead_of_cluster_is_refused(self) -> None:
        with self.assertRaises((TypeError, RuntimeError)) as caught:
            EksAlbIngressSupport(self.stack, "Alb", cluster=self.vpc, vpc=self.vpc)
        self.assertIn('cluster must be a cluster of aws-eks or aws-eks-v2, got "Stack/Vpc"', str(caught.exception))
