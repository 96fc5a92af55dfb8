import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';

/** A cluster with a managed node group, in a VPC of its own. */
export function newCluster(scope: Construct): { readonly cluster: eks.Cluster; readonly vpc: ec2.Vpc } {
  const vpc = new ec2.Vpc(scope, 'Vpc', { maxAzs: 2 });
  const cluster = new eks.Cluster(scope, 'Cluster', {
    vpc,
    version: eks.KubernetesVersion.V1_35,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(scope, 'Kubectl') },
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 2,
  });
  return { cluster, vpc };
}
