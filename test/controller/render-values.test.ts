import { Aws, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import { renderChartValues } from '../../src/controller/render-values';
import { context } from '../support/chart-fixtures';
import {
  ControllerLogLevel, ControllerOptions, ControllerResources, ControllerVersion, IngressTargetType, LoadBalancerScheme, WebhookCertificate,
} from '../support/subject';

const { V2_4_0, V2_4_2, V2_4_3, V2_4_4, V2_16_0, V2_17_1, V3_0_0, V3_1_0, V3_2_2, V3_5_0 } = ControllerVersion;
const render = (options: ControllerOptions = {}, over: Parameters<typeof context>[0] = {}) => renderChartValues(options, context(over));
const values = (options: ControllerOptions = {}, over: Parameters<typeof context>[0] = {}) => render(options, over).values as any;

describe('defaults', () => {
  test('of the newest release', () => {
    const spread = (topologyKey: string) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'aws-load-balancer-controller' } },
    });
    expect(render()).toEqual({
      warnings: [],
      values: {
        clusterName: 'demo',
        region: 'eu-west-1',
        vpcId: 'vpc-12345678',
        serviceAccount: { create: false, name: 'lbc' },
        image: { repository: 'registry.example.com/lbc', tag: ControllerVersion._default.releaseTag },
        replicaCount: 2,
        podDisruptionBudget: { maxUnavailable: 1 },
        topologySpreadConstraints: [spread('topology.kubernetes.io/zone'), spread('kubernetes.io/hostname')],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        enableServiceMutatorWebhook: false,
        keepTLSSecret: true,
        ingressClass: 'alb',
        createIngressClassResource: true,
        enableWaf: false,
      },
    });
  });

  test('of the oldest release leave out what its chart lacks, and spread by affinity instead', () => {
    const oldest = values({}, { version: V2_4_0 });
    expect(oldest).not.toHaveProperty('enableServiceMutatorWebhook');
    expect(oldest).not.toHaveProperty('topologySpreadConstraints');
    expect(oldest.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution).toHaveLength(1);
    expect(values({}, { version: V2_4_2 })).not.toHaveProperty('affinity');
    expect(values({ values: { affinity: { nodeAffinity: {} } } }, { version: V2_4_0 }).affinity).toEqual({ nodeAffinity: {} });
  });

  test('keep tokens', () => {
    const stack = new Stack();
    expect(stack.resolve(values({ watchNamespace: Lazy.string({ produce: () => 'X' }) }, { region: Aws.REGION }))).toMatchObject({
      region: { Ref: 'AWS::Region' }, watchNamespace: 'X',
    });
  });
});

describe('WAF and Shield', () => {
  test('are off where the partition lacks them', () => {
    expect(values({}, { partition: 'aws-cn' })).toMatchObject({ enableShield: false });
    expect(values({}, { partition: Aws.PARTITION })).not.toHaveProperty('enableShield');
  });

  test('are off in an isolated VPC, unless asked for', () => {
    expect(values({}, { isolated: true, features: { enableWafv2: true } })).toMatchObject({
      enableWaf: false, enableWafv2: true, enableShield: false,
    });
  });
});

