import * as fs from 'fs';
import * as path from 'path';
import { Aws, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { splitPolicy } from '../../src/iam/controller-permissions';
import { ControllerPolicyOptions, ControllerPolicyScope, renderControllerPolicy } from '../../src/iam/controller-policy';
import {
  CERTIFICATE_MANAGEMENT_POLICY, GLOBAL_ACCELERATOR_POLICY, PARTITIONS_WITH_GLOBAL_ACCELERATOR, ROLES_TO_ASSUME_POLICY, SESSION_TAGS_POLICY,
  TAGGING_API_POLICY, TARGET_GROUP_BINDING_POLICY, WEB_ACL_NAMES_POLICY,
} from '../../src/iam/policy-opt-ins';
import { LOAD_BALANCER_POLICY, POLICY_PARTITIONS } from '../../src/iam/policy-table';
import { ControllerVersion } from '../../src/release/controller-version';
import { CLUSTER_NAME, grantsOf, PolicyInput, readJson, renderedPolicy, VPC_ID } from '../support/policy-grants';

const CDK_POLICIES = path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'aws-eks-v2', 'lib', 'addons');

const partitions = Object.keys(POLICY_PARTITIONS);
const upstreamGrants = (input: PolicyInput) => grantsOf(renderedPolicy({ policyScope: ControllerPolicyScope.UPSTREAM, ...input }));

describe('documents that the CDK ships', () => {
  // Its documents of v2.0.0 to v2.3.1 are of releases that this library does not install.
  const shipped = fs.readdirSync(CDK_POLICIES)
    .map((file) => /^alb-iam_policy-(v\d+\.\d+\.\d+)\.json$/.exec(file))
    .filter((match) => match !== null)
    .map(([file, release]) => [release, file]);
  const known = ControllerVersion._known();
  const common = shipped.filter(([release]) => known.some((version) => version.releaseTag === release));

  test('most of our releases have one', () => {
    expect(common.length).toBeGreaterThan(20);
  });

  test.each(common)('the policy of %s grants what the document does', (release, file) => {
    const version = known.find((one) => one.releaseTag === release)!;

    expect(upstreamGrants({ version, partition: 'aws' })).toEqual(grantsOf(readJson(CDK_POLICIES, file)));
  });
});

