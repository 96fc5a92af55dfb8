import { StatementGroup } from './policy-table';

/*
 * The policies that come with an option, as rows of the same kind.
 *
 * Restates docs/install/aga_controller_iam_policy.json, docs/install/iam_policy_acm_certs.json and the page
 * docs/deploy/installation.md of kubernetes-sigs/aws-load-balancer-controller, tags up to v3.5.0.
 */

/** The controller keeps its Global Accelerator part off in the regions of these, whatever the feature gate says. */
export const PARTITIONS_WITHOUT_GLOBAL_ACCELERATOR = [
  'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f',
];

const ACCELERATORS = ['globalaccelerator::*:accelerator/*'];
const ACCELERATORS_AND_BELOW = [
  ...ACCELERATORS,
  'globalaccelerator::*:accelerator/*/listener/*',
  'globalaccelerator::*:accelerator/*/listener/*/endpoint-group/*',
];

/** The first release with the Global Accelerator controller's policy; its feature gate and custom resource come with it. */
export const GLOBAL_ACCELERATOR_SINCE = 'v2.17.0';

const OF_AN_ACCELERATOR = { 'aws:ResourceTag/aga.k8s.aws/resource': 'GlobalAccelerator' };

/** What the Global Accelerator controller needs besides. */
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

/** What making ACM certificates and validating them in Route 53 needs besides. */
export const CERTIFICATE_MANAGEMENT_POLICY: StatementGroup[] = [
  {
    actions: [
      'acm:AddTagsToCertificate',
      'acm:ListTagsForCertificate',
      'acm-pca:GetCertificate',
      'acm-pca:IssueCertificate',
      'acm-pca:ListPermissions',
      'route53:ChangeResourceRecordSets',
      'route53:ListHostedZones',
      'route53:ListHostedZonesByName',
    ],
  },
  { actions: ['acm:RequestCertificate'], requestTag: 'cluster' },
  { actions: ['acm:DeleteCertificate'], resourceTag: 'cluster' },
];

/**
 * All that a controller needs which only keeps the targets of existing target groups. It never narrows:
 * those target groups are somebody else's, and have no tag of this cluster.
 */
export const TARGET_GROUP_BINDING_POLICY: StatementGroup[] = [
  {
    actions: [
      'ec2:DescribeInstances',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeVpcs',
      'elasticloadbalancing:DeregisterTargets',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'elasticloadbalancing:RegisterTargets',
    ],
  },
];
