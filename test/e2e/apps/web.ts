/** Settings of an Ingress by annotations, without their prefix. */
export type IngressSettings = Record<string, string>;

/** Objects of a small web application with an Ingress, in a namespace of its own. */
export function webApplication(name: string, settings: IngressSettings, replicas = 2): Record<string, unknown>[] {
  return [namespace(name), ...workload(name, replicas), ingress(name, settings)];
}

export function namespace(name: string): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** A Deployment and its Service, of type NodePort so that instances can be targets too. */
export function workload(name: string, replicas = 2): Record<string, unknown>[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] } },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: name }, spec: { type: 'NodePort', selector: labels, ports: [{ port: 80 }] } },
  ];
}

/** @param path of the one rule */
export function ingress(name: string, settings: IngressSettings, path = '/', spec: object = {}): Record<string, unknown> {
  const annotations = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value]));
  const backend = { service: { name, port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: name, annotations },
    spec: { ingressClassName: 'alb', rules: [{ http: { paths: [{ path, pathType: 'Prefix', backend }] } }], ...spec },
  };
}
