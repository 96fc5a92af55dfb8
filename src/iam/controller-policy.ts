import { Aws, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  CERTIFICATE_MANAGEMENT_POLICY, CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_POLICY, GLOBAL_ACCELERATOR_SINCE,
  PARTITIONS_WITHOUT_GLOBAL_ACCELERATOR, TARGET_GROUP_BINDING_POLICY,
} from './policy-opt-ins';
import { LOAD_BALANCER_POLICY, Narrowing, POLICY_PARTITIONS, PolicyFeature, StatementGroup } from './policy-table';
import { compareReleases } from '../release/compare-releases';
import { ControllerFeatures } from '../release/controller-features';
import { ControllerVersion } from '../release/controller-version';
import { refusal } from '../util/messages';

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
   * Needs controller v2.17.0 or newer, and a partition that has the service.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/globalaccelerator/installation/
   */
  readonly enableGlobalAccelerator?: boolean;

  /**
   * Whether the controller requests ACM certificates for the hosts of Ingresses, and validates them in Route 53.
   *
   * Not needed for certificates that are there already, which the controller finds. For the certificate of its webhooks see
   * `webhookCertificate`.
   *
   * Lets it change the records of every hosted zone in the account. Needs controller v3.3.0 or newer.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/certificate_management/
   */
  readonly enableAcmCertificateManagement?: boolean;

  /**
   * Whether the controller does nothing but keep the targets of target groups that exist already, from TargetGroupBindings.
   *
   * It is granted what that takes and no more: it cannot make load balancers for Ingresses, nor change security groups.
   * For target groups in other accounts add a statement with `sts:AssumeRole`.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#special-iam-cases
   */
  readonly targetGroupBindingOnly?: boolean;

  /**
   * Statements granted besides.
   *
   * @default - nothing besides what the release and the options need
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
  readonly options: ControllerPolicyOptions;
}

/**
 * The statements the controller's role needs; throws for an option that the release, the partition or another option rules out.
 */
export function renderControllerPolicy(props: RenderControllerPolicyProps): iam.PolicyStatement[] {
  checkOptions(props);
  const { options } = props;
  const groups = options.targetGroupBindingOnly ? TARGET_GROUP_BINDING_POLICY : [
    ...LOAD_BALANCER_POLICY,
    ...(options.enableGlobalAccelerator ? GLOBAL_ACCELERATOR_POLICY : []),
    ...(options.enableAcmCertificateManagement ? CERTIFICATE_MANAGEMENT_POLICY : []),
  ];
  return [
    ...joinActions(groups.filter(applyingTo(props)).map((group) => renderGroup(group, props))),
    ...(options.additionalPolicyStatements ?? []),
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
      throw refusal('targetGroupBindingOnly', `cannot be combined with ${option}`, true, `leave ${option} or targetGroupBindingOnly out`);
    }
    if (options[option] && !version._isAtLeast(since)) {
      throw refusal(option, `needs controller ${since} or newer`, version.releaseTag,
        `choose ControllerVersion.${since.toUpperCase().replace(/\./g, '_')} or newer, or leave ${option} out`);
    }
  }
  if (options.enableGlobalAccelerator && PARTITIONS_WITHOUT_GLOBAL_ACCELERATOR.includes(policyPartition(partition))) {
    throw refusal('enableGlobalAccelerator', 'needs a partition with AWS Global Accelerator', partition, 'leave enableGlobalAccelerator out');
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
    return (since === '' || compareReleases(release, since) >= 0)
      && !group.notIn?.includes(partition)
      && (!scoped || !group.features || group.features.some((feature) => isOn(feature, props.options)));
  };
}

function isOn(feature: PolicyFeature, options: ControllerPolicyOptions): boolean {
  const switches = {
    // Retired: the one that is off unless asked for.
    waf: options.enableWafClassic ?? false,
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
 * either: what it has besides are actions that the smaller partitions do not have. IAM checks the form of an action's name, not
 * whether there is one, and compares it when a request is made; upstream's own policies for the isolated partitions name the
 * actions of Shield and WAF Classic just the same.
 */
function policyPartition(partition: string | undefined): string {
  const isKnown = partition !== undefined && !Token.isUnresolved(partition) && Object.hasOwn(POLICY_PARTITIONS, partition);
  return isKnown ? partition : 'aws';
}

/** A statement before it is one: groups that differ only in their actions render to the same `where`. */
interface RenderedGroup {
  readonly actions: string[];
  readonly where: { readonly resources: string[]; readonly conditions: { [operator: string]: { [key: string]: string | string[] } } };
}

function renderGroup(group: StatementGroup, props: RenderControllerPolicyProps): RenderedGroup {
  const scoped = isScoped(props);
  const narrowed = (scoped ? group.narrowed : undefined) ?? [];
  const resources = narrowed.includes('inVpc')
    ? ['ec2:*:*:security-group/*', vpcResource(props)]
    : group.resources;
  return {
    actions: group.actions,
    where: {
      // The pseudo parameter is right also where the partition is known, and keeps one template for all of them.
      resources: resources?.map((resource) => `arn:${Aws.PARTITION}:${resource}`) ?? ['*'],
      conditions: renderConditions(group, narrowed, scoped, props),
    },
  };
}

function renderConditions(group: StatementGroup, narrowed: Narrowing[], scoped: boolean, props: RenderControllerPolicyProps) {
  const mustExist: { [key: string]: string } = {};
  const mustEqual: { [key: string]: string | string[] } = { ...group.equals };
  const conditions: RenderedGroup['where']['conditions'] = {};

  const ownTag = (key: string) => {
    if (scoped) {
      mustEqual[key] = props.clusterName;
    } else {
      mustExist[key] = 'false';
    }
  };
  if (group.resourceTag === 'cluster') {
    ownTag(RESOURCE_TAG);
  }
  if (group.requestTag === 'cluster') {
    ownTag(REQUEST_TAG);
  }
  if (group.requestTag === 'untouched') {
    mustExist[REQUEST_TAG] = 'true';
  }

  if (Object.keys(mustExist).length > 0) {
    conditions.Null = mustExist;
  }
  if (Object.keys(mustEqual).length > 0) {
    conditions.StringEquals = mustEqual;
  }
  if (narrowed.includes('notOfAnotherCluster')) {
    conditions.StringEqualsIfExists = { [RESOURCE_TAG]: props.clusterName };
  }
  if (narrowed.includes('ofVpc')) {
    conditions.ArnEquals = { 'ec2:Vpc': `arn:${Aws.PARTITION}:${vpcResource(props)}` };
  }
  return conditions;
}

const REQUEST_TAG = 'aws:RequestTag/elbv2.k8s.aws/cluster';
const RESOURCE_TAG = 'aws:ResourceTag/elbv2.k8s.aws/cluster';

/**
 * Any account: a VPC shared through AWS RAM has its owner's account in its ARN, not the cluster's,
 * and nothing at synth tells which. The id alone names one VPC of the region.
 */
function vpcResource(props: RenderControllerPolicyProps): string {
  return `ec2:${props.region ?? Aws.REGION}:*:vpc/${props.vpcId}`;
}

function joinActions(groups: RenderedGroup[]): iam.PolicyStatement[] {
  const actionsByWhere = new Map<string, RenderedGroup>();
  for (const { actions, where } of groups) {
    const key = JSON.stringify(where);
    actionsByWhere.set(key, { actions: [...actionsByWhere.get(key)?.actions ?? [], ...actions], where });
  }
  return [...actionsByWhere.values()].map(({ actions, where }) => new iam.PolicyStatement({ actions, ...where }));
}
