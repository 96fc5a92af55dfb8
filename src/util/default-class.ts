/** Annotation of the IngressClass that Ingresses without a class get. */
export const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
