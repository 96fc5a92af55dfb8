import { CfnResource } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { PREFIX } from './annotations';
import { lintBackends } from './backend-lint';
import type { Ingress } from './ingress';
import type { IngressClassOptions } from './ingress-class-options';
import { LintContext, nameOf, namespaceOf } from './lint-context';
import { lintObject } from './manifest-lint';
import { ClusterCapacity } from '../cluster/capacity';
import { propertiesOf } from '../cluster/cdk-internals';
import { DEFAULT_CLASS, KubernetesObject } from '../cluster/manifest-objects';
import { TargetCluster } from '../cluster/target-cluster';
import { lintGateways } from '../gateway/gateway-lint';
import { ChartFeatures } from '../release/controller-features';
import type { ServingController } from '../release/serving-controller';
import { isInstance } from '../util/class-marker';
import { warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** What is known of a cluster beside its manifests. */
export interface AppManifestsProps {
  readonly support: Construct;
  readonly target: TargetCluster;
  readonly nodeCapacity: ClusterCapacity;
  readonly servedBy: ServingController;
  readonly defaultTargetType?: string;
  readonly features: ChartFeatures;
  readonly featureGates?: { [gate: string]: boolean };
  readonly values?: { [key: string]: any };
  readonly upgradesDefinitions?: boolean;
  /** Classes of the support, by name; more may come. */
  readonly classes: ReadonlyMap<string, { readonly options: IngressClassOptions }>;
}

interface ReadManifest {
  readonly resource: CfnResource;
  readonly objects: KubernetesObject[];
}

/** The kinds of which something is said. */
const LINTED = ['Ingress', 'Service'];

/**
 * The manifests of one cluster, read when the app is prepared.
 *
 * Those of `addIngress()` wait for the manifests that define their namespace and Services. All others are read for mistakes of which
 * otherwise only the controller's log tells, if anything does.
 */
export class AppManifests {
  private readonly manifests = new Map<CfnResource, ReadManifest>();
  private readonly releases = new Set<CfnResource>();
  /** Apps may be synthesized more than once, and tell the same then. */
  private readonly told = new Set<string>();

  constructor(private readonly props: AppManifestsProps) {}

  /**
   * Takes note of a manifest.
   *
   * @returns what tells what one of `addIngress()` has to come after
   */
  public add(resource: CfnResource, objects: KubernetesObject[]): ((object: KubernetesObject) => boolean) | undefined {
    this.manifests.set(resource, { resource, objects });
    const ingress = ingressOf(resource);
    return ingress && ((object) => ingress._needs(object));
  }

  /** Takes note of a Helm release, which may define whatever it wants. */
  public addRelease(resource: CfnResource): void {
    this.releases.add(resource);
  }

  /** Attaches warnings, and finds what would fail when it is deployed; to be called when all manifests are known. */
  public lint(): string[] {
    this.lintGateways();
    const linted = [...this.manifests.values()].filter(({ objects }) => objects.some(({ kind = '' }) => LINTED.includes(kind)));
    if (linted.length === 0) {
      return [];
    }
    const context = this.contextOf();
    for (const { resource, objects } of linted) {
      for (const { name, message } of objects.flatMap((object) => isTyped(resource) ? lintBackends(object, context) : lintObject(object, context))) {
        this.warnOnce(resource, name, message);
      }
    }
    return namesakesIn(linted);
  }

  private lintGateways(): void {
    const { servedBy, features, featureGates, values, upgradesDefinitions = false } = this.props;
    const manifests = [...this.manifests.values()];
    const warnings = lintGateways(manifests.flatMap(({ objects }) => objects), {
      version: servedBy.autoMode ? undefined : servedBy.version,
      featureGates,
      values,
      targetGroupBindingOnly: features.targetGroupBindingOnly,
      upgradesDefinitions,
    });
    for (const { object, name, message } of warnings) {
      this.warnOnce(manifests.find(({ objects }) => objects.includes(object))!.resource, name, message);
    }
  }

  private warnOnce(resource: CfnResource, name: string, message: string): void {
    const key = `${resource.node.path} ${message}`;
    if (!this.told.has(key)) {
      this.told.add(key);
      warn(resource, name, message, this.props.support);
    }
  }

  private contextOf(): LintContext {
    const objects = [...this.manifests.values()].flatMap((manifest) => manifest.objects);
    const classObjects = objects.filter(({ kind }) => kind === 'IngressClass');
    const elsewhere = this.releases.size > 0;
    const classes = new Map([...this.props.classes].map(([name, { options }]) => [name, options]));
    const mayBeDefault = [...classes.values()].some(({ isDefault, create }) => isDefault || create === false);
    return {
      ...this.props,
      classes,
      ipFamily: this.props.target.cluster.ipFamily,
      fargate: this.props.nodeCapacity.isFargateOnly ? this.props.target.cluster.node.path : undefined,
      otherClasses: new Set(classObjects.flatMap(({ metadata }) => metadata?.name ?? [])),
      mayHaveMoreClasses: elsewhere,
      mayHaveDefaultClass: elsewhere || mayBeDefault
        || classObjects.some(({ metadata }) => metadata?.annotations?.[DEFAULT_CLASS] !== undefined),
      mayHaveMoreServices: (namespace) => [...this.releases].some((release) => mayBe(propertiesOf(release).Namespace, namespace)),
      services: new Map(objects.filter(({ kind }) => kind === 'Service')
        .map((service) => [`${namespaceOf(service)}/${service.metadata?.name}`, {
          type: service.spec?.type ?? 'ClusterIP',
          targetType: service.metadata?.annotations?.[`${PREFIX}target-type`],
          ports: service.spec?.ports,
        }])),
    };
  }
}

/** The API server has one Ingress of a name: the second one that is created fails. Those of `addIngress()` are told apart when they are defined. */
function namesakesIn(manifests: ReadManifest[]): string[] {
  const ingresses = manifests.flatMap(({ resource, objects }) => objects.filter(({ kind, metadata }) => kind === 'Ingress' && metadata?.name !== undefined)
    .map((object) => ({ name: nameOf(object), path: resource.node.path, typed: ingressOf(resource) }))).filter(({ name }) => !isUnknown(name));
  const typed = new Map(ingresses.flatMap((ingress) => ingress.typed ? [[ingress.name, ingress.typed] as const] : []));
  return ingresses.filter((ingress) => !ingress.typed && typed.has(ingress.name))
    .map(({ name, path }) => `Ingress ${name} is defined by ${path} and by ${typed.get(name)!.node.path}: the one that is created last would fail; `
      + 'take one of them out, or choose another name or namespace');
}

function isTyped(resource: CfnResource): boolean {
  return ingressOf(resource) !== undefined;
}

function ingressOf(resource: IConstruct): Ingress | undefined {
  return resource.node.scopes.find((scope): scope is Ingress => isInstance(scope, 'Ingress'));
}

function mayBe(namespace: unknown, other: string): boolean {
  return typeof namespace !== 'string' || isUnknown(namespace) || namespace === other;
}
