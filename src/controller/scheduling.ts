import { Duration, Token } from 'aws-cdk-lib';
import { invalidProp } from '../util/messages';
import { validateInteger } from '../util/validation';

/**
 * What a taint does to pods that do not tolerate it.
 */
export enum ControllerTaintEffect {
  /** They are not placed on the node. */
  NO_SCHEDULE = 'NoSchedule',
  /** They are placed on the node only if there is no other. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
  /** They are not placed on the node, and leave it when they run there. */
  NO_EXECUTE = 'NoExecute',
}

/**
 * Taints of nodes that the controller tolerates.
 */
export interface ControllerToleration {
  /**
   * Key of the taints, such as `dedicated` or `example.com/dedicated`. Tokens are accepted.
   *
   * @default - taints of every key
   */
  readonly key?: string;

  /**
   * Value of the taints. Needs a `key`. Tokens are accepted.
   *
   * @default - taints of every value
   */
  readonly value?: string;

  /**
   * Effect of the taints.
   *
   * @default - taints of every effect
   */
  readonly effect?: ControllerTaintEffect;

  /**
   * Time, in whole seconds, that a pod stays on a node which gets such a taint. Needs the effect `NO_EXECUTE`.
   *
   * @default - it stays as long as the node does
   */
  readonly tolerationTime?: Duration;
}

/**
 * What happens to a pod that would break a rule of spread.
 */
export enum ControllerSpreadRule {
  /** It is placed where it breaks the rule least. */
  SCHEDULE_ANYWAY = 'ScheduleAnyway',
  /** It waits for a place that keeps the rule: when there is none, the installation fails. */
  DO_NOT_SCHEDULE = 'DoNotSchedule',
}

/**
 * How evenly the controller's pods are spread over parts of the cluster.
 */
export interface ControllerTopologySpread {
  /**
   * Label of nodes that tells the parts: `topology.kubernetes.io/zone` or `kubernetes.io/hostname`, say.
   */
  readonly topologyKey: string;

  /**
   * By how many pods the fullest part may exceed the emptiest, at least 1.
   *
   * @default 1
   */
  readonly maxSkew?: number;

  /**
   * What happens to a pod that would break the rule.
   *
   * @default ControllerSpreadRule.SCHEDULE_ANYWAY
   */
  readonly whenUnsatisfiable?: ControllerSpreadRule;

  /**
   * Number of parts that there must be, at least 1. Needs `DO_NOT_SCHEDULE` and Kubernetes 1.25 or later.
   *
   * @default - as many as there are
   */
  readonly minDomains?: number;
}

/** Renders tolerations in Kubernetes' own form. */
export function renderTolerations(tolerations: ControllerToleration[]): { [field: string]: unknown }[] {
  return tolerations.map(({ key, value, effect, tolerationTime }, index) => {
    const prop = `tolerations[${index}]`;
    if (key === undefined && value !== undefined) throw invalidProp(`${prop}.value`, 'must come with a key', value, 'add the key of the taint, or leave it out');
    if (key === '') throw invalidProp(`${prop}.key`, 'must not be empty', key, 'leave it out for taints of every key');
    if (tolerationTime && effect !== ControllerTaintEffect.NO_EXECUTE) {
      throw invalidProp(`${prop}.tolerationTime`, 'must come with the effect NO_EXECUTE', tolerationTime.toString(), 'set that effect, or leave it out');
    }
    return {
      ...key === undefined ? {} : { key },
      operator: value === undefined ? 'Exists' : 'Equal',
      ...value === undefined ? {} : { value },
      ...effect === undefined ? {} : { effect },
      ...tolerationTime ? { tolerationSeconds: wholeSeconds(`${prop}.tolerationTime`, tolerationTime) } : {},
    };
  });
}

function wholeSeconds(prop: string, duration: Duration): number {
  if (duration.isUnresolved()) throw invalidProp(prop, 'must be known at synth', 'a token', 'use a literal Duration');
  const seconds = duration.toMilliseconds() / 1000;
  if (!Number.isInteger(seconds)) throw invalidProp(prop, 'must be whole seconds', `${seconds} seconds`, 'use Duration.seconds()');
  return seconds;
}

/** Renders rules of spread in Kubernetes' own form, for the pods of one Helm release. */
export function renderTopologySpread(rules: ControllerTopologySpread[], releaseName: string): { [field: string]: unknown }[] {
  return rules.map(({ topologyKey, maxSkew = 1, whenUnsatisfiable = ControllerSpreadRule.SCHEDULE_ANYWAY, minDomains }, index) => {
    const prop = `topologySpreadConstraints[${index}]`;
    if (!Token.isUnresolved(topologyKey) && topologyKey === '') {
      throw invalidProp(`${prop}.topologyKey`, 'must be a label of nodes', topologyKey, 'try "topology.kubernetes.io/zone"');
    }
    validateInteger(`${prop}.maxSkew`, maxSkew, 1, Infinity, 'use 1 for an even spread');
    if (minDomains !== undefined) {
      validateInteger(`${prop}.minDomains`, minDomains, 1, Infinity, 'leave it out for as many as there are');
      if (whenUnsatisfiable !== ControllerSpreadRule.DO_NOT_SCHEDULE) {
        throw invalidProp(`${prop}.minDomains`, 'must come with DO_NOT_SCHEDULE', minDomains, 'set whenUnsatisfiable to that, or leave it out');
      }
    }
    return {
      maxSkew,
      topologyKey,
      whenUnsatisfiable,
      ...minDomains === undefined ? {} : { minDomains },
      labelSelector: { matchLabels: { 'app.kubernetes.io/instance': releaseName } },
    };
  });
}
