import * as fs from 'fs';
import * as path from 'path';
import { DIST, KUBECTL_LAYER_DIST, PACKAGE, ROOT, Stage } from '../../scripts/packages';
import { attempt, Outcome, run } from '../../scripts/shell';

/** The package for npm; examples/typescript names it. */
export const TARBALL = path.join(DIST, 'examples', `${PACKAGE.name}.tgz`);

/** The newest aws-cdk-lib that npm, PyPI, Maven Central and the Go module proxy all have; the examples of other languages pin it. */
const CDK_VERSION = '2.263.0';

/** Runs an app, with what the CDK's CLI would give it. */
export type RunApp = (env: Record<string, string>) => Promise<Outcome>;

export interface BuiltExample {
  readonly run: RunApp;

  /** Tests of the example's own. */
  readonly test?: () => Promise<unknown>;
}

/** How the example of a language is built from the package of that language. */
export interface Language {
  /** Name of its folder in examples/. */
  readonly name: string;

  /** Programs without which it is skipped. */
  readonly programs: string[];

  build(stage: Stage, work: string): Promise<BuiltExample>;
}

export const TYPESCRIPT: Language = {
  name: 'typescript',
  programs: ['node', 'npm'],
  async build(_stage, work) {
    // A copy, where the dependencies of this repository are out of reach.
    const cwd = copyOf('typescript', work);
    await run('npm', ['install', '--no-audit', '--no-fund', '--save-exact', TARBALL, `aws-cdk-lib@${CDK_VERSION}`], { cwd });
    return { run: (env) => attempt('npx', ['--no-install', 'ts-node', '--prefer-ts-exts', 'app.ts'], { cwd, env }) };
  },
};

const PYTHON: Language = {
  name: 'python',
  programs: ['python3'],
  async build(stage, work) {
    await stage.buildPackage('python');
    const cwd = copyOf('python', work);
    const python = path.join(cwd, '.venv', 'bin', 'python');
    await run('python3', ['-m', 'venv', '.venv'], { cwd });
    await run(python, ['-m', 'pip', 'install', '--quiet', theOnly('.whl', path.join(DIST, 'python')), '--requirement', 'requirements.txt'], { cwd });
    return {
      run: (env) => attempt(python, ['app.py'], { cwd, env }),
      test: () => run(python, ['-m', 'unittest', '--verbose'], { cwd }),
    };
  },
};

const JAVA: Language = {
  name: 'java',
  programs: ['mvn', 'javac'],
  async build(_stage, work) {
    for (const dist of [KUBECTL_LAYER_DIST, DIST]) {
      const install = ['install', '-Dmaven.javadoc.skip=true', '-Dmaven.source.skip=true'];
      await run('mvn', ['--quiet', '--batch-mode', ...install], { cwd: path.join(dist, 'java') });
    }
    const cwd = copyOf('java', work);
    const mvn = ['--quiet', '--batch-mode', `-Dsupport.version=${PACKAGE.version}`];
    // Gets the plugin that runs it too, so that Maven need not look for newer versions of everything each time.
    await run('mvn', [...mvn, 'compile', 'exec:java', '-Dexec.skip=true'], { cwd });
    return { run: (env) => attempt('mvn', [...mvn, '--offline', 'exec:java'], { cwd, env }) };
  },
};

const GO: Language = {
  name: 'go',
  programs: ['go'],
  async build(_stage, work) {
    // Not a copy: its go.mod finds the modules in dist/ by relative paths.
    const cwd = path.join(ROOT, 'examples', 'go');
    const app = path.join(work, 'game-2048');
    await run('go', ['vet', '.'], { cwd });
    await run('go', ['build', '-o', app, '.'], { cwd });
    return { run: (env) => attempt(app, [], { cwd, env }) };
  },
};

const CSHARP: Language = {
  name: 'csharp',
  programs: ['dotnet'],
  async build(stage, work) {
    await stage.buildPackage('dotnet');
    const cwd = copyOf('csharp', work);
    // NuGet's cache never looks again for a version that it has: a cache of its own.
    const restore = {
      NUGET_PACKAGES: path.join(work, 'nuget'),
      RestoreAdditionalProjectSources: path.join(DIST, 'dotnet'),
      SupportVersion: PACKAGE.version,
    };
    await run('dotnet', ['build', '--nologo'], { cwd, env: restore });
    return { run: (env) => attempt('dotnet', ['run', '--no-build'], { cwd, env: { ...restore, ...env } }) };
  },
};

/** All but TypeScript, the slow ones first. */
export const OTHERS = [GO, JAVA, PYTHON, CSHARP];

function copyOf(language: string, work: string): string {
  const copy = path.join(work, language);
  fs.cpSync(path.join(ROOT, 'examples', language), copy, {
    recursive: true,
    filter: (file) => !['node_modules', 'cdk.out', 'target', 'bin', 'obj', '.venv', '__pycache__'].includes(path.basename(file)),
  });
  return copy;
}

function theOnly(extension: string, directory: string): string {
  const [found, ...others] = fs.readdirSync(directory).filter((file) => file.endsWith(extension));
  if (!found || others.length > 0) {
    throw new Error(`expected one ${extension} file in ${directory}, found ${[found, ...others].join(', ') || 'none'}`);
  }
  return path.join(directory, found);
}
