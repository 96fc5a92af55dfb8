import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, CfnParameter, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { ControllerIdentity, EksAlbIngressSupport } from '../../../src';
import { summaryOf } from '../../../src/summary/program/summary';
import { importCluster, MODULES, newAutoModeCluster, newCluster, newManifest, newVpc } from '../../fixtures';

/** By this the CDK's list of constructs knows a class; jsii adds it when it compiles. */
Object.assign(EksAlbIngressSupport, { [Symbol.for('jsii.rtti')]: { fqn: 'cdk-eks-alb-ingress-support.EksAlbIngressSupport', version: '0.0.0' } });

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'summary-')); });
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Synthesizes as the CDK CLI does, which tells paths in templates, and returns what is said. */
function told(define: (stack: Stack) => void, scopeOf: (app: App) => Construct = (app) => app): string[] {
  const app = new App({ outdir: folder, context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true, 'aws:cdk:enable-path-metadata': true } });
  define(new Stack(scopeOf(app), 'Shop'));
  app.synth();
  return summaryOf(folder);
}

/** The lines below a heading. */
function section(lines: string[], heading: string): string[] {
  const start = lines.indexOf(`  ${heading}`);
  const rest = lines.slice(start + 1);
  return start < 0 ? [] : rest.slice(0, rest.indexOf('')).map((line) => line.trim());
}
const headings = (lines: string[]) => lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim());

test.each(MODULES)('tells of a cluster of %s with IRSA', (module) => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    newManifest(stack, cluster);
    new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc });
  });

  expect(lines[0]).toBe('Shop/Alb');
  expect(section(lines, 'Tags, by CloudFormation').map((line) => line.replace(/^.*: /, '')).sort()).toEqual([
    'kubernetes.io/role/elb = 1', 'kubernetes.io/role/elb = 1', 'kubernetes.io/role/internal-elb = 1', 'kubernetes.io/role/internal-elb = 1',
  ]);
  expect(section(lines, 'Who may assume the controller\'s role')).toEqual([
    expect.stringMatching(/^AlbRole\w+: sts:AssumeRoleWithWebIdentity by <Cluster\w+>$/),
    'where <issuer>:aud = sts.amazonaws.com',
    'where <issuer>:sub = system:serviceaccount:kube-system:aws-load-balancer-controller',
  ]);
  expect(section(lines, 'What the role may do')[0]).toMatch(/^AlbPolicy\w+, of <AlbRole\w+>: [1-9]\d* actions, in [1-9]\d* statements, [1-9]\d* with conditions$/);
  expect(section(lines, 'In the cluster')).toEqual([
    'ServiceAccount kube-system/aws-load-balancer-controller',
    'label app.kubernetes.io/component: controller',
    'label app.kubernetes.io/name: aws-load-balancer-controller',
    expect.stringMatching(/^annotation eks\.amazonaws\.com\/role-arn: <AlbRole\w+\.Arn>$/),
  ]);
  const release = section(lines, 'Helm release');
  expect(release[0]).toMatch(/^aws-load-balancer-controller: chart aws-load-balancer-controller \d+\.\d+\.\d+ from https:\/\/aws\.github\.io\/eks-charts, in kube-system$/);
  expect(release).toContain('region: <AWS::Region>');
  expect(section(lines, 'Order of create in this stack (destroy is the reverse)').map((line) => line.replace(/^\d+\. (.*) \(\w+\)$/, '$1'))).toEqual([
    'VPC', 'cluster', 'node group', 'role', 'policy', 'policy', 'ServiceAccount aws-load-balancer-controller',
    'Helm release aws-load-balancer-controller', 'Ingress game',
  ]);
});

