/** What a map has for a key, which is made and kept when it is first asked for. */
export function getOrMake<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, newValue: () => V): V {
  const value = map.get(key) ?? newValue();
  map.set(key, value);
  return value;
}
