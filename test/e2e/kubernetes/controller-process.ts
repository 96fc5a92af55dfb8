import * as fs from 'fs';
import * as path from 'path';
import { KubernetesApi, KubernetesObject } from './api';
import { Eks } from '../aws/eks';
import { Gateway } from '../aws/gateway';
import { PodIdentityAgent, POD_IDENTITY_AUDIENCE } from '../aws/pod-identity-agent';
import { controllerProgram } from '../build/controller-files';
import { Daemon } from '../processes';
import { PORTS, REGION, STATE } from '../settings';

const KUBERNETES_FILES = '/var/run/secrets/kubernetes.io/serviceaccount';
const WEB_IDENTITY_FILE = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
const POD_IDENTITY_FILE = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';

/** Why a pod cannot start yet, in the words of `kubectl get pods`. */
export class NotYet extends Error {
  constructor(public readonly reason: 'ContainerCreating' | 'ImagePullBackOff', message: string) {
    super(message);
  }
}

/** Ports on the host, in place of those that each pod has for itself. */
export interface HostPorts {
  readonly webhook: number;
  readonly health: number;
}

/** What a pod finds around it. */
interface Surroundings {
  readonly api: KubernetesApi;
  readonly eks: Eks;
  /** File with the certificate of the cluster's authority. */
  readonly authority: string;
}

/** Whether a pod is one of the controller, which run; others are only said to. */
export function isController(pod: KubernetesObject): boolean {
  return /(^|\/)aws-load-balancer-controller:/.test(pod.spec.containers[0].image);
}

/**
 * A pod of the controller as a process: with the arguments, environment, secrets and tokens of the pod, in a mount namespace of its own.
 *
 * What differs from a node: three ports, since all pods share one host, and the addresses of the API server and of AWS.
 */
export class ControllerProcess {
  /** @param slot number of the process among those that run */
  public static async start(pod: KubernetesObject, slot: number, { api, eks, authority }: Surroundings): Promise<ControllerProcess> {
    const { spec, metadata } = pod;
    const [container] = spec.containers;
    const release = container.image.slice(container.image.lastIndexOf(':') + 1);
    const program = controllerProgram(release);
    if (!program) {
      throw new NotYet('ImagePullBackOff', `no release ${release}`);
    }
    const files = new PodFiles(pod, api);
    const environment = {
      PATH: '/usr/bin:/bin',
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(PORTS.apiServer),
      AWS_ENDPOINT_URL: Gateway.url,
      // For the exchange of the token the SDK looks at this one alone.
      AWS_ENDPOINT_URL_STS: Gateway.url,
      ...Object.fromEntries((container.env ?? []).map(({ name, value }: KubernetesObject) => [name, value ?? ''])),
      ...await files.addIdentity(eks),
    };
    await files.addServiceAccount(authority);
    await files.addSecrets();
    const directory = path.join(STATE, 'pods', metadata.name);
    const ports = { webhook: PORTS.pods + 3 * slot, health: PORTS.pods + 3 * slot + 1 };
    const overrides = [
      `--webhook-bind-port=${ports.webhook}`,
      `--health-probe-bind-addr=127.0.0.1:${ports.health}`,
      `--metrics-bind-addr=127.0.0.1:${ports.health + 1}`,
      ...endpointFlags(release),
    ];
    const args = [...container.args ?? [], ...overrides];
    files.write(directory);
    fs.writeFileSync(path.join(directory, 'command.json'), JSON.stringify({ args, environment }, undefined, 1));
    const daemon = new Daemon(`pod-${metadata.name}`, 'unshare', [
      '--mount', 'sh', '-c', IN_NAMESPACE, 'sh', program, path.join(directory, 'files'), ...args,
    ], { env: environment });
    return new ControllerProcess(daemon, ports);
  }

  private constructor(private readonly daemon: Daemon, public readonly ports: HostPorts) {}

  public get isRunning(): boolean {
    return this.daemon.isRunning;
  }

  public async stop(graceSeconds: number): Promise<void> {
    await this.daemon.stop(graceSeconds * 1000);
  }

