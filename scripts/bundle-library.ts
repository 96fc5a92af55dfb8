/**
 * Makes one file of what jsii has compiled, whose parts are loaded when they are first used.
 *
 *   ts-node scripts/bundle-library.ts
 *
 * Node.js takes longer to find and read seventy files than to run what an app needs of them. The declarations, and what jsii wrote into
 * the classes, stay as they are.
 */
import { readFileSync } from 'fs';
import * as path from 'path';
import { build } from 'esbuild';
import { deferImports } from './defer-imports';

const BANNER = '// Made of the compiled files beside it by scripts/bundle-library.ts';

/** Bundles a compiled entry point in its place. */
export async function bundleLibrary(main: string): Promise<void> {
  if (readFileSync(main, 'utf8').startsWith(BANNER)) {
    throw new Error(`${main} is bundled already: compile it again first`);
  }
  await build({
    entryPoints: [main],
    outfile: main,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // The peers are the user's.
    packages: 'external',
    // For whoever asks a class for its name: where one speaks of itself, it would get another.
    keepNames: true,
    banner: { js: BANNER },
    plugins: [{
      name: 'defer-imports',
      setup: ({ onLoad }) => onLoad({ filter: /\.js$/ }, ({ path: file }) => ({ contents: deferImports(readFileSync(file, 'utf8')) })),
    }],
  });
}

if (require.main === module) {
  void bundleLibrary(path.join(__dirname, '..', 'lib', 'index.js'));
}
