import { ANNOTATION_FAMILIES, INGRESS_OPTIONS, OTHER_ANNOTATIONS } from './ingress-option-table';
import { fieldOf, Finding, Option, Options, placeOf, Reader } from '../options/option';
import { nearest } from '../util/nearest';

/** Prefix of the annotations that the controller reads from an Ingress. */
export const PREFIX = 'alb.ingress.kubernetes.io/';

const FAMILIES: Options = ANNOTATION_FAMILIES;
const ROWS: Options = { ...INGRESS_OPTIONS, ...OTHER_ANNOTATIONS };

/** The options, by the key of their annotations. */
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(ROWS).flatMap(([name, option]): [string, string][] => {
  const place = placeOf(option, 'annotation');
  return place ? [[place.at, name]] : [];
}).reverse());

/** The table of all annotations, with a row for each annotation of a family that is given, such as `actions.blue`. */
export function annotationOptions(keys: readonly string[]): Options {
  const ofFamilies = keys.flatMap((key): [string, Option][] => {
    const family = familyOf(key);
    return family ? [[key, { ...family, annotation: { ...placeOf(family, 'annotation')!, at: key } }]] : [];
  });
  return { ...ROWS, ...Object.fromEntries(ofFamilies) };
}

/** The option of a key without prefix; nothing if no release reads that key. */
export function annotationOf(key: string): Option | undefined {
  const name = NAMES.get(key);
  return name !== undefined ? ROWS[name] : familyOf(key);
}

/** The field that sets an annotation, by key without prefix; nothing if no field does. */
export function fieldNameOf(key: string): string | undefined {
  const name = NAMES.get(key);
  return name === undefined ? familyOf(key)?.field : name in INGRESS_OPTIONS ? fieldOf(ROWS, name, 'annotation') : ROWS[name].field;
}

/** Finds annotations that the controller does not read. A release that is newer than the table may read more. */
export function findUnknown(object: string, annotations: { readonly [key: string]: unknown }, { version, autoMode }: Reader): Finding[] {
  return version._isNewerThanKnown && !autoMode ? [] : Object.entries(annotations).flatMap(([whole, value]): Finding[] => {
    const key = whole.slice(PREFIX.length);
    return !whole.startsWith(PREFIX) || annotationOf(key) ? []
      : [{ at: `${object} ${whole}`, rule: 'must be an annotation that the controller reads', value, remedy: suggestion(key), warning: 'ingressAnnotationUnknown' }];
  });
}

function familyOf(key: string): Option | undefined {
  const family = key.split('.', 1)[0];
  return key.length > family.length + 1 && Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
}

/** What to do with an unknown key. */
export function suggestion(key: string): string {
  const meant = nearest(key, [...NAMES.keys()]);
  return meant === undefined ? 'correct it, or leave it out' : `did you mean ${PREFIX}${meant}?`;
}
