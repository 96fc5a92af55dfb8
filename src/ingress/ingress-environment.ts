import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { IngressClassOptions, IngressTargetType, LoadBalancerScheme } from './ingress-class-options';
import { IngressGroups } from './ingress-groups';
import { ClusterCapacity } from '../cluster/capacity';
import { TargetCluster } from '../cluster/target-cluster';
import type { GatewayApi } from '../gateway/gateway-api';
import type { AppTags } from '../release/app-tags';
import { ChartFeatures } from '../release/controller-features';
import type { ServingController } from '../release/serving-controller';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** What the support of a cluster gives to its classes and Ingresses. */
export interface IngressSupport {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  /** What makes the cluster ready for Ingresses. */
  readonly support: Construct;
  readonly network: SubnetRequirement;
  readonly nodeCapacity: ClusterCapacity;
  readonly servedBy: ServingController;
  readonly appTags: AppTags;
  /** The installed controller, if this app installs one. */
  readonly controller?: Construct;
  readonly serviceAccountName?: string;
  readonly controllerNamespace?: string;
  /** What the controller may do, as far as it was decided. */
  readonly features: ChartFeatures;
  /** Lets EKS Auto Mode tag what it makes, which it may not by itself; gives what must be there before. */
  readonly permitTags?: () => Construct[];
  /** Lets the controller look up web ACLs by name, which it may not by upstream's policy. */
  readonly permitWebAclNames?: () => void;
  /** Called for each Ingress and class that the app defines. */
  readonly onWorkload?: () => void;
  readonly enableCognito?: boolean;
  readonly watchNamespace?: string;
  readonly defaultTargetType?: IngressTargetType;
  readonly defaultScheme?: LoadBalancerScheme;
  /** The class that comes with the controller. */
  readonly ingressClass?: IngressClassOptions;
  /** Roles that the controller may assume for target groups of other accounts. */
  readonly targetGroupBindingRoleArns?: string[];
  readonly featureGates?: { [gate: string]: boolean };
  /** Whether the definitions of the controller's kinds are brought up to date with its release. */
  readonly upgradesDefinitions?: boolean;
  readonly gatewayApi?: GatewayApi;
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
  /** What a VPC of the app lacks, if it certainly has no subnets for a scheme. */
  lackingSubnets(scheme: LoadBalancerScheme): string | undefined;
}

/** The Ingresses of a cluster by namespace and name: the deployment of a second one with the same name fails. */
export class IngressNames {
  /** Paths of the Ingresses' constructs. */
  private readonly taken = new Map<string, string>();

  /** Reserves a name, unless another Ingress has it. Tokens are not compared. */
  public take(prop: string, namespace: string, name: string, path: string): void {
    if (isUnknown(namespace) || isUnknown(name)) return;
    const key = `${namespace}/${name}`;
    const other = this.taken.get(key);
    if (other !== undefined) {
      throw invalidProp(`${prop}.ingressName`, `must not be that of ${other}, in the same namespace`, key, 'choose another name or namespace');
    }
    this.taken.set(key, path);
  }
}
