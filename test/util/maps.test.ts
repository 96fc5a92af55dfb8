import { getOrMake } from '../../src/util/maps';

test('a value is made when it is first asked for, and kept', () => {
  const map = new Map<string, number[]>();
  const newValue = jest.fn(() => []);

  getOrMake(map, 'a', newValue).push(1);
  getOrMake(map, 'a', newValue).push(2);
  getOrMake(map, 'b', newValue).push(3);

  expect([...map]).toEqual([['a', [1, 2]], ['b', [3]]]);
  expect(newValue).toHaveBeenCalledTimes(2);
});
