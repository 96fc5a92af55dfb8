import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ControllerChartSource } from './controller-chart';
import { BoundIdentity, ControllerIdentity } from './controller-identity';
import { ControllerImage } from './controller-image';
import { ControllerManifest } from './controller-manifest';
import { ControllerOptions } from './controller-options';
import { ControllerPolicyOptions, renderControllerPolicy } from './controller-policy';
import { ControllerVersion } from './controller-version';
import { LoadBalancerCleanup } from './load-balancer-cleanup';
import { NetworkTags, NetworkTagsOptions } from './network-tags';
import { resolveAddons } from './private/addons';
import { attachPolicies } from './private/attach-policies';
import { AutoModeIngressClass } from './private/auto-mode-ingress-class';
import { CapacityCheck } from './private/capacity-check';
import { claimCluster } from './private/claims';
import { TargetCluster } from './private/cluster';
import {
  reasonToOutlive, requireAttributes, requireEnvironmentOf, requireKubernetesVersion, requireVpcOf,
} from './private/cluster-requirements';
import { chartOf } from './private/cluster-resources';
import { CrdUpgrade } from './private/crd-upgrade';
import { ControllerCrds } from './private/crds';
import { DeploymentOrder } from './private/deployment-order';
import { renderInstallation } from './private/installation';
import { adaptManifest } from './private/manifest-file';
import { ManifestInstallation, refuseHelmProps } from './private/manifest-installation';
import { refusal, warn } from './private/messages';
import { validateDnsLabel, validateDnsSubdomain } from './private/names';
import { splitPolicy } from './private/policy-size';
import { RenderedValues, renderChartValues } from './private/render-values';
import { YamlObject } from './private/yaml';

/** Name of chart, Helm release and, by default, ServiceAccount: the one that upstream's documentation uses. */
const CONTROLLER = 'aws-load-balancer-controller';

/**
 * What makes a cluster ready for ALB Ingresses.
 */
export interface EksAlbIngressSupportProps extends NetworkTagsOptions, ControllerPolicyOptions, ControllerOptions {
  /**
   * The cluster, of `aws-eks` or `aws-eks-v2`.
   *
   * It needs a way to run kubectl: a `kubectlLayer` with `aws-eks`, `kubectlProviderOptions` with `aws-eks-v2`.
   */
  readonly cluster: eks.ICluster | eks_v2.ICluster;

  /**
   * The VPC that the cluster is in.
   */
  readonly vpc: ec2.IVpc;

  /**
   * Release of the controller, and with it chart, image and IAM policy.
   *
   * The default moves with releases of this library: name a release here to choose the time of the upgrade yourself.
   *
   * @default ControllerVersion.V3_5_0
   */
  readonly controllerVersion?: ControllerVersion;

  /**
   * Upstream's manifest file of the release, to install the controller without Helm. Excludes `chart`, `values`, `atomic` and
   * `serviceMonitor`; all other props mean the same.
   *
   * cert-manager must be installed before. To move a cluster from the one way to the other, remove the support and add it again:
   * its load balancers stay as long as their Ingresses do.
   *
   * @default - Helm installs the chart
   */
  readonly manifest?: ControllerManifest;

  /**
   * Whether the CustomResourceDefinitions of a chart from a repository or registry are brought up to date with it.
   *
   * Helm installs them once and never again touches them, and a newer controller may need newer ones. This adds a Lambda function
   * beside the cluster's kubectl handler, with the same role, layers and network, which reads them from the chart and applies them
   * before each upgrade. Not with an imported cluster. The definitions of a local chart or a manifest file are applied in any case.
   *
   * They are never deleted, since all TargetGroupBindings would go with them.
   *
   * @default false, look after them yourself when you change the release
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
   * One that does not exist yet is not defined here. It cannot be changed later: Helm does not move a release. Remove the support in one
   * deployment and add it again in the next.
   *
   * @default kube-system
   */
  readonly namespace?: string;

  /**
   * Name of the controller's ServiceAccount: a DNS subdomain.
   *
   * On a change the controller has no access until its pods are replaced, which the same deployment does.
   *
   * @default aws-load-balancer-controller
   */
  readonly serviceAccountName?: string;

