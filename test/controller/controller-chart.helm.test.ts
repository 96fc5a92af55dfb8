import * as path from 'path';
import { Size } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as fc from 'fast-check';
import { printLargeNumbers } from '../../src/controller/chart-values';
import { ChartContext } from '../../src/controller/controller-option-table';
import { renderChartValues } from '../../src/controller/render-values';
import { FEATURE_GATES, GATES_WITH_PROP, hasGate } from '../../src/release/feature-gates';
import { options as randomOptions, surroundings } from '../support/chart-arbitraries';
import { context, subnet } from '../support/chart-fixtures';
import { CHART_DIR, CHART_REASON, hasChart, helmOfTheLayer, helmTemplate, Rendered } from '../support/helm';
import {
  ControllerLogLevel, ControllerOptions, ControllerVersion, IngressLabelOperator, IngressTargetType,
  IngressWebAcl, LoadBalancerScheme, WebhookCertificate,
} from '../support/subject';

const describeWithCharts = CHART_DIR === undefined ? describe.skip : describe;

describeWithCharts(`values rendered by the layer's own helm${CHART_REASON}`, () => {
  const releases = ControllerVersion._known().map((version) => [version.releaseTag, version] as const);
  let helm: string;
  beforeAll(() => { helm = helmOfTheLayer(); });

  const render = (version: ControllerVersion, options: ControllerOptions = {}, over: Partial<ChartContext> = {}): Rendered => {
    expect(hasChart(version.chartVersion)).toBe(true);
    const { values } = renderChartValues(options, context({ version, ...over }));
    return helmTemplate(helm, path.join(CHART_DIR!, version.chartVersion), values);
  };
  const only = (rendered: Rendered, kind: string) => {
    expect(rendered.error).toBeUndefined();
    const found = rendered.objects.filter((object) => object.kind === kind);
    expect(found).toHaveLength(1);
    return found[0];
  };
  const args = (rendered: Rendered): string[] => {
    const { containers } = only(rendered, 'Deployment').spec.template.spec;
    expect(containers[0].args.every((arg: unknown) => typeof arg === 'string')).toBe(true);
    return containers[0].args;
  };

  test.each(releases)('%s: defaults', (_, version) => {
    const rendered = render(version);
    const { spec } = only(rendered, 'Deployment');
    expect(spec.replicas).toBe(2);
    expect(spec.template.spec.serviceAccountName).toBe('lbc');
    expect(spec.template.spec.containers[0].image).toBe(`registry.example.com/lbc:${version.releaseTag}`);
    expect(args(rendered)).toEqual(expect.arrayContaining([
      '--cluster-name=demo', '--ingress-class=alb', '--aws-region=eu-west-1', '--aws-vpc-id=vpc-12345678',
      // WAF Classic is retired, which the charts do not know.
      '--enable-waf=false',
    ]));
    expect(args(rendered).join()).not.toMatch(/wafv2|shield|feature-gates/);
    expect(only(rendered, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(rendered.objects.some((object) => object.kind === 'ServiceAccount')).toBe(false);
    expect(only(rendered, 'IngressClass').spec.controller).toBe('ingress.k8s.aws/alb');
    const webhooks = rendered.objects.filter((object) => /WebhookConfiguration$/.test(object.kind)).flatMap((object) => object.webhooks);
    expect(webhooks.map((webhook) => webhook.name)).not.toContain('mservice.elbv2.k8s.aws');
    const pod = spec.template.spec;
    const spread = pod.topologySpreadConstraints ?? pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    const selectors = spread.map((rule: any) => (rule.labelSelector ?? rule.podAffinityTerm.labelSelector).matchLabels);
    for (const labels of selectors) expect(spec.template.metadata.labels).toMatchObject(labels);
  });

  test.each(releases)('%s: every prop the release has', (_, version) => {
    const since = <T extends object>(release: string, options: T): Partial<T> => (version._isAtLeast(release) ? options : {});
    const gates = Object.keys(FEATURE_GATES).filter((gate) => hasGate(version, gate) && !(gate in GATES_WITH_PROP)).sort();
    const rendered = render(version, {
      replicas: 3,
      maxUnavailableReplicas: 2,
      resources: { cpuRequest: '100m', memoryRequest: Size.mebibytes(128), memoryLimit: Size.kibibytes(262145) },
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'dedicated' }],
      logLevel: ControllerLogLevel.DEBUG,
      defaultTags: { 'team': 'a = b/c', 'cost:center': "it's @ 1:2#3" },
      defaultSslPolicy: elbv2.SslPolicy.TLS13_13,
      watchNamespace: 'web',
      values: { affinity: { nodeAffinity: {} }, priorityClassName: 'high', syncPeriod: '5400s', serviceMonitor: { enabled: true } },
      webhookCertificate: WebhookCertificate.CERT_MANAGER,
      ingressClass: {
        ingressClassName: 'public',
        groupName: 'shared',
        tags: { b: '1', a: '2' },
        scheme: LoadBalancerScheme.INTERNAL,
        ...since('v2.4.4', { isDefault: true }),
      },
      ...since('v2.4.2', { topologySpreadConstraints: [] }),
      ...since('v2.4.4', { featureGates: Object.fromEntries(gates.map((gate) => [gate, false])) }),
      ...since('v2.5.0', { defaultTargetType: IngressTargetType.IP, enableServiceMutatorWebhook: true }),
      ...since('v2.17.1', { defaultScheme: LoadBalancerScheme.INTERNET_FACING }),
    }, { features: { enableWafv2: true, enableShield: false } });

    const { spec } = only(rendered, 'Deployment');
    const pod = spec.template.spec;
    expect(spec.replicas).toBe(3);
    expect(pod).toMatchObject({
      nodeSelector: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      affinity: { nodeAffinity: {} },
      priorityClassName: 'high',
    });
    expect(pod.topologySpreadConstraints).toBeUndefined();
    expect(pod.containers[0].resources).toEqual({ requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '262145Ki' } });
    const expected = [
      '--ingress-class=public', '--log-level=debug', "--default-tags=cost:center=it's @ 1:2#3,team=a = b/c",
      `--default-ssl-policy=${elbv2.SslPolicy.TLS13_13}`, '--watch-namespace=web', '--sync-period=5400s',
      '--enable-waf=false', '--enable-wafv2=true', '--enable-shield=false',
      ...(version._isAtLeast('v2.4.4') ? [`--feature-gates=${gates.map((gate) => `${gate}=false`).join()}`] : []),
      ...(version._isAtLeast('v2.5.0') ? ['--default-target-type=ip'] : []),
      ...(version._isAtLeast('v2.17.1') ? ['--default-load-balancer-scheme=internet-facing'] : []),
    ];
    expect(args(rendered)).toEqual(expect.arrayContaining(expected));
    expect(only(rendered, 'PodDisruptionBudget').spec.maxUnavailable).toBe(2);
    expect(rendered.objects.some((object) => object.kind === 'ServiceMonitor')).toBe(true);
    expect(rendered.objects.some((object) => object.kind === 'Certificate')).toBe(true);
    const ingressClass = only(rendered, 'IngressClass');
    expect(ingressClass.metadata.name).toBe('public');
    expect(ingressClass.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class']).toBe(version._isAtLeast('v2.4.4') ? 'true' : undefined);
    expect(ingressClass.spec.parameters.name).toBe('public');
    expect(only(rendered, 'IngressClassParams').spec).toEqual({
      group: { name: 'shared' },
      scheme: 'internal',
      tags: [{ key: 'a', value: '2' }, { key: 'b', value: '1' }],
    });
  });

  test.each(releases)('%s: an image by digest, pull secrets, one replica, no class', (_, version) => {
    const digest = '0'.repeat(64);
    const rendered = render(version, { replicas: 1 }, {
      image: { image: { repository: 'registry.example.com/lbc@sha256', tag: digest }, imagePullSecrets: [{ name: 'registry' }] },
      features: { targetGroupBindingOnly: true },
    });
    const { spec } = only(rendered, 'Deployment').spec.template;
    expect(spec.containers[0].image).toBe(`registry.example.com/lbc@sha256:${digest}`);
    expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(rendered.objects.filter((object) => /PodDisruptionBudget|^IngressClass$/.test(object.kind))).toEqual([]);
    expect(args(rendered)).toEqual(expect.arrayContaining(['--enable-waf=false', '--enable-wafv2=false', '--enable-shield=false']));
  });

  test.each(releases.filter(([, version]) => version._chartIsAtLeast('1.12.0')))('%s: large numbers arrive as they are', (_, version) => {
    const { values } = renderChartValues({
      values: {
        awsMaxRetries: 1_000_000,
        env: { ACCOUNT: 111122223333 },
        vpcTags: { account: 111122223333 },
        podSecurityContext: { runAsUser: 1_000_650_000 },
      },
    }, context({ version }));
    const rendered = helmTemplate(helm, path.join(CHART_DIR!, version.chartVersion), printLargeNumbers(values));
    expect(args(rendered)).toEqual(expect.arrayContaining(['--aws-max-retries=1000000', '--aws-vpc-tags=account=111122223333']));
    const pod = only(rendered, 'Deployment').spec.template.spec;
    expect(pod.containers[0].env).toContainEqual({ name: 'ACCOUNT', value: '111122223333' });
    expect(pod.securityContext.runAsUser).toBe(1_000_650_000);
  });

  test('v3.5.0: Global Accelerator and certificate management', () => {
    const rendered = render(ControllerVersion.V3_5_0, {}, { features: { enableGlobalAccelerator: true, enableAcmCertificateManagement: true } });
    expect(args(rendered)).toContain('--feature-gates=EnableCertificateManagement=true,GlobalAcceleratorController=true');
  });

  test('v3.5.0: the whole spec of IngressClassParams is what its definition has', () => {
    const rendered = render(ControllerVersion.V3_5_0, {
      ingressClass: {
        groupName: 'g',
        scheme: LoadBalancerScheme.INTERNET_FACING,
        ipAddressType: elbv2.IpAddressType.DUAL_STACK,
        subnets: [subnet('subnet-1'), subnet('subnet-2')],
        inboundCidrs: ['10.0.0.0/8'],
        prefixListIds: ['pl-1'],
        sslPolicy: elbv2.SslPolicy.TLS13_13,
        sslRedirectPort: 443,
        targetType: IngressTargetType.IP,
        tags: { a: 'b' },
        loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '60' },
        listeners: [{ protocol: elbv2.ApplicationProtocol.HTTPS, port: 443, attributes: { k: 'v' } }],
        loadBalancerName: 'lb',
        webAcl: IngressWebAcl.fromName('acl'),
        minimumCapacityUnits: 2_000_000,
        ipv4IpamPoolId: 'ipam-pool-1',
        namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: IngressLabelOperator.EXISTS }] },
      },
    });
    expect(only(rendered, 'IngressClassParams').spec).toEqual({
      group: { name: 'g' },
      scheme: 'internet-facing',
      ipAddressType: 'dualstack',
      subnets: { ids: ['subnet-1', 'subnet-2'] },
      inboundCIDRs: ['10.0.0.0/8'],
      prefixListsIDs: ['pl-1'],
      sslPolicy: elbv2.SslPolicy.TLS13_13,
      sslRedirectPort: '443',
      targetType: 'ip',
      tags: [{ key: 'a', value: 'b' }],
      loadBalancerAttributes: [{ key: 'idle_timeout.timeout_seconds', value: '60' }],
      listeners: [{ protocol: 'HTTPS', port: 443, listenerAttributes: [{ key: 'k', value: 'v' }] }],
      loadBalancerName: 'lb',
      wafv2AclName: 'acl',
      minimumLoadBalancerCapacity: { capacityUnits: 2_000_000 },
      ipamConfiguration: { ipv4IPAMPoolId: 'ipam-pool-1' },
      namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'Exists' }] },
    });
  });

  test('whatever the props say, charts render, and tags and gates arrive', () => {
    let rendered = 0;
    fc.assert(fc.property(randomOptions, surroundings, ({ values: _, ...given }, around) => {
      let values: any;
      try {
        ({ values } = renderChartValues(given, context(around)));
      } catch {
        return;
      }
      rendered++;
      const flags = args(helmTemplate(helm, path.join(CHART_DIR!, around.version.chartVersion), values));
      const list = (flag: string) => Object.fromEntries((flags.find((arg) => arg.startsWith(`--${flag}=`)) ?? '').slice(flag.length + 3)
        .split(',').filter((pair) => pair !== '').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
      expect(list('default-tags')).toEqual(given.defaultTags ?? {});
      expect(list('feature-gates')).toEqual(Object.fromEntries(
        Object.entries(values.controllerConfig?.featureGates ?? {}).map(([gate, enabled]) => [gate, `${enabled}`])));
      expect(flags).toContain(`--ingress-class=${given.ingressClass?.ingressClassName ?? 'alb'}`);
    }), { numRuns: 100 });
    expect(rendered).toBeGreaterThan(20);
  }, 300_000);
});
