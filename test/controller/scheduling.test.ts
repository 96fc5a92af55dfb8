import { Duration, Stack, Token } from 'aws-cdk-lib';
import { ControllerSpreadRule, ControllerTaintEffect, ControllerToleration, ControllerTopologySpread } from '../../src';
import { renderTolerations, renderTopologySpread } from '../../src/controller/scheduling';

const LABELS = { matchLabels: { 'app.kubernetes.io/instance': 'lbc' } };

describe('tolerations', () => {
  test.each<[string, ControllerToleration, object]>([
    ['of all taints', {}, { operator: 'Exists' }],
    ['of a key', { key: 'dedicated' }, { key: 'dedicated', operator: 'Exists' }],
    ['of an empty value', { key: 'dedicated', value: '' }, { key: 'dedicated', operator: 'Equal', value: '' }],
    ['of an effect', { effect: ControllerTaintEffect.PREFER_NO_SCHEDULE }, { operator: 'Exists', effect: 'PreferNoSchedule' }],
    ['for a time', { key: 'spot', value: 'true', effect: ControllerTaintEffect.NO_EXECUTE, tolerationTime: Duration.minutes(5) },
      { key: 'spot', operator: 'Equal', value: 'true', effect: 'NoExecute', tolerationSeconds: 300 }],
    ['for no time', { effect: ControllerTaintEffect.NO_EXECUTE, tolerationTime: Duration.seconds(0) },
      { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }],
  ])('%s', (_name, toleration, rendered) => {
    expect(renderTolerations([toleration])).toEqual([rendered]);
  });

  test('may name what is a token', () => {
    const token = (Ref: string) => Token.asString({ Ref });
    expect(new Stack().resolve(renderTolerations([{ key: token('Key'), value: token('Value') }])))
      .toEqual([{ key: { Ref: 'Key' }, operator: 'Equal', value: { Ref: 'Value' } }]);
  });

  test.each<[ControllerToleration, string]>([
    [{ value: 'x' }, 'tolerations[0].value must come with a key, got "x"; add the key of the taint, or leave it out'],
    [{ key: '' }, 'tolerations[0].key must not be empty, got ""; leave it out for taints of every key'],
    [{ effect: ControllerTaintEffect.NO_SCHEDULE, tolerationTime: Duration.seconds(5) },
      'tolerations[0].tolerationTime must come with the effect NO_EXECUTE, got "Duration.seconds(5)"; set that effect, or leave it out'],
    [{ effect: ControllerTaintEffect.NO_EXECUTE, tolerationTime: Duration.millis(1500) },
      'tolerations[0].tolerationTime must be whole seconds, got "1.5 seconds"; use Duration.seconds()'],
    [{ effect: ControllerTaintEffect.NO_EXECUTE, tolerationTime: Duration.seconds(Token.asNumber({ Ref: 'S' })) },
      'tolerations[0].tolerationTime must be known at synth, got "a token"; use a literal Duration'],
  ])('fails for %#', (toleration, message) => {
    expect(() => renderTolerations([toleration])).toThrow(new Error(message));
  });
});

describe('rules of spread', () => {
  test.each<[string, ControllerTopologySpread, object]>([
    ['by a label', { topologyKey: 'kubernetes.io/hostname' }, { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }],
    ['to the letter', { topologyKey: 'zone', maxSkew: 2, whenUnsatisfiable: ControllerSpreadRule.DO_NOT_SCHEDULE, minDomains: 3 },
      { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 3 }],
  ])("%s, for the controller's pods", (_name, rule, rendered) => {
    expect(renderTopologySpread([rule], 'lbc')).toEqual([{ ...rendered, labelSelector: LABELS }]);
  });

  test.each<[ControllerTopologySpread, string]>([
    [{ topologyKey: '' }, 'topologySpreadConstraints[0].topologyKey must be a label of nodes, got ""; try "topology.kubernetes.io/zone"'],
    [{ topologyKey: 'zone', maxSkew: 0 }, 'topologySpreadConstraints[0].maxSkew must be a whole number of at least 1, got 0; use 1 for an even spread'],
    [{ topologyKey: 'zone', minDomains: 0, whenUnsatisfiable: ControllerSpreadRule.DO_NOT_SCHEDULE },
      'topologySpreadConstraints[0].minDomains must be a whole number of at least 1, got 0; leave it out for as many as there are'],
    [{ topologyKey: 'zone', minDomains: 2 },
      'topologySpreadConstraints[0].minDomains must come with DO_NOT_SCHEDULE, got 2; set whenUnsatisfiable to that, or leave it out'],
  ])('fails for %j', (rule, message) => {
    expect(() => renderTopologySpread([rule], 'lbc')).toThrow(new Error(message));
  });
});
