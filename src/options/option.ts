import { Fault, ValueType } from './value-types';
import type { ControllerVersion } from '../release/controller-version';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Where the controller finds an option, by the first release that does: v2.4.0 unless another one is given. */
export interface Place {
  /** Key of an annotation, or path in the spec of an object. */
  readonly at: string;
  readonly since?: string;
  /** Path before a release that changed the spelling. */
  readonly before?: { readonly release: string; readonly at: string };
  /** Path in EKS Auto Mode, if it has another spelling. */
  readonly autoMode?: string;
  /** Converts the value, if it has another form there. */
  readonly write?: (value: any) => unknown;
}

/** The description of one option, the only one next to its interface. A rule about two options does not belong here. */
export interface Option {
  readonly value: ValueType;
  /** Field that sets the option, if it has another name. */
  readonly field?: string;
  /** Converts what the field holds to a plain value, such as a subnet to its id; `undefined` if that does not set the option. */
  readonly plain?: (given: any) => unknown;
  /** Key of the annotation, without prefix. */
  readonly annotation?: string | Place;
  /** Path in the spec of the object that holds the option: of IngressClassParams, which take precedence over annotations, or of another custom resource. */
  readonly spec?: string | Place;
  /** Path in the spec of a LoadBalancerConfiguration of the Gateway API. */
  readonly gateway?: string | Place;
  /** The Ingresses of a group share the load balancer, or its ports, and must agree on this option. */
  readonly shared?: 'loadBalancer' | 'port';
  /** What EKS Auto Mode supports; without it the same as the controller. */
  readonly autoMode?: 'annotation' | 'spec' | 'none';
}

export type Options = { readonly [name: string]: Option };

/** How an option is set. */
export type Form = 'annotation' | 'spec' | 'gateway';

/** A value and where it was set: `addIngress(Shop).scheme`, or `Ingress shop/web alb.ingress.kubernetes.io/scheme`. */
export interface Setting {
  readonly value: any;
  readonly at: string;
}

/** The options of an Ingress, a class or another object by name, whether they were set by fields or by annotations. */
export type Description = ReadonlyMap<string, Setting>;

/** A mistake. It becomes an error if it was made in a field, and a warning if it was made in a manifest. */
export interface Finding {
  readonly at: string;
  /** Completes the sentence "<at> must …". */
  readonly rule: string;
  readonly value: unknown;
  readonly remedy: string;
  /** Id of the warning, in camelCase. */
  readonly warning: string;
  /** Something that is risky and not certainly wrong: a warning for fields, too. */
  readonly isRisk?: boolean;
}

/** The controller that reads the options. */
export interface Reader {
  /** Its release; in EKS Auto Mode, which does not publish one, the newest. */
  readonly version: ControllerVersion;
  readonly autoMode: boolean;
}

/** Options of a class, by its name. */
export interface ClassDescription {
  readonly name: string;
  readonly description: Description;
}

/** Where an option is found; nothing if it cannot be set in that form. */
export function placeOf(option: Option, form: Form): Required<Pick<Place, 'at' | 'since'>> & Place | undefined {
  const place = option[form];
  return place === undefined ? undefined : { since: 'v2.4.0', ...typeof place === 'string' ? { at: place } : place };
}

/** Reads the options that can be set in a form from fields. */
export function describe(options: Options, form: Form, prop: string, given: object): Description {
  return new Map(Object.entries(options).flatMap(([name, { field = name, plain, [form]: place }]): [string, Setting][] => {
    const source = get(given, field) === undefined ? name : field;
    const value = place === undefined ? undefined : get(given, source);
    const converted = value === undefined || !plain ? value : plain(value);
    return converted === undefined ? [] : [[name, { value: converted, at: `${prop}.${source}` }]];
  }));
}

