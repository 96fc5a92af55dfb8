package com.example.game2048;

import io.github.cdk_eks_alb_ingress.support.ControllerVersion;
import io.github.cdk_eks_alb_ingress.support.EksAlbIngressSupport;
import io.github.cdk_eks_alb_ingress.support.IngressClassOptions;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.cdk.lambdalayer.kubectl.v35.KubectlV35Layer;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.eks_v2.Cluster;
import software.amazon.awscdk.services.eks_v2.DefaultCapacityType;
import software.amazon.awscdk.services.eks_v2.KubectlProviderOptions;
import software.amazon.awscdk.services.eks_v2.KubernetesVersion;

public final class Game2048App {

  private Game2048App() {}

  public static void main(final String[] args) {
    App app = new App();
    Stack stack = new Stack(app, "Game2048OnEks");

    Vpc vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(2).build();

    Cluster cluster = Cluster.Builder.create(stack, "Cluster")
        .vpc(vpc)
        .version(KubernetesVersion.V1_35)
        .kubectlProviderOptions(KubectlProviderOptions.builder()
            .kubectlLayer(new KubectlV35Layer(stack, "Kubectl"))
            .build())
        .defaultCapacityType(DefaultCapacityType.NODEGROUP)
        .defaultCapacity(2)
        .build();

    EksAlbIngressSupport albIngress = EksAlbIngressSupport.Builder.create(stack, "AlbIngress")
        // These two make the cluster ready for ALB Ingresses.
        .cluster(cluster)
        .vpc(vpc)
        // The others are choices: a release that stays until it is changed here, settings of every
        // load balancer, and another namespace for the controller with `cdk synth -c namespace=...`.
        .controllerVersion(ControllerVersion.V3_5_0)
        .ingressClass(IngressClassOptions.builder()
            .tags(Map.of("game", "2048"))
            .build())
        .controllerNamespace((String) app.getNode().tryGetContext("namespace"))
        .build();

    new Game2048(stack, "Game2048", cluster, albIngress);

    app.synth();
  }
}
