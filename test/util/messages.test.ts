import { App, Aws, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { invalidProp } from '../../src/util/messages';

const stack = new Stack(new App(), 'Stack');
const circle: any = { a: [] };
circle.a.push(circle);

test.each<[string, unknown, string]>([
  ['text', 'a "b"', '"a \\"b\\""'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['no number', NaN, '"NaN"'],
  ['a number without end', [Infinity], '["Infinity"]'],
  ['a large number', 10n, '"10"'],
  ['a symbol', Symbol('s'), '"Symbol(s)"'],
  ['a function', () => true, '"a function"'],
  ['a class', App, '"App"'],
  ['a token', Aws.REGION, '"a token"'],
  ['tokens in a map', { a: `x${Aws.REGION}`, b: Lazy.any({ produce: () => 1 }) }, '{"a":"a token","b":"a token"}'],
  ['a construct, which is a circle', stack, '"Stack"'],
  ['constructs in a list', [stack, new App()], '["Stack","App"]'],
  ['an object with a class', { after: Duration.hours(1) }, '{"after":"Duration"}'],
  ['an object without any class', Object.create(null), '{}'],
  ['a circle', circle, '{"a":["itself"]}'],
  ['one thing twice', [[1], [1]], '[[1],[1]]'],
])('a message about %s', (_, value, words) => {
  expect(invalidProp('prop', 'must be other', value, 'change it').message).toBe(`prop must be other, got ${words}; change it`);
});

test('a message about a lot is cut', () => {
  expect(invalidProp('values', 'must be less', 'x'.repeat(10_000), 'change it').message).toMatch(/^values must be less, got "x{599}…; change it$/);
});
