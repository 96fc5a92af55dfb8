import { ANNOTATIONS, PREFIX } from './annotations';

/** What an unknown key was probably meant to be. */
export function suggestion(key: string): string {
  const near = Object.keys(ANNOTATIONS).map((known) => ({ known, apart: distance(key, known) })).sort((a, b) => a.apart - b.apart)[0];
  return near.apart <= Math.max(2, Math.floor(key.length / 3)) ? `did you mean ${PREFIX}${near.known}?` : 'correct it, or leave it out';
}

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
