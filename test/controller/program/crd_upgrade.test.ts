import { execFileSync, spawn, spawnSync } from 'child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { parse, stringify } from 'yaml';
import { binaryOfTheLayer } from '../../support/helm';
import { crd } from '../../support/manifest-fixtures';

const PROGRAM = path.join(__dirname, '..', '..', '..', 'src', 'controller', 'program', 'crd_upgrade.py');
const CRD_VERSION_ANNOTATION = 'cdk-eks-alb-ingress-support/chart-version';
const noPython = spawnSync('python3', ['--version']).status !== 0;

/** An API server that knows definitions, as far as `kubectl apply --server-side` asks. */
const RESOURCE = { name: 'customresourcedefinitions', singularName: '', namespaced: false, kind: 'CustomResourceDefinition', shortNames: ['crd', 'crds'], verbs: ['create', 'get', 'patch'] };
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

/** Fields of the definitions `a` and `b` by release: each keeps what the last one had. */
const FIELDS: Record<string, string[]> = {
  '3.0.0': ['old'],
  '3.2.0': ['old', 'middle'],
  '3.5.0': ['old', 'middle', 'new'],
  '3.10.0': ['old', 'middle', 'new', 'newest'],
};

/** A definition in the shape of upstream's: fields of objects, of items of lists, and of values of maps. */
function withFields(plural: string, names: string[]): any {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const nested = { items: { type: 'array', items: { type: 'object', properties } }, properties: { type: 'object', additionalProperties: { properties } } };
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties: { kept: { type: 'string' }, ...nested } } } };
  return crd(plural, undefined, { versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }] });
}

