import * as fs from 'fs';
import * as path from 'path';

/** Facts read from upstream's repository, kept outside of this one: tests that want them are skipped where they are not there. */
const DIRECTORIES = process.env.LBC_UPSTREAM_DIR
  ? [process.env.LBC_UPSTREAM_DIR]
  : ['shared', path.join('..', 'shared')].map((beside) => path.join(__dirname, '..', '..', beside, 'upstream'));

export const UPSTREAM_DIRECTORY = DIRECTORIES.find((directory) => fs.existsSync(directory));
export const describeWithUpstream = UPSTREAM_DIRECTORY ? describe : describe.skip;
export const UPSTREAM_REASON = UPSTREAM_DIRECTORY ? '' : ' (skipped: set LBC_UPSTREAM_DIR to the directory of upstream\'s facts)';
