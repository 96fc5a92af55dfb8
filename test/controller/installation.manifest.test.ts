import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ControllerSource, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, WebhookCertificate } from '../../src';
import { joined, kubernetesObjects, MODULES, newApp, newCluster, newStack, newVpc, OwnedCluster } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';
import { manifestFile, manifestObjects } from '../support/manifest-fixtures';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const ROLLOUT = 'Custom::AWSCDK-EKS-KubernetesObjectValue';
const holds = (kind: string) => ({ Manifest }: Record<string, any>) => joined(Manifest ?? '').includes(`"kind":"${kind}"`);

describe.each(MODULES)('with a cluster of %s', (module) => {
  let app: App;
  let stack: Stack;
  let cluster: OwnedCluster;

  function support(props: Partial<EksAlbIngressSupportProps> = {}, ownStack = false): EksAlbIngressSupport {
    app = newApp();
    const clusterStack = newStack('Stack', {}, app);
    const vpc = newVpc(clusterStack);
    cluster = newCluster(clusterStack, module, { vpc });
    stack = ownStack ? newStack('Support', {}, app) : clusterStack;
    return new EksAlbIngressSupport(stack, 'Support', { cluster, vpc, source: ControllerSource.fromManifestFile(manifestFile()), ...props });
  }

  test('a manifest takes the place of the Helm release', () => {
    support();
    Template.fromStack(stack).resourceCountIs('Custom::AWSCDK-EKS-HelmChart', 0);
    const kinds = kubernetesObjects(stack).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['CustomResourceDefinition', 'Deployment', 'IngressClass', 'IngressClassParams', 'Issuer']));
    // Ours alone, with the annotation of its role.
    expect(kinds.filter((kind) => kind === 'ServiceAccount')).toHaveLength(1);
  });

  test('the controller comes after its ServiceAccount and nodes, its IngressClass and Ingresses when it runs', () => {
    support();
    cluster.addManifest('Ingress', { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'app' } });
    const graph = DeploymentGraph.of(app);
    const [controller, rollout] = [graph.theOne(MANIFEST, holds('Deployment')), graph.theOne(ROLLOUT)];
    for (const before of [graph.theOne(MANIFEST, ({ Manifest }) => joined(Manifest).startsWith('[{"apiVersion":"v1","kind":"ServiceAccount"')), graph.theOne('AWS::EKS::Nodegroup')]) {
      expect(graph.comesAfter(controller, before)).toBe(true);
    }
    expect(graph.comesAfter(rollout, controller)).toBe(true);
    expect(graph.comesAfter(graph.theOne(MANIFEST, holds('IngressClass')), rollout)).toBe(true);
    expect(graph.comesAfter(graph.theOne(MANIFEST, holds('Ingress')), graph.theOne(MANIFEST, holds('IngressClass')))).toBe(true);
  });

  test.each([[false], [true]])('waits again whenever the Deployment changes (stack of its own: %s)', (ownStack) => {
    const awaited = (props: Partial<EksAlbIngressSupportProps>) => {
      support(props, ownStack);
      const [[logicalId, { Properties }]] = Object.entries<any>(Template.fromStack(stack).findResources(ROLLOUT));
      const [{ Properties: { Manifest } }] = Object.values<any>(Template.fromStack(stack).findResources(MANIFEST)).filter(({ Properties: found }) => holds('Deployment')(found));
      const deployment = JSON.parse(joined(Manifest)).find(({ kind }: any) => kind === 'Deployment');
      // The CDK labels what it applies.
      expect(deployment).toMatchObject(JSON.parse(joined(Properties.Deployment)));
      return { logicalId, Properties };
    };
    const [one, other] = [awaited({}), awaited({ replicas: 3 })];
    expect(one.Properties).toMatchObject({
      ObjectType: 'deployment',
      ObjectName: 'aws-load-balancer-controller',
      ObjectNamespace: 'kube-system',
      JsonPath: '.status.conditions[?(@.reason=="NewReplicaSetAvailable")].status',
      TimeoutSeconds: 600,
    });
    expect(other.logicalId).toBe(one.logicalId);
    expect(other.Properties.Deployment).not.toEqual(one.Properties.Deployment);
  });

  test('the removal policy is for the controller and its IngressClass', () => {
    support({ removalPolicy: RemovalPolicy.RETAIN });
    const kept = Object.values<any>(Template.fromStack(stack).findResources(MANIFEST)).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(kept.flatMap(({ Properties }) => JSON.parse(joined(Properties.Manifest)).map(({ kind }: any) => kind)))
      .toEqual(expect.arrayContaining(['Deployment', 'IngressClass', 'CustomResourceDefinition']));
  });

  test('without a class of ours there is none', () => {
    support({ ingressClass: { create: false } });
    expect(kubernetesObjects(stack).map(({ kind }) => kind)).not.toContain('IngressClass');
  });

  test.each<[string, Partial<EksAlbIngressSupportProps>, string]>([
    ['values', { values: { a: 1 } }, '{"a":1}'],
    ['atomic', { atomic: true }, 'true'],
  ])('fails on %s beside it', (prop, props, got) => {
    expect(() => support(props)).toThrow(new Error(
      `${prop} must be left out with ControllerSource.fromManifestFile(), which installs the controller without Helm, got ${got}; leave it out, or install the chart`));
  });

  test('fails on a certificate that is not of cert-manager', () => {
    expect(() => support({ webhookCertificate: WebhookCertificate.HELM })).toThrow(new Error(
      'webhookCertificate must be that of cert-manager with ControllerSource.fromManifestFile(), as the file is made for it, got "helm"; '
      + 'install cert-manager and leave it out, or install the chart'));
    expect(() => support({ webhookCertificate: WebhookCertificate.CERT_MANAGER })).not.toThrow();
  });

  test('fails on the file of another release', () => {
    expect(() => support({ controllerVersion: ControllerVersion.V3_4_0 })).toThrow(/^source must be of controller v3\.4\.0/);
  });

  test('fails on a manifest that CloudFormation cannot carry', () => {
    const large = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { text: 'x'.repeat(120_000) } };
    expect(() => support({ source: ControllerSource.fromManifestFile(manifestFile([...manifestObjects(), large])) }))
      .toThrow(/^source must have no more than 120000 characters in role, binding, .*large.*, got \d+; take the file as it was published$/);
  });
});
