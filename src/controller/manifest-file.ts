import { IResolvable, Lazy, Token, Tokenization } from 'aws-cdk-lib';
import { chartHas } from './chart-values';
import { CONTROLLER_OPTIONS } from './controller-option-table';
import { CONTAINER, DEPLOYMENT } from './controller-source';
import { isCrd, withoutState } from './crds';
import { renderIngressClassObjects } from '../ingress/ingress-class-objects';
import { CONTROLLER, type ControllerVersion } from '../release/controller-version';
import { CONTROLLER_NAMES } from '../release/serving-controller';
import { isPlainObject } from '../util/maps';
import { YamlObject } from '../util/yaml';

/** Names in upstream's manifest file. */
const FILE_NAMESPACE = 'kube-system';
const FILE_SERVICE_ACCOUNT = CONTROLLER;
const SERVICE_MUTATOR = 'mservice.elbv2.k8s.aws';

/** What the file is adapted to. */
export interface ManifestContext {
  readonly version: ControllerVersion;
  readonly namespace: string;
  readonly serviceAccountName: string;
  /** Put on the pods as `app.kubernetes.io/instance`, as the chart does: rules of spreading and Fargate profiles select by it. */
  readonly releaseName: string;
}

/** The objects of a manifest file, adapted and in the order in which they are to be deployed. */
export interface AdaptedManifest {
  /** Before everything else, and to stay. */
  readonly definitions: YamlObject[];
  /** The controller, with what it needs before it. */
  readonly controller: YamlObject[];
  /** What the webhooks of the running controller may look at. */
  readonly ingressClass: YamlObject[];
}

/** Kinds in the order of Helm; all others come after the Deployment, as the webhooks must. */
const ORDER = [
  'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding', 'Service', 'Issuer', 'Certificate', 'PodDisruptionBudget', 'Deployment',
];

/**
 * Adapts the objects of upstream's manifest file to a cluster.
 *
 * @param values what the chart of the same release would be given: the props mean the same with either, and are checked once
 */
export function adaptManifest(objects: YamlObject[], values: { [key: string]: any }, context: ManifestContext): AdaptedManifest {
  const adapted = objects.filter((object) => !isCrd(object) && !isOwnServiceAccount(object))
    .map((object) => inNamespace(withoutState(object), context.namespace))
    .map((object) => object.kind === 'Deployment' ? adaptDeployment(object, values, context) : adaptOther(object, values, context));
  return {
    definitions: objects.filter(isCrd),
    controller: [...adapted, ...renderBudget(objects, values, context)].sort((a, b) => rank(a) - rank(b)),
    ingressClass: renderIngressClass(values),
  };
}

function rank({ kind }: YamlObject): number {
  return ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length;
}

function isOwnServiceAccount({ kind, metadata }: YamlObject): boolean {
  return kind === 'ServiceAccount' && metadata.name === FILE_SERVICE_ACCOUNT;
}

/** The namespace stands in references, annotations and host names too; the role of leader election is bound in it. */
function inNamespace<T>(value: T, namespace: string): T {
  if (Array.isArray(value)) {
    return value.map((item) => inNamespace(item, namespace)) as T;
  }
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inNamespace(inner, namespace)])) as T;
  }
  if (typeof value !== 'string') {
    return value;
  }
  return value.replace(new RegExp(`^${FILE_NAMESPACE}(?=$|/)|(?<=\\.)${FILE_NAMESPACE}(?=\\.svc($|\\.))`), () => namespace) as T;
}

function adaptDeployment(deployment: YamlObject, values: { [key: string]: any }, context: ManifestContext): YamlObject {
  const { version, serviceAccountName, releaseName } = context;
  const { template } = deployment.spec;
  const containers = template.spec.containers.map((container: any) => container.name !== CONTAINER ? container : {
    ...container,
    args: adaptArgs(container.args ?? [], values),
    image: `${values.image.repository}:${values.image.tag}`,
    ...(values.resources === undefined ? {} : { resources: values.resources }),
    ...renderReadinessProbe(container, version),
  });
  const fields = Object.fromEntries(Object.values(CONTROLLER_OPTIONS)
    .filter(({ chart, pods }) => pods && values[chart!] !== undefined)
    .map(({ chart }) => [chart!, values[chart!]]));
  return {
    ...deployment,
    spec: {
      ...deployment.spec,
      replicas: values.replicaCount,
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          labels: { ...template.metadata.labels, 'app.kubernetes.io/instance': releaseName },
          ...(values.podAnnotations === undefined ? {} : { annotations: { ...template.metadata.annotations, ...values.podAnnotations } }),
        },
        spec: { ...template.spec, ...fields, containers, serviceAccountName },
      },
    },
  };
}

