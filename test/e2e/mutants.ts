/** A defect that is planted into the library, and the case of a scenario that has to fail with it. */
export interface Mutant {
  readonly name: string;
  /** File below `src/`. */
  readonly file: string;
  /** Stands once in the file. */
  readonly code: string;
  readonly defect: string;
  /** Scenario and case, as `npx projen e2e` takes them. */
  readonly scenario: string;
}

export type Outcome = 'seen' | 'not seen' | 'not run';

/** What a scenario's report says of the defect: a case that failed before it deployed anything has seen nothing. */
export function outcomeIn(report: string): Outcome {
  const [, passed, failed] = report.match(/^(\d+) passed, (\d+) failed/m) ?? [undefined, '0', '0'];
  if (Number(failed) > 0) {
    const [, simulated] = report.match(/ FAILED +\d+ +\d+ +(\d+)$/m) ?? [undefined, '0'];
    return Number(simulated) > 0 ? 'seen' : 'not run';
  }
  return Number(passed) > 0 ? 'not seen' : 'not run';
}

const POLICY = 'iam/policy-table.ts';
const CLEAN_UP = 'cleanup/load-balancer-cleanup.ts';
const VALUES = 'controller/render-values.ts';

function withoutGrant(action: string, scenario: string): Mutant {
  return { name: `no ${action}`, file: POLICY, code: `      '${action}',\n`, defect: '', scenario };
}

export const MUTANTS: readonly Mutant[] = [
  // Permissions of the controller that are missing.
  withoutGrant('ec2:DescribeAvailabilityZones', '1/aws-eks-v2'),
  withoutGrant('ec2:DescribeSubnets', '1/aws-eks'),
  withoutGrant('elasticloadbalancing:CreateListener', '1/aws-eks-v2'),
  withoutGrant('elasticloadbalancing:CreateRule', '1/aws-eks-v2'),
  withoutGrant('ec2:DescribeInstances', '1/aws-eks'),
  {
    name: 'no elasticloadbalancing:RegisterTargets',
    file: POLICY,
    code: "actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],",
    defect: "actions: ['elasticloadbalancing:DeregisterTargets'],",
    scenario: '3/all kinds of targets',
  },
  {
    name: 'no elasticloadbalancing:CreateTargetGroup',
    file: POLICY,
    code: "actions: ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],",
    defect: "actions: ['elasticloadbalancing:CreateLoadBalancer'],",
    scenario: '1/aws-eks-v2',
  },

  // Permissions that reach further than the cluster.
  {
    name: 'listeners of any cluster',
    file: 'iam/policy-statements.ts',
    code: 'conditions.StringEqualsIfExists = { [RESOURCE_TAG]: context.clusterName };',
    defect: '',
    scenario: '3/beside a neighbour',
  },
  {
    name: 'conditions on tags dropped',
    file: 'iam/policy-statements.ts',
    code: 'conditions.StringEquals = mustEqual;',
    defect: '',
    scenario: '3/beside a neighbour',
  },
  {
    name: 'trust in any ServiceAccount',
    file: 'iam/controller-identity.ts',
    code: '      [`${host}:sub`]: `system:serviceaccount:${namespace}:${serviceAccountName}`,\n',
    defect: '',
    scenario: '2/irsa, pod identity, own role',
  },
  {
    name: 'trust in tokens for any audience',
    file: 'iam/controller-identity.ts',
    code: "      [`${host}:aud`]: 'sts.amazonaws.com',\n",
    defect: '',
    scenario: '2/irsa, pod identity, own role',
  },

  // The clean-up.
  {
    name: 'clean-up without DeleteLoadBalancer',
    file: CLEAN_UP,
    code: "actions: ['elasticloadbalancing:DeleteLoadBalancer'],",
    defect: "actions: ['elasticloadbalancing:DescribeListeners'],",
    scenario: '6/of what kubectl made',
  },
  {
    name: 'clean-up without DeleteTargetGroup',
    file: CLEAN_UP,
    code: "actions: ['elasticloadbalancing:DeleteTargetGroup'],",
    defect: "actions: ['elasticloadbalancing:DescribeListeners'],",
    scenario: '6/of what kubectl made',
  },
  {
    name: 'clean-up without DeleteSecurityGroup',
    file: CLEAN_UP,
    code: "actions: ['ec2:DeleteSecurityGroup'],",
    defect: "actions: ['ec2:DescribeVpcs'],",
    scenario: '6/of what kubectl made',
  },
  {
    name: 'clean-up cannot see whether its stack goes',
    file: CLEAN_UP,
    code: "actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId]",
    defect: "actions: ['cloudformation:ListStacks'], resources: [stack.stackId]",
    scenario: '6/of what kubectl made',
  },

  // Tags of the network.
  {
    name: 'another role tag on public subnets',
    file: 'network/subnets.ts',
    code: "tag: 'kubernetes.io/role/elb'",
    defect: "tag: 'kubernetes.io/role/elbs'",
    scenario: '4/a VPC',
  },
  {
    name: 'tags of subnets are kept',
    file: 'network/tag-at-deploy.ts',
    code: "KeepOnDelete: props.keepOnDelete ? 'true' : 'false',",
    defect: "KeepOnDelete: 'true',",
    scenario: '4/a VPC',
  },

  // Order, and values that are passed on.
  {
    name: 'Ingresses do not wait for the controller',
    file: 'order/controller-order.ts',
    code: 'this.addWorkloadDependency(plan, manifest.resource, first, controller, report);',
    defect: '',
    scenario: '1/aws-eks-v2',
  },
  {
    name: 'another cluster name for the controller',
    file: VALUES,
    code: "'clusterName': context.clusterName,",
    defect: "'clusterName': 'another',",
    scenario: '1/aws-eks-v2',
  },
  {
    name: 'the ServiceAccount is the chart\'s',
    file: VALUES,
    code: "'serviceAccount': { create: false, name: context.serviceAccountName },",
    defect: "'serviceAccount': { create: true, name: 'another' },",
    scenario: '1/aws-eks-v2',
  },
];
