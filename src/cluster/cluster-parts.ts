import { CfnResource, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import { ClusterName } from './cluster-name';
import { propertiesOf } from '../util/cfn-properties';

/** What a resource of a template is to a cluster. */
export enum ClusterPart {
  /** Gives pods a place to run. */
  CAPACITY,
  /** Lets nodes or the CDK in, or gives all pods network and names: without it nothing on the cluster works. */
  FOUNDATION,
  /** A `KubernetesManifest` of the CDK. */
  MANIFEST,
  /** A `HelmChart` of the CDK. */
  RELEASE,
}

/** By types, which `aws-eks` and `aws-eks-v2` have in common where both have the resource. */
const PARTS: { readonly [type: string]: ClusterPart } = {
  'AWS::AutoScaling::AutoScalingGroup': ClusterPart.CAPACITY,
  'AWS::EKS::FargateProfile': ClusterPart.CAPACITY,
  'AWS::EKS::Nodegroup': ClusterPart.CAPACITY,
  'Custom::AWSCDK-EKS-FargateProfile': ClusterPart.CAPACITY,
  'AWS::EKS::AccessEntry': ClusterPart.FOUNDATION,
  'AWS::EKS::Addon': ClusterPart.FOUNDATION,
  'Custom::AWSCDK-EKS-KubernetesPatch': ClusterPart.FOUNDATION,
  'Custom::AWSCDK-EKS-KubernetesResource': ClusterPart.MANIFEST,
  'Custom::AWSCDK-EKS-HelmChart': ClusterPart.RELEASE,
};

/** EKS add-ons without which no pod has network, names or credentials; others may need load balancers themselves. */
const VITAL_ADDONS = ['coredns', 'eks-pod-identity-agent', 'kube-proxy', 'vpc-cni'];

/** The same in the cluster, where patches are about them: Fargate-only clusters move CoreDNS that way. */
const VITAL_WORKLOADS = ['aws-node', 'coredns', 'kube-proxy'];

const NODE_TAG = 'kubernetes.io/cluster/';

export function partOf(resource: CfnResource): ClusterPart | undefined {
  // Asked of each resource of an app: properties, which the CDK puts together anew each time, are looked at where they tell more.
  switch (resource.cfnResourceType) {
    case 'AWS::EKS::Addon':
      return VITAL_ADDONS.includes(propertiesOf(resource).addonName) ? ClusterPart.FOUNDATION : undefined;
    case 'Custom::AWSCDK-EKS-KubernetesPatch': {
      const { ResourceName } = propertiesOf(resource);
      return VITAL_WORKLOADS.some((name) => String(ResourceName).endsWith(`/${name}`)) ? ClusterPart.FOUNDATION : undefined;
    }
    default:
      return PARTS[resource.cfnResourceType];
  }
}

/** The clusters that a resource says it belongs to. */
export function clusterNamesOf(resource: CfnResource): ClusterName[] {
  return namesOf(resource).map((name) => new ClusterName(name, resource.stack));
}

function namesOf(resource: CfnResource): unknown[] {
  if (resource.cfnResourceType === 'AWS::AutoScaling::AutoScalingGroup') {
    // Self-managed nodes name their cluster only in the tag that the CDK gives the group.
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

/** What a chart is called by the last part of its address, without tag, digest or the version of an archive; a token may stand before that part. */
function chartNameIn(address: unknown): string | undefined {
  const last = typeof address === 'string' ? address.slice(address.lastIndexOf('/') + 1) : undefined;
  return last === undefined || Token.isUnresolved(last)
    ? undefined
    : last.replace(/[:@?#].*$/, '').replace(/(-v?\d+\.\d+\.\d+.*)?\.tgz$/, '');
}

/** Whether a Helm release is Karpenter's, which makes nodes as pods ask for them. */
export function isKarpenter(release: CfnResource): boolean {
  const { Chart, Release, Repository } = propertiesOf(release);
  return [Chart, Release, Repository].some((name) => typeof name === 'string' && name.includes('karpenter'));
}
