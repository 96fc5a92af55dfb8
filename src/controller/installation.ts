import { CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { printLargeNumbers, validatePrintedName } from './chart-values';
import { ControllerChart, warnOfChartOutOfReach } from './controller-chart';
import { ControllerImage } from './controller-image';
import { CONTROLLER_OPTIONS } from './controller-option-table';
import { ControllerOptions, WebhookCertificate } from './controller-options';
import { ControllerManifest, ControllerSource, DEPLOYMENT } from './controller-source';
import { ChartOfDefinitions, ControllerCrds, CrdUpgrade, requireManifestSize } from './crds';
import { AdaptedManifest, adaptManifest } from './manifest-file';
import { RemovalGuard } from './removal-guard';
import { RenderedValues, renderChartValues } from './render-values';
import { TargetCluster } from '../cluster/target-cluster';
import type { GatewayApi } from '../gateway/gateway-api';
import { AppTags } from '../release/app-tags';
import { ChartFeatures } from '../release/controller-features';
import { CONTROLLER, ControllerVersion } from '../release/controller-version';
import { sortKeys } from '../util/maps';
import { invalidProp, warn } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateReleaseName } from '../util/validation';
import { YamlObject } from '../util/yaml';

/** What is installed, and where. */
export interface InstallationProps extends ControllerOptions, ChartFeatures {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly version: ControllerVersion;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  /** The manifest of the ServiceAccount. */
  readonly serviceAccount: Construct;
  /** Annotations whose change replaces the pods. */
  readonly podAnnotations: Record<string, string>;
  /** The partition, or a token where it is not known before deploy. */
  readonly partition: string;
  /** Whether the VPC has no way to the internet. */
  readonly isolated: boolean;
  readonly upgradeCrds?: boolean;
  readonly gatewayApi?: GatewayApi;
  readonly appTags: AppTags;
  readonly takeOver?: boolean;
}

/** What got installed. */
export interface Installation {
  /** When it is there, the controller runs. */
  readonly controller: Construct;
  /** The CustomResourceDefinitions, where they are not left to Helm. */
  readonly definitions: Construct[];
}

/** Id of what keeps an earlier owner from uninstalling the controller. */
export const TAKE_OVER = 'TakeOver';

/** Time, of the handler's 15 minutes, that is left after Helm's own: to log in, fetch the chart, and answer CloudFormation. */
const LONGEST = Duration.minutes(14);

/**
 * With `atomic` Helm waits, and on failure rolls back and waits with the same timeout again, all within one life of the handler.
 *
 * The rollback is left a third of that life, not the whole timeout: old pods start from images that their nodes have, while new ones
 * may wait for nodes. Who wants to be sure takes half of it, at the price of giving up earlier.
 */
const LONGEST_ATOMIC = Duration.minutes(10);

/**
 * Brings the controller into the cluster, by its chart or by upstream's manifest file.
 *
 * What it defines are children of the support itself: their ids are those of live resources.
 */
export function installController(support: Construct, props: InstallationProps): Installation {
  const { _chart: chart, _manifest: manifest } = props.source ?? ControllerSource.fromRepository();
  return manifest ? installManifest(support, manifest, props) : installChart(support, chart!, props);
}

function installChart(support: Construct, chart: ControllerChart, props: InstallationProps): Installation {
  const { target, version, controllerNamespace: namespace } = props;
  validatePrintedName('controllerNamespace', namespace);
  validatePrintedName('serviceAccountName', props.serviceAccountName);
  const releaseName = releaseNameOf(props);
  const location = chart.bind(support, version);
  if (chart.needsInternet && props.vpc.isolatedSubnets.length > 0) {
    warnOfChartOutOfReach(support, location.repository, props);
  }
  const values = renderValues(support, props, chart.isLocal);
  if (values.createIngressClassResource) {
    validatePrintedName('ingressClass.ingressClassName', String(values.ingressClass));
  }
  const controller = target.newHelmChart(support, 'Resource', {
    ...location,
    ...renderInstallation(props),
    release: releaseName,
    namespace,
    createNamespace: false,
    values: printLargeNumbers(values),
  });
  const definitions = applyCrds(support, target, chart.crds);
  controller.node.addDependency(...definitions);
  upgradeCrds(controller, props, location.chart === undefined ? undefined
    : { chart: location.chart, repository: location.repository, version: version.chartVersion });
  if (props.takeOver) {
    new RemovalGuard(support, TAKE_OVER, { ...props, releaseName, namespace }).surround(controller);
  }
  return { controller, definitions };
}

/**
 * Renders the values of a chart that something else installs: those of our own release, with the ServiceAccount.
 *
 * @param annotations annotations of the ServiceAccount
 */
