import { Annotations, ITaggableV2, TagManager } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { cleanUpAfter } from './cleanup/load-balancer-cleanup';
import { ClusterCapacity } from './cluster/capacity';
import { replaceBy } from './cluster/cluster-requirements';
import { chartOf } from './cluster/cluster-resources';
import type { EksAlbIngressSupportProps } from './context/eks-alb-ingress-support-props';
import { resolveProps } from './context/resolve-props';
import type { SupportContext } from './context/support-context';
import { ControllerObjects } from './controller/controller-objects';
import { releaseNameOf } from './controller/installation';
import type { GatewayClass, GatewayClassOptions } from './ingress/gateway-class';
import type { Ingress, IngressClass } from './ingress/ingress';
import type { IngressClassOptions } from './ingress/ingress-class-options';
import { IngressClasses } from './ingress/ingress-classes';
import type { IngressOptions } from './ingress/ingress-options';
import { TaggedNetwork } from './network/tagged-network';
import { DeploymentOrder } from './order/deployment-order';
import { CONTROLLER, ControllerVersion } from './release/controller-version';
import { BindingHost } from './target-group-binding/binding-definition';
import { NodeSecurityGroups } from './target-group-binding/node-security-groups';
import { NetworkTargetGroupBinding, TargetGroupBinding } from './target-group-binding/target-group-binding';
import { TargetGroupBindingOptions } from './target-group-binding/target-group-binding-options';
import { excludeUserWorkloads } from './util/user-workloads';

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
export class EksAlbIngressSupport extends Construct implements iam.IGrantable, ITaggableV2 {
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
   * The class of Ingresses that comes with the controller.
   */
  public readonly ingressClass: IngressClass;

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
   * Values for the chart `aws-load-balancer-controller` in the release `controllerVersion.chartVersion`, if `installController` is `false`.
   *
   * What the release of this construct would get, with the ServiceAccount and its annotations. Contains tokens, such as the ARN of the role. For
   * text use `Stack.of(this).toJsonString(chartValues)`.
   */
  public readonly chartValues?: { [key: string]: any };

  /**
   * Names that the GitOps bridge passes to Argo CD as annotations of the cluster's Secret, if `installController` is `false`.
   *
   * Keys such as `aws_load_balancer_controller_iam_role_arn`, `aws_cluster_name` and `aws_vpc_id`. Values may be tokens.
   *
   * @see https://github.com/gitops-bridge-dev/gitops-bridge
   */
  public readonly gitOpsMetadata?: { [key: string]: string };

  /**
   * The principal that grants to this construct apply to, as in `bucket.grantRead(support)`: the role of the controller.
   *
   * On an EKS Auto Mode cluster without a controller it is the cluster's own role. Where that cannot be known, of an imported cluster, a
   * grant becomes a warning that names the statement to add.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /** Child constructs that call the Kubernetes API. */
  /**
   * Tags of what the controller creates: load balancers, their listeners and target groups, security groups.
   *
   * `Tags.of(scope).add()` adds to them, wherever `scope` is above this construct. `defaultTags` win. Exclude a tag from them by the type
   * `AWS::ElasticLoadBalancingV2::LoadBalancer` in `excludeResourceTypes`. In EKS Auto Mode only classes with `tags` get them.
   */
  public readonly cdkTagManager: TagManager;

  private readonly apiClients: Construct[];

  private readonly bindingHost: BindingHost;

  private readonly classes: IngressClasses;

  constructor(scope: Construct, id: string, props: EksAlbIngressSupportProps) {
    super(scope, id);
    excludeUserWorkloads(this);
    const context = resolveProps(this, props);
    const { target, strategy } = context;
    this.cluster = context.cluster;
    this.cdkTagManager = context.appTags.manager;
    this.vpc = context.vpc;
    this.controllerNamespace = context.controllerNamespace;
    this.serviceAccountName = context.serviceAccountName;
    this.controllerVersion = strategy.controllerVersion;

    const network = new TaggedNetwork(this, 'NetworkTags', context);
    const nodeCapacity = new ClusterCapacity(this, target);
    const defined = strategy.define(context);
    const host = { ...context, ...defined, network, nodeCapacity };
    this.controller = defined.controller;
    this.role = defined.role;
    this.chartValues = defined.chartValues;
    this.gitOpsMetadata = defined.gitOpsMetadata;
    this.classes = new IngressClasses(host);
    this.ingressClass = this.classes.first;
    this.apiClients = [...defined.apiClients, ...context.servedBy.autoMode ? [this.ingressClass] : []];
    this.grantPrincipal = this.role ?? target.role ?? new iam.UnknownPrincipal({ resource: this });
    this.bindingHost = { ...host, nodeSecurityGroups: new NodeSecurityGroups(context) };
    const cleanup = this.controller && context.autoDeleteLoadBalancers ? cleanUpAfter(this.controller, this, context) : undefined;
    this.order(context, network, cleanup);
  }

  /**
   * Adds a GatewayClass whose Gateways are Application Load Balancers, with settings for all of them.
   *
   * Gateways, HTTPRoutes and GRPCRoutes are manifests. Needs definitions in the cluster: see `gatewayApi`. Not in EKS Auto Mode.
   *
   * @param id id of the class, and by default its name: `internal-web` of `InternalWeb`
   * @param options settings of its load balancers
   * @returns the class, with its name for Gateways
   *
   * @example
   * const albIngress = new EksAlbIngressSupport(this, 'GatewayAlb', { cluster, vpc, gatewayApi: GatewayApi.managed() });
   * albIngress.addGatewayClass('Public', { scheme: LoadBalancerScheme.INTERNET_FACING });
   */
  public addGatewayClass(id: string, options: GatewayClassOptions = {}): GatewayClass {
    return this.classes.gatewayClasses.add(id, options);
  }

