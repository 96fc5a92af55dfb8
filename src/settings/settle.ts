import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { rejectAgainstAutoMode, installsController, switchGatewayApi } from './auto-mode';
import { EksAlbIngressSupportProps } from './eks-alb-ingress-support-props';
import { rejectControllerThatStays } from '../cleanup/load-balancer-cleanup';
import {
  requireAttributes, requireEnvironmentOf, requireKubectlOf, requireKubernetesVersion, requireRemovalGuard, requireVpcOf,
  rejectSecondSupport,
} from '../cluster/cluster-requirements';
import { requireCluster, requireVpc } from '../cluster/required-constructs';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerIdentity } from '../iam/controller-identity';
import { isIsolated } from '../network/subnets';
import { decideWebProtection } from '../release/controller-features';
import { CONTROLLER, ControllerVersion } from '../release/controller-version';
import { unwrapConstruct } from '../util/constructs';
import { partitionOf } from '../util/environment';
import { invalidProp, warn } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { validateDnsLabel, validateDnsSubdomain } from '../util/validation';

/** The props, checked, with every default applied that more than one room needs, and with what follows from where they are deployed. */
export interface Settings extends EksAlbIngressSupportProps {
  readonly target: TargetCluster;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  /** Release of the controller; nothing where the cluster gets none, since EKS Auto Mode has load balancing built in. */
  readonly version?: ControllerVersion;
  readonly identity: ControllerIdentity;
  /** The partition, or a token where it is not known before deploy. */
  readonly partition: string;
  /** Whether the VPC has no way to the internet. */
  readonly isolated: boolean;
}

/** Checks the props against each other and against the cluster, and settles what they leave open. */
export function settle(scope: Construct, given: EksAlbIngressSupportProps): Settings {
  checkTypes(given);
  const target = new TargetCluster(given.cluster);
  const props = { ...given, cluster: target.cluster, vpc: unwrapConstruct(given.vpc) };
  requireVpcOf(target, props.vpc);
  const partition = partitionOf(Stack.of(scope));
  const isolated = isIsolated(props.vpc);
  const settings: Settings = {
    ...props,
    ...decideWebProtection(props, partition, isolated),
    target,
    controllerNamespace: props.controllerNamespace ?? 'kube-system',
    serviceAccountName: props.serviceAccountName ?? CONTROLLER,
    version: installsController(props, target) ? props.controllerVersion ?? ControllerVersion._default : undefined,
    identity: props.identity ?? ControllerIdentity.irsa(),
    partition,
    isolated,
  };
  checkNames(settings);
  checkCluster(scope, settings);
  rejectControllerThatStays(props);
  rejectAgainstAutoMode(props, target);
  switchGatewayApi(props, target);
  if (settings.version) {
    checkRelease(scope, settings.version, settings);
  }
  target.guardAutoMode(scope);
  return settings;
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

function checkNames({ controllerNamespace, serviceAccountName }: Settings): void {
  validateDnsLabel('controllerNamespace', controllerNamespace);
  validateDnsSubdomain('serviceAccountName', serviceAccountName);
}

function checkCluster(scope: Construct, { target, version, identity, workerSecurityGroup, ...settings }: Settings): void {
  rejectSecondSupport(scope, target);
  requireEnvironmentOf(target, Stack.of(scope));
  requireKubectlOf(target, Stack.of(scope));
  requireAttributes(target, {
    kubectl: version !== undefined || settings.ingressClass?.create !== false,
    openIdConnectProvider: version !== undefined && identity._needsOpenIdConnectProvider,
    clusterSecurityGroup: workerSecurityGroup !== undefined,
  });
}

function checkRelease(scope: Construct, version: ControllerVersion, { target, takeOver }: Settings): void {
  if (takeOver) requireRemovalGuard(target);
  requireKubernetesVersion(target, version._minimumKubernetesVersion, version.releaseTag);
  if (version._isNewerThanKnown) {
    warn(scope, 'controllerNewerThanKnown', `controller ${version.releaseTag} is newer than this library: `
      + `it gets the IAM policy of ${ControllerVersion._latest.releaseTag}, and its chart's values are not checked`);
  }
  if (version._isMissingAmongKnown) {
    warn(scope, 'releaseNotPublished', `there was no controller ${version.releaseTag} with chart ${version.chartVersion} when this library was released, `
      + 'though there were later ones: where it was not published since, the deployment fails; see the constants of ControllerVersion');
  }
}
