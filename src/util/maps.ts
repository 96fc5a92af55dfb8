import { Token } from 'aws-cdk-lib';

/** The value of a map for a key, which is made and kept on the first call. */
export function getOrMake<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, newValue: () => V): V {
  const value = map.get(key) ?? newValue();
  map.set(key, value);
  return value;
}

/** A map of values, as opposed to a list, a scalar, or a token that stands for any of them. */
export function isPlainObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}

/**
 * Merges `over` into `base` as Helm merges values: maps key by key, everything else as a whole.
 *
 * Neither argument is changed. A `null` in `over` stays, since with it Helm removes the chart's default. Keys with the value `undefined`
 * are left out.
 */
export function deepMerge(base: { [key: string]: unknown }, over: { [key: string]: unknown }): { [key: string]: unknown } {
  const merged = new Map<string, unknown>(Object.entries(base).filter(([, value]) => value !== undefined));
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged.get(key);
    merged.set(key, isPlainObject(value) ? deepMerge(isPlainObject(below) ? below : {}, value) : value);
  }
  // Not an assignment: `__proto__` is a key like any other here.
  return Object.fromEntries(merged);
}

/** A value with the keys of its maps sorted: in some languages a map has another order in each run. Lists keep theirs; tokens stay. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(sortKeys) as T;
  }
  if (!isPlainObject(value)) {
    return value;
  }
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortKeys(value[key])])) as T;
}
