import { execFileSync, spawn, spawnSync } from 'child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { parse, stringify } from 'yaml';
import { CRD_UPGRADE_PROGRAM } from '../../src/controller/crd-upgrade-program';
import { binaryOfTheLayer } from '../support/helm';
import { crd } from '../support/manifest-fixtures';

const noPython = spawnSync('python3', ['--version']).status !== 0;

/** An API server that knows definitions, as far as `kubectl apply --server-side` asks. */
const RESOURCE = { name: 'customresourcedefinitions', singularName: '', namespaced: false, kind: 'CustomResourceDefinition', verbs: ['create', 'get', 'patch'] };
const API: Record<string, unknown> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [{
      name: 'apiextensions.k8s.io',
      versions: [{ groupVersion: 'apiextensions.k8s.io/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apiextensions.k8s.io/v1', version: 'v1' },
    }],
  },
  '/apis/apiextensions.k8s.io/v1': { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'apiextensions.k8s.io/v1', resources: [RESOURCE] },
  '/openapi/v3': { paths: { 'apis/apiextensions.k8s.io/v1': { serverRelativeURL: '/openapi/v3/apis/apiextensions.k8s.io/v1' } } },
  '/openapi/v3/apis/apiextensions.k8s.io/v1': {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1' },
    paths: {
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}': {
        patch: {
          'parameters': [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
          'x-kubernetes-group-version-kind': { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' },
        },
      },
    },
  },
};

