import { App, CfnCondition, CfnParameter, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { importCluster, Module, MODULES, newAutoModeCluster, newCluster, newStack, newVpc, warningsOf } from '../fixtures';

const config = (name: unknown = 'shop', namespace?: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
const ingressClass = (name: string, controller: unknown = 'ingress.k8s.aws/alb') =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller } });
const parameters = (name: string, apiVersion = 'elbv2.k8s.aws/v1beta1') => ({ apiVersion, kind: 'IngressClassParams', metadata: { name } });
const binding = (name: string, spec: object) => ({ apiVersion: 'elbv2.k8s.aws/v1beta1', kind: 'TargetGroupBinding', metadata: { name, namespace: 'shop' }, spec });

/** An app with manifests of its own. */
class Given {
  public readonly stack = newStack();
  public readonly cluster: AnyCluster;
  public readonly support: EksAlbIngressSupport;
  private count = 0;

  constructor(private readonly module: Module, props: Partial<EksAlbIngressSupportProps> = {}, kind: 'owned' | 'imported' | 'Auto Mode' = 'owned') {
    const vpc = newVpc(this.stack);
    this.cluster = kind === 'Auto Mode' ? newAutoModeCluster(this.stack, { vpc })
      : kind === 'owned' ? newCluster(this.stack, module, { vpc }) : importCluster(this.stack, module, { vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' });
    this.support = new EksAlbIngressSupport(this.stack, 'Alb', { cluster: this.cluster, vpc, ...props });
  }

  public add(manifest: object[], scope: Construct = this.stack, overwrite?: boolean): Construct {
    const Manifest = (this.module === 'aws-eks' ? eks : eks_v2).KubernetesManifest as typeof eks_v2.KubernetesManifest;
    return new Manifest(scope, `Manifest${++this.count}`, { cluster: this.cluster as eks_v2.ICluster, manifest, overwrite });
  }

  public get synth(): () => unknown {
    return () => (this.stack.node.root as App).synth();
  }

  public get warnings(): string[] {
    return warningsOf(this.stack).map(({ text }) => text.replace(/^(.*) \[ack: .*\.(\w+)\]$/, '$2: $1'));
  }
}

describe.each(MODULES.flatMap((module) => (['owned', 'imported'] as const).map((kind) => [module, kind] as const)))('with a cluster of %s, %s', (module, kind) => {
  const given = (props: Partial<EksAlbIngressSupportProps> = {}) => new Given(module, props, kind);

  describe('an object that two manifests define', () => {
    test.each<[string, object, object]>([
      ['of one kind and name', config(), config()],
      ['in another version of the API', ingressClass('web'), { ...ingressClass('web'), apiVersion: 'networking.k8s.io/v1beta1' }],
      ['in the default namespace, by name and without', config(), config('shop', 'default')],
    ])('fails: %s', (_, one, other) => {
      const app = given();
      app.add([one]);
      app.add([other], new Stack(app.stack.node.root, 'Other'));
      expect(app.synth).toThrow(/ is defined by Stack\/Manifest1\S* and by Other\/Manifest2\S*: the one that is created last would fail; take one of them out/);
    });

    test('fails within one manifest', () => {
      const app = given();
      app.add([config(), config()]);
      expect(app.synth).toThrow(/ConfigMap shop is defined by Stack\/Manifest1\S* and by Stack\/Manifest1/);
    });

    test.each<[string, (app: Given) => void]>([
      ['an object of another kind, name, namespace or API', (app) => app.add([
        config('web'), config('shop', 'web'), { ...config(), kind: 'Secret' }, { ...config(), apiVersion: 'example.com/v1' },
      ])],
      ['one that overwrites', (app) => app.add([config()], app.stack, true)],
      ['one whose name only the deployment knows', (app) => app.add([config(new CfnParameter(app.stack, 'Name').valueAsString)])],
      ['one that only some deployments have', (app) => {
        const resource = app.add([config()]).node.findAll().find(CfnResource.isCfnResource)!;
        resource.cfnOptions.condition = new CfnCondition(app.stack, 'Condition', { expression: Fn.conditionEquals('a', 'b') });
      }],
      ['one of another cluster', (app) => {
        const Manifest = (module === 'aws-eks' ? eks : eks_v2).KubernetesManifest as typeof eks_v2.KubernetesManifest;
        new Manifest(app.stack, 'OtherManifest', { cluster: importCluster(app.stack, module, { clusterName: 'other' }, 'Other') as eks_v2.ICluster, manifest: [config()] });
      }],
    ])('may come with %s', (_, add) => {
      const app = given();
      app.add([config()]);
      add(app);
      expect(app.synth).not.toThrow();
    });
  });

  describe('a class of the support in a manifest', () => {
    test.each<[string, object]>([['class', ingressClass('alb')], ['parameters', parameters('alb')]])('fails: %s', (_, object) => {
      const app = given();
      app.add([object]);
      expect(app.synth).toThrow(/ alb is defined by ingressClass and by Stack\/Manifest1\S*: .*; set ingressClass: \{ create: false \} to keep that of the manifest, or/);
    });

    test('fails for a further class', () => {
      const app = given();
      app.support.addIngressClass('Internal');
      app.add([ingressClass('internal')]);
      expect(app.synth).toThrow(/IngressClass internal is defined by addIngressClass\(Internal\) and by Stack\/Manifest1\S*: .*; leave out addIngressClass\(Internal\), or/);
    });

    test('is right where the support does not define it', () => {
      const app = given({ ingressClass: { create: false } });
      app.add([parameters('alb'), ingressClass('alb')]);
      expect(app.synth).not.toThrow();
    });
  });

  describe('a class that nothing serves', () => {
    const message = (name: string, controller: string) =>
      `ingressClassNotServed: IngressClass ${name} spec.controller must be ingress.k8s.aws/alb, which serves this cluster, got "${controller}"; correct it`;

    test('is a warning', () => {
      const app = given();
      app.add([ingressClass('typo', 'ingress.k8s.aws/abl'), ingressClass('eks', 'eks.amazonaws.com/alb')]);
      // An imported cluster may be in EKS Auto Mode.
      expect(app.warnings).toEqual([message('typo', 'ingress.k8s.aws/abl'), ...kind === 'owned' ? [message('eks', 'eks.amazonaws.com/alb')] : []]);
    });

    test('is not one of the controller, of another controller, or of one that only the deployment knows', () => {
      const app = given();
      app.add([ingressClass('web'), ingressClass('nginx', 'k8s.io/ingress-nginx'), ingressClass('token', new CfnParameter(app.stack, 'P').valueAsString), ingressClass('none', undefined)]);
      expect(app.warnings).toEqual([]);
    });
  });

  describe('TargetGroupBindings of manifests', () => {
    const targetGroup = (name: string) => ({ targetGroupARN: `arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/${name}/0123456789abcdef` });
    const role = { iamRoleArnToAssume: 'arn:aws:iam::444455556666:role/target-groups' };

    test('are warned of where two have one target group', () => {
      const app = given();
      app.add([binding('one', targetGroup('shop'))]);
      app.add([binding('two', targetGroup('shop'))]);
      expect(app.warnings).toEqual([expect.stringContaining('targetGroupBoundTwice: TargetGroupBinding shop/two spec.targetGroupARN must not be that of TargetGroupBinding shop/one too')]);
    });

    test('may share one where both say so, and have others', () => {
      const app = given();
      const shared = { ...targetGroup('shop'), multiClusterTargetGroup: true };
      const token = { targetGroupARN: new CfnParameter(app.stack, 'P').valueAsString };
      app.add([binding('one', shared), binding('two', shared), binding('three', targetGroup('web')), binding('four', token), binding('five', token), binding('six', {}), binding('seven', {})]);
      expect(app.warnings).toEqual([]);
    });

    test('are warned of where the controller may not assume their role', () => {
      const app = given();
      app.add([binding('one', { ...targetGroup('shop'), ...role })]);
      expect(app.warnings).toEqual(['targetGroupBindingRole: TargetGroupBinding shop/one spec.iamRoleArnToAssume must be a role that the controller may assume, '
        + 'got "arn:aws:iam::444455556666:role/target-groups"; add it to targetGroupBindingRoleArns']);
    });

    test('may name a role that it may assume', () => {
      const app = given({ targetGroupBindingRoleArns: [role.iamRoleArnToAssume] });
      app.add([binding('one', { ...targetGroup('shop'), ...role })]);
      expect(app.warnings).toEqual([]);
    });
  });
});

test('in EKS Auto Mode the class is that of the support too, and the other controller serves nothing', () => {
  const app = new Given('aws-eks-v2', {}, 'Auto Mode');
  app.add([parameters('alb', 'eks.amazonaws.com/v1')]);
  expect(app.synth).toThrow('IngressClassParams alb is defined by ingressClass and by');

  const other = new Given('aws-eks-v2', {}, 'Auto Mode');
  other.add([ingressClass('web')]);
  expect(other.warnings).toEqual(['ingressClassNotServed: IngressClass web spec.controller must be eks.amazonaws.com/alb, which serves this cluster, got "ingress.k8s.aws/alb"; correct it']);
});
