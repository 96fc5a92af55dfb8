import { existsSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CACHE, ETCD, KUBERNETES } from '../settings';
import { cached } from './cache';
import { go, goBuild, withModuleFor } from './go';

const PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

const fileOf = (name: string) => `bin/${name}-v${name === 'etcd' ? ETCD : KUBERNETES}`;

export type KubernetesProgram = typeof PROGRAMS[number] | 'etcd';

/** Paths of the programs of a control plane, built from their Go modules the first time. */
export async function kubernetesPrograms(): Promise<Record<KubernetesProgram, string>> {
  const paths: Partial<Record<KubernetesProgram, string>> = { etcd: await etcd() };
  for (const name of PROGRAMS) {
    paths[name] = await cached(fileOf(name), async (output) => {
      const packages = PROGRAMS.map((program) => `k8s.io/kubernetes/cmd/${program}`);
      await withModuleFor(await goModOfKubernetes(), packages, (cwd) => goBuild({
        cwd,
        output,
        package: `k8s.io/kubernetes/cmd/${name}`,
        variables: versionVariables(),
      }));
    });
  }
  return paths as Record<KubernetesProgram, string>;
}

/** Whether they were built earlier. */
export function hasKubernetesPrograms(): boolean {
  return ['etcd', ...PROGRAMS].every((name) => existsSync(path.join(CACHE, fileOf(name))));
}

async function etcd(): Promise<string> {
  const main = 'go.etcd.io/etcd/server/v3';
  return cached(fileOf('etcd'), (output) =>
    withModuleFor(`module e2e/etcd\n\ngo 1.24\n\nrequire ${main} v${ETCD}\n`, [main], (cwd) => goBuild({ cwd, output, package: main })));
}

/** Kubernetes names its own staging modules by folders beside it; each is published as a module too, with 0 in front. */
async function goModOfKubernetes(): Promise<string> {
  const { Dir } = JSON.parse(await go(tmpdir(), 'mod', 'download', '-json', `k8s.io/kubernetes@v${KUBERNETES}`));
  const original = readFileSync(path.join(Dir, 'go.mod'), 'utf8');
  const [goVersion] = original.match(/^go .*$/m)!;
  const staging = new Set([...original.matchAll(/=> \.\/staging\/src\/(k8s\.io\/\S+)/g), ...original.matchAll(/(k8s\.io\/\S+) v0\.0\.0$/gm)]
    .map(([, module]) => module));
  const release = `v${KUBERNETES.replace(/^1/, '0')}`;
  return [
    'module e2e/kubernetes', goVersion, `require k8s.io/kubernetes v${KUBERNETES}`,
    ...[...staging].sort().map((module) => `replace ${module} => ${module} ${release}`), '',
  ].join('\n');
}

function versionVariables(): Record<string, string> {
  const [major, minor] = KUBERNETES.split('.');
  const of = 'k8s.io/component-base/version';
  return { [`${of}.gitVersion`]: `v${KUBERNETES}`, [`${of}.gitMajor`]: major, [`${of}.gitMinor`]: minor, [`${of}.gitTreeState`]: 'clean' };
}
