/** The known word that an unknown one was probably meant to be; nothing if none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.find((other) => bare(other) === bare(word));
  if (same !== undefined) return same;
  const [closest] = known.map((other) => ({ other, edits: distance(word, other) })).sort((a, b) => a.edits - b.edits);
  return closest && closest.edits <= Math.max(2, Math.floor(word.length / 3)) ? closest.other : undefined;
}

/** Edits from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
