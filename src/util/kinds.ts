import { isInstance } from './class-marker';
import { invalidProp } from './messages';
import { isToken } from './tokens';

/**
 * What a prop may hold.
 *
 * The types of props are kept by few languages: JavaScript keeps none, and jsii lets pass what looks alike. What comes from the command
 * line, from context or from the environment is text, whatever it looks like.
 */
export interface Kind {
  /** As TypeScript writes it, without the module. */
  readonly type: string;
  /** Rejects what is of another kind, by the name of the prop; `undefined` and `null` too. */
  check(prop: string, value: unknown): void;
}

/** The fields of a struct by their kinds: all of them, so that none is forgotten. */
export type Fields<T> = { readonly [F in keyof Required<T>]: Kind };

function kind(type: string, accepts: (value: unknown) => boolean, rule: string, remedy: (value: unknown) => string): Kind {
  return {
    type,
    check: (prop, value) => {
      if (!accepts(value)) {
        throw invalidProp(prop, rule, value, value === null ? 'leave it out instead' : remedy(value));
      }
    },
  };
}

/** Decides what is in the template, so that a token is rejected: it would count as true. */
export const boolean = kind('boolean', (value) => typeof value === 'boolean', 'must be true or false', (value) => {
  if (isToken(value)) return 'decide it when the app is synthesized, from context say, not from a parameter';
  return typeof value === 'string' ? `compare what is text, as in value === ${JSON.stringify('true')}` : 'use the boolean';
});

export const text = kind('string', (value) => typeof value === 'string' || isToken(value), 'must be text',
  (value) => typeof value === 'number' || typeof value === 'boolean' ? `write it as "${value}"` : 'pass a string');

/** Where it is a whole one, and which, others say. */
export const number = kind('number', (value) => typeof value === 'number' || isToken(value), 'must be a number',
  (value) => typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? `write it as ${Number(value)}, without quotes` : 'pass a number');

/** One value of an enum, on which it depends what is in the template: no token. */
export function choice(enumName: string, members: Readonly<Record<string, string>>): Kind {
  const values: unknown[] = Object.values(members);
  return kind(enumName, (value) => values.includes(value), `must be a value of ${enumName}`, suggest(enumName, members));
}

/** One value of an enum that the template does not depend on, but holds: a token may stand for it. */
export function setting(enumName: string, members: Readonly<Record<string, string>>): Kind {
  const strict = choice(enumName, members);
  return { type: enumName, check: (prop, value) => isToken(value) ? undefined : strict.check(prop, value) };
}

function suggest(enumName: string, members: Readonly<Record<string, string>>): (value: unknown) => string {
  const bare = (word: unknown) => String(word).toLowerCase().replace(/[^a-z0-9]/g, '');
  return (value) => {
    const meant = typeof value === 'string' && Object.entries(members).find((member) => member.some((word) => bare(word) === bare(value)));
    const names = meant ? [meant[0]] : Object.keys(members);
    return `use ${names.map((name) => `${enumName}.${name}`).join(' or ')}`;
  };
}

/** Text of one shape, with a name for it: enums of the CDK that grow with AWS, where one may be newer than both. */
export function textOf(type: string, shape: RegExp, remedy: string): Kind {
  return kind(type, (value) => isToken(value) || (typeof value === 'string' && shape.test(value)), `must be a value of ${type}`, () => remedy);
}

/** An instance of a class of this package. */
export function instance(className: string, remedy: string): Kind {
  return kind(className, (value) => isInstance(value, className), `must be ${oneOf(className)}`, () => remedy);
}

/**
 * What has the members of a class or interface of the CDK, or of the user's own.
 *
 * Members are looked for, not read: those of imports throw for what they were not told.
 */
export function like(type: string, members: string[], remedy: string): Kind {
  const has = (value: unknown) => typeof value === 'object' && value !== null && members.every((member) => member in value);
  return kind(type, has, `must be ${oneOf(type)}`, () => remedy);
}

