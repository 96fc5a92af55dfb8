import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { Size, Token } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ControllerManifest } from '../../src/controller/controller-source';
import { AdaptedManifest, adaptManifest } from '../../src/controller/manifest-file';
import { renderChartValues } from '../../src/controller/render-values';
import { context } from '../support/chart-fixtures';
import { CHART_DIR, CHART_REASON, hasChart, helmOfTheLayer, helmTemplate } from '../support/helm';
import { crd, MANIFEST_DIR, manifestObjects, NAME } from '../support/manifest-fixtures';
import {
  ControllerLogLevel, ControllerOptions, ControllerVersion, IngressTargetType, LoadBalancerScheme, WebhookCertificate,
} from '../support/subject';

const PLACE = { version: ControllerVersion._default, namespace: 'kube-system', serviceAccountName: 'lbc', releaseName: NAME };

function adapt(options: ControllerOptions = {}, place: Partial<typeof PLACE> = {}, objects = manifestObjects()): AdaptedManifest {
  const { values } = renderChartValues({ ...options, webhookCertificate: WebhookCertificate.CERT_MANAGER }, context());
  return adaptManifest(objects, values, { ...PLACE, ...place });
}

function only(objects: readonly any[], kind: string): any {
  const found = objects.filter((object) => object.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a manifest file', () => {
  test('definitions first, then what the controller needs, the controller, and the webhooks; the ServiceAccount gives way', () => {
    const { definitions, controller, ingressClass } = adapt();
    expect(definitions.map(({ metadata }) => metadata.name)).toEqual(['targetgroupbindings.elbv2.k8s.aws', 'ingressclassparams.elbv2.k8s.aws']);
    expect(controller.map(({ kind }) => kind)).toEqual([
      'ClusterRole', 'ClusterRoleBinding', 'Service', 'Issuer', 'Certificate', 'PodDisruptionBudget', 'Deployment', 'MutatingWebhookConfiguration',
    ]);
    expect(ingressClass.map(({ kind }) => kind)).toEqual(['IngressClassParams', 'IngressClass']);
  });

  test('cluster, region, VPC, image and ServiceAccount are ours; the rest of the Deployment stays', () => {
    const { template, replicas } = only(adapt().controller, 'Deployment').spec;
    expect(replicas).toBe(2);
    expect(template.metadata.labels).toEqual({ 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/instance': NAME });
    expect(template.spec.serviceAccountName).toBe('lbc');
    expect(template.spec.containers).toEqual([
      {
        name: 'controller',
        image: `registry.example.com/lbc:${ControllerVersion._default.releaseTag}`,
        args: ['--mine', '--cluster-name=demo', '--aws-region=eu-west-1', '--aws-vpc-id=vpc-12345678', '--enable-waf=false', '--ingress-class=alb'],
        resources: { limits: { cpu: '1' } },
      },
      { name: 'sidecar', image: 'sidecar:1' },
    ]);
  });

  test.each([
    ['v2.7.0, which answers it', ControllerVersion.V2_7_0, { httpGet: { path: '/readyz', port: 1 }, initialDelaySeconds: 10, successThreshold: 1, timeoutSeconds: 3 }],
    ['v2.6.2, which does not', ControllerVersion.V2_6_2, undefined],
  ])('pods are ready once they serve the webhook: %s', (_, version, readinessProbe) => {
    const objects = manifestObjects();
    const probe = { httpGet: { path: '/healthz', port: 1 }, initialDelaySeconds: 30, timeoutSeconds: 3 };
    objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0].livenessProbe = probe;
    const [container] = only(adapt({}, { version }, objects).controller, 'Deployment').spec.template.spec.containers;
    expect(container).toMatchObject({ livenessProbe: probe });
    expect(container.readinessProbe).toEqual(readinessProbe);
  });

  test('settings that are maps become one argument each', () => {
    const { template } = only(adapt({
      defaultTags: { team: 'shop', stage: 'prod' }, featureGates: { NLBSecurityGroup: false, ListenerRulesTagging: true },
    }).controller, 'Deployment').spec;
    expect(template.spec.containers[0].args).toEqual(expect.arrayContaining([
      '--default-tags=team=shop,stage=prod', '--feature-gates=NLBSecurityGroup=false,ListenerRulesTagging=true',
    ]));
  });

  test('a flag of ours takes the place of one that is written as two items', () => {
    const objects = manifestObjects();
    const container = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
    container.args = ['--cluster-name', 'theirs', '--ingress-class', '--mine', 'its value', '--aws-region', 'theirs', '--last', 'its value'];
    const { args } = only(adapt({}, {}, objects).controller, 'Deployment').spec.template.spec.containers[0];
    expect(args.join(' ')).toMatch(/^--mine its value --last its value --/);
    expect(args).not.toContain('theirs');
  });

  test('a binding is for our ServiceAccount, and for its other subjects still', () => {
    expect(only(adapt().controller, 'ClusterRoleBinding').subjects).toEqual([
      { kind: 'ServiceAccount', name: 'lbc', namespace: 'kube-system' },
      { kind: 'Group', name: NAME, apiGroup: 'rbac.authorization.k8s.io' },
    ]);
  });

  test('another namespace, wherever it stands', () => {
    const { controller } = adapt({}, { namespace: 'ingress' });
    expect(JSON.stringify(controller)).not.toContain('kube-system');
    const { annotations } = only(controller, 'MutatingWebhookConfiguration').metadata;
    expect(annotations).toEqual({ 'cert-manager.io/inject-ca-from': 'ingress/certificate' });
    expect(only(controller, 'Certificate').spec.dnsNames).toEqual(['webhooks.ingress.svc', 'webhooks.ingress.svc.cluster.local']);
    expect(controller.filter(({ metadata }) => 'namespace' in metadata).map(({ metadata }) => metadata.namespace)).toEqual(Array(5).fill('ingress'));
  });

  test('a namespace is put in as it is, even a token', () => {
    const namespace = Token.asString({ Ref: 'Namespace' });
    expect(only(adapt({}, { namespace }).controller, 'Certificate').spec.dnsNames[0]).toBe(`webhooks.${namespace}.svc`);
    expect(only(adapt({}, { namespace: '$&' }).controller, 'Issuer').metadata.namespace).toBe('$&');
  });

  test('words that only look like the namespace stay', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-system-copy' }, data: { a: 'not kube-system', b: 'kube-systems', c: 'a.kube-system.svcs' } };
    expect(adapt({}, { namespace: 'ingress' }, [...manifestObjects(), other]).controller).toContainEqual(other);
  });

  test('the webhook for Services is left out, unless asked for', () => {
    const names = (options: ControllerOptions) => only(adapt(options).controller, 'MutatingWebhookConfiguration').webhooks.map(({ name }: any) => name);
    expect(names({})).toEqual(['mpod.elbv2.k8s.aws']);
    expect(names({ enableServiceMutatorWebhook: true })).toEqual(['mservice.elbv2.k8s.aws', 'mpod.elbv2.k8s.aws']);
  });

  test('a budget for more than one pod, with the selector of the Deployment', () => {
    const budget = only(adapt({ replicas: 3, maxUnavailableReplicas: 2 }).controller, 'PodDisruptionBudget');
    expect(budget.spec).toEqual({ maxUnavailable: 2, selector: { matchLabels: { 'app.kubernetes.io/name': NAME } } });
    const kinds = (replicas: number) => adapt({ replicas }).controller.map(({ kind }) => kind);
    expect(kinds(1)).not.toContain('PodDisruptionBudget');
    expect(kinds(2)).toContain('PodDisruptionBudget');
    expect(kinds(Token.asNumber({ Ref: 'Replicas' }))).toContain('PodDisruptionBudget');
  });

  test('a budget that the file has is kept', () => {
    const own = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'own' }, spec: { minAvailable: 1 } };
    expect(only(adapt({}, {}, [...manifestObjects(), own]).controller, 'PodDisruptionBudget')).toEqual(own);
  });

  test('the IngressClass, with its settings', () => {
    expect(adapt({ ingressClass: { ingressClassName: 'public', isDefault: true, scheme: LoadBalancerScheme.INTERNAL } }).ingressClass).toEqual([
      expect.objectContaining({ metadata: { name: 'public', labels: { 'app.kubernetes.io/name': NAME } }, spec: { scheme: 'internal' } }),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: {
          name: 'public',
          labels: { 'app.kubernetes.io/name': NAME },
          annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
        },
        spec: { controller: 'ingress.k8s.aws/alb', parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'public' } },
      },
    ]);
    expect(adapt({ ingressClass: { create: false } }).ingressClass).toEqual([]);
  });

  test('flags of ours take the place of those of the file', () => {
    const objects = manifestObjects();
    objects[1].spec.template.spec.containers[0].args = ['--log-level=debug', '--feature-gates=A=true', '--log-level-of-mine=1', '--enable-leader-election'];
    const { args } = only(adapt({ logLevel: ControllerLogLevel.INFO }, {}, objects).controller, 'Deployment').spec.template.spec.containers[0];
    expect(args.slice(0, 3)).toEqual(['--feature-gates=A=true', '--log-level-of-mine=1', '--enable-leader-election']);
    expect(args).toContain('--log-level=info');
    expect(args).not.toContain('--log-level=debug');
  });

  test('what is read is not changed', () => {
    const objects = manifestObjects();
    adapt({}, { namespace: 'other' }, objects);
    expect(objects).toEqual(manifestObjects());
  });

  test('definitions of other kinds of API are no definitions of ours', () => {
    const other = { ...crd('others'), apiVersion: 'example.com/v1' };
    expect(adapt({}, {}, [...manifestObjects(), other]).definitions).toHaveLength(2);
  });
});

