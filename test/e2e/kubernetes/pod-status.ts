import { KubernetesObject } from './api';

/** What a kubelet says of a pod. */
export interface PodCondition {
  readonly ready: boolean;
  /** Why its containers do not run. */
  readonly waiting?: string;
  readonly restarts: number;
}

export function podStatus(pod: KubernetesObject, { ready, waiting, restarts }: PodCondition, address: string, nodeAddress: string): object {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, '');
  const condition = (type: string, isTrue: boolean) => ({ type, status: isTrue ? 'True' : 'False', lastTransitionTime });
  return {
    phase: waiting && restarts === 0 ? 'Pending' : 'Running',
    hostIP: nodeAddress,
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: lastTransitionTime,
    conditions: [
      ...['Initialized', 'PodScheduled', 'PodReadyToStartContainers'].map((type) => condition(type, true)),
      ...['Ready', 'ContainersReady'].map((type) => condition(type, ready)),
    ],
    containerStatuses: pod.spec.containers.map(({ name, image }: KubernetesObject) => ({
      name,
      image,
      imageID: image,
      ready,
      restartCount: restarts,
      started: !waiting,
      state: waiting ? { waiting: { reason: waiting } } : { running: { startedAt: lastTransitionTime } },
    })),
  };
}

export function nodeObject({ name, zone, instanceId }: { name: string; zone: string; instanceId: string }, group: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': zone,
        'topology.kubernetes.io/region': zone.slice(0, -1),
        'eks.amazonaws.com/nodegroup': group,
      },
    },
    spec: { providerID: `aws:///${zone}/${instanceId}` },
  };
}

export function nodeStatus({ name, address }: { name: string; address: string }): object {
  const lastHeartbeatTime = new Date().toISOString().replace(/\.\d+/, '');
  const capacity = { 'cpu': '4', 'memory': '16Gi', 'pods': '25', 'ephemeral-storage': '80Gi' };
  const condition = (type: string, status: string) => ({
    type, status, reason: 'Simulated', message: 'of the harness', lastHeartbeatTime, lastTransitionTime: '2026-01-01T00:00:00Z',
  });
  return {
    capacity,
    allocatable: capacity,
    addresses: [{ type: 'InternalIP', address }, { type: 'Hostname', address: name }],
    conditions: [condition('Ready', 'True'), ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, 'False'))],
  };
}
