import { CfnResource, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { propertiesOf } from './cdk-internals';
import { ClusterName } from './cluster-name';
import { referentOf } from '../util/references';

/** The role that a resource of a template has for a cluster. */
export enum ClusterResource {
  /** Pods can run on it. */
  CAPACITY,
  /** Access for nodes or for the CDK, or network and DNS of all pods: nothing on the cluster works without it. */
  FOUNDATION,
  /** A `KubernetesManifest` of the CDK. */
  MANIFEST,
  /** A `HelmChart` of the CDK. */
  RELEASE,
}

/** By type, which is the same in `aws-eks` and `aws-eks-v2` where both have the resource. */
const TYPES: { readonly [type: string]: ClusterResource } = {
  'AWS::AutoScaling::AutoScalingGroup': ClusterResource.CAPACITY,
  'AWS::EKS::FargateProfile': ClusterResource.CAPACITY,
  'AWS::EKS::Nodegroup': ClusterResource.CAPACITY,
  'Custom::AWSCDK-EKS-FargateProfile': ClusterResource.CAPACITY,
  'AWS::EKS::AccessEntry': ClusterResource.FOUNDATION,
  'AWS::EKS::Addon': ClusterResource.FOUNDATION,
  'Custom::AWSCDK-EKS-KubernetesPatch': ClusterResource.FOUNDATION,
  'Custom::AWSCDK-EKS-KubernetesResource': ClusterResource.MANIFEST,
  'Custom::AWSCDK-EKS-HelmChart': ClusterResource.RELEASE,
};

/** EKS add-ons without which no pod has network, DNS or credentials. Others may need load balancers themselves. */
const VITAL_ADDONS = ['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'];

/** The same as workloads, which `KubernetesPatch` changes: Fargate-only clusters move CoreDNS that way. */
const VITAL_WORKLOADS = ['aws-node', 'coredns', 'kube-proxy'];

const NODE_TAG = 'kubernetes.io/cluster/';

export function clusterResourceOf(resource: CfnResource): ClusterResource | undefined {
  // Called for each resource of an app. The CDK makes new properties on each call, so that they are read only where they matter.
  switch (resource.cfnResourceType) {
    case 'AWS::EKS::Addon':
      return VITAL_ADDONS.includes(propertiesOf(resource).addonName) ? ClusterResource.FOUNDATION : undefined;
    case 'Custom::AWSCDK-EKS-KubernetesPatch': {
      const { ResourceName } = propertiesOf(resource);
      return VITAL_WORKLOADS.some((name) => String(ResourceName).endsWith(`/${name}`)) ? ClusterResource.FOUNDATION : undefined;
    }
    default:
      return TYPES[resource.cfnResourceType];
  }
}

/** The names of the clusters that a resource belongs to. */
export function clusterNamesOf(resource: CfnResource): ClusterName[] {
  return namesOf(resource).map((name) => new ClusterName(name, resource.stack));
}

function namesOf(resource: CfnResource): unknown[] {
  if (resource.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup') {
    // Self-managed nodes have the name of their cluster only in the tag that the CDK adds to the group.
    return Object.keys((resource as Partial<autoscaling.CfnAutoScalingGroup>).tags?.tagValues() ?? {})
      .filter((key) => key.startsWith(NODE_TAG)).map((key) => key.slice(NODE_TAG.length));
  }
  const { clusterName, ClusterName: ofCustomResource, Config } = propertiesOf(resource);
  return [clusterName ?? ofCustomResource ?? Config?.clusterName];
}

/**
 * The name of the chart that a Helm release installs, where it is literal; else that of the release.
 *
 * The CDK's handler pulls the chart at an OCI repository, whatever the chart is called.
 */
export function chartOf(release: CfnResource): string | undefined {
  const { Chart, Release, Repository } = propertiesOf(release);
  const isOci = typeof Repository === 'string' && Repository.startsWith('oci://');
  return [isOci ? Repository : undefined, Chart, Release].map(chartNameIn).find((name) => name !== undefined);
}

/** The name of a chart by the last segment of its address, without tag, digest or the version of an archive. Other segments may be tokens. */
function chartNameIn(address: unknown): string | undefined {
  const last = typeof address === 'string' ? address.slice(address.lastIndexOf('/') + 1) : undefined;
  return last === undefined || Token.isUnresolved(last)
    ? undefined
    : last.replace(/[:@?#].*$/, '').replace(/(-v?\d+\.\d+\.\d+.*)?\.tgz$/, '');
}

/** Whether a Helm release installs Karpenter, which makes nodes when pods need them: by its chart, or by its own name. */
export function isKarpenter(release: CfnResource): boolean {
  return [chartOf(release), propertiesOf(release).Release].includes('karpenter');
}

/** The Lambda function behind a manifest, where it is defined in this app: `Handler`, a sibling of the provider that the manifest calls. */
export function kubectlHandlerOf(manifest: IConstruct): CfnFunction | undefined {
  const provider = referentOf(propertiesOf(resourceOf(manifest)).ServiceToken);
  const handler = provider?.node.scopes.reverse().map((scope) => scope.node.tryFindChild('Handler')?.node.defaultChild)
    .find((child) => child !== undefined && child !== provider);
  return handler && CfnResource.isCfnResource(handler) && handler.cfnResourceType === 'AWS::Lambda::Function' ? handler as CfnFunction : undefined;
}

/** The custom resource of a manifest or Helm release. */
export function resourceOf(construct: IConstruct): CfnResource {
  return construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
}
