import * as fs from 'fs';
import * as path from 'path';

/** Facts read from upstream's repository, kept outside of this one: tests that want them are skipped where they are not there. */
const DIRECTORY = process.env.LBC_UPSTREAM_DIR ?? path.join(__dirname, '..', '..', '..', 'shared', 'upstream');

export const UPSTREAM_DIRECTORY = fs.existsSync(DIRECTORY) ? DIRECTORY : undefined;
export const describeWithUpstream = UPSTREAM_DIRECTORY ? describe : describe.skip;
export const UPSTREAM_REASON = UPSTREAM_DIRECTORY ? '' : ' (skipped: set LBC_UPSTREAM_DIR to the directory of upstream\'s facts)';
