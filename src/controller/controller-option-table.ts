import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { ControllerResources, WebhookCertificate } from './controller-options';
import { ControllerToleration, ControllerTopologySpread, renderTolerations, renderTopologySpread } from './scheduling';
import { renderIngressClassParams } from '../ingress/ingress-class-objects';
import { IngressClassOptions } from '../ingress/ingress-class-options';
import { integer, mapOf, text, ValueType } from '../options/value-types';
import { ChartFeatures } from '../release/controller-features';
import type { ControllerVersion } from '../release/controller-version';
import { GATES_WITH_PROP } from '../release/feature-gates';
import { defaultTagsFault } from '../release/resource-tags';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** What the values of the chart depend on, in addition to the options. */
export interface ChartContext {
  readonly version: ControllerVersion;
  /** Name of the Helm release, which the chart puts on its pods as `app.kubernetes.io/instance`. */
  readonly releaseName: string;
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly serviceAccountName: string;
  /** Annotations of the pods. They are replaced when one of these changes. */
  readonly podAnnotations?: { readonly [key: string]: string };
  /** What `ControllerImage._bind()` returned. */
  readonly image: { readonly image: { readonly repository: string; readonly tag: string }; readonly imagePullSecrets?: { readonly name: string }[] };
  /** What the user set, and what `decideWebProtection()` decided about the rest. */
  readonly features: ChartFeatures;
  /** Whether the chart is a local one, which may have values of its own. */
  readonly localChart: boolean;
}

/** The controller's image has no build for Windows, whose nodes a cluster may have next to others. */
export const LINUX = { 'kubernetes.io/os': 'linux' };

/** The description of one option of the controller, the only one next to its interface. A rule about two options does not belong here. */
export interface ControllerOption {
  /** What the option must be, where its type does not say it. */
  readonly value?: ValueType;
  /** Converts what the prop holds to the value of the chart; `undefined` if that leaves the default. */
  readonly plain?: (given: any, context: ChartContext) => unknown;
  /** Path in the values of the chart. Which charts have it is known by chart-values.ts. */
  readonly chart?: string;
  /** Flag of the controller, which a manifest file sets. */
  readonly flag?: string;
  /** Whether the value of the chart is a field of the pods, which a manifest file sets. */
  readonly pods?: true;
  /** What to use instead of `values`, if this library acts on the value elsewhere too: on permissions, tags or order. */
  readonly owned?: string;
  /** Whether `values` replace the whole map: half of one and half of another would contradict each other. */
  readonly whole?: true;
  /** Whether only Helm, or the chart, has it. */
  readonly helmOnly?: true;
}

/**
 * The options of the controller, each described once, in the order in which they are rendered.
 *
 * Derived from this table: validation, the values of the chart, the flags and pods of a manifest file, what `values` must leave out, what a
 * manifest file does not have, and the table in the docs. Defaults and rules about two options are in render-values.ts.
 */
export const CONTROLLER_OPTIONS: { readonly [name: string]: ControllerOption } = {
  'clusterName': { chart: 'clusterName', flag: 'cluster-name', owned: 'cluster' },
  'region': { chart: 'region', flag: 'aws-region', owned: 'env of the stack' },
  'vpcId': { chart: 'vpcId', flag: 'aws-vpc-id', owned: 'vpc' },
  'serviceAccount': { chart: 'serviceAccount', owned: 'serviceAccountName' },
  'image.repository': { chart: 'image.repository', owned: 'image' },
  'image.tag': { chart: 'image.tag', owned: 'image' },
  'image.pullSecrets': { chart: 'imagePullSecrets', pods: true },
  'podAnnotations': { chart: 'podAnnotations' },

  'replicas': { value: count('use 2 for high availability'), chart: 'replicaCount', owned: 'replicas' },
  'maxUnavailableReplicas': { value: count('use 1; with 0 no node could be drained'), chart: 'podDisruptionBudget.maxUnavailable', whole: true },
  'topologySpreadConstraints': {
    chart: 'topologySpreadConstraints', pods: true, plain: (rules: ControllerTopologySpread[], { releaseName }) => renderTopologySpread(rules, releaseName),
  },
  'resources': { chart: 'resources', plain: renderResources },
  'nodeSelector': { chart: 'nodeSelector', pods: true, plain: (labels: { [key: string]: string }) => ({ ...LINUX, ...labels }) },
  'tolerations': { chart: 'tolerations', pods: true, plain: (tolerations: ControllerToleration[]) => renderTolerations(tolerations) },
  'affinity': { chart: 'affinity', pods: true, whole: true },

  'logLevel': { chart: 'logLevel', flag: 'log-level' },
  'defaultTags': { value: defaultTags(), chart: 'defaultTags', flag: 'default-tags' },
  'defaultTargetType': { chart: 'defaultTargetType', flag: 'default-target-type' },
  'defaultSslPolicy': { chart: 'defaultSSLPolicy', flag: 'default-ssl-policy' },
  'defaultScheme': { chart: 'defaultLoadBalancerScheme', flag: 'default-load-balancer-scheme' },
  'featureGates': { chart: 'controllerConfig.featureGates', flag: 'feature-gates' },
  'watchNamespace': { value: namespaceName(), chart: 'watchNamespace', flag: 'watch-namespace' },

  // To set explicitly what an older chart does anyway is no contradiction.
  'enableServiceMutatorWebhook': { chart: 'enableServiceMutatorWebhook', plain: (enable: boolean) => enable || undefined },
  'webhookCertificate': { chart: 'enableCertManager', plain: (certificate: WebhookCertificate) => certificate === WebhookCertificate.CERT_MANAGER },
  'keepTLSSecret': { chart: 'keepTLSSecret' },

  'enableWaf': { chart: 'enableWaf', flag: 'enable-waf', owned: 'enableWafv2 (AWS has retired WAF Classic)' },
  'enableWafv2': { chart: 'enableWafv2', flag: 'enable-wafv2', owned: 'enableWafv2' },
  'enableShield': { chart: 'enableShield', flag: 'enable-shield', owned: 'enableShield' },
  ...Object.fromEntries(Object.entries(GATES_WITH_PROP).map(([gate, prop]) => [prop, { chart: `controllerConfig.featureGates.${gate}`, owned: prop }])),

  'ingressClass.ingressClassName': { chart: 'ingressClass', flag: 'ingress-class', owned: 'ingressClass.ingressClassName' },
  'ingressClass.create': { chart: 'createIngressClassResource', owned: 'ingressClass.create' },
  'ingressClass.isDefault': { chart: 'ingressClassConfig.default', plain: (isDefault: boolean) => isDefault || undefined },
  'ingressClass': { chart: 'ingressClassParams.spec', plain: renderClass },

  'releaseName': { helmOnly: true },
  'values': { helmOnly: true },
  'atomic': { helmOnly: true },
};

