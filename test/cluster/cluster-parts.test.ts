import { CfnResource, Stack } from 'aws-cdk-lib';
import { chartOf, ClusterPart, clusterNamesOf, isKarpenter, partOf } from '../../src/cluster/cluster-parts';

const resource = (type: string, properties: Record<string, unknown> = {}) => new CfnResource(new Stack(), 'Resource', { type, properties });

test.each<[string, Record<string, unknown>, ClusterPart | undefined]>([
  ['AWS::EKS::Nodegroup', {}, ClusterPart.CAPACITY],
  ['AWS::EKS::AccessEntry', {}, ClusterPart.FOUNDATION],
  ['AWS::EKS::Addon', { addonName: 'coredns' }, ClusterPart.FOUNDATION],
  ['AWS::EKS::Addon', { addonName: 'adot' }, undefined],
  ['AWS::EKS::Addon', {}, undefined],
  ['Custom::AWSCDK-EKS-KubernetesPatch', { ResourceName: 'deployment/coredns' }, ClusterPart.FOUNDATION],
  ['Custom::AWSCDK-EKS-KubernetesPatch', { ResourceName: 'deployment/shop' }, undefined],
  ['Custom::AWSCDK-EKS-HelmChart', {}, ClusterPart.RELEASE],
  ['Custom::AWSCDK-EKS-KubernetesResource', {}, ClusterPart.MANIFEST],
  ['AWS::S3::Bucket', {}, undefined],
])('%s with %j', (type, properties, part) => {
  expect(partOf(resource(type, properties))).toBe(part);
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
  [{ Chart: { Ref: 'Chart' }, Repository: 'oci://public.ecr.aws/karpenter/karpenter', Release: 'nodes' }, 'nodes', true],
  [{ Chart: 'aws-load-balancer-controller', Repository: { Ref: 'Mirror' } }, 'aws-load-balancer-controller', false],
  [{ Chart: { Ref: 'Chart' } }, undefined, false],
])('the release %j is of the chart %p; makes nodes: %p', (properties, chart, makesNodes) => {
  const release = resource('Custom::AWSCDK-EKS-HelmChart', properties);
  expect([chartOf(release), isKarpenter(release)]).toEqual([chart, makesNodes]);
});
