import { Duration } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { AliasRecords } from './alias-records';
import { annotationOptions, PREFIX } from './annotations';
import { checkAnnotations, checkCombinations, checkSupported } from './ingress-checks';
import { describeClass, renderIngressClass } from './ingress-class-objects';
import type { IngressClassOptions } from './ingress-class-options';
import { describeIngress } from './ingress-description';
import { IngressEnvironment } from './ingress-environment';
import { INGRESS_OPTIONS } from './ingress-option-table';
import type { IngressOptions } from './ingress-options';
import { LABELS } from './ingress-value-types';
import { checkLocation, checkStack } from './load-balancer-location';
import { allowLogs, checkLogs } from './load-balancer-logs';
import { renderListeners } from './render-listeners';
import { renderRules } from './render-rules';
import { requireKubectl } from '../cluster/cluster-requirements';
import { KubernetesObject } from '../cluster/manifest-objects';
import { check, checkAgainstClass, describe, Description, rejectFindings, toAnnotations } from '../options/option';
import { rejectUnwatched } from '../release/feature-gates';
import { isInstance, markInstances } from '../util/class-marker';
import { requireNewId } from '../util/constructs';
import { acknowledgeWith, invalidProp, warn } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { excludeUserWorkloads, UserWorkloads } from '../util/user-workloads';
import { kubernetesNameOf, validateDnsLabel, validateDnsSubdomain } from '../util/validation';

/** Inputs of a class. */
interface IngressClassProps {
  readonly environment: IngressEnvironment;
  /** What to call the options in messages. */
  readonly prop: string;
  readonly options: IngressClassOptions;
  readonly ingressClassName: string;
  /** Whether to define the class: the controller's installation does not, and it does not exist already. */
  readonly define: boolean;
}

/**
 * A class of Ingresses, which the controller serves: IngressClass and IngressClassParams.
 *
 * `EksAlbIngressSupport.ingressClass` is the first one, and `addIngressClass()` makes further ones.
 */
export class IngressClass extends Construct {
  /** @internal */
  public static _of(scope: Construct, id: string, props: IngressClassProps): IngressClass {
    return new IngressClass(scope, id, props);
  }

  /**
   * Name of the class, for `spec.ingressClassName` of Ingresses.
   */
  public readonly ingressClassName: string;

  /** @internal */
  public readonly _environment: IngressEnvironment;

  /** @internal */
  public readonly _options: IngressClassOptions;

  private workloads?: Construct;

  private constructor(scope: Construct, id: string, { environment, prop, options, ingressClassName, define }: IngressClassProps) {
    super(scope, id);
    const { target, servedBy, controller, permitTags, permitWebAclNames } = environment;
    this.ingressClassName = ingressClassName;
    excludeUserWorkloads(this);
    this._environment = environment;
    this._options = options;
    if (options.webAcl?._name !== undefined) {
      permitWebAclNames?.();
    }
    if (define) {
      const manifest = target.newManifest(this, 'Resource', { manifest: renderIngressClass(prop, ingressClassName, options, servedBy, environment.appTags) });
      if (controller) {
        // The controller's installation has the definition of IngressClassParams, and its webhook validates them.
        manifest.node.addDependency(controller);
      }
      if (Object.keys(options.tags ?? {}).length > 0) {
        manifest.node.addDependency(...permitTags?.() ?? []);
      }
    }
  }

  /**
   * Adds an Ingress of this class, in the stack of the support.
   *
   * It is deployed after the controller, and deleted, with its load balancer, before it. Manifests with its namespace and Services are found
   * by name; for other dependencies use `ingress.node.addDependency(…)`.
   *
   * @param id id of the construct, and by default the name of the Ingress: `web-shop` of `WebShop`
   */
  public addIngress(id: string, options: IngressOptions): Ingress {
    this.workloads ??= new UserWorkloads(this, 'Ingresses');
    requireNewId('addIngress', this.workloads, id);
    return new Ingress(this.workloads, id, { ...options, ingressClass: this });
  }
}

markInstances(IngressClass, 'IngressClass');

/**
 * Properties of an Ingress.
 */