/** The path of an option in the values of the chart, by the prop to use instead of `values`. */
export const OWNED_VALUES = Object.values(CONTROLLER_OPTIONS).flatMap(({ chart, owned }) => chart && owned ? [{ path: chart, prop: owned }] : []);

/** Maps that `values` replace as a whole. */
export const REPLACED_VALUES = Object.values(CONTROLLER_OPTIONS).flatMap(({ chart, whole }) => chart && whole ? [chart.split('.')[0]] : []);

/** Rejects an option with a value that the controller, or Kubernetes, would reject. */
export function validateOption(name: string, value: unknown): void {
  const fault = value === undefined ? undefined : CONTROLLER_OPTIONS[name].value?.fault(value);
  if (fault) throw invalidProp(name, fault.rule, 'value' in fault ? fault.value : value, fault.remedy);
}

/** Formats the table of the docs. */
export function toMarkdown(): string {
  return Object.entries(CONTROLLER_OPTIONS).filter(([, { chart, flag, pods }]) => chart && (flag || pods))
    .map(([name, { chart, flag, owned }]) => `| \`${owned ?? name}\` | \`${chart}\` | ${flag ? `\`--${flag}\`` : 'a field of the pods'} |`)
    .join('\n');
}

function count(remedy: string): ValueType<number> {
  const what = 'a whole number of at least 1';
  const type = integer(1, Infinity, remedy);
  return { ...type, what, fault: (value) => type.fault(value) && { rule: `must be ${what}`, remedy } };
}

function namespaceName(): ValueType<string> {
  return text("a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters)", /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'rename it');
}

function defaultTags(): ValueType<{ readonly [key: string]: string }> {
  return { ...mapOf(), what: 'tags', fault: defaultTagsFault };
}

function renderClass(options: IngressClassOptions, { version }: ChartContext): unknown {
  const params = renderIngressClassParams('ingressClass', options, { version, autoMode: false });
  return Object.keys(params).length > 0 ? params : undefined;
}

function renderResources(resources: ControllerResources): unknown {
  const side = (which: 'Request' | 'Limit') => {
    const cpu = resources[`cpu${which}`];
    const memory = resources[`memory${which}`];
    validateProcessors(`resources.cpu${which}`, cpu);
    return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory: memoryQuantity(`resources.memory${which}`, memory) }) };
  };
  const rendered = { requests: side('Request'), limits: side('Limit') };
  return Object.fromEntries(Object.entries(rendered).filter(([, amounts]) => Object.keys(amounts).length > 0));
}

function validateProcessors(prop: string, cpu: string | undefined): void {
  if (cpu === undefined || isUnknown(cpu) || (/^(\d+m|\d+(\.\d{1,3})?)$/.test(cpu) && parseFloat(cpu) > 0)) return;
  throw invalidProp(prop, 'must be a quantity of processors', cpu, 'write it like "100m" or "0.5"');
}

function memoryQuantity(prop: string, size: Size): string {
  if (size.isUnresolved()) throw invalidProp(prop, 'must be known at synth', 'a token', 'use a literal Size');
  const kibibytes = size.toBytes({ rounding: SizeRoundingBehavior.NONE }) / 1024;
  if (!Number.isInteger(kibibytes) || kibibytes < 1) throw invalidProp(prop, 'must be in whole KiB', `${kibibytes} KiB`, 'use Size.mebibytes()');
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024}Mi` : `${kibibytes}Ki`;
}
