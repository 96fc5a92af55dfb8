import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { ChartContext, ChartWarning } from './chart-context';
import { chartHas } from './chart-values';
import { ControllerOptions, ControllerResources, WebhookCertificate } from './controller-options';
import { ControllerTopologySpread, renderTolerations, renderTopologySpread } from './scheduling';
import { checkUserValues } from './user-values';
import { ValueWriter } from './value-writer';
import { renderIngressClassParams } from '../ingress/ingress-class-objects';
import { GATES_WITH_PROP, hasGate, validateFeatureGates } from '../release/feature-gates';
import { validateTags } from '../release/resource-tags';
import { ChartFeatures } from '../release/web-protection';
import { deepMerge, isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { validateDnsLabel, validateInteger } from '../util/validation';

export interface RenderedValues {
  readonly values: { [key: string]: unknown };
  readonly warnings: ChartWarning[];
}

/** Renders the values of the chart: the library's own, over them the props, over them the user's `values`. */
export function renderChartValues(options: ControllerOptions, context: ChartContext): RenderedValues {
  const { version } = context;
  const user = options.values ?? {};
  const warnings = options.values ? checkUserValues(user, context) : [];
  const writer = new ValueWriter(version);

  writer.own('clusterName', context.clusterName);
  // Always: without them the controller asks the instance metadata, which pods on Fargate, or behind a hop limit of 1, cannot.
  writer.own('region', context.region);
  writer.own('vpcId', context.vpcId);
  writer.own('serviceAccount', { create: false, name: context.serviceAccountName });
  writer.own('image', context.image.image);
  writer.own('imagePullSecrets', context.image.imagePullSecrets);
  writer.own('podAnnotations', context.podAnnotations);

  renderPods(options, context, writer, warnings);
  renderController(options, context, writer);
  renderWebhooks(options, context, writer, warnings);
  renderFeatures(options, context, writer);
  renderIngressClass(options, context, writer);

  return { values: deepMerge(withoutReplaced(writer.values, user), user), warnings };
}

/** Over zones and nodes, as well as can be. */
const EVENLY: ControllerTopologySpread[] = [{ topologyKey: 'topology.kubernetes.io/zone' }, { topologyKey: 'kubernetes.io/hostname' }];

/** Objects of which two halves make no whole: a budget of ours must not meet one of the user's in one object. */
function withoutReplaced(values: { [key: string]: unknown }, user: { [key: string]: unknown }) {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !(['affinity', 'podDisruptionBudget'].includes(key) && user[key] !== undefined)));
}

function renderPods(options: ControllerOptions, { version, releaseName }: ChartContext, writer: ValueWriter, warnings: ChartWarning[]) {
  const replicas = options.replicas ?? 2;
  validateInteger('replicas', replicas, 1, Infinity, 'use 2 for high availability');
  const maxUnavailable = options.maxUnavailableReplicas ?? 1;
  validateInteger('maxUnavailableReplicas', maxUnavailable, 1, Infinity, 'use 1; with 0 no node could be drained');
  const fixed = !Token.isUnresolved(replicas) && !Token.isUnresolved(maxUnavailable);
  if (options.maxUnavailableReplicas !== undefined && fixed && replicas > 1 && maxUnavailable >= replicas) {
    throw invalidProp('maxUnavailableReplicas', `must be less than replicas (${replicas}), or a drain may take all pods`, maxUnavailable, 'lower it, or raise replicas');
  }
  if (replicas === 1) {
    warnings.push({
      name: 'singleReplica',
      message: 'replicas is 1: while the one controller pod is replaced, Ingresses cannot be created or changed. Use 2 or more outside of tests.',
    });
  }
  writer.own('replicaCount', replicas);
  writer.own('podDisruptionBudget', { maxUnavailable });
  const spread = options.topologySpreadConstraints;
  writer.prop('topologySpreadConstraints', 'topologySpreadConstraints', spread && renderTopologySpread(spread, releaseName));
  // Not DoNotSchedule: on one node, or in one zone, the second pod would wait for ever, and the installation with it.
  if (!spread) writer.own('topologySpreadConstraints', renderTopologySpread(EVENLY, releaseName));
  writer.prop('resources', 'resources', options.resources && renderResources(options.resources));
  writer.prop('nodeSelector', 'nodeSelector', options.nodeSelector);
  writer.prop('tolerations', 'tolerations', options.tolerations && renderTolerations(options.tolerations));
  if (!chartHas(version, 'topologySpreadConstraints') && replicas > 1) {
    // Charts before 1.4.3 spread nothing by themselves; this is what later ones do by default.
    writer.own('affinity', {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels: { 'app.kubernetes.io/instance': releaseName } }, topologyKey: 'kubernetes.io/hostname' },
        }],
      },
    });
  }
}

function renderController(options: ControllerOptions, { version }: ChartContext, writer: ValueWriter) {
  if (options.watchNamespace !== undefined) validateDnsLabel('watchNamespace', options.watchNamespace);
  if (options.defaultTags) validateDefaultTags(options.defaultTags);
  if (options.featureGates) validateFeatureGates('featureGates', options.featureGates, version);
  writer.prop('logLevel', 'logLevel', options.logLevel);
  writer.prop('defaultTags', 'defaultTags', options.defaultTags);
  writer.prop('defaultTargetType', 'defaultTargetType', options.defaultTargetType);
  writer.prop('defaultSslPolicy', 'defaultSSLPolicy', options.defaultSslPolicy);
  writer.prop('defaultScheme', 'defaultLoadBalancerScheme', options.defaultScheme);
  writer.prop('featureGates', 'controllerConfig.featureGates', options.featureGates);
  writer.prop('watchNamespace', 'watchNamespace', options.watchNamespace);
}

