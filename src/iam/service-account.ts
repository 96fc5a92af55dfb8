import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { CONTROLLER } from '../release/controller-version';
import { invalidProp } from '../util/messages';

export interface ServiceAccountProps {
  readonly target: TargetCluster;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  readonly serviceAccountLabels?: Record<string, string>;
  readonly serviceAccountAnnotations?: Record<string, string>;
  /** Whether it may be there already. */
  readonly takeOver?: boolean;
  readonly removalPolicy?: RemovalPolicy;
}

const LABELS = { 'app.kubernetes.io/component': 'controller', 'app.kubernetes.io/name': CONTROLLER };

const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

/** Has Helm leave an object alone that its chart no longer holds. */
const KEEP = { 'helm.sh/resource-policy': 'keep' };

/** Keys that others than the user set, with what to do instead. */
const OWNED_ANNOTATIONS: { readonly [prefix: string]: string } = {
  [ROLE_ANNOTATION]: 'bring the role with identity',
  'helm.sh/': 'leave it out, since no chart holds the ServiceAccount',
  'meta.helm.sh/': 'leave it out, since no chart holds the ServiceAccount',
  'kubectl.kubernetes.io/': 'leave it to kubectl',
};
const OWNED_LABELS = Object.fromEntries(Object.keys(LABELS).map((label) => [label, 'leave it as it is']));

/**
 * Defines the controller's ServiceAccount, or takes over the one that exists.
 *
 * @param credentials annotations that give its pods their AWS credentials
 */
export function defineServiceAccount(scope: Construct, id: string, props: ServiceAccountProps, credentials: Record<string, string>): Construct {
  const { target, controllerNamespace: namespace, serviceAccountName: name, takeOver } = props;
  const { serviceAccountLabels: labels = {}, serviceAccountAnnotations: annotations = {} } = props;
  rejectOwned('serviceAccountLabels', labels, OWNED_LABELS);
  rejectOwned('serviceAccountAnnotations', annotations, OWNED_ANNOTATIONS);
  Object.entries(labels).forEach(([key, value]) => validateLabelValue(key, value));
  return target.newManifest(scope, id, {
    overwrite: takeOver,
    removalPolicy: props.removalPolicy,
    manifest: [{
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name,
        namespace,
        labels: { ...labels, ...LABELS },
        annotations: {
          ...annotations,
          // A chart that made it would delete it in the very upgrade that takes it over.
          ...takeOver ? KEEP : {},
          // The role of an earlier identity: what is only left out, kubectl leaves as it is.
          ...takeOver ? { [ROLE_ANNOTATION]: '' } : {},
          ...credentials,
        },
      },
    }],
  });
}

function rejectOwned(prop: string, given: Record<string, string>, owned: { readonly [prefix: string]: string }): void {
  for (const [key, value] of Object.entries(given)) {
    const prefix = Object.keys(owned).find((one) => key === one || (one.endsWith('/') && key.startsWith(one)));
    if (prefix) {
      throw invalidProp(`${prop}["${key}"]`, 'must be left out, since others set it', value, owned[prefix]);
    }
  }
}

/** What the API server would reject of a literal. */
function validateLabelValue(key: string, value: string): void {
  if (!Token.isUnresolved(value) && !/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value)) {
    throw invalidProp(`serviceAccountLabels["${key}"]`, "must be at most 63 of letters, digits, '-', '_' and '.', starting and ending alphanumeric", value,
      'use an annotation for other values');
  }
}