describe('features', () => {
  test('Global Accelerator and certificate management are gates, together with the user\'s own', () => {
    expect(values(
      { featureGates: { ALBSingleSubnet: true } },
      { features: { enableGlobalAccelerator: true, enableAcmCertificateManagement: true } },
    ).controllerConfig).toEqual({
      featureGates: { ALBSingleSubnet: true, GlobalAcceleratorController: true, EnableCertificateManagement: true },
    });
    expect(values({}, { features: { enableGlobalAccelerator: false, enableAcmCertificateManagement: false } })).not.toHaveProperty('controllerConfig');
  });

  test.each([
    ['enableGlobalAccelerator', 'GlobalAcceleratorController', V2_16_0],
    ['enableAcmCertificateManagement', 'EnableCertificateManagement', V3_2_2],
  ])('fails for %s before its gate', (prop, gate, version) => {
    expect(() => values({}, { version, features: { [prop]: true } })).toThrow(new Error(
      `${prop} must be left out with a controller without the feature gate ${gate}, got "${version.releaseTag}"; use a newer ControllerVersion`));
  });

  test.each([
    [V2_4_0, undefined],
    [V2_4_4, { EnableServiceController: false }],
    [V3_5_0, { EnableServiceController: false, ALBGatewayAPI: false, NLBGatewayAPI: false }],
  ])('for TargetGroupBindings only ($controllerVersion) switch off what makes load balancers', (version, featureGates) => {
    const rendered = values({}, { version, features: { targetGroupBindingOnly: true } });
    expect(rendered).toMatchObject({ createIngressClassResource: false, enableWaf: false, enableWafv2: false, enableShield: false });
    expect(rendered.controllerConfig?.featureGates).toEqual(featureGates);
  });

  test('for TargetGroupBindings only leave what the user asked for', () => {
    const rendered = values(
      { ingressClass: { create: true }, featureGates: { EnableServiceController: true } },
      { features: { targetGroupBindingOnly: true, enableWafv2: true } },
    );
    expect(rendered).toMatchObject({ createIngressClassResource: true, enableWafv2: true });
    expect(rendered.controllerConfig.featureGates.EnableServiceController).toBe(true);
  });
});

describe('props of newer charts', () => {
  test.each<[string, ControllerOptions, ControllerVersion, string, string]>([
    ['topologySpreadConstraints', { topologySpreadConstraints: [] }, V2_4_0, 'topologySpreadConstraints', '1.4.3'],
    ['featureGates', { featureGates: { WeightedTargetGroups: false } }, V2_4_3, 'controllerConfig.featureGates', '1.4.5'],
    ['ingressClass.isDefault', { ingressClass: { isDefault: true } }, V2_4_3, 'ingressClassConfig.default', '1.4.5'],
    ['defaultTargetType', { defaultTargetType: IngressTargetType.IP }, V2_4_4, 'defaultTargetType', '1.5.0'],
    ['enableServiceMutatorWebhook', { enableServiceMutatorWebhook: true }, V2_4_4, 'enableServiceMutatorWebhook', '1.5.0'],
    ['defaultScheme', { defaultScheme: LoadBalancerScheme.INTERNAL }, V2_16_0, 'defaultLoadBalancerScheme', '1.17.1'],
  ])('fails for %s', (prop, options, version, key, since) => {
    expect(() => values(options, { version })).toThrow(new Error(
      `${prop} must be left out with a chart that lacks it (${key} came with chart ${since}), got "${version.chartVersion}"; `
      + `use a ControllerVersion with chart ${since} or later, or leave it out`));
  });

  test('asking for what an old chart does anyway is no contradiction', () => {
    expect(() => values({ enableServiceMutatorWebhook: false, ingressClass: { isDefault: false } }, { version: V2_4_0 })).not.toThrow();
  });

  test('the last chart without and the first with a key', () => {
    expect(() => values({ defaultScheme: LoadBalancerScheme.INTERNAL }, { version: ControllerVersion.V2_17_0 })).toThrow(/^defaultScheme /);
    expect(values({ defaultScheme: LoadBalancerScheme.INTERNAL }, { version: V2_17_1 }).defaultLoadBalancerScheme).toBe('internal');
  });
});

