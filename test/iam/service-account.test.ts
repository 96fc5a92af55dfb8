import { Lazy, Stack } from 'aws-cdk-lib';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { kubernetesObjects, newCluster, newStack, newVpc } from '../fixtures';

function serviceAccount(props: Partial<EksAlbIngressSupportProps>): any {
  const stack: Stack = newStack();
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
  return kubernetesObjects(stack).find(({ kind }) => kind === 'ServiceAccount');
}

test('has its role, and what tells whose it is', () => {
  const { metadata: { labels, annotations } } = serviceAccount({});
  expect(labels).toMatchObject({ 'app.kubernetes.io/component': 'controller', 'app.kubernetes.io/name': 'aws-load-balancer-controller' });
  expect(annotations).toEqual({ 'eks.amazonaws.com/role-arn': expect.stringContaining('AlbIngressRole') });
});

test('gets further labels and annotations', () => {
  const { metadata: { labels, annotations } } = serviceAccount({
    serviceAccountLabels: { team: 'platform', cell: Lazy.string({ produce: () => 'any value, of a token' }) },
    serviceAccountAnnotations: { 'eks.amazonaws.com/sts-regional-endpoints': 'true', 'example.com/owner': 'Platform Team <platform@example.com>' },
  });
  expect(labels).toMatchObject({ 'team': 'platform', 'cell': expect.any(String), 'app.kubernetes.io/component': 'controller' });
  expect(annotations).toEqual({
    'eks.amazonaws.com/role-arn': expect.any(String), 'eks.amazonaws.com/sts-regional-endpoints': 'true', 'example.com/owner': 'Platform Team <platform@example.com>',
  });
});

test.each<[Partial<EksAlbIngressSupportProps>, string]>([
  [{ serviceAccountLabels: { 'app.kubernetes.io/name': 'mine' } },
    'serviceAccountLabels["app.kubernetes.io/name"] must be left out, since others set it, got "mine"; leave it as it is'],
  [{ serviceAccountLabels: { team: 'platform team' } },
    'serviceAccountLabels["team"] must be at most 63 of letters, digits, \'-\', \'_\' and \'.\', starting and ending alphanumeric, got "platform team"; '
    + 'use an annotation for other values'],
  [{ serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/lbc' } },
    'serviceAccountAnnotations["eks.amazonaws.com/role-arn"] must be left out, since others set it, got "arn:aws:iam::111122223333:role/lbc"; bring the role with identity'],
  [{ serviceAccountAnnotations: { 'meta.helm.sh/release-name': 'lbc' } },
    'serviceAccountAnnotations["meta.helm.sh/release-name"] must be left out, since others set it, got "lbc"; leave it out, since no chart holds the ServiceAccount'],
])('fails for %j', (props, message) => {
  expect(() => serviceAccount(props)).toThrow(new Error(message));
});
