import { CfnDeletionPolicy, CfnResource, Duration, Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';

export interface RemovalGuardProps {
  readonly target: TargetCluster;
  /** Helm release of the controller, and its namespace. */
  readonly releaseName: string;
  readonly namespace: string;
  readonly serviceAccountName: string;
}

/** Kinds that a chart of the controller may hold, as resources by API group; namespaced and cluster-wide ones alike. */
export const GUARDED_RESOURCES: { readonly [apiGroup: string]: readonly string[] } = {
  '': ['secrets', 'serviceaccounts', 'services'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  'apps': ['deployments'],
  'autoscaling': ['horizontalpodautoscalers'],
  'cert-manager.io': ['certificates', 'issuers'],
  'elbv2.k8s.aws': ['ingressclassparams'],
  'monitoring.coreos.com': ['servicemonitors'],
  'networking.k8s.io': ['ingressclasses'],
  'policy': ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
};

/**
 * Has the API server reject to delete the controller, while it passes from one owner to the next.
 *
 * When CloudFormation has made what is new, it deletes what is old: `helm uninstall` of the very release that was just taken over, and
 * `kubectl delete` of its ServiceAccount. The CDK's handlers take an error for an answer, so that nothing fails and nothing is gone.
 * A `ValidatingAdmissionPolicy` says no to whoever asks, of this app or of another; Helm's upgrades are let through.
 *
 * It comes in two parts. The binding alone does nothing, but fails early on a cluster that does not know such policies. The policy comes
 * after the upgrade, which may have objects to remove, and is waited for: the API server does not know it at once.
 */
export class RemovalGuard extends Construct {
  private readonly binding: Construct;
  private readonly policy: Construct;

  constructor(scope: Construct, id: string, props: RemovalGuardProps) {
    super(scope, id);
    const { target } = props;
    // A second guard, as of a construct that is renamed while it has one, must be another object than the first.
    const name = `eks-alb-ingress-support-${Names.nodeUniqueId(this.node).slice(-40).toLowerCase()}`;
    this.binding = this.apply(target, 'Binding', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
    this.policy = this.apply(target, 'Policy', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: renderPolicy(props),
    });
    this.policy.node.addDependency(this.binding);
    const ready = target.newObjectValue(this, 'Ready', {
      objectType: 'validatingadmissionpolicy',
      objectName: name,
      // Written by the control plane once it has read the policy.
      jsonPath: '.status.observedGeneration',
      timeout: Duration.minutes(2),
    });
    ready.node.addDependency(this.policy);
    this.node.addValidation({ validate: () => this.validateRemoval() });
  }

  /** Lets the guard stand up around the deployment of what it guards. */
  public surround(controller: Construct): void {
    controller.node.addDependency(this.binding);
    this.policy.node.addDependency(controller);
  }

  private apply(target: TargetCluster, id: string, object: Record<string, unknown>): Construct {
    // Overwritten: what an attempt left behind must not stand in the way of the next.
    return target.newManifest(this, id, { manifest: [object], overwrite: true });
  }

  /** A removal policy for all of the app would leave the guard in the cluster, with a controller that could not be uninstalled. */
  private validateRemoval(): string[] {
    const kept = this.node.findAll().some((child) => CfnResource.isCfnResource(child)
      && ![undefined, CfnDeletionPolicy.DELETE].includes(child.cfnOptions.deletionPolicy));
    return kept ? [`${this.node.path} must go when takeOver is left out, but a removal policy retains it; exclude it from that policy`] : [];
  }
}

function renderPolicy({ releaseName, namespace, serviceAccountName }: RemovalGuardProps) {
  const remedy = 'leave takeOver out to let it go';
  return {
    // What cannot be decided is rejected: it is about few objects and a short time.
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        ...Object.entries(GUARDED_RESOURCES).map(([apiGroup, resources]) => ({
          apiGroups: [apiGroup], apiVersions: ['*'], operations: ['DELETE'], resources,
        })),
        { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['secrets'] },
      ],
    },
    variables: [
      { name: 'isInNamespace', expression: `oldObject.metadata.?namespace.orValue('') == '${namespace}'` },
      {
        name: 'isOfRelease',
        expression: `${annotation('meta.helm.sh/release-name')} == '${releaseName}' && ${annotation('meta.helm.sh/release-namespace')} == '${namespace}'`,
      },
      {
        name: 'isServiceAccount',
        expression: `variables.isInNamespace && request.resource.resource == 'serviceaccounts' && oldObject.metadata.name == '${serviceAccountName}'`,
      },
      {
        // The controller's, whoever defined them: without its class no Ingress is worked on.
        name: 'isClass',
        expression: "request.resource.resource == 'ingressclassparams'"
          + " || (request.resource.resource == 'ingressclasses' && oldObject.spec.controller == 'ingress.k8s.aws/alb')",
      },
      {
        // Where Helm keeps the newest revision of the release.
        name: 'isRecord',
        expression: `variables.isInNamespace && request.resource.resource == 'secrets' && ${label('owner')} == 'helm'`
          + ` && ${label('name')} == '${releaseName}' && ${label('status')} == 'deployed'`,
      },
    ],
    validations: [
      {
        expression: "request.operation != 'DELETE' || !(variables.isOfRelease || variables.isServiceAccount || variables.isClass || variables.isRecord)",
        message: `the AWS Load Balancer Controller is being taken over and must not be deleted; ${remedy}`,
        reason: 'Forbidden',
      },
      {
        // Helm marks a release before it deletes its objects. With the mark on it, nothing could upgrade the release any more.
        expression: "request.operation != 'UPDATE' || !variables.isRecord || object.metadata.?labels[?'status'].orValue('') != 'uninstalling'",
        message: `the AWS Load Balancer Controller is being taken over and must not be uninstalled; ${remedy}`,
        reason: 'Forbidden',
      },
    ],
  };
}

/** An annotation, or the empty text, in the Common Expression Language. */
function annotation(key: string): string {
  return `oldObject.metadata.?annotations[?'${key}'].orValue('')`;
}

function label(key: string): string {
  return `oldObject.metadata.?labels[?'${key}'].orValue('')`;
}
