import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { finish, run } from '../processes';

/** Plain programs, without a C library and without the state of a repository in them. */
const ENVIRONMENT = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=mod', GO111MODULE: 'on', GOWORK: 'off' };

export interface GoBuild {
  /** Folder of the module. */
  readonly cwd: string;
  readonly package: string;
  /** Variables of packages that are set, such as a version. */
  readonly variables?: Record<string, string>;
  /** Path of the program. */
  readonly output: string;
}

export async function goBuild({ cwd, package: name, variables, output }: GoBuild): Promise<void> {
  const flags = Object.entries(variables ?? {}).map(([variable, value]) => `-X ${variable}=${value}`).join(' ');
  await run('go', ['build', '-ldflags', flags, '-o', output, name], { cwd, env: ENVIRONMENT });
}

/**
 * A module whose only purpose is to build programs of another one.
 *
 * @param programs packages with the `main` functions
 */
export async function withModuleFor<T>(goMod: string, programs: string[], use: (cwd: string) => Promise<T>): Promise<T> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'e2e-go-'));
  try {
    writeFileSync(path.join(cwd, 'go.mod'), goMod);
    const imports = programs.map((name) => `import _ "${name}"`).join('\n');
    writeFileSync(path.join(cwd, 'programs.go'), `//go:build programs\n\npackage programs\n\n${imports}\n`);
    await go(cwd, 'mod', 'tidy');
    return await use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

export async function go(cwd: string, ...args: string[]): Promise<string> {
  return run('go', args, { cwd, env: ENVIRONMENT });
}

export async function hasGo(): Promise<boolean> {
  return (await finish('go', ['version']).catch(() => ({ status: 1 }))).status === 0;
}
