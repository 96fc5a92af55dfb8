import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TargetCluster } from '../cluster/target-cluster';
import type { LoadBalancerScheme } from '../ingress-class/ingress-class-options';
import type { ControllerVersion } from '../release/controller-version';
import { ChartFeatures } from '../release/web-protection';

/** What classes and Ingresses of a cluster have in common. */
export interface IngressEnvironment {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** What makes the cluster ready for Ingresses. */
  readonly support: Construct;
  /** What runs the controller, and its release: neither in EKS Auto Mode, which does its work. */
  readonly controller?: Construct;
  readonly version?: ControllerVersion;
  /** What the controller may do, as far as it was decided. */
  readonly features: ChartFeatures;
  readonly network: SubnetRequirement;
  /** Lets EKS Auto Mode tag what it makes, which it may not by itself; gives what must be there before. */
  readonly permitTags?: () => Construct[];
}

/** What knows the subnets that load balancers get. */
export interface SubnetRequirement {
  requireSubnets(prop: string, scheme: LoadBalancerScheme): void;
}
