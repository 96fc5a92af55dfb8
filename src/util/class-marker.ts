/** One namespace for all copies of this package that an app may hold. */
function markerOf(className: string): symbol {
  return Symbol.for(`cdk-eks-alb-ingress-support.${className}`);
}

/**
 * Lets instances of a class be told from anything else, also those of another copy of this package, of which `instanceof` knows nothing.
 *
 * @param name the name of the class in the source: a bundler may have given it another one
 */
export function markInstances(theClass: { readonly prototype: object }, name: string): void {
  Object.defineProperty(theClass.prototype, markerOf(name), { value: true });
}

/** Whether a value is an instance of a class that was marked, or of a class made of it. */
export function isInstance(value: unknown, className: string): boolean {
  return typeof value === 'object' && value !== null && markerOf(className) in value;
}