describe('pods', () => {
  test('one replica is a warning', () => {
    const { warnings, values: rendered } = render({ replicas: 1 });
    expect(rendered.replicaCount).toBe(1);
    expect(warnings).toEqual([{ name: 'singleReplica', message: expect.stringMatching(/^replicas is 1: /) }]);
    expect(render({ replicas: 2 }).warnings).toEqual([]);
  });

  test.each([0, -1, 1.5])('fails for %d replicas', (replicas) => {
    expect(() => values({ replicas })).toThrow(new Error(`replicas must be a whole number of at least 1, got ${replicas}; use 2 for high availability`));
  });

  test('fails for a budget under which no node can be drained', () => {
    expect(() => values({ maxUnavailableReplicas: 0 })).toThrow(new Error('maxUnavailableReplicas must be a whole number of at least 1, got 0; use 1; with 0 no node could be drained'));
  });

  test('fails for a budget under which all pods can go', () => {
    expect(() => values({ maxUnavailableReplicas: 3, replicas: 3 })).toThrow(new Error(
      'maxUnavailableReplicas must be less than replicas (3), or a drain may take all pods, got 3; lower it, or raise replicas'));
    expect(values({ maxUnavailableReplicas: 2, replicas: 3 }).podDisruptionBudget).toEqual({ maxUnavailable: 2 });
  });

  test('numbers may be tokens', () => {
    const replicas = Token.asNumber({ Ref: 'Replicas' });
    expect(new Stack().resolve(values({ replicas, maxUnavailableReplicas: 5 })).replicaCount).toEqual({ Ref: 'Replicas' });
  });

  test.each([ControllerVersion._known()[0], ControllerVersion._latest])('run on Linux, in addition to the labels of the user', (version) => {
    expect(values({ nodeSelector: { pool: 'system' } }, { version }).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'pool': 'system' });
    expect(values({ values: { nodeSelector: { pool: 'system' } } }, { version }).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'pool': 'system' });
  });

  test('resources in the units of Kubernetes', () => {
    const resources = {
      cpuRequest: '250m',
      cpuLimit: '1.5',
      memoryRequest: Size.mebibytes(128),
      memoryLimit: Size.kibibytes(1025),
    };
    expect(values({ resources }).resources).toEqual({
      requests: { cpu: '250m', memory: '128Mi' }, limits: { cpu: '1.5', memory: '1025Ki' },
    });
    expect(values({ resources: { memoryLimit: Size.gibibytes(1) } }).resources).toEqual({ limits: { memory: '1024Mi' } });
  });

  test.each<[ControllerResources, string]>([
    [{ cpuRequest: 'lots' }, 'resources.cpuRequest must be a quantity of processors, got "lots"; write it like "100m" or "0.5"'],
    [{ cpuRequest: '0.0001' }, 'resources.cpuRequest must be a quantity of processors, got "0.0001"; write it like "100m" or "0.5"'],
    [{ cpuLimit: '0m' }, 'resources.cpuLimit must be a quantity of processors, got "0m"; write it like "100m" or "0.5"'],
    [{ memoryLimit: Size.bytes(1025) }, `resources.memoryLimit must be in whole KiB, got "${1025 / 1024} KiB"; use Size.mebibytes()`],
    [{ memoryRequest: Size.mebibytes(Token.asNumber({ Ref: 'M' })) }, 'resources.memoryRequest must be known at synth, got "a token"; use a literal Size'],
  ])('fails for the resources %j', (resources, message) => {
    expect(() => values({ resources })).toThrow(new Error(message));
  });

  test('fails for names Kubernetes would reject', () => {
    expect(() => values({ watchNamespace: 'kube.system' })).toThrow(new Error(
      "watchNamespace must be a DNS label (a-z, 0-9, '-', starting and ending alphanumeric, at most 63 characters), got \"kube.system\"; rename it"));
    expect(() => values({ watchNamespace: 'a'.repeat(63) })).not.toThrow();
    expect(() => values({ watchNamespace: 'a'.repeat(64) })).toThrow(/^watchNamespace /);
  });
});

