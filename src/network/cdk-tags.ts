import { Annotations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { NetworkTagsOptions, SubnetTagging } from './network-tags';
import { ROLE_NAMES, ROLES, SubnetsByRole } from './subnet-roles';
import { isOwned, onTagged } from './subnets';
import { TargetCluster } from '../cluster/target-cluster';
import { warn } from '../util/messages';

/** Id of the warning that both of the CDK's modules give. */
const CDK_WARNING = '@aws-cdk/aws-eks:clusterMustManuallyTagSubnet';

/** What the tags of the CDK's own cluster are held against. */
export interface CdkTagsProps extends NetworkTagsOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
}

/** Each cluster that the CDK defines tags all public and private subnets of its VPC, and has no prop against it. */
export function warnOfLeftOut(scope: Construct, subnets: SubnetsByRole, { vpc, internetFacingSubnets, internalSubnets }: CdkTagsProps): void {
  if (!internetFacingSubnets && !internalSubnets) {
    return;
  }
  const all = [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets].filter(isOwned);
  for (const role of ROLE_NAMES) {
    const { prop, tag } = ROLES[role];
    all.filter((subnet) => !subnets[role].includes(subnet)).forEach((subnet) => onTagged(subnet, tag, () =>
      warn(scope, `${prop}TaggedOtherwise`, `${subnet.node.path} is not among ${prop} and is tagged ${tag} all the same, as the CDK does for a `
        + `cluster's VPC: the controller may choose it; where no other cluster needs the tag, Tags.of(subnet).remove('${tag}')`)));
  }
}

/** The CDK's cluster says of each imported subnet that it must be tagged by hand. */
export function acknowledgeUntagged(subnets: SubnetsByRole, { target, subnetTagging, vpc }: CdkTagsProps): void {
  const { cluster } = target;
  if (!target.isOwned || subnetTagging === SubnetTagging.OWNED_ONLY) {
    return;
  }
  // What a selection leaves out is left out knowingly; what the VPC given here does not have is not known to this construct.
  const known = [...subnets.internetFacing, ...subnets.internal, ...vpc.publicSubnets, ...vpc.privateSubnets].map(({ subnetId }) => subnetId);
  const warnedOf = [...cluster.vpc.publicSubnets, ...cluster.vpc.privateSubnets].filter((subnet) => !isOwned(subnet));
  if (warnedOf.every(({ subnetId }) => known.includes(subnetId))) {
    Annotations.of(cluster).acknowledgeWarning(CDK_WARNING, 'EksAlbIngressSupport tags the subnets');
  }
}
