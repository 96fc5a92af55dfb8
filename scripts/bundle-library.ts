/**
 * Makes two files of what jsii has compiled: `index.js` with what an app of two props uses, and `later.js` with the rest, which is read
 * when something of it is first asked for.
 *
 *   ts-node scripts/bundle-library.ts
 *
 * Node.js takes longer to find and read a hundred files than to run what an app needs of them. The declarations, and what jsii wrote
 * into the classes, stay as they are.
 */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import type * as terser from 'terser' with { 'resolution-mode': 'import' };
import { deferImports } from './defer-imports';

// It has a CommonJS form, of which its types say nothing.
const { minify }: typeof terser = createRequire(__filename)('terser');

/** What nobody refers to is left out by the minifier. */
const KEPT = 'module.exports=';

const BANNER = '// Made of the compiled files by scripts/bundle-library.ts';

/** A file of the library, or a package that it imports. */
interface Module {
  /** A function that sets what the module exports, or returns it. */
  readonly definition: string;
  readonly isOurs: boolean;
}

/**
 * Bundles a compiled entry point, and the file beside it that holds what is used later.
 *
 * @param use uses the library as most do: what it loads is what `index.js` holds
 */
export async function bundleLibrary(main: string, use: () => void): Promise<void> {
  if (readFileSync(main, 'utf8').startsWith(BANNER)) {
    throw new Error(`${main} is bundled already: compile it again first`);
  }
  const later = path.join(path.dirname(main), 'later.js');
  const modules = await modulesOf(main);
  write(main, later, modules, new Set());
  const used = record(later, use);
  write(main, later, modules, used);
}

/** All that an entry point leads to, minified, with their places as their numbers; names of classes and functions stay, for stack traces. */
async function modulesOf(main: string): Promise<Module[]> {
  const ids = new Map([[main, 0]]);
  const idOf = (name: string) => {
    ids.set(name, ids.get(name) ?? ids.size);
    return ids.get(name)!;
  };
  const modules: Module[] = [];
  // Grows while it is gone through: by what a file imports.
  for (const name of ids.keys()) {
    const isOurs = path.isAbsolute(name);
    const body = isOurs
      ? deferImports(readFileSync(name, 'utf8'), (specifier) => `load(${idOf(nameOf(specifier, name))})`)
      : `return require(${JSON.stringify(name)})`;
    const { code } = await minify(`${KEPT}function (exports, load) {${body}\n}`, {
      keep_classnames: true,
      keep_fnames: true,
      // Node.js prints the line that an error comes from above its message.
      format: { max_line_len: 120 },
    });
    modules.push({ definition: code!.slice(KEPT.length).replace(/;$/, ''), isOurs });
  }
  return modules;
}

function write(main: string, later: string, modules: Module[], used: Set<number>): void {
  const entries = modules.map(({ definition, isOurs }, id) => ({ id, definition, isFirst: used.has(id) || !isOurs }));
  // Brackets around a function tell V8 that it is called soon: else it would read the text now, and once more then.
  const first = entries.filter(({ isFirst }) => isFirst).map(({ id, definition }) => `${id}:(${definition})`);
  const rest = entries.filter(({ isFirst }) => !isFirst).map(({ id, definition }) => `${id}:${definition}`);
  writeFileSync(main, `${BANNER}
'use strict';
const modules = {
${first.join(',\n')}
};
const loaded = {};
function load(id) {
  return loaded[id] ??= start(id);
}
function start(id) {
  const exports = {};
  return (modules[id] ?? require('./later')[id])(exports, load) ?? exports;
}
module.exports = load(0);
`);
  writeFileSync(later, `${BANNER}\n'use strict';\nmodule.exports = {\n${rest.join(',\n')}\n};\n`);
}

/** The numbers of the modules that are loaded while the library is used, all of which are in the later file yet. */
function record(later: string, use: () => void): Set<number> {
  const used = new Set<number>();
  const definitions: Record<string, (...args: unknown[]) => unknown> = createRequire(__filename)(later);
  for (const [id, define] of Object.entries(definitions)) {
    definitions[id] = (...args) => {
      used.add(Number(id));
      return define(...args);
    };
  }
  use();
  return used;
}

/** What an import means: a file by its path, a package by its name. */
function nameOf(specifier: string, from: string): string {
  return specifier.startsWith('.') ? path.join(path.dirname(from), `${specifier}.js`) : specifier;
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
  void bundleLibrary(main, () => {
    const { measure } = createRequire(__filename)('../bench/app');
    ['aws-eks', 'aws-eks-v2'].forEach((eksModule) => measure(eksModule, 'support', 1));
  });
}