(noPython ? describe.skip : describe)(`the program with the layer's own helm and kubectl${noPython ? ' (skipped: there is no python3)' : ''}`, () => {
  const root = mkdtempSync(path.join(tmpdir(), 'crd-upgrade-'));
  const bin = path.join(root, 'bin');
  const charts = path.join(root, 'charts');
  const patches: { url: URL; type?: string; body: any }[] = [];
  let server: Server;
  let address: string;
  let refused = false;

  beforeAll(async () => {
    [bin, charts, path.join(root, 'chart/crds')].forEach((directory) => mkdirSync(directory, { recursive: true }));
    for (const name of ['helm', 'kubectl']) execFileSync('cp', [binaryOfTheLayer(name), path.join(bin, name)]);
    server = createServer(async (request, response) => {
      const url = new URL(request.url!, address);
      const chart = url.pathname.match(/^\/charts\/(.*)$/)?.[1];
      let status = 200;
      let body: string | Buffer = '';
      if (chart) {
        body = readFileSync(path.join(charts, chart));
      } else if (request.method === 'PATCH') {
        const text = await textOf(request);
        patches.push({ url, type: request.headers['content-type'], body: parse(text) });
        if (refused) status = 403;
        body = refused ? JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', message: 'not for you', code: 403 })
          : JSON.stringify(parse(text));
      } else {
        status = url.pathname in API ? 200 : 404;
        body = JSON.stringify(API[url.pathname] ?? {});
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const chart = path.join(root, 'chart');
    writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: aws-load-balancer-controller\nversion: 3.5.0\n');
    writeFileSync(path.join(chart, 'crds/crds.yaml'), [crd('a'), crd('b')].map((definition) => stringify(definition)).join('---\n'));
    writeFileSync(path.join(chart, 'crds/gateway-crds.yaml'), stringify(crd('c', 'gateway.k8s.aws')));
    execFileSync(path.join(bin, 'helm'), ['package', chart, '--destination', charts], { stdio: 'ignore' });
    writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: aws-load-balancer-controller\nversion: 3.4.0\n');
    ['crds.yaml', 'gateway-crds.yaml'].forEach((file) => writeFileSync(path.join(chart, 'crds', file), '# none'));
    execFileSync(path.join(bin, 'helm'), ['package', chart, '--destination', charts], { stdio: 'ignore' });
    execFileSync(path.join(bin, 'helm'), ['repo', 'index', charts], { stdio: 'ignore' });

    // The AWS CLI, as far as it is called: it writes down its arguments, and where the cluster is.
    const kubeconfig = {
      'apiVersion': 'v1',
      'kind': 'Config',
      'current-context': 'c',
      'contexts': [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'clusters': [{ name: 'c', cluster: { server: address } }],
      'users': [{ name: 'u', user: {} }],
    };
    writeFileSync(path.join(root, 'cluster.yaml'), JSON.stringify(kubeconfig));
    writeFileSync(path.join(bin, 'aws'), [
      '#!/bin/sh', `echo "$@" >> ${root}/aws.log`, 'while [ $# -gt 0 ]; do',
      `  [ "$1" = --kubeconfig ] && cp ${root}/cluster.yaml "$2"`, '  shift', 'done',
    ].join('\n'));
    chmodSync(path.join(bin, 'aws'), 0o755);
    writeFileSync(path.join(root, 'index.py'), CRD_UPGRADE_PROGRAM);
    writeFileSync(path.join(root, 'cfnresponse.py'), [
      'import json', "SUCCESS, FAILED = 'SUCCESS', 'FAILED'",
      'def send(event, context, status, data, physicalResourceId=None, noEcho=False, reason=None):',
      `    json.dump([status, physicalResourceId, reason], open('${root}/response.json', 'w'))`,
    ].join('\n'));
  });
  afterAll(() => { server.close(); });
  beforeEach(() => {
    patches.length = 0;
    refused = false;
    writeFileSync(path.join(root, 'aws.log'), '');
  });

  /** Asynchronous, since the server of the program's requests is this process. */
  const run = async (RequestType: string, properties: Record<string, string> = {}, more: Record<string, string> = {}) => {
    const event = {
      RequestType,
      LogicalResourceId: 'Upgrade',
      ResourceProperties: { ClusterName: 'demo', Chart: 'aws-load-balancer-controller', Repository: `${address}/charts`, Version: '3.5.0', ...properties },
      ...more,
    };
    const child = spawn('python3', ['-c', 'import json, sys, index; index.handler(json.load(sys.stdin), None)'], {
      cwd: root, env: { PATH: process.env.PATH, TEST_LAYERS: bin, TEST_OUTDIR: root, PYTHONPATH: root, HOME: root },
    });
    child.stdin.end(JSON.stringify(event));
    const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), new Promise((resolve) => child.on('close', resolve))]);
    expect([code, stderr]).toEqual([0, '']);
    const [status, id, reason] = JSON.parse(readFileSync(path.join(root, 'response.json'), 'utf8'));
    return { status, id, reason, stdout, aws: readFileSync(path.join(root, 'aws.log'), 'utf8').trim().split('\n') };
  };

  test.each(['Create', 'Update'])('%s applies all definitions of the chart, on the server, over whoever wrote them', async (type) => {
    const { status, id, reason, aws } = await run(type, {}, type === 'Update' ? { PhysicalResourceId: 'before' } : {});
    expect([status, reason]).toEqual(['SUCCESS', null]);
    expect(id).toBe(type === 'Update' ? 'before' : 'Upgrade');
    expect(aws).toEqual([`eks update-kubeconfig --name demo --kubeconfig ${root}/crd-upgrade-kubeconfig`]);
    expect(patches.map(({ url }) => url.pathname.split('/').pop())).toEqual(['a.elbv2.k8s.aws', 'b.elbv2.k8s.aws', 'c.gateway.k8s.aws']);
    for (const { url, type: contentType, body } of patches) {
      expect(contentType).toBe('application/apply-patch+yaml');
      expect(url.searchParams.get('force')).toBe('true');
      expect(url.searchParams.get('fieldManager')).toBe('eks-alb-ingress-support');
      expect(body.kind).toBe('CustomResourceDefinition');
    }
  });

  test('the role of the cluster is assumed where there is one', async () => {
    const { aws } = await run('Create', { RoleArn: 'arn:aws:iam::111122223333:role/kubectl' });
    expect(aws[0]).toMatch(/ --role-arn arn:aws:iam::111122223333:role\/kubectl$/);
  });

  test('an update to an older release, or the rollback of one, leaves the newer definitions', async () => {
    const back = { PhysicalResourceId: 'before', OldResourceProperties: { Version: '3.10.0' } } as unknown as Record<string, string>;
    const { status, aws } = await run('Update', {}, back);
    expect([status, aws, patches]).toEqual(['SUCCESS', [''], []]);

    const forth = { PhysicalResourceId: 'before', OldResourceProperties: { Version: '1.17.1' } } as unknown as Record<string, string>;
    await run('Update', {}, forth);
    expect(patches).toHaveLength(3);
  });

  test('Delete touches nothing', async () => {
    const { status, aws } = await run('Delete', {}, { PhysicalResourceId: 'before' });
    expect([status, aws, patches]).toEqual(['SUCCESS', [''], []]);
  });

  test.each([
    ['a release that is not in the repository', { Version: '9.9.9' }, /^helm show crds: .*9\.9\.9/s],
    ['a chart without definitions', { Version: '3.4.0' }, /^aws-load-balancer-controller 3\.4\.0 has no CustomResourceDefinition$/],
  ])('fails on %s', async (_, properties, reason) => {
    const response = await run('Update', properties as Record<string, string>, { PhysicalResourceId: 'before' });
    expect(response.status).toBe('FAILED');
    expect(response.reason).toMatch(reason);
    expect(response.id).toBe('before');
    expect(patches).toEqual([]);
  });

  test('fails with what the API server says', async () => {
    refused = true;
    const { status, reason } = await run('Create');
    expect(status).toBe('FAILED');
    expect(reason).toMatch(/^kubectl apply --server-side: .*not for you/s);
  });

  test('a registry of Amazon ECR is logged in to', async () => {
    const { status, reason, aws } = await run('Create', { Repository: 'oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller' });
    expect(aws[1]).toBe('ecr get-login-password --region eu-west-1');
    // The registry is out of reach here.
    expect(status).toBe('FAILED');
    expect(reason).toMatch(/^helm registry login/);
  });
});

async function textOf(stream: IncomingMessage | NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
