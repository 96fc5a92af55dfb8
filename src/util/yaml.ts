import { bundleOf } from './assets';
import { invalidProp } from './messages';
// The types alone: at run time it is the bundle that is loaded.
import type * as bundled from '../bundled/yaml';


/** A Kubernetes object as written in a file. */
export interface YamlObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: any };
  readonly [key: string]: any;
}

/**
 * Reads the Kubernetes objects of a YAML text; of a List, its items.
 *
 * The parser travels bundled in this package and is loaded when it is first needed: neither the CDK nor Node.js has a
 * public one, and a dependency would be installed by everybody for the few who read files.
 *
 * @param prop the prop that the file came with
 * @param file what to call the text in messages
 */
export function parseObjects(prop: string, file: string, text: string): YamlObject[] {
  const { parse }: typeof bundled = require(bundleOf('bundled/yaml')); // eslint-disable-line @typescript-eslint/no-require-imports
  return parse(text).flatMap(({ error, value }) => {
    if (error !== undefined) {
      throw invalidProp(prop, `must be YAML (${error.split('\n')[0].replace(/:$/, '')})`, file, 'take the file as it was published');
    }
    return objectsIn(value);
  }).map((object) => {
    if (typeof object.apiVersion !== 'string' || typeof object.kind !== 'string' || typeof object.metadata?.name !== 'string') {
      throw invalidProp(prop, 'must hold Kubernetes objects only, each with apiVersion, kind and metadata.name', file, 'take the file as it was published');
    }
    return object as YamlObject;
  });
}

/** A document of comments only is no object. */
function objectsIn(value: any): any[] {
  if (value === null || value === undefined) {
    return [];
  }
  return value.kind === 'List' && Array.isArray(value.items) ? value.items.flatMap(objectsIn) : [value];
}
