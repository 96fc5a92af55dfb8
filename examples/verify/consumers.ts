/**
 * Runs one small app in every way that JavaScript and TypeScript apps are run, from the packed library as users install it.
 *
 *   ts-node examples/verify/consumers.ts
 *
 * The app imports by name from ES modules, and one of its stacks has an imported VPC, for which the package brings the program of a Lambda
 * function.
 */
import * as assert from 'assert';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { followReadme } from './fresh-app';
import { TARBALL } from './languages';
import { Report } from './report';
import { pack, ROOT } from '../../scripts/packages';
import { attempt, run } from '../../scripts/shell';

/** The oldest TypeScript that reads the declarations of aws-cdk-lib. */
const OLDEST_TYPESCRIPT = '4.5';

const DEPENDENCIES = ['aws-cdk-lib@2.276.0', 'constructs@10', '@aws-cdk/lambda-layer-kubectl-v35@2'];
const TOOLS = [
  'typescript@7', 'typescript-6@npm:typescript@6', `typescript-oldest@npm:typescript@${OLDEST_TYPESCRIPT}`, 'ts-node@10', 'tsx@4', 'pnpm@10',
];

const report = new Report();

async function main(): Promise<void> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'consumers-'));
  try {
    const app = await report.check('npm: installs the packed library', () => install(path.join(work, 'npm')));
    if (app) {
      await runApps(app, work);
      await checkTypes(app);
      await report.check('files that the package does not export cannot be imported', () => rejectDeepImports(app));
      await report.check('pnpm: installs, and synthesizes', () => runWithPnpm(app, path.join(work, 'pnpm')));
      await report.check('cdk init, then the steps of the README: synthesizes, and its unit test passes', () => followReadme(TARBALL, work));
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  report.finish();
}

/** A folder with the app's source in all its forms, and what it needs. */
async function install(folder: string): Promise<string> {
  const tarball = fs.existsSync(TARBALL) ? TARBALL : await pack(path.dirname(TARBALL));
  write(folder, 'package.json', JSON.stringify({ private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...DEPENDENCIES, ...TOOLS], { cwd: folder });
  const source = fs.readFileSync(path.join(ROOT, 'examples', 'verify', 'consumers', 'app.ts'), 'utf8');
  write(folder, 'app.ts', source);
  // It has no types, so that it is JavaScript too.
  write(folder, 'app.mjs', source);
  write(folder, 'ts-node.json', JSON.stringify({ compilerOptions: { module: 'node16', moduleResolution: 'node16', target: 'es2022' } }));
  write(folder, 'esm/package.json', JSON.stringify({ private: true, type: 'module' }));
  write(folder, 'esm/app.ts', source);
  return folder;
}

async function runApps(cwd: string, work: string): Promise<void> {
  const bin = (name: string) => path.join(cwd, 'node_modules', '.bin', name);
  const apps: [title: string, program: string, args: string[], lack?: string][] = [
    // It does not know TypeScript 7.
    ['CommonJS (ts-node)', bin('ts-node'), ['--compiler', 'typescript-6', '--transpile-only', '--project', 'ts-node.json', 'app.ts']],
    ['ES module (.mjs)', process.execPath, ['app.mjs']],
    ['TypeScript as CommonJS (tsx)', bin('tsx'), ['app.ts']],
    ['TypeScript as ES module (tsx)', bin('tsx'), ['esm/app.ts']],
    ["TypeScript as ES module (Node.js's own)", process.execPath, ['esm/app.ts'],
      'typescript' in process.features && process.features.typescript ? undefined : `Node.js ${process.version} does not run TypeScript`],
  ];
  for (const [title, program, args, lack] of apps) {
    if (lack) {
      report.skip(title, lack);
    } else {
      await report.check(`${title}: synthesizes`, () => synthesize(program, args, cwd, fs.mkdtempSync(path.join(work, 'out-'))));
    }
  }
}

async function checkTypes(cwd: string): Promise<void> {
  const compilers: [title: string, typescript: string, options: object][] = [
    ['TypeScript 7', 'typescript', { module: 'nodenext' }],
    ['TypeScript 6', 'typescript-6', { module: 'node16' }],
    [`TypeScript ${OLDEST_TYPESCRIPT}`, 'typescript-oldest', { module: 'commonjs', moduleResolution: 'node' }],
  ];
  for (const [title, typescript, options] of compilers) {
    await report.check(`${title}: checks the types of the app`, async () => {
      write(cwd, `${typescript}.json`, JSON.stringify({
        compilerOptions: { ...options, target: 'es2020', strict: true, noEmit: true, types: [], skipLibCheck: true },
        files: ['app.ts', 'esm/app.ts'].slice(0, typescript === 'typescript-oldest' ? 1 : 2),
      }));
      await run(process.execPath, [path.join(cwd, 'node_modules', typescript, 'bin', 'tsc'), '--project', `${typescript}.json`], { cwd });
    });
  }
}

async function rejectDeepImports(cwd: string): Promise<void> {
  write(cwd, 'deep.mjs', "import 'cdk-eks-alb-ingress-support/lib/eks-alb-ingress-support.js';\n");
  const { ok, output } = await attempt(process.execPath, ['deep.mjs'], { cwd });
  assert.ok(!ok && output.includes('ERR_PACKAGE_PATH_NOT_EXPORTED'), output);
}

/** Each package sees its own dependencies alone there. */
async function runWithPnpm(app: string, folder: string): Promise<void> {
  write(folder, 'package.json', JSON.stringify({ private: true }));
  fs.copyFileSync(path.join(app, 'app.mjs'), path.join(folder, 'app.mjs'));
  const pnpm = path.join(app, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
  await run(process.execPath, [pnpm, 'add', '--silent', '--ignore-scripts', TARBALL, ...DEPENDENCIES], { cwd: folder });
  await synthesize(process.execPath, ['app.mjs'], folder, path.join(folder, 'out'));
}

/** Runs the app, which must define what the library makes in both stacks. */
async function synthesize(program: string, args: string[], cwd: string, outdir: string): Promise<void> {
  // What the CDK validates is the same in each way; it takes two seconds.
  await run(program, args, { cwd, env: { CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' } });
  for (const stack of ['OwnVpc', 'ImportedVpc']) {
    const { Resources } = JSON.parse(fs.readFileSync(path.join(outdir, `${stack}.template.json`), 'utf8'));
    const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
    assert.ok(types.includes('Custom::AWSCDK-EKS-HelmChart'), `${stack} has no Helm chart`);
    assert.strictEqual(types.includes('Custom::EksAlbIngressNetworkTags'), stack === 'ImportedVpc', `a custom resource for the tags in ${stack}`);
  }
  const assets = fs.readdirSync(outdir).filter((name) => fs.existsSync(path.join(outdir, name, 'index.js')));
  assert.ok(assets.length > 0, 'no program of a Lambda function came out of the package');
}

function write(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
}

void main();
