/**
 * Makes one file of what jsii has compiled, whose parts are loaded when they are first used.
 *
 *   ts-node scripts/bundle-library.ts
 *
 * Node.js takes longer to find and read seventy files than to run what an app needs of them. The declarations, and what jsii wrote into
 * the classes, stay as they are.
 */
import { existsSync, readFileSync, readdirSync, rmSync } from 'fs';
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
    minify: true,
    // Of classes and functions, for stack traces and for whoever asks.
    keepNames: true,
    banner: { js: BANNER },
    plugins: [{
      name: 'defer-imports',
      setup: ({ onLoad }) => onLoad({ filter: /\.js$/ }, ({ path: file }) => ({ contents: deferImports(readFileSync(file, 'utf8')) })),
    }],
  });
}

/** Removes the declarations that those of an entry point do not lead to: nobody can name what is in them. */
export function removeHiddenDeclarations(main: string): void {
  const folder = path.dirname(main);
  const shown = new Set<string>();
  const show = (file: string): void => {
    if (shown.has(file) || !existsSync(file)) {
      return;
    }
    shown.add(file);
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      show(path.join(path.dirname(file), `${from}.d.ts`));
    }
  };
  show(main.replace(/\.js$/, '.d.ts'));
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts')).map((name) => path.join(folder, name))
    .filter((file) => !shown.has(file)).forEach((file) => rmSync(file));
}

if (require.main === module) {
  const main = path.join(__dirname, '..', 'lib', 'index.js');
  removeHiddenDeclarations(main);
  void bundleLibrary(main);
}