describe('the table', () => {
  const groups = [
    LOAD_BALANCER_POLICY, GLOBAL_ACCELERATOR_POLICY, CERTIFICATE_MANAGEMENT_POLICY, TARGET_GROUP_BINDING_POLICY,
    ROLES_TO_ASSUME_POLICY, SESSION_TAGS_POLICY, TAGGING_API_POLICY, WEB_ACL_NAMES_POLICY,
  ].flat();
  const releases = ControllerVersion._known().map((version) => version.releaseTag);

  test('names releases and partitions that exist', () => {
    for (const { since, sinceIn, notIn } of groups) {
      expect(releases).toEqual(expect.arrayContaining([...(since ? [since] : []), ...Object.values(sinceIn ?? {})]));
      expect(partitions).toEqual(expect.arrayContaining([...Object.keys(sinceIn ?? {}), ...(notIn ?? [])]));
    }
    expect(releases).toEqual(expect.arrayContaining(Object.values(POLICY_PARTITIONS)));
    expect(partitions).toEqual(expect.arrayContaining(PARTITIONS_WITH_GLOBAL_ACCELERATOR));
  });

  test('names no action by a pattern', () => {
    expect(groups.flatMap((group) => group.actions).filter((action) => !/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
  });
});

describe('partitions', () => {
  test.each([
    ['not given', undefined],
    ['a token', Aws.PARTITION],
    ['one that nobody has heard of', 'aws-moon'],
    ['a word of JavaScript', 'constructor'],
  ])('a partition that is %s is granted the commercial policy', (_name, partition) => {
    expect(grantsOf(renderedPolicy({ partition }, 'aws'))).toEqual(grantsOf(renderedPolicy({ partition: 'aws' })));
  });

  test.each(ControllerVersion._known().map((version) => [version.releaseTag, version] as const))(
    'the commercial policy of %s grants what any partition\'s does', (_name, version) => {
      for (const partition of partitions.filter((name) => version._isAtLeast(POLICY_PARTITIONS[name]))) {
        const commercial = new Set(grantsOf(renderedPolicy({ version, policyScope: ControllerPolicyScope.UPSTREAM }, partition)));
        expect(upstreamGrants({ version, partition }).filter((grant) => !commercial.has(grant))).toEqual([]);
      }
    });

  test.each(['aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f'])('%s is not granted what its load balancers lack', (partition) => {
    const missing = upstreamGrants({ partition: 'aws' })
      .map((grant) => grant.replace('arn:aws:', `arn:${partition}:`))
      .filter((grant) => !upstreamGrants({ partition }).includes(grant))
      .map((grant) => grant.split(' ')[1]);

    expect(missing).toEqual([
      'elasticloadbalancing:DescribeCapacityReservation',
      'elasticloadbalancing:DescribeListenerAttributes',
      'elasticloadbalancing:DescribeTrustStores',
      'elasticloadbalancing:ModifyCapacityReservation',
      'elasticloadbalancing:ModifyListenerAttributes',
    ]);
  });

  test.each([
    ['aws-iso', ControllerVersion.V2_4_0, ControllerVersion.V2_5_3],
    ['aws-iso-e', ControllerVersion.V2_11_0, ControllerVersion.V2_12_0],
    ['aws-eusc', ControllerVersion.V2_4_7, ControllerVersion.V2_15_0],
  ])('%s before its first policy is granted that one', (partition, version, first) => {
    expect(upstreamGrants({ partition, version })).toEqual(upstreamGrants({ partition, version: first }));
  });

  test.each([undefined, ...partitions])('resources name the partition by its pseudo parameter in %s', (partition) => {
    const statements = renderControllerPolicy({
      version: ControllerVersion._default,
      partition,
      clusterName: CLUSTER_NAME,
      vpcId: VPC_ID,
      options: { enableAcmCertificateManagement: true },
    });
    const rendered = JSON.stringify(new Stack().resolve(statements.map((statement) => statement.toStatementJson())));

    expect(rendered).toContain('"AWS::Partition"');
    expect(rendered).not.toContain('arn:aws');
  });
});

describe('releases', () => {
  test.each(partitions)('one newer than all that are known has the newest policy in %s', (partition) => {
    const newer = ControllerVersion.of('v9.0.0', '9.0.0');

    expect(upstreamGrants({ version: newer, partition })).toEqual(upstreamGrants({ version: ControllerVersion._latest, partition }));
  });

  test.each([
    [ControllerVersion.V2_6_2, 'aws', false],
    [ControllerVersion.V2_7_0, 'aws', true],
    [ControllerVersion.V2_7_2, 'aws-cn', false],
    [ControllerVersion.V2_8_0, 'aws-cn', true],
  ])('%j in %s reads trust stores: %s', (version, partition, expected) => {
    expect(upstreamGrants({ version, partition }).some((grant) => grant.includes('DescribeTrustStores'))).toBe(expected);
  });
});

describe('options', () => {
  test.each<[string, ControllerVersion, ControllerPolicyOptions]>([
    ['enableGlobalAccelerator needs controller v2.17.0 or newer, got "v2.16.0"; '
      + 'choose ControllerVersion.V2_17_0 or newer, or leave enableGlobalAccelerator out', ControllerVersion.V2_16_0, { enableGlobalAccelerator: true }],
    ['enableAcmCertificateManagement needs controller v3.3.0 or newer, got "v3.2.2"; '
      + 'choose ControllerVersion.V3_3_0 or newer, or leave enableAcmCertificateManagement out', ControllerVersion.V3_2_2, { enableAcmCertificateManagement: true }],
    ['targetGroupBindingOnly cannot be combined with enableGlobalAccelerator, got true; leave enableGlobalAccelerator or targetGroupBindingOnly out',
      ControllerVersion._default, { enableGlobalAccelerator: true, targetGroupBindingOnly: true }],
    ['targetGroupBindingOnly cannot be combined with enableAcmCertificateManagement, got true; leave enableAcmCertificateManagement or targetGroupBindingOnly out',
      ControllerVersion._default, { enableAcmCertificateManagement: true, targetGroupBindingOnly: true }],
  ])('fails: %s', (message, version, options) => {
    expect(() => renderedPolicy({ version, ...options })).toThrow(new Error(message));
  });

  test.each([...partitions.filter((partition) => partition !== 'aws'), 'aws-unheard-of'])('fails on enableGlobalAccelerator in %s', (partition) => {
    expect(() => renderedPolicy({ partition, enableGlobalAccelerator: true })).toThrow(new Error(
      `enableGlobalAccelerator needs a partition with AWS Global Accelerator, got "${partition}"; leave enableGlobalAccelerator out`));
  });

  test('takes enableGlobalAccelerator where the partition is known on deployment only', () => {
    expect(() => renderedPolicy({ partition: Aws.PARTITION, enableGlobalAccelerator: true })).not.toThrow();
  });

  test.each<[ControllerVersion, ControllerPolicyOptions, string]>([
    [ControllerVersion.V2_17_0, { enableGlobalAccelerator: true }, 'globalaccelerator:CreateAccelerator'],
    [ControllerVersion.V3_3_0, { enableAcmCertificateManagement: true }, 'acm:RequestCertificate'],
  ])('%j has %j', (version, options, action) => {
    expect(grantsOf(renderedPolicy({ version, ...options })).filter((grant) => grant.includes(action))).toHaveLength(1);
    expect(grantsOf(renderedPolicy({ version })).filter((grant) => grant.includes(action))).toHaveLength(0);
  });

  test.each([
    [ControllerPolicyScope.CLUSTER, []],
    [ControllerPolicyScope.UPSTREAM, ['elasticloadbalancing:ModifyTargetGroup', 'elasticloadbalancing:ModifyTargetGroupAttributes']],
  ])('a controller of TargetGroupBindings only has its one small statement in scope %s', (policyScope, besides) => {
    expect(renderedPolicy({ targetGroupBindingOnly: true, policyScope }).Statement).toEqual([{
      Effect: 'Allow',
      Resource: '*',
      Action: [
        'ec2:DescribeInstances',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeVpcs',
        'elasticloadbalancing:DeregisterTargets',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
        'elasticloadbalancing:RegisterTargets',
        ...besides,
      ],
    }]);
  });

  test('statements of the user come last, as they are', () => {
    const assumeRole = new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['*'] });

    const statements = renderControllerPolicy({
      version: ControllerVersion._default,
      clusterName: CLUSTER_NAME,
      vpcId: VPC_ID,
      options: { targetGroupBindingOnly: true, additionalPolicyStatements: [assumeRole] },
    });

    expect(statements).toHaveLength(2);
    expect(statements[1]).toBe(assumeRole);
  });
});

