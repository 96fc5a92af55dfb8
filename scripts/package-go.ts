/**
 * Makes the Go module that is released, into dist/go.
 *
 * As jsii-pacmak does it here by itself, go.mod would ask for the aws-cdk-lib that this repository develops with, and so would every
 * app that uses the module.
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { pack, Stage } from './packages';

async function main(): Promise<void> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'package-go-'));
  try {
    const stage = await Stage.create(path.join(work, 'stage'), await pack(work));
    await stage.buildPackage('go');
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

void main();
