/** A proxy as that of eks-blueprints: it forwards reads, and `in`, `instanceof` and `===` do not see what is behind it. */
export function proxyOf<T extends object>(construct: T): T {
  return new Proxy({} as T, { get: (_, member) => Reflect.get(construct, member) });
}
