import { Token } from 'aws-cdk-lib';
import { chartHas, keyStatus, KeyStatus, spanOf } from './chart-values';
import { ChartContext, CONTROLLER_OPTIONS, LINUX, REPLACED_VALUES, validateOption } from './controller-option-table';
import { ControllerOptions, WebhookCertificate } from './controller-options';
import { ControllerTopologySpread, renderTopologySpread } from './scheduling';
import { ChartWarning, checkUserValues, rejectFatalValues } from './user-values';
import { setAt } from '../options/option';
import { ChartFeatures } from '../release/controller-features';
import { GATES_WITH_PROP, hasGate, validateFeatureGates } from '../release/feature-gates';
import { deepMerge, isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';

export interface RenderedValues {
  readonly values: { [key: string]: unknown };
  readonly warnings: ChartWarning[];
}

/** Renders the values of the chart: defaults of this library, overridden by the props, overridden by the user's `values`. */
export function renderChartValues(options: ControllerOptions, context: ChartContext): RenderedValues {
  const user = options.values ?? {};
  const warnings = options.values ? checkUserValues(user, context) : [];
  checkOptions(options, context);
  const [fixed, defaults] = [fixedValues(options, context), defaultValues(context)];
  const writer = new ValueWriter(context);
  for (const [name, { chart, plain }] of Object.entries(CONTROLLER_OPTIONS)) {
    if (chart === undefined) continue;
    if (Object.hasOwn(fixed, name)) {
      writer.own(chart, fixed[name]);
      continue;
    }
    const given = name.split('.').reduce<any>((level, part) => level?.[part], options);
    const value = given === undefined || !plain ? given : plain(given, context);
    if (value === undefined) writer.own(chart, defaults[name]);
    else writer.prop(name, chart, value);
  }
  if (context.features.targetGroupBindingOnly) switchOffLoadBalancers(options, context, writer);
  const values = deepMerge(withoutReplaced(writer.values, user), user);
  rejectFatalValues(values);
  return { values, warnings: [...warnings, ...warningsOf(options, context)] };
}

/** Values that no option sets, or that are resolved before. */
function fixedValues(options: ControllerOptions, { version, releaseName, features, ...context }: ChartContext): { [name: string]: unknown } {
  return {
    'clusterName': context.clusterName,
    // Always: without them the controller asks the instance metadata, which pods on Fargate, or behind a hop limit of 1, cannot reach.
    'region': context.region,
    'vpcId': context.vpcId,
    'serviceAccount': { create: false, name: context.serviceAccountName },
    'image.repository': context.image.image.repository,
    'image.tag': context.image.image.tag,
    'image.pullSecrets': context.image.imagePullSecrets,
    'podAnnotations': context.podAnnotations,
    // Charts before 1.4.3 spread nothing by themselves; this is what later ones do by default.
    'affinity': chartHas(version, 'topologySpreadConstraints') || (options.replicas ?? REPLICAS) <= 1 ? undefined : {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels: { 'app.kubernetes.io/instance': releaseName } }, topologyKey: 'kubernetes.io/hostname' },
        }],
      },
    },
    // Otherwise each upgrade makes a new certificate, and webhook calls fail until all pods have it.
    'keepTLSSecret': options.webhookCertificate === WebhookCertificate.CERT_MANAGER ? undefined : true,
    // AWS has retired WAF Classic, which the chart switches on.
    'enableWaf': false,
    'enableWafv2': features.enableWafv2,
    'enableShield': features.enableShield,
    ...Object.fromEntries(Object.values(GATES_WITH_PROP).map((prop) => [prop, features[prop as keyof ChartFeatures] || undefined])),
  };
}

const REPLICAS = 2;

/** Over zones and nodes, as evenly as possible. */
const EVENLY: ControllerTopologySpread[] = [{ topologyKey: 'topology.kubernetes.io/zone' }, { topologyKey: 'kubernetes.io/hostname' }];

/** Values of options that are not set. All others are left to the chart. */
function defaultValues({ releaseName, features }: ChartContext): { [name: string]: unknown } {
  return {
    'replicas': REPLICAS,
    'maxUnavailableReplicas': 1,
    // Not DoNotSchedule: on one node, or in one zone, the second pod would wait for ever, and the installation with it.
    'topologySpreadConstraints': renderTopologySpread(EVENLY, releaseName),
    'nodeSelector': LINUX,
    // The chart's default makes the controller the default for new Services of type LoadBalancer, which fail while it is away.
    'enableServiceMutatorWebhook': false,
    'ingressClass.ingressClassName': 'alb',
    'ingressClass.create': !features.targetGroupBindingOnly,
  };
}

