import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { EksAlbIngressSupport, Ingress, IngressAction, IngressAuth, IngressRewrite, LoadBalancerScheme } from '../../../src';
import { planOf, summaryOf } from '../../../src/summary/program/summary';
import { Module, MODULES, newAutoModeCluster, newCluster, newVpc, OwnedCluster } from '../../fixtures';

/** By this the CDK's list of constructs knows a class; jsii adds it when it compiles. */
Object.assign(EksAlbIngressSupport, { [Symbol.for('jsii.rtti')]: { fqn: 'cdk-eks-alb-ingress-support.EksAlbIngressSupport', version: '0.0.0' } });

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

interface Given {
  readonly stack: Stack;
  readonly cluster: OwnedCluster;
  readonly support: EksAlbIngressSupport;
}

/** Synthesizes as the CDK CLI does. */
function synthesize(module: Module, define: (given: Given) => void): void {
  const app = new App({ outdir: folder, context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true, 'aws:cdk:enable-path-metadata': true } });
  const stack = new Stack(app, 'Shop');
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  define({ stack, cluster, support: new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc }) });
  app.synth();
}

/** Sections of the summary with a heading that starts like this, without indentation. */
function sections(start: string, width = Infinity): string[][] {
  const lines = summaryOf(folder, { width, verbose: false });
  return lines.flatMap((line, at) => line.startsWith(`  ${start}`) ? [lines.slice(at, lines.indexOf('', at)).map((one) => one.replace(/^ {2,4}/, ''))] : []);
}

const rawIngress = (name: string, annotations: object, host: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'shop', annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value])) },
  spec: {
    ingressClassName: 'alb',
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: name, port: { number: 80 } } } }] } }],
  },
});

const ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/shop';

describe.each(MODULES)('with a cluster of %s', (module) => {
  test('an Ingress of fields is drawn with listeners, rules in order, rewriting, login and records', () => {
    synthesize(module, ({ stack, support }) => {
      const userPool = new cognito.UserPool(stack, 'Users');
      support.addIngress('Web', {
        namespace: 'shop',
        scheme: LoadBalancerScheme.INTERNET_FACING,
        certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', ARN)],
        inboundCidrs: ['198.51.100.0/24'],
        auth: IngressAuth.cognito({ userPool, userPoolClient: userPool.addClient('Web', { generateSecret: true }), userPoolDomain: userPool.addDomain('Login', { cognitoDomain: { domainPrefix: 'x' } }) }),
        zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
        rules: [
          { host: 'shop.example.com', service: 'shop', port: 80 },
          { host: 'shop.example.com', path: '/api', service: 'api', port: 8080, rewrite: IngressRewrite.stripPrefix('/api') },
        ],
      });
    });

    expect(sections('Load balancer')).toEqual([[
      'Load balancer of Ingress shop/web',
      'scheme   internet-facing',
      'records  shop.example.com',
      'HTTP 80',
      '  inboundCidrs  198.51.100.0/24',
      '  -  all requests  redirect to HTTPS 443',
      'HTTPS 443',
      `  certificates  ${ARN}`,
      '  inboundCidrs  198.51.100.0/24',
      '  1.  shop.example.com /api, /api/*  login by cognito, then path ^/api(?:/([^?]*))?(\\?.*)?$ becomes /$1$2, then Service shop/api:8080',
      '  2.  shop.example.com /*            login by cognito, then Service shop/shop:80',
      '  -   all others                     fixed response 404',
    ]]);
  });

  test('Ingresses of fields and of manifests in several stacks make one load balancer', () => {
    synthesize(module, ({ stack, cluster, support }) => {
      const team = new Stack(stack.node.root, 'Team');
      new Ingress(team, 'Blog', { ingressClass: support.ingressClass, namespace: 'blog', groupName: 'web', groupOrder: 10, rules: [{ host: 'blog.example.com', service: 'blog', port: 80 }] });
      const Manifest = (module === 'aws-eks' ? eks : eks_v2).KubernetesManifest as typeof eks_v2.KubernetesManifest;
      new Manifest(new Stack(stack.node.root, 'Raw'), 'Shop', { cluster: cluster as eks_v2.Cluster, manifest: [rawIngress('shop', { 'group.name': 'web', 'group.order': '5', 'tags': 'team=shop' }, 'shop.example.com')] });
    });

    expect(sections('Load balancer')).toEqual([[
      'Load balancer of the group web',
      'Ingresses  shop/shop, blog/blog',
      'scheme     internal',
      'tags       team=shop',
      'HTTP 80',
      '  1.  shop.example.com /*  Service shop/shop:80  shop/shop',
      '  2.  blog.example.com /*  Service blog/blog:80  blog/blog',
      '  -   all others           fixed response 404',
    ]]);
    expect(sections('Manifests of the app')[0]).toEqual(expect.arrayContaining(['Ingress blog/blog in Team', 'Ingress shop/shop in Raw']));
  });

  test('what only the deployment knows is said to be so', () => {
    synthesize(module, ({ stack, cluster, support }) => {
      const parameter = (id: string) => new CfnParameter(stack, id).valueAsString;
      support.addIngress('One', { rules: [{ host: parameter('Host'), service: 'one', port: 80 }] });
      cluster.addManifest('Two', rawIngress('two', { 'listen-ports': parameter('Ports') }, 'two.example.com'));
      cluster.addManifest('Three', rawIngress('three', { 'group.name': parameter('Group') }, 'three.example.com'));
    });

    expect(sections('Load balancer').sort()).toEqual([
      ['Load balancer of Ingress default/one', 'scheme  internal', 'HTTP 80', '  1.  <Host> /*   Service default/one:80', '  -   all others  fixed response 404'],
      ['Load balancer of Ingress shop/two', 'scheme     internal', 'listeners  known at deployment only'],
    ]);
    expect(sections('Ingresses whose group')).toEqual([['Ingresses whose group only the deployment knows', 'shop/three']]);
  });

  test('conditions, redirects, fixed responses and weights', () => {
    synthesize(module, ({ support }) => {
      support.addIngress('Web', {
        rules: [
          { path: '/old', action: IngressAction.redirect({ host: 'new.example.com', permanent: true }) },
          { path: '/beta', service: 'beta', port: 80, conditions: [elbv2.ListenerCondition.httpHeader('x-beta', ['yes']), elbv2.ListenerCondition.sourceIps(['10.0.0.0/8'])] },
          { path: '/gone', action: IngressAction.fixedResponse(410) },
          { action: IngressAction.weightedForward([{ service: 'blue', port: 80, weight: 3 }, { service: 'green', port: 80, weight: 1 }]) },
        ],
      });
    });

    expect(sections('Load balancer')[0].filter((line) => /^ +\d/.test(line)).map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
      '1. | /beta, /beta/*, header x-beta: yes, from 10.0.0.0/8 | Service default/beta:80',
      '2. | /gone, /gone/* | fixed response 410',
      '3. | /old, /old/* | redirect 301 #{protocol}://new.example.com:#{port}/#{path}?#{query}',
      '4. | /* | 75 % Service default/blue:80, 25 % Service default/green:80',
    ]);
  });
});

