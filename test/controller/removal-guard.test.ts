import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { GUARDED_RESOURCES } from '../../src/controller/removal-guard';
import { renderChartValues } from '../../src/controller/render-values';
import { joined, kubernetesObjects, MODULES, newCluster, newStack, newVpc } from '../fixtures';
import { context } from '../support/chart-fixtures';
import { DeploymentGraph } from '../support/deployment-graph';
import { CHART_DIR, hasChart, helmOfTheLayer, helmTemplate } from '../support/helm';
import { ControllerVersion, WebhookCertificate } from '../support/subject';

function newSupport(module: typeof MODULES[number], props: Partial<EksAlbIngressSupportProps> = {}, id = 'AlbIngress'): Stack {
  const stack = newStack();
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(stack, id, { cluster: newCluster(stack, module, { vpc }), vpc, takeOver: true, ...props });
  return stack;
}

const guardOf = (stack: Stack) => kubernetesObjects(stack).filter(({ apiVersion }) => apiVersion === 'admissionregistration.k8s.io/v1');

describe.each(MODULES)('on a cluster of %s', (module) => {
  test('stands up around the upgrade, and is waited for', () => {
    const stack = newSupport(module);
    const graph = DeploymentGraph.of(stack.node.root as never);
    const manifestOf = (kind: string) => graph.theOne('Custom::AWSCDK-EKS-KubernetesResource', ({ Manifest }) => joined(Manifest).includes(`"kind":"${kind}"`));
    const [binding, policy] = [manifestOf('ValidatingAdmissionPolicyBinding'), manifestOf('ValidatingAdmissionPolicy')];
    const chart = graph.theOne('Custom::AWSCDK-EKS-HelmChart');
    const ready = graph.theOne('Custom::AWSCDK-EKS-KubernetesObjectValue', ({ ObjectType }) => ObjectType === 'validatingadmissionpolicy');
    expect([[chart, binding], [policy, chart], [ready, policy]].map(([node, other]) => graph.comesAfter(node, other))).toEqual([true, true, true]);
  });

  test('binds one policy to all requests', () => {
    const stack = newSupport(module);
    const [binding, policy] = guardOf(stack);
    expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ['Deny'] });
    Template.fromStack(stack).hasResourceProperties('Custom::AWSCDK-EKS-KubernetesObjectValue', { ObjectName: policy.metadata.name });
  });
});

test('is about the one release, its namespace and its ServiceAccount', () => {
  const expressions = (props: Partial<EksAlbIngressSupportProps>) => JSON.stringify(guardOf(newSupport('aws-eks-v2', props))[1].spec.variables);
  expect(expressions({})).toContain("'kube-system'");
  const other = expressions({ controllerNamespace: 'ingress', releaseName: 'lbc', serviceAccountName: 'lbc-account' });
  expect(other).not.toContain('kube-system');
  expect(other).not.toContain("'aws-load-balancer-controller'");
  expect(["'ingress'", "'lbc'", "'lbc-account'"].filter((name) => !other.includes(name))).toEqual([]);
});

test('another construct has another guard: the old one goes when the new one is there', () => {
  const [one, other] = ['AlbIngress', 'Renamed'].map((id) => guardOf(newSupport('aws-eks-v2', {}, id))[1].metadata.name);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[a-z0-9-]{1,63}$/);
});

test('there is none without takeOver', () => {
  expect(guardOf(newSupport('aws-eks-v2', { takeOver: false }))).toEqual([]);
});

const reason = CHART_DIR === undefined ? ' (skipped: LBC_UPSTREAM_DIR names no directory with charts)' : '';
const testWithCharts = CHART_DIR === undefined ? test.skip : test;

testWithCharts(`knows all kinds that the charts make${reason}`, () => {
  const helm = helmOfTheLayer();
  const autoscaling = { enabled: true, maxReplicas: 5 };
  const minor = ({ chartVersion }: ControllerVersion) => chartVersion.split('.').slice(0, 2).join('.');
  // Of each minor release the last: kinds come with those, and each rendering takes its time.
  const known = ControllerVersion._known().filter(({ chartVersion }) => hasChart(chartVersion))
    .filter((version, index, all) => index === all.length - 1 || minor(version) !== minor(all[index + 1]));
  const render = (version: ControllerVersion, webhookCertificate: WebhookCertificate) => {
    const { values } = renderChartValues({ webhookCertificate, values: { serviceMonitor: { enabled: true } } },
      context({ version, localChart: true }));
    const rendered = helmTemplate(helm, path.join(CHART_DIR!, version.chartVersion), { ...values, autoscaling });
    expect(rendered.error).toBeUndefined();
    return rendered.objects.map(({ apiVersion, kind }) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${plural(kind)}`);
  };
  const kinds = new Set([
    ...known.flatMap((version) => render(version, WebhookCertificate.CERT_MANAGER)),
    // Its certificate is a Secret of the chart, of all charts.
    ...render(known[known.length - 1], WebhookCertificate.HELM),
  ]);
  const guarded = Object.entries(GUARDED_RESOURCES).flatMap(([group, resources]) => resources.map((resource) => `${group} ${resource}`));
  expect(kinds.size).toBeGreaterThan(12);
  expect([...kinds].filter((kind) => !guarded.includes(kind))).toEqual([]);
});

function plural(kind: string): string {
  const name = kind.toLowerCase();
  return name.endsWith('ss') ? `${name}es` : name.endsWith('s') ? name : `${name}s`;
}
