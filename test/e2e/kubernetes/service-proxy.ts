import { connect, createServer, Server } from 'net';
import { KubernetesApi, KubernetesObject } from './api';
import { Kubelet } from './kubelet';
import { sleep } from '../processes';

interface Listener {
  readonly server: Server;
  ports: number[];
}

/**
 * kube-proxy for the Services of webhooks: listens at their addresses, and connects with a ready pod.
 */
export class ServiceProxy {
  private readonly listeners = new Map<string, Listener>();
  private loop?: Promise<void>;
  private stopped = false;

  constructor(private readonly api: KubernetesApi, private readonly kubelet: Kubelet) {}

  public start(): void {
    this.loop = (async () => {
      while (!this.stopped) {
        // The API server may just be stopping: then there is nothing to do.
        await this.tick().catch(() => undefined);
        await sleep(300);
      }
    })();
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
    this.listeners.forEach(({ server }) => server.close());
  }

  private async tick(): Promise<void> {
    const wanted = new Map<string, number[]>();
    for (const service of await this.api.list('/api/v1/services')) {
      const ports = await this.portsOf(service);
      if (ports.length > 0) {
        wanted.set(`${service.spec.clusterIP}:${service.spec.ports[0].port}`, ports);
      }
    }
    for (const [address, { server }] of this.listeners) {
      if (!wanted.has(address)) {
        server.close();
        this.listeners.delete(address);
      }
    }
    for (const [address, ports] of wanted) {
      const listener = this.listeners.get(address) ?? this.listen(address);
      listener.ports = ports;
    }
  }

  /** Ports on the host of the ready pods behind the Service of a webhook. */
  private async portsOf({ metadata: { namespace, name }, spec }: KubernetesObject): Promise<number[]> {
    if (!spec.ports?.some(({ targetPort }: KubernetesObject) => targetPort === 'webhook-server' || targetPort === 9443)) {
      return [];
    }
    const slices = await this.api.list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${name}`);
    return slices.flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready)
      .map(({ targetRef }) => this.kubelet.processOf(targetRef.uid)?.ports.webhook)
      .filter((port) => port !== undefined);
  }

  private listen(address: string): Listener {
    const [host, port] = address.split(':');
    const server = createServer((client) => {
      const target = listener.ports[Math.floor(Math.random() * listener.ports.length)];
      const upstream = connect(target, '127.0.0.1');
      client.pipe(upstream).pipe(client);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
    });
    const listener: Listener = { server, ports: [] };
    server.on('error', () => this.listeners.delete(address));
    server.listen(Number(port), host);
    this.listeners.set(address, listener);
    return listener;
  }
}
