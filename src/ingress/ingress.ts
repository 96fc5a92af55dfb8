import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AliasRecords } from './alias-records';
import { PREFIX } from './annotations';
import { contextOf } from './class-context';
import { fieldNameOf } from './field-names';
import { checkAnnotations, rejectAgainstClass, rejectAgainstController, rejectAgainstRelease, rejectOrderAlone } from './ingress-checks';
import { IngressEnvironment } from './ingress-environment';
import { INGRESS } from './ingress-kinds';
import type { IIngressClass, IngressOptions } from './ingress-options';
import { renderAttributes } from './load-balancer-attributes';
import { allowLogs, renderLogs } from './load-balancer-logs';
import { checkRegion, checkStack } from './load-balancer-region';
import { checkSubnets } from './load-balancer-subnets';
import { checkVpc, warnOfPrivateSubnets } from './load-balancer-vpc';
import { renderAuth, renderFields } from './render-fields';
import { renderListeners } from './render-listeners';
import { renderRules } from './render-rules';
import { allowSecret } from './secret-access';
import { SettledFields, sharedSettings } from './shared-settings';
import { KubernetesObject } from '../cluster/manifest-objects';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
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
    rejectAgainstController(prop, props, environment);
    rejectAgainstClass(prop, props, props.ingressClass.ingressClassName, settings);
    rejectOrderAlone(prop, props, settings);
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
    const own = {
      ...renderFields(prop, props),
      ...renderAttributes(prop, props, settings, logs),
      ...renderNodeRules(prop, props, settings),
      ...renderAuth(prop, props.auth),
      ...listeners.annotations,
      ...rules.annotations,
    };
    rejectAgainstRelease(prop, own, (key) => fieldNameOf(key) ?? key, environment);
    checkAnnotations(prop, props.annotations ?? {}, Object.keys(own), environment);
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
            ...Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [`${PREFIX}${key}`, value])),
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

/** Security groups of one's own leave the nodes' rules to whoever made them, unless the controller is told otherwise. */
function renderNodeRules(prop: string, options: IngressOptions, settings: IngressClassOptions): { [key: string]: string } {
  const { securityGroups, manageNodeRules } = options;
  if (!securityGroups) {
    if (manageNodeRules !== undefined) {
      throw invalidProp(`${prop}.manageNodeRules`, 'must come with securityGroups: the controller lets its own in anyway', manageNodeRules, 'leave it out');
    }
    return {};
  }
  for (const field of ['inboundCidrs', 'prefixListIds'] as const) {
    if (options[field]) {
      throw invalidProp(`${prop}.${field}`, 'must be left out where securityGroups say who may reach the listeners', options[field], 'add rules to the security groups');
    }
    if (settings[field]) {
      throw invalidProp(`${prop}.securityGroups`, `must be left out where the class sets ${field}, which would mean nothing beside them`, settings[field],
        'use another class, and add rules to the security groups');
    }
  }
  return { 'manage-backend-security-group-rules': String(manageNodeRules ?? true) };
}
