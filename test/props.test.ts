import { readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const PAGE = readFileSync(path.join(ROOT, 'docs', 'props.md'), 'utf8');

/** The members of an interface as the API reference lists them: those of its bases first, in the order in which they are named. */
function membersOf(name: string, file: string): { readonly name: string; readonly required: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, 'src', file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const declaration = source.statements.find((one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name)!;
  const bases = declaration.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression.getText())) ?? [];
  return [
    ...bases.flatMap((base) => membersOf(base, fileOf(base, source, file))),
    ...declaration.members.map((member) => ({ name: member.name!.getText(), required: !member.questionToken })),
  ];
}

/** Where a name comes from. */
function fileOf(name: string, source: ts.SourceFile, file: string): string {
  const from = source.statements.find((one): one is ts.ImportDeclaration => ts.isImportDeclaration(one)
    && new RegExp(`\\b${name}\\b`).test(one.importClause?.getText() ?? ''));
  return from ? `${path.posix.join(path.posix.dirname(file), (from.moduleSpecifier as ts.StringLiteral).text)}.ts` : file;
}

const props = membersOf('EksAlbIngressSupportProps', 'settings/eks-alb-ingress-support-props.ts');

/** What stands in the first column of the tables below a heading, or of all of them. */
function listed(heading?: string): string[] {
  const text = heading === undefined ? PAGE : PAGE.split(/^## /m).find((section) => section.startsWith(heading))!;
  return [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
}

test('the page of all props has each of them, and each once', () => {
  expect(listed().sort()).toEqual(props.map(({ name }) => name).sort());
  expect(props.length).toBeGreaterThan(50);
});

test('required are those that the page says, and they come before all others', () => {
  const required = props.filter((prop) => prop.required).map(({ name }) => name);
  expect(required).toEqual(listed('Required'));
  expect(props.slice(0, required.length).map(({ name }) => name)).toEqual(required);
});
