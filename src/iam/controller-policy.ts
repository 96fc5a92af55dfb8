import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import { checkNamedResources } from './named-resources';
import {
  CERTIFICATE_MANAGEMENT_POLICY, CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_POLICY, GLOBAL_ACCELERATOR_SINCE,
  PARTITIONS_WITH_GLOBAL_ACCELERATOR, ROLES_TO_ASSUME_POLICY, SESSION_TAGS_POLICY, TAGGING_API_POLICY, TARGET_GROUP_BINDING_POLICY,
  WEB_ACL_NAMES_POLICY,
} from './policy-opt-ins';
import { renderStatements } from './policy-statements';
import { LOAD_BALANCER_POLICY, POLICY_PARTITIONS, PolicyFeature, StatementGroup } from './policy-table';
import { ControllerFeatures } from '../release/controller-features';
import { compareReleases, ControllerVersion } from '../release/controller-version';
import { invalidProp } from '../util/messages';

/**
 * How far the controller's IAM permissions reach.
 */
export enum ControllerPolicyScope {
  /**
   * This cluster only: what has another cluster's tag cannot be changed, and security groups only in this cluster's VPC.
   *
   * Everything the controller makes carries the tag `elbv2.k8s.aws/cluster` with its cluster's name. Where upstream's policy
   * asks that the tag exists, this one asks for this cluster's name. Listeners, rules and the security groups of nodes may have
   * no such tag, but not another cluster's. Features that are switched off are not granted.
   * Target groups can be filled whatever their tag, because a TargetGroupBinding may share one between clusters.
   */
  CLUSTER = 'CLUSTER',

  /**
   * The policy as the controller's project publishes it: it tests that the tag `elbv2.k8s.aws/cluster` exists, not its value,
   * so that one cluster's controller can change the load balancers of every cluster in the account.
   *
   * What it lacks, options bring: `wafv2:ListWebACLs` where a class or an Ingress of the construct names a web ACL.
   *
   * Take it for a controller that has to change what another cluster's has made.
   */
  UPSTREAM = 'UPSTREAM',
}

/**
 * What the controller may do in AWS.
 */
export interface ControllerPolicyOptions extends ControllerFeatures {
  /**
   * How far the permissions reach.
   *
   * A change is an update of the policies in place.
   *
   * @default ControllerPolicyScope.CLUSTER
   */
  readonly policyScope?: ControllerPolicyScope;

  /**
   * Whether Ingresses may authenticate users with Amazon Cognito.
   *
   * The controller has no switch for it: off takes `cognito-idp:DescribeUserPoolClient` out of a policy scoped to
   * the cluster, and an Ingress with Cognito authentication then fails to deploy.
   *
   * @default true
   */
  readonly enableCognito?: boolean;

  /**
   * Whether the controller manages AWS Global Accelerators, from GlobalAccelerator resources.
   *
   * Needs controller v2.17.0 or newer, and the partition `aws`, which alone has the service.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/globalaccelerator/installation/
   */
  readonly enableGlobalAccelerator?: boolean;

  /**
   * Whether the controller requests ACM certificates for the hosts of Ingresses, and validates them in Route 53.
   *
   * Lets it change records in every hosted zone of the account, unless `certificateHostedZones` names some: scoped to the cluster only
   * those that validate certificates, CNAME records whose names start with `_`. Needs controller v3.3.0 or newer.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/certificate_management/
   */
  readonly enableAcmCertificateManagement?: boolean;

  /**
   * The hosted zones in which the controller may validate certificates, with `enableAcmCertificateManagement`.
   *
   * It takes the zone with the longest name that a host ends with, of all in the account: name each zone that is chosen in this way,
   * or the Ingress fails to deploy. It still reads the list of all zones, which IAM cannot limit.
   *
   * @default - all hosted zones of the account
   */
  readonly certificateHostedZones?: route53.IHostedZone[];

  /**
   * Whether the controller does nothing but keep the targets of target groups that exist already, from TargetGroupBindings.
   *
   * It is granted what that takes and no more: it cannot make load balancers for Ingresses, nor change security groups.
   * For target groups in other accounts see `targetGroupBindingRoleArns`.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#special-iam-cases
   */
  readonly targetGroupBindingOnly?: boolean;

  /**
   * ARNs of the target groups that the controller may register targets with, if `targetGroupBindingOnly` is set: each like
   * `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef`. Tokens are accepted, patterns are not.
   *
   * List those of `addTargetGroupBinding()` as well. Reading target groups is allowed for all of them, since AWS cannot limit it.
   *
   * @default - all target groups
   */
  readonly targetGroupArns?: string[];

  /**
   * ARNs of the roles that TargetGroupBindings name in `iamRoleArnToAssume`, for target groups of other accounts: each like
   * `arn:aws:iam::444455556666:role/target-groups`. Tokens are accepted, patterns are not.
   *
   * The controller may assume them (`sts:AssumeRole`, and with EKS Pod Identity `sts:TagSession`). They have to trust its role, and to
   * allow what target groups take; the page on IAM has both. Needs controller v2.12.0 or newer.
   *
   * @default - no role may be assumed
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/#assumerole-cross-account-targetgroups
   */
  readonly targetGroupBindingRoleArns?: string[];

  /**
   * Further statements for the role.
   *
   * @default - what the release and the options need
   */
  readonly additionalPolicyStatements?: iam.PolicyStatement[];
}

