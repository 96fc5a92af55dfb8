/** One namespace for all copies of this package in an app. */
function markerOf(className: string): symbol {
  return Symbol.for(`cdk-eks-alb-ingress-support.${className}`);
}

/**
 * Makes instances of a class recognisable, also those of another copy of this package, for which `instanceof` is false.
 *
 * @param name the name of the class in the source: a bundler may have changed it
 */
export function markInstances(theClass: { readonly prototype: object }, name: string): void {
  Object.defineProperty(theClass.prototype, markerOf(name), { value: true });
}

/** Whether a value is an instance of a class that was marked, or of a subclass of it. */
export function isInstance(value: unknown, className: string): boolean {
  return typeof value === 'object' && value !== null && (value as { readonly [marker: symbol]: unknown })[markerOf(className)] === true;
}
