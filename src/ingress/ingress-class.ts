import { Construct } from 'constructs';
import { setContext } from './class-context';
import { Ingress } from './ingress';
import { renderIngressClass } from './ingress-class-objects';
import type { IngressClassOptions } from './ingress-class-options';
import { IngressEnvironment } from './ingress-environment';
import type { IIngressClass, IngressOptions } from './ingress-options';
import { excludeUserWorkloads, UserWorkloads } from '../util/user-workloads';

/**
 * What a class is made from.
 *
 * @internal
 */
export interface IngressClassProps {
  readonly environment: IngressEnvironment;
  /** What to call the options in messages. */
  readonly prop: string;
  readonly options: IngressClassOptions;
  readonly ingressClassName: string;
  /** Whether this is to define the class: neither the controller's installation does, nor is it there already. */
  readonly define: boolean;
}

/**
 * A class of Ingresses, which the controller serves: IngressClass and IngressClassParams.
 *
 * `EksAlbIngressSupport.ingressClass` is the first one, and `addIngressClass()` makes further ones.
 */
export class IngressClass extends Construct implements IIngressClass {
  /** @internal */
  public static _of(scope: Construct, id: string, props: IngressClassProps): IngressClass {
    return new IngressClass(scope, id, props);
  }

  /**
   * Name of the class, for `spec.ingressClassName` of Ingresses.
   */
  public readonly ingressClassName: string;

  private workloads?: Construct;

  private constructor(scope: Construct, id: string, { environment, prop, options, ingressClassName, define }: IngressClassProps) {
    super(scope, id);
    const { target, version, controller, permitTags, permitWebAclNames } = environment;
    this.ingressClassName = ingressClassName;
    excludeUserWorkloads(this);
    setContext(this, { environment, settings: options });
    if (options.webAcl?._name !== undefined) {
      permitWebAclNames?.();
    }
    if (define) {
      const manifest = target.newManifest(this, 'Resource', { manifest: renderIngressClass(prop, ingressClassName, options, version) });
      if (controller) {
        // It brings the definition of IngressClassParams, and answers the API server's question whether these are right.
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
   * It comes after the controller, and goes before it, with its load balancer. What it needs of the app, such as the manifest with its
   * namespace and Services, is found by name; for what cannot be found say `ingress.node.addDependency(…)`.
   *
   * @param id id of the construct, and by default the name of the Ingress: `web-shop` of `WebShop`
   */
  public addIngress(id: string, options: IngressOptions): Ingress {
    this.workloads ??= new UserWorkloads(this, 'Ingresses');
    return new Ingress(this.workloads, id, { ...options, ingressClass: this });
  }
}