describe('resources that the user names', () => {
  const ROLE = 'arn:aws:iam::444455556666:role/target-groups';
  const zone = (id: string, stack = new Stack()) => route53.HostedZone.fromHostedZoneId(stack, id, id);
  const statementsWith = (action: string, input: PolicyInput) =>
    renderedPolicy(input).Statement.filter((one: any) => [one.Action].flat().includes(action));

  test.each([ControllerPolicyScope.CLUSTER, ControllerPolicyScope.UPSTREAM])('are the roles that the controller may assume, in scope %s', (policyScope) => {
    expect(statementsWith('sts:AssumeRole', { policyScope, targetGroupBindingRoleArns: [ROLE] }))
      .toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE }]);
    expect(statementsWith('sts:AssumeRole', { policyScope })).toEqual([]);
  });

  const TARGET_GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';

  test.each([ControllerPolicyScope.CLUSTER, ControllerPolicyScope.UPSTREAM])('are the target groups whose targets it may change, in scope %s', (policyScope) => {
    const input = { policyScope, targetGroupBindingOnly: true };
    for (const action of ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets']) {
      expect(statementsWith(action, { ...input, targetGroupArns: [TARGET_GROUP] }).map(({ Resource }: any) => Resource)).toEqual([TARGET_GROUP]);
      expect(statementsWith(action, input).map(({ Resource }: any) => Resource)).toEqual(['*']);
    }
    // AWS does not support resources for them.
    expect(statementsWith('elasticloadbalancing:DescribeTargetGroups', { ...input, targetGroupArns: [TARGET_GROUP] }).map(({ Resource }: any) => Resource)).toEqual(['*']);
  });

  test('are the same for the tags of its session', () => {
    expect(statementsWith('sts:AssumeRole', { targetGroupBindingOnly: true, targetGroupBindingRoleArns: [ROLE], sessionTags: true }))
      .toEqual([{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: ROLE }]);
    expect(statementsWith('sts:TagSession', { sessionTags: true })).toEqual([]);
  });

  test.each<[ControllerPolicyScope, unknown]>([
    [ControllerPolicyScope.CLUSTER, {
      'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': 'CNAME' },
      'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': '_*' },
    }],
    [ControllerPolicyScope.UPSTREAM, undefined],
  ])('are the hosted zones whose records it may change, in scope %s', (policyScope, conditions) => {
    const input = { policyScope, enableAcmCertificateManagement: true, certificateHostedZones: [zone('Z1'), zone('Z2')] };
    const [statement, ...others] = statementsWith('route53:ChangeResourceRecordSets', input);

    expect(others).toEqual([]);
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: ['arn:aws:route53:::hostedzone/Z1', 'arn:aws:route53:::hostedzone/Z2'],
      ...conditions ? { Condition: conditions } : {},
    });
    expect(statementsWith('route53:ListHostedZones', input)[0].Resource).toBe('*');
  });

  test('are as many as there are: those that one policy cannot hold go into several', () => {
    const stack = new Stack();
    const roles = Array.from({ length: 200 }, (_, index) => `${ROLE}-${'x'.repeat(40)}-${index}`);
    const zones = Array.from({ length: 100 }, (_, index) => zone(new CfnParameter(stack, `P${index}`).valueAsString, stack));
    const statements = renderControllerPolicy({
      version: ControllerVersion._default,
      clusterName: CLUSTER_NAME,
      vpcId: VPC_ID,
      options: { targetGroupBindingRoleArns: [...roles, roles[0]], enableAcmCertificateManagement: true, certificateHostedZones: zones },
    });

    expect(splitPolicy(stack, statements).length).toBeLessThan(10);
    expect(statements.filter(({ actions }) => actions.includes('sts:AssumeRole')).flatMap(({ resources }) => resources)).toEqual(roles);
    expect(statements.filter(({ actions }) => actions.includes('route53:ChangeResourceRecordSets')).flatMap(({ resources }) => resources)).toHaveLength(100);
  });

  test.each<[string, PolicyInput]>([
    ['certificateHostedZones must not be an empty list, got []; leave it out for all hosted zones', { enableAcmCertificateManagement: true, certificateHostedZones: [] }],
    ['certificateHostedZones must be left out where the controller makes no certificates, got ["Default/Z1"]; set enableAcmCertificateManagement to true',
      { certificateHostedZones: [zone('Z1')] }],
    ['targetGroupArns must not be an empty list, got []; leave it out for all target groups', { targetGroupBindingOnly: true, targetGroupArns: [] }],
    [`targetGroupArns must be left out where the controller creates target groups itself, got ["${TARGET_GROUP}"]; set targetGroupBindingOnly to true`,
      { targetGroupArns: [TARGET_GROUP] }],
    [`targetGroupArns must be ARNs of target groups, got "${ROLE}"; write them like "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef"`,
      { targetGroupBindingOnly: true, targetGroupArns: [ROLE] }],
    ['targetGroupBindingRoleArns must not be an empty list, got []; leave it out', { targetGroupBindingRoleArns: [] }],
    ['targetGroupBindingRoleArns needs controller v2.12.0 or newer, got "v2.11.0"; choose ControllerVersion.V2_12_0 or newer, or leave it out',
      { targetGroupBindingRoleArns: [ROLE], version: ControllerVersion.V2_11_0 }],
    ...['*', 'target-groups', 'arn:aws:iam::444455556666:role/*', 'arn:aws:iam::*:role/target-groups', 'arn:aws:iam::444455556666:user/target-groups'].map(
      (arn): [string, PolicyInput] => [`targetGroupBindingRoleArns must be ARNs of roles, got "${arn}"; `
        + 'write them like "arn:aws:iam::444455556666:role/target-groups"', { targetGroupBindingRoleArns: [ROLE, arn] }]),
  ])('fail: %s', (message, input) => {
    expect(() => renderedPolicy(input)).toThrow(new Error(message));
  });

  test.each(['arn:aws-us-gov:iam::444455556666:role/team/target-groups', Fn.importValue('RoleArn')])('take %s', (arn) => {
    expect(statementsWith('sts:AssumeRole', { targetGroupBindingRoleArns: [arn] })).toHaveLength(1);
  });
});

