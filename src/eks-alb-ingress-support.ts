import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { refuseControllerThatStays, refuseToOutlive } from './cleanup/cleanup-requirements';
import { LoadBalancerCleanup } from './cleanup/load-balancer-cleanup';
import { CapacityCheck } from './cluster/capacity-check';
import { chartOf } from './cluster/cluster-parts';
import { requireAttributes, requireEnvironmentOf, requireKubernetesVersion, requireVpcOf } from './cluster/cluster-requirements';
import { IngressCluster } from './cluster/ingress-cluster';
import { refuseSecondSupport } from './cluster/one-support';
import { TargetCluster } from './cluster/target-cluster';
import { ControllerOptions } from './controller/controller-options';
import { installController } from './controller/installation';
import { attachPolicies } from './iam/attach-policies';
import { ControllerIdentity } from './iam/controller-identity';
import { ControllerPolicyOptions, renderControllerPolicy } from './iam/controller-policy';
import { splitPolicy } from './iam/policy-size';
import { defineServiceAccount } from './iam/service-account';
import { AutoModeIngressClass } from './ingress-class/auto-mode-ingress-class';
import { NetworkTags, NetworkTagsOptions } from './network/network-tags';
import { isIsolated } from './network/subnets';
import { DeploymentOrder } from './order/deployment-order';
import { CONTROLLER } from './release/controller-name';
import { ControllerVersion } from './release/controller-version';
import { decideWebProtection } from './release/web-protection';
import { installsController, refuseAgainstAutoMode } from './settings/auto-mode';
import { warn } from './util/messages';
import { partitionOf } from './util/partition';
import { validateDnsLabel, validateDnsSubdomain } from './util/validation';

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
   * beside the cluster's kubectl handler, with the same role, layers and network, which reads them from the chart and applies them
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
   * Kubernetes namespace of controller and ServiceAccount: a DNS label.
   *
   * One that does not exist yet is not defined here. It cannot be changed later, since Helm does not move a release: remove this construct
   * in one deployment and add it again in the next.
   *
   * @default 'kube-system'
   */
  readonly controllerNamespace?: string;

  /**
   * Name of the controller's ServiceAccount: a DNS subdomain.
   *
   * On a change the controller has no access until its pods are replaced, which the same deployment does.
   *
   * @default 'aws-load-balancer-controller'
   */
  readonly serviceAccountName?: string;

  /**
   * Whether to adopt a ServiceAccount of that name which the cluster has already: it gets the labels and annotations of this one, and
   * stays in the cluster when this construct is removed.
   *
   * Without it such a ServiceAccount makes the deployment fail.
   *
   * @default false
   */
  readonly overwriteServiceAccount?: boolean;

  /**
   * Whether to install the controller on an EKS Auto Mode cluster too, which has load balancing of its own.
   *
   * Both then stand side by side, and `ingressClassName` tells them apart: it must be set, to other than `alb`.
   *
   * @default - false on a cluster that is known to be in Auto Mode, true on all others
   * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
   */
  readonly installController?: boolean;

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

/**
 * Makes an Amazon EKS cluster ready for ALB Ingresses.
 *
 * Tags the subnets, defines the IAM role and the ServiceAccount of the AWS Load Balancer Controller, and installs the controller
 * with Helm. Manifests of the cluster that need the controller, anywhere in the app, are deployed after it and removed before it;
 * node groups and Fargate profiles are there before it and go after it.
 *
 * For what cannot be found in a manifest, such as the Ingresses of another Helm chart, say so: `chart.node.addDependency(support)`.
 *
 * @example
 * new EksAlbIngressSupport(this, 'AlbIngress', { cluster, vpc });
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/
 */
export class EksAlbIngressSupport extends Construct implements iam.IGrantable {
  /**
   * The cluster that was made ready.
   */
  public readonly cluster: eks.ICluster | eks_v2.ICluster;

  /**
   * The VPC of the cluster.
   */
  public readonly vpc: ec2.IVpc;