function checkOptions(options: ControllerOptions, { version, features }: ChartContext): void {
  for (const name of Object.keys(CONTROLLER_OPTIONS)) validateOption(name, options[name as keyof ControllerOptions]);
  const { replicas = REPLICAS, maxUnavailableReplicas } = options;
  if (maxUnavailableReplicas !== undefined && !Token.isUnresolved(replicas) && !Token.isUnresolved(maxUnavailableReplicas)
    && replicas > 1 && maxUnavailableReplicas >= replicas) {
    throw invalidProp('maxUnavailableReplicas', `must be less than replicas (${replicas}), or a drain may take all pods`, maxUnavailableReplicas,
      'lower it, or raise replicas');
  }
  if (options.featureGates) validateFeatureGates('featureGates', options.featureGates, version);
  for (const [gate, prop] of Object.entries(GATES_WITH_PROP)) {
    if (features[prop as keyof ChartFeatures] && !hasGate(version, gate)) {
      throw invalidProp(prop, `must be left out with a controller without the feature gate ${gate}`, version.releaseTag, 'use a newer ControllerVersion');
    }
  }
}

/** With permissions for target groups only, what creates load balancers is switched off, unless the user switched it on. */
function switchOffLoadBalancers({ featureGates }: ControllerOptions, { version }: ChartContext, writer: ValueWriter): void {
  for (const gate of ['EnableServiceController', 'ALBGatewayAPI', 'NLBGatewayAPI']) {
    if (hasGate(version, gate) && featureGates?.[gate] === undefined) writer.own(`controllerConfig.featureGates.${gate}`, false);
  }
}

function warningsOf({ replicas, webhookCertificate, values }: ControllerOptions, { version }: ChartContext): ChartWarning[] {
  const warnings: ChartWarning[] = [];
  if (replicas === 1) {
    warnings.push({
      name: 'singleReplica',
      message: 'replicas is 1: while the one controller pod is replaced, Ingresses cannot be created or changed. Use 2 or more outside of tests.',
    });
  }
  const keeps = chartHas(version, 'keepTLSSecret') || webhookCertificate === WebhookCertificate.CERT_MANAGER;
  if (!keeps && !isPlainObject(values?.webhookTLS) && values?.enableCertManager !== true) {
    warnings.push({
      name: 'certificateNotKept',
      message: `chart ${version.chartVersion} makes a new webhook certificate at every upgrade, and Ingresses may be rejected until all pods have it.`
        + ' Use another ControllerVersion, or WebhookCertificate.CERT_MANAGER.',
    });
  }
  return warnings;
}

/** Without the maps that `values` replace: a budget of ours must not be merged with one of the user's. */
function withoutReplaced(values: { [key: string]: unknown }, user: { [key: string]: unknown }) {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !(REPLACED_VALUES.includes(key) && user[key] !== undefined)));
}

/** Collects values for the chart of one release, without those that it would ignore. */
class ValueWriter {
  public readonly values: { [key: string]: unknown } = {};

  constructor(private readonly context: ChartContext) {}

  /** A value that this library sets by itself: left out if the chart does not have the key, and does without. */
  public own(path: string, value: unknown): void {
    if (value !== undefined && chartHas(this.context.version, path)) setAt(this.values, path, value);
  }

  /** A value that the user set with a prop: rejected if the chart does not have the key. */
  public prop(prop: string, path: string, value: unknown): void {
    const { version } = this.context;
    const status = keyStatus(version, path.split('.'));
    if (!status.known) throw invalidProp(prop, `must be left out with a chart that lacks it (${spanOf(path, status)})`, version.chartVersion, remedyOf(status));
    setAt(this.values, path, isPlainObject(value) ? { ...value } : value);
  }
}

function remedyOf(status: KeyStatus): string {
  return !status.known && status.since !== undefined && status.until === undefined
    ? `use a ControllerVersion with chart ${status.since} or later, or leave it out`
    : 'leave it out';
}