test('the settings of a class, in EKS Auto Mode and in a stage', () => {
  const app = new App({ outdir: folder, context: { 'aws:cdk:enable-path-metadata': true } });
  const stack = new Stack(new Stage(app, 'Prod'), 'Shop');
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'Alb', {
    cluster: newAutoModeCluster(stack, { vpc }), vpc, ingressClass: { scheme: LoadBalancerScheme.INTERNET_FACING, loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' } },
  });
  support.addIngress('Web', { rules: [{ service: 'web', port: 80 }] });
  app.synth();

  expect(sections('Load balancer')[0]).toEqual(expect.arrayContaining(['scheme                  internet-facing', 'loadBalancerAttributes  idle_timeout.timeout_seconds=30']));
  expect(planOf(folder)).toEqual({
    schemaVersion: 1,
    supports: [{
      path: 'Prod/Shop/Alb',
      ungrouped: [],
      objects: [],
      loadBalancers: [expect.objectContaining({ name: 'default/web', isGroup: false, scheme: 'internet-facing', isKnown: true })],
    }],
  });
});

test('no template has anything of the plan', () => {
  synthesize('aws-eks-v2', ({ support }) => support.addIngress('Web', { rules: [{ service: 'web', port: 80 }] }));

  expect(fs.readFileSync(path.join(folder, 'Shop.template.json'), 'utf8')).not.toContain('loadBalancers');
});

test.each([40, 60, 80, 120])('no line is over the width of %i', (width) => {
  synthesize('aws-eks-v2', ({ stack, support }) => support.addIngress('Web', {
    groupName: 'a-group',
    certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', ARN)],
    tags: { 'a-rather-long-key': 'and-a-value-that-is-longer-than-the-width-of-a-narrow-terminal' },
    rules: [{ host: 'shop.a-rather-long-domain-name.example.com', path: '/with/a/path', service: 'a-service-with-a-long-name', port: 80, rewrite: IngressRewrite.path('^/with/a/(.*)$', '/$1') }],
  }));

  const lines = summaryOf(folder, { width, verbose: true });
  expect(lines.filter((line) => line.length > width)).toEqual([]);
  // Nothing is lost.
  const letters = (text: string) => [...text.replace(/\s/g, '')].sort().join('');
  expect(letters(lines.join(''))).toBe(letters(summaryOf(folder).join('')));
});

describe('the command', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [path.join(__dirname, '../../../assets/summary/program/summary/index.js'), ...args], { encoding: 'utf8' });
  beforeEach(() => synthesize('aws-eks-v2', ({ support }) => support.addIngress('Web', { rules: [{ service: 'web', port: 80 }] })));

  test('--json prints data', () => {
    expect(JSON.parse(run('--json', folder).stdout)).toEqual(planOf(folder));
  });

  test('--verbose prints the values of the chart', () => {
    expect(run(folder).stdout).toMatch(/\d+ values, which --verbose prints/);
    expect(run(folder).stdout).not.toContain('replicaCount');
    expect(run('--verbose', folder).stdout).toContain('replicaCount: 2');
  });

  test('--help names all options', () => {
    expect(run('--help').stdout).toMatch(/--json.*--verbose.*--help/s);
  });

  test.each([[['--jsno', 'x'], /Unknown option '--jsno'/], [['a', 'b'], /^there must be one folder, got a, b; see --help\n$/]])('%j is an error', (args, message) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});
