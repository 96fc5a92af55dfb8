import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const PAGES = ['README.md', ...readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
const FIXTURE = readFileSync(path.join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');

function read(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

/** Each snippet as the file that jsii-rosetta would make of it, by the page and the number of the snippet on it. */
const SNIPPETS = Object.fromEntries(PAGES.flatMap((page) => [...read(page).matchAll(/^```ts\n(.*?)^```/gms)].map(([, code], index) =>
  [path.join(ROOT, 'test', `${page.replace(/\W/g, '-')}-${index + 1}.ts`), FIXTURE.replace('/// here', `{\n${code}}`)])));

test('every TypeScript snippet compiles', () => {
  const config = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(ROOT, 'tsconfig.dev.json'), ts.sys.readFile).config, ts.sys, ROOT);
  const options: ts.CompilerOptions = { ...config.options, noUnusedLocals: false, noUnusedParameters: false, isolatedModules: false };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  Object.assign(host, {
    fileExists: (file: string) => file in SNIPPETS || fileExists(file),
    readFile: (file: string) => SNIPPETS[file] ?? readFile(file),
    getSourceFile: (file: string, version: ts.ScriptTarget) => file in SNIPPETS
      ? ts.createSourceFile(file, SNIPPETS[file], version)
      : getSourceFile(file, version),
  });

  const program = ts.createProgram(Object.keys(SNIPPETS), options, host);
  const faults = Object.keys(SNIPPETS).flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ file, messageText }) => `${path.basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  expect(faults).toEqual([]);
  expect(Object.keys(SNIPPETS).length).toBeGreaterThan(5);
});

test.each(PAGES)('%s links to pages and headings that are there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link
    .replace(/^https:\/\/github\.com\/cdk-eks-alb-ingress\/cdk-eks-alb-ingress-support\/(blob|tree)\/main\//, '/'));
  const local = links.filter((link) => !/^https?:/.test(link));
  const broken = local.filter((link) => {
    const [file, anchor] = link.split('#');
    const target = file.startsWith('/') ? path.join(ROOT, file) : file === '' ? path.join(ROOT, page) : path.join(ROOT, path.dirname(page), file);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}