/** A type with its article. */
function oneOf(type: string): string {
  return `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`;
}

export const duration = like('Duration', ['toMilliseconds', 'isUnresolved'], 'try Duration.minutes(10)');
export const size = like('Size', ['toBytes', 'isUnresolved'], 'try Size.mebibytes(256)');

export const securityGroup = like('ISecurityGroup', ['securityGroupId', 'connections'],
  'pass the SecurityGroup itself, or what SecurityGroup.fromSecurityGroupId() gives');

export function list(item: Kind): Kind {
  const outer = kind(`${item.type}[]`, Array.isArray, 'must be a list', () => 'put it in a list, also when it is the only one');
  return {
    type: outer.type,
    check: (prop, value) => {
      outer.check(prop, value);
      // By number: a list with holes has none there to iterate over.
      Array.from(value as unknown[]).forEach((one, index) => item.check(`${prop}[${index}]`, one));
    },
  };
}

/** Keys of the user's own, and nothing without a value: a map that lacks what it seems to have does other than it says. */
export function map(item: Kind, key = 'key'): Kind {
  return {
    type: `{ [${key}: string]: ${item.type} }`,
    check: (prop, value) => {
      rejectNoMap(prop, value);
      Object.entries(value as object).forEach(([name, one]) => item.check(`${prop}.${name}`, one));
    },
  };
}

/** A struct with named fields. Others than these are not looked at: props may be handed on with more in them. */
export function struct<T>(type: string, fields: Fields<T>, required: readonly (keyof T & string)[] = []): Kind & { readonly fields: Fields<T> } {
  return {
    type,
    fields,
    check: (prop, value) => {
      rejectNoMap(prop, value);
      checkFields(fields, value as object, `${prop}.`, required);
    },
  };
}

/** Checks the fields of an object, each by its name after `prefix`. */
export function checkFields<T>(fields: Fields<T>, value: object, prefix = '', required: readonly string[] = []): void {
  for (const [name, of] of Object.entries<Kind>(fields)) {
    const given = (value as { readonly [name: string]: unknown })[name];
    if (given !== undefined || required.includes(name)) {
      of.check(`${prefix}${name}`, given);
    }
  }
}

/** Any data that JSON can hold, in a map. */
export const jsonMap: Kind = {
  type: '{ [key: string]: any }',
  check: (prop, value) => {
    rejectNoMap(prop, value);
    checkJson(prop, value, []);
  },
};

function rejectNoMap(prop: string, value: unknown): void {
  // The class that JavaScript tells: instances of one's own classes are maps too, those of its own (Map, Date) have no keys to read.
  if (isToken(value) || Object.prototype.toString.call(value) !== '[object Object]') {
    throw invalidProp(prop, 'must be a map of names and values', value, value === null ? 'leave it out instead' : 'write it as one, known at synth');
  }
}

/** Maps that select by all that is in them: without a label they select more. */
const SELECTORS = /\.(nodeSelector|matchLabels)\./;

function checkJson(prop: string, value: unknown, within: readonly unknown[]): void {
  if (value === undefined && SELECTORS.test(prop)) {
    throw invalidProp(prop, 'must have a value, since it selects', value, 'set it, or leave the key out');
  }
  if (value === undefined || value === null || ['string', 'boolean'].includes(typeof value) || isToken(value)) {
    return;
  }
  if (within.includes(value)) {
    throw invalidProp(prop, 'must not hold itself', value, 'write out what is meant');
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkJson(`${prop}[${index}]`, item, [...within, value]));
  } else if (isData(value)) {
    Object.entries(value).forEach(([key, item]) => checkJson(`${prop}.${key}`, item, [...within, value]));
  } else if (!Number.isFinite(value)) {
    throw invalidProp(prop, 'must be text, a number, true or false, a list or a map', value, 'write it as Kubernetes and the chart do');
  }
}

/** An object without a class, as languages hand over maps. */
function isData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const ofClass: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return ofClass === undefined || ofClass === 'Object';
}
