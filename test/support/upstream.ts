import * as fs from 'fs';
import * as path from 'path';

/**
 * Facts of the controller's project, which are not part of this repository: `charts/*.tgz`, `iam-policies/`, `controller-facts.json`,
 * `chart-releases.json` and `manifests/*_full.yaml`. `scripts/fetch-upstream.sh` brings them.
 */
const DIRECTORIES = process.env.LBC_UPSTREAM_DIR
  ? [process.env.LBC_UPSTREAM_DIR]
  : ['.upstream', path.join('..', 'shared', 'upstream')].map((folder) => path.join(__dirname, '..', '..', folder));

export const UPSTREAM_DIRECTORY = DIRECTORIES.map((folder) => path.resolve(folder)).find((folder) => fs.existsSync(folder));

/** Path of one of the facts; undefined if it is missing, which is an error where LBC_UPSTREAM_REQUIRED is set, as in the workflows. */
export function upstreamPath(name: string): string | undefined {
  const file = UPSTREAM_DIRECTORY && path.join(UPSTREAM_DIRECTORY, name);
  if (file !== undefined && fs.existsSync(file)) {
    return file;
  }
  if (process.env.LBC_UPSTREAM_REQUIRED) {
    throw new Error(`${name} is missing in ${UPSTREAM_DIRECTORY ?? DIRECTORIES.join(' and ')}, and LBC_UPSTREAM_REQUIRED is set`);
  }
  return undefined;
}

/** A `describe` for comparisons with one of the facts: skipped, with the reason in its name, where it is missing. */
export function describeWithUpstream(name: string, title: string, tests: (file: string) => void): void {
  const file = upstreamPath(name);
  const reason = file === undefined ? ` (skipped: LBC_UPSTREAM_DIR names no directory with ${name})` : '';
  (file === undefined ? describe.skip : describe)(title + reason, () => tests(file ?? ''));
}
