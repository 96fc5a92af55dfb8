from aws_cdk import aws_eks_v2 as eks
from cdk_eks_alb_ingress_support import (
    EksAlbIngressSupport,
    IngressRule,
    IngressTargetType,
    LoadBalancerScheme,
)
from constructs import Construct


class Game2048(Construct):
    """The game 2048, open to the internet through an Application Load Balancer.

    Nothing here speaks of order: the Ingress is made after the controller, and after the manifests
    with its namespace and Service, and removed before them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        alb_ingress: EksAlbIngressSupport,
    ) -> None:
        super().__init__(scope, id)
        namespace = "game-2048"
        labels = {"app.kubernetes.io/name": "app-2048"}

        home = eks.KubernetesManifest(
            self,
            "Namespace",
            cluster=cluster,
            manifest=[
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
            ],
        )

        game = eks.KubernetesManifest(
            self,
            "Game",
            cluster=cluster,
            manifest=[
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": {"name": "deployment-2048", "namespace": namespace},
                    "spec": {
                        "replicas": 5,
                        "selector": {"matchLabels": labels},
                        "template": {
                            "metadata": {"labels": labels},
                            "spec": {
                                "containers": [
                                    {
                                        "name": "app-2048",
                                        "image": "public.ecr.aws/l6m2t8p7/docker-2048:latest",
                                        "imagePullPolicy": "Always",
                                        "ports": [{"containerPort": 80}],
                                    }
                                ],
                            },
                        },
                    },
                },
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": "service-2048", "namespace": namespace},
                    "spec": {
                        "type": "NodePort",
                        "selector": labels,
                        "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}],
                    },
                },
            ],
        )
        game.node.add_dependency(home)

        alb_ingress.add_ingress(
            "Game2048",
            ingress_name="ingress-2048",
            namespace=namespace,
            scheme=LoadBalancerScheme.INTERNET_FACING,
            target_type=IngressTargetType.IP,
            rules=[IngressRule(service="service-2048", port=80)],
        )
