import * as fs from 'fs';
import { ApiError, KubernetesApi, KubernetesObject } from './api';
import { ControllerProcess, isController, NotYet } from './controller-process';
import type { Node } from './node-groups';
import { nodeObject, nodeStatus, PodCondition, podStatus } from './pod-status';
import { Eks } from '../aws/eks';
import { eventually, sleep } from '../processes';
import { logFile } from '../settings';

const HEARTBEAT_MILLIS = 8_000;
const RESTART_MILLIS = 2_000;

interface PodState {
  readonly name: string;
  readonly node: Node;
  readonly address: string;
  restarts: number;
  slot?: number;
  process?: ControllerProcess;
  startedAt?: number;
  probedAt: number;
  ready: boolean;
  /** Before that it is not started again. */
  restartAt: number;
  stopping?: Promise<void>;
  told?: string;
}

/**
 * The kubelets of a few nodes: runs the pods of the controller, and says of all others that they run.
 */
export class Kubelet {
  private readonly nodes = new Map<string, { node: Node; group: string; free: string[]; beatAt: number }>();
  private readonly pods = new Map<string, PodState>();
  private loop?: Promise<void>;
  private stopped = false;

  constructor(private readonly api: KubernetesApi, private readonly eks: Eks, private readonly authority: string) {}

  public start(): void {
    this.loop = (async () => {
      while (!this.stopped) {
        await this.tick().catch((error) => this.tell(String(error.stack ?? error)));
        await sleep(300);
      }
    })();
  }

  public async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
    await Promise.all([...this.pods.values()].map(({ process }) => process?.stop(1)));
  }

  public addNode(node: Node, group: string): void {
    this.nodes.set(node.name, { node, group, free: [...node.podAddresses], beatAt: 0 });
  }

  public isReady(name: string): boolean {
    return (this.nodes.get(name)?.beatAt ?? 0) > 0;
  }

  /** Takes a node away, after its pods. */
  public async removeNode(name: string): Promise<void> {
    await this.api.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: true } });
    const podsHere = async () => this.api.list(`/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
    for (const { metadata } of await podsHere()) {
      await this.api.delete(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
    }
    await eventually(`pods of node ${name} are gone`, 60, async () => (await podsHere()).length === 0);
    this.nodes.delete(name);
    await this.api.delete(`/api/v1/nodes/${name}`);
  }

  /** The process behind a pod. */
  public processOf(uid: string): ControllerProcess | undefined {
    return this.pods.get(uid)?.process;
  }

  private async tick(): Promise<void> {
    for (const entry of this.nodes.values()) {
      if (Date.now() - entry.beatAt > HEARTBEAT_MILLIS) {
        await this.beat(entry);
      }
    }
    const live = await this.api.list('/api/v1/pods');
    await Promise.all(live.map(async (pod) => this.sync(pod).catch((error) => this.tell(`${pod.metadata.name}: ${error}`))));
    const uids = new Set(live.map(({ metadata }) => metadata.uid));
    for (const [uid, state] of this.pods) {
      if (!uids.has(uid)) {
        await state.process?.stop(1);
        this.nodes.get(state.node.name)?.free.push(state.address);
        this.pods.delete(uid);
      }
    }
  }

  private async beat(entry: { node: Node; group: string; beatAt: number }): Promise<void> {
    const path = `/api/v1/nodes/${entry.node.name}`;
    if (entry.beatAt === 0) {
      await this.api.create('/api/v1/nodes', nodeObject(entry.node, entry.group));
    }
    await this.api.patch(`${path}/status`, { status: nodeStatus(entry.node) });
    entry.beatAt = Date.now();
  }

  private async sync(pod: KubernetesObject): Promise<void> {
    const state = this.stateOf(pod);
    if (!state) {
      return;
    }
    if (pod.metadata.deletionTimestamp) {
      return this.end(pod, state);
    }
    if (!isController(pod)) {
      return this.report(pod, state, { ready: true, restarts: 0 });
    }
    if (state.process && !state.process.isRunning) {
      this.tell(`${state.name} ended`);
      state.restarts += 1;
      Object.assign(state, { process: undefined, slot: undefined, ready: false, restartAt: Date.now() + RESTART_MILLIS });
      return this.report(pod, state, { ready: false, waiting: 'CrashLoopBackOff', restarts: state.restarts });
    }
    if (!state.process) {
      return this.run(pod, state);
    }
    await this.probe(pod, state);
    return this.report(pod, state, { ready: state.ready, restarts: state.restarts });
  }

  private stateOf(pod: KubernetesObject): PodState | undefined {
    const { metadata: { uid, name }, spec } = pod;
    const known = this.pods.get(uid);
    const entry = this.nodes.get(spec.nodeName);
    if (known || !entry) {
      return known;
    }
    const address = entry.free.shift();
    if (!address) {
      throw new Error(`no address is left on ${spec.nodeName}`);
    }
    const state = { name, node: entry.node, address, restarts: 0, probedAt: 0, ready: false, restartAt: 0 };
    this.pods.set(uid, state);
    return state;
  }

  private async run(pod: KubernetesObject, state: PodState): Promise<void> {
    if (Date.now() < state.restartAt) {
      return;
    }
    const taken = new Set([...this.pods.values()].map(({ slot }) => slot));
    state.slot = [...Array(40).keys()].find((slot) => !taken.has(slot))!;
    try {
      state.process = await ControllerProcess.start(pod, state.slot, { api: this.api, eks: this.eks, authority: this.authority });
      state.startedAt = Date.now();
      this.tell(`${state.name} started`);
      await this.report(pod, state, { ready: false, restarts: state.restarts });
    } catch (error) {
      state.slot = undefined;
      if (!(error instanceof NotYet)) { throw error; }
      if (state.told !== error.message) { this.tell(`${state.name} waits: ${error.message}`); }
      await this.report(pod, state, { ready: false, waiting: error.reason, restarts: 0 });
    }
  }

  private async probe(pod: KubernetesObject, state: PodState): Promise<void> {
    const { readinessProbe } = pod.spec.containers[0];
    if (!readinessProbe) {
      state.ready = true;
      return;
    }
    const { initialDelaySeconds = 0, periodSeconds = 10, httpGet } = readinessProbe;
    const now = Date.now();
    if (now - state.startedAt! >= initialDelaySeconds * 1000 && now - state.probedAt >= periodSeconds * 1000) {
      state.probedAt = now;
      state.ready = await state.process!.answers(httpGet.path);
    }
  }

  private async end(pod: KubernetesObject, state: PodState): Promise<void> {
    const { namespace, name, uid, deletionGracePeriodSeconds } = pod.metadata;
    if (state.process?.isRunning) {
      state.stopping ??= state.process.stop(deletionGracePeriodSeconds ?? 30);
      return;
    }
    await this.api.delete(`/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  private async report(pod: KubernetesObject, state: PodState, condition: PodCondition): Promise<void> {
    const told = JSON.stringify(condition);
    if (state.told === told) {
      return;
    }
    const { namespace, name } = pod.metadata;
    try {
      const status = podStatus(pod, condition, state.address, state.node.address);
      await this.api.patch(`/api/v1/namespaces/${namespace}/pods/${name}/status`, { status }, 'strategic-merge');
      state.told = told;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) { throw error; }
    }
  }

  private tell(event: string): void {
    fs.appendFileSync(logFile('kubelet.log'), `${new Date().toISOString()} ${event}\n`);
  }
}
