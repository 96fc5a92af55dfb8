import { parseObjects } from '../../src/util/yaml';

describe('objects of a YAML text', () => {
  const parse = (text: string) => parseObjects('manifest', 'full.yaml', text);

  test('documents in order, without empty ones, and the items of lists', () => {
    expect(parse([
      '# a comment only',
      '---',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  text: |\n    one: 1\n    --- no document',
      '---',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: b}',
      '---',
    ].join('\n'))).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { text: 'one: 1\n--- no document\n' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'b' } },
    ]);
  });

  test('JSON is YAML', () => {
    expect(parse('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"b"}}')).toHaveLength(1);
  });

  test.each([
    ['a syntax error', 'a: [', 'must be YAML (Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5)'],
    ['an alias of nothing', 'a: *none', 'must be YAML (Unresolved alias (the anchor must be set before the alias): none)'],
    ['an alias of itself', 'a: &a [*a]', 'must be YAML (Converting circular structure to JSON)'],
    ['a text', 'hello', 'must hold Kubernetes objects only, each with apiVersion, kind and metadata.name'],
    ['an object without a name', 'apiVersion: v1\nkind: Secret', 'must hold Kubernetes objects only, each with apiVersion, kind and metadata.name'],
  ])('fails on %s', (_, text, rule) => {
    expect(() => parse(text)).toThrow(new Error(`manifest ${rule}, got "full.yaml"; take the file as it was published`));
  });
});
