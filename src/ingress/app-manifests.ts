import { CfnResource, Lazy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PREFIX } from './annotations';
import { findBackendFaults } from './backend-findings';
import { findContradictions, findIgnoredClasses } from './group-findings';
import type { Ingress } from './ingress';
import { describeClass } from './ingress-class-objects';
import type { IngressClassOptions, LoadBalancerScheme } from './ingress-class-options';
import { IngressDescription, keyOf } from './ingress-description';
import type { IngressSupport } from './ingress-environment';
import { IngressGroups } from './ingress-groups';
import { LintContext, nameOf } from './lint-context';
import { describeLoadBalancer, groupsOf, LoadBalancerDescription, sharedOption } from './load-balancer-description';
import { Plan, PLAN, planOf } from './load-balancer-plan';
import { findServiceFaults, readIngress } from './manifest-findings';
import { findBindingFaults, findNamesakes, findUnservedClasses, ReadManifest } from './object-findings';
import { findRuleFaults } from './rule-findings';
import { propertiesOf } from '../cluster/cdk-internals';
import { DEFAULT_CLASS, KubernetesObject } from '../cluster/manifest-objects';
import { lintGateways } from '../gateway/gateway-lint';
import type { Finding } from '../options/option';
import { isInstance } from '../util/class-marker';
import { invalidProp, warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** What is known of a cluster in addition to its manifests. */
export interface AppManifestsProps extends IngressSupport {
  /** Classes of the support, by name; more may be added. */
  readonly classes: ReadonlyMap<string, { readonly prop: string; readonly options: IngressClassOptions }>;
  /** Ingresses of `addIngress()`. */
  readonly groups: IngressGroups;
}

/** The kinds that are validated. */
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
  private readonly reported = new Set<string>();
  private plan?: Plan;

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

  /**
   * Takes note of a Helm release, which may define whatever it wants.
   *
   * @returns whether its values say that it has Ingresses or Services of the controller
   */
  public addRelease(resource: CfnResource): boolean {
    this.releases.add(resource);
    const values = textOfValues(resource.stack.resolve(propertiesOf(resource).Values));
    return mentionsController(values, [...this.props.classes.keys()].filter((name) => !isUnknown(name)));
  }

  /** Attaches warnings, and finds what would fail when it is deployed; to be called when all manifests are known. */
  public lint(): string[] {
    this.lintGateways();
    this.lintObjects();
    const linted = [...this.manifests.values()].filter(({ objects }) => objects.some(({ kind = '' }) => LINTED.includes(kind)));
    if (linted.length === 0) {
      this.publish([]);
      return this.findNamesakes();
    }
    const context = this.contextOf();
    const ingresses: IngressDescription[] = [];
    for (const { resource, objects } of linted) {
      const typed = ingressOf(resource);
      const ofFields = typed && this.props.groups.ingresses.get(`${typed.namespace}/${typed.ingressName}`);
      const described = typed ? ofFields ? [ofFields] : [] : objects.filter(({ kind }) => kind === 'Ingress').flatMap((object) => {
        const { description, findings } = readIngress(object, context, resource);
        this.warnOf(resource, findings);
        return description ?? [];
      });
      const ofBackends = described.flatMap((ingress) => findBackendFaults(ingress, context));
      ofBackends.forEach(({ warning, message }) => this.warnOnce(resource, warning, message));
      ingresses.push(...described);
      objects.filter(({ kind }) => kind === 'Service').forEach((object) => this.warnOf(resource, findServiceFaults(object, context)));
    }
    this.warnOfLoadBalancers(ingresses, context);
    this.publish(ingresses);
    return this.findNamesakes();
  }

  private findNamesakes(): string[] {
    const { classes } = this.props;
    const [first] = classes.keys();
    const defined = [...classes].filter(([, { options }]) => options.create !== false);
    return findNamesakes([...this.manifests.values()], new Map(defined.map(([name, { prop }]) => [name, { prop, isFirst: name === first }])));
  }

  private lintObjects(): void {
    const { servedBy, target, targetGroupBindingRoleArns } = this.props;
    const manifests = [...this.manifests.values()];
    // EKS Auto Mode of an imported cluster, and a controller that a Helm release installs.
    const others = [...target.isAutoMode === false ? [] : ['eks.amazonaws.com/alb'], ...this.releases.size > 0 ? ['ingress.k8s.aws/alb'] : []];
    [...findBindingFaults(manifests, targetGroupBindingRoleArns), ...findUnservedClasses(manifests, servedBy, others)]
      .forEach(({ manifest, finding }) => this.warnOf(manifest.resource, [finding]));
  }

  /** Tells the summary command what the app gets. */
  private publish(ingresses: readonly IngressDescription[]): void {
    const { support, defaultScheme } = this.props;
    if (!this.plan) {
      support.node.addMetadata(PLAN, Lazy.any({ produce: () => this.plan }));
    }
    this.plan = {
      loadBalancers: groupsOf(ingresses).map((members) => planOf(describeLoadBalancer(members), defaultScheme)),
      ungrouped: ingresses.filter(({ options }) => isUnknown(options.get('groupName')?.value)).map(keyOf),
      objects: [...this.manifests.values()].filter(({ resource }) => !resource.node.scopes.includes(support)).flatMap(({ resource, objects }) =>
        objects.map(({ kind, metadata }) => ({ kind: `${kind}`, namespace: metadata?.namespace, name: `${metadata?.name}`, stack: resource.stack.node.path }))),
    };
  }

  /** Warns of what Ingresses of manifests do to their load balancer. Mistakes of fields alone were errors when they were defined. */
  private warnOfLoadBalancers(ingresses: IngressDescription[], { notDefined }: LintContext): void {
    for (const members of groupsOf(ingresses)) {
      const loadBalancer = describeLoadBalancer(members);
      const { group, members: ordered } = loadBalancer;
      const contradictions = group === undefined ? [] : ordered.flatMap((member, index) =>
        ordered.slice(0, index).flatMap((other) => findContradictions(group, member, other).slice(0, 1)));
      for (const finding of [...contradictions, ...findIgnoredClasses(loadBalancer), ...findRuleFaults(loadBalancer)]) {
        const member = finding.members.find(({ isTyped }) => !isTyped) ?? (finding.isWarning ? finding.members[0] : undefined);
        if (member?.scope) this.warnOf(member.scope, [finding]);
      }
      this.warnOfMissingSubnets(loadBalancer, notDefined);
    }
  }

  /** A load balancer is internal where nothing says otherwise. A class that the app does not define may say so. */
  private warnOfMissingSubnets(loadBalancer: LoadBalancerDescription, notDefined: LintContext['notDefined']): void {
    const { network, defaultScheme = 'internal' as LoadBalancerScheme } = this.props;
    const [{ at, scope }] = loadBalancer.members;
    const isOpen = ['scheme', 'subnets', 'subnetTags'].every((option) => sharedOption(loadBalancer, option) === undefined)
      && loadBalancer.members.every(({ ingressClass }) => ingressClass !== undefined && !notDefined.has(ingressClass.name));
    const lacking = isOpen ? network.lackingSubnets(defaultScheme) : undefined;
    if (lacking && scope) {
      this.warnOnce(scope, 'ingressSubnetsMissing', `${at} has no scheme, so that its load balancer is ${defaultScheme}, and ${lacking}; `
        + `set its scheme to ${defaultScheme === 'internal' ? 'internet-facing' : 'internal'}, or name its subnets`);
    }
  }

  private warnOf(scope: IConstruct, findings: readonly Finding[]): void {
    findings.forEach(({ at, rule, value, remedy, warning }) => this.warnOnce(scope, warning, invalidProp(at, rule, value, remedy).message));
  }

  private warnOnce(scope: IConstruct, warning: string, message: string): void {
    const key = `${scope.node.path} ${message}`;
    if (!this.reported.has(key)) {
      this.reported.add(key);
      warn(scope, warning, message, this.props.support);
    }
  }

  private lintGateways(): void {
    const { servedBy, features, featureGates, values, upgradesDefinitions = false, gatewayApi } = this.props;
    const manifests = [...this.manifests.values()];
    const warnings = lintGateways(manifests.flatMap(({ objects }) => objects), {
      version: servedBy.autoMode ? undefined : servedBy.version,
      featureGates,
      values,
      targetGroupBindingOnly: features.targetGroupBindingOnly,
      upgradesDefinitions,
      mayHaveDefinitions: gatewayApi !== undefined || this.releases.size > 0,
    });
    for (const { object, name, message } of warnings) {
      this.warnOnce(manifests.find(({ objects }) => objects.includes(object))!.resource, name, message);
    }
  }

  private contextOf(): LintContext {
    const objects = [...this.manifests.values()].flatMap((manifest) => manifest.objects);
    const classObjects = objects.filter(({ kind }) => kind === 'IngressClass');
    const elsewhere = this.releases.size > 0;
    const { classes, nodeCapacity, target, controllerNamespace, serviceAccountName } = this.props;
    const mayBeDefault = [...classes.values()].some(({ options: { isDefault, create } }) => isDefault || create === false);
    return {
      ...this.props,
      classes: new Map([...classes].map(([name, { options }]) => [name, { name, isDefault: options.isDefault, description: describeClass(`class ${name}`, options) }])),
      firstClass: [...classes.keys()][0],
      notDefined: new Set([...classes].filter(([, { options }]) => options.create === false).map(([name]) => name)),
      ipFamily: target.cluster.ipFamily,
      region: target.stack.region,
      fargate: nodeCapacity.isFargateOnly ? target.cluster.node.path : undefined,
      otherClasses: new Map(classObjects.flatMap(({ metadata, spec }) => metadata?.name === undefined ? [] : [[metadata.name, spec?.controller]])),
      mayHaveMoreClasses: elsewhere,
      mayHaveDefaultClass: elsewhere || mayBeDefault || classObjects.some(({ metadata }) => metadata?.annotations?.[DEFAULT_CLASS] !== undefined),
      mayHaveMoreServices: (namespace) => [...this.releases].some((release) => mayBe(propertiesOf(release).Namespace, namespace)),
      serviceAccount: `${controllerNamespace}/${serviceAccountName}`,
      secretReaders: (namespace, secret) => objects.some((object) => letsRead(object, namespace, secret)),
      services: new Map(objects.filter(({ kind }) => kind === 'Service')
        .map((service) => [nameOf(service), {
          type: service.spec?.type ?? 'ClusterIP',
          targetType: service.metadata?.annotations?.[`${PREFIX}target-type`],
          ports: service.spec?.ports,
        }])),
    };
  }
}

