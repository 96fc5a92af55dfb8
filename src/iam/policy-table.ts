/**
 * The controller's IAM policy as data.
 *
 * Restates docs/install/iam_policy*.json of kubernetes-sigs/aws-load-balancer-controller, tags v2.4.0 to v3.5.0, and adds what its source calls beyond
 * them. A row holds the actions that came together, under the same condition; rendering joins the rows that differ in nothing else.
 * Tests compare the outcome with the documents, and with each AWS call in the source of each release.
 */

/** The features whose actions can be left out of a policy scoped to the cluster. */
export type PolicyFeature = 'wafv2' | 'shield' | 'cognito';

/** What a policy scoped to the cluster asks on top of upstream's conditions. */
export type Narrowing =
  /** The security group is one of this cluster's VPC. */
  | 'ofVpc'
  /** The VPC itself, where it is the resource, is this cluster's. */
  | 'inVpc'
  /** The resource has no cluster tag or this cluster's: the controller also changes resources that it did not make or tag. */
  | 'notOfAnotherCluster'
  /** The DNS records are such as validate certificates of ACM. */
  | 'validationRecords';

/** One row of the policy. */
export interface StatementGroup {
  readonly actions: string[];
  /** What follows `arn:<partition>:` in the resources; all resources when left out. */
  readonly resources?: string[];
  /** The option that names the resources one by one, where it is given. */
  readonly limitedBy?: 'certificateHostedZones' | 'targetGroupBindingRoleArns' | 'targetGroupArns';
  /** The request sets the cluster tag (to this cluster's name, when scoped), or leaves it alone. */
  readonly requestTag?: 'cluster' | 'untouched';
  /** The resource has the cluster tag (with this cluster's name, when scoped). */
  readonly resourceTag?: 'cluster';
  /** Further keys of `StringEquals`. */
  readonly equals?: { readonly [key: string]: string | string[] };
  /** First controller release with the row; from the start when left out. */
  readonly since?: string;
  /** Partitions where the row came at another release. */
  readonly sinceIn?: { readonly [partition: string]: string };
  /** Partitions that never got the row. */
  readonly notIn?: string[];
  /** The row is needed while any of these is on; always when left out. */
  readonly features?: PolicyFeature[];
  /** Conditions of the scoped policy. */
  readonly narrowed?: Narrowing[];
  /** The one scope that has the row; both when left out. */
  readonly only?: 'scoped' | 'upstream';
}

/**
 * The partitions that upstream publishes a policy for, and the first release that has one.
 *
 * A release older than that is given the partition's first policy: it is the oldest that was ever meant for it.
 */
export const POLICY_PARTITIONS: { readonly [partition: string]: string } = {
  'aws': 'v2.4.0',
  'aws-cn': 'v2.4.0',
  'aws-us-gov': 'v2.4.0',
  'aws-iso': 'v2.5.3',
  'aws-iso-b': 'v2.5.3',
  'aws-iso-e': 'v2.12.0',
  'aws-iso-f': 'v2.12.0',
  'aws-eusc': 'v2.15.0',
};

const ISO = ['aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f'];

const SECURITY_GROUPS = ['ec2:*:*:security-group/*'];
const TARGET_GROUPS = ['elasticloadbalancing:*:*:targetgroup/*/*'];
const LOAD_BALANCERS_AND_TARGET_GROUPS = [
  ...TARGET_GROUPS,
  'elasticloadbalancing:*:*:loadbalancer/net/*/*',
  'elasticloadbalancing:*:*:loadbalancer/app/*/*',
];
const LISTENERS_AND_RULES = [
  'elasticloadbalancing:*:*:listener/net/*/*/*',
  'elasticloadbalancing:*:*:listener/app/*/*/*',
  'elasticloadbalancing:*:*:listener-rule/net/*/*/*',
  'elasticloadbalancing:*:*:listener-rule/app/*/*/*',
];

const TAGGING_AT_CREATION: StatementGroup = {
  actions: ['elasticloadbalancing:AddTags'],
  resources: LOAD_BALANCERS_AND_TARGET_GROUPS,
  requestTag: 'cluster',
  equals: { 'elasticloadbalancing:CreateAction': ['CreateTargetGroup', 'CreateLoadBalancer'] },
};

