import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { stringify } from 'yaml';
import { upstreamPath } from './upstream';
import { ControllerVersion } from '../../src/release/controller-version';

/** Directory with upstream's manifest files, such as `v3_5_0_full.yaml`. */
export const MANIFEST_DIR = upstreamPath('manifests');

/** A small CustomResourceDefinition of our own. */
export function crd(plural: string, group = 'elbv2.k8s.aws', more: Record<string, unknown> = {}): any {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, creationTimestamp: null },
    spec: { group, names: { plural, kind: plural }, scope: 'Cluster', versions: [], ...more },
    status: { acceptedNames: { kind: '', plural: '' }, conditions: [], storedVersions: [] },
  };
}

export const NAME = 'aws-load-balancer-controller';
const metadata = { name: NAME, namespace: 'kube-system' };
const labels = { 'app.kubernetes.io/name': NAME };

/** A file in the shape of upstream's, with our own words: what matters, once, and in an order that must not be kept. */
export function manifestObjects(release = ControllerVersion._default.releaseTag): any[] {
  const subjects = [{ kind: 'ServiceAccount', ...metadata }, { kind: 'Group', name: NAME, apiGroup: 'rbac.authorization.k8s.io' }];
  const clientConfig = { service: { name: 'webhooks', namespace: 'kube-system', path: '/' } };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'webhooks', annotations: { 'cert-manager.io/inject-ca-from': 'kube-system/certificate' } },
      webhooks: [{ name: 'mservice.elbv2.k8s.aws', clientConfig }, { name: 'mpod.elbv2.k8s.aws', clientConfig }],
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              { name: 'controller', image: `registry.example.com/upstream:${release}`, args: ['--cluster-name=your-cluster-name', '--ingress-class=alb', '--mine'], resources: { limits: { cpu: '1' } } },
              { name: 'sidecar', image: 'sidecar:1' },
            ],
            serviceAccountName: NAME,
          },
        },
      },
    },
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'certificate', namespace: 'kube-system' },
      spec: { dnsNames: ['webhooks.kube-system.svc', 'webhooks.kube-system.svc.cluster.local'] },
    },
    { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name: 'issuer', namespace: 'kube-system' }, spec: { selfSigned: {} } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'webhooks', namespace: 'kube-system' }, spec: {} },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'binding' }, subjects },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'role' }, rules: [] },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    crd('targetgroupbindings'),
    crd('ingressclassparams'),
  ];
}

/** Writes objects into a file as YAML documents. */
export function manifestFile(objects: any[] = manifestObjects(), name = 'full.yaml'): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'manifest-')), name);
  writeFileSync(file, objects.map((object) => stringify(object)).join('---\n'));
  return file;
}