  /**
   * Release of the controller, with its chart and image.
   *
   * An EKS Auto Mode cluster, which needs no controller, has none.
   */
  public readonly controllerVersion?: ControllerVersion;

  /**
   * Kubernetes namespace of controller and ServiceAccount.
   */
  public readonly controllerNamespace: string;

  /**
   * Name of the controller's ServiceAccount.
   */
  public readonly serviceAccountName: string;

  /**
   * Name of the IngressClass, for `spec.ingressClassName` of Ingresses.
   */
  public readonly ingressClassName: string;

  /**
   * The controller in the cluster: when this is deployed, it runs.
   *
   * A Helm release, or the objects of a manifest file. An EKS Auto Mode cluster, which needs no controller, has none.
   */
  public readonly controller?: Construct;

  /**
   * The role that the controller assumes.
   *
   * An EKS Auto Mode cluster, whose load balancing works with the cluster's own role, has none.
   */
  public readonly role?: iam.IRole;

  /**
   * Whom a grant to this construct is for, as in `bucket.grantRead(support)`: the role of the controller.
   *
   * On an EKS Auto Mode cluster without a controller it is the cluster's own role. Where that cannot be known, of an imported cluster, a
   * grant becomes a warning that names the statement to add.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /** What of this needs the Kubernetes API. */
  private readonly kubernetes: Construct[];

  constructor(scope: Construct, id: string, props: EksAlbIngressSupportProps) {
    super(scope, id);
    const target = new TargetCluster(props.cluster);
    this.cluster = props.cluster;
    this.vpc = props.vpc;
    this.controllerNamespace = props.controllerNamespace ?? 'kube-system';
    this.serviceAccountName = props.serviceAccountName ?? CONTROLLER;
    this.ingressClassName = props.ingressClassName ?? 'alb';
    this.validate(props, target);

    const network = new NetworkTags(this, 'NetworkTags', { ...props, target });
    if (installsController(props, target)) {
      const settings = this.settingsFor(props, target);
      const { role, annotations, podAnnotations, prerequisites } = settings.identity._bind(this, settings);
      const policies = this.grantPermissions(settings, role);
      const serviceAccount = defineServiceAccount(this, 'ServiceAccount', { ...settings, annotations });
      const { controller, definitions } = installController(this, { ...settings, serviceAccount, podAnnotations });
      controller.node.addDependency(...prerequisites, ...policies, serviceAccount);
      this.controllerVersion = settings.version;
      this.controller = controller;
      this.role = role;
      this.kubernetes = [serviceAccount, controller, ...definitions];
    } else {
      this.kubernetes = [new AutoModeIngressClass(this, 'IngressClass', { ...props, target, ingressClassName: this.ingressClassName })];
    }
    this.grantPrincipal = this.role ?? target.role ?? new iam.UnknownPrincipal({ resource: this });
    this.order(props, target, network);
    this.cleanUp(props, target);
  }

  private validate(props: EksAlbIngressSupportProps, target: TargetCluster): void {
    validateDnsLabel('controllerNamespace', this.controllerNamespace);
    validateDnsSubdomain('serviceAccountName', this.serviceAccountName);
    validateDnsSubdomain('ingressClassName', this.ingressClassName);
    refuseSecondSupport(this, target);
    refuseControllerThatStays(props);
    requireVpcOf(target, props.vpc);
    requireEnvironmentOf(target, Stack.of(this));
    requireAttributes(target, {
      kubectl: installsController(props, target) || props.createIngressClass !== false,
      openIdConnectProvider: installsController(props, target) && identityOf(props)._needsOpenIdConnectProvider,
      clusterSecurityGroup: props.workerSecurityGroup !== undefined,
    });
    refuseAgainstAutoMode(props, target);
  }

