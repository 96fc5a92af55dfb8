import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport, IngressTargetType, LoadBalancerScheme } from 'cdk-eks-alb-ingress-support';
import { Construct } from 'constructs';

export interface Game2048Props {
  readonly cluster: eks.ICluster;
  readonly albIngress: EksAlbIngressSupport;
}

/**
 * The game 2048, open to the internet through an Application Load Balancer.
 *
 * Nothing here speaks of order: the Ingress is made after the controller, and after the manifests with its namespace and Service,
 * and removed before them.
 */
export class Game2048 extends Construct {
  constructor(scope: Construct, id: string, { cluster, albIngress }: Game2048Props) {
    super(scope, id);
    const namespace = 'game-2048';
    const labels = { 'app.kubernetes.io/name': 'app-2048' };

    const home = new eks.KubernetesManifest(this, 'Namespace', {
      cluster,
      manifest: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }],
    });

    const game = new eks.KubernetesManifest(this, 'Game', {
      cluster,
      manifest: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'deployment-2048', namespace },
          spec: {
            replicas: 5,
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                containers: [{
                  name: 'app-2048',
                  image: 'public.ecr.aws/l6m2t8p7/docker-2048:latest',
                  imagePullPolicy: 'Always',
                  ports: [{ containerPort: 80 }],
                }],
              },
            },
          },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'service-2048', namespace },
          spec: {
            type: 'NodePort',
            selector: labels,
            ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
          },
        },
      ],
    });
    game.node.addDependency(home);

    albIngress.addIngress('Game2048', {
      ingressName: 'ingress-2048',
      namespace,
      scheme: LoadBalancerScheme.INTERNET_FACING,
      targetType: IngressTargetType.IP,
      rules: [{ service: 'service-2048', port: 80 }],
    });
  }
}
