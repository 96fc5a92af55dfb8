import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AutoMode, switchGatewayApi } from './auto-mode';
import type { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { ExternalController } from './external-controller';
import { InstalledController } from './installed-controller';
import type { ControllerStrategy, SupportContext } from './support-context';
import { rejectControllerThatStays } from '../cleanup/load-balancer-cleanup';
import {
  rejectSecondSupport, requireAttributes, requireEnvironmentOf, requireKubectlOf, requireVpcOf,
} from '../cluster/cluster-requirements';
import { requireCluster, requireVpc } from '../cluster/required-constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerIdentity } from '../iam/controller-identity';
import { isIsolated } from '../network/subnets';
import { AppTags } from '../release/app-tags';
import { decideWebProtection } from '../release/controller-features';
import { CONTROLLER, ControllerVersion } from '../release/controller-version';
import { unwrapConstruct } from '../util/constructs';
import { partitionOf } from '../util/environment';
import { invalidProp } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { validateDnsLabel, validateDnsSubdomain } from '../util/validation';

/** Checks the props, and resolves what they leave open. */
export function resolveProps(support: Construct, given: EksAlbIngressSupportProps): SupportContext {
  checkTypes(given);
  const target = new TargetCluster(given.cluster);
  const props = { ...given, cluster: target.cluster, vpc: unwrapConstruct(given.vpc) };
  requireVpcOf(target, props.vpc);
  const strategy = chooseStrategy(props, target);
  const partition = partitionOf(Stack.of(support));
  const isolated = isIsolated(props.vpc);
  const context: SupportContext = {
    ...props,
    ...decideWebProtection(props, partition, isolated),
    props,
    support,
    target,
    strategy,
    appTags: new AppTags(support),
    featureGates: gatesOf(props, strategy),
    servedBy: strategy.servedBy,
    version: strategy.servedBy.version,
    controllerNamespace: props.controllerNamespace ?? 'kube-system',
    serviceAccountName: props.serviceAccountName ?? CONTROLLER,
    identity: props.identity ?? ControllerIdentity.irsa(),
    partition,
    isolated,
  };
  checkNames(context);
  checkCluster(context);
  rejectControllerThatStays(props);
  strategy.checkProps(context);
  switchGatewayApi(context);
  target.guardAutoMode(support);
  return context;
}

/**
 * Before v3.2.0 the gate for ALB Gateways is off by default, and later a gate that is set skips the controller's own look for the definitions.
 * That for NLB Gateways takes definitions of the experimental channel.
 */
function gatesOf({ gatewayApi, featureGates }: EksAlbIngressSupportProps, { controllerVersion }: ControllerStrategy): SupportContext['featureGates'] {
  return gatewayApi?._isManaged && controllerVersion?._isAtLeast('v2.13.0') && !controllerVersion._isAtLeast('v3.2.0')
    ? { ALBGatewayAPI: true, ...featureGates } : featureGates;
}

/** By default EKS Auto Mode serves clusters that are known to be in it, and a controller of this app all others. */
function chooseStrategy({ autoMode, installController, controllerVersion }: EksAlbIngressSupportProps, target: TargetCluster): ControllerStrategy {
  if (autoMode !== undefined && target.isAutoMode !== undefined && autoMode !== target.isAutoMode) {
    throw invalidProp('autoMode', `must be left out: cluster ${target.cluster.node.path} is defined ${target.isAutoMode ? 'in' : 'without'} EKS Auto Mode`, autoMode,
      target.isAutoMode ? 'set installController to true for the AWS Load Balancer Controller' : 'set it on imported clusters only');
  }
  if ((autoMode ?? target.isAutoMode) && !installController) {
    return new AutoMode();
  }
  const version = controllerVersion ?? ControllerVersion._default;
  return installController === false ? new ExternalController(version) : new InstalledController(version);
}

/** Checks the types of props before any of them is used. */
export function checkTypes(props: unknown): void {
  if (typeof props !== 'object' || props === null) {
    throw invalidProp('props', 'must be a map with cluster and vpc', props, 'pass at least those two');
  }
  const { cluster, vpc } = props as Partial<EksAlbIngressSupportProps>;
  requireCluster(cluster);
  requireVpc(vpc);
  checkStruct('EksAlbIngressSupportProps', '', props);
}

function checkNames({ controllerNamespace, serviceAccountName }: SupportContext): void {
  validateDnsLabel('controllerNamespace', controllerNamespace);
  validateDnsSubdomain('serviceAccountName', serviceAccountName);
}

function checkCluster({ support, target, strategy, identity, workerSecurityGroup, ingressClass }: SupportContext): void {
  rejectSecondSupport(support, target);
  requireEnvironmentOf(target, Stack.of(support));
  requireKubectlOf(target, Stack.of(support));
  requireAttributes(target, {
    kubectl: strategy.installs || (strategy.servedBy.autoMode && ingressClass?.create !== false),
    openIdConnectProvider: !strategy.servedBy.autoMode && identity._needsOpenIdConnectProvider,
    clusterSecurityGroup: workerSecurityGroup !== undefined,
  });
}
