import type { ControllerVersion } from '../release/controller-version';
import { isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/**
 * Value keys of the `aws-load-balancer-controller` chart, by the first chart that has them.
 *
 * Restated from the `values.yaml` of each chart in github.com/aws/eks-charts, `stable/aws-load-balancer-controller`
 * (1.4.0 to 3.5.0, as of 2026-08-03); a test compares it with upstream's data. Keys older than 1.4.0, the first
 * chart this library knows, stand at 1.4.0.
 *
 * `webhookConfig.ingressValdationFailurePolicy` is upstream's own spelling.
 */
const KEYS_BY_FIRST_CHART: { [firstChart: string]: string } = {
  '1.4.0': `
    affinity awsApiEndpoints awsMaxRetries backendSecurityGroup clusterName createIngressClassResource defaultSSLPolicy defaultTags
    disableIngressClassAnnotation disableIngressGroupNameAnnotation disableRestrictedSecurityGroupRules dnsPolicy
    enableBackendSecurityGroup enableCertManager enableEndpointSlices enablePodReadinessGateInject enableShield enableWaf enableWafv2
    env externalManagedTags extraVolumeMounts extraVolumes fullnameOverride hostNetwork image image.pullPolicy image.repository
    image.tag imagePullSecrets ingressClass ingressClassParams ingressClassParams.create ingressClassParams.name
    ingressClassParams.spec ingressMaxConcurrentReconciles keepTLSSecret livenessProbe livenessProbe.failureThreshold
    livenessProbe.httpGet livenessProbe.httpGet.path livenessProbe.httpGet.port livenessProbe.httpGet.scheme
    livenessProbe.initialDelaySeconds livenessProbe.timeoutSeconds logLevel metricsBindAddr nameOverride nodeSelector objectSelector
    objectSelector.matchExpressions objectSelector.matchLabels podAnnotations podDisruptionBudget podLabels podSecurityContext
    podSecurityContext.fsGroup priorityClassName rbac rbac.create region replicaCount resources securityContext
    securityContext.allowPrivilegeEscalation securityContext.readOnlyRootFilesystem securityContext.runAsNonRoot serviceAccount
    serviceAccount.annotations serviceAccount.automountServiceAccountToken serviceAccount.create serviceAccount.name
    serviceAnnotations serviceMaxConcurrentReconciles serviceMonitor serviceMonitor.additionalLabels serviceMonitor.enabled
    serviceMonitor.interval syncPeriod targetgroupbindingMaxConcurrentReconciles targetgroupbindingMaxExponentialBackoffDelay
    terminationGracePeriodSeconds tolerations updateStrategy vpcId watchNamespace webhookBindPort webhookTLS webhookTLS.caCert
    webhookTLS.cert webhookTLS.key
  `,
  '1.4.1': 'clusterSecretsPermissions clusterSecretsPermissions.allowAllSecrets',
  '1.4.3': `
    additionalLabels awsApiThrottle configureDefaultAffinity deploymentAnnotations serviceAccount.imagePullSecrets
    serviceMonitor.namespace topologySpreadConstraints webhookNamespaceSelector
  `,
  '1.4.5': `
    cluster cluster.dnsDomain controllerConfig controllerConfig.featureGates ingressClassConfig ingressClassConfig.default
  `,
  '1.4.6': 'webhookNamespaceSelectors',
  '1.5.0': 'defaultTargetType enableServiceMutatorWebhook',
  '1.5.2': 'certManagerApiVersion',
  '1.6.2': 'tolerateNonExistentBackendAction tolerateNonExistentBackendService',
  '1.7.0': `
    autoscaling autoscaling.enabled autoscaling.maxReplicas autoscaling.minReplicas autoscaling.targetCPUUtilizationPercentage
    readinessProbe readinessProbe.failureThreshold readinessProbe.httpGet readinessProbe.httpGet.path readinessProbe.httpGet.port
    readinessProbe.httpGet.scheme readinessProbe.initialDelaySeconds readinessProbe.successThreshold readinessProbe.timeoutSeconds
    revisionHistoryLimit
  `,
  '1.7.1': `
    serviceMonitor.bearerTokenFile serviceMonitor.metricRelabelings serviceMonitor.relabelings serviceMonitor.scheme
    serviceMonitor.scrapeTimeout serviceMonitor.tlsConfig serviceTargetENISGTags
  `,
  '1.7.2': 'certDiscovery certDiscovery.allowedCertificateAuthorityARNs',
  '1.8.0': `
    loadBalancerClass runtimeClassName
    serviceMutatorWebhookConfig serviceMutatorWebhookConfig.failurePolicy serviceMutatorWebhookConfig.objectSelector
    serviceMutatorWebhookConfig.objectSelector.matchExpressions serviceMutatorWebhookConfig.objectSelector.matchLabels
    serviceMutatorWebhookConfig.operations
  `,
  '1.8.1': 'envFrom',
  '1.9.0': 'webhookConfig webhookConfig.disableIngressValidation',
  '1.11.0': 'lbStabilizationMonitorInterval',
  '1.12.0': 'podMutatorWebhookConfig podMutatorWebhookConfig.failurePolicy vpcTags',
  '1.13.0': 'certManager certManager.duration certManager.renewBefore enableManageBackendSecurityGroupRules',
  '1.14.0': 'certManager.revisionHistoryLimit',
  '1.14.1': 'certManager.rootCert certManager.rootCert.duration',
  '1.17.0': 'globalAcceleratorMaxConcurrentReconciles globalAcceleratorMaxExponentialBackoffDelay maxTargetsPerTargetGroup',
  '1.17.1': 'defaultLoadBalancerScheme',
  '3.2.0': `
    albGatewayMaxConcurrentReconciles nlbGatewayMaxConcurrentReconciles serviceMutatorWebhookConfig.namespaceSelectors
    targetgroupbindingRequeueDuration webhookConfig.ingressValdationFailurePolicy webhookConfig.ingressValidationNamespaceSelector
    webhookConfig.ingressValidationNamespaceSelector.matchExpressions webhookConfig.ingressValidationNamespaceSelector.matchLabels
    webhookConfig.ingressValidationObjectSelector webhookConfig.ingressValidationObjectSelector.matchExpressions
    webhookConfig.ingressValidationObjectSelector.matchLabels
  `,
  '3.4.1': 'certManagement',
};

/**
 * Keys which templates read although `values.yaml` gives them no default, by the first chart that reads them.
 */
const READ_WITHOUT_DEFAULT: { [firstChart: string]: string } = {
  '1.7.0': 'annotations autoscaling.autoscaleBehavior envSecretName',
  '1.8.1': 'creator',
  '1.15.0': 'certManager.issuerRef',
  '3.4.1': 'certManagement.defaultPCAARN',
};

/** Charts in which a key is gone again: from the first chart without it up to the one that brings it back. */
const GAPS: { [path: string]: { from: string; to?: string } } = {
  'keepTLSSecret': { from: '3.0.0', to: '3.1.0' },
  'webhookNamespaceSelector': { from: '1.4.6' },
  'certManagerApiVersion': { from: '1.5.3' },
  'serviceMonitor.bearerTokenFile': { from: '1.7.2' },
  'serviceMonitor.metricRelabelings': { from: '1.7.2', to: '1.8.0' },
  'serviceMonitor.relabelings': { from: '1.7.2', to: '1.8.0' },
  'serviceMonitor.scheme': { from: '1.7.2' },
  'serviceMonitor.scrapeTimeout': { from: '1.7.2', to: '1.8.0' },
  'serviceMonitor.tlsConfig': { from: '1.7.2' },
};

/** Kubernetes objects that the templates print whole: `values.yaml` shows some of their fields, all work. */
const PRINTED_WHOLE = new Set(['livenessProbe', 'podSecurityContext', 'readinessProbe', 'securityContext']);

/** What the chart of a release does with a value key. */
export type KeyStatus =
  /** The chart reads it. */
  | { known: true }
  /** Other charts read it: from `since` on, or, where it is gone, up to the one before `until`. */
  | { known: false; since: string; until?: string }
  /** No chart reads it. */
  | { known: false; since?: undefined };

const FIRST_CHART = firstCharts(KEYS_BY_FIRST_CHART, READ_WITHOUT_DEFAULT);
const PARENTS = new Set([...FIRST_CHART.keys()].flatMap(ancestors));

/**
 * Tells whether the chart of `version` reads a value path such as `['image', 'tag']`.
 *
 * Below a key without listed children anything goes (`resources`, `nodeSelector`, `env`).
 */
export function keyStatus(version: ControllerVersion, path: readonly string[]): KeyStatus {
  for (let depth = 1; depth <= path.length; depth++) {
    const key = path.slice(0, depth).join('.');
    // A key with a dot of its own (a label, say) must not pass for a path.
    const since = path[depth - 1].includes('.') ? undefined : FIRST_CHART.get(key);
    if (since === undefined) return { known: false };
    if (!version._chartIsAtLeast(since)) return { known: false, since };
    const gap = GAPS[key];
    if (gap && version._chartIsAtLeast(gap.from)) {
      if (gap.to === undefined) return { known: false, since, until: gap.from };
      if (!version._chartIsAtLeast(gap.to)) return { known: false, since: gap.to };
    }
    if (!PARENTS.has(key) || PRINTED_WHOLE.has(key)) return { known: true };
  }
  return { known: true };
}

/** Whether the chart of `version` reads the dotted `path`. */
export function chartHas(version: ControllerVersion, path: string): boolean {
  return keyStatus(version, path.split('.')).known;
}

/** Which charts have a key, for a message about one that does not. */
export function spanOf(path: string, status: KeyStatus): string {
  if (status.known || status.since === undefined) return `no chart has ${path}`;
  return status.until === undefined ? `${path} came with chart ${status.since}` : `${path} is in charts ${status.since} up to ${status.until} only`;
}

/** Whether templates reach into a key, and fail where they find no map. */
export function mustBeMap(path: readonly string[]): boolean {
  const dotted = path.join('.');
  return !path.some((key) => key.includes('.')) && PARENTS.has(dotted) && !PRINTED_WHOLE.has(dotted);
}

/** Paths of a value object down to where the table knows no further children, leaves included. */
export function valuePaths(values: { [key: string]: unknown }, parent: readonly string[] = []): string[][] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = [...parent, key];
    return mustBeMap(path) && isPlainObject(value) && Object.keys(value).length > 0 ? valuePaths(value, path) : [path];
  });
}

