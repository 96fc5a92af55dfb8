/**
 * What a construct says when asked; nothing where it does not know.
 *
 * Imported ones throw for what they were not told, also where the question is whether they were.
 */
export function tryRead<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
