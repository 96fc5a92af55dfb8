import { Construct } from 'constructs';
import { AppManifests } from './app-manifests';
import { GatewayClasses } from './gateway-class';
import { IngressClass } from './ingress';
import { checkIngressClass } from './ingress-class-objects';
import type { IngressClassOptions } from './ingress-class-options';
import { IngressEnvironment, IngressNames, IngressSupport } from './ingress-environment';
import { IngressGroups } from './ingress-groups';
import { checkLocation } from './load-balancer-location';
import { requireKubectl } from '../cluster/cluster-requirements';
import { requireNewId } from '../util/constructs';
import { invalidProp } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { isUnknown } from '../util/tokens';
import { kubernetesNameOf, validateDnsSubdomain } from '../util/validation';

/** What is known of a class, for those that come after it. */
interface KnownClass {
  readonly prop: string;
  readonly options: IngressClassOptions;
}

/** The classes of a cluster: the first one, which comes with the controller, and those that are added. */
export class IngressClasses {
  public readonly first: IngressClass;
  /** The manifests of the cluster, as far as they are read. */
  public readonly manifests: AppManifests;
  public readonly gatewayClasses: GatewayClasses;
  /** By name. */
  private readonly known = new Map<string, KnownClass>();
  private readonly environment: IngressEnvironment;
  private further?: Construct;

  constructor(support: IngressSupport) {
    this.environment = { ...support, groups: new IngressGroups(), names: new IngressNames() };
    const { environment } = this;
    this.gatewayClasses = new GatewayClasses(environment);
    this.manifests = new AppManifests({ ...environment, classes: this.known });
    const options = support.ingressClass ?? {};
    const prop = 'ingressClass';
    const ingressClassName = options.ingressClassName ?? 'alb';
    const creates = options.create ?? !environment.features.targetGroupBindingOnly;
    this.check(prop, ingressClassName, options, creates);
    this.first = IngressClass._of(environment.support, 'IngressClass', {
      environment, prop, options, ingressClassName, define: creates && environment.servedBy.autoMode,
    });
  }

  /** Adds a class that no installation defines. */
  public add(id: string, options: IngressClassOptions): IngressClass {
    const prop = `addIngressClass(${id})`;
    checkStruct('IngressClassOptions', prop, options);
    requireKubectl(this.environment.target);
    if (this.further) requireNewId('addIngressClass', this.further, id);
    this.environment.onWorkload?.();
    const ingressClassName = options.ingressClassName ?? kubernetesNameOf(id);
    const creates = options.create ?? true;
    this.check(prop, ingressClassName, options, creates);
    this.further ??= new Construct(this.environment.support, 'IngressClasses');
    return IngressClass._of(this.further, id, { environment: this.environment, prop, options, ingressClassName, define: creates });
  }

  private check(prop: string, name: string, options: IngressClassOptions, creates: boolean): void {
    validateDnsSubdomain(`${prop}.ingressClassName`, name);
    checkIngressClass(prop, options, creates, this.environment.features.enableWafv2 !== false);
    checkLocation(prop, this.environment.support, options, this.environment);
    const namesake = this.known.get(name);
    if (namesake && !isUnknown(name)) {
      throw invalidProp(`${prop}.ingressClassName`, `must not be that of ${namesake.prop} too`, name, 'choose another name');
    }
    const other = options.isDefault ? [...this.known.values()].find((known) => known.options.isDefault) : undefined;
    if (other) {
      throw invalidProp(`${prop}.isDefault`, `must be left out where ${other.prop} has it`, true, 'keep it for one class: the API server allows no second');
    }
    this.known.set(name, { prop, options: { ...options, create: creates } });
  }
}
