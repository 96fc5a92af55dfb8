import * as fs from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { ROOT } from '../../scripts/packages';

/** The languages whose translations are compiled. Those into Go never compile: the README has a Go version that is written by hand. */
export type Translated = 'python' | 'java' | 'csharp';

/** A snippet of the README or of a docstring, with its translations. */
export interface Snippet {
  /** Name of its class or file, such as `Snippet3`. */
  readonly name: string;

  /** Where it stands, for readers of a compiler's error. */
  readonly at: string;

  /** The whole program that jsii-rosetta compiled. */
  readonly program: string;

  readonly translations: Readonly<Record<Translated, string>>;
}

/** The name of the README's quick start among the snippets: the one that shows its imports. */
export const QUICK_START = 'QuickStart';

/** What jsii-rosetta wrote, of which this is read. */
interface Tablet {
  readonly snippets: Record<string, {
    readonly location: { readonly api: { readonly fqn?: string; readonly memberName?: string }; readonly field: { readonly line?: number } };
    readonly fullSource: string;
    readonly translations: Record<string, { readonly source: string }>;
  }>;
}

export function readSnippets(tablet = path.join(ROOT, '.jsii.tabl.json.gz')): Snippet[] {
  const { snippets }: Tablet = JSON.parse(gunzipSync(fs.readFileSync(tablet)).toString());
  const found = Object.values(snippets).map(({ location: { api, field }, fullSource, translations }, index) => {
    const { python, java, csharp } = translations;
    if (!python || !java || !csharp) {
      throw new Error(`a snippet has no translations:\n${fullSource}`);
    }
    return {
      name: /^import /m.test(translations.$.source) ? QUICK_START : `Snippet${index}`,
      at: api.fqn ? [api.fqn, api.memberName].filter(Boolean).join('.') : `README.md, line ${field.line}`,
      program: fullSource,
      translations: { python: python.source, java: java.source, csharp: csharp.source },
    };
  });
  const starts = found.filter(({ name }) => name === QUICK_START);
  if (starts.length !== 1) {
    throw new Error(`one snippet, the quick start, must show its imports; these do: ${starts.map(({ at }) => at).join(', ') || 'none'}`);
  }
  return found;
}

const EXTENSIONS = { python: 'py', java: 'java', csharp: 'cs' };
const IMPORTS = { python: /$^/gm, java: /^import .*;$/gm, csharp: /^using [\w.]+;$/gm };

/** Writes a file for each snippet's translation, in the class that declares what snippets assume. */
export function writeTranslations(language: Translated, folder: string, snippets = readSnippets()): void {
  const fixture = fs.readFileSync(path.join(ROOT, 'examples', 'verify', 'snippets', `${language}.txt`), 'utf8');
  fs.mkdirSync(folder, { recursive: true });
  for (const { name, at, translations } of snippets) {
    fs.writeFileSync(path.join(folder, `${name}.${EXTENSIONS[language]}`), programOf(fixture, name, at, translations[language], IMPORTS[language]));
  }
}

/** A program of a fixture and a snippet; imports come first where the language wants that. */
function programOf(fixture: string, name: string, at: string, code: string, imports: RegExp): string {
  const [, indent, mark] = fixture.match(/^( *)((?:#|\/\/) here)$/m)!;
  const body = code.replace(imports, '').trim().split('\n').map((line) => line && `${indent}${line}`).join('\n');
  return fixture
    .replace(`${indent}${mark}`, () => `${indent}${mark.split(' ')[0]} ${at}\n${body}`)
    .replace('// imports', () => [...code.matchAll(imports)].map(([line]) => line).join('\n'))
    .replace(/\bFixture\b/g, name);
}

/** The quick start as a TypeScript app, to compare the others with. */
export function quickStartApp(snippets = readSnippets()): string {
  const { program } = snippets.find(({ name }) => name === QUICK_START)!;
  return `${program}\nconst app = new (require('aws-cdk-lib').App)();\nnew Fixture(app, '${QUICK_START}');\napp.synth();\n`;
}
