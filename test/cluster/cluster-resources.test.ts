import { Aws, CfnResource, Stack } from 'aws-cdk-lib';
import { chartOf, ClusterResource, clusterNamesOf, isKarpenter, clusterResourceOf } from '../../src/cluster/cluster-resources';

const resource = (type: string, properties: Record<string, unknown> = {}) => new CfnResource(new Stack(), 'Resource', { type, properties });

test.each<[string, Record<string, unknown>, ClusterResource | undefined]>([
  ['AWS::EKS::Nodegroup', {}, ClusterResource.CAPACITY],
  ['AWS::EKS::AccessEntry', {}, ClusterResource.FOUNDATION],
  ['AWS::EKS::Addon', { addonName: 'coredns' }, ClusterResource.FOUNDATION],
  ['AWS::EKS::Addon', { addonName: 'adot' }, undefined],
  ['AWS::EKS::Addon', {}, undefined],
  ['Custom::AWSCDK-EKS-KubernetesPatch', { ResourceName: 'deployment/coredns' }, ClusterResource.FOUNDATION],
  ['Custom::AWSCDK-EKS-KubernetesPatch', { ResourceName: 'deployment/shop' }, undefined],
  ['Custom::AWSCDK-EKS-HelmChart', {}, ClusterResource.RELEASE],
  ['Custom::AWSCDK-EKS-KubernetesResource', {}, ClusterResource.MANIFEST],
  ['AWS::S3::Bucket', {}, undefined],
])('%s with %j', (type, properties, part) => {
  expect(clusterResourceOf(resource(type, properties))).toBe(part);
});

test.each<[Record<string, unknown>, unknown]>([
  [{ clusterName: 'blue' }, 'blue'],
  [{ ClusterName: 'blue' }, 'blue'],
  [{ Config: { clusterName: 'blue' } }, 'blue'],
  [{}, undefined],
])('%j names %p', (properties, name) => {
  expect(clusterNamesOf(resource('Custom::Any', properties)).map(({ value }) => value)).toEqual([name]);
});

test.each<[Record<string, unknown>, string | undefined, boolean]>([
  [{ Chart: 'karpenter', Release: 'nodes' }, 'karpenter', true],
  [{ Release: 'karpenter' }, 'karpenter', true],
  [{ Chart: { Ref: 'Chart' }, Repository: 'oci://public.ecr.aws/karpenter/karpenter', Release: 'nodes' }, 'karpenter', true],
  [{ Chart: 'aws-load-balancer-controller', Repository: { Ref: 'Mirror' } }, 'aws-load-balancer-controller', false],
  [{ Chart: { Ref: 'Chart' } }, undefined, false],
])('the release %j is of the chart %p; makes nodes: %p', (properties, chart, makesNodes) => {
  const release = resource('Custom::AWSCDK-EKS-HelmChart', properties);
  expect([chartOf(release), isKarpenter(release)]).toEqual([chart, makesNodes]);
});

const MIRROR = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts';

test.each<[string, Record<string, unknown>]>([
  ['an OCI address', { Chart: `oci://${MIRROR}/aws-load-balancer-controller` }],
  ['an OCI address with a tag', { Chart: `oci://${MIRROR}/aws-load-balancer-controller:1.17.0` }],
  ['an OCI address with a digest', { Chart: `oci://${MIRROR}/aws-load-balancer-controller@sha256:0123abcd` }],
  ['an OCI address in an account that is a token', { Chart: `oci://${Aws.ACCOUNT_ID}.dkr.ecr.eu-west-1.amazonaws.com/aws-load-balancer-controller` }],
  ['an OCI repository, which is all that the CDK looks at', { Chart: 'lbc', Repository: `oci://${MIRROR}/aws-load-balancer-controller` }],
  ['an archive', { Chart: 'https://aws.github.io/eks-charts/aws-load-balancer-controller-1.17.0.tgz' }],
  ['an archive of a pre-release, to be downloaded with a key', { Chart: 'https://charts.example.com/aws-load-balancer-controller-v1.17.0-rc.1.tgz?key=1' }],
  ['an archive without a version', { Chart: 'https://charts.example.com/aws-load-balancer-controller.tgz' }],
  ['the alias of a repository', { Chart: 'eks/aws-load-balancer-controller' }],
  ['a repository of charts beside it', { Chart: 'aws-load-balancer-controller', Repository: 'https://charts.example.com/eks' }],
  ['a release of that name, of a chart that is an asset', { Release: 'aws-load-balancer-controller' }],
  ['a release of that name, of a chart that is a token', { Chart: Aws.STACK_NAME, Release: 'aws-load-balancer-controller' }],
])('%s is known for the chart that it is', (_, properties) => {
  expect(chartOf(resource('Custom::AWSCDK-EKS-HelmChart', { Release: 'lbc', ...properties }))).toBe('aws-load-balancer-controller');
});

test.each([
  ['a chart of a longer name', `oci://${MIRROR}/aws-load-balancer-controller-crds`, 'aws-load-balancer-controller-crds'],
  ['a folder of that name', `oci://${MIRROR}/aws-load-balancer-controller/shop`, 'shop'],
  ['a name that a token ends', `oci://${MIRROR}/aws-load-balancer-${Aws.STACK_NAME}`, 'lbc'],
])('%s is no other chart', (_, chart, name) => {
  expect(chartOf(resource('Custom::AWSCDK-EKS-HelmChart', { Release: 'lbc', Chart: chart }))).toBe(name);
});
