import { StatementGroup } from './policy-table';

/*
 * The policies that come with an option, as rows of the same kind.
 *
 * Restates docs/install/aga_controller_iam_policy.json, docs/install/iam_policy_acm_certs.json and the page
 * docs/deploy/installation.md of kubernetes-sigs/aws-load-balancer-controller, tags up to v3.5.0; what no document there has is
 * read from its source.
 */

/**
 * The partitions with AWS Global Accelerator.
 *
 * The controller keeps its part off in most of the others whatever the feature gate says, but not in aws-eusc, where it would call
 * a service that is not there: https://docs.aws.amazon.com/general/latest/gr/global_accelerator.html
 */
export const PARTITIONS_WITH_GLOBAL_ACCELERATOR = ['aws'];

const ACCELERATORS = ['globalaccelerator::*:accelerator/*'];
const ACCELERATORS_AND_BELOW = [
  ...ACCELERATORS,
  'globalaccelerator::*:accelerator/*/listener/*',
  'globalaccelerator::*:accelerator/*/listener/*/endpoint-group/*',
];

/** The first release with the Global Accelerator controller's policy; its feature gate and custom resource come with it. */
export const GLOBAL_ACCELERATOR_SINCE = 'v2.17.0';

const OF_AN_ACCELERATOR = { 'aws:ResourceTag/aga.k8s.aws/resource': 'GlobalAccelerator' };

/** Further permissions of the Global Accelerator controller. */
export const GLOBAL_ACCELERATOR_POLICY: StatementGroup[] = [
  {
    actions: ['iam:CreateServiceLinkedRole'],
    equals: { 'iam:AWSServiceName': 'globalaccelerator.amazonaws.com' },
  },
  {
    actions: [
      'globalaccelerator:ListAccelerators',
      'globalaccelerator:ListEndpointGroups',
      'globalaccelerator:ListListeners',
      'globalaccelerator:ListTagsForResource',
      'ec2:DescribeRegions',
      'tag:GetResources',
    ],
  },
  {
    actions: ['globalaccelerator:CreateAccelerator'],
    requestTag: 'cluster',
    equals: { 'aws:RequestTag/aga.k8s.aws/resource': 'GlobalAccelerator' },
  },
  {
    actions: [
      'globalaccelerator:AddEndpoints',
      'globalaccelerator:CreateEndpointGroup',
      'globalaccelerator:CreateListener',
      'globalaccelerator:DeleteAccelerator',
      'globalaccelerator:DeleteEndpointGroup',
      'globalaccelerator:DeleteListener',
      'globalaccelerator:DescribeAccelerator',
      'globalaccelerator:DescribeEndpointGroup',
      'globalaccelerator:DescribeListener',
      'globalaccelerator:RemoveEndpoints',
      'globalaccelerator:UpdateAccelerator',
      'globalaccelerator:UpdateEndpointGroup',
      'globalaccelerator:UpdateListener',
    ],
    resources: ACCELERATORS_AND_BELOW,
    resourceTag: 'cluster',
    equals: OF_AN_ACCELERATOR,
  },
  {
    actions: ['globalaccelerator:TagResource', 'globalaccelerator:UntagResource'],
    resources: ACCELERATORS,
    requestTag: 'untouched',
    resourceTag: 'cluster',
    equals: OF_AN_ACCELERATOR,
  },
  {
    actions: ['globalaccelerator:TagResource'],
    resources: ACCELERATORS,
    requestTag: 'cluster',
    equals: { 'aws:RequestTag/aga.k8s.aws/resource': 'GlobalAccelerator' },
  },
];

/** The first release that makes certificates; the chart's own values for it (`certManagement`) came with chart 3.4.1. */
export const CERTIFICATE_MANAGEMENT_SINCE = 'v3.3.0';

/** Further permissions to request ACM certificates and validate them in Route 53. */
export const CERTIFICATE_MANAGEMENT_POLICY: StatementGroup[] = [
  {
    actions: [
      'acm:AddTagsToCertificate',
      'acm:ListTagsForCertificate',
      'acm-pca:GetCertificate',
      'acm-pca:IssueCertificate',
      'acm-pca:ListPermissions',
      'route53:ListHostedZones',
      'route53:ListHostedZonesByName',
    ],
  },
  { actions: ['route53:ChangeResourceRecordSets'], limitedBy: 'certificateHostedZones', narrowed: ['validationRecords'] },
  { actions: ['acm:RequestCertificate'], requestTag: 'cluster' },
  { actions: ['acm:DeleteCertificate'], resourceTag: 'cluster' },
];

/**
 * Looking up web ACLs by name, which upstream's documents lack. The controller does so from v2.14.1;
 * v2.14.0 has the setting, but asks for the web ACL in a way that AWS rejects.
 */
export const WEB_ACL_NAMES_POLICY: StatementGroup[] = [
  { actions: ['wafv2:ListWebACLs'], since: 'v2.14.1' },
];

/** Finding load balancers and target groups through the Resource Groups Tagging API, with the feature gate `EnableRGTAPI`. */
export const TAGGING_API_POLICY: StatementGroup[] = [
  { actions: ['tag:GetResources'], since: 'v2.5.2' },
];

/** The first release whose TargetGroupBindings name a role to assume (`iamRoleArnToAssume`). */
export const ROLES_TO_ASSUME_SINCE = 'v2.12.0';

/** Taking the roles that TargetGroupBindings name, for target groups of other accounts. */
export const ROLES_TO_ASSUME_POLICY: StatementGroup[] = [
  { actions: ['sts:AssumeRole'], limitedBy: 'targetGroupBindingRoleArns' },
];

/**
 * The same for a controller whose own session has tags that go along into the next, as EKS Pod Identity makes it.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export const SESSION_TAGS_POLICY: StatementGroup[] = [
  { actions: ['sts:TagSession'], limitedBy: 'targetGroupBindingRoleArns' },
];

/**
 * All that a controller needs which only keeps the targets of existing target groups. It never narrows:
 * those target groups are somebody else's, and have no tag of this cluster.
 */
export const TARGET_GROUP_BINDING_POLICY: StatementGroup[] = [
  { actions: ['ec2:DescribeInstances', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'] },
  { actions: ['elasticloadbalancing:DeregisterTargets'], limitedBy: 'targetGroupArns' },
  { actions: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'] },
  { actions: ['elasticloadbalancing:RegisterTargets'], limitedBy: 'targetGroupArns' },
  // Upstream grants them, but of the controller's source only what makes target groups for Ingresses and Services calls them.
  { actions: ['elasticloadbalancing:ModifyTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes'], only: 'upstream', limitedBy: 'targetGroupArns' },
];