function renderWebhooks(options: ControllerOptions, { version }: ChartContext, writer: ValueWriter, warnings: ChartWarning[]) {
  // The chart's default makes the controller take over new Services of type LoadBalancer, and fail them while it is away.
  // Asking for what an older chart does anyway is no contradiction.
  if (options.enableServiceMutatorWebhook) writer.prop('enableServiceMutatorWebhook', 'enableServiceMutatorWebhook', true);
  else writer.own('enableServiceMutatorWebhook', false);

  if (options.webhookCertificate !== undefined) {
    const certManager = options.webhookCertificate === WebhookCertificate.CERT_MANAGER;
    writer.prop('webhookCertificate', 'enableCertManager', certManager);
    if (certManager) return;
  }
  // Otherwise each upgrade makes a new certificate, and webhook calls fail until all pods have it.
  writer.own('keepTLSSecret', true);
  if (!chartHas(version, 'keepTLSSecret') && !isPlainObject(options.values?.webhookTLS) && options.values?.enableCertManager !== true) {
    warnings.push({
      name: 'certificateNotKept',
      message: `chart ${version.chartVersion} makes a new webhook certificate at every upgrade, and Ingresses may be rejected until all pods have it.`
        + ' Use another ControllerVersion, or WebhookCertificate.CERT_MANAGER.',
    });
  }
}

function renderFeatures(options: ControllerOptions, { version, features }: ChartContext, writer: ValueWriter) {
  // AWS has retired WAF Classic, which the chart switches on.
  writer.own('enableWaf', false);
  for (const flag of ['enableWafv2', 'enableShield'] as const) writer.own(flag, features[flag]);
  for (const [gate, prop] of Object.entries(GATES_WITH_PROP)) {
    if (!features[prop as keyof ChartFeatures]) continue;
    if (!hasGate(version, gate)) {
      throw invalidProp(prop, `must be left out with a controller without the feature gate ${gate}`, version.releaseTag, 'use a newer ControllerVersion');
    }
    writer.own(`controllerConfig.featureGates.${gate}`, true);
  }
  if (features.targetGroupBindingOnly) {
    // The permissions are for target groups only: what would make load balancers is switched off, unless asked for.
    for (const gate of ['EnableServiceController', 'ALBGatewayAPI', 'NLBGatewayAPI']) {
      if (hasGate(version, gate) && options.featureGates?.[gate] === undefined) writer.own(`controllerConfig.featureGates.${gate}`, false);
    }
  }
}

function renderIngressClass(options: ControllerOptions, { version, features }: ChartContext, writer: ValueWriter) {
  const { ingressClass } = options;
  writer.own('ingressClass', ingressClass?.ingressClassName ?? 'alb');
  writer.own('createIngressClassResource', ingressClass?.create ?? !features.targetGroupBindingOnly);
  if (!ingressClass) return;
  if (ingressClass.isDefault) writer.prop('ingressClass.isDefault', 'ingressClassConfig.default', true);
  const params = renderIngressClassParams('ingressClass', ingressClass, version);
  if (Object.keys(params).length > 0) writer.prop('ingressClass', 'ingressClassParams.spec', params);
}

/**
 * The chart joins tags with commas and prints them into an unquoted YAML string; the controller splits them as CSV.
 */
function validateDefaultTags(tags: { [key: string]: string }) {
  validateTags('defaultTags', tags);
  for (const [key, value] of Object.entries(tags)) {
    for (const text of [key, value]) {
      if (isUnknown(text) || !/[,"\n\r\t]|: |:$| #|^\s|\s$/.test(text)) continue;
      throw invalidProp('defaultTags', "must not have a comma, a double quote, a line break, ': ' or ' #' in keys or values, nor start or end with a space, nor end with ':'",
        text, 'reword it; the chart passes all tags in one flag');
    }
    if (!isUnknown(key) && key.includes('=')) throw invalidProp('defaultTags', "must not have '=' in keys", key, 'reword it');
  }
}

function renderResources(resources: ControllerResources) {
  const side = (which: 'Request' | 'Limit') => {
    const cpu = resources[`cpu${which}`];
    validateProcessors(`resources.cpu${which}`, cpu);
    const memory = resources[`memory${which}`];
    return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory: quantity(`resources.memory${which}`, memory) }) };
  };
  const rendered = { requests: side('Request'), limits: side('Limit') };
  return Object.fromEntries(Object.entries(rendered).filter(([, amounts]) => Object.keys(amounts).length > 0));
}

function validateProcessors(prop: string, cpu: string | undefined) {
  if (cpu === undefined || isUnknown(cpu) || (/^(\d+m|\d+(\.\d{1,3})?)$/.test(cpu) && parseFloat(cpu) > 0)) return;
  throw invalidProp(prop, 'must be a quantity of processors', cpu, 'write it like "100m" or "0.5"');
}

function quantity(prop: string, size: Size): string {
  if (size.isUnresolved()) throw invalidProp(prop, 'must be known at synth', 'a token', 'use a literal Size');
  const kibibytes = size.toBytes({ rounding: SizeRoundingBehavior.NONE }) / 1024;
  if (!Number.isInteger(kibibytes) || kibibytes < 1) throw invalidProp(prop, 'must be in whole KiB', `${kibibytes} KiB`, 'use Size.mebibytes()');
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024}Mi` : `${kibibytes}Ki`;
}
