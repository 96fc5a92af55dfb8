import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';

export interface GameByManifestsProps {
  readonly cluster: eks.ICluster;
}

/**
 * The game 2048, its Ingress in a manifest like any other: whoever looks after load balancers, it is the same.
 *
 * Nothing here speaks of the load balancer controller: the Ingress is found, made after it and removed before it.
 */
export class GameByManifests extends Construct {
  constructor(scope: Construct, id: string, { cluster }: GameByManifestsProps) {
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

    const ingress = new eks.KubernetesManifest(this, 'Ingress', {
      cluster,
      manifest: [{
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: {
          name: 'ingress-2048',
          namespace,
          annotations: {
            'alb.ingress.kubernetes.io/scheme': 'internet-facing',
            'alb.ingress.kubernetes.io/target-type': 'ip',
          },
        },
        spec: {
          ingressClassName: 'alb',
          rules: [{
            http: {
              paths: [{
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'service-2048', port: { number: 80 } } },
              }],
            },
          }],
        },
      }],
    });
    ingress.node.addDependency(game);
  }
}