/**
 * The file has no readiness probe, so its pods are ready before they serve the webhook, and the first Ingress after a rollout is rejected.
 * The chart has one, from the first release on that answers it.
 */
function renderReadinessProbe({ livenessProbe, readinessProbe }: any, version: ControllerVersion): object {
  return readinessProbe !== undefined || livenessProbe?.httpGet === undefined || !chartHas(version, 'readinessProbe') ? {} : {
    readinessProbe: { ...livenessProbe, httpGet: { ...livenessProbe.httpGet, path: '/readyz' }, initialDelaySeconds: 10, successThreshold: 1 },
  };
}

/** Flags of this library replace the file's; its other flags stay. Those that are known when Aspects have run make the list one that is. */
function adaptArgs(args: string[], values: { [key: string]: any }): string[] | IResolvable {
  const flags = Object.values(CONTROLLER_OPTIONS)
    .map(({ chart, flag }): [string | undefined, any] => [flag, flag && valueAt(values, chart!)])
    .filter(([, value]) => value !== undefined && !isEmpty(value));
  const names = flags.map(([flag]) => `--${flag}`);
  const render = (flag: string | undefined, value: unknown) => value === undefined ? [] : [`--${flag}=${isPlainObject(value) ? pairs(value) : value}`];
  const kept = args.map(String).filter((arg, index, all) => !names.includes(arg.split('=')[0]) && !(isValue(arg) && names.includes(all[index - 1])));
  return flags.some(([, value]) => Tokenization.isResolvable(value))
    ? Lazy.uncachedAny({
      produce: (context) => {
        const plain = (value: unknown) => Tokenization.isResolvable(value) ? value.resolve(context) : value;
        return [...kept, ...flags.flatMap(([flag, value]) => render(flag, plain(value)))];
      },
    })
    : [...kept, ...flags.flatMap(([flag, value]) => render(flag, value))];
}

function valueAt(values: { [key: string]: any }, keys: string): unknown {
  return keys.split('.').reduce<any>((level, key) => level?.[key], values);
}

/** A flag and its value may be two items; the item before says which flag a value belongs to. */
function isValue(arg: string): boolean {
  return !arg.startsWith('-');
}

function isEmpty(value: unknown): boolean {
  return value === '' || (isPlainObject(value) && Object.keys(value).length === 0);
}

function pairs(map: { [key: string]: unknown }): string {
  return Object.entries(map).map(([key, value]) => `${key}=${value}`).join();
}

function adaptOther(object: YamlObject, values: { [key: string]: any }, { serviceAccountName }: ManifestContext): YamlObject {
  if (object.subjects) {
    return {
      ...object,
      subjects: object.subjects.map((subject: any) => subject.kind === 'ServiceAccount' && subject.name === FILE_SERVICE_ACCOUNT
        ? { ...subject, name: serviceAccountName }
        : subject),
    };
  }
  if (object.kind === 'MutatingWebhookConfiguration' && values.enableServiceMutatorWebhook !== true) {
    return { ...object, webhooks: object.webhooks?.filter(({ name }: any) => name !== SERVICE_MUTATOR) };
  }
  return object;
}

/** The file has no budget; the chart has one for more than one pod. */
function renderBudget(objects: YamlObject[], values: { [key: string]: any }, { namespace }: ManifestContext): YamlObject[] {
  if ((!Token.isUnresolved(values.replicaCount) && values.replicaCount <= 1) || objects.some(({ kind }) => kind === 'PodDisruptionBudget')) {
    return [];
  }
  const { spec } = objects.find(({ kind }) => kind === 'Deployment')!;
  return [{
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: DEPLOYMENT, namespace, labels: LABELS },
    spec: { ...values.podDisruptionBudget, selector: spec.selector },
  }];
}

/** The label keeps the webhook, which may not answer yet, from looking at IngressClassParams. */
const LABELS = { 'app.kubernetes.io/name': CONTROLLER };

/** The file has no IngressClass: upstream publishes it in another one. */
function renderIngressClass(values: { [key: string]: any }): YamlObject[] {
  if (!values.createIngressClassResource) {
    return [];
  }
  return renderIngressClassObjects({
    name: values.ingressClass,
    isDefault: values.ingressClassConfig?.default === true,
    servedBy: CONTROLLER_NAMES,
    params: values.ingressClassParams?.spec ?? {},
    labels: LABELS,
  });
}
