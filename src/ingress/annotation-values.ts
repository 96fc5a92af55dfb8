import { Token, Tokenization } from 'aws-cdk-lib';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** A whole number, as text. */
export function numberText(value: number): string {
  return Tokenization.stringifyNumber(value);
}

/** A list, as the controller parses it: with commas. */
export function listText(prop: string, values: string[]): string {
  if (values.length === 0) {
    throw invalidProp(prop, 'must not be an empty list', [], 'leave it out');
  }
  for (const value of values) {
    if (isUnknown(value) || (value.trim() === value && value !== '' && !value.includes(','))) continue;
    throw invalidProp(prop, 'must have no comma in its values, no space around them and no empty ones', value, 'correct it');
  }
  return values.join(',');
}

/**
 * A map, as the controller parses it: pairs with `=`, and commas between them. How it reads a comma or a backslash within a value
 * depends on its release: neither is taken.
 *
 * Sorted, since the maps of some languages have no order, and a template must not change from synth to synth.
 */
export function mapText(prop: string, map: { [key: string]: string }): string {
  const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    throw invalidProp(prop, 'must have at least one key', {}, 'leave it out');
  }
  for (const [key, value] of entries) {
    if (!isUnknown(key) && !/^[^\s=,\\]([^=,\\]*[^\s=,\\])?$/.test(key)) {
      throw invalidProp(prop, "must have keys without '=', ',' or '\\' and without space around them", key, 'choose another key');
    }
    if (!isUnknown(value) && (value.trim() !== value || /[,\\]/.test(value))) {
      throw invalidProp(prop, `must have values without ',' or '\\' and without space around them, as that of ${key}`, value, 'reword it');
    }
  }
  return entries.map(([key, value]) => `${key}=${value}`).join(',');
}

/** A value as JSON text. Numbers may be tokens, which stand in the text as such. */
export function jsonText(value: unknown): string {
  if (typeof value === 'number' && Token.isUnresolved(value)) {
    return numberText(value);
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  return Array.isArray(value)
    ? `[${value.map(jsonText).join(',')}]`
    : `{${Object.entries(value).filter(([, part]) => part !== undefined).map(([key, part]) => `${JSON.stringify(key)}:${jsonText(part)}`).join(',')}}`;
}
