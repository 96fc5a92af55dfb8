import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { UPSTREAM_DIRECTORY } from '../support/upstream';

/** The checkout. */
export const ROOT = path.join(__dirname, '..', '..');

export const REGION = 'us-east-1';
export const ACCOUNT = '111122223333';

/**
 * Releases that are built and run. Kubernetes is the one of the kubectl layer that the apps use.
 */
export const KUBERNETES = '1.35.4';
export const ETCD = '3.6.6';

/** A file or program that the environment names: programs are started in other folders. */
function named(variable: string): string | undefined {
  const value = process.env[variable];
  return value?.includes(path.sep) ? path.resolve(value) : value;
}

/**
 * Number of this run, 0 to 9: runs with different ones have ports, addresses and state of their own, and go side by side.
 */
const INSTANCE = Number(process.env.E2E_INSTANCE ?? 0);

/** What outlives a run: programs that take minutes to build. */
export const CACHE = named('E2E_CACHE_DIR')
  ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'cdk-eks-alb-ingress-support', 'e2e');

/** What one run leaves for a look: logs, templates, the call log. Emptied when the next run starts. */
export const STATE = named('E2E_STATE_DIR') ?? path.join(ROOT, 'dist', 'e2e', String(INSTANCE));

/** Charts as `charts/*.tgz`, manifest files as `manifests/*_full.yaml`: scripts/fetch-upstream.sh brings them. */
export const UPSTREAM = UPSTREAM_DIRECTORY ?? path.join(ROOT, '.upstream');

/** The standard channel of the Gateway API. */
export const GATEWAY_DEFINITIONS = path.join(UPSTREAM, 'gateway-api', 'standard-install.yaml');

/** The released programs of the controller, one file a release: test/e2e/controller-programs.sh brings them. */
export const CONTROLLERS = named('E2E_CONTROLLER_DIR');

/** A Python with moto, which is what the handlers' fake AWS is tested with as well. */
export const PYTHON = named('MOTO_PYTHON')
  ?? ['.venv', '.moto'].map((venv) => path.join(ROOT, venv, 'bin', 'python')).find((python) => fs.existsSync(python))
  ?? 'python3';

const PORT_BASE = Number(process.env.E2E_PORT_BASE ?? 21000 + INSTANCE * 200);

export const PORTS = {
  etcd: PORT_BASE,
  etcdPeer: PORT_BASE + 1,
  apiServer: PORT_BASE + 2,
  controllerManager: PORT_BASE + 3,
  scheduler: PORT_BASE + 4,
  moto: PORT_BASE + 5,
  aws: PORT_BASE + 6,
  /** From here on three ports a pod. */
  pods: PORT_BASE + 50,
};

/** Services have their addresses here, so that the API server reaches webhooks by them: all of 127.0.0.0/8 is loopback. */
export const SERVICE_NETWORK = `127.${200 + INSTANCE}.0.0/16`;
export const KUBERNETES_SERVICE_ADDRESS = `127.${200 + INSTANCE}.0.1`;

/** What EKS would give the cluster as its issuer of tokens. */
export const ISSUER_HOST = `oidc.eks.${REGION}.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`;

export function logFile(name: string): string {
  const directory = path.join(STATE, 'logs');
  fs.mkdirSync(directory, { recursive: true });
  return path.join(directory, name);
}
