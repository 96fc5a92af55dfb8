/** Parts of a release number; the same few are compared over and over. */
const PARTS = new Map<string, number[]>();

/**
 * Compares two release numbers by their parts, with or without a leading `v`: negative, zero or positive.
 *
 * A comparison of strings would put 2.10.0 before 2.9.0.
 */
export function compareReleases(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return 0;
}

function numbersOf(release: string): number[] {
  let parts = PARTS.get(release);
  if (!parts) {
    parts = release.replace(/^v/, '').split('.').map(Number);
    PARTS.set(release, parts);
  }
  return parts;
}
