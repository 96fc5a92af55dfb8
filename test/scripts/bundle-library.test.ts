import { execFileSync, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as ts from 'typescript';
import { bundleLibrary, removeHiddenDeclarations } from '../../scripts/bundle-library';
import { deferImports } from '../../scripts/defer-imports';

/** A library in small, with all ways in which ours imports. */
const SOURCES = {
  'index.ts': `
    export { Shop } from './shop';
    export { Version } from './version';
    export type { Options } from './options';`,
  'shop.ts': `
    import * as path from 'path';
    import { Base } from './base';
    import { unused } from './unused';
    import { Version } from './version';
    export class Shop extends Base {
      /** Says 'path.join' and base_1.Base. */
      public open(path_1: { join: string }) { return [path.join('a', 'b'), path_1.join, 'path.join', new Version('v2').name, Version.V1.name]; }
      public never() { return unused(); }
    }`,
  'base.ts': 'console.log("base"); export class Base {}',
  'options.ts': 'export interface Options {}',
  'unused.ts': 'console.log("unused"); export function unused() {}',
  'version.ts': 'console.log("version"); export class Version { public static readonly V1 = new Version("v1"); constructor(public readonly name: string) {} }',
};

let folder: string;
let main: string;
const run = (script: string) => execFileSync(process.execPath, ['-e', script, main], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n');

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
  main = path.join(folder, 'index.js');
  for (const [file, text] of Object.entries(SOURCES)) {
    const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
    fs.writeFileSync(path.join(folder, file.replace('.ts', '.js')), outputText);
  }
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Opens a shop, with what is loaded for that. */
const OPEN = 'const { Shop } = require(process.argv[1]); console.log(JSON.stringify(new Shop().open({ join: "c" })));';
const never = () => { /* All is for later. */ };

test('two files do what many did, and load nothing before it is used', async () => {
  const before = run(OPEN);
  await bundleLibrary(main, never);
  fs.readdirSync(folder).filter((file) => !['index.js', 'later.js'].includes(file)).forEach((file) => fs.rmSync(path.join(folder, file)));

  expect(before).toEqual(['base', 'unused', 'version', '["a/b","c","path.join","v2","v1"]']);
  expect(run(OPEN)).toEqual(['base', 'version', '["a/b","c","path.join","v2","v1"]']);
  expect(run('require(process.argv[1])')).toEqual(['']);
});

test('what is used at once needs no second file', async () => {
  await bundleLibrary(main, () => {
    jest.spyOn(console, 'log').mockReturnValue();
    const { Shop } = jest.requireActual(main);
    new Shop().open({ join: 'c' });
  });
  const later = path.join(folder, 'later.js');

  expect(fs.readFileSync(later, 'utf8')).toContain('unused()');
  expect(fs.readFileSync(main, 'utf8')).not.toContain('unused()');
  fs.rmSync(later);
  expect(run(OPEN)).toEqual(['base', 'version', '["a/b","c","path.join","v2","v1"]']);
  expect(() => run(`${OPEN} new Shop().never()`)).toThrow("Cannot find module './later'");
});

test('names of classes and functions stay, those within them do not', async () => {
  await bundleLibrary(main, never);

  expect(run('console.log(Object.values(require(process.argv[1])).map(({ name }) => name).join())').at(-1)).toBe('Shop,Version');
  const later = fs.readFileSync(path.join(folder, 'later.js'), 'utf8');
  expect(later).toMatch(/function unused\(\)/);
  expect(later).not.toContain('path_1');
});

test('what Node.js prints above the message of an error is short', async () => {
  const checks = Array.from({ length: 40 }, (_, index) => `if (value === ${index}) { throw new Error('must not be ${index}'); }`);
  fs.writeFileSync(path.join(folder, 'unused.js'), `exports.unused = function unused(value = 39) { ${checks.join('\n')} };`);
  await bundleLibrary(main, never);

  const { stderr } = spawnSync(process.execPath, ['-e', 'new (require(process.argv[1]).Shop)().never()', main], { encoding: 'utf8' });
  expect(stderr).toContain('Error: must not be 39');
  expect(stderr.split('Error: must not be 39')[0].length).toBeLessThan(400);
});

test('declarations stay where the public ones lead to them', () => {
  const declarations = {
    'index.d.ts': "export { Shop } from './room/shop';",
    'room/shop.d.ts': "import type { Options } from '../options'; export class Shop { constructor(options: Options, more: import('../more').More); }",
    'options.d.ts': 'export interface Options {}',
    'more.d.ts': 'export interface More {}',
    'room/hidden.d.ts': "import { Options } from '../options';",
  };
  fs.mkdirSync(path.join(folder, 'room'));
  Object.entries(declarations).forEach(([file, text]) => fs.writeFileSync(path.join(folder, file), text));

  removeHiddenDeclarations(main);

  expect(Object.keys(declarations).filter((file) => fs.existsSync(path.join(folder, file))))
    .toEqual(['index.d.ts', 'room/shop.d.ts', 'options.d.ts', 'more.d.ts']);
});

test('fails for a file that is bundled already', async () => {
  await bundleLibrary(main, never);

  await expect(bundleLibrary(main, never)).rejects.toThrow('is bundled already: compile it again first');
});

test.each(['const a = require("a");\nmodule.exports = a;', 'const a = require("a");\nf(a);', 'const a = require("a");\nf({ a });'])(
  'fails for a module that is used as a whole: %j', (text) => {
    expect(() => deferImports(text, String)).toThrow(/^a is used otherwise than by its members: /);
  });