  public async answers(probePath: string): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.ports.health}${probePath}`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false);
  }
}

/**
 * Lays the pod's files over the host's, and becomes the program. Both may be below what is hidden, so they are taken along.
 *
 * $1 is the program, $2 the folder with the files, the rest are the program's arguments.
 */
const IN_NAMESPACE = `
exec 9<"$1"; files=/dev/shm/e2e-pod-$$; cp -r "$2" $files; shift 2
mount -t tmpfs tmpfs /run; [ -L /var/run ] || mount -t tmpfs tmpfs /var/run; mount -t tmpfs tmpfs /tmp
cp -r $files/. /; rm -rf $files
exec /proc/self/fd/9 "$@"`;

/** Controllers with the first SDK for Go take addresses from their flags alone. */
function endpointFlags(release: string): string[] {
  return /^v2\.(\d|10)\./.test(release) ? [`--aws-api-endpoints=${OLD_SERVICES.map((service) => `${service}=${Gateway.url}`).join(',')}`] : [];
}

const OLD_SERVICES = ['ec2', 'elasticloadbalancing', 'acm', 'wafv2', 'waf-regional', 'shield', 'tagging', 'sts'];

/** The files of one pod. */
class PodFiles {
  private readonly files = new Map<string, Buffer | string>();

  constructor(private readonly pod: KubernetesObject, private readonly api: KubernetesApi) {}

  private get namespace(): string {
    return this.pod.metadata.namespace;
  }

  private get serviceAccount(): string {
    return this.pod.spec.serviceAccountName ?? 'default';
  }

  public async addServiceAccount(authority: string): Promise<void> {
    this.files.set(`${KUBERNETES_FILES}/token`, await this.token('https://kubernetes.default.svc'));
    this.files.set(`${KUBERNETES_FILES}/namespace`, this.namespace);
    this.files.set(`${KUBERNETES_FILES}/ca.crt`, fs.readFileSync(authority));
  }

  /** What the webhook of EKS injects: for IRSA where the ServiceAccount is annotated, for Pod Identity where there is an association. */
  public async addIdentity(eks: Eks): Promise<Record<string, string>> {
    const account = await this.api.get(`/api/v1/namespaces/${this.namespace}/serviceaccounts/${this.serviceAccount}`);
    const region = { AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION, AWS_STS_REGIONAL_ENDPOINTS: 'regional' };
    const role = account?.metadata.annotations?.['eks.amazonaws.com/role-arn'];
    if (role) {
      this.files.set(WEB_IDENTITY_FILE, await this.token('sts.amazonaws.com'));
      return { ...region, AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: WEB_IDENTITY_FILE };
    }
    const associations = [...eks.podIdentityAssociations.values()];
    if (associations.some(({ namespace, serviceAccount }) => namespace === this.namespace && serviceAccount === this.serviceAccount)) {
      this.files.set(POD_IDENTITY_FILE, await this.token(POD_IDENTITY_AUDIENCE));
      return { ...region, AWS_CONTAINER_CREDENTIALS_FULL_URI: PodIdentityAgent.url, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: POD_IDENTITY_FILE };
    }
    return {};
  }

  public async addSecrets(): Promise<void> {
    for (const { name, secret } of this.pod.spec.volumes ?? []) {
      const mount = this.pod.spec.containers[0].volumeMounts?.find((candidate: KubernetesObject) => candidate.name === name);
      if (!secret || !mount) {
        continue;
      }
      const object = await this.api.get(`/api/v1/namespaces/${this.namespace}/secrets/${secret.secretName}`);
      if (!object) {
        throw new NotYet('ContainerCreating', `no secret ${secret.secretName}`);
      }
      Object.entries<string>(object.data ?? {}).forEach(([key, value]) => this.files.set(`${mount.mountPath}/${key}`, Buffer.from(value, 'base64')));
    }
  }

  public write(directory: string): void {
    fs.rmSync(directory, { recursive: true, force: true });
    for (const [name, content] of this.files) {
      // On the host the first is a link to the second.
      const file = path.join(directory, 'files', name.replace(/^\/var\/run\//, '/run/'));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  private async token(audience: string): Promise<string> {
    const { status } = await this.api.create(`/api/v1/namespaces/${this.namespace}/serviceaccounts/${this.serviceAccount}/token`, {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience], expirationSeconds: 86_400 },
    });
    return status.token;
  }
}