  /**
   * Registers pods in a target group of an Application Load Balancer that the CDK defines.
   *
   * Alarms, web ACLs, access logs, authentication and records are then the CDK's own constructs, as for any load balancer.
   *
   * @param id id of the binding, in the scope of this construct or in the `scope` of the options
   * @param options the Service, and the target group
   * @returns the binding, with the target group for listeners
   *
   * @example
   * const alb = new elbv2.ApplicationLoadBalancer(this, 'Alb', { vpc, internetFacing: true });
   * const shop = albIngress.addTargetGroupBinding('Shop', { service: 'shop', namespace: 'shop', port: 80, targetPort: 8080 });
   * alb.addListener('Http', { port: 80, defaultTargetGroups: [shop.targetGroup] });
   */
  public addTargetGroupBinding(id: string, options: TargetGroupBindingOptions): TargetGroupBinding {
    return TargetGroupBinding._define(() => this.targetsScope(), id, options, this.bindingHost);
  }

  /**
   * Registers pods in a target group of a Network Load Balancer that the CDK defines.
   *
   * @param id id of the binding, in the scope of this construct or in the `scope` of the options
   * @param options the Service, and the target group
   * @returns the binding, with the target group for listeners
   *
   * @example
   * const nlb = new elbv2.NetworkLoadBalancer(this, 'Nlb', { vpc });
   * const mqtt = albIngress.addNetworkTargetGroupBinding('Mqtt', { service: 'mqtt', namespace: 'iot', port: 8883 });
   * nlb.addListener('Mqtt', { port: 8883, defaultTargetGroups: [mqtt.targetGroup] });
   */
  public addNetworkTargetGroupBinding(id: string, options: TargetGroupBindingOptions): NetworkTargetGroupBinding {
    return NetworkTargetGroupBinding._define(() => this.targetsScope(), id, options, this.bindingHost);
  }

  /** Bindings wait for this construct, and for what in turn may wait for it: they cannot be part of it. */
  private targetsScope(): Construct {
    const id = `${this.node.id}Targets`;
    return this.node.scope!.node.tryFindChild(id) as Construct | undefined ?? new Construct(this.node.scope!, id);
  }

  /**
   * Adds a class with settings of its own, such as an internal one next to the internet-facing one.
   *
   * It is there after the controller, and goes after the Ingresses of the app.
   *
   * @param id id of the construct, and by default the name of the class: `internal-shop` of `InternalShop`
   */
  public addIngressClass(id: string, options: IngressClassOptions = {}): IngressClass {
    const added = this.classes.add(id, options);
    this.apiClients.push(added);
    return added;
  }

  /**
   * Adds an Ingress of the class that comes with the controller.
   *
   * @see IngressClass.addIngress
   */
  public addIngress(id: string, options: IngressOptions): Ingress {
    return this.ingressClass.addIngress(id, options);
  }

  /** Nodes and network before the controller, workloads after it; on destroy the reverse. */
  private order(context: SupportContext, network: TaggedNetwork, cleanup?: Construct): void {
    const { target, vpc, workerSecurityGroup, controllerNamespace, identity, nodeSelector, tolerations, values } = context;
    const { nodeCapacity } = this.bindingHost;
    if (this.controller) {
      nodeCapacity.checkFor({
        namespace: controllerNamespace,
        labels: { 'app.kubernetes.io/name': CONTROLLER, 'app.kubernetes.io/instance': releaseNameOf(context) },
        runOnFargate: identity._runsOnFargate,
        nodeSelector: values?.nodeSelector === undefined ? nodeSelector : undefined,
        tolerations: values?.tolerations === undefined ? tolerations : [{}],
      });
    }
    const objectsOfController = this.controller && new ControllerObjects(this, context);
    DeploymentOrder.add({
      target,
      support: this,
      apiClients: this.apiClients,
      controller: this.controller,
      namespace: controllerNamespace,
      vpc,
      cleanup,
      // Rules of the group, in its stack or ours, give the control plane access to the webhook.
      networkPrerequisites: workerSecurityGroup ? [workerSecurityGroup, network] : [],
      onCapacity: (resource, obstacle) => {
        network.addCapacity(resource);
        this.bindingHost.nodeSecurityGroups.addCapacity(resource);
        nodeCapacity.add(resource, obstacle);
      },
      onManifest: (resource, objects) => {
        objectsOfController?.addManifest(resource, objects);
        return this.classes.manifests.add(resource, objects);
      },
      onHelmRelease: (release) => {
        nodeCapacity.addRelease(release);
        objectsOfController?.addRelease(release);
        const isWorkload = this.classes.manifests.addRelease(release);
        if (this.controller && chartOf(release) === CONTROLLER) {
          Annotations.of(this).addError(`the AWS Load Balancer Controller is installed on this cluster by ${release.node.path} already; `
            + replaceBy('remove that'));
        }
        return isWorkload;
      },
    });
    this.node.addValidation({ validate: () => this.classes.manifests.lint() });
  }
}