describe('controller', () => {
  test('cert-manager keeps its own certificate', () => {
    expect(values({ webhookCertificate: WebhookCertificate.CERT_MANAGER })).toMatchObject({ enableCertManager: true });
    expect(values({ webhookCertificate: WebhookCertificate.CERT_MANAGER })).not.toHaveProperty('keepTLSSecret');
  });

  test.each([
    [V2_17_1, true, {}, 0],
    [V3_0_0, undefined, {}, 1],
    [V3_0_0, undefined, { webhookCertificate: WebhookCertificate.CERT_MANAGER }, 0],
    [V3_0_0, undefined, { values: { webhookTLS: { cert: 'c', key: 'k', caCert: 'ca' } } }, 0],
    [V3_1_0, true, {}, 0],
  ])('$controllerVersion keeps the webhook certificate: %s', (version, kept, options, count) => {
    const { values: rendered, warnings } = render(options, { version });
    expect(rendered.keepTLSSecret).toBe(kept);
    expect(warnings.map(({ name }) => name)).toEqual(new Array(count).fill('certificateNotKept'));
  });

  test.each(['a,b', 'say "x"', 'x: y', 'x #y', ' x', 'x ', 'x:', 'x\ny'])('fails for the default tag value %j', (value) => {
    expect(() => values({ defaultTags: { key: value } })).toThrow(new Error(
      "defaultTags must not have a comma, a double quote, a line break, ': ' or ' #' in keys or values, nor start or end with a space, nor end with ':', "
      + `got ${JSON.stringify(value)}; reword it; the chart passes all tags in one flag`));
  });

  test.each([
    [{ 'a=b': 'c' }, "defaultTags must not have '=' in keys, got \"a=b\"; reword it"],
    [{ 'elbv2.k8s.aws/cluster': 'x' }, 'defaultTags must not have the controller\'s own tracking tags, got "elbv2.k8s.aws/cluster"; choose another key'],
    [{ 'AWS:x': 'y' }, "defaultTags must have keys of 1 to 128 characters that do not start with 'aws:', got \"AWS:x\"; choose another key"],
    [{ '': 'y' }, "defaultTags must have keys of 1 to 128 characters that do not start with 'aws:', got \"\"; choose another key"],
    [{ k: 'y'.repeat(257) }, `defaultTags must have values of at most 256 characters, as that of k, got "${'y'.repeat(257)}"; shorten it`],
  ])('fails for the default tags %j', (defaultTags, message) => {
    expect(() => values({ defaultTags: defaultTags as any })).toThrow(new Error(message));
  });

  test('feature gates must be of the release, and those with a prop are set by it', () => {
    expect(values({ featureGates: { ALBSingleSubnet: true } }).controllerConfig.featureGates).toEqual({ ALBSingleSubnet: true });
    expect(() => values({ featureGates: { GatewayListenerSet: true } }, { version: V3_1_0 })).toThrow(/^featureGates must have gates of controller v3\.1\.0 only /);
    expect(() => values({ featureGates: { GlobalAcceleratorController: true } })).toThrow(/^featureGates must leave out GlobalAcceleratorController, /);
  });

  test('log level', () => {
    expect(values({ logLevel: ControllerLogLevel.DEBUG }).logLevel).toBe('debug');
  });
});

describe('values of the user', () => {
  test('win, and leave their neighbours alone', () => {
    const rendered = values({
      logLevel: ControllerLogLevel.INFO,
      values: { image: { pullPolicy: 'Always' }, logLevel: 'debug', serviceAnnotations: { a: 'b' }, topologySpreadConstraints: [] },
    });
    expect(rendered.image).toEqual({ repository: 'registry.example.com/lbc', tag: ControllerVersion._default.releaseTag, pullPolicy: 'Always' });
    expect(rendered).toMatchObject({ logLevel: 'debug', serviceAnnotations: { a: 'b' }, topologySpreadConstraints: [], clusterName: 'demo' });
  });

  test('of a local chart may have keys that no other has, with a warning', () => {
    const { values: rendered, warnings } = render({ values: { image: { extra: 1 } } }, { localChart: true });
    expect(rendered.image).toHaveProperty('extra', 1);
    expect(warnings.map(({ name }) => name)).toEqual(['unknownValue.image.extra']);
    expect(() => values({ values: { image: { extra: 1 } } })).toThrow(/^values\.image\.extra must be a key that chart \d+\.\d+\.\d+ reads /);
  });

  test('replace the whole disruption budget and the whole affinity', () => {
    const rendered = values({ values: { podDisruptionBudget: { minAvailable: 1 }, affinity: { nodeAffinity: {} } } }, { version: V2_4_0 });
    expect(rendered.podDisruptionBudget).toEqual({ minAvailable: 1 });
    expect(rendered.affinity).toEqual({ nodeAffinity: {} });
  });
});
