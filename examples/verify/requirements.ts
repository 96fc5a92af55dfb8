import * as assert from 'assert';
import * as fs from 'fs';
import * as path from 'path';
import { DIST, PACKAGE, ROOT } from '../../scripts/packages';

/** How the packages of each language are called. */
const PEERS: { [npmName: string]: { python: string; java: string; dotnet: string; go: string } } = {
  'aws-cdk-lib': { python: 'aws-cdk-lib', java: 'aws-cdk-lib', dotnet: 'Amazon.CDK.Lib', go: 'github.com/aws/aws-cdk-go/awscdk/v2' },
  'constructs': { python: 'constructs', java: 'constructs', dotnet: 'Constructs', go: 'github.com/aws/constructs-go/constructs/v10' },
};

/**
 * Checks that the package of every language asks for the peers from the same version on as the one for npm, and names no newer one.
 */
export function checkRequirements(): void {
  assert.deepStrictEqual(Object.keys(PEERS).sort(), Object.keys(PACKAGE.peerDependencies).sort(), 'the peers of package.json');
  const { packageId } = PACKAGE.jsii.targets.dotnet;
  const { packageName } = PACKAGE.jsii.targets.go;
  const files = {
    python: read('python', 'setup.py'),
    java: read('java', 'pom.xml').replace(/\s+/g, ''),
    dotnet: read('dotnet', packageId, `${packageId}.csproj`),
    go: read('go', packageName, 'go.mod'),
  };
  for (const [peer, range] of Object.entries(PACKAGE.peerDependencies)) {
    assert.match(range, /^\^\d+\.\d+\.\d+$/, peer);
    const lowest = range.slice(1);
    const next = `${Number(lowest.split('.')[0]) + 1}.0.0`;
    const { python, java, dotnet, go } = PEERS[peer];
    const expected = {
      python: `"${python}>=${lowest}, <${next}"`,
      java: `<artifactId>${java}</artifactId><version>[${lowest},${next})</version>`,
      dotnet: `<PackageReference Include="${dotnet}" Version="[${lowest},${next})" />`,
      go: `\t${go} v${lowest}\n`,
    };
    for (const [language, line] of Object.entries(expected) as [keyof typeof expected, string][]) {
      assert.ok(files[language].includes(line), `the package for ${language} lacks ${line}\nin\n${files[language]}`);
    }
  }
}

/** Checks what the page of each package shows, on npm, PyPI, Maven Central and NuGet. */
export function checkMetadata(): void {
  const { homepage, description, keywords, repository } = PACKAGE;
  const { packageId, iconUrl } = PACKAGE.jsii.targets.dotnet;
  assert.match(homepage, /^https:\/\/github\.com\/[\w-]+\/[\w-]+#readme$/, 'homepage of package.json');
  assert.strictEqual(`${homepage.replace('#readme', '')}.git`, repository.url, 'repository of package.json');
  assert.ok(fs.existsSync(path.join(ROOT, iconUrl.replace(/^.*\/main\//, ''))), `${iconUrl} is not in this repository`);
  const expected: [file: string[], lines: string[]][] = [
    [['python', 'setup.py'], [
      `"url": "${homepage}"`, `"description": "${description}"`, '"license": "Apache-2.0"',
      '"Framework :: AWS CDK"', '"Framework :: AWS CDK :: 2"', '"Intended Audience :: Developers"', '"License :: OSI Approved"', '"Typing :: Typed"',
    ]],
    [['java', 'pom.xml'], [`<url>${homepage}</url>`, `<description>${description}</description>`, '<name>Apache License 2.0</name>']],
    [['dotnet', packageId, `${packageId}.csproj`], [
      `<ProjectUrl>${homepage}</ProjectUrl>`, `<PackageIconUrl>${iconUrl}</PackageIconUrl>`, `<PackageTags>${keywords.join(';')}</PackageTags>`,
      '<PackageLicenseExpression>Apache-2.0</PackageLicenseExpression>',
    ]],
  ];
  for (const [file, lines] of expected) {
    const text = read(...file);
    for (const line of lines) {
      assert.ok(text.includes(line), `${file.join('/')} lacks ${line}\nin\n${text.slice(0, 3000)}`);
    }
  }
}

/** Checks that readers of each package see its README's snippets in their language, not in TypeScript. */
export function checkTranslations(): void {
  const { packageName } = PACKAGE.jsii.targets.go;
  const expected: [file: string, line: string][] = [
    [read('python', 'README.md'), '```python\nEksAlbIngressSupport(self, "AlbIngress", cluster=cluster, vpc=vpc)\n'],
    [read('go', packageName, 'README.md'), `\`\`\`go\n${packageName}.NewEksAlbIngressSupport(this, jsii.String("AlbIngress"), `],
  ];
  for (const [readme, line] of expected) {
    assert.ok(readme.includes(line), `expected ${line}\nin\n${readme.slice(0, 600)}`);
    assert.doesNotMatch(readme, /^const |new EksAlbIngressSupport\(this, '/m);
  }
}

function read(...file: string[]): string {
  return fs.readFileSync(path.join(DIST, ...file), 'utf8');
}
