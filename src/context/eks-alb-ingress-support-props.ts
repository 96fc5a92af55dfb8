import type { IngressCluster } from '../cluster/ingress-cluster';
import type { ControllerOptions } from '../controller/controller-options';
import type { GatewayApi } from '../gateway/gateway-api';
import type { ControllerIdentity } from '../iam/controller-identity';
import type { ControllerPolicyOptions } from '../iam/controller-policy';
import type { NetworkTagsOptions } from '../network/network-tags';
import type { ControllerVersion } from '../release/controller-version';

/**
 * What makes a cluster ready for ALB Ingresses.
 */
export interface EksAlbIngressSupportProps extends IngressCluster, NetworkTagsOptions, ControllerPolicyOptions, ControllerOptions {
  /**
   * Release of the controller, and with it chart, image and IAM policy.
   *
   * The default moves with releases of this library: name a release here to choose the time of the upgrade yourself.
   *
   * @default ControllerVersion.V3_5_0
   */
  readonly controllerVersion?: ControllerVersion;

  /**
   * Whether to bring the CustomResourceDefinitions of a chart from a repository or registry up to date with it.
   *
   * Helm installs them once and never again touches them, and a newer controller may need newer ones. This adds a Lambda function
   * next to the cluster's kubectl handler, with the same role, layers and network, which reads them from the chart and applies them
   * before each upgrade. Without it, look after them yourself when you change the release. Not with an imported cluster. The definitions
   * of a local chart or a manifest file are applied in any case.
   *
   * They are never deleted, since all TargetGroupBindings would go with them.
   *
   * @default false
   */
  readonly upgradeCrds?: boolean;

  /**
   * How the controller gets its AWS credentials.
   *
   * @default ControllerIdentity.irsa()
   */
  readonly identity?: ControllerIdentity;

  /**
   * Kubernetes namespace of controller and ServiceAccount: a DNS label. With a chart, not one that YAML reads as a number or a word
   * of its own, such as `123` or `true`.
   *
   * One that does not exist yet is not defined here. It cannot be changed later, since Helm does not move a release: docs/migrating.md tells
   * how to get to another one.
   *
   * @default 'kube-system'
   */
  readonly controllerNamespace?: string;

  /**
   * Name of the controller's ServiceAccount: a DNS subdomain. With a chart, not one that YAML reads as a number or a word of its own,
   * such as `123` or `true`.
   *
   * On a change the controller has no access until its pods are replaced, which the same deployment does. The old ServiceAccount stays
   * in the cluster, without rights.
   *
   * @default 'aws-load-balancer-controller'
   */
  readonly serviceAccountName?: string;

  /**
   * Labels of the controller's ServiceAccount, in addition to its own.
   *
   * @default - no further labels
   */
  readonly serviceAccountLabels?: { [key: string]: string };

  /**
   * Annotations of the controller's ServiceAccount, in addition to its own.
   *
   * Its role is brought with `identity`, not with an annotation.
   *
   * @default - no further annotations
   */
  readonly serviceAccountAnnotations?: { [key: string]: string };

  /**
   * Whether to take over the controller that runs in the cluster already, whoever installed it, without an interruption.
   *
   * For one deployment: the one that also removes what installed it, where that is in the same stack. Leave it out in the next, and change
   * nothing else of the controller there. Without it, a deployment fails before it has changed anything where the ServiceAccount is there already.
   *
   * - The ServiceAccount `serviceAccountName` in `controllerNamespace` gets our labels, annotations and role; others that it has, it keeps.
   * - The Helm release `releaseName` in `controllerNamespace` is upgraded, and all its objects with it: values that it was given before are gone
   *   where no prop sets them. IngressClass and IngressClassParams belong to it in most installations; docs/migrating.md says what to
   *   do where they do not.
   * - While it is set, the API server rejects to delete any of them, or any other class of the controller, by a
   *   ValidatingAdmissionPolicy: the earlier owner cannot uninstall what is not his any more.
   * - While it is set, nothing of the controller is deleted with the stack, nor when a deployment fails and is rolled back: the
   *   controller that runs goes on running, with the role that it has by then.
   *
   * Needs Kubernetes 1.30.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * Whether to install the controller.
   *
   * With `false` something else installs its chart, for example Argo CD or Flux: this construct defines the subnet tags, the role and its
   * policies, and nothing in the cluster, which needs no kubectl. Pass `chartValues` to the chart. docs/gitops.md has examples.
   *
   * With `true` on a cluster in EKS Auto Mode, the controller runs in addition to the load balancing of Auto Mode. Then
   * `ingressClass.ingressClassName` must be set, to another name than `alb`.
   *
   * @default - true, except on a cluster in EKS Auto Mode, whose own load balancing is used
   * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
   */
  readonly installController?: boolean;

  /**
   * Whether the cluster is in EKS Auto Mode.
   *
   * Set it to `true` for an imported cluster in Auto Mode. An owned cluster is recognised, and a value that contradicts its definition is rejected.
   *
   * @default - as an owned cluster is defined; false for an imported one
   */
  readonly autoMode?: boolean;

  /**
   * Who installs the definitions of the Kubernetes Gateway API, which the controller serves in addition to Ingresses.
   *
   * `GatewayApi.managed()` includes `upgradeCrds`.
   * In EKS Auto Mode it switches what EKS has for it, which is a property of the cluster. docs/gateway-api.md has more.
   *
   * @default - not this construct: with Gateways in the app there is a warning
   */
  readonly gatewayApi?: GatewayApi;

  /**
   * Whether to delete load balancers that are still there when the stack is deleted.
   *
   * Ingresses of the app go before the controller, and their load balancers with them. Those of Ingresses made otherwise, by
   * `kubectl` or Argo CD, stay behind and keep the VPC from being deleted. This adds a Lambda function that deletes, when the
   * controller is gone, what carries this cluster's name in the tag `elbv2.k8s.aws/cluster` in this VPC. Only where the cluster is
   * deleted with the stack.
   *
   * @default false
   */
  readonly autoDeleteLoadBalancers?: boolean;
}