/** The table itself, for the test that compares it with upstream's. */
export const CHART_VALUE_TABLE = { KEYS_BY_FIRST_CHART, READ_WITHOUT_DEFAULT, GAPS };

function firstCharts(...tables: { [firstChart: string]: string }[]): Map<string, string> {
  return new Map(tables.flatMap((table) => Object.entries(table)
    .flatMap(([chart, keys]) => keys.trim().split(/\s+/).map((key): [string, string] => [key, chart]))));
}

function ancestors(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'));
}

/*
 * Helm's templates write YAML as text. What the chart prints with `toYaml` arrives as it was; what it prints as it is, is read again, by
 * the rules of YAML 1.1 as Go has them.
 */

/** Names that are words of YAML. */
const WORDS = ['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null'];

/** Numbers that may be names in Kubernetes. One that is too large is text again. */
const NUMBER = /^(\d+|0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+(\.\d+)?e-?\d+|\d+\.\d+|\d+\.e\d+)$/;

/** Whether a name stays one when a template prints it without quotes. */
export function staysText(name: string): boolean {
  // `1.e3` is a number to YAML, and to Number() too.
  return !WORDS.includes(name) && !(NUMBER.test(name) && Number.isFinite(Number(name)));
}

/** Rejects a name that the chart prints without quotes, and that YAML reads as something else. */
export function validatePrintedName(prop: string, name: string): void {
  if (isUnknown(name) || staysText(name)) return;
  throw invalidProp(prop, "must be a name that YAML reads as text, since the chart's templates print it without quotes", name, 'rename it');
}

/** Keys of the chart whose own keys it prints one by one. */
const PRINTED_MAPS = ['defaultTags', 'env', 'vpcTags'];

/** Values with large numbers as text where the chart prints them: Helm prints one million as `1e+06`. */
export function printLargeNumbers(values: { [key: string]: unknown }): { [key: string]: unknown } {
  return mapValues(values, (value, key) => PRINTED_MAPS.includes(key) && isPlainObject(value) ? mapValues(value, asText) : asText(value));
}

function asText(value: unknown): unknown {
  return typeof value === 'number' && !isUnknown(value) && Math.abs(value) >= 1e6 ? String(value) : value;
}

function mapValues(map: { [key: string]: unknown }, change: (value: unknown, key: string) => unknown): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
