package com.example.game2048;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdk_eks_alb_ingress.support.EksAlbIngressSupport;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.cdk.lambdalayer.kubectl.v35.KubectlV35Layer;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.eks_v2.Cluster;
import software.amazon.awscdk.services.eks_v2.DefaultCapacityType;
import software.amazon.awscdk.services.eks_v2.KubectlProviderOptions;
import software.amazon.awscdk.services.eks_v2.KubernetesVersion;

final class Game2048Test {

  private final Stack stack = new Stack(new App(), "Stack");
  private final Vpc vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(2).build();
  private final Cluster cluster = Cluster.Builder.create(stack, "Cluster")
      .vpc(vpc)
      .version(KubernetesVersion.V1_35)
      .kubectlProviderOptions(KubectlProviderOptions.builder().kubectlLayer(new KubectlV35Layer(stack, "Kubectl")).build())
      .defaultCapacityType(DefaultCapacityType.NODEGROUP)
      .build();

  @Test
  void installsTheController() {
    EksAlbIngressSupport albIngress = EksAlbIngressSupport.Builder.create(stack, "AlbIngress").cluster(cluster).vpc(vpc).build();
    new Game2048(stack, "Game2048", cluster, albIngress);

    Template.fromStack(stack).hasResourceProperties("Custom::AWSCDK-EKS-HelmChart", Map.of("Chart", "aws-load-balancer-controller"));
  }

  /** Our message is in that of the exception, which has the stack trace of Node.js after it. */
  @Test
  void rejectsANamespaceThatKubernetesDoes() {
    Exception error = assertThrows(Exception.class, () ->
        EksAlbIngressSupport.Builder.create(stack, "AlbIngress").cluster(cluster).vpc(vpc).controllerNamespace("Kube_System").build());
    assertTrue(error.getMessage().contains("controllerNamespace must be a DNS label"), error.getMessage());
  }
}