describe('what the app asks for beyond upstream\'s document', () => {
  test.each<[string, PolicyInput, string]>([
    ['a web ACL by name', { webAclByName: true }, 'wafv2:ListWebACLs'],
    ['the tagging API', { taggingApi: true }, 'tag:GetResources'],
  ])('is granted in upstream\'s scope, and nothing with it: %s', (_name, input, action) => {
    expect(upstreamGrants(input).filter((grant) => !upstreamGrants({}).includes(grant))).toEqual([`Allow ${action} * []`]);
  });

  test.each([
    [ControllerVersion.V2_14_0, false],
    [ControllerVersion.V2_14_1, true],
  ])('controller %j looks for web ACLs by name: %s', (version, expected) => {
    expect(grantsOf(renderedPolicy({ version })).some((grant) => grant.includes('wafv2:ListWebACLs'))).toBe(expected);
  });
});

describe('the cluster\'s scope', () => {
  test('is the default', () => {
    expect(renderedPolicy({})).toEqual(renderedPolicy({ policyScope: ControllerPolicyScope.CLUSTER }));
    expect(renderedPolicy({})).not.toEqual(renderedPolicy({ policyScope: ControllerPolicyScope.UPSTREAM }));
  });

  test('leaves no condition that only asks whether the tag exists', () => {
    const optIns = { enableGlobalAccelerator: true, enableAcmCertificateManagement: true };
    const asksForExistence = /"aws:(Request|Resource)Tag\/elbv2\.k8s\.aws\/cluster":"false"/;

    expect(JSON.stringify(renderedPolicy({ ...optIns }))).not.toMatch(asksForExistence);
    expect(JSON.stringify(renderedPolicy({ ...optIns, policyScope: ControllerPolicyScope.UPSTREAM }))).toMatch(asksForExistence);
  });

  test('grants no action that upstream\'s does not, except for the look-up of web ACLs by name, and none of the retired WAF Classic', () => {
    const actions = (policyScope: ControllerPolicyScope) => [...new Set(grantsOf(renderedPolicy({ policyScope })).map((grant) => grant.split(' ')[1]))];

    const upstream = actions(ControllerPolicyScope.UPSTREAM).filter((action) => !action.startsWith('waf-regional:'));
    expect(actions(ControllerPolicyScope.CLUSTER).sort()).toEqual([...upstream, 'wafv2:ListWebACLs'].sort());
  });

  test.each(['v2.4.0', 'v2.4.6', 'v2.4.7', 'v3.5.0'])('lets controller %s tag what it creates, as Elastic Load Balancing has come to ask of all', (release) => {
    const version = ControllerVersion._known().find(({ releaseTag }) => releaseTag === release)!;
    const ofCreation = (policyScope: ControllerPolicyScope) => grantsOf(renderedPolicy({ version, policyScope }))
      .filter((grant) => grant.includes('elasticloadbalancing:AddTags') && grant.includes('CreateLoadBalancer'));

    expect(ofCreation(ControllerPolicyScope.CLUSTER)).toHaveLength(3);
    expect(ofCreation(ControllerPolicyScope.UPSTREAM)).toHaveLength(version._isAtLeast('v2.4.7') ? 3 : 0);
  });

  test('takes a cluster and a VPC whose names are known on deployment only', () => {
    const stack = new Stack();
    const clusterName = new CfnParameter(stack, 'Cluster').valueAsString;
    const vpcId = new CfnParameter(stack, 'Vpc').valueAsString;
    const statements = renderControllerPolicy({ version: ControllerVersion._default, clusterName, vpcId, options: {} });
    new iam.ManagedPolicy(stack, 'Policy', { statements });

    Template.fromStack(stack).hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
            Condition: {
              ArnEquals: {
                'ec2:Vpc': {
                  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, ':*:vpc/', { Ref: 'Vpc' }]],
                },
              },
              StringEqualsIfExists: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': { Ref: 'Cluster' } },
            },
          }),
          Match.objectLike({
            Action: ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],
            Condition: { StringEquals: { 'aws:RequestTag/elbv2.k8s.aws/cluster': { Ref: 'Cluster' } } },
          }),
        ]),
      },
    });
  });

  test('keeps to a region that is given', () => {
    expect(JSON.stringify(renderedPolicy({}))).toContain(`:ec2:eu-west-1:*:vpc/${VPC_ID}`);
  });
});