export interface IngressProps extends IngressOptions {
  /**
   * The class, and with it the cluster: `EksAlbIngressSupport.ingressClass`, or the result of `addIngressClass()`.
   */
  readonly ingressClass: IngressClass;
}

/**
 * An Ingress, for which the controller creates an Application Load Balancer.
 *
 * `addIngress()` of the support or of a class defines one in the stack of the support; use this class in other stacks. It is deployed after
 * the controller, and deleted, with its load balancer, before it.
 *
 * @example
 * new Ingress(this, 'Shop', {
 *   ingressClass: albIngress.ingressClass,
 *   namespace: 'shop',
 *   rules: [{ host: 'shop.example.com', service: 'shop', port: 80 }],
 * });
 */
export class Ingress extends Construct {
  /** Name of the Ingress. */
  public readonly ingressName: string;

  /** Namespace of the Ingress. */
  public readonly namespace: string;

  private readonly environment: IngressEnvironment;
  private readonly services: string[];
  private readonly manifest: Construct;
  private address?: string;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(scope, id);
    const prop = `addIngress(${id})`;
    checkStruct('IngressOptions', prop, props);
    if (!isInstance(props.ingressClass, 'IngressClass')) {
      throw invalidProp('ingressClass', 'must be a class of an EksAlbIngressSupport', props.ingressClass, 'pass its ingressClass, or the result of its addIngressClass()');
    }
    const { _environment: environment, _options: settings } = props.ingressClass;
    requireKubectl(environment.target);
    environment.onWorkload?.();
    this.environment = environment;
    this.ingressName = props.ingressName ?? kubernetesNameOf(id);
    this.namespace = props.namespace ?? 'default';
    validateDnsSubdomain(`${prop}.ingressName`, this.ingressName);
    validateDnsLabel(`${prop}.namespace`, this.namespace);
    if (environment.features.targetGroupBindingOnly) {
      throw new Error(`${prop} must be left out with targetGroupBindingOnly: the controller has no permission to create load balancers; leave one of them out`);
    }
    rejectUnwatched(`${prop}.namespace`, this.namespace, environment);
    checkStack(prop, this, environment.target.stack);
    checkLocation(prop, this, props, environment, settings);

