import { Lazy } from 'aws-cdk-lib';
import { deepMerge, getOrMake } from '../../src/util/maps';

test('a value is made when it is first asked for, and kept', () => {
  const map = new Map<string, number[]>();
  const newValue = jest.fn(() => []);

  getOrMake(map, 'a', newValue).push(1);
  getOrMake(map, 'a', newValue).push(2);
  getOrMake(map, 'b', newValue).push(3);

  expect([...map]).toEqual([['a', [1, 2]], ['b', [3]]]);
  expect(newValue).toHaveBeenCalledTimes(2);
});

test('merges maps key by key and replaces the rest', () => {
  const base = { image: { repository: 'r', tag: 't' }, list: [1, 2], flag: true };
  expect(deepMerge(base, { image: { tag: 'u', pullPolicy: 'Always' }, list: [3], flag: false, more: { a: 1 } })).toEqual({
    image: { repository: 'r', tag: 'u', pullPolicy: 'Always' }, list: [3], flag: false, more: { a: 1 },
  });
  expect(base).toEqual({ image: { repository: 'r', tag: 't' }, list: [1, 2], flag: true });
});

test('keeps null, which takes a default of the chart away, and drops undefined', () => {
  expect(deepMerge({ a: 1, b: 2 }, { a: null, b: undefined, c: { d: undefined } })).toEqual({ a: null, b: 2, c: {} });
});

test('does not look into tokens', () => {
  const token = Lazy.any({ produce: () => ({ x: 1 }) });
  expect(deepMerge({ a: { y: 1 } }, { a: token }).a).toBe(token);
});

test('takes __proto__ for a key', () => {
  const merged = deepMerge({}, JSON.parse('{"__proto__": {"polluted": true}}'));
  expect(({} as any).polluted).toBeUndefined();
  expect(Object.keys(merged)).toEqual(['__proto__']);
});
