import * as fs from 'fs';
import * as path from 'path';
import { QUICK_START, quickStartApp, writeTranslations } from './translations';
import { DIST, KUBECTL_LAYER_DIST, PACKAGE, ROOT, Stage } from '../../scripts/packages';
import { attempt, Outcome, run } from '../../scripts/shell';

/** The package for npm; examples/typescript names it. */
export const TARBALL = path.join(DIST, 'examples', `${PACKAGE.name}.tgz`);

/** The newest aws-cdk-lib that npm, PyPI, Maven Central and the Go module proxy all have; the examples of other languages pin it. */
const CDK_VERSION = '2.263.0';

/** The apps by theme, as their files are named in TypeScript. */
export const THEMES = fs.readdirSync(path.join(ROOT, 'examples', 'typescript', 'themes')).map((file) => path.parse(file).name).filter((name) => name !== 'cluster');

/** Runs an app, with what the CDK's CLI would give it. */
export type RunApp = (env: Record<string, string>) => Promise<Outcome>;

export interface BuiltExample {
  readonly run: RunApp;

  /** An app of the folder `themes`. */
  readonly theme?: (name: string) => RunApp;

  /** Tests of the example's own. */
  readonly test?: () => Promise<unknown>;

  /** The snippets of README and docstrings in this language. */
  readonly snippets?: Snippets;
}

export interface Snippets {
  /** What compiling them shows. */
  readonly title: string;

  /** Whether they are translations, which not every build has made. */
  readonly needTranslations: boolean;

  /** Compiles them all; the quick start can run then. */
  readonly compile: () => Promise<string>;
  readonly runQuickStart: RunApp;
}

const TRANSLATIONS = { title: 'translated snippets of README and docstrings compile', needTranslations: true };

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
    await run('npx', ['--no-install', 'tsc'], { cwd });
    const runApp = (app: string): RunApp => (env) => attempt('npx', ['--no-install', 'tsx', app], { cwd, env });
    return {
      run: runApp('app.ts'),
      theme: (name) => runApp(`themes/${name}.ts`),
      test: () => run('npx', ['--no-install', 'jest'], { cwd }),
      snippets: {
        title: 'quick start of the README compiles',
        needTranslations: true,
        compile: async () => {
          fs.writeFileSync(path.join(cwd, 'quick-start.ts'), quickStartApp());
          return run('npx', ['--no-install', 'tsc', '--noUnusedLocals', 'false'], { cwd });
        },
        runQuickStart: runApp('quick-start.ts'),
      },
    };
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
      theme: (name) => (env) => attempt(python, [`themes/${name.replace(/-/g, '_')}.py`], { cwd, env }),
      test: () => run(python, ['-m', 'unittest', '--verbose'], { cwd }),
      snippets: {
        ...TRANSLATIONS,
        compile: async () => {
          const folder = path.join(cwd, 'snippets');
          writeTranslations('python', folder);
          // Classes of the CDK do not match the protocols that jsii writes for its interfaces: of arguments only the names are checked.
          fs.writeFileSync(path.join(folder, 'pyrightconfig.json'), JSON.stringify({ reportArgumentType: false, reportWildcardImportFromLibrary: false }));
          return stage.pyright(['--pythonpath', python, '--project', folder]);
        },
        runQuickStart: (env) => attempt(python, [`snippets/${QUICK_START}.py`], { cwd, env }),
      },
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
    const runClass = (...options: string[]): RunApp => (env) => attempt('mvn', [...mvn, '--offline', 'exec:java', ...options], { cwd, env });
    return {
      run: runClass(),
      test: () => run('mvn', [...mvn, 'test'], { cwd }),
      snippets: {
        ...TRANSLATIONS,
        compile: async () => {
          writeTranslations('java', path.join(cwd, 'src', 'main', 'java', 'com', 'example', 'snippets'));
          return run('mvn', [...mvn, '--offline', 'compile'], { cwd });
        },
        runQuickStart: runClass(`-Dexec.mainClass=com.example.snippets.${QUICK_START}`),
      },
    };
  },
};

const GO: Language = {
  name: 'go',
  programs: ['go'],
  async build(_stage, work) {
    // Not a copy: its go.mod finds the modules in dist/ by relative paths.
    const cwd = path.join(ROOT, 'examples', 'go');
    const [app, quickStart] = ['game-2048', 'quick-start'].map((program) => path.join(work, program));
    await run('go', ['vet', './...'], { cwd });
    await run('go', ['build', '-o', app, '.'], { cwd });
    return {
      run: (env) => attempt(app, [], { cwd, env }),
      test: () => run('go', ['test', './...'], { cwd }),
      snippets: {
        title: 'quick start of the README compiles',
        needTranslations: false,
        compile: () => run('go', ['build', '-o', quickStart, './quickstart'], { cwd }),
        runQuickStart: (env) => attempt(quickStart, [], { cwd, env }),
      },
    };
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
    const app = path.join(cwd, 'src', 'Game2048');
    await run('dotnet', ['build', '--nologo'], { cwd: app, env: restore });
    const snippets = path.join(cwd, 'src', 'Snippets');
    return {
      run: (env) => attempt('dotnet', ['run', '--no-build'], { cwd: app, env: { ...restore, ...env } }),
      test: () => run('dotnet', ['test', '--nologo'], { cwd: path.join(cwd, 'test', 'Game2048.Tests'), env: restore }),
      snippets: {
        ...TRANSLATIONS,
        compile: async () => {
          writeTranslations('csharp', snippets);
          fs.copyFileSync(path.join(app, 'Game2048.csproj'), path.join(snippets, 'Snippets.csproj'));
          return run('dotnet', ['build', '--nologo', `-p:StartupObject=Snippets.${QUICK_START}`], { cwd: snippets, env: restore });
        },
        runQuickStart: (env) => attempt('dotnet', ['run', '--no-build'], { cwd: snippets, env: { ...restore, ...env } }),
      },
    };
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
