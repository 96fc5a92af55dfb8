/**
 * Removes from the compiled library what no app needs: declarations that `exports` of package.json hides, the comments of the JavaScript, which
 * stand in the declarations too, and half a hundred kilobytes of spaces.
 *
 *   ts-node scripts/trim-library.ts
 */
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

/** Removes hidden declarations below the folder of an entry point, such as `lib/index.d.ts`. */
export function removeHiddenDeclarations(entryPoint: string): void {
  const folder = path.dirname(entryPoint);
  const visible = new Set<string>();
  const visit = (file: string): void => {
    if (visible.has(file) || !existsSync(file)) {
      return;
    }
    visible.add(file);
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      visit(path.join(path.dirname(file), `${from}.d.ts`));
    }
  };
  visit(entryPoint);
  filesOf(folder, '.d.ts').filter((file) => !visible.has(file)).forEach((file) => rmSync(file));
}

/** Removes the comments of all JavaScript below a folder, and indents by tabs. The code stays as it is, line by line. */
export function trimCode(folder: string): void {
  const compilerOptions = { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  for (const file of filesOf(folder, '.js')) {
    writeFileSync(file, indentByTabs(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file }).outputText));
  }
}

/** Four spaces each become a tab, but for those that are part of a text. */
function indentByTabs(code: string): string {
  const texts: ts.Node[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isTemplateLiteral(node)) texts.push(node);
    ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile('index.js', code, ts.ScriptTarget.ESNext));
  return code.replace(/^( {4})+/gm, (spaces, _, at: number) =>
    texts.some(({ pos, end }) => pos < at && at < end) ? spaces : '\t'.repeat(spaces.length / 4));
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending)).map((name) => path.join(folder, name));
}

if (require.main === module) {
  const lib = path.join(__dirname, '..', 'lib');
  removeHiddenDeclarations(path.join(lib, 'index.d.ts'));
  trimCode(lib);
}
