import { valueOf } from '../../src/util/maps';

test('a value is made when it is first asked for, and kept', () => {
  const map = new Map<string, number[]>();
  const newValue = jest.fn(() => []);

  valueOf(map, 'a', newValue).push(1);
  valueOf(map, 'a', newValue).push(2);
  valueOf(map, 'b', newValue).push(3);

  expect([...map]).toEqual([['a', [1, 2]], ['b', [3]]]);
  expect(newValue).toHaveBeenCalledTimes(2);
});