  private settingsFor(props: EksAlbIngressSupportProps, target: TargetCluster): Settings {
    const { controllerNamespace: namespace, serviceAccountName } = this;
    const version = props.controllerVersion ?? ControllerVersion._default;
    const partition = partitionOf(Stack.of(this));
    const isolated = isIsolated(props.vpc);
    requireKubernetesVersion(target, version._minimumKubernetesVersion, version.releaseTag);
    if (version._isNewerThanKnown) {
      warn(this, 'controllerNewerThanKnown', `controller ${version.releaseTag} is newer than this library: `
        + `it gets the IAM policy of ${ControllerVersion._latest.releaseTag}, and its chart's values are not checked`);
    }
    const identity = identityOf(props);
    const protection = decideWebProtection(props, partition, isolated);
    return { ...props, ...protection, target, namespace, serviceAccountName, version, identity, partition, isolated };
  }

  /** Managed policies rather than inline ones: they hold less each, but a role may have ten, and they show in IAM by name. */
  private grantPermissions(settings: Settings, role: iam.IRole): Construct[] {
    const statements = renderControllerPolicy({
      version: settings.version,
      partition: settings.partition,
      clusterName: settings.cluster.clusterName,
      vpcId: settings.vpc.vpcId,
      options: settings,
    });
    const policies = splitPolicy(this, statements).map((part, index) =>
      new iam.ManagedPolicy(this, `Policy${index || ''}`, { description: 'Permissions of the AWS Load Balancer Controller', statements: part }));
    return attachPolicies(this, policies, role);
  }

  /** Nodes and network before the controller, workloads after it; on destroy the reverse. */
  private order(props: EksAlbIngressSupportProps, target: TargetCluster, network: NetworkTags): void {
    const capacity = this.controller && new CapacityCheck(this, target, {
      namespace: this.controllerNamespace,
      labels: { 'app.kubernetes.io/name': CONTROLLER, 'app.kubernetes.io/instance': CONTROLLER },
      runOnFargate: identityOf(props)._runsOnFargate,
    });
    DeploymentOrder.add({
      target,
      support: this,
      kubernetes: this.kubernetes,
      controller: this.controller,
      namespace: this.controllerNamespace,
      // Where the controller waits for the network, workloads do so with it.
      network: this.controller || target.dependsOn(props.vpc) ? undefined : props.vpc,
      onCapacity: (resource, reachable) => {
        network.addCapacity(resource);
        capacity?.add(resource, reachable);
      },
      onHelmRelease: (release) => {
        capacity?.addRelease(release);
        if (this.controller && chartOf(release) === CONTROLLER) {
          Annotations.of(this).addError(`the AWS Load Balancer Controller is installed on this cluster by ${release.node.path} already: remove one of them`);
        }
      },
    });
    target.guardAutoMode(this);
    if (!this.controller) {
      return;
    }
    if (!target.dependsOn(props.vpc)) {
      // On destroy the controller still has load balancers to delete: its nodes need their routes to AWS for that.
      this.controller.node.addDependency(props.vpc);
    }
    if (props.workerSecurityGroup) {
      // Its rules, in its stack or ours, let the control plane in to the webhook.
      this.controller.node.addDependency(props.workerSecurityGroup, network);
    }
  }

  /** After the controller, which would make the load balancers anew, and before the VPC, which they keep. */
  private cleanUp({ autoDeleteLoadBalancers, vpc }: EksAlbIngressSupportProps, target: TargetCluster): void {
    if (!this.controller || !autoDeleteLoadBalancers) {
      return;
    }
    this.node.addValidation({ validate: () => refuseToOutlive(target, Stack.of(this)) });
    const cleanup = new LoadBalancerCleanup(this, 'LoadBalancerCleanup', { clusterName: target.name, vpcId: vpc.vpcId });
    cleanup.node.addDependency(vpc);
    this.controller.node.addDependency(cleanup);
  }
}

/** The props, with what follows from them and from where they are deployed. */
interface Settings extends EksAlbIngressSupportProps {
  readonly target: TargetCluster;
  readonly namespace: string;
  readonly serviceAccountName: string;
  readonly version: ControllerVersion;
  readonly identity: ControllerIdentity;
  readonly partition: string;
  readonly isolated: boolean;
}

function identityOf(props: EksAlbIngressSupportProps): ControllerIdentity {
  return props.identity ?? ControllerIdentity.irsa();
}
