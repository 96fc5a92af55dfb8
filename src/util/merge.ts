import { Token } from 'aws-cdk-lib';

/** A map of values, as opposed to a list, a scalar, or a token that stands for any of them. */
export function isPlainObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}

/**
 * Merges `over` into `base` the way Helm merges values: maps key by key, everything else replaced whole.
 *
 * Neither argument is changed. A `null` in `over` stays, since Helm reads it as "take the chart's default away";
 * keys set to `undefined` are not there at all.
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
