import * as fs from 'fs';
import * as path from 'path';
import { KubernetesApi } from './api';
import { Certificates, KeyPair } from './certificates';
import { kubeconfig } from './kubeconfig';
import { kubernetesPrograms } from '../build/kubernetes-programs';
import { Daemon, eventually } from '../processes';
import { ISSUER_HOST, PORTS, SERVICE_NETWORK } from '../settings';

/**
 * etcd, API server, controller manager and scheduler, all on loopback, as EKS would run them for one cluster.
 *
 * Tokens of IAM roles are looked up at the harness, in place of the authenticator of EKS.
 */
export class ControlPlane {
  public static async start(directory: string, authenticatorUrl: string): Promise<ControlPlane> {
    const certificates = await Certificates.create(path.join(directory, 'certificates'));
    const admin = await certificates.sign('admin', '/O=system:masters/CN=admin');
    const plane = new ControlPlane(directory, certificates, admin);
    await plane.startPrograms(authenticatorUrl);
    return plane;
  }

  public readonly api: KubernetesApi;
  /** Of the administrator, for kubectl. */
  public readonly adminKubeconfig: string;
  private readonly daemons: Daemon[] = [];

  private constructor(private readonly directory: string, public readonly certificates: Certificates, admin: KeyPair) {
    this.api = new KubernetesApi(certificates.authority.certificate, admin);
    this.adminKubeconfig = path.join(directory, 'admin.kubeconfig');
    fs.writeFileSync(this.adminKubeconfig, kubeconfig(certificates.authority.certificate, admin));
  }

  public async stop(): Promise<void> {
    this.api.close();
    // In reverse: none of them then waits for one that is gone. State is thrown away, so there is nothing to wait for.
    for (const daemon of this.daemons.reverse()) {
      await daemon.stop(500);
    }
  }

  private async startPrograms(authenticatorUrl: string): Promise<void> {
    const programs = await kubernetesPrograms();
    const { authority, serviceAccountKey, serviceAccountPublicKey } = this.certificates;
    const server = await this.certificates.sign('server', '/CN=kube-apiserver');

    this.start('etcd', programs.etcd, {
      'data-dir': path.join(this.directory, 'etcd'),
      'listen-client-urls': `http://127.0.0.1:${PORTS.etcd}`,
      'advertise-client-urls': `http://127.0.0.1:${PORTS.etcd}`,
      'listen-peer-urls': `http://127.0.0.1:${PORTS.etcdPeer}`,
      'initial-advertise-peer-urls': `http://127.0.0.1:${PORTS.etcdPeer}`,
      'initial-cluster': `default=http://127.0.0.1:${PORTS.etcdPeer}`,
      'unsafe-no-fsync': 'true',
    });
    this.start('kube-apiserver', programs['kube-apiserver'], {
      'etcd-servers': `http://127.0.0.1:${PORTS.etcd}`,
      'bind-address': '127.0.0.1',
      'secure-port': PORTS.apiServer,
      // No pod goes by the address of the Service "kubernetes"; loopback is rejected as one.
      'advertise-address': '10.0.0.2',
      'endpoint-reconciler-type': 'none',
      'cert-dir': path.join(this.directory, 'kube-apiserver'),
      'tls-cert-file': server.certificate,
      'tls-private-key-file': server.key,
      'client-ca-file': authority.certificate,
      'authorization-mode': 'Node,RBAC',
      'authentication-token-webhook-config-file': this.authenticatorConfig(authenticatorUrl),
      'authentication-token-webhook-version': 'v1',
      // Access that is taken away is gone at once.
      'authentication-token-webhook-cache-ttl': '0s',
      'service-account-issuer': `https://${ISSUER_HOST}`,
      'service-account-key-file': serviceAccountPublicKey,
      'service-account-signing-key-file': serviceAccountKey,
      'api-audiences': 'https://kubernetes.default.svc',
      'service-cluster-ip-range': SERVICE_NETWORK,
      'enable-priority-and-fairness': 'false',
    });
    await eventually('the API server is ready', 120, async () => {
      this.assertRunning();
      return await this.api.get('/readyz') === 'ok';
    });
    this.start('kube-controller-manager', programs['kube-controller-manager'], {
      'kubeconfig': await this.kubeconfigOf('system:kube-controller-manager'),
      'service-account-private-key-file': serviceAccountKey,
      'root-ca-file': authority.certificate,
      'use-service-account-credentials': 'true',
      'leader-elect': 'false',
      'bind-address': '127.0.0.1',
      'secure-port': PORTS.controllerManager,
      'controllers': '*,-nodeipam,-cloud-node-lifecycle',
      'cert-dir': path.join(this.directory, 'kube-controller-manager'),
    });
    this.start('kube-scheduler', programs['kube-scheduler'], {
      'kubeconfig': await this.kubeconfigOf('system:kube-scheduler'),
      'leader-elect': 'false',
      'bind-address': '127.0.0.1',
      'secure-port': PORTS.scheduler,
      'cert-dir': path.join(this.directory, 'kube-scheduler'),
    });
    await eventually('every namespace has what the controllers put into it', 60, async () => {
      this.assertRunning();
      const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => `/api/v1/namespaces/${name}`);
      const objects = namespaces.flatMap((namespace) => [`${namespace}/serviceaccounts/default`, `${namespace}/configmaps/kube-root-ca.crt`]);
      return (await Promise.all(objects.map((object) => this.api.get(object)))).every((object) => object !== undefined);
    });
  }

  private start(name: string, program: string, flags: Record<string, string | number>): void {
    this.daemons.push(new Daemon(name, program, Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)));
  }

  private assertRunning(): void {
    const dead = this.daemons.find((daemon) => !daemon.isRunning);
    if (dead) {
      throw new Error(`${dead.name} ended with ${dead.exitStatus}, see its log`);
    }
  }

  private async kubeconfigOf(user: string): Promise<string> {
    const name = user.replace('system:', '');
    const file = path.join(this.directory, `${name}.kubeconfig`);
    fs.writeFileSync(file, kubeconfig(this.certificates.authority.certificate, await this.certificates.sign(name, `/CN=${user}`)));
    return file;
  }

  private authenticatorConfig(server: string): string {
    const file = path.join(this.directory, 'authenticator.kubeconfig');
    fs.writeFileSync(file, JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'current-context': 'c',
      'clusters': [{ name: 'c', cluster: { server } }],
      'users': [{ name: 'u', user: {} }],
      'contexts': [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }));
    return file;
  }
}
