import type { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ControllerImage } from './controller-image';
import type { ControllerSource } from './controller-source';
import type { ControllerToleration, ControllerTopologySpread } from './scheduling';
import type { IngressClassOptions, IngressTargetType, LoadBalancerScheme } from '../ingress/ingress-class-options';

/**
 * How much the controller logs.
 */
export enum ControllerLogLevel {
  /** What it does. */
  INFO = 'info',
  /** What it does, and why. */
  DEBUG = 'debug',
}

/**
 * Who makes the certificate of the controller's webhooks, which the API server calls.
 */
export enum WebhookCertificate {
  /** Helm, with the chart. It is kept on upgrades where the chart can (not in 3.0.0). */
  HELM = 'helm',
  /** cert-manager, which must be installed before. */
  CERT_MANAGER = 'cert-manager',
}

/**
 * Processor and memory of each controller pod.
 */
export interface ControllerResources {
  /**
   * Processor time that is reserved, as Kubernetes writes it: `100m` or `0.5`. Tokens are accepted.
   *
   * @default - the limit, if there is one, else nothing is reserved
   */
  readonly cpuRequest?: string;

  /**
   * Highest processor time, as Kubernetes writes it: `1` or `1500m`. Tokens are accepted.
   *
   * @default - not limited
   */
  readonly cpuLimit?: string;

  /**
   * Memory reserved, in whole KiB or more.
   *
   * @default - the limit, if there is one, else nothing is reserved
   */
  readonly memoryRequest?: Size;

  /**
   * Memory at most, in whole KiB or more. A pod that wants more is killed.
   *
   * @default - not limited
   */
  readonly memoryLimit?: Size;
}

/**
 * How the AWS Load Balancer Controller is installed and run.
 *
 * A prop that the chart of the chosen release does not know is rejected with the first chart that knows it.
 */
export interface ControllerOptions {
  /**
   * The IngressClass that comes with the controller, with settings for all of its Ingresses.
   *
   * Further ones: `addIngressClass()`.
   *
   * @default - a class `alb`, by which each Ingress decides with its own settings
   */
  readonly ingressClass?: IngressClassOptions;

  /**
   * What the controller is installed from: a Helm chart, or upstream's manifest file.
   *
   * @default ControllerSource.fromRepository()
   */
  readonly source?: ControllerSource;

  /**
   * Name of the Helm release: a DNS subdomain of at most 53 characters. Tokens are accepted.
   *
   * To be set where a release of another name is to be taken over. It cannot be changed later: Helm does not rename a release, and
   * rejects a second one over the objects of the first.
   *
   * @default 'aws-load-balancer-controller'
   */
  readonly releaseName?: string;

  /**
   * Where the nodes pull the image from.
   *
   * @default - Amazon ECR Public; the EKS registry of the region where the partition is aws-cn or an isolated one,
   * where the VPC is isolated, and for releases before v2.4.6
   */
  readonly image?: ControllerImage;

  /**
   * Number of controller pods, at least 1.
   *
   * One of them works, the others stand by and all answer the API server's webhook calls: with a single one, an update or a
   * drained node keeps Ingresses from being created or changed for a moment. New pods in namespaces that ask for readiness gates then
   * start without one, or with older charts are not created.
   *
   * @default 2
   */
  readonly replicas?: number;

  /**
   * Pods that a drain may take away at once, at least 1 and fewer than `replicas`.
   *
   * Other budgets go to `values.podDisruptionBudget`. Without effect on a single pod, which gets no budget.
   *
   * @default 1
   */
  readonly maxUnavailableReplicas?: number;

  /**
   * Processor and memory of each pod.
   *
   * @default - nothing is reserved and nothing limited
   */
  readonly resources?: ControllerResources;

  /**
   * Labels that a node must have to run the controller, in addition to `kubernetes.io/os: linux`.
   *
   * @default - any Linux node
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * Taints of nodes that the controller tolerates.
   *
   * @default - nodes with a taint do not run it
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
   */
  readonly tolerations?: ControllerToleration[];

