import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';

/** A VPC of two zones, and no more of it than load balancers need. */
export function newVpc(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
}

/** A cluster of `aws-eks-v2` with two nodes. */
export function newCluster(stack: Stack, vpc: ec2.IVpc, props: Partial<eks_v2.ClusterProps> = {}): eks_v2.Cluster {
  return new eks_v2.Cluster(stack, 'Cluster', {
    vpc,
    version: eks_v2.KubernetesVersion.V1_35,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Kubectl') },
    defaultCapacityType: eks_v2.DefaultCapacityType.NODEGROUP,
    ...props,
  });
}

/** A cluster of `aws-eks` with two nodes. */
export function newOldCluster(stack: Stack, vpc: ec2.IVpc, props: Partial<eks.ClusterProps> = {}): eks.Cluster {
  return new eks.Cluster(stack, 'Cluster', {
    vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'), ...props,
  });
}
