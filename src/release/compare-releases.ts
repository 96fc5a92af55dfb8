/**
 * Compares two release numbers by their parts, with or without a leading `v`: negative, zero or positive.
 *
 * A comparison of strings would put 2.10.0 before 2.9.0.
 */
export function compareReleases(left: string, right: string): number {
  const [a, b] = [left, right].map((release) => release.replace(/^v/, '').split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return 0;
}
