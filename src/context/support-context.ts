import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerIdentity } from '../iam/controller-identity';
import type { AppTags } from '../release/app-tags';
import type { ChartFeatures } from '../release/controller-features';
import type { ControllerVersion } from '../release/controller-version';
import type { ServingController } from '../release/serving-controller';

/**
 * The props with everything that follows from them: checked, and with each default that more than one module needs.
 *
 * Modules take the part that they need of it.
 */
export interface SupportContext extends EksAlbIngressSupportProps {
  /** The props as they were passed. */
  readonly props: EksAlbIngressSupportProps;
  readonly support: Construct;
  readonly target: TargetCluster;
  /** The tags of the app, for what the controller creates. */
  readonly appTags: AppTags;
  readonly strategy: ControllerStrategy;
  readonly servedBy: ServingController;
  /** Release whose rules apply: that of `servedBy`. */
  readonly version: ControllerVersion;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  readonly identity: ControllerIdentity;
  /** The partition, or a token if it is not known before the deployment. */
  readonly partition: string;
  /** Whether the VPC has no route to the internet. */
  readonly isolated: boolean;
}

/** How a cluster gets its load balancing: from a controller that this app or something else installs, or from EKS Auto Mode. */
export interface ControllerStrategy {
  /** The controller that reads the Ingresses. */
  readonly servedBy: ServingController;

  /** The release of the controller; none in EKS Auto Mode. */
  readonly controllerVersion?: ControllerVersion;

  /** Whether this app installs the controller. */
  readonly installs: boolean;

  /** Rejects props that contradict the strategy, or have no effect with it. */
  checkProps(context: SupportContext): void;

  /** Defines everything that the controller needs, and the controller itself. */
  define(context: SupportContext): DefinedController;
}

/** What a strategy has defined. */
export interface DefinedController {
  /** The role of the controller. */
  readonly role?: iam.IRole;
  /** The construct that is deployed when the controller runs. */
  readonly controller?: Construct;
  /** Constructs that call the Kubernetes API. */
  readonly apiClients: Construct[];
  /** The features of the controller, as its chart switches them. */
  readonly features: ChartFeatures;
  /** Whether the definitions of the controller's kinds are brought up to date with its release. */
  readonly upgradesDefinitions?: boolean;
  /** Permits tags of the user's, where that takes a policy of its own. Returns what must be deployed first. */
  readonly permitTags?: () => Construct[];
  /** Permits the look-up of web ACLs by name, which upstream's policy does not. */
  readonly permitWebAclNames?: () => void;
  /** Values for a chart that something else installs. */
  readonly chartValues?: { readonly [key: string]: unknown };
  /** Names for the GitOps bridge. */
  readonly gitOpsMetadata?: { readonly [key: string]: string };
  /** Called for each Ingress, class and target group binding that this app defines. */
  readonly onWorkload?: () => void;
}