export function renderExternalValues(
  support: Construct, props: Omit<InstallationProps, 'serviceAccount'>, annotations: Record<string, string>,
): { [key: string]: unknown } {
  const serviceAccount = { create: true, name: props.serviceAccountName, ...Object.keys(annotations).length > 0 && { annotations } };
  return printLargeNumbers({ ...renderValues(support, props, false), serviceAccount });
}

/**
 * Applies definitions before the controller is installed.
 *
 * @param chart where the controller's own come from; undefined if they are applied already
 */
function upgradeCrds(controller: Construct, props: InstallationProps, chart?: ChartOfDefinitions): void {
  const { target, serviceAccount: manifest, version, gatewayApi } = props;
  const appliesGatewayApi = gatewayApi?._isManaged === true;
  const appliesChart = chart !== undefined && (props.upgradeCrds === true || appliesGatewayApi);
  if (appliesChart || appliesGatewayApi) {
    const upgrade = new CrdUpgrade(controller.node.scope!, 'CrdUpgrade', { target, manifest, prop: props.upgradeCrds ? 'upgradeCrds' : 'gatewayApi' });
    if (appliesChart) upgrade.ofChart(chart);
    if (appliesGatewayApi) upgrade.ofGatewayApi(gatewayApi._sourceFor(version));
    controller.node.addDependency(upgrade);
  }
}

/** Name of the Helm release. */
export function releaseNameOf({ releaseName = CONTROLLER }: ControllerOptions): string {
  validateReleaseName('releaseName', releaseName);
  return releaseName;
}

function installManifest(support: Construct, file: ControllerManifest, props: InstallationProps): Installation {
  rejectHelmProps(props);
  const { target, version, controllerNamespace: namespace, serviceAccountName } = props;
  const objects = file.objectsOf(version);
  const values = renderValues(support, { ...props, webhookCertificate: WebhookCertificate.CERT_MANAGER }, false);
  const manifest = adaptManifest(objects, values, { version, namespace, serviceAccountName, releaseName: CONTROLLER });
  const { timeout, removalPolicy } = renderInstallation(props);
  const controller = new ManifestInstallation(support, 'Manifest', { target, namespace, manifest, timeout, removalPolicy });
  const definitions = applyCrds(support, target, manifest.definitions);
  controller.node.addDependency(...definitions);
  upgradeCrds(controller, props);
  return { controller, definitions };
}

function applyCrds(support: Construct, target: TargetCluster, definitions: YamlObject[]): Construct[] {
  return definitions.length > 0 ? [new ControllerCrds(support, 'Crds', { target, definitions })] : [];
}

function renderValues(support: Construct, props: Omit<InstallationProps, 'serviceAccount'>, localChart: boolean): RenderedValues['values'] {
  const { target, vpc, version, serviceAccountName, podAnnotations, partition, isolated } = props;
  const image = props.image ?? ControllerImage._default(version, partition, isolated);
  const { values, warnings } = renderChartValues(props, {
    version,
    releaseName: releaseNameOf(props),
    clusterName: target.name,
    region: Stack.of(support).region,
    vpcId: vpc.vpcId,
    serviceAccountName,
    podAnnotations,
    image: image._bind(support, version),
    features: props,
    localChart,
  });
  warnings.forEach(({ name, message }) => warn(support, name, message));
  const { defaultTags, externalManagedTags } = values as { defaultTags?: any; externalManagedTags?: any };
  return sortKeys({
    ...values,
    // The tags of the app are known later.
    defaultTags: isUnknown(defaultTags) ? defaultTags
      : props.appTags.with(defaultTags, Array.isArray(externalManagedTags) ? externalManagedTags : []),
  });
}

/** Renders the props of `HelmChart`, in both EKS modules, that say how Helm goes about it. */
export function renderInstallation(options: ControllerOptions) {
  const atomic = options.atomic ?? true;
  const timeout = options.installTimeout ?? Duration.minutes(10);
  const longest = atomic ? LONGEST_ATOMIC : LONGEST;
  if (timeout.isUnresolved()) throw invalidProp('installTimeout', 'must be known at synth', 'a token', 'use a literal Duration');
  const seconds = timeout.toMilliseconds() / 1000;
  if (seconds < 1 || seconds > longest.toSeconds() || !Number.isInteger(seconds)) {
    throw invalidProp('installTimeout', `must be whole seconds, at least one and at most ${longest.toMinutes()} minutes ${atomic ? 'with' : 'without'} atomic`,
      `${seconds} seconds`, atomic ? 'shorten it, or set atomic to false for up to 14 minutes' : 'shorten it');
  }
  // Waiting is not an option: an Ingress made before the webhooks answer is rejected.
  return { wait: true, atomic, timeout, removalPolicy: options.removalPolicy };
}

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
  for (const prop of Object.keys(CONTROLLER_OPTIONS).filter((name) => CONTROLLER_OPTIONS[name].helmOnly) as (keyof ControllerOptions)[]) {
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
