package com.example.game2048;

import io.github.cdk_eks_alb_ingress.support.EksAlbIngressSupport;
import io.github.cdk_eks_alb_ingress.support.IngressOptions;
import io.github.cdk_eks_alb_ingress.support.IngressRule;
import io.github.cdk_eks_alb_ingress.support.IngressTargetType;
import io.github.cdk_eks_alb_ingress.support.LoadBalancerScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.eks_v2.ICluster;
import software.amazon.awscdk.services.eks_v2.KubernetesManifest;
import software.constructs.Construct;

/**
 * The game 2048, open to the internet through an Application Load Balancer.
 *
 * <p>Nothing here speaks of order: the Ingress is made after the controller, and after the manifests with its namespace and
 * Service, and removed before them.
 */
public final class Game2048 extends Construct {

  private static final String NAMESPACE = "game-2048";
  private static final Map<String, Object> LABELS = object("app.kubernetes.io/name", "app-2048");

  public Game2048(
      final Construct scope, final String id, final ICluster cluster, final EksAlbIngressSupport albIngress) {
    super(scope, id);

    KubernetesManifest home = KubernetesManifest.Builder.create(this, "Namespace")
        .cluster(cluster)
        .manifest(List.of(object(
            "apiVersion", "v1",
            "kind", "Namespace",
            "metadata", object("name", NAMESPACE))))
        .build();

    KubernetesManifest game = KubernetesManifest.Builder.create(this, "Game")
        .cluster(cluster)
        .manifest(List.of(deployment(), service()))
        .build();
    game.getNode().addDependency(home);

    albIngress.addIngress("Game2048", IngressOptions.builder()
        .ingressName("ingress-2048")
        .namespace(NAMESPACE)
        .scheme(LoadBalancerScheme.INTERNET_FACING)
        .targetType(IngressTargetType.IP)
        .rules(List.of(IngressRule.builder().service("service-2048").port(80).build()))
        .build());
  }

  private static Map<String, Object> deployment() {
    return object(
        "apiVersion", "apps/v1",
        "kind", "Deployment",
        "metadata", object("name", "deployment-2048", "namespace", NAMESPACE),
        "spec", object(
            "replicas", 5,
            "selector", object("matchLabels", LABELS),
            "template", object(
                "metadata", object("labels", LABELS),
                "spec", object(
                    "containers", List.of(object(
                        "name", "app-2048",
                        "image", "public.ecr.aws/l6m2t8p7/docker-2048:latest",
                        "imagePullPolicy", "Always",
                        "ports", List.of(object("containerPort", 80))))))));
  }

  private static Map<String, Object> service() {
    return object(
        "apiVersion", "v1",
        "kind", "Service",
        "metadata", object("name", "service-2048", "namespace", NAMESPACE),
        "spec", object(
            "type", "NodePort",
            "selector", LABELS,
            "ports", List.of(object("port", 80, "targetPort", 80, "protocol", "TCP"))));
  }

  /**
   * A Kubernetes object, or a part of one: keys and values in turn.
   *
   * <p>Not {@code Map.of}, whose order changes from run to run: every deployment would find the manifests changed.
   */
  private static Map<String, Object> object(final Object... keysAndValues) {
    Map<String, Object> result = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      result.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return result;
  }
}
