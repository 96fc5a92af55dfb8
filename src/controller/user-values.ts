import { ChartContext, ChartWarning } from './chart-context';
import { keyStatus, mustBeMap, valuePaths } from './chart-values';
import { where } from './value-writer';
import { GATES_WITH_PROP, validateFeatureGates } from '../release/feature-gates';
import { isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';

/**
 * Value keys that this library owns, since it acts on them elsewhere too (permissions, tags, order), by the prop to use.
 */
export const OWNED: { readonly [path: string]: string } = {
  'clusterName': 'cluster',
  'region': 'env of the stack',
  'vpcId': 'vpc',
  'serviceAccount': 'serviceAccountName',
  'image.repository': 'image',
  'image.tag': 'image',
  'replicaCount': 'replicas',
  'ingressClass': 'ingressClass.ingressClassName',
  'createIngressClassResource': 'ingressClass.create',
  'enableWaf': 'enableWafv2, since AWS has retired WAF Classic',
  'enableWafv2': 'enableWafv2',
  'enableShield': 'enableShield',
  ...Object.fromEntries(Object.entries(GATES_WITH_PROP).map(([gate, prop]) => [`controllerConfig.featureGates.${gate}`, prop])),
};

/** Rejects what must not stand in the user's own `values`, and tells what would do nothing. */
export function checkUserValues(values: { [key: string]: unknown }, { version, localChart }: ChartContext): ChartWarning[] {
  for (const [path, prop] of Object.entries(OWNED)) rejectOwned(values, path, prop);

  const gates = isPlainObject(values.controllerConfig) ? values.controllerConfig.featureGates : undefined;
  if (isPlainObject(gates)) validateFeatureGates('values.controllerConfig.featureGates', gates, version);

  return valuePaths(values).flatMap((path) => {
    const status = keyStatus(version, path);
    const dotted = path.join('.');
    if (status.known) {
      const value = valueAt(values, path);
      if (mustBeMap(path) && value !== undefined && !isPlainObject(value)) {
        throw invalidProp(`values.${dotted}`, 'must be a map, since the chart reads keys in it', value, 'set single keys of it');
      }
      return [];
    }
    // A key of a known chart is known to do nothing: a slip, or another release's key. Of a chart the table may not
    // describe, one's own or a newer one, that cannot be said.
    if (!localChart && !version._chartIsNewerThanKnown) {
      throw invalidProp(`values.${dotted}`, `must be a key that chart ${version.chartVersion} reads (${where(dotted, status)})`, valueAt(values, path),
        'correct it, or leave it out; for a chart of your own use ControllerSource.fromAsset()');
    }
    return [{ name: `unknownValue.${dotted}`, message: `values.${dotted} is not known of chart ${version.chartVersion}, which may ignore it. Acknowledge this if yours reads it.` }];
  });
}

function valueAt(values: { [key: string]: unknown }, path: string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as { [key: string]: unknown })[key], values);
}

function rejectOwned(values: { [key: string]: unknown }, path: string, prop: string) {
  const keys = path.split('.');
  let at: unknown = values;
  for (const [depth, key] of keys.entries()) {
    // A list, a scalar or null on the way down would wipe out the owned key below it.
    const name = `values.${keys.slice(0, depth).join('.')}`;
    if (!isPlainObject(at)) throw invalidProp(name, 'must be a map, since this library owns keys in it', at, 'set single keys of it');
    if (!Object.hasOwn(at, key) || at[key] === undefined) return;
    at = at[key];
  }
  throw invalidProp(`values.${path}`, 'must be left out, since this library owns it', at, `set it with ${prop}`);
}