/** Each value that a prop can set; what a release lacks is left out. */
function everything(version: ControllerVersion): ControllerOptions {
  const since = <T extends object>(release: string, options: T): Partial<T> => (version._isAtLeast(release) ? options : {});
  return {
    replicas: 3,
    maxUnavailableReplicas: 2,
    resources: { cpuRequest: '100m', memoryLimit: Size.mebibytes(128) },
    nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    tolerations: [{ key: 'dedicated' }],
    logLevel: ControllerLogLevel.DEBUG,
    defaultTags: { team: 'a', cost: 'b' },
    defaultSslPolicy: elbv2.SslPolicy.TLS13_13,
    watchNamespace: 'web',
    ingressClass: { ingressClassName: 'public', groupName: 'shared', ...since('v2.4.4', { isDefault: true }) },
    ...since('v2.4.4', { featureGates: { WeightedTargetGroups: false } }),
    ...since('v2.5.0', { defaultTargetType: IngressTargetType.IP, enableServiceMutatorWebhook: true }),
    ...since('v2.17.1', { defaultScheme: LoadBalancerScheme.INTERNET_FACING }),
  };
}

const missing = MANIFEST_DIR === undefined ? ' (skipped: LBC_UPSTREAM_DIR names no directory with manifests)' : '';
const fileOf = (version: ControllerVersion) => path.join(MANIFEST_DIR ?? '', `${version.releaseTag.replace(/\./g, '_')}_full.yaml`);
const at = (version: ControllerVersion) => [version.releaseTag, version] as const;