/** The values of a Helm release as they stand in the template, without what only the deployment knows. */
function textOfValues(values: any): string {
  const parts: unknown[] = typeof values === 'string' ? [values] : values?.['Fn::Join']?.[1] ?? [];
  return parts.filter((part) => typeof part === 'string').join('');
}

/** Values of charts with which Ingresses and Services are made for the controller: its annotations, a class of its own, or the class of Network Load Balancers. */
function mentionsController(values: string, classNames: readonly string[]): boolean {
  const classes = [...values.matchAll(/"(?:ingressClassName|ingressClass|className|kubernetes\.io\/ingress\.class)":"([^"]*)"/g)].map(([, name]) => name);
  return values.includes(PREFIX) || /"(service\.k8s\.aws|eks\.amazonaws\.com)\/nlb"/.test(values) || classes.some((name) => classNames.includes(name));
}

/** Whether a Role or ClusterRole lets its subjects read a Secret. What only the deployment knows may be that Secret. */
function letsRead({ kind, metadata, rules }: KubernetesObject & { readonly rules?: any }, namespace: string, secret: string): boolean {
  const isThere = kind === 'ClusterRole' || (kind === 'Role' && mayBe(metadata?.namespace ?? 'default', namespace));
  return isThere && Array.isArray(rules) && rules.some((rule) => [rule?.resources].flat().some((name) => name === 'secrets' || name === '*')
    && (rule.resourceNames === undefined || [rule.resourceNames].flat().some((name) => name === secret || isUnknown(name))));
}

function ingressOf(resource: IConstruct): Ingress | undefined {
  return resource.node.scopes.find((scope): scope is Ingress => isInstance(scope, 'Ingress'));
}

function mayBe(namespace: unknown, other: string): boolean {
  return typeof namespace !== 'string' || isUnknown(namespace) || namespace === other;
}
