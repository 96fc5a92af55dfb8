import * as assert from 'assert';
import * as path from 'path';
import { webApplication } from '../apps/web';
import { Gateway } from '../aws/gateway';
import { PodIdentityAgent } from '../aws/pod-identity-agent';
import { Harness } from '../harness';
import { addressOf, leftInAws, loadBalancers } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';

/** Every way to give the controller its role; each works at once, and none works for others. */
export const IDENTITIES: Scenario = {
  number: 2,
  name: 'identities',
  cases: {
    'irsa, pod identity, own role': oneAfterTheOther,
  },
};

async function oneAfterTheOther(harness: Harness): Promise<void> {
  const app = harness.app(path.join(__dirname, '..', 'apps', 'identities.ts'));

  await app.deploy({ environment: { IDENTITY: 'irsa' } });
  const role = harness.iam.role(app.stack().physicalId('AWS::IAM::Role', 'AlbIngressRole')).arn;
  await serve(harness, 'by-irsa', role);
  await rejectOthers(harness, role);

  await app.deploy({ environment: { IDENTITY: 'pod-identity' } });
  await serve(harness, 'by-pod-identity', harness.iam.role(app.stack().physicalId('AWS::IAM::Role', 'AlbIngressRole')).arn);
  await rejectPodsOfOthers(harness);

  await app.deploy({ environment: { IDENTITY: 'own-role' } });
  const ownRole = harness.iam.role(app.stack().physicalId('AWS::IAM::Role', 'OwnRole')).arn;
  await serve(harness, 'by-own-role', ownRole);
  await rejectOthers(harness, ownRole);

  await harness.deleteNamespaces('by-irsa', 'by-pod-identity', 'by-own-role');
  assert.deepEqual(await loadBalancers(harness), []);
  await app.destroy();
  assert.deepEqual(await leftInAws(harness), []);
}

/** A load balancer for a new Ingress, made by the one role. */
async function serve(harness: Harness, name: string, role: string): Promise<void> {
  const before = harness.calls.records.length;
  await harness.apply(...webApplication(name, { 'scheme': 'internal', 'target-type': 'ip' }));
  await eventually(`Ingress ${name} has an address`, 90, () => addressOf(harness, name, name));
  const made = harness.calls.records.slice(before).filter(({ action }) => action === 'CreateLoadBalancer');
  assert.deepEqual(made.map(({ caller }) => caller), [role]);
}

/** Tokens of the cluster, but of another ServiceAccount, or for another audience. */
async function rejectOthers(harness: Harness, role: string): Promise<void> {
  harness.calls.tolerate(({ caller, status }) => caller === 'web identity' && status === 403);
  await harness.kubectl(['create', 'serviceaccount', 'other', '--namespace', 'kube-system', '--dry-run=client', '-o', 'json'])
    .then((object) => harness.apply(JSON.parse(object)));
  const exchange = async (serviceAccount: string, audience: string) => {
    const { status } = await harness.kubernetes.create(`/api/v1/namespaces/kube-system/serviceaccounts/${serviceAccount}/token`, {
      apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience] },
    });
    const body = new URLSearchParams({ Action: 'AssumeRoleWithWebIdentity', RoleArn: role, RoleSessionName: 'e2e', WebIdentityToken: status.token });
    return (await fetch(Gateway.url, { method: 'POST', body: body.toString() })).status;
  };
  assert.equal(await exchange('aws-load-balancer-controller', 'sts.amazonaws.com'), 200);
  assert.equal(await exchange('other', 'sts.amazonaws.com'), 403);
  assert.equal(await exchange('aws-load-balancer-controller', 'https://kubernetes.default.svc'), 403);
}

async function rejectPodsOfOthers(harness: Harness): Promise<void> {
  harness.calls.tolerate(({ caller, status }) => caller === 'pod' && status === 403);
  const { status } = await harness.kubernetes.create('/api/v1/namespaces/kube-system/serviceaccounts/other/token', {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['pods.eks.amazonaws.com'] },
  });
  assert.equal((await fetch(PodIdentityAgent.url, { headers: { authorization: status.token } })).status, 403);
}
