/** An IngressClass with its settings. */
export interface IngressClassWithParams {
  readonly name: string;
  readonly isDefault?: boolean;
  /** Name of the controller that the class is for. */
  readonly controller: string;
  /** API group of its IngressClassParams, and the version in it. */
  readonly group: string;
  readonly version: string;
  /** Spec of the IngressClassParams. */
  readonly params: { readonly [key: string]: unknown };
  readonly labels?: { readonly [key: string]: string };
}

/** Renders an IngressClass after the IngressClassParams of the same name, to which it refers. */
export function renderIngressClassObjects({ name, isDefault, controller, group, version, params, labels }: IngressClassWithParams) {
  const metadata = { name, ...labels && { labels } };
  return [
    {
      apiVersion: `${group}/${version}`,
      kind: 'IngressClassParams',
      metadata,
      spec: params,
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { ...metadata, ...isDefault && { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } },
      spec: { controller, parameters: { apiGroup: group, kind: 'IngressClassParams', name } },
    },
  ];
}
