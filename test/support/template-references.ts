/** Logical ids that a value refers to, pseudo parameters and parameters among them. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(referencesIn);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref':
        return typeof inner === 'string' ? [inner] : referencesIn(inner);
      case 'Fn::GetAtt':
        return typeof inner === 'string' ? [inner.split('.')[0]] : [inner[0], ...referencesIn(inner.slice(1))];
      case 'Fn::Sub': {
        const [text, variables] = typeof inner === 'string' ? [inner, {}] : inner;
        const names = [...text.matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(([, name]) => name).filter((name) => !(name in variables));
        return [...names, ...referencesIn(variables)];
      }
      default:
        return referencesIn(inner);
    }
  });
}