    const rules = renderRules(prop, props.rules, props.defaultRule);
    this.services = rules.services;
    const listeners = renderListeners(prop, props, settings, rules.hosts);
    checkLogs(`${prop}.accessLogs`, props.accessLogs);
    checkLogs(`${prop}.connectionLogs`, props.connectionLogs);
    const { servedBy } = environment;
    const isIpv6 = environment.target.cluster.ipFamily === 'ipv6' && settings.ipAddressType === undefined;
    // An IPv4 load balancer cannot have the targets of an IPv6 cluster.
    const ipAddressType = props.ipAddressType ?? (isIpv6 ? elbv2.IpAddressType.DUAL_STACK : undefined);
    const ofClass = { name: props.ingressClass.ingressClassName, description: describeClass('ingressClass', settings) };
    const own: Description = new Map([
      ...describe(INGRESS_OPTIONS, 'annotation', prop, { ...props, ipAddressType, manageNodeRules: props.manageNodeRules ?? (props.securityGroups && true) }),
      ...listeners.options,
      ...rules.options,
    ]);
    const table = annotationOptions([...own.keys()]);
    const findings = [
      ...check(table, 'annotation', own, servedBy),
      ...checkSupported(own, environment, servedBy),
      ...checkAgainstClass(table, own, ofClass),
      ...checkCombinations(own, ofClass, settings.create === false),
    ];
    rejectFindings(findings);
    findings.forEach(({ at, rule, value, remedy, warning }) => warn(this, warning, invalidProp(at, rule, value, remedy).message));
    const fault = props.labels && LABELS.fault(props.labels);
    if (fault) {
      throw invalidProp(`${prop}.labels`, fault.rule, fault.value, fault.remedy);
    }
    const annotations = toAnnotations(table, own);
    const further = checkAnnotations(prop, props.annotations ?? {}, Object.keys(annotations), servedBy);
    environment.names.take(prop, this.namespace, this.ingressName, this.node.path);
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: this.ingressName,
        namespace: this.namespace,
        ...props.labels && { labels: props.labels },
        annotations: {
          ...Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value])),
          ...props.annotations,
        },
      },
      spec: { ingressClassName: props.ingressClass.ingressClassName, ...rules.spec },
    };
    environment.groups.join(describeIngress({
      at: prop, scope: this, object, ingressClass: ofClass, fields: new Map([...further, ...own]), ruleAt: rules.nameOf, defaultRuleAt: `${prop}.defaultRule`,
    }, servedBy));
    this.manifest = environment.target.newManifest(this, 'Resource', { manifest: [object] });
    this.manifest.node.addDependency(props.ingressClass, ...props.certificates ?? [], ...props.securityGroups ?? []);
    this.allow(props);
    acknowledgeWith(this, environment.support);
    if (props.zone) {
      new AliasRecords(this, 'Records', {
        prop: `${prop}.zone`,
        zone: props.zone,
        hosts: rules.hosts,
        dnsName: this.loadBalancerDnsName,
        dualStack: (settings.ipAddressType ?? ipAddressType ?? 'ipv4') !== 'ipv4',
      });
    }
  }

  /**
   * DNS name of the load balancer.
   *
   * Reading this property makes the deployment wait (up to 10 minutes) for the load balancer. The name is read once: if the load balancer is
   * replaced later, as with another scheme, name or group, everything that uses the name keeps the old one until the Ingress gets another id
   * or name. To keep one load balancer, define it in the app and bind Services to it with `addTargetGroupBinding()`.
   */
  public get loadBalancerDnsName(): string {
    if (this.address === undefined) {
      const value = this.environment.target.newObjectValue(this, 'Address', {
        objectType: 'ingress',
        objectName: this.ingressName,
        objectNamespace: this.namespace,
        jsonPath: '.status.loadBalancer.ingress[0].hostname',
        timeout: Duration.minutes(10),
      });
      value.node.addDependency(this.manifest);
      this.address = value.value;
    }
    return this.address;
  }

  /**
   * Whether the Ingress depends on an object of a manifest: its namespace, or a Service that has its targets.
   *
   * @internal
   */
  public _needs({ kind, metadata }: KubernetesObject): boolean {
    return (kind === 'Namespace' && metadata?.name === this.namespace)
      || (kind === 'Service' && (metadata?.namespace ?? 'default') === this.namespace && this.services.includes(metadata?.name ?? ''));
  }

  /** Adds the permissions that the load balancer, or the controller, needs first. */
  private allow({ accessLogs, connectionLogs, auth, tags, webAcl }: IngressOptions): void {
    if (webAcl?._name !== undefined) {
      this.environment.permitWebAclNames?.();
    }
    if (Object.keys(tags ?? {}).length > 0) {
      this.manifest.node.addDependency(...this.environment.permitTags?.() ?? []);
    }
    for (const logs of [accessLogs, connectionLogs]) {
      if (logs) {
        allowLogs(this, this.manifest, logs);
      }
    }
    if (auth?._secretName !== undefined) {
      const access = this.allowSecret(auth._secretName);
      access.node.addDependency(this.environment.support);
      this.manifest.node.addDependency(access);
    }
  }

  /**
   * The controller's own permissions are for no Secret. It watches this one, so that a change reaches the load balancer.
   *
   * The controllers of EKS Auto Mode are members of the group `eks:managed`, and only read it.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-managed-rbac-example.html
   */
  private allowSecret(secretName: string): Construct {
    const { target, servedBy, serviceAccountName, controllerNamespace } = this.environment;
    const metadata = { name: `${this.ingressName}-oidc-secret`, namespace: this.namespace };
    return target.newManifest(this, 'SecretAccess', {
      manifest: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata,
          rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secretName], verbs: servedBy.autoMode ? ['get'] : ['get', 'list', 'watch'] }],
        },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
          subjects: [servedBy.autoMode
            ? { kind: 'Group', name: 'eks:managed', apiGroup: 'rbac.authorization.k8s.io' }
            : { kind: 'ServiceAccount', name: serviceAccountName, namespace: controllerNamespace }],
        },
      ],
    });
  }
}

markInstances(Ingress, 'Ingress');