(MANIFEST_DIR === undefined ? describe.skip : describe)(`upstream's manifest files${missing}`, () => {
  const versions = MANIFEST_DIR === undefined ? [] : ControllerVersion._known().filter((version) => existsSync(fileOf(version)));
  const adapted = (version: ControllerVersion, options: ControllerOptions = {}) => {
    const { values } = renderChartValues({ ...options, webhookCertificate: WebhookCertificate.CERT_MANAGER }, context({ version }));
    return { values, ...adaptManifest(ControllerManifest.fromFile(fileOf(version)).objectsOf(version), values, { ...PLACE, version, namespace: 'ingress' }) };
  };

  test('are there', () => {
    expect(versions.length).toBe(readdirSync(MANIFEST_DIR!).filter((file) => file.endsWith('_full.yaml')).length);
    expect(versions.length).toBeGreaterThan(0);
  });

  test.each(versions.map(at))('%s is taken', (_, version) => {
    const { definitions, controller } = adapted(version);
    expect(definitions.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['targetgroupbindings.elbv2.k8s.aws', 'ingressclassparams.elbv2.k8s.aws']));
    expect(controller.map(({ kind }) => kind)).not.toContain('ServiceAccount');
    expect(JSON.stringify(controller)).not.toMatch(/kube-system|your-cluster-name|mservice/);
    expect(only(controller, 'RoleBinding').subjects).toEqual([{ kind: 'ServiceAccount', name: 'lbc', namespace: 'ingress' }]);
    const text = readFileSync(fileOf(version), 'utf8');
    expect(text.match(/^kind: /gm)).toHaveLength(definitions.length + controller.length); // less the ServiceAccount, and with a budget
  });

  (CHART_DIR === undefined ? describe.skip : describe)(`against the chart${CHART_REASON}`, () => {
    let helm: string;
    beforeAll(() => { helm = helmOfTheLayer(); });

    test.each(versions.filter((version) => hasChart(version.chartVersion)).map(at))('%s: the props make the same flags, pods and class as with Helm', (_, version) => {
      const { values, controller, ingressClass } = adapted(version, everything(version));
      const rendered = helmTemplate(helm, path.join(CHART_DIR!, version.chartVersion), values);
      const ours = only(controller, 'Deployment').spec;
      const theirs = only(rendered.objects, 'Deployment').spec;
      const flags = (spec: any) => spec.template.spec.containers[0].args
        .map((arg: string) => arg.replace(/^(--[a-z-]+=)(.*,.*)$/, (_match, flag, list) => flag + list.split(',').sort().join())).sort();
      expect(flags(ours)).toEqual(flags(theirs));
      expect(ours.replicas).toBe(theirs.replicas);
      // The chart adds an affinity of its own, which the file does not have.
      for (const field of ['nodeSelector', 'tolerations', 'priorityClassName', 'serviceAccountName', 'topologySpreadConstraints']) {
        expect([field, ours.template.spec[field]]).toEqual([field, theirs.template.spec[field]]);
      }
      for (const field of ['image', 'resources', 'readinessProbe']) {
        expect(ours.template.spec.containers[0][field]).toEqual(theirs.template.spec.containers[0][field]);
      }
      expect(only(controller, 'PodDisruptionBudget').spec.maxUnavailable).toBe(only(rendered.objects, 'PodDisruptionBudget').spec.maxUnavailable);
      for (const kind of ['IngressClass', 'IngressClassParams']) {
        const [our, their] = [only(ingressClass, kind), only(rendered.objects, kind)];
        const parts = ({ apiVersion, metadata, spec }: any) => [apiVersion, metadata.name, metadata.annotations, spec];
        expect(parts(our)).toEqual(parts(their));
      }
      const webhooks = (objects: readonly any[]) => objects.filter(({ kind }) => /WebhookConfiguration$/.test(kind))
        .flatMap((object) => object.webhooks.map(({ name }: any) => name)).sort();
      // The chart has it where the feature gate is on; the file has it from v2.17.0 on, and with the gate off it lets no GlobalAccelerator in.
      expect(webhooks(controller).filter((name) => name !== 'vglobalaccelerator.aga.k8s.aws')).toEqual(webhooks(rendered.objects));
    });
  });
});
