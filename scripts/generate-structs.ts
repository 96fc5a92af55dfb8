/**
 * Writes src/util/structs.generated.ts: the fields of all public structs, read from their interfaces.
 *
 * Usage: `ts-node scripts/generate-structs.ts [--check]`. With `--check` nothing is written, and an outdated file is an error.
 */
import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

/* eslint-disable no-bitwise -- the compiler's flags are bits */

const ROOT = path.join(__dirname, '..');
const FILE = path.join(ROOT, 'src', 'util', 'structs.generated.ts');

/** Structs of the CDK whose fields are checked as well. Later releases of the CDK may add fields. */
const CDK_STRUCTS = ['FixedResponseOptions', 'HealthCheck', 'RedirectOptions', 'SubnetSelection'];
const CDK_ENUMS = ['RemovalPolicy', 'SubnetType'];

type Fields = { [field: string]: string };

class StructReader {
  public readonly structs: { [struct: string]: Fields } = {};
  public readonly enums: { [name: string]: { [member: string]: string } } = {};
  public readonly classes: { [name: string]: string[] } = {};

  constructor(private readonly checker: ts.TypeChecker) {}

  public readExports(index: ts.SourceFile): void {
    for (const symbol of this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(index)!)) {
      const type = this.checker.getDeclaredTypeOfSymbol(this.resolve(symbol));
      if (this.isStruct(type)) this.readStruct(type);
      if (type.isClass()) this.readParameters(type);
    }
  }

  /** The CDK's structs that methods of our classes take. */
  private readParameters(type: ts.Type): void {
    const methods = (type.symbol.valueDeclaration as ts.ClassDeclaration).members.filter(ts.isMethodDeclaration);
    for (const parameter of methods.flatMap((method) => [...method.parameters])) {
      const given = this.checker.getNonNullableType(this.checker.getTypeAtLocation(parameter));
      if (given.symbol && CDK_STRUCTS.includes(given.symbol.name)) this.readStruct(given);
    }
  }

  private readStruct(type: ts.Type): void {
    const { name } = type.symbol;
    if (this.structs[name]) return;
    const fields: Fields = this.structs[name] = {};
    const bases = this.checker.getBaseTypes(type as ts.InterfaceType);
    if (bases.length > 0) fields['...'] = bases.map((base) => base.symbol.name).join(' ');
    bases.forEach((base) => this.readStruct(base));
    for (const member of type.symbol.declarations!.flatMap((declaration) => [...(declaration as ts.InterfaceDeclaration).members])) {
      if (!ts.isPropertySignature(member)) continue;
      fields[member.name.getText()] = `${member.questionToken ? '' : '!'}${this.nameOf(member.type!)}`;
    }
  }

  /** The type as the checks name it: `string`, `Duration`, `IngressRule[]`, `{string}` for a map of text. */
  private nameOf(node: ts.TypeNode): string {
    if (ts.isArrayTypeNode(node)) return `${this.nameOf(node.elementType)}[]`;
    if (ts.isTypeLiteralNode(node)) return this.nameOfMap((node.members[0] as ts.IndexSignatureDeclaration).type!);
    if (ts.isUnionTypeNode(node)) return this.nameOf(node.types[0]);
    switch (node.kind) {
      case ts.SyntaxKind.BooleanKeyword: return 'boolean';
      case ts.SyntaxKind.StringKeyword: return 'string';
      case ts.SyntaxKind.NumberKeyword: return 'number';
      case ts.SyntaxKind.AnyKeyword: return 'json';
      default: return this.nameOfReference(this.checker.getTypeAtLocation(node));
    }
  }

  private nameOfMap(item: ts.TypeNode): string {
    return item.kind === ts.SyntaxKind.AnyKeyword ? 'json' : `{${this.nameOf(item)}}`;
  }

  private nameOfReference(type: ts.Type): string {
    const symbol = type.symbol ?? type.aliasSymbol;
    const { name } = symbol;
    const isOurs = symbol.declarations![0].getSourceFile().fileName.startsWith(path.join(ROOT, 'src'));
    if (symbol.flags & ts.SymbolFlags.Enum && (isOurs || CDK_ENUMS.includes(name))) {
      this.readEnum(symbol);
    } else if (isOurs && type.isClass()) {
      this.readClass(type);
    } else if ((isOurs && this.isStruct(type)) || CDK_STRUCTS.includes(name)) {
      this.readStruct(type);
    }
    return name;
  }

  private readEnum(symbol: ts.Symbol): void {
    const { members } = symbol.valueDeclaration as ts.EnumDeclaration;
    this.enums[symbol.name] = Object.fromEntries(members.map((member) => [member.name.getText(), String(this.checker.getConstantValue(member))]));
  }

  /** A class, with its factories: what a message recommends. */
  private readClass(type: ts.InterfaceType): void {
    const { members } = type.symbol.valueDeclaration as ts.ClassDeclaration;
    this.classes[type.symbol.name] = members
      .filter((member) => ts.isMethodDeclaration(member) && ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static
        && !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) && !member.name.getText().startsWith('_'))
      .map((member) => member.name!.getText());
  }

  /** As jsii decides: an interface of read-only fields whose name does not start with `I`. */
  private isStruct(type: ts.Type): boolean {
    const { name } = (type as ts.Type).symbol ?? { name: '' };
    return type.isClassOrInterface() && !type.isClass() && !/^I[A-Z]/.test(name);
  }

  private resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** The text of the generated file. */
export function generateStructs(): string {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(ROOT, 'tsconfig.dev.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined })!;
  const index = path.join(ROOT, 'src', 'index.ts');
  const program = ts.createProgram([index], config.options);
  const reader = new StructReader(program.getTypeChecker());
  reader.readExports(program.getSourceFile(index)!);
  return [
    '// Written by "npx projen generate" from the interfaces. Do not edit.',
    '/* eslint-disable */',
    '',
    '/** The fields of each struct by type: "!T" is required, "{T}" a map, "..." names the structs it extends. */',
    table('STRUCTS', '{ readonly [field: string]: string }', reader.structs),
    '/** The members of each enum. */',
    table('ENUMS', '{ readonly [member: string]: string }', reader.enums),
    '/** The factories of each class. */',
    table('CLASSES', 'readonly string[]', reader.classes),
    '/** Structs of the CDK, to which a later release may add fields. */',
    `export const CDK_STRUCTS: readonly string[] = ${JSON.stringify(CDK_STRUCTS)};`,
    '',
  ].join('\n');
}

function table(name: string, row: string, rows: { [key: string]: object }): string {
  const lines = Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, fields]) => `  ${key}: ${JSON.stringify(fields)},`);
  return `export const ${name}: { readonly [name: string]: ${row} } = {\n${lines.join('\n')}\n};\n`;
}

if (require.main === module) {
  const text = generateStructs();
  if (!process.argv.includes('--check')) {
    fs.writeFileSync(FILE, text);
  } else if (fs.readFileSync(FILE, 'utf8') !== text) {
    throw new Error(`${path.relative(ROOT, FILE)} is outdated: run "npx projen generate"`);
  }
}
