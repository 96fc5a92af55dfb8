import { CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ControllerOptions, WebhookCertificate } from './controller-options';
import { requireManifestSize } from './crds';
import { AdaptedManifest, DEPLOYMENT } from './manifest-file';
import { TargetCluster } from '../cluster/target-cluster';
import { invalidProp } from '../util/messages';
import { YamlObject } from '../util/yaml';

export interface ManifestInstallationProps {
  readonly target: TargetCluster;
  readonly namespace: string;
  readonly manifest: AdaptedManifest;
  /** Time to wait for the controller. */
  readonly timeout: Duration;
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The controller of a manifest file and, once it runs, its IngressClass. What depends on this construct comes when the webhooks
 * can answer; the CustomResourceDefinitions must be there before it.
 */
export class ManifestInstallation extends Construct {
  constructor(scope: Construct, id: string, props: ManifestInstallationProps) {
    super(scope, id);
    const { target, manifest, removalPolicy } = props;
    requireManifestSize(manifest.controller);
    const controller = target.newManifest(this, 'Resource', { manifest: manifest.controller, removalPolicy });
    const rollout = this.awaitRollout(props, manifest.controller.find(({ kind }) => kind === 'Deployment')!);
    rollout.node.addDependency(controller);
    if (manifest.ingressClass.length > 0) {
      const ingressClass = target.newManifest(this, 'IngressClass', { manifest: manifest.ingressClass, removalPolicy });
      ingressClass.node.addDependency(rollout);
    }
  }

  /** Unlike Helm, `kubectl apply` does not wait; an Ingress made before the webhooks answer is rejected. */
  private awaitRollout({ target, namespace, timeout }: ManifestInstallationProps, deployment: YamlObject): Construct {
    const rollout = target.newObjectValue(this, 'Rollout', {
      objectType: 'deployment',
      objectName: DEPLOYMENT,
      objectNamespace: namespace,
      // Only there once all pods are of the newest template and available.
      jsonPath: '.status.conditions[?(@.reason=="NewReplicaSetAvailable")].status',
      timeout,
    });
    // The handler does not know this property: it is there to wait again whenever the Deployment changes.
    const resource = rollout.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
    resource.addPropertyOverride('Deployment', Stack.of(this).toJsonString(deployment));
    return rollout;
  }
}

/** Rejects what only Helm, or the chart, can do. */
export function rejectHelmProps(props: ControllerOptions & { readonly takeOver?: boolean }): void {
  if (props.takeOver) {
    throw invalidProp('takeOver', 'must be left out with ControllerSource.fromManifestFile(), since kubectl cannot take over what Helm has made', true,
      'remove the earlier installation in one deployment, and define this one in the next');
  }
  for (const prop of ['releaseName', 'values', 'atomic'] as const) {
    if (props[prop] !== undefined) {
      throw invalidProp(prop, 'must be left out with ControllerSource.fromManifestFile(), which installs the controller without Helm', props[prop],
        'leave it out, or install the chart');
    }
  }
  if (props.webhookCertificate === WebhookCertificate.HELM) {
    throw invalidProp('webhookCertificate', 'must be that of cert-manager with ControllerSource.fromManifestFile(), as the file is made for it',
      props.webhookCertificate, 'install cert-manager and leave it out, or install the chart');
  }
}