/** Parses the annotations of a manifest as the controller does. Annotations without an option are ignored here. */
export function read(
  options: Options, object: string, prefix: string, annotations: { readonly [key: string]: unknown }, { version }: Reader,
): { readonly description: Description; readonly findings: Finding[] } {
  const description = new Map<string, Setting>();
  const findings: Finding[] = [];
  const keys = new Set<string>();
  for (const [name, option] of Object.entries(options)) {
    const place = placeOf(option, 'annotation');
    const key = `${prefix}${place?.at}`;
    const given = annotations[key];
    if (place === undefined || given === undefined || keys.has(key)) continue;
    keys.add(key);
    const at = `${object} ${key}`;
    const finding = (rule: string, remedy: string) => findings.push({ at, rule, value: given, remedy, warning: 'ingressAnnotationValue' });
    if (typeof given !== 'string' && !isUnknown(given)) {
      finding('must be a string', 'put it in quotes');
      continue;
    }
    // What only the deployment knows is parsed as far as it can be.
    const parsed = typeof given === 'string' ? option.value.read(given, { escapes: version._isAtLeast('v2.14.1') }) : undefined;
    const value = parsed ?? (isUnknown(given) ? given : undefined);
    if (value !== undefined) description.set(name, { value, at });
    else finding(`must be ${formOf(option.value)}`, 'correct it');
  }
  return { description, findings };
}

/** Validates each option by itself, and against the controller. */
export function check(options: Options, form: Form, description: Description, reader: Reader): Finding[] {
  return [...description].flatMap(([name, setting]) => [
    ...checkValue(options[name], setting),
    ...checkSupport(options[name], form, setting, reader),
  ]);
}

function checkValue({ value: type }: Option, { value, at }: Setting): Finding[] {
  const fault: Fault | undefined = isUnknown(value) ? undefined : type.fault(value);
  return fault ? [{ at, value, warning: 'ingressAnnotationValue', ...fault }] : [];
}

function checkSupport(option: Option, form: Form, { value, at }: Setting, { version, autoMode }: Reader): Finding[] {
  if (autoMode) {
    return option.autoMode === undefined || option.autoMode === form ? [] : [{
      at,
      rule: `must be left out in EKS Auto Mode, ${form === 'spec' ? 'whose IngressClassParams are not documented to have it' : 'which does not support it'}`,
      value,
      remedy: form === 'spec' ? 'leave it to the annotations of each Ingress' : option.autoMode === 'spec' ? 'set it in the class' : 'leave it out',
      warning: 'ingressAnnotationNotInAutoMode',
    }];
  }
  const { since } = placeOf(option, form)!;
  const added = isUnknown(value) ? undefined : option.value.since?.(value);
  const finding = (rule: string, orElse = '') =>
    [{ at, rule, value: version.releaseTag, remedy: `use a newer ControllerVersion${orElse}`, warning: 'ingressAnnotationTooNew' }];
  if (added && !version._isAtLeast(added.release)) {
    return finding(`must not be ${added.what} before controller ${added.release}`, added.orElse);
  }
  const orElse = form === 'spec' && option.annotation ? ', or leave it to the annotations of each Ingress' : '';
  return version._isAtLeast(since) ? [] : finding(`must be used with controller ${since} or later`, orElse);
}

/** Finds the options that have no effect because the class sets them. */
export function checkAgainstClass(options: Options, own: Description, { name: className, description: ofClass }: ClassDescription): Finding[] {
  return [...own].flatMap(([name, { value, at }]): Finding[] => {
    const before = ofClass.get(name)?.value;
    if (before === undefined || !options[name].spec) return [];
    const finding = (rule: string, got: unknown) => [{ at, rule, value: got, remedy: 'set it in one place, or use another class', warning: 'ingressSettingOverridden' }];
    if (!isMap(value) || !isMap(before)) {
      return finding(`must be left out where the class ${className} sets ${fieldOf(options, name, 'spec')}`, value);
    }
    const key = Object.keys(value).find((one) => Object.hasOwn(before, one));
    return key === undefined ? [] : finding(`must leave out what the class ${className} sets`, key);
  });
}

/** The options that the controller uses: those of the class take precedence, in maps key by key. */
export function effective(options: Options, own: Description, ofClass: Description): Description {
  return new Map(Object.keys(options).flatMap((name): [string, Setting][] => {
    const [mine, over] = [own.get(name), options[name].spec && ofClass.get(name)];
    if (!mine || !over) {
      const only = over ?? mine;
      return only ? [[name, only]] : [];
    }
    return [[name, isMap(mine.value) && isMap(over.value) ? { value: { ...mine.value, ...over.value }, at: over.at } : over]];
  }));
}

