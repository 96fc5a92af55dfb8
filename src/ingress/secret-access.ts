import { Construct } from 'constructs';
import { IngressEnvironment } from './ingress-environment';

/**
 * Lets the controller read one Secret: its own permissions are for none.
 *
 * It watches the Secret, so that a new one gets to the load balancer.
 */
export function allowSecret(
  scope: Construct, id: string, { target, serviceAccountName, controllerNamespace }: IngressEnvironment,
  ingress: { readonly name: string; readonly namespace: string }, secretName: string,
): Construct {
  const metadata = { name: `${ingress.name}-oidc-secret`, namespace: ingress.namespace };
  return target.newManifest(scope, id, {
    manifest: [
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata,
        rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secretName], verbs: ['get', 'list', 'watch'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccountName, namespace: controllerNamespace }],
      },
    ],
  });
}
