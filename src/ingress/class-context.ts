import type { IngressClassOptions } from './ingress-class-options';
import { IngressEnvironment } from './ingress-environment';
import type { IIngressClass } from './ingress-options';
import { invalidProp } from '../util/messages';

/** What Ingresses must know of their class, and users need not. */
export interface ClassContext {
  readonly environment: IngressEnvironment;
  readonly settings: IngressClassOptions;
}

const CONTEXTS = new WeakMap<IIngressClass, ClassContext>();

export function setContext(ingressClass: IIngressClass, context: ClassContext): void {
  CONTEXTS.set(ingressClass, context);
}

export function contextOf(ingressClass: IIngressClass): ClassContext {
  const context = CONTEXTS.get(ingressClass);
  if (!context) {
    throw invalidProp('ingressClass', 'must be a class of an EksAlbIngressSupport', ingressClass?.node?.path,
      'pass its ingressClass, or what its addIngressClass() gives');
  }
  return context;
}