/** What every controller needs that makes load balancers. */
export const LOAD_BALANCER_POLICY: StatementGroup[] = [
  {
    actions: ['iam:CreateServiceLinkedRole'],
    equals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
  },

  // What it looks up.
  {
    actions: [
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAddresses',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeCoipPools',
      'ec2:DescribeInstances',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVpcPeeringConnections',
      'ec2:DescribeVpcs',
      'ec2:GetCoipPoolUsage',
      'elasticloadbalancing:DescribeListenerCertificates',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeSSLPolicies',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
      'acm:DescribeCertificate',
      'acm:ListCertificates',
      'iam:GetServerCertificate',
      'iam:ListServerCertificates',
    ],
  },
  { actions: ['elasticloadbalancing:DescribeTrustStores'], since: 'v2.7.0', sinceIn: { 'aws-cn': 'v2.8.0' }, notIn: ISO },
  { actions: ['elasticloadbalancing:DescribeListenerAttributes'], since: 'v2.9.0', notIn: ISO },
  { actions: ['ec2:GetSecurityGroupsForVpc'], since: 'v2.10.0' },
  { actions: ['elasticloadbalancing:DescribeCapacityReservation'], since: 'v2.11.0', notIn: ISO },
  { actions: ['ec2:DescribeIpamPools'], since: 'v2.12.0' },
  { actions: ['ec2:DescribeRouteTables'], since: 'v2.13.0' },

  // What it hangs on load balancers. Elastic Load Balancing checks the user pool of an authenticate-cognito action.
  { actions: ['cognito-idp:DescribeUserPoolClient'], features: ['cognito'] },
  {
    actions: [
      'waf-regional:AssociateWebACL',
      'waf-regional:DisassociateWebACL',
      'waf-regional:GetWebACL',
      'waf-regional:GetWebACLForResource',
    ],
    // AWS has retired WAF Classic, and the chart's value `enableWaf` is off.
    only: 'upstream',
  },
  {
    actions: ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL', 'wafv2:GetWebACL', 'wafv2:GetWebACLForResource'],
    features: ['wafv2'],
  },
  {
    actions: ['shield:CreateProtection', 'shield:DeleteProtection', 'shield:DescribeProtection', 'shield:GetSubscriptionState'],
    features: ['shield'],
  },

  // Security groups: its own for load balancers and backends, and rules in those of the nodes and pods, which have no tag of it.
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
    narrowed: ['ofVpc', 'notOfAnotherCluster'],
  },
  { actions: ['ec2:CreateSecurityGroup'], narrowed: ['inVpc'] },
  {
    actions: ['ec2:CreateTags'],
    resources: SECURITY_GROUPS,
    requestTag: 'cluster',
    equals: { 'ec2:CreateAction': 'CreateSecurityGroup' },
  },
  {
    actions: ['ec2:CreateTags', 'ec2:DeleteTags'],
    resources: SECURITY_GROUPS,
    requestTag: 'untouched',
    resourceTag: 'cluster',
  },
  {
    actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
    resourceTag: 'cluster',
    narrowed: ['ofVpc'],
  },

  // Load balancers and target groups: made with the tag, changed only with it.
  {
    actions: ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],
    requestTag: 'cluster',
  },
  // Elastic Load Balancing has come to ask for it of every release; upstream's policies have it from v2.4.7.
  { ...TAGGING_AT_CREATION, only: 'scoped' },
  { ...TAGGING_AT_CREATION, only: 'upstream', since: 'v2.4.7' },
  {
    actions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
    resources: LOAD_BALANCERS_AND_TARGET_GROUPS,
    requestTag: 'untouched',
    resourceTag: 'cluster',
  },
  {
    actions: [
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'elasticloadbalancing:SetIpAddressType',
      'elasticloadbalancing:SetSecurityGroups',
      'elasticloadbalancing:SetSubnets',
    ],
    resourceTag: 'cluster',
  },
  { actions: ['elasticloadbalancing:ModifyListenerAttributes'], resourceTag: 'cluster', since: 'v2.9.0', notIn: ISO },
  { actions: ['elasticloadbalancing:ModifyCapacityReservation'], resourceTag: 'cluster', since: 'v2.11.0', notIn: ISO },
  { actions: ['elasticloadbalancing:ModifyIpPools'], resourceTag: 'cluster', since: 'v2.12.0' },

  // Not narrowed: a TargetGroupBinding may name a target group of the user's, or one that several clusters share.
  {
    actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
    resources: TARGET_GROUPS,
  },

  // Listeners and rules: without a tag where the feature gate ListenerRulesTagging is off, and until they have been tagged.
  {
    actions: [
      'elasticloadbalancing:AddListenerCertificates',
      'elasticloadbalancing:CreateListener',
      'elasticloadbalancing:CreateRule',
      'elasticloadbalancing:DeleteListener',
      'elasticloadbalancing:DeleteRule',
      'elasticloadbalancing:ModifyListener',
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:RemoveListenerCertificates',
    ],
    narrowed: ['notOfAnotherCluster'],
  },
  { actions: ['elasticloadbalancing:SetRulePriorities'], since: 'v2.12.0', narrowed: ['notOfAnotherCluster'] },
  { actions: ['elasticloadbalancing:SetWebAcl'], features: ['wafv2'], narrowed: ['notOfAnotherCluster'] },
  {
    actions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
    resources: LISTENERS_AND_RULES,
    narrowed: ['notOfAnotherCluster'],
  },
];
