import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { run } from '../processes';
import { UPSTREAM } from '../settings';
import { cached } from './cache';
import { goBuild } from './go';

/** Source of a release, as an archive or as a folder; undefined where there is neither. */
export function controllerSource(release: string): string | undefined {
  const base = path.join(UPSTREAM, 'controller', `aws-load-balancer-controller-${release}`);
  return [`${base}.tar.xz`, `${base}.tar.gz`, base].find((candidate) => existsSync(candidate));
}

/**
 * Path of a release of the controller, built from its source the first time.
 *
 * @param release shape: `v3.5.0`
 */
export async function controllerProgram(release: string): Promise<string> {
  return cached(`bin/controller-${release}`, async (output) => {
    await withSource(release, async (cwd) => {
      const [, module] = readFileSync(path.join(cwd, 'go.mod'), 'utf8').match(/^module (\S+)/m)!;
      await goBuild({ cwd, output, package: '.', variables: { [`${module}/pkg/version.GitVersion`]: release } });
    });
  });
}

/** Path of a release's manifest file, made as its project makes it: by kustomize, from what is in the source. */
export async function controllerManifest(release: string, kubectl: string): Promise<string> {
  return cached(`manifests/${release.replace(/\./g, '_')}_full.yaml`, (output) => withSource(release, async (cwd) =>
    writeFileSync(output, await run(kubectl, ['kustomize', path.join(cwd, 'config', 'default')]))));
}

async function withSource<T>(release: string, use: (cwd: string) => Promise<T>): Promise<T> {
  const source = controllerSource(release);
  if (!source) {
    throw new Error(`no source of controller ${release} in ${path.join(UPSTREAM, 'controller')}`);
  }
  const cwd = mkdtempSync(path.join(tmpdir(), 'e2e-controller-'));
  try {
    await (source.includes('.tar')
      ? run('tar', ['--extract', '--file', source, '--directory', cwd, '--strip-components', '1'])
      : run('cp', ['-r', `${source}/.`, cwd]));
    return await use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
