import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Where it is said which namespace the controller watches. */
export interface WatchSettings {
  readonly watchNamespace?: string;
  /** Values of the chart, which go over the props. */
  readonly values?: { readonly [key: string]: any };
}

/**
 * Rejects what lies in another namespace than the one that the controller watches.
 *
 * It sees nothing of the others, whatever the kind of object: nothing would come of it, and nobody would say so.
 *
 * @param prop what to call the namespace in messages
 */
export function rejectUnwatched(prop: string, namespace: string, { watchNamespace, values }: WatchSettings): void {
  const [by, watched] = values?.watchNamespace !== undefined ? ['values.watchNamespace', values.watchNamespace] : ['watchNamespace', watchNamespace];
  // The chart leaves out the flag where the value is empty.
  if (!watched || isUnknown(watched) || isUnknown(namespace) || watched === namespace) return;
  throw invalidProp(prop, `must be ${watched}, the only one that the controller watches`, namespace, `use that one, or leave ${by} out`);
}
