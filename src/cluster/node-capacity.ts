import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { capacityHints } from './capacity-hints';
import { isKarpenter } from './cluster-parts';
import { TargetCluster } from './target-cluster';

const FARGATE = ['AWS::EKS::FargateProfile', 'Custom::AWSCDK-EKS-FargateProfile'];

/**
 * Whether a cluster has nodes that can be targets, as far as the app shows: what runs on Fargate is on none.
 */
export class NodeCapacity {
  private hasFargate = false;
  private hasNodes = false;

  constructor(private readonly support: IConstruct, private readonly target: TargetCluster) {}

  public add(capacity: CfnResource): void {
    if (FARGATE.includes(capacity.cfnResourceType)) {
      this.hasFargate = true;
    } else {
      this.hasNodes = true;
    }
  }

  public addRelease(release: CfnResource): void {
    this.hasNodes ||= isKarpenter(release);
  }

  /** To be asked when the app is prepared; false where something in the app may give nodes that it does not show. */
  public get isFargateOnly(): boolean {
    const { target } = this;
    return target.isOwned && !target.isAutoMode && this.hasFargate && !this.hasNodes && capacityHints(target, this.support).length === 0;
  }
}
