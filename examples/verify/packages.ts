import * as fs from 'fs';
import * as path from 'path';
import { run, runNpx } from './shell';

export const ROOT = path.join(__dirname, '..', '..');
export const DIST = path.join(ROOT, 'dist');
export const PACKAGE: { name: string; version: string; peerDependencies: Record<string, string> } = readJson(path.join(ROOT, 'package.json'));

/** The package for npm; examples/typescript names it. */
export const TARBALL = path.join(DIST, 'examples', `${PACKAGE.name}.tgz`);

/** The layer of kubectl that the examples use. Its packages for Java and Go are not in every registry: they are made here. */
const KUBECTL_LAYER = '@aws-cdk/lambda-layer-kubectl-v35';
export const KUBECTL_LAYER_DIST = path.join(DIST, 'kubectl-layer');

/** Packs what jsii has compiled. */
export async function pack(): Promise<void> {
  if (!fs.existsSync(path.join(ROOT, '.jsii'))) {
    throw new Error('nothing is compiled yet: run "npx projen bindings", which does that first');
  }
  fs.mkdirSync(path.dirname(TARBALL), { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', path.dirname(TARBALL)], { cwd: ROOT });
  fs.renameSync(path.join(path.dirname(TARBALL), `${PACKAGE.name}-${PACKAGE.version}.tgz`), TARBALL);
}

/**
 * Where the packages of other languages are made: the tarball, installed with the lowest versions of its peers.
 *
 * The Go module requires the very versions that are installed where it is made: with newer ones, so must its users.
 */
export class Stage {
  public static async create(directory: string): Promise<Stage> {
    const install = (...packages: string[]) =>
      run('npm', ['install', '--save-exact', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: directory });
    fs.mkdirSync(directory);
    fs.writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true }));
    const layer = `${KUBECTL_LAYER}@${readJson(path.join(ROOT, 'node_modules', KUBECTL_LAYER, 'package.json')).version}`;
    await install(TARBALL, layer, ...lowest(PACKAGE.peerDependencies));
    const { dependencies } = readJson(path.join(directory, 'node_modules', 'aws-cdk-lib', 'package.json'));
    await install(...lowest(dependencies).filter((dependency) => dependency.startsWith('@aws-cdk/asset-')));
    return new Stage(directory);
  }

  private constructor(private readonly directory: string) {}

  /** Code for Java, Go and C#, which are built together with the examples. */
  public async generateCode(): Promise<void> {
    await this.pacmak(PACKAGE.name, DIST, ['java', 'go', 'dotnet'], '--code-only');
    await this.pacmak(KUBECTL_LAYER, KUBECTL_LAYER_DIST, ['java', 'go'], '--code-only');
  }

  /** The whole package for a language, as it would be published. */
  public async buildPackage(target: string): Promise<void> {
    await this.pacmak(PACKAGE.name, DIST, [target]);
  }

  private async pacmak(name: string, outdir: string, targets: string[], ...options: string[]): Promise<void> {
    targets.forEach((target) => fs.rmSync(path.join(outdir, target), { recursive: true, force: true }));
    const source = path.join(this.directory, 'node_modules', name);
    await runNpx('jsii-pacmak', ['--no-npmignore', ...options, '--targets', ...targets, '--outdir', outdir, source], { cwd: ROOT });
  }
}

function lowest(ranges: Record<string, string>): string[] {
  return Object.entries(ranges).map(([name, range]) => `${name}@${range.replace(/^[\^~]/, '')}`);
}

function readJson(file: string): any {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