  /**
   * Adopts a ServiceAccount of that name which the cluster has already: it gets our labels and annotations, and is left in the
   * cluster when the support is removed.
   *
   * @default false, a ServiceAccount of that name makes the deployment fail
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
   * Whether load balancers that are still there when the stack is deleted get deleted by it.
   *
   * Ingresses of the app go before the controller, and their load balancers with them. Those of Ingresses made otherwise, by
   * `kubectl` or Argo CD, stay behind and keep the VPC from being deleted. This adds a Lambda function that deletes, when the
   * controller is gone, what carries this cluster's name in the tag `elbv2.k8s.aws/cluster` in this VPC. Only where the cluster is
   * deleted with the stack.
   *
   * @default false
   */
  readonly deleteLoadBalancersOnDestroy?: boolean;
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
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/
 */
export class EksAlbIngressSupport extends Construct {
  /**
   * Kubernetes namespace of controller and ServiceAccount.
   */
  public readonly namespace: string;

  /**
   * Name of the controller's ServiceAccount.
   */
  public readonly serviceAccountName: string;

  /**
   * Name of the IngressClass, for `spec.ingressClassName` of Ingresses.
   */
  public readonly ingressClassName: string;

  /**
   * The controller's Helm release, or what stands for it with `manifest`; nothing on an EKS Auto Mode cluster, which needs none.
   */
  public readonly chart?: Construct;

  private readonly identity?: BoundIdentity;

  /** What of this needs the Kubernetes API. */
  private readonly kubernetes: Construct[];

  constructor(scope: Construct, id: string, props: EksAlbIngressSupportProps) {
    super(scope, id);
    const target = new TargetCluster(props.cluster);
    this.namespace = props.namespace ?? 'kube-system';
    this.serviceAccountName = props.serviceAccountName ?? CONTROLLER;
    this.ingressClassName = props.ingressClassName ?? 'alb';
    this.validate(props, target);

    const network = new NetworkTags(this, 'NetworkTags', { ...props, target });
    if (installsController(props, target)) {
      const settings = this.settingsFor(props, target);
      this.identity = this.bindIdentity(settings, target);
      const policies = this.grantPermissions(settings, this.identity);
      const serviceAccount = this.defineServiceAccount(settings, target, this.identity);
      this.chart = settings.manifest
        ? this.installManifest(settings.manifest, settings, target)
        : this.installChart(settings, target, serviceAccount);
      this.chart.node.addDependency(...this.identity.prerequisites, ...policies, serviceAccount);
      this.kubernetes = [serviceAccount, this.chart, ...this.node.children.filter((child) => child instanceof ControllerCrds)];
    } else {
      const ingressClass = new AutoModeIngressClass(this, 'IngressClass', { ...props, target, ingressClassName: this.ingressClassName });
      this.kubernetes = [ingressClass];
    }
    this.order(props, target, network);
  }

  /**
   * The role that the controller assumes.
   *
   * An EKS Auto Mode cluster needs none: asking for it there is an error.
   */
  public get role(): iam.IRole {
    if (!this.identity) {
      throw new Error(`${this.node.path} has no role: the load balancing of EKS Auto Mode works with the cluster's; grant it to cluster.role`);
    }
    return this.identity.role;
  }

  private validate(props: EksAlbIngressSupportProps, target: TargetCluster): void {
    validateDnsLabel('namespace', this.namespace);
    validateDnsSubdomain('serviceAccountName', this.serviceAccountName);
    validateDnsSubdomain('ingressClassName', this.ingressClassName);
    claimCluster(this, target);
    if (props.deleteLoadBalancersOnDestroy && props.removalPolicy !== undefined && props.removalPolicy !== RemovalPolicy.DESTROY) {
      throw refusal('removalPolicy', 'must not keep the controller where deleteLoadBalancersOnDestroy is set: it would make the load balancers anew',
        props.removalPolicy, 'leave one of them out');
    }
    requireVpcOf(target, props.vpc);
    requireEnvironmentOf(target, Stack.of(this));
    requireAttributes(target, {
      kubectl: installsController(props, target) || props.createIngressClass !== false,
      openIdConnectProvider: installsController(props, target) && identityOf(props)._needsOpenIdConnectProvider,
      clusterSecurityGroup: props.workerSecurityGroup !== undefined,
    });
    if (!installsController(props, target)) {
      refuseControllerProps(props, target);
    } else if (target.isAutoMode && this.ingressClassName === 'alb') {
      throw refusal('ingressClassName', 'must be set beside EKS Auto Mode, to other than the class of its own load balancing', 'alb',
        'try "alb-controller"');
    }
  }