  /**
   * How the pods are spread. From chart 1.4.3.
   *
   * An empty list is no rule. Fields that are missing here can be had with `values.topologySpreadConstraints`.
   *
   * @default - over Availability Zones and nodes as evenly as can be, without keeping a pod from starting
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
   */
  readonly topologySpreadConstraints?: ControllerTopologySpread[];

  /**
   * How much the controller logs.
   *
   * @default ControllerLogLevel.INFO
   */
  readonly logLevel?: ControllerLogLevel;

  /**
   * Tags of all AWS resources that the controller makes, in addition to those of the app by `Tags.of()`.
   *
   * Keys and values go to the controller in one flag: no comma, double quote or line break, no `: ` or ` #`, and no `=` in keys.
   *
   * @default - the controller's own tracking tags only
   */
  readonly defaultTags?: { [key: string]: string };

  /**
   * Target type of Ingresses and Services that name none. From chart 1.5.0.
   *
   * @default - the controller's: `INSTANCE`
   */
  readonly defaultTargetType?: IngressTargetType;

  /**
   * Security policy of HTTPS listeners of Ingresses and Services that name none.
   *
   * @default - the controller's: `ELBSecurityPolicy-2016-08` in most releases
   */
  readonly defaultSslPolicy?: elbv2.SslPolicy;

  /**
   * Scheme of load balancers of Ingresses and Services that name none. From chart 1.17.1.
   *
   * @default - the controller's: `INTERNAL`
   */
  readonly defaultScheme?: LoadBalancerScheme;

  /**
   * Feature gates of the controller to switch. From chart 1.4.5.
   *
   * Names that the chosen release does not have are rejected, since the controller would not start.
   *
   * @default - as the controller has them
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/configurations/#feature-gates
   */
  readonly featureGates?: { [gate: string]: boolean };

  /**
   * The one namespace whose Ingresses, Services and TargetGroupBindings the controller serves: a DNS label. Tokens are accepted.
   *
   * Ingresses and bindings of this app that are in another one are rejected.
   *
   * @default - all namespaces
   */
  readonly watchNamespace?: string;

  /**
   * Who makes the certificate of the controller's webhooks.
   *
   * Not to be confused with those of load balancers: see `enableAcmCertificateManagement`.
   *
   * @default - Helm; cert-manager with a manifest file
   */
  readonly webhookCertificate?: WebhookCertificate;

  /**
   * Whether the controller becomes the default for new Services of type LoadBalancer. `true` needs chart 1.5.0.
   *
   * The chart's own default is `true`. A Service can always ask for the controller with `spec.loadBalancerClass`.
   *
   * @default false
   */
  readonly enableServiceMutatorWebhook?: boolean;

  /**
   * Further values of the chart, merged deeply over those of the props and of this library: they win.
   *
   * Lists are replaced whole, as are `affinity` and `podDisruptionBudget`. Rejected are keys that this library owns (the message
   * names the prop to use) and keys that the chart does not read. With a local chart, or one newer
   * than this library knows, the latter are a warning.
   *
   * @default - no further values
   * @see https://github.com/aws/eks-charts/tree/master/stable/aws-load-balancer-controller
   */
  readonly values?: { [key: string]: any };

  /**
   * Time Helm waits for the controller to become available.
   *
   * At most 10 minutes with `atomic`, 14 without. The Lambda that runs Helm lives for 15, and one that dies half-way leaves a release
   * that only says "another operation is in progress". A rollback waits for the old pods as long again, but has only what is left of
   * the 15 minutes: with 7 or less here, it has all its time.
   *
   * @default Duration.minutes(10)
   */
  readonly installTimeout?: Duration;

  /**
   * Whether Helm takes a failed installation or upgrade back.
   *
   * Switch it off to look at pods that fail. Works with the kubectl layers of Helm 3 and Helm 4.
   *
   * @default true
   */
  readonly atomic?: boolean;

  /**
   * What happens to the controller when the construct or its stack is deleted.
   *
   * With `RETAIN` it goes on working: its Helm release, ServiceAccount, role, policies and the tags of its network stay, and are no
   * longer managed by CloudFormation. It is the first step of moving the construct to another stack, or of leaving this library; `takeOver` takes the controller
   * up again.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}
