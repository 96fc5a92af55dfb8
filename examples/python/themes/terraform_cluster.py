"""A cluster and a VPC that Terraform or eksctl made, known by their names and ids. The controller is installed by this app."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from cdk_eks_alb_ingress_support import ControllerIdentity, EksAlbIngressSupport

CLUSTER_NAME = "blue"

app = cdk.App()
stack = cdk.Stack(app, "TerraformCluster", env=cdk.Environment(account="111122223333", region="eu-west-1"))

# With `ec2.Vpc.from_lookup()` the CDK CLI asks your account for these.
vpc = ec2.Vpc.from_vpc_attributes(
    stack,
    "Vpc",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["eu-west-1a", "eu-west-1b"],
    public_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    public_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef0"],
    private_subnet_ids=["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
    private_subnet_route_table_ids=["rtb-0123456789abcdef1", "rtb-0123456789abcdef2"],
)

# The function that runs kubectl and Helm has a role that the cluster admits by an access entry.
kubectl_role = iam.Role(
    stack,
    "KubectlRole",
    assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
    managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWSLambdaBasicExecutionRole")],
)
kubectl_role.add_to_policy(
    iam.PolicyStatement(
        actions=["eks:DescribeCluster"],
        resources=[stack.format_arn(service="eks", resource="cluster", resource_name=CLUSTER_NAME)],
    )
)
access = eks_v1.CfnAccessEntry(
    stack,
    "KubectlAccess",
    cluster_name=CLUSTER_NAME,
    principal_arn=kubectl_role.role_arn,
    access_policies=[
        eks_v1.CfnAccessEntry.AccessPolicyProperty(
            policy_arn=f"arn:{cdk.Aws.PARTITION}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            access_scope=eks_v1.CfnAccessEntry.AccessScopeProperty(type="cluster"),
        )
    ],
)
cluster = eks.Cluster.from_cluster_attributes(
    stack,
    "Cluster",
    cluster_name=CLUSTER_NAME,
    vpc=vpc,
    kubectl_provider=eks.KubectlProvider(
        stack,
        "KubectlProvider",
        cluster=eks.Cluster.from_cluster_attributes(stack, "Name", cluster_name=CLUSTER_NAME),
        kubectl_layer=KubectlV35Layer(stack, "Kubectl"),
        role=kubectl_role,
    ),
)

alb_ingress = EksAlbIngressSupport(
    stack, "AlbIngress", cluster=cluster, vpc=vpc, identity=ControllerIdentity.pod_identity()
)
alb_ingress.node.add_dependency(access)

app.synth()
