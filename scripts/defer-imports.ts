import * as ts from 'typescript';

/** A constant that holds an imported module. */
interface Import {
  readonly name: string;
  readonly statement: ts.Statement;
  readonly specifier: string;
}

/** What the compiler adds for `import * as some`, to give modules of another kind a `default`: nobody asks for that here. */
const HELPERS = ['__createBinding', '__setModuleDefault', '__importStar'];

/**
 * Lets the modules that compiled TypeScript imports be loaded when something of them is first used: wherever the constant that holds
 * one is named, it is loaded. What `extends` or a static member needs is still loaded at once.
 *
 * @param load the expression that loads a module, by the name it is imported by
 */
export function deferImports(compiled: string, load: (specifier: string) => string): string {
  const source = ts.createSourceFile('compiled.js', compiled, ts.ScriptTarget.ES2022, true);
  const imports = new Map(source.statements.flatMap((statement) => importIn(statement) ?? []).map((one) => [one.name, one]));

  const gone = [...source.statements.filter(isHelper), ...[...imports.values()].map(({ statement }) => statement)];
  const edits = gone.map((statement) => ({ start: statement.getStart(), end: statement.getEnd(), text: '' }));
  const visit = (node: ts.Node): void => {
    const imported = ts.isIdentifier(node) ? imports.get(node.text) : undefined;
    if (imported && isReference(node as ts.Identifier)) {
      // In brackets: `new load().Thing()` would make a new `load`.
      edits.push({ start: node.getStart(), end: node.getEnd(), text: `(${load(imported.specifier)})` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((a, b) => b.start - a.start).reduce((text, { start, end, text: own }) => text.slice(0, start) + own + text.slice(end), compiled);
}

/** `const some_1 = require("some");`, also with the compiler's helper for `import * as some` around it. */
function importIn(statement: ts.Statement): Import | undefined {
  const declaration = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined;
  const [, specifier] = declaration?.initializer?.getText().match(/^(?:__importStar\()?require\("([^"]+)"\)\)?$/) ?? [];
  return declaration && specifier ? { name: declaration.name.getText(), statement, specifier } : undefined;
}

function isHelper(statement: ts.Statement): boolean {
  return ts.isVariableStatement(statement) && HELPERS.includes(statement.declarationList.declarations[0].name.getText());
}

/** Whether an identifier stands for the module, rather than names a member of something, a key or the constant itself. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
    return true;
  }
  const isName = (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)
    || ts.isPropertyDeclaration(parent) || ts.isGetAccessorDeclaration(parent) || ts.isVariableDeclaration(parent)) && parent.name === node
    && !(ts.isVariableDeclaration(parent) && parent.parent.parent.parent.kind !== ts.SyntaxKind.SourceFile);
  if (!isName) {
    throw new Error(`${node.text} is used otherwise than by its members: ${parent.getText().slice(0, 80)}`);
  }
  return false;
}
