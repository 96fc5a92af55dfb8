import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { renderInstallation } from '../../src/private/installation';

test('waits ten minutes and rolls back by default', () => {
  const { timeout, ...rest } = renderInstallation({});
  expect(timeout.toSeconds()).toBe(600);
  expect(rest).toEqual({ wait: true, atomic: true, removalPolicy: undefined });
  expect(renderInstallation({ atomic: false, removalPolicy: RemovalPolicy.RETAIN })).toMatchObject({ atomic: false, removalPolicy: 'retain' });
});

test.each([
  [true, 10], [false, 14],
])('with atomic %s takes up to %d minutes', (atomic, minutes) => {
  expect(renderInstallation({ atomic, installTimeout: Duration.minutes(minutes) }).timeout.toMinutes()).toBe(minutes);
  const longer = Duration.seconds(minutes * 60 + 1);
  expect(() => renderInstallation({ atomic, installTimeout: longer })).toThrow(new Error(
    `installTimeout must be whole seconds, at least one and at most ${minutes} minutes ${atomic ? 'with' : 'without'} atomic, got "${minutes * 60 + 1} seconds"; `
    + (atomic ? 'shorten it, or set atomic to false for up to 14 minutes' : 'shorten it')));
});

test.each([0, 1500])('fails for %d ms', (ms) => {
  expect(() => renderInstallation({ installTimeout: Duration.millis(ms) })).toThrow(/^installTimeout must be whole seconds/);
});

test('fails for a token', () => {
  expect(() => renderInstallation({ installTimeout: Duration.minutes(Token.asNumber({ Ref: 'M' })) })).toThrow(new Error(
    'installTimeout must be known at synth, got "a token"; use a literal Duration'));
});
