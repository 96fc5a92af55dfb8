import * as fs from 'fs';
import * as path from 'path';
import { controllerManifest, controllerProgram } from './build/controller-files';
import { hasGo } from './build/go';
import { hasKubernetesPrograms } from './build/kubernetes-programs';
import { CHARTS } from './kubernetes/charts';
import { finish } from './processes';
import { Scenario } from './scenario';
import { GATEWAY_DEFINITIONS, PYTHON, UPSTREAM } from './settings';

/** What is missing on this machine to run a cluster; nothing where it can be done. */
export async function missingPrerequisites(): Promise<string[]> {
  const missing: string[] = [];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    missing.push('root on Linux: the controller runs in a mount namespace of its own');
  }
  if (!hasKubernetesPrograms() && !await hasGo()) {
    missing.push('Go: the programs of Kubernetes are built from their modules');
  }
  for (const program of ['openssl', 'unshare', 'tar']) {
    if ((await finish(program, [program === 'openssl' ? 'version' : '--version']).catch(() => ({ status: 1 }))).status !== 0) {
      missing.push(program);
    }
  }
  if ((await finish(PYTHON, ['-c', 'import importlib.util as u; exit(not all(map(u.find_spec, ("moto", "flask", "boto3"))))']).catch(() => ({ status: 1 }))).status !== 0) {
    missing.push('moto, the fake AWS: "npx projen moto" installs it');
  }
  if (!fs.existsSync(CHARTS)) {
    missing.push(`charts of the controller in ${path.relative('.', UPSTREAM)}: scripts/fetch-upstream.sh brings them`);
  }
  return missing;
}

/** What is missing for one scenario. */
export function missingFor({ controllers = ['v3.5.0'], manifests = [], gatewayApi = false }: Scenario): string[] {
  return [
    ...controllers.filter((release) => !controllerProgram(release)).map((release) => `no program controller-${release} in E2E_CONTROLLER_DIR or the cache`),
    ...gatewayApi && !fs.existsSync(GATEWAY_DEFINITIONS) ? ['no definitions of the Gateway API'] : [],
    ...manifests.filter((release) => !controllerManifest(release)).map((release) => `no manifest file of ${release}`),
  ];
}
