import { Construct } from 'constructs';
import { IngressEnvironment } from './ingress-environment';
import { renderIngressClass } from '../ingress-class/ingress-class-objects';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';

/**
 * What a class is made from.
 *
 * @internal
 */
export interface IngressClassProps extends IngressEnvironment {
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
export class IngressClass extends Construct {
  /** @internal */
  public static _of(scope: Construct, id: string, props: IngressClassProps): IngressClass {
    return new IngressClass(scope, id, props);
  }

  /**
   * Name of the class, for `spec.ingressClassName` of Ingresses.
   */
  public readonly ingressClassName: string;

  private constructor(scope: Construct, id: string, props: IngressClassProps) {
    super(scope, id);
    const { prop, options, ingressClassName, define, target, version, controller, permitTags } = props;
    this.ingressClassName = ingressClassName;
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
}