/** An option on which two Ingresses differ although they share it; of a map, one key. */
export interface Contradiction {
  readonly option: string;
  readonly key?: string;
  readonly mine: Setting;
  readonly other: Setting;
}

/**
 * Finds the options in which two Ingresses of a group differ although they share the load balancer or its ports.
 *
 * @param areDifferent compares two values; without it tokens never differ
 */
export function contradictions(
  options: Options, member: Description, other: Description, areDifferent: (mine: unknown, other: unknown) => boolean = literallyDifferent,
): Contradiction[] {
  return [...member].flatMap(([option, mine]): Contradiction[] => {
    const before = other.get(option);
    if (!options[option].shared || !before) return [];
    if (!isMap(mine.value) || !isMap(before.value)) {
      return areDifferent(comparable(mine.value), comparable(before.value)) ? [{ option, mine, other: before }] : [];
    }
    return Object.keys(mine.value).filter((key) => Object.hasOwn(before.value, key) && areDifferent(mine.value[key], before.value[key]))
      .map((key) => ({ option, key, mine: { ...mine, value: mine.value[key] }, other: { ...before, value: before.value[key] } }));
  });
}

/** Formats annotations, sorted by key. Options with one annotation in common are maps, and merged. */
export function toAnnotations(options: Options, description: Description): { [key: string]: string } {
  const values = new Map<string, { readonly type: ValueType; readonly value: any }>();
  for (const [name, { value }] of description) {
    const key = placeOf(options[name], 'annotation')!.at;
    const before = values.get(key);
    values.set(key, { type: options[name].value, value: before ? { ...before.value, ...value } : value });
  }
  return Object.fromEntries([...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { type, value }]) => [key, type.write(value)]));
}

/** Formats the spec of the object that holds the options, in the order of the table. */
export function toSpec(options: Options, description: Description, { version, autoMode }: Reader, form: Form = 'spec'): { [key: string]: unknown } {
  const spec: { [key: string]: any } = {};
  for (const [name, option] of Object.entries(options)) {
    const setting = description.get(name);
    const place = placeOf(option, form);
    if (!setting || !place) continue;
    const { at, before, autoMode: inAutoMode = at, write } = place;
    const path = autoMode ? inAutoMode : before && !version._isAtLeast(before.release) ? before.at : at;
    setAt(spec, path, write ? write(setting.value) : option.value.toSpec ? option.value.toSpec(setting.value, autoMode) : setting.value);
  }
  return spec;
}

/** Sets the value at a path of nested maps, which are created as needed. */
export function setAt(map: { [key: string]: any }, path: string, value: unknown): void {
  const [last, ...outer] = path.split('.').reverse();
  outer.reverse().reduce((level, part) => level[part] ??= {}, map)[last] = value;
}

/** Rejects the first mistake: for options that were set by fields. */
export function rejectFindings(findings: readonly Finding[]): void {
  const mistake = findings.find(({ isRisk }) => !isRisk);
  if (mistake) {
    throw invalidProp(mistake.at, mistake.rule, mistake.value, mistake.remedy);
  }
}

/** The outermost field that sets an option in that form. */
export function fieldOf(options: Options, name: string, form: Form): string {
  const { field = name } = options[name];
  // The field of another name is that of the Ingress, if the two differ.
  return (form === 'spec' && !name.includes('.') ? name : field).split('.')[0];
}

function get(from: any, path: string): unknown {
  return path.split('.').reduce((value, part) => value?.[part], from);
}

function isMap(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** The order of a list does not matter. */
function comparable(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}

function literallyDifferent(mine: unknown, other: unknown): boolean {
  return ![mine, other].flat().some(isUnknown) && JSON.stringify(mine) !== JSON.stringify(other);
}

function formOf({ parsedAs, what }: ValueType): string {
  switch (parsedAs) {
    case 'StringMap': return 'pairs like key=value, separated by commas';
    case 'JSON': return `JSON: ${what}`;
    case 'Int64': return 'a whole number';
    default: return what;
  }
}
