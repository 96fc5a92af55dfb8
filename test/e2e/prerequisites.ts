import * as fs from 'fs';
import * as path from 'path';
import { controllerSource } from './build/controller-program';
import { hasGo } from './build/go';
import { CHARTS } from './kubernetes/charts';
import { finish } from './processes';
import { PYTHON, UPSTREAM } from './settings';

/** What is missing on this machine to run a cluster; nothing where it can be done. */
export async function missingPrerequisites(): Promise<string[]> {
  const missing: string[] = [];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    missing.push('root on Linux: the controller runs in a mount namespace of its own');
  }
  if (!await hasGo()) {
    missing.push('Go: the programs of Kubernetes and the controller are built from source');
  }
  for (const program of ['openssl', 'unshare', 'tar']) {
    if ((await finish(program, [program === 'openssl' ? 'version' : '--version']).catch(() => ({ status: 1 }))).status !== 0) {
      missing.push(program);
    }
  }
  if ((await finish(PYTHON, ['-c', 'import importlib.util as u; exit(not all(map(u.find_spec, ("moto", "flask", "boto3"))))']).catch(() => ({ status: 1 }))).status !== 0) {
    missing.push('moto, the fake AWS: "npx projen moto" installs it');
  }
  if (!fs.existsSync(CHARTS) || !controllerSource('v3.5.0')) {
    missing.push(`charts and sources of the controller in ${path.relative('.', UPSTREAM)}: see E2E_UPSTREAM_DIR in test/e2e/README.md`);
  }
  return missing;
}
