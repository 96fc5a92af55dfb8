import { Fn, Token, Tokenization } from 'aws-cdk-lib';
import { isUnknown, parseJson } from '../util/tokens';
import { cidrFault } from '../util/validation';

/** What is wrong with a value: the rule completes "<option> must …". */
export interface Fault {
  readonly rule: string;
  /** The wrong part of the value, unless it is all of it. */
  readonly value?: unknown;
  readonly remedy: string;
}

/**
 * The type of an option's value. One object validates the value, formats it as an annotation and parses that annotation again, so that a
 * field and an annotation in a manifest are always treated alike.
 *
 * Values are plain: ids, ARNs, text, numbers, and lists and maps of them. `Option.plain` converts constructs first.
 */
export interface ValueType<P = any> {
  /** Completes the sentence "must be …", for the docs. */
  readonly what: string;
  /** How the controller parses the annotation, in the words of its parser. */
  readonly parsedAs: 'String' | 'Bool' | 'Int64' | 'StringSlice' | 'StringMap' | 'JSON';
  /** Describes what is wrong with a value. Tokens are never wrong. */
  fault(value: P): Fault | undefined;
  /** The controller release that added this value, if it was added after the option itself. */
  since?(value: P): { readonly release: string; readonly what: string; readonly orElse?: string } | undefined;
  /** Formats the value as an annotation. */
  write(value: P): string;
  /** Parses an annotation as the controller does; `undefined` where the controller fails. */
  read(given: string, parser: Parser): P | undefined;
  /** Converts the value for the spec of an object; by default it is used as it is. */
  toSpec?(value: P, autoMode: boolean): unknown;
}

/** How a release of the controller parses annotations. */
export interface Parser {
  /** Whether `\` escapes a comma in a map: from v2.14.1, in `splitKeyValuePairs` of `pkg/annotations/parser.go`. */
  readonly escapes: boolean;
}

type Map = { readonly [key: string]: string };

const CORRECT_IT = 'correct it, or leave it out';

/** Text, of any form unless a pattern is given. */
export function text(what = 'text', pattern = /^/, remedy = CORRECT_IT): ValueType<string> {
  return {
    what,
    parsedAs: 'String',
    fault: (value) => isUnknown(value) || pattern.test(value) ? undefined : { rule: `must be ${what}`, remedy },
    write: String,
    read: String,
  };
}

/** One of several words. A word that a later release added is mapped to that release. */
export function oneOf(words: { readonly [word: string]: string | true }, remedy = 'use one of them'): ValueType<string> {
  const what = Object.keys(words).join(' or ');
  return {
    ...text(what),
    fault: (value) => isUnknown(value) || Object.hasOwn(words, value) ? undefined : { rule: `must be ${what}`, remedy },
    since: (value) => Object.hasOwn(words, value) && typeof words[value] === 'string' ? { release: words[value] as string, what: value } : undefined,
  };
}

/** A boolean; the controller parses it with strconv.ParseBool. */
export function flag(): ValueType<boolean> {
  return {
    what: 'true or false',
    parsedAs: 'Bool',
    fault: () => undefined,
    write: String,
    read: (given) => /^(1|t|T|TRUE|true|True)$/.test(given) ? true : /^(0|f|F|FALSE|false|False)$/.test(given) ? false : undefined,
  };
}

/** A whole number; the controller parses it with strconv.ParseInt. */
export function integer(min: number, max: number, remedy = CORRECT_IT, unit = ''): ValueType<number> {
  const what = `a whole number${unit} from ${min} to ${max}`;
  return {
    what,
    parsedAs: 'Int64',
    fault: (value) => isUnknown(value) || (Number.isInteger(value) && value >= min && value <= max) ? undefined : { rule: `must be ${what}`, remedy },
    write: (value) => Tokenization.stringifyNumber(value),
    read: (given) => /^[+-]?\d+$/.test(given) ? Number(given) : undefined,
  };
}

/** A number of seconds. */
export function seconds(min: number, max: number): ValueType<number> {
  return integer(min, max, 'leave it out for the default', ' of seconds');
}

/** A number that some objects hold as text. */
export function asText(number: ValueType<number>): ValueType<number> {
  return { ...number, toSpec: (value) => Tokenization.stringifyNumber(value) };
}

/** A list, separated by commas. */
export function listOf(item: ValueType<string>, what = item.what): ValueType<readonly string[]> {
  return {
    what,
    parsedAs: 'StringSlice',
    fault: (values) => emptyFault(values) ?? repeatedFault(what, values) ?? firstFault(values, (value) => {
      if (isUnknown(value)) return undefined;
      const separated = value.trim() !== value || value === '' || value.includes(',');
      const fault = separated ? { rule: 'must have no comma in its values, no space around them and no empty ones', remedy: 'correct it' } : item.fault(value);
      return fault && { value, ...fault };
    }),
    write: (values) => Token.isUnresolved(values) ? Fn.join(',', [...values]) : values.join(','),
    read: splitList,
  };
}

/** Like a list, and each value may be repeated. */
export function repeatableListOf(item: ValueType<string>, what = item.what): ValueType<readonly string[]> {
  const list = listOf(item, what);
  return { ...list, fault: (values) => emptyFault(values) ?? firstFault(values, (value) => list.fault([value])) };
}

/** A CIDR block, for lists. */
export function cidr(): ValueType<string> {
  return {
    ...text('CIDR blocks'),
    fault: (value) => {
      const rule = isUnknown(value) ? undefined : cidrFault(value);
      return rule === undefined ? undefined : { rule, value, remedy: 'write it like "10.0.0.0/8" or "2001:db8::/32"' };
    },
  };
}