test('tells of EKS Pod Identity', () => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, identity: ControllerIdentity.podIdentity() });
  });

  expect(section(lines, 'Who may assume the controller\'s role')).toEqual([
    expect.stringMatching(/^AlbRole\w+: sts:AssumeRole, sts:TagSession by pods\.eks\.amazonaws\.com$/),
    expect.stringMatching(/^where aws:RequestTag\/eks-cluster-arn = <Cluster\w+\.Arn>$/),
    'where aws:RequestTag/kubernetes-namespace = kube-system',
    'where aws:RequestTag/kubernetes-service-account = aws-load-balancer-controller',
    expect.stringMatching(/^EKS Pod Identity gives <AlbRole\w+\.Arn> to kube-system\/aws-load-balancer-controller$/),
  ]);
});

test('tells of what only CloudFormation knows, numbers among it', () => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    const [replicas, port, host] = [['Replicas', 'Number'], ['Port', 'Number'], ['Host', 'String']].map(([id, type]) => new CfnParameter(stack, id, { type }));
    const support = new EksAlbIngressSupport(stack, 'Alb', {
      cluster: newCluster(stack, 'aws-eks-v2', { vpc }),
      vpc,
      replicas: replicas.valueAsNumber,
      values: { podLabels: { said: `"${host.valueAsString}" \\` } },
    });
    support.addIngress('Shop', { rules: [{ host: host.valueAsString, service: 'shop', port: port.valueAsNumber }] });
  });

  expect(section(lines, 'Helm release')).toEqual(expect.arrayContaining(['replicaCount: <Replicas>', 'podLabels: {"said":"\\"<Host>\\" \\\\"}']));
  expect(section(lines, 'In the cluster')).toContain('Ingress default/shop');
});

test('tells of an imported cluster in an imported VPC', () => {
  const lines = told((stack) => {
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-1', 'subnet-2'] });
    new EksAlbIngressSupport(stack, 'Alb', { cluster: importCluster(stack, 'aws-eks-v2'), vpc });
  });

  expect(section(lines, 'Tags, when the stack is deployed')).toEqual(['subnet-1, subnet-2: kubernetes.io/role/elb = 1']);
  expect(section(lines, 'Who may assume the controller\'s role')).toContain(
    'where oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub = system:serviceaccount:kube-system:aws-load-balancer-controller');
});

test('tells of EKS Auto Mode what there is, and has no empty section', () => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'Alb', { cluster: newAutoModeCluster(stack, { vpc }), vpc });
  });

  expect(section(lines, 'In the cluster')).toEqual(['IngressClassParams alb', 'IngressClass alb']);
  expect(headings(lines)).toEqual(['Tags, by CloudFormation', 'In the cluster', 'Order of create in this stack (destroy is the reverse)']);
});

test('tells of EKS Auto Mode which role gets permissions', () => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'Alb', { cluster: newAutoModeCluster(stack, { vpc }), vpc, ingressClass: { tags: { team: 'shop' } } });
  });

  expect(section(lines, 'What the role may do')).toEqual([
    expect.stringMatching(/^AlbAutoModeTagsPolicy\w+, of <ClusterRole\w+>: \d actions, in 1 statement, 1 with conditions$/),
  ]);
});

test('tells of target group bindings, which stand beside the construct', () => {
  const lines = told((stack) => {
    const vpc = newVpc(stack);
    const support = new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
    support.addTargetGroupBinding('Pods', { service: 'shop', namespace: 'shop', port: 80 });
  });

  expect(section(lines, 'In the cluster')).toContainEqual(expect.stringMatching(/^TargetGroupBinding shop\/pods-\w+$/));
});

