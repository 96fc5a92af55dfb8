import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { CONTROLLER } from '../release/controller-name';

export interface ServiceAccountProps {
  readonly target: TargetCluster;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  /** What gives its pods their AWS credentials. */
  readonly annotations: Record<string, string>;
  /** Whether it is there already, and is somebody else's. */
  readonly overwriteServiceAccount?: boolean;
  readonly removalPolicy?: RemovalPolicy;
}

/** Defines the controller's ServiceAccount, or adopts one. */
export function defineServiceAccount(scope: Construct, id: string, props: ServiceAccountProps): Construct {
  const { target, controllerNamespace: namespace, serviceAccountName: name, annotations, overwriteServiceAccount: adopt } = props;
  return target.newManifest(scope, id, {
    overwrite: adopt,
    // One that was there before is left there: its owner did not ask for its removal. A controller that stays cannot run without.
    removalPolicy: adopt ? RemovalPolicy.RETAIN : props.removalPolicy,
    prune: adopt ? false : undefined,
    manifest: [{
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name,
        namespace,
        labels: {
          'app.kubernetes.io/component': 'controller',
          'app.kubernetes.io/name': CONTROLLER,
        },
        annotations,
      },
    }],
  });
}
