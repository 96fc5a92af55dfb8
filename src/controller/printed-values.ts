import { isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/*
 * Helm's templates write YAML as text. What the chart prints with `toYaml` arrives as it was; what it prints as it is, is read anew, by
 * the rules of YAML 1.1 as Go has them.
 */

/** Names that are words of YAML. */
const WORDS = ['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null'];

/** Numbers that may be names in Kubernetes. One that is too large is text again. */
const NUMBER = /^(\d+|0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+(\.\d+)?e-?\d+|\d+\.\d+|\d+\.e\d+)$/;

/** Whether a name stays one when a template prints it without quotes. */
export function staysText(name: string): boolean {
  // `1.e3` is a number to YAML, and to Number() too.
  return !WORDS.includes(name) && !(NUMBER.test(name) && Number.isFinite(Number(name)));
}

/** Rejects a name that the chart prints without quotes, and that YAML reads as something else. */
export function validatePrintedName(prop: string, name: string): void {
  if (isUnknown(name) || staysText(name)) return;
  throw invalidProp(prop, "must be a name that YAML reads as text, since the chart's templates print it without quotes", name, 'rename it');
}

/** Keys of the chart whose own keys it prints one by one. */
const PRINTED_MAPS = ['defaultTags', 'env', 'vpcTags'];

/** Values with large numbers as text where the chart prints them: Helm prints one million as `1e+06`. */
export function printLargeNumbers(values: { [key: string]: unknown }): { [key: string]: unknown } {
  return mapValues(values, (value, key) => PRINTED_MAPS.includes(key) && isPlainObject(value) ? mapValues(value, asText) : asText(value));
}

function asText(value: unknown): unknown {
  return typeof value === 'number' && !isUnknown(value) && Math.abs(value) >= 1e6 ? String(value) : value;
}

function mapValues(map: { [key: string]: unknown }, change: (value: unknown, key: string) => unknown): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
}
