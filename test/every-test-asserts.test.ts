import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ASSERTION = /\bexpect|\bassert\b|\.has[A-Z]\w*\(|CountIs\(/;
/** What a test is declared by: `test`, `test.each(…)`, `(condition ? test : test.skip)`. */
const TEST = /^(\([^)]*\? )?test(\.each|[ ]|$)/;

const sources = fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ts.createSourceFile(file, fs.readFileSync(path.join(__dirname, file), 'utf8'), ts.ScriptTarget.Latest, true));

/** Names of functions that assert, such as `soundGraph()`, by the file that declares them. */
const helpers = new Map(sources.map((source) => [source, new Set<string>()]));
sources.forEach((source) => forEachNode(source, (node) => {
  const isFunction = ts.isFunctionDeclaration(node) || (ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer));
  if (isFunction && node.name && ASSERTION.test(node.getText())) {
    helpers.get(source)!.add(node.name.getText());
  }
}));
const shared = sources.filter(({ fileName }) => !fileName.endsWith('.test.ts')).flatMap((source) => [...helpers.get(source)!]);

function forEachNode(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => forEachNode(child, visit));
}

function asserts(source: ts.SourceFile, text: string): boolean {
  const called = [...text.matchAll(/\b(\w+)\(/g)].map(([, name]) => name);
  return ASSERTION.test(text) || called.some((name) => helpers.get(source)!.has(name) || shared.includes(name));
}

test('every test asserts something: one that must not throw says so by expect().not.toThrow()', () => {
  let tests = 0;
  const without: string[] = [];
  for (const source of sources.filter(({ fileName }) => fileName.endsWith('.test.ts'))) {
    forEachNode(source, (node) => {
      if (!ts.isCallExpression(node) || !TEST.test(node.expression.getText())) return;
      const callback = node.arguments.find((argument) => ts.isArrowFunction(argument));
      if (!callback) return;
      tests++;
      if (!asserts(source, callback.getText())) {
        without.push(`${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
      }
    });
  }
  expect(tests).toBeGreaterThan(500);
  expect(without).toEqual([]);
});
