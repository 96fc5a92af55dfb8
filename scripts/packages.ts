import * as fs from 'fs';
import * as path from 'path';
import { run, runNpx } from './shell';

export const ROOT = path.join(__dirname, '..');
export const DIST = path.join(ROOT, 'dist');

/** What package.json says of this library. */
export const PACKAGE: {
  name: string;
  version: string;
  description: string;
  homepage: string;
  keywords: string[];
  repository: { url: string };
  peerDependencies: Record<string, string>;
  jsii: { targets: { dotnet: { packageId: string; iconUrl: string }; go: { packageName: string } } };
} = readJson(path.join(ROOT, 'package.json'));

/** Whether the snippets of README and docstrings have been translated: packing takes the translations along. */
export const TRANSLATED = fs.existsSync(path.join(ROOT, '.jsii.tabl.json.gz'));

/** The layer of kubectl that the examples use. Its packages for Java and Go are not in every registry: they are made here. */
const KUBECTL_LAYER = '@aws-cdk/lambda-layer-kubectl-v35';
const PYRIGHT = 'pyright@1.1.414';
export const KUBECTL_LAYER_DIST = path.join(DIST, 'kubectl-layer');

/** Packs what jsii has compiled, as npm would publish it, and returns the tarball's path. */
export async function pack(directory: string): Promise<string> {
  if (!fs.existsSync(path.join(ROOT, '.jsii'))) {
    throw new Error('nothing is compiled yet: run "npx projen bindings", which does that first');
  }
  fs.mkdirSync(directory, { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: ROOT });
  const tarball = path.join(directory, `${PACKAGE.name}.tgz`);
  fs.renameSync(path.join(directory, `${PACKAGE.name}-${PACKAGE.version}.tgz`), tarball);
  return tarball;
}

/**
 * Where the packages of other languages are made: the tarball, installed with the lowest versions of its peers.
 *
 * jsii-pacmak writes the range of the peers into most packages, but into the Go module the very versions that are installed where it
 * is made: with newer ones, so must its users.
 */
export class Stage {
  public static async create(directory: string, tarball: string): Promise<Stage> {
    const stage = new Stage(directory);
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true }));
    await stage.install(tarball, ...lowest(PACKAGE.peerDependencies));
    const { dependencies } = readJson(path.join(directory, 'node_modules', 'aws-cdk-lib', 'package.json'));
    // The Go module names those of them that have a Go module too.
    await stage.install(...lowest(dependencies).filter((dependency) => /^@aws-cdk\/(asset-|cloud-assembly-schema@)/.test(dependency)));
    return stage;
  }

  private constructor(private readonly directory: string) {}

  /** Code for every language. Those but Python are built together with the examples. */
  public async generateCode(): Promise<void> {
    await this.pacmak(PACKAGE.name, DIST, ['python', 'java', 'go', 'dotnet'], '--code-only');
    await this.install(`${KUBECTL_LAYER}@${readJson(path.join(ROOT, 'node_modules', KUBECTL_LAYER, 'package.json')).version}`);
    await this.pacmak(KUBECTL_LAYER, KUBECTL_LAYER_DIST, ['java', 'go'], '--code-only');
  }

  /** The whole package for a language, as it is published. */
  public async buildPackage(target: string): Promise<void> {
    await this.pacmak(PACKAGE.name, DIST, [target]);
  }

  /** Runs the type checker for Python. */
  public async pyright(args: string[]): Promise<string> {
    await this.install(PYRIGHT);
    return run(path.join(this.directory, 'node_modules', '.bin', 'pyright'), args);
  }

  private async install(...packages: string[]): Promise<void> {
    await run('npm', ['install', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: this.directory });
  }

  private async pacmak(name: string, outdir: string, targets: string[], ...options: string[]): Promise<void> {
    targets.forEach((target) => fs.rmSync(path.join(outdir, target), { recursive: true, force: true }));
    const source = path.join(this.directory, 'node_modules', name);
    await runNpx('jsii-pacmak', ['--no-npmignore', ...options, '--targets', ...targets, '--outdir', outdir, source], { cwd: ROOT });
  }
}

/** The lowest version in each range, as npm takes it. */
function lowest(ranges: Record<string, string>): string[] {
  return Object.entries(ranges).map(([name, range]) => `${name}@${range.replace(/^[\^~]/, '')}`);
}

function readJson(file: string): any {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
