import { IConstruct } from 'constructs';

/**
 * What a construct returns when it is read; undefined where it throws.
 *
 * Imported constructs throw for attributes that they were not imported with, so that there is no other way to find out.
 */
export function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * The construct in the tree, if this is a proxy for it.
 *
 * Frameworks such as eks-blueprints pass proxies that forward reads only: `in`, `instanceof` and `===` do not work with them. The scope
 * and the id that a proxy forwards lead to the construct itself, so that a value which is unwrapped where it is passed in, or where it is
 * read from another construct, can be used like any other from there on.
 */
export function unwrapConstruct<T>(value: T): T {
  const node = tryRead(() => (value as unknown as IConstruct).node);
  const construct = node && tryRead(() => node.scope?.node.tryFindChild(node.id));
  return construct?.node === node && construct !== undefined ? construct as unknown as T : value;
}

/** Whether two values are one construct, also through proxies. */
export function isSameConstruct(one: IConstruct | undefined, other: IConstruct | undefined): boolean {
  return one === other || (one !== undefined && one.node === other?.node);
}

/** Whether a value has members, also through a proxy. Imported constructs throw when some of theirs are read: those exist. */
export function hasMembers(value: unknown, ...members: string[]): boolean {
  return typeof value === 'object' && value !== null && members.every((member) => {
    try {
      return (value as { readonly [member: string]: unknown })[member] !== undefined;
    } catch {
      return true;
    }
  });
}

/** Rejects an id that is taken. The CDK's own message names a construct inside of this library, which no user has written. */
export function requireNewId(method: string, scope: IConstruct, id: string): void {
  const other = scope.node.tryFindChild(id);
  if (other) {
    throw new Error(`${method}(${id}) must have an id of its own, which ${other.node.path} has already; choose another id`);
  }
}
