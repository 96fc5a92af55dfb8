import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ClusterName } from './cluster-name';
import { clusterNamesOf } from './cluster-parts';
import { KubernetesObject, objectsOf } from './manifest-objects';
import { TargetCluster } from './target-cluster';
import { propertiesOf } from '../util/cfn-properties';
import { tryRead } from '../util/try-read';

/** Nodes that name no cluster, where user data does, or one that cannot be told. */
const NODES = [
  'AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::EC2Fleet', 'AWS::EC2::Instance', 'AWS::EC2::SpotFleet', 'AWS::EKS::FargateProfile', 'AWS::EKS::Nodegroup',
];

/** What makes resources that this app does not show: templates from elsewhere, calls of AWS, operators that EKS runs by itself. */
const MAKERS = [
  'AWS::CloudFormation::CustomResource', 'AWS::CloudFormation::StackSet', 'AWS::EKS::Capability', 'AWS::ServiceCatalog::CloudFormationProvisionedProduct',
  'Custom::AWS',
];

/** Access entries by which nodes are let in, whoever makes them. */
const NODE_ACCESS = ['EC2', 'EC2_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'];

/** Kinds by which operators are told to make nodes. */
const NODE_KINDS = /node(group|pool|claim)|machine(pool|deployment|set)/i;

/**
 * What of an app may give a cluster nodes without being known to, by its path: where there is any, it cannot be said that there are none.
 *
 * Looks at the whole app, other stages too; to be asked when there is a doubt.
 */
export function capacityHints(target: TargetCluster, support: IConstruct): string[] {
  const app = support.node.root.node.findAll().filter((construct) => !construct.node.scopes.includes(support));
  const ofNestedStacks = new Set(app.map((construct) => NestedStack.isNestedStack(construct) ? (construct as Stack).nestedStackResource : undefined));
  const isHint = (construct: IConstruct): boolean => CfnResource.isCfnResource(construct)
    ? !ofNestedStacks.has(construct) && mayGiveNodes(construct, target)
    : false;
  const hints = app.filter((construct) => isHint(construct)).map(({ node }) => node.path);
  const karpenter = app.find(({ node }) => node.id.toLowerCase().includes('karpenter'));
  const hybrid = target.resource && propertiesOf(target.resource).remoteNetworkConfig !== undefined;
  return [
    ...hints,
    ...karpenter ? [karpenter.node.path] : [],
    ...hybrid ? [`${target.cluster.node.path}, which is for hybrid nodes too`] : [],
  ];
}

function mayGiveNodes(resource: CfnResource, target: TargetCluster): boolean {
  const type = resource.cfnResourceType;
  if (type === 'AWS::CloudFormation::Stack' || MAKERS.includes(type)) {
    return true;
  }
  if (NODES.includes(type)) {
    const names = clusterNamesOf(resource).filter(({ value }) => value !== undefined);
    return names.length === 0 || names.some((name) => mayBeAnyCluster(name, target));
  }
  const ofOther = () => !clusterNamesOf(resource).some((name) => target.isNamedBy(name) || mayBeAnyCluster(name, target));
  switch (type) {
    case 'AWS::EKS::AccessEntry':
      return NODE_ACCESS.includes(propertiesOf(resource).type) && !ofOther();
    case 'Custom::AWSCDK-EKS-KubernetesResource':
      return !ofOther() && objectsOf(resource).some((object) => NODE_KINDS.test(`${object.kind}`) || letsNodesIn(object));
    default:
      return false;
  }
}

/** Whether a name is neither ours nor that of another cluster of the app: what a parameter or an import stands for. */
function mayBeAnyCluster(name: ClusterName, target: TargetCluster): boolean {
  return !target.isNamedBy(name) && name.literal === undefined && !CfnResource.isCfnResource(name.referent);
}

/** Whether `aws-auth` maps a role of nodes; those of Fargate and Windows have a group more. */
function letsNodesIn({ kind, data }: KubernetesObject): boolean {
  const roles = kind === 'ConfigMap' ? tryRead(() => JSON.parse(String(data?.mapRoles))) : undefined;
  return Array.isArray(roles) && roles.some(({ groups = [] }: { groups?: string[] }) =>
    groups.includes('system:nodes') && !groups.includes('system:node-proxier') && !groups.includes('eks:kube-proxy-windows'));
}