describe('the tags of an app with several clusters are those of the VPC', () => {
  const TAGS = 'Tags, by CloudFormation';
  const support = (stack: Stack, vpc: ec2.IVpc) => new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
  const partsOf = (lines: string[]) => lines.map((line, at) => /^\S/.test(line) ? at : -1).filter((at) => at >= 0)
    .map((at, index, starts) => lines.slice(at, starts[index + 1]));

  test('in the same stage', () => {
    const parts = partsOf(told((stack) => {
      support(stack, newVpc(stack));
      const other = new Stage(stack.node.root, 'Other');
      const second = new Stack(other, 'Shop');
      support(second, newVpc(second));
    }, (app) => new Stage(app, 'Prod')));

    expect(parts.map(([heading, ...lines]) => [heading, section(lines, TAGS).length])).toEqual([['Prod/Shop/Alb', 4], ['Other/Shop/Alb', 4]]);
  });

  test('in the stack of the VPC, which is named where it is another one', () => {
    const parts = partsOf(told((stack) => {
      support(stack, newVpc(new Stack(stack.node.root, 'Network')));
      const other = new Stack(stack.node.root, 'Third');
      support(other, newVpc(other));
    }));

    expect(parts.map(([heading, ...lines]) => [heading, section(lines, TAGS).map((line) => line.replace(/Subnet\w+/, ''))])).toEqual([
      ['Shop/Alb', [
        'VpcPublic in Network: kubernetes.io/role/elb = 1', 'VpcPublic in Network: kubernetes.io/role/elb = 1',
        'VpcPrivate in Network: kubernetes.io/role/internal-elb = 1', 'VpcPrivate in Network: kubernetes.io/role/internal-elb = 1',
      ]],
      ['Third/Alb', [
        'VpcPublic: kubernetes.io/role/elb = 1', 'VpcPublic: kubernetes.io/role/elb = 1',
        'VpcPrivate: kubernetes.io/role/internal-elb = 1', 'VpcPrivate: kubernetes.io/role/internal-elb = 1',
      ]],
    ]);
  });

  test('in the stack around a nested one', () => {
    const lines = told((stack) => {
      const vpc = newVpc(stack);
      new EksAlbIngressSupport(new NestedStack(stack, 'Nested'), 'Alb', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc });
    });
    expect(section(lines, TAGS)[0]).toMatch(/^VpcPublicSubnet1\w+ in Shop: kubernetes\.io\/role\/elb = 1$/);
  });
});

test('tells of each construct, in stages and nested stacks', () => {
  const lines = told((stack) => {
    const nested = new NestedStack(stack, 'Nested');
    for (const [scope, id] of [[stack, 'One'], [nested, 'Two']] as const) {
      const vpc = new ec2.Vpc(scope, `${id}Vpc`, { maxAzs: 2, natGateways: 0 });
      new EksAlbIngressSupport(scope, id, { cluster: importCluster(scope, 'aws-eks-v2', { clusterName: id }, `${id}Cluster`), vpc });
    }
  }, (app) => new Stage(app, 'Prod'));

  expect(lines.filter((line) => /^\S/.test(line)).sort()).toEqual(['Prod/Shop/Nested/Two', 'Prod/Shop/One']);
  expect(lines.filter((line) => line.includes('clusterName: ')).map((line) => line.trim()).sort()).toEqual(['clusterName: One', 'clusterName: Two']);
});

test('fails where there is nothing to tell of', () => {
  expect(() => summaryOf(folder)).toThrow(new Error(
    `${folder} must be what "cdk synth" wrote, which has a manifest.json; run "cdk synth" first, or name its output folder`));
  expect(() => told(() => {})).toThrow(new Error(
    `${folder} must have an EksAlbIngressSupport, and its tree.json lists none; define one, or synthesize with tree metadata`));
});

test('fails for templates that tell no paths', () => {
  const app = new App({ outdir: folder });
  const stack = new Stack(app, 'Shop');
  new EksAlbIngressSupport(stack, 'Alb', { cluster: newAutoModeCluster(stack, { vpc: newVpc(stack) }), vpc: stack.node.findChild('Vpc') as ec2.Vpc });
  app.synth();

  expect(() => summaryOf(folder)).toThrow(new Error(
    'the templates must tell paths of constructs, and say nothing of Shop/Alb; synthesize with the CDK CLI, without --no-path-metadata'));
});

test('is a command that says its error on one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [path.join(__dirname, '../../../assets/summary/program/summary/index.js'), folder], { encoding: 'utf8' });

  expect(status).toBe(1);
  expect(stderr).toMatch(/^[^\n]+ must be what "cdk synth" wrote[^\n]+\n$/);
});
