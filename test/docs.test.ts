import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const PAGES = ['README.md', ...readdirSync(path.join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];

function read(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

/** Each snippet as the file that jsii-rosetta would make of it, by the page and the number of the snippet on it. */
const SNIPPETS = Object.fromEntries(PAGES.flatMap((page) =>
  [...read(page).matchAll(/^```ts(?: fixture=(\w+))?\n(.*?)^```/gms)].map(([, fixture, code], index) =>
    [path.join(ROOT, 'test', `${page.replace(/\W/g, '-')}-${index + 1}.ts`), fileOf(code, fixture)])));

/** Imports and declarations of a snippet replace those of the fixture. */
function fileOf(code: string, fixture = 'default'): string {
  const own = code.match(/^(import|declare) .*$/gm) ?? [];
  const names = own.flatMap((line) => line.match(/^declare const (\w+)|^import \* as (\w+)|^import \{(.*)\}/)?.slice(1) ?? [])
    .flatMap((list) => list?.split(',').map((name) => name.trim()) ?? []);
  return [...own, withoutNames(read(`rosetta/${fixture}.ts-fixture`), names).replace('/// here', () => `{\n${code.replace(/^(import|declare) .*$/gm, '')}}`)].join('\n');
}

function withoutNames(fixture: string, names: string[]): string {
  const isOther = (name: string) => !names.includes(name.trim());
  return fixture
    .replace(/^import \* as (\w+) .*$/gm, (line, name: string) => isOther(name) ? line : '')
    .replace(/^declare const (\w+):.*$/gm, (line, name: string) => isOther(name) ? line : '')
    .replace(/^import \{([^}]*)\}/gm, (_, list: string) => `import {${list.split(',').filter(isOther).join(',')}}`);
}

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

describe('what the README says of the packages', () => {
  const { name, jsii: { targets } } = JSON.parse(read('package.json'));
  const { java: { maven: { groupId, artifactId }, package: javaPackage }, python, dotnet, go } = targets;
  const goModule = `${go.moduleName}/${go.packageName}`;

  /** What is folded away under the name of a language. */
  const fold = (language: string) => new RegExp(`<summary>${language}</summary>(.*?)</details>`, 's').exec(read('README.md'))![1];

  test.each<[language: string, install: string, use: string, example: string, dependencies: string, dependency: string]>([
    ['TypeScript', `npm install ${name}`, '', 'typescript/app.ts', 'typescript/package.json', `"${name}"`],
    ['Python', `pip install ${python.distName}`, `from ${python.module} import `, 'python/app.py', 'python/requirements.txt', `\n${python.distName}\n`],
    ['Java', `<groupId>${groupId}</groupId>\n  <artifactId>${artifactId}</artifactId>`, `import ${javaPackage}.EksAlbIngressSupport;`,
      'java/src/main/java/com/example/game2048/Game2048App.java', 'java/pom.xml', `<artifactId>${artifactId}</artifactId>`],
    ['C#', `dotnet add package ${dotnet.packageId}`, `using ${dotnet.namespace};`, 'csharp/src/Game2048/Program.cs', 'csharp/src/Game2048/Game2048.csproj', `"${dotnet.packageId}"`],
    ['Go', `go get ${goModule}`, `"${goModule}"`, 'go/main.go', 'go/go.mod', `\t${goModule} `],
  ])('%s: as package.json and the example have it', (language, install, use, example, dependencies, dependency) => {
    expect(fold(language)).toContain(install);
    expect(fold(language)).toContain(use);
    expect(read(`examples/${example}`)).toContain(use);
    expect(read(`examples/${dependencies}`)).toContain(dependency);
  });

  test('the first use has the names of the example', () => {
    const used = (language: string, code: RegExp) => code.exec(fold(language))?.[0];
    expect(used('Python', /EksAlbIngressSupport\(/)).toBeDefined();
    expect(read('examples/python/app.py')).toContain('EksAlbIngressSupport(\n');
    expect(used('Java', /EksAlbIngressSupport\.Builder\.create\(/)).toBeDefined();
    expect(read('examples/java/src/main/java/com/example/game2048/Game2048App.java')).toContain('EksAlbIngressSupport.Builder.create(');
    expect(used('C#', /new EksAlbIngressSupport\(this, "AlbIngress", new EksAlbIngressSupportProps/)).toBeDefined();
    expect(read('examples/csharp/src/Game2048/Program.cs')).toContain('new EksAlbIngressSupport(stack, "AlbIngress", new EksAlbIngressSupportProps');
    expect(used('Go', /albingress\.NewEksAlbIngressSupport\(stack, jsii\.String\("AlbIngress"\), &albingress\.EksAlbIngressSupportProps/)).toBeDefined();
    expect(read('examples/go/main.go')).toContain('albingress.NewEksAlbIngressSupport(stack, jsii.String("AlbIngress"), &albingress.EksAlbIngressSupportProps');
  });
});

test('SECURITY.md has the lowest versions that package.json has', () => {
  const { peerDependencies, engines } = JSON.parse(read('package.json'));
  expect(read('SECURITY.md')).toContain(`| \`aws-cdk-lib\` | ${peerDependencies['aws-cdk-lib'].slice(1)}, `);
  expect(read('SECURITY.md')).toContain(`| Node.js | ${engines.node.replace('>= ', '')} |`);
});

// The compiler ends a summary at a semicolon, and puts the rest where tables and tooltips do not show it.
test('every summary of the API reference is a whole sentence', () => {
  expect([...read('API.md').matchAll(/^\| .* \| (.*;) \|$/gm)].map(([, summary]) => summary)).toEqual([]);
});
