/** `Tags.of(app)` reaches what the controller creates: load balancers are no resources of the app. */
import { App, Aws, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { helmValues, joined, kubernetesObjects, MODULES, newAutoModeCluster, newCluster, newStack, newVpc, warningsOf } from './fixtures';
import { ControllerSource, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../src';
import { manifestFile } from './support/manifest-fixtures';

const TYPE = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let support: EksAlbIngressSupport;
  const define = (props: Partial<EksAlbIngressSupportProps> = {}) => {
    stack = newStack();
    const vpc = newVpc(stack);
    support = new EksAlbIngressSupport(stack, 'Alb', { cluster: newCluster(stack, module, { vpc }), vpc, ...props });
  };
  const tags = (): object | undefined => helmValues(stack).defaultTags;

  test('tags of the app, of a stack and of the construct become default tags of the controller', () => {
    define();
    Tags.of(stack.node.root).add('team', 'shop');
    Tags.of(stack).add('cost', '7');
    Tags.of(support).add('app', 'web');
    expect(tags()).toEqual({ app: 'web', cost: '7', team: 'shop' });
  });

  test('without tags there are none', () => {
    define();
    expect(helmValues(stack)).not.toHaveProperty('defaultTags');
  });

  test('defaultTags win', () => {
    define({ defaultTags: { team: 'platform' } });
    Tags.of(stack.node.root).add('team', 'shop');
    Tags.of(stack.node.root).add('cost', '7');
    expect(tags()).toEqual({ cost: '7', team: 'platform' });
  });

  test('include and exclude are respected, and remove', () => {
    define();
    const app = Tags.of(stack.node.root);
    app.add('excluded', '1', { excludeResourceTypes: [TYPE] });
    app.add('others', '1', { includeResourceTypes: ['AWS::S3::Bucket'] });
    app.add('included', '1', { includeResourceTypes: [TYPE] });
    app.add('removed', '1');
    Tags.of(support).remove('removed');
    expect(tags()).toEqual({ included: '1' });
  });

  test('a value may be known to the deployment only', () => {
    define();
    Tags.of(stack.node.root).add('region', Aws.REGION);
    expect(JSON.stringify(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart'))).toContain('{\\"region\\":\\"",{"Ref":"AWS::Region"},"\\"}');
  });

  test('what the controller keeps for itself or cannot read is left out, with one warning', () => {
    define({ values: { externalManagedTags: ['theirs'] } });
    Object.entries({ 'elbv2.k8s.aws/cluster': 'x', 'list': 'a,b', 'theirs': '1', 'team': 'shop' }).forEach(([key, value]) => Tags.of(stack.node.root).add(key, value));
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringMatching(/^the tags elbv2\.k8s\.aws\/cluster, list of the app cannot be tags of what the controller creates: .*appTagsIgnored\]$/)]);
    expect(tags()).toEqual({ team: 'shop' });
  });

  test('the manifest file has them as a flag', () => {
    define({ source: ControllerSource.fromManifestFile(manifestFile()), defaultTags: { app: 'web' } });
    Tags.of(stack.node.root).add('team', 'shop');
    const manifests = Object.values(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-KubernetesResource')).map(({ Properties }) => joined(Properties.Manifest));
    expect(manifests.filter((text) => text.includes('"--default-tags=app=web,team=shop"'))).toHaveLength(1);
  });

  test('a chart that something else installs gets them', () => {
    define({ installController: false });
    Tags.of(stack.node.root).add('team', 'shop');
    (stack.node.root as App).synth();
    expect(stack.resolve(support.chartValues)).toMatchObject({ defaultTags: { team: 'shop' } });
  });
});

describe('in EKS Auto Mode', () => {
  const tagsOf = (props: Partial<EksAlbIngressSupportProps>) => {
    const stack = newStack();
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'Alb', { cluster: newAutoModeCluster(stack, { vpc }), vpc, ...props });
    Tags.of(stack.node.root).add('team', 'shop');
    return kubernetesObjects(stack).find(({ kind }: any) => kind === 'IngressClassParams')!.spec?.tags;
  };

  test('a class with tags gets those of the app too', () => {
    expect(tagsOf({ ingressClass: { tags: { app: 'web', team: 'platform' } } })).toEqual([{ key: 'app', value: 'web' }, { key: 'team', value: 'platform' }]);
    expect(tagsOf({ ingressClass: { tags: { app: 'web' } } })).toEqual([{ key: 'app', value: 'web' }, { key: 'team', value: 'shop' }]);
  });

  test('a class without gets none, since EKS may not set them', () => {
    expect(tagsOf({})).toBeUndefined();
  });
});
