import { readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..', '..');

export interface Member {
  readonly name: string;
  readonly required: boolean;
  /** As it is written, without the modules that types come from. */
  readonly type: string;
}

/** The members of an interface as the API reference lists them: those of its bases first, in the order in which they are named. */
export function membersOf(name: string, file: string): Member[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, 'src', file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const declaration = source.statements.find((one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name)!;
  const bases = declaration.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression.getText())) ?? [];
  return [
    ...bases.flatMap((base) => membersOf(base, fileOf(base, source, file))),
    ...declaration.members.map((member) => ({ name: member.name!.getText(), required: !member.questionToken, type: typeOf(member) })),
  ];
}

/** Where a name comes from. */
function fileOf(name: string, source: ts.SourceFile, file: string): string {
  const from = source.statements.find((one): one is ts.ImportDeclaration => ts.isImportDeclaration(one)
    && new RegExp(`\\b${name}\\b`).test(one.importClause?.getText() ?? ''));
  return from ? `${path.posix.join(path.posix.dirname(file), (from.moduleSpecifier as ts.StringLiteral).text)}.ts` : file;
}

function typeOf(member: ts.TypeElement): string {
  return (member as ts.PropertySignature).type!.getText().replace(/\b\w+\.(?=[A-Z])/g, '');
}
