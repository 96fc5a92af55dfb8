import { keyStatus, mustBeMap, spanOf, valuePaths } from './chart-values';
import { ChartContext, OWNED_VALUES } from './controller-option-table';
import { validateFeatureGates } from '../release/feature-gates';
import { TRACKING_TAGS } from '../release/resource-tags';
import { isPlainObject } from '../util/maps';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Something legal but risky, for `warn()`. */
export interface ChartWarning {
  readonly name: string;
  readonly message: string;
}

/** Rejects what the user's own `values` must not have, and reports what may have no effect. */
export function checkUserValues(values: { [key: string]: unknown }, { version, localChart }: ChartContext): ChartWarning[] {
  for (const { path, prop } of OWNED_VALUES) rejectOwned(values, path, prop);

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
    // A known chart certainly ignores the key: a typing error, or a key of another release. The table may not describe a local chart, or a
    // newer one.
    if (!localChart && !version._chartIsNewerThanKnown) {
      throw invalidProp(`values.${dotted}`, `must be a key that chart ${version.chartVersion} reads (${spanOf(dotted, status)})`, valueAt(values, path),
        'correct it, or leave it out; for a chart of your own use ControllerSource.fromAsset()');
    }
    return [{ name: `unknownValue.${dotted}`, message: `values.${dotted} is not known in chart ${version.chartVersion}, which may ignore it. Acknowledge this if yours reads it.` }];
  });
}

function valueAt(values: { [key: string]: unknown }, path: string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as { [key: string]: unknown })[key], values);
}

function rejectOwned(values: { [key: string]: unknown }, path: string, prop: string) {
  const keys = path.split('.');
  let at: unknown = values;
  for (const [depth, key] of keys.entries()) {
    // A list, a scalar or null on the way would remove the owned key below it.
    const name = `values.${keys.slice(0, depth).join('.')}`;
    if (!isPlainObject(at)) throw invalidProp(name, 'must be a map, since this library owns keys in it', at, 'set single keys of it');
    if (!Object.hasOwn(at, key) || at[key] === undefined) return;
    at = at[key];
  }
  throw invalidProp(`values.${path}`, 'must be left out, since this library owns it', at, `set it with ${prop}`);
}

/** Values that the controller parses as durations of Go. */
const DURATIONS = [
  'syncPeriod', 'targetgroupbindingMaxExponentialBackoffDelay', 'lbStabilizationMonitorInterval', 'globalAcceleratorMaxExponentialBackoffDelay',
  'targetgroupbindingRequeueDuration',
];

/**
 * Rejects values that end the controller when it starts: Helm would wait for its pods until the timeout.
 *
 * From `Validate()` in `pkg/config/controller_config.go`, and from how the flags are parsed. What only the library or a prop sets is checked there.
 *
 * @param values all values together, since some of them exclude each other
 */
export function rejectFatalValues(values: { readonly [key: string]: any }): void {
  const reject = (key: string, rule: string, value: unknown, remedy: string) => {
    throw invalidProp(`values.${key}`, rule, value, `${remedy}; with it the controller ends when it starts`);
  };
  const literal = (key: string) => isUnknown(values[key]) || values[key] === '' ? undefined : values[key];
  const external: unknown[] = Array.isArray(values.externalManagedTags) ? values.externalManagedTags : [];
  const defaults = isPlainObject(values.defaultTags) ? values.defaultTags : {};
  for (const [key, tags] of [['defaultTags', Object.keys(defaults)], ['externalManagedTags', external as string[]]] as const) {
    const tracking = tags.find((tag) => TRACKING_TAGS.has(tag));
    if (tracking !== undefined) reject(key, "must not have the controller's own tracking tags", tracking, 'choose another key');
  }
  const both = external.find((tag) => Object.hasOwn(defaults, tag as string));
  if (both !== undefined) reject('externalManagedTags', 'must not have a key of defaultTags', both, 'leave it out of one of them');
  for (const [key, words] of Object.entries({ defaultTargetType: ['instance', 'ip'], defaultLoadBalancerScheme: ['internal', 'internet-facing'] })) {
    if (literal(key) !== undefined && !words.includes(literal(key))) reject(key, `must be ${words.join(' or ')}`, literal(key), 'correct it');
  }
  const group = literal('backendSecurityGroup');
  if (group !== undefined && !`${group}`.startsWith('sg-')) reject('backendSecurityGroup', 'must be the id of a security group', group, 'write it like "sg-0123456789abcdef0"');
  if (literal('enableManageBackendSecurityGroupRules') === true && literal('enableBackendSecurityGroup') === false) {
    reject('enableManageBackendSecurityGroupRules', 'must be used with enableBackendSecurityGroup', true, 'leave one of them out');
  }
  for (const key of DURATIONS) {
    if (literal(key) !== undefined && !/^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(`${literal(key)}`)) {
      reject(key, 'must be a duration of Go', literal(key), 'write it like "90m" or "1h30m"');
    }
  }
}
