import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { IngressClassOptions, IngressTargetType, LoadBalancerScheme } from './ingress-class-options';
import { IngressGroups } from './ingress-groups';
import { IngressNames } from './ingress-names';
import { ClusterCapacity } from '../cluster/capacity';
import { TargetCluster } from '../cluster/target-cluster';
import type { ControllerVersion } from '../release/controller-version';
import { ChartFeatures } from '../release/web-protection';

/** What the support of a cluster gives to its classes and Ingresses. */
export interface IngressSupport {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** What makes the cluster ready for Ingresses. */
  readonly support: Construct;
  readonly network: SubnetRequirement;
  readonly nodeCapacity: ClusterCapacity;
  /** What runs the controller, and its release: neither in EKS Auto Mode, which does its work. */
  readonly controller?: Construct;
  readonly version?: ControllerVersion;
  readonly serviceAccountName?: string;
  readonly controllerNamespace?: string;
  /** What the controller may do, as far as it was decided. */
  readonly features: ChartFeatures;
  /** Lets EKS Auto Mode tag what it makes, which it may not by itself; gives what must be there before. */
  readonly permitTags?: () => Construct[];
  /** Lets the controller look up web ACLs by name, which it may not by upstream's policy. */
  readonly permitWebAclNames?: () => void;
  readonly enableCognito?: boolean;
  readonly watchNamespace?: string;
  readonly defaultTargetType?: IngressTargetType;
  readonly defaultScheme?: LoadBalancerScheme;
  /** The class that comes with the controller. */
  readonly ingressClass?: IngressClassOptions;
  readonly featureGates?: { [gate: string]: boolean };
  readonly values?: { [key: string]: any };
}

/** What all classes and Ingresses of a cluster have in common. */
export interface IngressEnvironment extends IngressSupport {
  readonly groups: IngressGroups;
  readonly names: IngressNames;
}

/** What knows the subnets that load balancers get. */
export interface SubnetRequirement {
  requireSubnets(prop: string, scheme: LoadBalancerScheme): void;
}