  private settingsFor(props: EksAlbIngressSupportProps, target: TargetCluster): Settings {
    const version = props.controllerVersion ?? ControllerVersion._default;
    const { partition } = Stack.of(this);
    const isolated = hasNoWayOut(props.vpc);
    requireKubernetesVersion(target, version._minimumKubernetesVersion, version.releaseTag);
    if (version._isNewerThanKnown) {
      warn(this, 'controllerNewerThanKnown', `controller ${version.releaseTag} is newer than this library: `
        + `it gets the IAM policy of ${ControllerVersion._latest.releaseTag}, and its chart's values are not checked`);
    }
    return { ...props, ...resolveAddons(props, partition, isolated), version, identity: identityOf(props), partition, isolated };
  }

  private bindIdentity(settings: Settings, target: TargetCluster): BoundIdentity {
    return settings.identity._bind(this, { target, namespace: this.namespace, serviceAccountName: this.serviceAccountName });
  }

  /** Managed policies rather than inline ones: they hold less each, but a role may have ten, and they show in IAM by name. */
  private grantPermissions(settings: Settings, { role }: BoundIdentity): Construct[] {
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

  private defineServiceAccount(settings: Settings, target: TargetCluster, { annotations }: BoundIdentity): Construct {
    const { overwriteServiceAccount: adopt } = settings;
    return target.newManifest(this, 'ServiceAccount', {
      overwrite: adopt,
      // One that was there before is left there: its owner did not ask for its removal. A controller that stays cannot run without.
      removalPolicy: adopt ? RemovalPolicy.RETAIN : settings.removalPolicy,
      prune: adopt ? false : undefined,
      manifest: [{
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: {
          name: this.serviceAccountName,
          namespace: this.namespace,
          labels: {
            'app.kubernetes.io/component': 'controller',
            'app.kubernetes.io/name': CONTROLLER,
          },
          annotations,
        },
      }],
    });
  }

  private installChart(settings: Settings, target: TargetCluster, serviceAccount: Construct): Construct {
    const source = settings.chart ?? ControllerChartSource.repository();
    const location = source._bind(this, settings.version);
    const chart = target.newHelmChart(this, 'Resource', {
      ...location,
      ...renderInstallation(settings),
      release: CONTROLLER,
      namespace: this.namespace,
      createNamespace: false,
      values: this.renderValues(settings, target, source._isLocal),
    });
    this.applyCrds(chart, target, source._crds, 'chart');
    if (settings.upgradeCrds && location.chart) {
      chart.node.addDependency(new CrdUpgrade(this, 'CrdUpgrade', {
        target,
        manifest: serviceAccount,
        chart: location.chart,
        repository: location.repository,
        version: settings.version.chartVersion,
      }));
    }
    return chart;
  }

  private installManifest(manifest: ControllerManifest, settings: Settings, target: TargetCluster): Construct {
    refuseHelmProps(settings);
    const adapted = adaptManifest(manifest._objectsOf(settings.version), this.renderValues({ ...settings, certManager: true }, target, false), {
      namespace: this.namespace,
      serviceAccountName: this.serviceAccountName,
      releaseName: CONTROLLER,
    });
    const { timeout, removalPolicy } = renderInstallation(settings);
    const installation = new ManifestInstallation(this, 'Manifest', { target, namespace: this.namespace, manifest: adapted, timeout, removalPolicy });
    this.applyCrds(installation, target, adapted.definitions, 'manifest');
    return installation;
  }

  private applyCrds(installation: Construct, target: TargetCluster, definitions: YamlObject[], prop: string): void {
    if (definitions.length > 0) {
      installation.node.addDependency(new ControllerCrds(this, 'Crds', { target, definitions, prop }));
    }
  }

  private renderValues(settings: Settings, target: TargetCluster, localChart: boolean): RenderedValues['values'] {
    const { version, partition, isolated } = settings;
    const image = settings.image ?? ControllerImage._default(version, partition, isolated);
    const { values, warnings } = renderChartValues(settings, {
      version,
      releaseName: CONTROLLER,
      clusterName: target.name,
      region: Stack.of(this).region,
      vpcId: settings.vpc.vpcId,
      serviceAccountName: this.serviceAccountName,
      podAnnotations: this.identity?.podAnnotations,
      partition,
      isolated,
      image: image._bind(this, version),
      features: settings,
      localChart,
    });
    warnings.forEach(({ name, message }) => warn(this, name, message));
    return values;
  }

  /** Nodes and network before the controller, workloads after it; on destroy the reverse. */
  private order(props: EksAlbIngressSupportProps, target: TargetCluster, network: NetworkTags): void {
    const capacity = this.chart && new CapacityCheck(this, target, {
      namespace: this.namespace,
      labels: { 'app.kubernetes.io/name': CONTROLLER, 'app.kubernetes.io/instance': CONTROLLER },
      runOnFargate: identityOf(props)._runsOnFargate,
    });
    DeploymentOrder.add({
      target,
      support: this,
      kubernetes: this.kubernetes,
      controller: this.chart,
      namespace: this.namespace,
      // Where the controller waits for the network, workloads do so with it.
      network: this.chart || target.dependsOn(props.vpc) ? undefined : props.vpc,
      onCapacity: (resource, reachable) => {
        network.addCapacity(resource);
        capacity?.add(resource, reachable);
      },
      onHelmRelease: (release) => {
        capacity?.addRelease(release);
        if (this.chart && chartOf(release) === CONTROLLER) {
          Annotations.of(this).addError(`the AWS Load Balancer Controller is installed on this cluster by ${release.node.path} already: remove one of them`);
        }
      },
    });
    target.guardAutoMode(this);
    if (!this.chart) {
      return;
    }
    if (!target.dependsOn(props.vpc)) {
      // On destroy the controller still has load balancers to delete: its nodes need their routes to AWS for that.
      this.chart.node.addDependency(props.vpc);
    }
    if (props.workerSecurityGroup) {
      // Its rules, in its stack or ours, let the control plane in to the webhook.
      this.chart.node.addDependency(props.workerSecurityGroup, network);
    }
    if (props.deleteLoadBalancersOnDestroy) {
      this.node.addValidation({ validate: () => refuseToOutlive(target, Stack.of(this)) });
      const cleanup = new LoadBalancerCleanup(this, 'LoadBalancerCleanup', { clusterName: target.name, vpcId: props.vpc.vpcId });
      cleanup.node.addDependency(props.vpc);
      this.chart.node.addDependency(cleanup);
    }
  }
}

/** The props, with what follows from them and from where they are deployed. */
interface Settings extends EksAlbIngressSupportProps {
  readonly version: ControllerVersion;
  readonly identity: ControllerIdentity;
  readonly partition: string;
  readonly isolated: boolean;
}

function identityOf(props: EksAlbIngressSupportProps): ControllerIdentity {
  return props.identity ?? ControllerIdentity.irsa();
}

function installsController(props: EksAlbIngressSupportProps, target: TargetCluster): boolean {
  return props.installController ?? target.isAutoMode !== true;
}

/** What may be said of a cluster whose load balancing is its own; all else configures a controller that is not installed. */
const AUTO_MODE_PROPS: (keyof EksAlbIngressSupportProps)[] = [
  'cluster', 'vpc', 'installController', 'publicSubnets', 'privateSubnets', 'subnetTagging', 'subnetClusterTag',
  'ingressClassName', 'createIngressClass', 'defaultIngressClass', 'ingressClassParams',
];

function refuseControllerProps(props: EksAlbIngressSupportProps, target: TargetCluster): void {
  if (target.isAutoMode === false) {
    throw refusal('installController', 'must be true on a cluster that is not in EKS Auto Mode, which has no load balancing of its own', false,
      'leave it out');
  }
  if (props.deleteLoadBalancersOnDestroy) {
    throw new Error('deleteLoadBalancersOnDestroy must be left out in EKS Auto Mode: its load balancers carry other tags than those that the '
      + 'clean-up looks for; delete Ingresses that the app does not define before the stack');
  }
  const idle = Object.entries(props).filter(([, value]) => value !== undefined).map(([prop]) => prop as keyof EksAlbIngressSupportProps)
    .filter((prop) => !AUTO_MODE_PROPS.includes(prop));
  if (idle.length > 0) {
    throw new Error(`${idle.join(', ')} configure a controller that is not installed on a cluster in EKS Auto Mode; `
      + 'leave them out, or set installController to true');
  }
}

function refuseToOutlive(target: TargetCluster, stack: Stack): string[] {
  const reason = reasonToOutlive(target, stack);
  return reason === undefined ? [] : [`deleteLoadBalancersOnDestroy must be left out: cluster ${target.cluster.node.path} ${reason}, `
    + 'so that load balancers may still be in use when this stack is deleted'];
}

/** Whether nothing in the VPC has a route to the internet, so that only VPC endpoints can be reached. */
function hasNoWayOut(vpc: ec2.IVpc): boolean {
  return vpc.publicSubnets.length === 0 && vpc.privateSubnets.length === 0 && vpc.isolatedSubnets.length > 0;
}