/** What a controller's policy is rendered from. Names and ids may be tokens. */
export interface RenderControllerPolicyProps {
  readonly version: ControllerVersion;
  /** The partition it is deployed to; a token or a partition unheard of where that is not known. */
  readonly partition?: string;
  readonly clusterName: string;
  readonly vpcId: string;
  /** Region of the VPC; the stack's by default. */
  readonly region?: string;
  /** Whether the settings of an IngressClass name a web ACL, so that even upstream's policy has to allow the look-up. */
  readonly webAclByName?: boolean;
  /** Whether the feature gate `EnableRGTAPI` is on, or may be. */
  readonly taggingApi?: boolean;
  /** Whether the controller's own session has tags that go along when it assumes a role. */
  readonly sessionTags?: boolean;
  readonly options: ControllerPolicyOptions;
}

/**
 * The statements the controller's role needs; throws for an option that the release, the partition or another option rules out.
 */
export function renderControllerPolicy(props: RenderControllerPolicyProps): iam.PolicyStatement[] {
  checkOptions(props);
  const { options } = props;
  const groups = [
    ...(options.targetGroupBindingOnly ? TARGET_GROUP_BINDING_POLICY : loadBalancerGroups(props)),
    ...(options.targetGroupBindingRoleArns ? ROLES_TO_ASSUME_POLICY : []),
    ...(options.targetGroupBindingRoleArns && props.sessionTags ? SESSION_TAGS_POLICY : []),
  ];
  return [
    ...renderStatements(groups.filter(applyingTo(props)), { ...props, scoped: isScoped(props) }),
    ...(options.additionalPolicyStatements ?? []),
  ];
}

/** Further statements to look up web ACLs by name; none where the policy has it, or is not for load balancers. */
export function renderWebAclNames(props: RenderControllerPolicyProps): iam.PolicyStatement[] {
  const isLeftOut = !isScoped(props) && !props.webAclByName && !props.options.targetGroupBindingOnly;
  return isLeftOut ? renderStatements(WEB_ACL_NAMES_POLICY.filter(applyingTo(props)), { ...props, scoped: false }) : [];
}

function loadBalancerGroups(props: RenderControllerPolicyProps): StatementGroup[] {
  const { options } = props;
  // An annotation may name a web ACL as well. Upstream's policy is left as published where nothing in the app asks for more.
  const webAclNames = isScoped(props) ? isOn('wafv2', options) : props.webAclByName;
  return [
    ...LOAD_BALANCER_POLICY,
    ...(webAclNames ? WEB_ACL_NAMES_POLICY : []),
    ...(props.taggingApi ? TAGGING_API_POLICY : []),
    ...(options.enableGlobalAccelerator ? GLOBAL_ACCELERATOR_POLICY : []),
    ...(options.enableAcmCertificateManagement ? CERTIFICATE_MANAGEMENT_POLICY : []),
  ];
}

function checkOptions(props: RenderControllerPolicyProps): void {
  const { options, version, partition } = props;
  const gated = [
    ['enableGlobalAccelerator', GLOBAL_ACCELERATOR_SINCE],
    ['enableAcmCertificateManagement', CERTIFICATE_MANAGEMENT_SINCE],
  ] as const;
  for (const [option, since] of gated) {
    if (options[option] && options.targetGroupBindingOnly) {
      throw invalidProp('targetGroupBindingOnly', `cannot be combined with ${option}`, true, `leave ${option} or targetGroupBindingOnly out`);
    }
    if (options[option] && !version._isAtLeast(since)) {
      throw invalidProp(option, `needs controller ${since} or newer`, version.releaseTag,
        `choose ControllerVersion.${since.toUpperCase().replace(/\./g, '_')} or newer, or leave ${option} out`);
    }
  }
  const isKnown = partition !== undefined && !Token.isUnresolved(partition);
  if (options.enableGlobalAccelerator && isKnown && !PARTITIONS_WITH_GLOBAL_ACCELERATOR.includes(partition)) {
    throw invalidProp('enableGlobalAccelerator', 'needs a partition with AWS Global Accelerator', partition, 'leave enableGlobalAccelerator out');
  }
  if (options.certificateHostedZones || options.targetGroupBindingRoleArns || options.targetGroupArns) {
    checkNamedResources(options, version);
  }
}

function isScoped(props: RenderControllerPolicyProps): boolean {
  return props.options.policyScope !== ControllerPolicyScope.UPSTREAM;
}

function applyingTo(props: RenderControllerPolicyProps): (group: StatementGroup) => boolean {
  const scoped = isScoped(props);
  const partition = policyPartition(props.partition);
  // The partition's first policy is the least that works there, also for a release older than that policy.
  const release = [props.version.releaseTag, POLICY_PARTITIONS[partition]].sort(compareReleases)[1];
  return (group) => {
    const since = group.sinceIn?.[partition] ?? group.since ?? '';
    return group.only !== (scoped ? 'upstream' : 'scoped')
      && (since === '' || compareReleases(release, since) >= 0)
      && !group.notIn?.includes(partition)
      && (!scoped || !group.features || group.features.some((feature) => isOn(feature, props.options)));
  };
}

function isOn(feature: PolicyFeature, options: ControllerPolicyOptions): boolean {
  const switches = {
    wafv2: options.enableWafv2,
    shield: options.enableShield,
    cognito: options.enableCognito,
  };
  return switches[feature] ?? true;
}

/**
 * The partition whose policy is granted: the commercial one's where the partition is not known at synth.
 *
 * At every release the commercial policy grants what any other partition's does, so it is never too little. It is not too much
 * either: what it has in addition are actions that the smaller partitions do not have. IAM checks the form of an action's name, not
 * whether there is one, and compares it when a request is made; upstream's own policies for the isolated partitions name the
 * actions of Shield and WAF Classic just the same.
 */
function policyPartition(partition: string | undefined): string {
  const isKnown = partition !== undefined && !Token.isUnresolved(partition) && Object.hasOwn(POLICY_PARTITIONS, partition);
  return isKnown ? partition : 'aws';
}