(noPython ? describe.skip : describe)(`the program with the layer's own helm and kubectl${noPython ? ' (skipped: there is no python3)' : ''}`, () => {
  const root = mkdtempSync(path.join(tmpdir(), 'crd-upgrade-'));
  const bin = path.join(root, 'bin');
  const charts = path.join(root, 'charts');
  const patches: { url: URL; type?: string; body: any }[] = [];
  let server: Server;
  let address: string;
  let rejected = false;
  let silent = false;
  /** What the address of the Gateway API answers. */
  let bundle = '';
  /** What the cluster has, by name. */
  const cluster = new Map<string, any>();
  const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/';

  beforeAll(async () => {
    [bin, charts, path.join(root, 'chart/crds')].forEach((directory) => mkdirSync(directory, { recursive: true }));
    for (const name of ['helm', 'kubectl']) execFileSync('cp', [binaryOfTheLayer(name), path.join(bin, name)]);
    server = createServer(async (request, response) => {
      const url = new URL(request.url!, address);
      const chart = url.pathname.match(/^\/charts\/(.*)$/)?.[1];
      if (url.pathname === '/standard-install.yaml') {
        response.writeHead(200).end(bundle);
        return;
      }
      let status = 200;
      let body: string | Buffer = '';
      const name = url.pathname.startsWith(DEFINITIONS) ? url.pathname.slice(DEFINITIONS.length) : undefined;
      if (silent && name) { return; }
      if (chart) {
        body = readFileSync(path.join(charts, chart));
      } else if (request.method === 'PATCH') {
        const text = await textOf(request);
        patches.push({ url, type: request.headers['content-type'], body: parse(text) });
        if (rejected) status = 403;
        body = rejected ? JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', message: 'not for you', code: 403 })
          : JSON.stringify(parse(text));
        if (!rejected) cluster.set(name!, parse(text));
      } else if (name) {
        status = cluster.has(name) ? 200 : 404;
        body = JSON.stringify(cluster.get(name)
          ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', message: 'not found', details: { name }, code: 404 });
      } else {
        status = url.pathname in API ? 200 : 404;
        body = JSON.stringify(API[url.pathname] ?? {});
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const chart = path.join(root, 'chart');
    const pack = (version: string, files: Record<string, string>) => {
      writeFileSync(path.join(chart, 'Chart.yaml'), `apiVersion: v2\nname: aws-load-balancer-controller\nversion: ${version}\n`);
      Object.entries(files).forEach(([file, text]) => writeFileSync(path.join(chart, 'crds', file), text));
      execFileSync(path.join(bin, 'helm'), ['package', chart, '--destination', charts], { stdio: 'ignore' });
    };
    for (const [version, names] of Object.entries(FIELDS)) {
      pack(version, {
        'crds.yaml': [withFields('a', names), withFields('b', names)].map((definition) => stringify(definition)).join('---\n'),
        'gateway-crds.yaml': stringify(crd('c', 'gateway.k8s.aws')),
      });
    }
    pack('3.4.0', { 'crds.yaml': '# none', 'gateway-crds.yaml': '# none' });
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
    copyFileSync(PROGRAM, path.join(root, 'index.py'));
    writeFileSync(path.join(root, 'cfnresponse.py'), [
      'import json', "SUCCESS, FAILED = 'SUCCESS', 'FAILED'",
      'def send(event, context, status, data, physicalResourceId=None, noEcho=False, reason=None):',
      `    json.dump([status, physicalResourceId, reason, data], open('${root}/response.json', 'w'))`,
    ].join('\n'));
  });
  afterAll(() => { server.close(); });
  beforeEach(() => {
    patches.length = 0;
    cluster.clear();
    rejected = false;
    silent = false;
    writeFileSync(path.join(root, 'aws.log'), '');
  });

  /** Asynchronous, since the server of the program's requests is this process. */
  const run = async (RequestType: string, properties: Record<string, string | undefined> = {}, more: Record<string, unknown> = {}, seconds = 600) => {
    const event = {
      RequestType,
      LogicalResourceId: 'Upgrade',
      ResourceProperties: { ClusterName: 'demo', Chart: 'aws-load-balancer-controller', Repository: `${address}/charts`, Version: '3.5.0', ...properties },
      ...more,
    };
    const context = `type('Context', (), {'get_remaining_time_in_millis': lambda self: ${seconds * 1000}})()`;
    const child = spawn('python3', ['-c', `import json, sys, index; index.handler(json.load(sys.stdin), ${context})`], {
      cwd: root, env: { PATH: process.env.PATH, TEST_LAYERS: bin, TEST_OUTDIR: root, PYTHONPATH: root, HOME: root },
    });
    child.stdin.end(JSON.stringify(event));
    const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), new Promise((resolve) => child.on('close', resolve))]);
    expect([code, stderr]).toEqual([0, '']);
    const [status, id, reason, data] = JSON.parse(readFileSync(path.join(root, 'response.json'), 'utf8'));
    return { status, id, reason, data, stdout, aws: readFileSync(path.join(root, 'aws.log'), 'utf8').trim().split('\n') };
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
      expect(body.metadata.annotations).toEqual({ [CRD_VERSION_ANNOTATION]: '3.5.0' });
    }
    expect(patches[0].body.spec.versions).toEqual(withFields('a', FIELDS['3.5.0']).spec.versions);
  });

  test('the role of the cluster is assumed where there is one', async () => {
    const { aws } = await run('Create', { RoleArn: 'arn:aws:iam::111122223333:role/kubectl' });
    expect(aws[0]).toMatch(/ --role-arn arn:aws:iam::111122223333:role\/kubectl$/);
  });

  test('an update to an older release, or the rollback of one, leaves the newer definitions', async () => {
    const back = { PhysicalResourceId: 'before', OldResourceProperties: { Version: '3.10.0' } };
    const { status, aws } = await run('Update', {}, back);
    expect([status, aws, patches]).toEqual(['SUCCESS', [''], []]);

    const forth = { PhysicalResourceId: 'before', OldResourceProperties: { Version: '1.17.1' } };
    await run('Update', {}, forth);
    expect(patches).toHaveLength(3);
  });

  describe('what the cluster has from a newer chart stays', () => {
    /** Release whose fields a definition of the cluster has. */
    const releaseOf = (name: string) => {
      const { properties } = cluster.get(name).spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.items.items;
      return Object.keys(FIELDS).filter((version) => FIELDS[version].every((field) => field in properties)).pop();
    };
    const goTo = (Version: string, from?: string) => run(from ? 'Update' : 'Create', { Version }, from
      ? { PhysicalResourceId: 'before', OldResourceProperties: { Version: from } } : {});

    test('a way back in two steps goes back in none', async () => {
      await goTo('3.5.0');
      await goTo('3.0.0', '3.5.0');
      patches.length = 0;
      const { status, stdout } = await goTo('3.2.0', '3.0.0');
      expect([status, patches]).toEqual(['SUCCESS', []]);
      expect(stdout).toContain("['a.elbv2.k8s.aws', 'b.elbv2.k8s.aws', 'c.gateway.k8s.aws']");
      expect(releaseOf('a.elbv2.k8s.aws')).toEqual('3.5.0');
    });

    test('nor does a resource that is made anew', async () => {
      await goTo('3.10.0');
      patches.length = 0;
      expect((await goTo('3.5.0')).status).toBe('SUCCESS');
      expect(patches).toEqual([]);
    });

    test('and the way forth is open: to the same release and to newer ones', async () => {
      await goTo('3.2.0');
      await goTo('3.5.0', '3.2.0');
      await goTo('3.5.0', '3.5.0');
      await goTo('3.10.0', '3.5.0');
      expect(patches.map(({ body }) => body.metadata.annotations[CRD_VERSION_ANNOTATION]))
        .toEqual(['3.2.0', '3.5.0', '3.5.0', '3.10.0'].flatMap((version) => Array(3).fill(version)));
      expect(releaseOf('b.elbv2.k8s.aws')).toEqual('3.10.0');
    });

    test('also where Helm or a hand put it there, known by its fields', async () => {
      cluster.set('a.elbv2.k8s.aws', withFields('a', FIELDS['3.5.0']));
      cluster.set('b.elbv2.k8s.aws', withFields('b', FIELDS['3.0.0']));
      await goTo('3.2.0');
      expect(patches.map(({ body }) => body.metadata.name)).toEqual(['b.elbv2.k8s.aws', 'c.gateway.k8s.aws']);
      expect([releaseOf('a.elbv2.k8s.aws'), releaseOf('b.elbv2.k8s.aws')]).toEqual(['3.5.0', '3.2.0']);
    });

    test('also where it was put there after ours', async () => {
      await goTo('3.0.0');
      const { annotations } = cluster.get('a.elbv2.k8s.aws').metadata;
      cluster.set('a.elbv2.k8s.aws', { ...withFields('a', FIELDS['3.5.0']), metadata: { name: 'a.elbv2.k8s.aws', annotations } });
      await goTo('3.2.0', '3.0.0');
      expect([releaseOf('a.elbv2.k8s.aws'), releaseOf('b.elbv2.k8s.aws')]).toEqual(['3.5.0', '3.2.0']);
    });

    test('also a version of its kind that the chart does not have', async () => {
      const newer = withFields('a', FIELDS['3.5.0']);
      newer.spec.versions.push({ ...newer.spec.versions[0], name: 'v2', storage: false });
      cluster.set('a.elbv2.k8s.aws', newer);
      await goTo('3.5.0');
      expect(patches.map(({ body }) => body.metadata.name)).toEqual(['b.elbv2.k8s.aws', 'c.gateway.k8s.aws']);
    });

    test('a release that takes one field and brings another is no way back', async () => {
      cluster.set('a.elbv2.k8s.aws', withFields('a', ['old', 'beta']));
      await goTo('3.5.0');
      expect(releaseOf('a.elbv2.k8s.aws')).toEqual('3.5.0');
    });
  });

  describe('of the Gateway API', () => {
    const ofGatewayApi = (plural: string, bundleVersion: string, channel = 'standard') => {
      const definition = crd(plural, 'gateway.networking.k8s.io');
      const annotations = { 'gateway.networking.k8s.io/bundle-version': bundleVersion, 'gateway.networking.k8s.io/channel': channel };
      return { ...definition, metadata: { ...definition.metadata, annotations } };
    };
    const policy = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'safe-upgrades.gateway.networking.k8s.io' } };
    const bundleOf = (version: string, channel?: string) => [policy, ofGatewayApi('gateways', version, channel), ofGatewayApi('httproutes', version, channel)];
    const text = (objects: object[]) => objects.map((object) => stringify(object)).join('---\n');
    const apply = (version = 'v1.6.0', more: Record<string, unknown> = {}, source: Record<string, string> = { Url: `${address}/standard-install.yaml` }) =>
      run('Create', { Chart: undefined, Repository: undefined, Version: version, ...source }, more);
    const names = () => patches.map(({ url }) => url.pathname.split('/').pop());
    const ALL = ['gateways.gateway.networking.k8s.io', 'httproutes.gateway.networking.k8s.io'];
    beforeEach(() => { bundle = text(bundleOf('v1.6.0')); });

    test('are applied on the server from their address, without the admission policy', async () => {
      const { status, data } = await apply();
      expect([status, data, names()]).toEqual(['SUCCESS', { Kept: '' }, ALL]);
      expect(patches[0].body.metadata.annotations).toEqual({ 'gateway.networking.k8s.io/bundle-version': 'v1.6.0', 'gateway.networking.k8s.io/channel': 'standard' });
    });

    test('are applied from a text that the template has', async () => {
      await apply('v1.6.0', {}, { Content: gzipSync(text(bundleOf('v1.6.1'))).toString('base64') });
      expect(names()).toEqual(ALL);
    });

    test('are brought up to date', async () => {
      bundleOf('v1.5.0').slice(1).forEach((one: any) => cluster.set(one.metadata.name, one));
      await apply();
      expect(names()).toEqual(ALL);
    });

    test.each<[string, () => object[]]>([
      ['a newer release', () => bundleOf('v1.7.0').slice(1)],
      ['a newer release of one of them', () => [ofGatewayApi('gateways', 'v1.7.0')]],
      ['the experimental channel', () => bundleOf('v1.5.0', 'experimental').slice(1)],
    ])('leave all of %s as they are, and say so', async (_, there) => {
      there().forEach((one: any) => cluster.set(one.metadata.name, one));
      const { status, data } = await apply();
      expect([status, patches]).toEqual(['SUCCESS', []]);
      expect(data.Kept.split(', ')).toEqual(there().map((one: any) => one.metadata.name));
    });

    test.each<[string, object[]]>([
      ['experimental', bundleOf('v1.6.0', 'experimental')], ['older', bundleOf('v1.5.0')], ['none', [policy]],
    ])('are not applied where the address has %s', async (_, objects) => {
      bundle = text(objects);
      const { status, reason } = await apply();
      expect([status, patches]).toEqual(['FAILED', []]);
      expect(reason).toMatch(/standard-install\.yaml must have the standard definitions of Gateway API v1\.6\.0, and has /);
    });

    test('stay on the way back to an older release, and when the stack goes', async () => {
      await apply('v1.5.0', { RequestType: 'Update', OldResourceProperties: { Version: 'v1.6.0' } });
      await run('Delete', { Chart: undefined, Version: 'v1.6.0' }, { PhysicalResourceId: 'before' });
      expect(patches).toEqual([]);
    });

    test('fail where the address has nothing', async () => {
      const { status, reason } = await apply('v1.6.0', {}, { Url: `${address}/nothing.yaml` });
      expect(status).toBe('FAILED');
      expect(reason).toContain('404');
    });
  });

  test('a cluster that accepts and stays silent is left in time to say so', async () => {
    silent = true;
    // It keeps 30 seconds for the answer.
    const { status, reason } = await run('Create', {}, {}, 33);
    expect([status, reason]).toEqual(['FAILED', expect.stringMatching(/^kubectl get crd: no end after \d+ seconds$/)]);
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
    rejected = true;
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