/**
 * A map, formatted as `key=value,…`.
 *
 * Sorted, since maps have no order in some languages, and a template must not change from synth to synth. How the controller parses a comma
 * or a backslash within a value depends on its release, so that fields must not have them.
 *
 * @param restrict what else is wrong with a map
 */
export function mapOf(restrict: (map: Map) => Fault | undefined = () => undefined): ValueType<Map> {
  return {
    what: 'a map',
    parsedAs: 'StringMap',
    fault: (map) => restrict(map) ?? mapFault(map),
    write: (map) => sorted(map).map(([key, value]) => `${key}=${value}`).join(','),
    read: (given, { escapes }) => readMap(given, escapes),
    toSpec: (map) => sorted(map).map(([key, value]) => ({ key, value })),
  };
}

/** A map with one fixed key, such as `CapacityUnits=500`. */
export function pair(key: string, of: ValueType<number>): ValueType<number> {
  return {
    ...of,
    parsedAs: 'StringMap',
    write: (value) => `${key}=${of.write(value)}`,
    read: (given, { escapes }) => {
      const map = readMap(given, escapes);
      return map && Object.hasOwn(map, key) ? of.read(map[key], { escapes }) : undefined;
    },
  };
}

/**
 * A structure that is formatted as JSON.
 *
 * @param read converts parsed JSON to the value; `undefined` where the controller cannot unmarshal it
 * @param write converts the value to JSON
 */
export function json<P = unknown>(
  what: string,
  fault: (value: P) => Fault | undefined = () => undefined,
  read: (data: any) => P | undefined = (data) => data,
  write: (value: P) => unknown = (value) => value,
): ValueType<P> {
  return {
    what,
    parsedAs: 'JSON',
    fault,
    write: (value) => jsonText(write(value)),
    read: (given) => {
      try {
        return read(parseJson(given));
      } catch {
        return undefined;
      }
    },
  };
}

/** A value as JSON text. Numbers may be tokens, which stand in the text as such. */
export function jsonText(value: unknown): string {
  if (typeof value === 'number' && Token.isUnresolved(value)) {
    return Tokenization.stringifyNumber(value);
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  return Array.isArray(value)
    ? `[${value.map(jsonText).join(',')}]`
    : `{${Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(',')}}`;
}

/** Literals that are repeated in a list. */
export function repeatedFault(what: string, values: readonly unknown[]): Fault | undefined {
  const repeated = values.find((value, index) => !isUnknown(value) && values.indexOf(value) !== index);
  return repeated === undefined ? undefined : { rule: `must not repeat ${what}`, value: repeated, remedy: 'list it once' };
}

export function emptyFault(values: readonly unknown[]): Fault | undefined {
  return values.length > 0 ? undefined : { rule: 'must not be an empty list', value: [], remedy: 'leave it out' };
}

/** The fault of the first value that has one. */
export function firstFault<T>(values: Iterable<T>, faultOf: (value: T) => Fault | undefined): Fault | undefined {
  for (const value of values) {
    const fault = faultOf(value);
    if (fault) return fault;
  }
  return undefined;
}

function mapFault(map: Map): Fault | undefined {
  if (Object.keys(map).length === 0) {
    return { rule: 'must have at least one key', value: {}, remedy: 'leave it out' };
  }
  return firstFault(sorted(map), ([key, value]) => {
    if (!isUnknown(key) && !/^[^\s=,\\]([^=,\\]*[^\s=,\\])?$/.test(key)) {
      return { rule: "must have keys without '=', ',' or '\\' and without space around them", value: key, remedy: 'choose another key' };
    }
    return isUnknown(value) || (value.trim() === value && !/[,\\]/.test(value)) ? undefined
      : { rule: `must have values without ',' or '\\' and without space around them, as that of ${key}`, value, remedy: 'reword it' };
  });
}

function sorted(map: Map): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As `splitCommaSeparatedString` of `pkg/annotations/parser.go`. */
function splitList(given: string): string[] {
  return given.split(',').map((value) => value.trim()).filter((value) => value !== '');
}

/** As `ParseStringMapAnnotation` of `pkg/annotations/parser.go`: before v2.14.1 without escapes, and without trimming keys and values. */
function readMap(given: string, escapes: boolean): Map | undefined {
  const pairs = (escapes ? splitPairs(given) : splitList(given))
    .map((entry) => entry.split(/=(.*)/s).slice(0, 2).map((side) => escapes ? side.trim() : side));
  return pairs.every(([key, value]) => key !== '' && value !== undefined) ? Object.fromEntries(pairs) : undefined;
}

/** As `splitKeyValuePairs` of `pkg/annotations/parser.go`, from v2.14.1. */
function splitPairs(given: string): string[] {
  const pairs: string[] = [];
  let current = '';
  for (let index = 0; index < given.length; index++) {
    if (given[index] === '\\' && index + 1 < given.length) {
      current += given[++index];
    } else if (given[index] === ',') {
      const rest = given.slice(index + 1).trim();
      if (rest.includes('=')) {
        pairs.push(current.trim());
        current = '';
      } else if (rest !== '') {
        return [...pairs, current.trim(), rest];
      } else {
        current += ',';
      }
    } else {
      current += given[index];
    }
  }
  return current === '' ? pairs : [...pairs, current.trim()];
}
