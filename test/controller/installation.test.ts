import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { renderInstallation } from '../../src/controller/installation';
import { joined, newCluster, newStack, newVpc } from '../fixtures';

test('waits ten minutes and rolls back by default', () => {
  const { timeout, ...rest } = renderInstallation({});
  expect(timeout.toSeconds()).toBe(600);
  expect(rest).toEqual({ wait: true, atomic: true, removalPolicy: undefined });
  expect(renderInstallation({ atomic: false, removalPolicy: RemovalPolicy.RETAIN })).toMatchObject({ atomic: false, removalPolicy: 'retain' });
});

test.each([
  [true, 10], [false, 14],
])('with atomic %s takes up to %d minutes', (atomic, minutes) => {
  expect(renderInstallation({ atomic, installTimeout: Duration.minutes(minutes) }).timeout.toMinutes()).toBe(minutes);
  const longer = Duration.seconds(minutes * 60 + 1);
  expect(() => renderInstallation({ atomic, installTimeout: longer })).toThrow(new Error(
    `installTimeout must be whole seconds, at least one and at most ${minutes} minutes ${atomic ? 'with' : 'without'} atomic, got "${minutes * 60 + 1} seconds"; `
    + (atomic ? 'shorten it, or set atomic to false for up to 14 minutes' : 'shorten it')));
});

test.each([0, 1500])('fails for %d ms', (ms) => {
  expect(() => renderInstallation({ installTimeout: Duration.millis(ms) })).toThrow(/^installTimeout must be whole seconds/);
});

test('fails for a token', () => {
  expect(() => renderInstallation({ installTimeout: Duration.minutes(Token.asNumber({ Ref: 'M' })) })).toThrow(new Error(
    'installTimeout must be known at synth, got "a token"; use a literal Duration'));
});

describe('the name of the Helm release', () => {
  function installed(props: Partial<EksAlbIngressSupportProps>): Template {
    const stack = newStack();
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
    return Template.fromStack(stack);
  }
  const releasesOf = (template: Template) => Object.values(template.findResources('Custom::AWSCDK-EKS-HelmChart')).map(({ Properties }) => Properties);

  test('is that of the chart by default', () => {
    expect(releasesOf(installed({})).map(({ Release }) => Release)).toEqual(['aws-load-balancer-controller']);
  });

  test('is the one given, also where pods are told by it', () => {
    const [{ Release, Values }] = releasesOf(installed({ releaseName: 'lbc' }));
    expect(Release).toBe('lbc');
    const { topologySpreadConstraints } = JSON.parse(joined(Values));
    expect(topologySpreadConstraints.map(({ labelSelector }: any) => labelSelector.matchLabels)).toEqual([
      { 'app.kubernetes.io/instance': 'lbc' }, { 'app.kubernetes.io/instance': 'lbc' },
    ]);
  });

  test.each([
    ['LBC', 'releaseName must be a DNS subdomain (labels of a-z, 0-9 and \'-\', joined by \'.\', at most 253 characters), got "LBC"; rename it'],
    ['l'.repeat(54), `releaseName must have at most 53 characters, as Helm requires, got "${'l'.repeat(54)}"; shorten it`],
  ])('fails for %s', (releaseName, message) => {
    expect(() => installed({ releaseName })).toThrow(new Error(message));
  });

  test('of 53 characters is one that Helm takes', () => {
    expect(releasesOf(installed({ releaseName: 'l'.repeat(53) }))).toHaveLength(1);
  });

  test('decides which Fargate profile selects the pods', () => {
    const synth = (props: Partial<EksAlbIngressSupportProps>) => {
      const stack = newStack();
      const vpc = newVpc(stack);
      const cluster = newCluster(stack, 'aws-eks-v2', { vpc, nodes: false });
      new eks_v2.FargateProfile(stack, 'Profile', {
        cluster: cluster as eks_v2.Cluster, selectors: [{ namespace: 'kube-system', labels: { 'app.kubernetes.io/instance': 'lbc' } }],
      });
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
      return { template: Template.fromStack(stack), warnings: Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('selects other pods than the controller')) };
    };
    expect(synth({}).warnings).toHaveLength(1);
    const { template, warnings } = synth({ releaseName: 'lbc' });
    expect(warnings).toEqual([]);
    expect(releasesOf(template).map(({ Release }) => Release)).toEqual(['lbc']);
  });
});
