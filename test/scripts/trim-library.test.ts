import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { removeHiddenDeclarations, trimCode } from '../../scripts/trim-library';

test('declarations stay where the public ones lead to them', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'declarations-'));
  const files = {
    'index.d.ts': "export { Shop } from './module/shop';",
    'module/shop.d.ts': "import type { Options } from '../options'; export class Shop { constructor(options: Options, more: import('../more').More); }",
    'module/shop.js': '',
    'options.d.ts': 'export interface Options {}',
    'more.d.ts': 'export interface More {}',
    'module/hidden.d.ts': "import { Options } from '../options';",
    'module/hidden.js': '',
  };
  fs.mkdirSync(path.join(folder, 'module'));
  Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(folder, file), text));

  removeHiddenDeclarations(path.join(folder, 'index.d.ts'));

  expect(Object.keys(files).filter((file) => !fs.existsSync(path.join(folder, file)))).toEqual(['module/hidden.d.ts']);
  fs.rmSync(folder, { recursive: true });
});

test('comments and spaces go, and the code stays as it is', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comments-'));
  const code = [
    '"use strict";', 'class Shop {', '    name;', '    letter() {', '        return `Dear ${this.name},', '    in four spaces', '`;', '    }', '}', 'exports.Shop = Shop;', '',
  ].join('\n');
  fs.writeFileSync(path.join(folder, 'shop.js'), code.replace('class', '/** A shop. */\nclass').replace('    name;', '    name; // of the shop'));

  trimCode(folder);

  expect(fs.readFileSync(path.join(folder, 'shop.js'), 'utf8'))
    .toBe(code.replace('    name', '\tname').replace('    letter', '\tletter').replace('        return', '\t\treturn').replace('    }', '\t}'));
  fs.rmSync(folder, { recursive: true });
});
