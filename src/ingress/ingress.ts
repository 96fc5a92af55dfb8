import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AliasRecords } from './alias-records';
import { annotationOptions, PREFIX } from './annotations';
import { contextOf } from './class-context';
import { checkAnnotations, checkCombinations, checkSupported } from './ingress-checks';
import { describeClass } from './ingress-class-objects';
import type { IngressClassOptions } from './ingress-class-options';
import { IngressEnvironment } from './ingress-environment';
import { INGRESS } from './ingress-kinds';
import { INGRESS_OPTIONS } from './ingress-option-table';
import type { IIngressClass, IngressOptions } from './ingress-options';
import { allowLogs, renderLogs } from './load-balancer-logs';
import { checkRegion, checkStack } from './load-balancer-region';
import { checkSubnets } from './load-balancer-subnets';
import { checkVpc, warnOfPrivateSubnets } from './load-balancer-vpc';
import { renderListeners } from './render-listeners';
import { renderRules } from './render-rules';
import { allowSecret } from './secret-access';
import { SettledFields, sharedSettings } from './shared-settings';
import { KubernetesObject } from '../cluster/manifest-objects';
import { check, checkAgainstClass, describe, Description, Reader, rejectFindings, toAnnotations } from '../options/option';
import { ControllerVersion } from '../release/controller-version';
import { rejectUnwatched } from '../release/watched-namespace';
import { markInstances } from '../util/class-marker';
import { kubernetesNameOf, validateDnsLabel, validateDnsSubdomain } from '../util/validation';

/**
 * Properties of an Ingress.
 */
export interface IngressProps extends IngressOptions {
  /**
   * The class, which says the cluster too: `EksAlbIngressSupport.ingressClass`, or what `addIngressClass()` gives.
   */
  readonly ingressClass: IIngressClass;
}

/**
 * An Ingress, for which the controller makes an Application Load Balancer.
 *
 * `addIngress()` of the support or of a class makes one in the stack of the support; this is for other stacks. It is deployed after the
 * controller, and removed, with its load balancer, before it.
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
    INGRESS.check(prop, props);
    const { environment, settings } = contextOf(props.ingressClass);
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
    checkRegion(prop, this, props);
    checkSubnets(prop, props.subnets, environment);
    checkVpc(prop, props, environment.vpc);
    if (props.scheme || props.subnets) {
      const scheme = settings.scheme ?? props.scheme ?? environment.defaultScheme;
      warnOfPrivateSubnets(this, prop, scheme, settings.subnets ?? props.subnets, environment.vpc);
    }
    if (props.scheme && !props.subnets && !settings.subnets && !settings.subnetTags) {
      environment.network.requireSubnets(`${prop}.scheme`, props.scheme);
    }

    const rules = renderRules(prop, props.rules, props.defaultRule);
    this.services = rules.services;
    const listeners = renderListeners(prop, props, settings, rules.hosts);
    const logs = renderLogs(prop, props);
    const { version } = environment;
    const reader: Reader = { version: version ?? ControllerVersion._latest, autoMode: version === undefined };
    const ofClass = { name: props.ingressClass.ingressClassName, description: describeClass('ingressClass', settings) };
    const own: Description = new Map([
      ...describe(INGRESS_OPTIONS, 'annotation', prop, { ...props, manageNodeRules: props.manageNodeRules ?? (props.securityGroups && true) }),
      ...listeners.options,
      ...rules.options,
    ]);
    const table = annotationOptions([...own.keys()]);
    rejectFindings([
      ...check(table, 'annotation', own, reader),
      ...checkSupported(own, environment, reader),
      ...checkAgainstClass(table, own, ofClass),
      ...checkCombinations(own, ofClass, settings.create === false),
    ]);
    const annotations = toAnnotations(table, own);
    checkAnnotations(prop, props.annotations ?? {}, Object.keys(annotations), reader);
    environment.names.take(prop, this.namespace, this.ingressName, this.node.path);
    this.joinGroup(prop, props, settings, { ...listeners, logs });

    this.manifest = environment.target.newManifest(this, 'Resource', {
      manifest: [{
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
      }],
    });
    this.manifest.node.addDependency(props.ingressClass, ...props.certificates ?? [], ...props.securityGroups ?? []);
    this.allow(props);
    if (props.zone) {
      new AliasRecords(this, 'Records', {
        prop: `${prop}.zone`,
        zone: props.zone,
        hosts: rules.hosts,
        dnsName: this.loadBalancerDnsName,
        dualStack: (settings.ipAddressType ?? props.ipAddressType ?? 'ipv4') !== 'ipv4',
      });
    }
  }

  /**
   * DNS name of the load balancer.
   *
   * Asked for, the deployment waits for the controller to tell it, up to 10 minutes. It is read once: where the load balancer is replaced
   * later, as with another scheme, name or group, what was made of it keeps the old name until the Ingress gets another id or name.
   * Where the load balancer is to outlive that, define it in the app and bind Services to it with `addTargetGroupBinding()`.
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
   * Whether an object of a manifest has to be there before: the namespace, and Services, without which there is nothing to register.
   *
   * @internal
   */
  public _needs({ kind, metadata }: KubernetesObject): boolean {
    return (kind === 'Namespace' && metadata?.name === this.namespace)
      || (kind === 'Service' && (metadata?.namespace ?? 'default') === this.namespace && this.services.includes(metadata?.name ?? ''));
  }

  /** What the load balancer, or the controller, must be allowed before it can be set up. */
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
      const access = allowSecret(this, 'SecretAccess', this.environment, { name: this.ingressName, namespace: this.namespace }, auth._secretName);
      access.node.addDependency(this.environment.support);
      this.manifest.node.addDependency(access);
    }
  }

  private joinGroup(prop: string, options: IngressOptions, settings: IngressClassOptions, settled: SettledFields): void {
    const groupName: unknown = Stack.of(this).resolve(settings.groupName ?? options.groupName);
    if (typeof groupName === 'string') {
      this.environment.groups.join(groupName, { prop, scope: this, settings: sharedSettings(options, settings, settled), ...settled });
    }
  }
}

markInstances(Ingress, 'Ingress');
