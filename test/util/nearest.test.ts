import { nearest } from '../../src/util/nearest';

const FIELDS = ['host', 'path', 'pathType', 'service', 'port'];

test.each([
  ['path_type', 'pathType'],
  ['pathtype', 'pathType'],
  ['servce', 'service'],
  ['hots', 'host'],
  ['namespace', undefined],
])('the nearest field of %s is %s', (word, field) => {
  expect(nearest(word, FIELDS)).toBe(field);
});

test('without known words there is none', () => {
  expect(nearest('path', [])).toBeUndefined();
});
